//===- Graph.cpp - An ONNX graph while it is imported -----------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Nodes are converted in file order, which ONNX requires to be topological.
// Constants are read first, so that a converter can fold what is behind it.
//
//===----------------------------------------------------------------------===//

#include "Graph.h"
#include "mlir/IR/Dominance.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "mlir/Transforms/CSE.h"

using namespace mlir;
using namespace cim::onnx_frontend;

/// The attribute of arguments and results that keeps their ONNX name.
static constexpr llvm::StringLiteral kNameAttr = "cim.name";

Graph::Graph(onnx::GraphProto &proto, int64_t opset, ModuleOp module)
    : proto(proto), opsetVersion(opset), module(module),
      builder(OpBuilder::atBlockEnd(module.getBody())) {
  addConvolutionOperators(operators);
  addElementwiseOperators(operators);
  addLinearOperators(operators);
  addNormalizationOperators(operators);
  addPoolingOperators(operators);
  addReductionOperators(operators);
  addShapeOperators(operators);
  addSlicingOperators(operators);
}

void Graph::import() {
  if (proto.sparse_initializer_size())
    fail("sparse initializers are not supported");
  indexUses();
  readInitializers();
  createFunction();
  readConstants();
  for (onnx::NodeProto &node : *proto.mutable_node())
    if (node.op_type() != "Constant")
      convert(node);
  createReturn();
  // What was merged is dead; zero points and shapes repeat.
  for (Operation &op : llvm::make_early_inc_range(llvm::reverse(function.getBody().front())))
    if (isOpTriviallyDead(&op))
      op.erase();
  IRRewriter rewriter(builder);
  DominanceInfo dominance(function);
  eliminateCommonSubExpressions(rewriter, dominance, function);
}

//===----------------------------------------------------------------------===//
// Values
//===----------------------------------------------------------------------===//

void Graph::indexUses() {
  for (onnx::NodeProto &node : *proto.mutable_node()) {
    for (const std::string &name : node.input())
      uses[name].push_back(&node);
    for (const std::string &name : node.output())
      producers.try_emplace(name, &node);
  }
  for (const onnx::ValueInfoProto &output : proto.output())
    uses[output.name()].push_back(nullptr);
}

void Graph::readInitializers() {
  for (onnx::TensorProto &tensor : *proto.mutable_initializer())
    if (!initializers.try_emplace(tensor.name(), &tensor).second)
      fail("value '" + tensor.name() + "' is defined twice");
}

Tensor Graph::lookup(const std::string &name) {
  if (auto found = values.find(name); found != values.end())
    return found->second;
  if (auto found = initializers.find(name); found != initializers.end()) {
    Tensor tensor = Tensor::of(readTensor(*found->second, name));
    values.try_emplace(name, tensor);
    return tensor;
  }
  if (onnx::NodeProto *producer = producers.lookup(name)) {
    if (converted.contains(producer))
      fail("output '" + name + "' of operator " + producer->op_type() + " is not supported");
    fail("value '" + name + "' is read before it is computed: the graph is cyclic or not in order");
  }
  fail("value '" + name + "' is not defined");
}

void Graph::define(const std::string &name, const Tensor &tensor) {
  if (initializers.contains(name) || !values.try_emplace(name, tensor).second)
    fail("value '" + name + "' is defined twice");
}

onnx::NodeProto *Graph::soleConsumer(const std::string &name) const {
  auto found = uses.find(name);
  return found != uses.end() && found->second.size() == 1 ? found->second.front() : nullptr;
}

//===----------------------------------------------------------------------===//
// Function
//===----------------------------------------------------------------------===//

