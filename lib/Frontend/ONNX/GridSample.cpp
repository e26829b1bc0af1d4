//===- GridSample.cpp - Interpolation at computed places --------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Each output is a sum of pixels times weights; places and weights of rows and columns are
// computed apart. Pixels outside are replaced one by one, which is the same as moving
// the place: borders and mirrors lie between pixels or on them. Cubic weights as in Resize.
//
//===----------------------------------------------------------------------===//

#include "Indexing.h"
#include "Node.h"

using namespace mlir;
using namespace cim::onnx_frontend;
using onnx::TensorProto;

namespace {

/// What a node says.
struct Sampling {
  std::string mode, padding;
  bool alignsCorners;
};

/// Pixels of one axis, for every output: places i32 and weights, both [N, P].
struct AxisTap {
  Value place, weight;
};

} // namespace

static Value addScalar(Emitter &emit, Value value, double scalar) {
  return emit.binary<tosa::AddOp>(value, emit.scalarLike(scalar, value));
}

static Value mulScalar(Emitter &emit, Value value, double scalar) {
  return emit.mul(value, emit.scalarLike(scalar, value));
}

/// tosa.cast: rounded to even.
static Value convert(Emitter &emit, Value value, Type element) {
  return tosa::CastOp::create(emit.builder, emit.type(shapeOf(value), element), value);
}

/// Whole numbers mirrored until they are places of an axis; the function is even and
/// periodic.
static Value reflect(Emitter &emit, Value place, int64_t size, bool alignsCorners) {
  double low = alignsCorners ? 0.0 : -0.5, period = alignsCorners ? 2.0 * (size - 1) : 2.0 * size;
  if (period == 0)
    return mulScalar(emit, place, 0);
  Value distance = emit.unary<tosa::AbsOp>(addScalar(emit, place, -low));
  Value periods = emit.unary<tosa::FloorOp>(mulScalar(emit, distance, 1 / period));
  Value rest = emit.binary<tosa::SubOp>(distance, mulScalar(emit, periods, period));
  rest = emit.unary<tosa::AbsOp>(rest);
  Value other = addScalar(emit, emit.negate(rest), period);
  return addScalar(emit, emit.binary<tosa::MinimumOp>(rest, other), low);
}

/// The pixel at a whole number and its weight.
static AxisTap tapAt(Emitter &emit, const Sampling &sampling, Value place, Value weight,
                     int64_t size) {
  if (sampling.padding == "reflection")
    place = reflect(emit, place, size, sampling.alignsCorners);
  Value clamped = emit.clamp(place, 0.0f, size - 1.0f);
  if (sampling.padding == "zeros") {
    Value isInside = emit.compare<tosa::EqualOp>(clamped, place);
    weight = emit.select(isInside, weight, emit.scalarLike(0, weight));
  }
  return {convert(emit, clamped, emit.builder.getI32Type()), weight};
}

/// Weights of the pixels at -1, 0, 1 and 2, `t` being in 0 to 1: cubics with a = -0.75 in the
/// distance, by Horner's rule.
static SmallVector<Value> cubicWeights(Emitter &emit, Value t) {
  auto cubic = [&](double a3, double a2, double a1, double a0) {
    Value sum = addScalar(emit, mulScalar(emit, t, a3), a2);
    sum = addScalar(emit, emit.mul(sum, t), a1);
    return addScalar(emit, emit.mul(sum, t), a0);
  };
  return {cubic(-0.75, 1.5, -0.75, 0), cubic(1.25, -2.25, 0, 1), cubic(-1.25, 1.5, 0.75, 0),
          cubic(0.75, -0.75, 0, 0)};
}

