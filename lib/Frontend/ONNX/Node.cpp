//===- Node.cpp - One ONNX node ---------------------------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Checked access to inputs, attributes and outputs.
//
//===----------------------------------------------------------------------===//

#include "Node.h"
#include "Graph.h"

using namespace llvm;
using namespace cim::onnx_frontend;
using onnx::AttributeProto;

int64_t Node::opset() const { return graph.opset(); }

//===----------------------------------------------------------------------===//
// Inputs
//===----------------------------------------------------------------------===//

Tensor Node::input(unsigned i) {
  if (!hasInput(i))
    fail("input " + Twine(i) + " is missing");
  return graph.lookup(proto.input(i));
}

Constant Node::constantInput(unsigned i) {
  Tensor tensor = input(i);
  if (!tensor.constant)
    graph.failNotConstant(proto.input(i));
  return *tensor.constant;
}

float Node::floatInput(unsigned i, float byDefault) {
  if (!hasInput(i))
    return byDefault;
  Constant constant = constantInput(i);
  if (constant.size() != 1)
    fail("input '" + proto.input(i) + "' must have one element, got shape " + str(constant.shape));
  return constant.floats().front();
}

Tensor Node::inputOfRank(unsigned i, size_t rank) {
  Tensor tensor = input(i);
  if (tensor.shape.size() != rank)
    fail("input '" + proto.input(i) + "' must have rank " + Twine(rank) + ", got shape " +
         str(tensor.shape));
  return tensor;
}

static bool accepts(Types types, const Tensor &tensor) {
  switch (types) {
  case Types::Floats:
    return tensor.isFloat();
  case Types::Numbers:
    return tensor.type != onnx::TensorProto::BOOL;
  case Types::Booleans:
    return tensor.type == onnx::TensorProto::BOOL;
  case Types::Any:
    return true;
  }
  return false;
}

static StringRef nameOf(Types types) {
  return types == Types::Floats ? "floats" : types == Types::Numbers ? "numbers" : "booleans";
}

void Node::checkTypes(Types types, unsigned count) {
  std::optional<ElementType> first;
  for (unsigned i = 0; i < std::min(count, numInputs()); ++i) {
    if (!hasInput(i))
      continue;
    Tensor tensor = input(i);
    if (!accepts(types, tensor))
      fail("input '" + proto.input(i) + "' must hold " + nameOf(types) + ", got element type " +
           onnx_frontend::str(tensor.type));
    bool isFirstFloat = first && isFloat(*first);
    if (first && tensor.type != *first && !(isFirstFloat && tensor.isFloat()))
      fail("input '" + proto.input(i) + "' must have the element type of the first, " +
           onnx_frontend::str(*first) + ", got " + onnx_frontend::str(tensor.type));
    if (!first)
      first = tensor.type;
  }
}

//===----------------------------------------------------------------------===//
// Attributes
//===----------------------------------------------------------------------===//

bool Node::hasAttribute(StringRef name) const {
  return any_of(proto.attribute(), [&](const AttributeProto &a) { return a.name() == name; });
}

const AttributeProto *Node::find(StringRef name, int type) {
  for (const AttributeProto &attribute : proto.attribute()) {
    if (attribute.name() != name)
      continue;
    if (attribute.type() != type)
      fail("attribute '" + name + "' must be of type " +
           AttributeProto::AttributeType_Name(AttributeProto::AttributeType(type)) + ", got " +
           AttributeProto::AttributeType_Name(attribute.type()));
    if (!attribute.ref_attr_name().empty())
      fail("attribute '" + name + "' refers to one of a function, and the node is in none");
    read.insert(&attribute);
    return &attribute;
  }
  return nullptr;
}

const AttributeProto &Node::get(StringRef name, int type) {
  const AttributeProto *attribute = find(name, type);
  if (!attribute)
    fail("attribute '" + name + "' is missing");
  return *attribute;
}

int64_t Node::getInt(StringRef name) { return get(name, AttributeProto::INT).i(); }

int64_t Node::getInt(StringRef name, int64_t byDefault) {
  const AttributeProto *attribute = find(name, AttributeProto::INT);
  return attribute ? attribute->i() : byDefault;
}