/// The static shape of a graph input of type float.
static Shape readInputShape(const onnx::ValueInfoProto &input) {
  const std::string name = "input '" + input.name() + "'";
  if (!input.type().has_tensor_type())
    fail(name + " must be a tensor");
  const onnx::TypeProto::Tensor &type = input.type().tensor_type();
  if (type.elem_type() != onnx::TensorProto::FLOAT)
    fail(name + " must have element type FLOAT, got " +
         (onnx::TensorProto::DataType_IsValid(type.elem_type())
              ? onnx::TensorProto::DataType_Name(onnx::TensorProto::DataType(type.elem_type()))
              : std::to_string(type.elem_type())));
  if (!type.has_shape())
    fail(name + " must have a shape");
  Shape shape;
  for (const auto &[axis, dim] : llvm::enumerate(type.shape().dim())) {
    if (!dim.has_dim_value())
      fail(name + ": dimension " + Twine(axis) + " must be a number, got " +
           (dim.has_dim_param() ? "'" + dim.dim_param() + "'" : std::string("nothing")));
    if (dim.dim_value() <= 0)
      fail(name + ": dimension " + Twine(axis) + " must be positive, got " +
           Twine(dim.dim_value()));
    shape.push_back(dim.dim_value());
  }
  return shape;
}

void Graph::createFunction() {
  Location loc = module.getLoc();
  function = func::FuncOp::create(builder, loc, "main", builder.getFunctionType({}, {}));
  Block *body = function.addEntryBlock();
  builder.setInsertionPointToStart(body);
  Emitter emit(loc, builder);
  SmallVector<Attribute> names;
  for (const onnx::ValueInfoProto &input : proto.input()) {
    if (initializers.contains(input.name()))
      continue;
    Location inputLoc = NameLoc::get(builder.getStringAttr(input.name()));
    Value argument = body->addArgument(emit.type(readInputShape(input)), inputLoc);
    define(input.name(), Tensor::of(argument));
    names.push_back(builder.getStringAttr(input.name()));
  }
  function.setFunctionType(builder.getFunctionType(body->getArgumentTypes(), {}));
  for (auto [index, name] : llvm::enumerate(names))
    function.setArgAttr(index, kNameAttr, name);
}

void Graph::createReturn() {
  if (proto.output_size() == 0)
    fail("the graph has no output");
  Location loc = module.getLoc();
  Emitter emit(loc, builder);
  SmallVector<Value> results;
  for (const onnx::ValueInfoProto &output : proto.output()) {
    Tensor tensor = lookup(output.name());
    if (tensor.constant && !tensor.constant->isFloat)
      fail("output '" + output.name() + "' must be a float tensor");
    results.push_back(emit.hold(tensor));
  }
  func::ReturnOp::create(builder, loc, results);
  function.setFunctionType(
      builder.getFunctionType(function.getArgumentTypes(), ValueRange(results).getTypes()));
  for (auto [index, output] : llvm::enumerate(proto.output()))
    function.setResultAttr(index, kNameAttr, builder.getStringAttr(output.name()));
}

//===----------------------------------------------------------------------===//
// Nodes
//===----------------------------------------------------------------------===//

/// The name of a node, or that of its first output.
static std::string nameOf(const onnx::NodeProto &proto) {
  if (!proto.name().empty() || proto.output_size() == 0)
    return proto.name();
  return proto.output(0);
}

void Graph::readConstants() {
  for (onnx::NodeProto &node : *proto.mutable_node())
    if (node.op_type() == "Constant")
      convert(node);
}

void Graph::convert(onnx::NodeProto &node) {
  try {
    convertNode(node);
  } catch (const ImportError &error) {
    throw ImportError("node '" + nameOf(node) + "' (" + node.op_type() + "): " + error.what());
  }
}

void Graph::convertNode(onnx::NodeProto &nodeProto) {
  if (!nodeProto.domain().empty() && nodeProto.domain() != "ai.onnx")
    fail("operators of domain '" + nodeProto.domain() + "' are not supported");
  auto found = operators.find(nodeProto.op_type());
  if (found == operators.end())
    fail("the operator is not supported");
  const Operator &op = found->second;
  unsigned count = nodeProto.input_size();
  if (count < op.minInputs || count > op.maxInputs)
    fail("the number of inputs must be " + Twine(op.minInputs) +
         (op.maxInputs == op.minInputs ? Twine("")
          : op.maxInputs == kVariadic  ? Twine(" or more")
                                       : " to " + Twine(op.maxInputs)) +
         ", got " + Twine(count));
  Emitter emit(NameLoc::get(builder.getStringAttr(nameOf(nodeProto))), builder);
  Node node(*this, nodeProto, emit);
  converted.insert(&nodeProto);
  if (absorbed.contains(&nodeProto))
    return node.setOutput(node.input(0));
  op.convert(node);
  node.checkAttributesRead();
}
