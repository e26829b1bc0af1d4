//===- Slicing.cpp - Operators that cut and join tensors --------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Concat, Pad, Slice and Split; of constants on the host.
//
//===----------------------------------------------------------------------===//

#include "Indexing.h"
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
  int64_t given = node.opset() < 4 ? node.getInt("axis", 1) : node.getInt("axis");
  int64_t axis = Node::axis(given, inputs[0].shape.size());
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
  bool lastIsRest = node.hasAttribute("num_outputs"); // Since opset 18.
  node.require("num_outputs", parts);
  if (!listed && !lastIsRest && total % parts)
    fail("dimension " + Twine(total) + " does not split into " + Twine(parts) + " equal parts");
  int64_t part = (total + parts - 1) / parts;
  Shape sizes = listed.value_or(Shape(parts, part));
  if (!listed)
    sizes.back() = total - part * (parts - 1);
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
// Pad, Slice
//===----------------------------------------------------------------------===//

/// The place of the input that a place outside, counted from the first element, repeats.
static int64_t wrappedAround(int64_t place, int64_t size) { return (place % size + size) % size; }

/// The place of the input that a place outside, counted from the first element, mirrors.
static int64_t mirrored(int64_t place, int64_t size) {
  int64_t period = std::max<int64_t>(1, 2 * (size - 1));
  int64_t rest = wrappedAround(place, period);
  return std::min(rest, period - rest);
}

/// Adds copies of the first and last element.
static Tensor padEdges(Emitter &emit, const Tensor &tensor, int64_t axis, int64_t low,
                       int64_t high) {
  int64_t heldAxis = tensor.heldAxis(axis);
  Value held = emit.hold(tensor, tensor.channelsLast);
  SmallVector<Value> parts;
  auto add = [&](int64_t from, int64_t count) {
    if (count == 0)
      return;
    Tensor edge = emit.cut(Tensor::of(held, tensor.channelsLast, tensor.type), axis, from, 1);
    Shape shape(shapeOf(edge.value));
    shape[heldAxis] = count;
    parts.push_back(emit.broadcastTo(edge.value, shape));
  };
  add(0, low);
  parts.push_back(held);
  add(tensor.shape[axis] - 1, high);
  return Tensor::of(emit.concat(parts, heldAxis), tensor.channelsLast, tensor.type);
}

/// Adds elements of the input: the ones at the places that places outside stand for.
template <int64_t (*inside)(int64_t place, int64_t size)>
static Tensor padTaken(Emitter &emit, const Tensor &tensor, int64_t axis, int64_t low,
                       int64_t high) {
  int64_t size = tensor.shape[axis];
  if (low + high == 0)
    return tensor;
  checkIndexCount(low + size + high);
  Shape places;
  for (int64_t place = -low; place < size + high; ++place)
    places.push_back(inside(place, size));
  return take(emit, tensor, axis, places);
}

/// Adds copies of a value: a constant that a double holds is one of tosa.pad, any other is
/// put around the input.
static Tensor padConstant(Node &node, const Tensor &tensor, ArrayRef<int64_t> low,
                          ArrayRef<int64_t> high) {
  Emitter &emit = node.emit;
  Tensor with = node.hasInput(2)
                    ? node.input(2)
                    : Tensor::of(makeConstant(ArrayRef(node.getFloat("value", 0)), {}));
  if (elementCount(with.shape) != 1 || (node.hasInput(2) && with.type != tensor.type))
    fail("the value must be one of element type " + str(tensor.type) + ", got " + str(with.type) +
         " of shape " + str(with.shape));
  Value held = emit.hold(tensor, tensor.channelsLast);
  if (with.constant) {
    double value = with.isFloat() ? with.constant->floats()[0] : with.constant->ints()[0];
    if (with.isFloat() || std::abs(value) < 0x1p53)
      return Tensor::of(emit.pad(held, tensor.heldOrder(low), tensor.heldOrder(high), value),
                        tensor.channelsLast, tensor.type);
  }
  Value value = emit.reshape(emit.hold(with), Shape(low.size(), 1));
  for (size_t axis = 0; axis < low.size(); ++axis) {
    int64_t heldAxis = tensor.heldAxis(axis);
    Shape shape(shapeOf(held));
    auto part = [&](int64_t count) {
      shape[heldAxis] = count;
      return emit.broadcastTo(value, shape);
    };
    SmallVector<Value> parts{held};
    if (low[axis])
      parts.insert(parts.begin(), part(low[axis]));
    if (high[axis])
      parts.push_back(part(high[axis]));
    held = emit.concat(parts, heldAxis);
  }
  return Tensor::of(held, tensor.channelsLast, tensor.type);
}

