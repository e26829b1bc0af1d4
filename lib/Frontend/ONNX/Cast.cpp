//===- Cast.cpp - Element type conversions ----------------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Conversions of constants on the host and of values by the function. FLOAT16 is held in f32, so
// a cast to it rounds in f32 arithmetic, as Veltkamp splits numbers (T. J. Dekker, A
// floating-point technique for extending the available precision, 1971).
//
//===----------------------------------------------------------------------===//

#include "Elementwise.h"
#include "llvm/ADT/APFloat.h"
#include <limits>

using namespace mlir;
using namespace cim::onnx_frontend;
using onnx::TensorProto;

//===----------------------------------------------------------------------===//
// On the host
//===----------------------------------------------------------------------===//

static float roundedToHalf(float value) {
  llvm::APFloat rounded(value);
  bool losesInfo;
  for (const llvm::fltSemantics *semantics :
       {&llvm::APFloat::IEEEhalf(), &llvm::APFloat::IEEEsingle()})
    rounded.convert(*semantics, llvm::APFloat::rmNearestTiesToEven, &losesInfo);
  return rounded.convertToFloat();
}

static int64_t truncated(float value, ElementType to) {
  if (to == TensorProto::BOOL)
    return value != 0.0f;
  if (!(value > -0x1p63f && value < 0x1p63f))
    fail("value " + Twine(std::to_string(value)) + " does not fit an integer");
  return wrapped(static_cast<int64_t>(value), to);
}

static Constant castConstant(const Constant &constant, ElementType to) {
  if (isFloat(to)) {
    std::vector<float> values;
    if (constant.isFloat())
      values = constant.floats().vec();
    else if (constant.type == TensorProto::UINT64)
      values.assign(reinterpret_cast<const uint64_t *>(constant.ints().begin()),
                    reinterpret_cast<const uint64_t *>(constant.ints().end()));
    else
      values.assign(constant.ints().begin(), constant.ints().end());
    if (to == TensorProto::FLOAT16)
      llvm::transform(values, values.begin(), roundedToHalf);
    return makeConstant(ArrayRef<float>(values), constant.shape, constant.name, to);
  }
  std::vector<int64_t> values;
  if (constant.isFloat())
    for (float value : constant.floats())
      values.push_back(truncated(value, to));
  else
    for (int64_t value : constant.ints())
      values.push_back(wrapped(value, to));
  return makeConstant(ArrayRef<int64_t>(values), constant.shape, constant.name, to);
}

//===----------------------------------------------------------------------===//
// By the function
//===----------------------------------------------------------------------===//

Value Emitter::wrap(Value value, ElementType type) {
  unsigned held = elementOf(value).getIntOrFloatBitWidth(), bits = bitWidth(type);
  if (isFloat(type) || bits == 1 || bits >= held)
    return value;
  if (isUnsigned(type))
    return binary<tosa::BitwiseAndOp>(value, scalarLike((int64_t(1) << bits) - 1, value));
  Value distance = scalarLike(held - bits, value);
  Value high = binary<tosa::LogicalLeftShiftOp>(value, distance);
  return tosa::ArithmeticRightShiftOp::create(builder, high.getType(), high, distance, false);
}

/// Rounded to nearest even: to 11 bits of precision, below 2^-14 to multiples of 2^-24, which
/// the last place of 0.75 is, and from 65520 on to infinity.
static Value roundToHalf(Emitter &emit, Value x) {
  auto plus = [&](Value a, Value b) { return emit.binary<tosa::AddOp>(a, b); };
  auto minus = [&](Value a, Value b) { return emit.binary<tosa::SubOp>(a, b); };
  Value size = emit.unary<tosa::AbsOp>(x), magic = emit.scalarLike(0.75, x);
  Value fixed = minus(plus(x, magic), magic);
  Value scaled = emit.mul(x, emit.scalarLike((1 << 13) + 1, x));
  Value high = plus(minus(x, scaled), scaled);
  Value isSmall = emit.compare<tosa::GreaterOp>(emit.scalarLike(0x1p-14, x), size);
  Value isOver = emit.compare<tosa::GreaterEqualOp>(size, emit.scalarLike(65520.0, x));
  Value infinite = emit.mul(x, emit.scalarLike(std::numeric_limits<double>::infinity(), x));
  return emit.select(isOver, infinite, emit.select(isSmall, fixed, high));
}

