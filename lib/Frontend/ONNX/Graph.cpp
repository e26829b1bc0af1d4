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
#include "Inputs.h"
#include "cim/Analysis/Order.h"
#include "mlir/IR/Dominance.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "mlir/Transforms/CSE.h"
#include "llvm/ADT/StringSwitch.h"

using namespace mlir;
using llvm::StringMap;
using namespace cim::onnx_frontend;

/// The attribute of arguments and results that keeps their ONNX name.
static constexpr llvm::StringLiteral kNameAttr = "cim.name";

Graph::Graph(onnx::GraphProto &proto, int64_t opset, ExternalData &external,
             const ImportOptions &options, ModuleOp module)
    : proto(proto), opsetVersion(opset), external(external), options(options), module(module),
      builder(OpBuilder::atBlockEnd(module.getBody())) {
  addActivationOperators(operators);
  addArithmeticOperators(operators);
  addAttentionOperators(operators);
  addCastOperators(operators);
  addConvTransposeOperators(operators);
  addConvolutionOperators(operators);
  addEinsumOperators(operators);
  addElementwiseOperators(operators);
  addFunctionOperators(operators);
  addGatheringOperators(operators);
  addGeneratingOperators(operators);
  addLinearOperators(operators);
  addLogicOperators(operators);
  addNormalizationOperators(operators);
  addPoolIndexOperators(operators);
  addPoolingOperators(operators);
  addQonnxOperators(operators);
  addQuantizationOperators(operators);
  addQuantizedProductOperators(operators);
  addRecurrentOperators(operators);
  addReductionOperators(operators);
  addResizeOperators(operators);
  addSamplingOperators(operators);
  addShapeOperators(operators);
  addSlicingOperators(operators);
  addSoftmaxOperators(operators);
  addSortingOperators(operators);
}