/// Padding before and then after each axis; nodes may name the axes that they pad.
static Shape readPads(Node &node, size_t rank) {
  Shape pads = node.getIntsOrInput(node.opset() < 2 ? "paddings" : "pads", 1).value_or(Shape());
  Shape axes = llvm::to_vector(llvm::seq<int64_t>(0, rank));
  if (node.hasInput(3))
    axes = Node::axes(node.constantInput(3).ints(), rank);
  if (pads.size() != 2 * axes.size())
    fail("padding must have " + Twine(2 * axes.size()) + " values, got " + str(pads));
  Shape result(2 * rank, 0);
  for (auto [i, axis] : llvm::enumerate(axes)) {
    result[axis] = pads[i];
    result[axis + rank] = pads[i + axes.size()];
  }
  return result;
}

static void convertPad(Node &node) {
  Tensor input = node.input(0);
  size_t rank = input.shape.size();
  Shape pads = readPads(node, rank);
  std::string mode = node.getString("mode", "constant");
  Shape start(rank, 0), kept = input.shape;
  for (size_t i = 0; i < 2 * rank; ++i) { // Negative ones cut.
    int64_t &size = pads[i];
    if (size < -INT32_MAX || size > INT32_MAX)
      fail("padding must be in the range -2^31 + 1 to 2^31 - 1, got " + str(pads));
    kept[i % rank] += std::min<int64_t>(0, size);
    if (i < rank)
      start[i] = std::max<int64_t>(0, -size);
    size = std::max<int64_t>(0, size);
  }
  if (any_of(kept, [](int64_t size) { return size < 1; }))
    fail("padding must leave elements of the input, got shape " + str(kept));
  Tensor tensor = node.emit.slice(input, start, kept);
  ArrayRef<int64_t> low = ArrayRef(pads).take_front(rank), high = ArrayRef(pads).take_back(rank);
  if (mode == "constant")
    return node.setOutput(padConstant(node, tensor, low, high));
  if (mode != "edge" && mode != "reflect" && mode != "wrap")
    fail("attribute 'mode' must be 'constant', 'edge', 'reflect' or 'wrap', got '" + mode + "'");
  auto padAxis = mode == "edge"      ? padEdges
                 : mode == "reflect" ? padTaken<mirrored>
                                     : padTaken<wrappedAround>;
  for (size_t axis = 0; axis < rank; ++axis)
    tensor = padAxis(node.emit, tensor, axis, low[axis], high[axis]);
  node.setOutput(tensor);
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
  Shape start = bounds.start, size = bounds.size;
  for (auto [axis, step] : llvm::enumerate(bounds.step)) {
    if (step == 1)
      continue;
    checkIndexCount(size[axis]);
    Shape places(size[axis]);
    for (auto [i, place] : llvm::enumerate(places))
      place = start[axis] + i * step;
    input = take(node.emit, input, axis, places);
    start[axis] = 0;
  }
  node.setOutput(node.emit.slice(input, start, size));
}

void cim::onnx_frontend::addSlicingOperators(OperatorTable &table) {
  table["Concat"] = {convertConcat, 1, kVariadic, Types::Any, kVariadic};
  table["Pad"] = {convertPad, 1, 4, Types::Any};
  table["Slice"] = {convertSlice, 1, 5, Types::Any};
  table["Split"] = {convertSplit, 1, 2, Types::Any};
}
