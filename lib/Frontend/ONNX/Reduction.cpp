//===- Reduction.cpp - Reductions -------------------------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Reductions over axes, places of extremes along an axis, and running sums. Integers wrap, and
// UINT64 is compared as the unsigned number it is.
//
//===----------------------------------------------------------------------===//

#include "Reduction.h"
#include "Elementwise.h"
#include <limits>

using namespace mlir;
using namespace cim::onnx_frontend;

//===----------------------------------------------------------------------===//
// Shared
//===----------------------------------------------------------------------===//

Value cim::onnx_frontend::meanOver(Emitter &emit, Value value, ArrayRef<int64_t> axes) {
  int64_t count = 1;
  for (int64_t axis : axes)
    count *= shapeOf(value)[axis];
  Value sum = reduceAxes<tosa::ReduceSumOp>(emit, value, axes);
  return count == 1 ? sum : emit.mul(sum, emit.scalarLike(1.0f / count, sum));
}

LogSum cim::onnx_frontend::logSumExp(Emitter &emit, Value value, int64_t axis) {
  Value shifted = emit.binary<tosa::SubOp>(value, emit.reduce<tosa::ReduceMaxOp>(value, axis));
  Value sum = emit.reduce<tosa::ReduceSumOp>(emit.unary<tosa::ExpOp>(shifted), axis);
  return {shifted, emit.unary<tosa::LogOp>(sum)};
}

//===----------------------------------------------------------------------===//
// Reductions
//===----------------------------------------------------------------------===//

/// Reduces axes of a held value of an element type.
using ReduceFunction = Value (*)(Emitter &, Value, ArrayRef<int64_t>, ElementType);

template <typename Op>
static Value reduceBy(Emitter &emit, Value value, ArrayRef<int64_t> axes, ElementType) {
  return reduceAxes<Op>(emit, value, axes);
}

template <typename Op>
static Value reduceExtreme(Emitter &emit, Value value, ArrayRef<int64_t> axes, ElementType type) {
  return ordered(emit, reduceAxes<Op>(emit, ordered(emit, value, type), axes), type);
}

static Value reduceMean(Emitter &emit, Value value, ArrayRef<int64_t> axes, ElementType) {
  return meanOver(emit, value, axes);
}

static Value reduceL1(Emitter &emit, Value value, ArrayRef<int64_t> axes, ElementType type) {
  if (!isUnsigned(type))
    value = emit.unary<tosa::AbsOp>(value);
  return reduceAxes<tosa::ReduceSumOp>(emit, value, axes);
}

static Value reduceSumSquare(Emitter &emit, Value value, ArrayRef<int64_t> axes, ElementType) {
  return reduceAxes<tosa::ReduceSumOp>(emit, emit.mul(value, value), axes);
}

static Value reduceL2(Emitter &emit, Value value, ArrayRef<int64_t> axes, ElementType type) {
  return emit.sqrt(reduceSumSquare(emit, value, axes, type));
}

static Value reduceLogSum(Emitter &emit, Value value, ArrayRef<int64_t> axes, ElementType) {
  return emit.unary<tosa::LogOp>(reduceAxes<tosa::ReduceSumOp>(emit, value, axes));
}

/// The maximum is taken out; an infinite one is brought into range first.
static Value reduceLogSumExp(Emitter &emit, Value value, ArrayRef<int64_t> axes, ElementType type) {
  constexpr float kMax = std::numeric_limits<float>::max();
  Value maximum = emit.clamp(reduceAxes<tosa::ReduceMaxOp>(emit, value, axes), -kMax, kMax);
  Value power = emit.unary<tosa::ExpOp>(emit.binary<tosa::SubOp>(value, maximum));
  return emit.binary<tosa::AddOp>(reduceLogSum(emit, power, axes, type), maximum);
}

/// A value without some of its axes, which have size 1.
static Tensor dropAxes(Emitter &emit, const Tensor &tensor, ArrayRef<int64_t> axes) {
  Shape shape;
  for (auto [axis, size] : llvm::enumerate(tensor.shape))
    if (!llvm::is_contained(axes, static_cast<int64_t>(axis)))
      shape.push_back(size);
  return emit.reshape(tensor, shape);
}

/// Reduces axes of integers on the host, as the number of elements of a shape: half of an axis
/// with the other half.
static Tensor reduceOnHost(Emitter &emit, Tensor tensor, ArrayRef<int64_t> axes,
                           IntegerFunction compute) {
  for (int64_t axis : axes) {
    std::optional<Tensor> odd; // What had no partner.
    while (tensor.shape[axis] > 1) {
      int64_t size = tensor.shape[axis], half = size / 2;
      if (size % 2) {
        Tensor last = emit.cut(tensor, axis, size - 1, 1);
        odd = odd ? foldIntegers(*odd, last, compute, tensor.type) : last;
      }
      tensor = foldIntegers(emit.cut(tensor, axis, 0, half), emit.cut(tensor, axis, half, half),
                            compute, tensor.type);
    }
    if (odd)
      tensor = foldIntegers(tensor, *odd, compute, tensor.type);
  }
  return tensor;
}

template <ReduceFunction reduce, IntegerFunction compute = nullptr>
static void convertReduce(Node &node) {
  Tensor input = node.input(0);
  Emitter &emit = node.emit;
  size_t rank = input.shape.size();
  Shape axes = Node::axes(node.getIntsOrInput("axes", 1).value_or(Shape()), rank);
  bool keep = node.getInt("keepdims", 1) != 0;
  bool none = node.getInt("noop_with_empty_axes", 0) != 0;
  if (axes.empty() && none)
    return node.setOutput(input);
  if (axes.empty())
    append_range(axes, llvm::seq<int64_t>(0, rank));
  Tensor reduced;
  if (IntegerFunction onHost = compute; onHost && isOnHost({input})) {
    reduced = reduceOnHost(emit, input, axes, onHost);
  } else {
    Shape held;
    for (int64_t axis : axes)
      held.push_back(input.heldAxis(axis));
    Value result = reduce(emit, emit.hold(input, input.channelsLast), held, input.type);
    reduced = Tensor::of(emit.wrap(result, input.type), input.channelsLast, input.type);
  }
  node.setOutput(keep ? reduced : dropAxes(emit, reduced, axes));
}