/// Pixels of an axis of `size` for coordinates [N, P] from -1 to 1.
static SmallVector<AxisTap> tapsOf(Emitter &emit, const Sampling &sampling, Value coordinate,
                                   int64_t size) {
  Value fromEdge = addScalar(emit, coordinate, 1);
  Value x = sampling.alignsCorners ? mulScalar(emit, fromEdge, (size - 1) / 2.0)
                                   : addScalar(emit, mulScalar(emit, fromEdge, size / 2.0), -0.5);
  x = emit.clamp(x, -0x1p22f, 0x1p22f); // Places are exact numbers.
  Value one = emit.scalarLike(1, x);
  if (sampling.mode == "nearest") {
    Value place = convert(emit, convert(emit, x, emit.builder.getI32Type()), elementOf(x));
    return {tapAt(emit, sampling, place, emit.broadcastTo(one, shapeOf(x)), size)};
  }
  Value first = emit.unary<tosa::FloorOp>(x), t = emit.binary<tosa::SubOp>(x, first);
  SmallVector<Value> weights{emit.binary<tosa::SubOp>(one, t), t};
  if (sampling.mode == "bicubic") {
    first = addScalar(emit, first, -1);
    weights = cubicWeights(emit, t);
  }
  SmallVector<AxisTap> taps;
  for (auto [i, weight] : llvm::enumerate(weights))
    taps.push_back(tapAt(emit, sampling, addScalar(emit, first, i), weight, size));
  return taps;
}

static Sampling readSampling(Node &node) {
  Sampling sampling{node.getString("mode", "bilinear"), node.getString("padding_mode", "zeros"),
                    node.getInt("align_corners", 0) != 0};
  // As opset 20 calls them.
  if (sampling.mode == "linear" || sampling.mode == "cubic")
    sampling.mode = "bi" + sampling.mode;
  if (sampling.mode != "bilinear" && sampling.mode != "nearest" && sampling.mode != "bicubic")
    fail("attribute 'mode' must be 'bilinear', 'nearest' or 'bicubic', got '" + sampling.mode +
         "'");
  if (sampling.padding != "zeros" && sampling.padding != "border" &&
      sampling.padding != "reflection")
    fail("attribute 'padding_mode' must be 'zeros', 'border' or 'reflection', got '" +
         sampling.padding + "'");
  return sampling;
}

static void convertGridSample(Node &node) {
  Emitter &emit = node.emit;
  Tensor input = node.inputOfRank(0, 4), grid = node.inputOfRank(1, 4);
  Sampling sampling = readSampling(node);
  int64_t batch = input.shape[0], channels = input.shape[1];
  int64_t height = input.shape[2], width = input.shape[3];
  if (grid.shape[0] != batch || grid.shape[3] != 2)
    fail("the grid must have shape [" + Twine(batch) + ", H, W, 2], got " + str(grid.shape));
  int64_t count = grid.shape[1] * grid.shape[2];
  Value places = emit.reshape(emit.hold(grid), {batch, count, 2});
  auto coordinate = [&](int64_t i) {
    return emit.reshape(emit.slice(places, {0, 0, i}, {batch, count, 1}), {batch, count});
  };
  SmallVector<AxisTap> columns = tapsOf(emit, sampling, coordinate(0), width);
  SmallVector<AxisTap> rows = tapsOf(emit, sampling, coordinate(1), height);
  Value pixels =
      emit.reshape(emit.hold(input, /*channelsLast=*/true), {batch, height * width, channels});
  Value sum;
  for (const AxisTap &row : rows)
    for (const AxisTap &column : columns) {
      Value place = emit.binary<tosa::AddOp>(mulScalar(emit, row.place, width), column.place);
      Value weight = emit.reshape(emit.mul(row.weight, column.weight), {batch, count, 1});
      Value part = emit.mul(gatherRows(emit, pixels, place), weight);
      sum = sum ? emit.binary<tosa::AddOp>(sum, part) : part;
    }
  Value result = emit.reshape(sum, {batch, grid.shape[1], grid.shape[2], channels});
  node.setOutput(Tensor::of(result, /*channelsLast=*/true));
}

void cim::onnx_frontend::addSamplingOperators(OperatorTable &table) {
  table["GridSample"] = {convertGridSample, 2, 2, Types::Floats, 2};
}
