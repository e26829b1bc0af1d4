//===- Slicing.cpp - Operators that cut and join tensors --------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Concat, Gather, Pad, Slice and Split; of constants on the host.
//
//===----------------------------------------------------------------------===//

#include "Node.h"

using namespace mlir;
using namespace cim::onnx_frontend;

//===----------------------------------------------------------------------===//
// Concat, Split
//===----------------------------------------------------------------------===//

static void checkConcat(ArrayRef<Tensor> inputs, int64_t axis) {
  for (const Tensor &input : inputs) {
    Shape shape = input.shape;
    if (shape.size() == inputs[0].shape.size())
      shape[axis] = inputs[0].shape[axis];
    if (shape != inputs[0].shape)
      fail("shapes " + str(inputs[0].shape) + " and " + str(input.shape) +
           " do not concatenate along axis " + Twine(axis));
  }
}

static void convertConcat(Node &node) {
  SmallVector<Tensor> inputs;
  for (unsigned i = 0; i < node.numInputs(); ++i)
    inputs.push_back(node.input(i));
  int64_t axis = Node::axis(node.getInt("axis"), inputs[0].shape.size());
  checkConcat(inputs, axis);
  if (all_of(inputs, [](const Tensor &t) { return t.constant && !t.isFloat(); })) {
    int64_t count = 0;
    for (const Tensor &input : inputs)
      count += input.constant->size();
    if (count > kMaxHostElements)
      fail("integer tensors must have at most " + Twine(kMaxHostElements) +
           " elements together, got " + Twine(count));
    auto constants = map_to_vector(inputs, [](const Tensor &t) { return *t.constant; });
    return node.setOutput(Tensor::of(concat(constants, axis)));
  }
  bool channelsLast = any_of(inputs, [](const Tensor &t) { return t.channelsLast; });
  auto values =
      map_to_vector(inputs, [&](const Tensor &t) { return node.emit.hold(t, channelsLast); });
  int64_t heldAxis = channelsLast ? kToChannelsFirst[axis] : axis;
  node.setOutput(Tensor::of(node.emit.concat(values, heldAxis), channelsLast, inputs[0].type));
}

static void convertSplit(Node &node) {
  Tensor input = node.input(0);
  int64_t axis = Node::axis(node.getInt("axis", 0), input.shape.size());
  int64_t total = input.shape[axis], parts = std::max(1u, node.numOutputs());
  std::optional<Shape> listed = node.getIntsOrInput("split", 1);
  if (!listed && total % parts)
    fail("dimension " + Twine(total) + " does not split into " + Twine(parts) + " equal parts");
  Shape sizes = listed.value_or(Shape(parts, total / parts));
  int64_t rest = total;
  for (int64_t size : sizes)
    rest = size < 1 || size > rest ? -1 : rest - size;
  if (rest != 0 || sizes.size() != node.numOutputs())
    fail("split " + str(sizes) + " does not fit dimension " + Twine(total) + " and " +
         Twine(node.numOutputs()) + " outputs");
  int64_t start = 0;
  for (auto [index, size] : llvm::enumerate(sizes)) {
    node.setOutput(index, node.emit.cut(input, axis, start, size));
    start += size;
  }
}

//===----------------------------------------------------------------------===//
// Gather
//===----------------------------------------------------------------------===//

/// A gather of a computed tensor is a concatenation of slices: not for embeddings.
static constexpr int64_t kMaxGathered = 64;

/// The shape of a gather: that of the indices takes the place of the axis.
static Shape gatheredShape(ArrayRef<int64_t> from, int64_t axis, ArrayRef<int64_t> indices) {
  Shape shape(from.take_front(axis));
  append_range(shape, indices);
  append_range(shape, from.drop_front(axis + 1));
  return shape;
}

/// The elements of a constant at `indices` along an axis.
static Tensor gatherConstant(const Constant &constant, const Constant &indices, int64_t axis) {
  Shape shape = gatheredShape(constant.shape, axis, indices.shape);
  int64_t count = elementCount(shape), most = std::max(kMaxHostElements, constant.size());
  if (count < 1 || count > most)
    fail("a gather from a constant must have 1 to " + Twine(most) + " elements, got shape " +
         str(shape));
  SmallVector<Constant> parts;
  Shape start(constant.shape.size(), 0), size = constant.shape;
  size[axis] = 1;
  for (int64_t index : indices.ints()) {
    start[axis] = Node::position(index, constant.shape[axis], "an index");
    parts.push_back(slice(constant, start, size));
  }
  return Tensor::of(reshape(concat(parts, axis), shape));
}