//===----------------------------------------------------------------------===//
// Places of extremes
//===----------------------------------------------------------------------===//

/// The elements with their order turned around.
static Value mirrored(Emitter &emit, Value value) {
  if (elementOf(value).isF32())
    return emit.negate(value);
  return emit.binary<tosa::SubOp>(emit.scalarLike(-1, value), value);
}

/// The place of the last extreme is that of the first one from behind.
template <bool isMin> static void convertArgExtreme(Node &node) {
  Tensor input = node.input(0);
  Emitter &emit = node.emit;
  int64_t axis = Node::axis(node.getInt("axis", 0), input.shape.size());
  bool takesLast = node.getInt("select_last_index", 0) != 0;
  int64_t heldAxis = input.heldAxis(axis);
  Value value = ordered(emit, emit.hold(input, input.channelsLast), input.type);
  if (isMin)
    value = mirrored(emit, value);
  auto axisAttr = emit.builder.getI32IntegerAttr(heldAxis);
  if (takesLast)
    value = tosa::ReverseOp::create(emit.builder, value.getType(), value, axisAttr);
  Shape shape(shapeOf(value));
  shape.erase(shape.begin() + heldAxis);
  Value place = tosa::ArgMaxOp::create(emit.builder, emit.type(shape, emit.builder.getI32Type()),
                                       value, axisAttr);
  if (takesLast)
    place = emit.binary<tosa::SubOp>(emit.scalarLike(input.shape[axis] - 1, place), place);
  shape.insert(shape.begin() + heldAxis, 1);
  place = emit.reshape(emit.cast(place, onnx::TensorProto::INT32, onnx::TensorProto::INT64), shape);
  Tensor places = Tensor::of(place, input.channelsLast);
  node.setOutput(node.getInt("keepdims", 1) ? places : dropAxes(emit, places, {axis}));
}

//===----------------------------------------------------------------------===//
// Running sums
//===----------------------------------------------------------------------===//

/// The elements moved along an axis, with zeros behind them.
static Value shifted(Emitter &emit, Value value, int64_t axis, int64_t distance, bool toFront) {
  Shape size(shapeOf(value)), start(size.size(), 0), low = start, high = start;
  size[axis] -= distance;
  (toFront ? start : low)[axis] = distance;
  if (toFront)
    high[axis] = distance;
  return emit.pad(emit.slice(value, start, size), low, high, 0);
}

/// Sums of 2, 4, 8 ... neighbours.
static void convertCumSum(Node &node) {
  Tensor input = node.input(0);
  Emitter &emit = node.emit;
  Constant axisInput = node.constantInput(1);
  if (axisInput.size() != 1)
    fail("the axis must be one number, got shape " + str(axisInput.shape));
  int64_t axis = Node::axis(axisInput.ints()[0], input.shape.size());
  bool reverse = node.getInt("reverse", 0) != 0;
  Value sum = emit.hold(input, input.channelsLast);
  int64_t heldAxis = input.heldAxis(axis), size = input.shape[axis];
  if (node.getInt("exclusive", 0)) {
    Value zeros = emit.binary<tosa::SubOp>(sum, sum);
    sum = size == 1 ? zeros : shifted(emit, sum, heldAxis, 1, reverse);
  }
  for (int64_t distance = 1; distance < size; distance *= 2)
    sum = emit.binary<tosa::AddOp>(sum, shifted(emit, sum, heldAxis, distance, reverse));
  node.setOutput(Tensor::of(emit.wrap(sum, input.type), input.channelsLast, input.type));
}

//===----------------------------------------------------------------------===//
// Table
//===----------------------------------------------------------------------===//

void cim::onnx_frontend::addReductionOperators(OperatorTable &table) {
  table["ArgMax"] = {convertArgExtreme<false>, 1, 1, Types::Numbers};
  table["ArgMin"] = {convertArgExtreme<true>, 1, 1, Types::Numbers};
  table["CumSum"] = {convertCumSum, 2, 2, Types::Numbers};
  table["ReduceL1"] = {convertReduce<reduceL1>, 1, 2, Types::Numbers};
  table["ReduceL2"] = {convertReduce<reduceL2>, 1, 2};
  table["ReduceLogSum"] = {convertReduce<reduceLogSum>, 1, 2};
  table["ReduceLogSumExp"] = {convertReduce<reduceLogSumExp>, 1, 2};
  table["ReduceMax"] = {convertReduce<reduceExtreme<tosa::ReduceMaxOp>, maxInts>, 1, 2,
                        Types::Numbers};
  table["ReduceMean"] = {convertReduce<reduceMean>, 1, 2};
  table["ReduceMin"] = {convertReduce<reduceExtreme<tosa::ReduceMinOp>, minInts>, 1, 2,
                        Types::Numbers};
  table["ReduceProd"] = {convertReduce<reduceBy<tosa::ReduceProductOp>, mulInts>, 1, 2,
                         Types::Numbers};
  table["ReduceSum"] = {convertReduce<reduceBy<tosa::ReduceSumOp>, addInts>, 1, 2, Types::Numbers};
  table["ReduceSumSquare"] = {convertReduce<reduceSumSquare>, 1, 2, Types::Numbers};
}