float Node::getFloat(StringRef name, float byDefault) {
  const AttributeProto *attribute = find(name, AttributeProto::FLOAT);
  return attribute ? attribute->f() : byDefault;
}

std::string Node::getString(StringRef name, StringRef byDefault) {
  const AttributeProto *attribute = find(name, AttributeProto::STRING);
  return attribute ? attribute->s() : byDefault.str();
}

std::vector<std::string> Node::getStrings(StringRef name) {
  const AttributeProto *attribute = find(name, AttributeProto::STRINGS);
  if (!attribute)
    return {};
  return {attribute->strings().begin(), attribute->strings().end()};
}

Shape Node::getInts(StringRef name) {
  const AttributeProto &attribute = get(name, AttributeProto::INTS);
  return Shape(attribute.ints().begin(), attribute.ints().end());
}

Shape Node::getInts(StringRef name, ArrayRef<int64_t> byDefault) {
  return hasAttribute(name) ? getInts(name) : Shape(byDefault);
}

SmallVector<float> Node::getFloats(StringRef name) {
  const AttributeProto &attribute = get(name, AttributeProto::FLOATS);
  return SmallVector<float>(attribute.floats().begin(), attribute.floats().end());
}

std::optional<Shape> Node::getIntsOrInput(StringRef name, unsigned i) {
  if (hasAttribute(name))
    return getInts(name);
  if (hasInput(i))
    return Shape(constantInput(i).ints());
  return std::nullopt;
}

Constant Node::constantAttribute() {
  const std::string name = numOutputs() ? proto.output(0) : "";
  for (AttributeProto &attribute : *proto.mutable_attribute()) {
    read.insert(&attribute);
    if (attribute.name() == "value" && attribute.has_t())
      return readTensor(*attribute.mutable_t(), name, graph.externalData());
    if (attribute.name() == "value_float")
      return makeConstant(ArrayRef(attribute.f()), {}, name);
    if (attribute.name() == "value_floats")
      return makeConstant(ArrayRef(attribute.floats().data(), attribute.floats_size()),
                          {attribute.floats_size()}, name);
    if (attribute.name() == "value_int")
      return makeConstant(Shape{attribute.i()}, {}, name);
    if (attribute.name() == "value_ints")
      return makeConstant(getInts("value_ints"), {attribute.ints_size()}, name);
    fail("attribute '" + attribute.name() + "' is not supported");
  }
  fail("attribute 'value' is missing");
}

void Node::ignore(StringRef name) {
  for (const AttributeProto &attribute : proto.attribute())
    if (attribute.name() == name)
      read.insert(&attribute);
}

void Node::require(StringRef name, int64_t value) {
  int64_t got = getInt(name, value);
  if (got != value)
    fail("attribute '" + name + "' must be " + Twine(value) + ", got " + Twine(got));
}

void Node::checkAttributesRead() const {
  for (const AttributeProto &attribute : proto.attribute())
    if (!read.contains(&attribute))
      fail("attribute '" + attribute.name() + "' is not supported");
}

int64_t Node::position(int64_t value, int64_t count, StringRef what) {
  if (value < -count || value >= count)
    fail(what + " must be in the range " + Twine(-count) + " to " + Twine(count - 1) + ", got " +
         Twine(value));
  return value < 0 ? value + count : value;
}

Shape Node::axes(ArrayRef<int64_t> values, size_t rank) {
  Shape result;
  for (int64_t value : values) {
    int64_t found = axis(value, rank);
    if (is_contained(result, found))
      fail("axes must differ, got " + str(values));
    result.push_back(found);
  }
  return result;
}

//===----------------------------------------------------------------------===//
// Outputs
//===----------------------------------------------------------------------===//

void Node::setOutput(unsigned i, Tensor tensor) {
  if (!hasOutput(i))
    return;
  if (tensor.constant && tensor.constant->name.empty())
    tensor.constant->name = proto.output(i);
  graph.define(proto.output(i), tensor);
}

std::optional<Node> Node::soleConsumer() {
  onnx::NodeProto *consumer = numOutputs() ? graph.soleConsumer(proto.output(0)) : nullptr;
  if (!consumer)
    return std::nullopt;
  return Node(graph, *consumer, emit);
}

void Node::absorb(const Node &consumer) { graph.absorb(&consumer.proto); }