static void convertGather(Node &node) {
  Tensor input = node.input(0);
  Constant indices = node.constantInput(1);
  int64_t axis = Node::axis(node.getInt("axis", 0), input.shape.size());
  if (input.constant)
    return node.setOutput(gatherConstant(*input.constant, indices, axis));
  if (indices.size() == 0 || indices.size() > kMaxGathered)
    fail("a computed tensor can be gathered at 1 to " + Twine(kMaxGathered) + " indices, got " +
         Twine(indices.size()));
  SmallVector<Value> parts;
  for (int64_t index : indices.ints()) {
    int64_t start = Node::position(index, input.shape[axis], "an index");
    parts.push_back(node.emit.cut(input, axis, start, 1).value);
  }
  Value joined = node.emit.concat(parts, input.heldAxis(axis));
  Shape shape = gatheredShape(input.shape, axis, indices.shape);
  node.setOutput(node.emit.reshape(Tensor::of(joined, input.channelsLast, input.type), shape));
}

//===----------------------------------------------------------------------===//
// Pad, Slice
//===----------------------------------------------------------------------===//

static void convertPad(Node &node) {
  Tensor input = node.input(0);
  size_t rank = input.shape.size();
  std::optional<Shape> pads = node.getIntsOrInput("pads", 1);
  if (std::string mode = node.getString("mode", "constant"); mode != "constant")
    fail("attribute 'mode' must be 'constant', got '" + mode + "'");
  float with = node.floatInput(2, node.getFloat("value", 0.0f));
  if (!pads || pads->size() != 2 * rank)
    fail("padding must have " + Twine(2 * rank) + " values, got " + str(pads.value_or(Shape())));
  for (int64_t size : *pads)
    if (size < 0 || size > INT32_MAX)
      fail("padding must be in the range 0 to 2^31 - 1, got " + str(*pads));
  Value held = node.emit.hold(input, input.channelsLast);
  Shape low = input.heldOrder(ArrayRef(*pads).take_front(rank));
  Shape high = input.heldOrder(ArrayRef(*pads).take_back(rank));
  node.setOutput(Tensor::of(node.emit.pad(held, low, high, with), input.channelsLast));
}

/// Starts, steps and result sizes of a Slice along every axis.
struct SliceBounds {
  Shape start, step, size;
};

static SliceBounds readSlice(Node &node, ArrayRef<int64_t> shape) {
  std::optional<Shape> starts = node.getIntsOrInput("starts", 1);
  std::optional<Shape> ends = node.getIntsOrInput("ends", 2);
  if (!starts || !ends || starts->size() != ends->size())
    fail("starts and ends must be of one length");
  Shape all = llvm::to_vector(llvm::seq<int64_t>(0, starts->size()));
  Shape axes = Node::axes(node.getIntsOrInput("axes", 3).value_or(all), shape.size());
  Shape steps = node.hasInput(4) ? Shape(node.constantInput(4).ints()) : Shape(axes.size(), 1);
  if (axes.size() != starts->size() || steps.size() != starts->size())
    fail("axes and steps must be as many as starts, " + Twine(starts->size()) + ", got " +
         Twine(axes.size()) + " and " + Twine(steps.size()));
  SliceBounds bounds{Shape(shape.size(), 0), Shape(shape.size(), 1), Shape(shape)};
  for (auto [axis, start, end, step] : llvm::zip(axes, *starts, *ends, steps)) {
    int64_t size = shape[axis];
    if (step == 0 || step < -INT32_MAX || step > INT32_MAX)
      fail("steps must be in the range -2^31 + 1 to 2^31 - 1 and not 0, got " + str(steps));
    int64_t first = step < 0 ? -1 : 0, last = step < 0 ? size - 1 : size;
    auto clamped = [=](int64_t value) {
      return std::clamp<int64_t>(value < 0 ? value + size : value, first, last);
    };
    // A negative start means the first element, a negative end with a negative step may
    // mean the place before it.
    int64_t from = std::max<int64_t>(0, clamped(start)), to = clamped(end);
    int64_t distance = step < 0 ? from - to : to - from, stride = std::abs(step);
    bounds.start[axis] = from;
    bounds.step[axis] = step;
    bounds.size[axis] = std::clamp<int64_t>((distance + stride - 1) / stride, 0, size);
  }
  return bounds;
}

static void convertSlice(Node &node) {
  Tensor input = node.input(0);
  SliceBounds bounds = readSlice(node, input.shape);
  if (input.constant) {
    Shape strides = stridesOf(input.shape);
    int64_t offset = 0;
    for (size_t axis = 0; axis < strides.size(); ++axis) {
      offset += bounds.start[axis] * strides[axis];
      strides[axis] *= bounds.step[axis];
    }
    return node.setOutput(Tensor::of(view(*input.constant, bounds.size, offset, strides)));
  }
  if (any_of(bounds.step, [](int64_t step) { return step != 1; }))
    fail("steps of a computed tensor must be 1, got " + str(bounds.step));
  node.setOutput(node.emit.slice(input, bounds.start, bounds.size));
}

void cim::onnx_frontend::addSlicingOperators(OperatorTable &table) {
  table["Concat"] = {convertConcat, 1, kVariadic, Types::Any, kVariadic};
  table["Gather"] = {convertGather, 2, 2, Types::Any};
  table["Pad"] = {convertPad, 1, 3, Types::Floats};
  table["Slice"] = {convertSlice, 1, 5, Types::Any};
  table["Split"] = {convertSplit, 1, 2, Types::Any};
}