/// The upper half of the range is held in negative numbers: halved, with the lost bit kept
/// sticky for the rounding, they are positive.
static Value floatOfUnsigned64(Emitter &emit, Value x) {
  Value one = emit.scalarLike(1, x);
  Value half = emit.binary<tosa::BitwiseOrOp>(emit.binary<tosa::LogicalRightShiftOp>(x, one),
                                              emit.binary<tosa::BitwiseAndOp>(x, one));
  Value isLarge = emit.compare<tosa::GreaterOp>(emit.scalarLike(0, x), x);
  RankedTensorType floats = emit.type(shapeOf(x));
  Value number = tosa::CastOp::create(emit.builder, floats, emit.select(isLarge, half, x));
  return emit.select(isLarge, emit.mul(number, emit.scalarLike(2, number)), number);
}

/// tosa.cast would round to even and saturate to the numbers of i64.
static Value truncate(Emitter &emit, Value x, ElementType to) {
  Value isNegative = emit.compare<tosa::GreaterOp>(emit.scalarLike(0, x), x);
  x = emit.select(isNegative, emit.unary<tosa::CeilOp>(x), emit.unary<tosa::FloorOp>(x));
  RankedTensorType target = emit.type(shapeOf(x), heldType(to, emit.builder.getContext()));
  if (to != TensorProto::UINT64)
    return tosa::CastOp::create(emit.builder, target, x);
  Value bound = emit.scalarLike(0x1p63, x);
  Value isLarge = emit.compare<tosa::GreaterEqualOp>(x, bound);
  Value low = emit.select(isLarge, emit.binary<tosa::SubOp>(x, bound), x);
  Value number = tosa::CastOp::create(emit.builder, target, low);
  return emit.select(isLarge, ordered(emit, number, to), number);
}

Value Emitter::cast(Value value, ElementType from, ElementType to) {
  if (from == to)
    return value;
  if (to == TensorProto::BOOL)
    return unary<tosa::LogicalNotOp>(compare<tosa::EqualOp>(value, scalarLike(0, value)));
  if (isFloat(from) && !isFloat(to))
    return wrap(truncate(*this, value, to), to);
  RankedTensorType target = type(shapeOf(value), heldType(to, builder.getContext()));
  if (from == TensorProto::UINT64 && isFloat(to))
    value = floatOfUnsigned64(*this, value);
  else if (value.getType() != target)
    value = tosa::CastOp::create(builder, target, value);
  return to == TensorProto::FLOAT16 ? roundToHalf(*this, value) : wrap(value, to);
}

//===----------------------------------------------------------------------===//
// Operators
//===----------------------------------------------------------------------===//

Tensor cim::onnx_frontend::castTo(Emitter &emit, const Tensor &tensor, ElementType to) {
  if (tensor.type == to)
    return tensor;
  // A float32 in place of a bfloat16 would be off by more than ONNX tolerates, and its tests
  // truncate where others round.
  if (!isSupported(to) || to == TensorProto::BFLOAT16)
    fail("a cast to element type " + str(to) + " is not supported");
  if (tensor.constant)
    return Tensor::of(castConstant(*tensor.constant, to));
  Value held = emit.hold(tensor, tensor.channelsLast);
  return Tensor::of(emit.cast(held, tensor.type, to), tensor.channelsLast, to);
}

/// What only casts to floats of 8 bits look at.
static void ignoreFloat8(Node &node) {
  node.ignore("saturate");
  node.ignore("round_mode");
}

static void convertCast(Node &node) {
  ignoreFloat8(node);
  node.setOutput(castTo(node.emit, node.input(0), ElementType(node.getInt("to"))));
}

static void convertCastLike(Node &node) {
  ignoreFloat8(node);
  node.setOutput(castTo(node.emit, node.input(0), node.input(1).type));
}

void cim::onnx_frontend::addCastOperators(OperatorTable &table) {
  table["Cast"] = {convertCast, 1, 1, Types::Any};
  table["CastLike"] = {convertCastLike, 2, 2, Types::Any};
}