void Graph::import() {
  if (proto.sparse_initializer_size())
    fail("sparse initializers are not supported");
  indexUses();
  readInitializers();
  createFunction();
  readConstants();
  for (onnx::NodeProto &node : *proto.mutable_node())
    if (node.op_type() != "Constant") {
      convert(node);
      forgetInitializers(node);
    }
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

void Graph::forgetInitializers(const onnx::NodeProto &node) {
  for (const std::string &name : node.input())
    if (initializers.contains(name) && ++numReads[name] == uses[name].size())
      values.erase(name);
}

Tensor Graph::lookup(const std::string &name) {
  if (auto found = values.find(name); found != values.end())
    return found->second;
  if (auto found = initializers.find(name); found != initializers.end()) {
    Tensor tensor = Tensor::of(readTensor(*found->second, name, external));
    budget.addStored(*tensor.constant);
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

std::string Graph::sourceOf(std::string name) const {
  auto isComputed = [&](const std::string &input) {
    auto found = values.find(input);
    return found != values.end() && !found->second.constant;
  };
  while (!inputs.contains(name)) {
    const onnx::NodeProto *producer = producers.lookup(name);
    if (!producer)
      break;
    auto computed = llvm::find_if(producer->input(), isComputed);
    if (computed == producer->input().end())
      break;
    name = *computed;
  }
  return name;
}

void Graph::failNotConstant(const std::string &name) const {
  std::string source = sourceOf(name);
  if (!inputs.contains(source))
    fail("input '" + name + "' must be a constant");
  if (options.needed)
    *options.needed = source;
  if (source == name)
    fail("input '" + name + "' must be a constant: its value can be given with --freeze " + source +
         "=FILE.npy");
  fail("input '" + name + "' must be a constant: it is computed from '" + source +
       "', whose value can be given with --freeze " + source + "=FILE.npy");
}

void Graph::define(const std::string &name, const Tensor &tensor) {
  if (tensor.constant)
    budget.addComputed(*tensor.constant);
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

/// A value of one element type brought to the type of another, as the entry and the
/// return of the function need it.
static Value changeElements(Emitter &emit, Value value, Type element) {
  if (elementOf(value) == element)
    return value;
  return tosa::CastOp::create(emit.builder, emit.type(shapeOf(value), element), value);
}

Tensor Graph::createArgument(const onnx::ValueInfoProto &input, ArrayRef<int64_t> shape) {
  auto type = ElementType(input.type().tensor_type().elem_type());
  if (elementCount(shape) == 0)
    failNotConstant(input.name());
  Location loc = NameLoc::get(builder.getStringAttr(input.name()));
  Emitter emit(loc, builder);
  Type boundary = boundaryType(type, builder.getContext());
  Value argument = function.getBody().front().addArgument(emit.type(shape, boundary), loc);
  Value held = changeElements(emit, argument, heldType(type, builder.getContext()));
  return Tensor::of(held, /*channelsLast=*/false, type);
}

void Graph::createFunction() {
  Location loc = module.getLoc();
  function = func::FuncOp::create(builder, loc, "main", builder.getFunctionType({}, {}));
  builder.setInsertionPointToStart(function.addEntryBlock());
  SmallVector<const onnx::ValueInfoProto *> inputProtos;
  for (const onnx::ValueInfoProto &input : proto.input())
    if (!initializers.contains(input.name()))
      inputProtos.push_back(&input);
  StringMap<Shape> shapes = inputShapes(inputProtos, options);
  SmallVector<Attribute> names;
  for (const onnx::ValueInfoProto *input : inputProtos) {
    StringRef name = input->name();
    if (name.empty())
      fail("an input of the graph has no name");
    inputs.insert(name);
    if (auto found = options.frozen.find(name); found != options.frozen.end()) {
      auto type = ElementType(input->type().tensor_type().elem_type());
      define(input->name(), Tensor::of(constantOf(found->second, type, name)));
      continue;
    }
    define(input->name(), createArgument(*input, shapes[name]));
    names.push_back(builder.getStringAttr(name));
  }
  function.setFunctionType(
      builder.getFunctionType(function.getBody().front().getArgumentTypes(), {}));
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
    Type boundary = boundaryType(tensor.type, builder.getContext());
    results.push_back(changeElements(emit, emit.hold(tensor), boundary));
  }
  func::ReturnOp::create(builder, loc, results);
  function.setFunctionType(
      builder.getFunctionType(function.getArgumentTypes(), ValueRange(results).getTypes()));
  UniqueNames uniqueName; // Exporters name a value that is returned twice as two outputs.
  for (auto [index, output] : llvm::enumerate(proto.output()))
    function.setResultAttr(index, kNameAttr, builder.getStringAttr(uniqueName(output.name())));
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
    converted.insert(&node);
  } catch (const ImportError &error) {
    throw ImportError("node '" + nameOf(node) + "' (" + node.op_type() + "): " + error.what());
  }
}

/// The set of operators that a model calls by a domain; QONNX had others before.
static std::optional<Domain> domainOf(StringRef name) {
  return llvm::StringSwitch<std::optional<Domain>>(name)
      .Cases({"", "ai.onnx"}, Domain::Onnx)
      .Cases({"qonnx.custom_op.general", "finn.custom_op.general", "onnx.brevitas"}, Domain::Qonnx)
      .Default(std::nullopt);
}

void Graph::convertNode(onnx::NodeProto &nodeProto) {
  const std::string &domain = nodeProto.domain();
  auto found = operators.find(nodeProto.op_type());
  if (found == operators.end() || found->second.domain != domainOf(domain))
    fail(whyNotSupported(domain, nodeProto.op_type()));
  if (found->second.domain == Domain::Onnx && opsetVersion == 0)
    fail("the model does not import the default operator set");
  const Operator &op = found->second;
  unsigned count = nodeProto.input_size();
  if (count < op.minInputs || count > op.maxInputs)
    fail("the number of inputs must be " + Twine(op.minInputs) +
         (op.maxInputs == op.minInputs ? Twine("")
          : op.maxInputs == kVariadic  ? Twine(" or more")
                                       : " to " + Twine(op.maxInputs)) +
         ", got " + Twine(count));
  if (std::max<int>(count, nodeProto.output_size()) > kMaxPorts)
    fail("the number of inputs and that of outputs must be at most " + Twine(kMaxPorts));
  Block &block = *builder.getBlock();
  Operation *last = block.empty() ? nullptr : &block.back();
  Emitter emit(NameLoc::get(builder.getStringAttr(nameOf(nodeProto))), builder);
  Node node(*this, nodeProto, emit);
  if (absorbed.contains(&nodeProto))
    return node.setOutput(node.input(0));
  node.checkTypes(op.types, op.typedInputs);
  op.convert(node);
  budget.addOperations(block, last);
  node.checkAttributesRead();
}
