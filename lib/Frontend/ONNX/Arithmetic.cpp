//===- Arithmetic.cpp - Arithmetic on two and more operands -----*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Broadcasting arithmetic. Narrow integers wrap, and UINT64, which is held in i64, is compared
// and divided as the unsigned number it is. Two integer constants are computed on the host.
//
//===----------------------------------------------------------------------===//

#include "Elementwise.h"
#include "Quantize.h"
#include "llvm/ADT/bit.h"
#include <cmath>
#include <limits>

using namespace mlir;
using namespace cim::onnx_frontend;

//===----------------------------------------------------------------------===//
// On the host
//===----------------------------------------------------------------------===//

static bool divInts(int64_t a, int64_t b, int64_t &r) {
  if (b == 0 || (b == -1 && a == INT64_MIN))
    return false;
  r = a / b;
  return true;
}
/// The remainder of a division that truncates, and the one with the sign of the divisor.
static bool remInts(int64_t a, int64_t b, int64_t &r) {
  if (b == 0)
    return false;
  r = b == -1 ? 0 : a % b;
  return true;
}
static bool modInts(int64_t a, int64_t b, int64_t &r) {
  if (!remInts(a, b, r))
    return false;
  r += r != 0 && (r < 0) != (b < 0) ? b : 0;
  return true;
}

//===----------------------------------------------------------------------===//
// On the device
//===----------------------------------------------------------------------===//

/// Computes two operands of an element type; narrow results are wrapped later.
using BuildFunction = Value (*)(Emitter &, Value, Value, ElementType);

template <typename Op> static Value emitBinary(Emitter &emit, Value a, Value b, ElementType) {
  return emit.binary<Op>(a, b);
}

static Value emitMul(Emitter &emit, Value a, Value b, ElementType) { return emit.mul(a, b); }

/// The larger or smaller operand.
template <typename Op> static Value emitExtreme(Emitter &emit, Value a, Value b, ElementType type) {
  Value extreme = emit.binary<Op>(ordered(emit, a, type), ordered(emit, b, type));
  return ordered(emit, extreme, type);
}

/// Half of the dividend is a signed number: twice its quotient is at most one too small. A
/// divisor of 2^63 or more divides once or not at all.
static Value divideUnsigned64(Emitter &emit, Value a, Value b, ElementType type) {
  Value one = emit.scalarLike(1, a);
  Value half = emit.binary<tosa::LogicalRightShiftOp>(a, one);
  Value quotient = emit.mul(emit.binary<tosa::IntDivOp>(half, b), emit.scalarLike(2, a));
  Value remainder = emit.binary<tosa::SubOp>(a, emit.mul(quotient, b));
  auto isAtLeastDivisor = [&](Value value) {
    return emit.compare<tosa::GreaterEqualOp>(ordered(emit, value, type), ordered(emit, b, type));
  };
  Value next = emit.binary<tosa::AddOp>(quotient, one);
  quotient = emit.select(isAtLeastDivisor(remainder), next, quotient);
  Value zero = emit.scalarLike(0, a);
  Value isLarge = emit.compare<tosa::GreaterOp>(zero, b);
  return emit.select(isLarge, emit.select(isAtLeastDivisor(a), one, zero), quotient);
}

static Value emitDiv(Emitter &emit, Value a, Value b, ElementType type) {
  if (isFloat(type))
    return emit.mul(a, emit.reciprocal(b));
  return type == onnx::TensorProto::UINT64 ? divideUnsigned64(emit, a, b, type)
                                           : emit.binary<tosa::IntDivOp>(a, b);
}

/// What is left of a division that truncates; it has the sign of the dividend. Where the
/// quotient of floats was rounded to the next number, the remainder is one divisor off. A
/// quotient of 2^22 or more gives not-a-number, because its ones are not known.
static Value emitRemainder(Emitter &emit, Value a, Value b, ElementType type) {
  if (!isFloat(type))
    return emit.binary<tosa::SubOp>(a, emit.mul(emitDiv(emit, a, b, type), b));
  Value zero = emit.scalarLike(0, a);
  Value size = emit.unary<tosa::AbsOp>(a), divisor = emit.unary<tosa::AbsOp>(b);
  Value times = emit.unary<tosa::FloorOp>(emitDiv(emit, size, divisor, type));
  Value product = emit.mul(times, divisor);
  Value rest = emit.binary<tosa::SubOp>(emit.binary<tosa::SubOp>(size, product),
                                        emit.lostInProduct(times, divisor, product));
  Value isOver = emit.compare<tosa::GreaterEqualOp>(rest, divisor);
  rest = emit.select(isOver, emit.binary<tosa::SubOp>(rest, divisor), rest);
  Value isUnder = emit.compare<tosa::GreaterOp>(zero, rest);
  rest = emit.select(isUnder, emit.binary<tosa::AddOp>(rest, divisor), rest);
  Value isKnown = emit.compare<tosa::GreaterOp>(emit.scalarLike(0x1p22, a), times);
  rest = emit.select(isKnown, rest, emit.scalarLike(std::nan(""), a));
  rest = emit.select(emit.compare<tosa::GreaterOp>(divisor, size), size, rest);
  return emit.select(emit.compare<tosa::GreaterOp>(zero, a), emit.negate(rest), rest);
}

/// The remainder with the sign of the divisor.
static Value emitModulo(Emitter &emit, Value a, Value b, ElementType type) {
  Value rest = emitRemainder(emit, a, b, type);
  if (isUnsigned(type))
    return rest;
  Value zero = emit.scalarLike(0, a);
  auto isNegative = [&](Value value) { return emit.compare<tosa::GreaterOp>(zero, value); };
  Value differs = emit.binary<tosa::LogicalXorOp>(isNegative(rest), isNegative(b));
  Value isWhole = emit.compare<tosa::EqualOp>(rest, zero);
  Value keeps = emit.binary<tosa::LogicalOrOp>(isWhole, emit.unary<tosa::LogicalNotOp>(differs));
  return emit.select(keeps, rest, emit.binary<tosa::AddOp>(rest, b));
}

/// Squares for each bit of the exponent, from the lowest.
static Value emitIntegerPower(Emitter &emit, Value base, Value exponent, unsigned bits) {
  Value result = emit.scalarLike(1, base), one = emit.scalarLike(1, exponent);
  for (unsigned bit = 0; bit < bits; ++bit) {
    Value lowest = emit.binary<tosa::BitwiseAndOp>(exponent, one);
    Value isOdd = emit.compare<tosa::EqualOp>(lowest, one);
    result = emit.select(isOdd, emit.mul(result, base), result);
    base = emit.mul(base, base);
    exponent = emit.binary<tosa::LogicalRightShiftOp>(exponent, one);
  }
  return result;
}

//===----------------------------------------------------------------------===//
// Converters
//===----------------------------------------------------------------------===//

static Tensor combine(Emitter &emit, const Tensor &a, const Tensor &b, BuildFunction build,
                      IntegerFunction compute) {
  if (compute && isOnHost({a, b}))
    return foldIntegers(a, b, compute, a.type);
  Operands operands(emit, {a, b});
  Value result = build(emit, operands.values[0], operands.values[1], a.type);
  return Tensor::of(emit.wrap(result, a.type), operands.channelsLast, a.type);
}

template <BuildFunction build, IntegerFunction compute> static void convertBinary(Node &node) {
  auto [a, b] = binaryInputs(node);
  node.setOutput(combine(node.emit, a, b, build, compute));
}

/// All inputs combined from the first to the last.
template <BuildFunction build, IntegerFunction compute> static Tensor combineAll(Node &node) {
  node.ignore("consumed_inputs");
  Tensor result = node.input(0);
  for (unsigned i = 1; i < node.numInputs(); ++i)
    result = combine(node.emit, result, node.input(i), build, compute);
  return result;
}

template <BuildFunction build, IntegerFunction compute> static void convertVariadic(Node &node) {
  node.setOutput(combineAll<build, compute>(node));
}

static void convertMean(Node &node) {
  Tensor sum = combineAll<emitBinary<tosa::AddOp>, nullptr>(node);
  if (node.numInputs() == 1)
    return node.setOutput(sum);
  Value held = node.emit.hold(sum, sum.channelsLast);
  Value mean = node.emit.mul(held, node.emit.scalarLike(1.0 / node.numInputs(), held));
  node.setOutput(Tensor::of(mean, sum.channelsLast, sum.type));
}

/// Division by a constant: its reciprocals are computed here.
static void convertDiv(Node &node) {
  auto [dividend, divisor] = binaryInputs(node);
  if (!divisor.constant || !divisor.isFloat())
    return node.setOutput(combine(node.emit, dividend, divisor, emitDiv, divInts));
  std::vector<float> values(divisor.constant->floats());
  for (float &value : values)
    value = 1.0f / value;
  divisor.constant =
      makeConstant(ArrayRef<float>(values), divisor.shape, divisor.constant->name, divisor.type);
  node.setOutput(combine(node.emit, dividend, divisor, emitMul, nullptr));
}

static void convertMod(Node &node) {
  bool isRemainder = node.getInt("fmod", 0) != 0;
  if (!isRemainder && node.input(0).isFloat())
    fail("attribute 'fmod' must be 1 for floats, got 0");
  node.setOutput(combine(node.emit, node.input(0), node.input(1),
                         isRemainder ? emitRemainder : emitModulo,
                         isRemainder ? remInts : modInts));
}

/// A power of integers, which wraps. That of a negative exponent is not defined.
static Tensor integerPower(Emitter &emit, const Tensor &base, const Tensor &exponent) {
  unsigned bits = bitWidth(exponent.type) - !isUnsigned(exponent.type);
  if (exponent.constant) {
    int64_t largest = 0;
    for (int64_t value : exponent.constant->ints()) {
      if (value < 0)
        fail("the exponent of an integer must not be negative, got " + Twine(value));
      largest = std::max(largest, value);
    }
    // One at least, so that the result has the shape of both.
    bits = llvm::bit_width(static_cast<uint64_t>(largest) | 1);
  }
  Operands operands(emit, {base, exponent});
  Value power = emitIntegerPower(emit, operands.values[0], operands.values[1], bits);
  return Tensor::of(emit.wrap(power, base.type), operands.channelsLast, base.type);
}

/// Small whole powers are products: tosa.pow is not defined for negative bases. The
/// exponent may be of another type than base and result.
static void convertPow(Node &node) {
  Emitter &emit = node.emit;
  auto [base, exponent] = binaryInputs(node);
  if (!base.isFloat() && !exponent.isFloat())
    return node.setOutput(integerPower(emit, base, exponent));
  ElementType type = base.type, computed = base.isFloat() ? base.type : exponent.type;
  base = castTo(emit, base, computed);
  exponent = castTo(emit, exponent, computed);
  bool isScalar = exponent.constant && exponent.constant->size() == 1 &&
                  exponent.shape.size() <= base.shape.size();
  float power = isScalar ? exponent.constant->floats()[0] : 0.0f;
  if (power == 2.0f || power == 3.0f) {
    Tensor square = combine(emit, base, base, emitMul, nullptr);
    base = power == 2.0f ? square : combine(emit, square, base, emitMul, nullptr);
  } else {
    base = combine(emit, base, exponent, emitBinary<tosa::PowOp>, nullptr);
  }
  node.setOutput(castTo(emit, base, type));
}

/// Bits that are shifted out are lost.
static void convertBitShift(Node &node) {
  Tensor value = node.input(0), distance = node.input(1);
  if (!isUnsigned(value.type))
    fail("input 0 must be of an unsigned type, got element type " + str(value.type));
  std::string direction = node.getString("direction", "");
  if (direction != "LEFT" && direction != "RIGHT")
    fail("attribute 'direction' must be LEFT or RIGHT, got '" + direction + "'");
  node.setOutput(combine(node.emit, value, distance,
                         direction == "LEFT" ? emitBinary<tosa::LogicalLeftShiftOp>
                                             : emitBinary<tosa::LogicalRightShiftOp>,
                         nullptr));
}

//===----------------------------------------------------------------------===//
// Clip
//===----------------------------------------------------------------------===//

/// A bound: an attribute in older opsets, of at most one element.
static std::optional<Tensor> clipBound(Node &node, StringRef name, unsigned i) {
  if (node.hasAttribute(name))
    return Tensor::of(makeConstant(ArrayRef(node.getFloat(name, 0.0f)), {}));
  if (!node.hasInput(i))
    return std::nullopt;
  Tensor bound = node.input(i);
  if (elementCount(bound.shape) != 1)
    fail("bound '" + name + "' must have one element, got shape " + str(bound.shape));
  return node.emit.reshape(bound, {});
}

/// Constant bounds of floats are those of tosa.clamp, of codes they narrow the quantization. A
/// lower bound that exceeds the upper one has no influence, as in `min(max(x, lower), upper)`.
static void convertClip(Node &node) {
  node.ignore("consumed_inputs");
  Tensor input = node.input(0);
  std::optional<Tensor> min = clipBound(node, "min", 1), max = clipBound(node, "max", 2);
  bool isConstant = (!min || min->constant) && (!max || max->constant);
  if (input.isFloat() && isConstant) {
    float low = min ? min->constant->floats()[0] : -std::numeric_limits<float>::infinity();
    float high = max ? max->constant->floats()[0] : std::numeric_limits<float>::infinity();
    if (low <= high)
      return mapInput(node, [&](Value x) { return node.emit.clamp(x, low, high); });
  }
  if (input.isInteger() && isConstant) {
    int64_t low = min ? min->constant->ints()[0] : INT64_MIN;
    int64_t high = max ? max->constant->ints()[0] : INT64_MAX;
    if (std::optional<Tensor> codes = clipCodes(node.emit, input, low, high))
      return node.setOutput(*codes);
  }
  Tensor result = input;
  if (min)
    result = combine(node.emit, result, *min, emitExtreme<tosa::MaximumOp>, maxInts);
  if (max)
    result = combine(node.emit, result, *max, emitExtreme<tosa::MinimumOp>, minInts);
  node.setOutput(result);
}

//===----------------------------------------------------------------------===//
// Table
//===----------------------------------------------------------------------===//

void cim::onnx_frontend::addArithmeticOperators(OperatorTable &table) {
  table["Add"] = {convertBinary<emitBinary<tosa::AddOp>, addInts>, 2, 2, Types::Numbers, 2};
  table["BitShift"] = {convertBitShift, 2, 2, Types::Numbers, 2};
  table["Clip"] = {convertClip, 1, 3, Types::Numbers, 3};
  table["Div"] = {convertDiv, 2, 2, Types::Numbers, 2};
  table["Max"] = {convertVariadic<emitExtreme<tosa::MaximumOp>, maxInts>, 1, kVariadic,
                  Types::Numbers, kVariadic};
  table["Mean"] = {convertMean, 1, kVariadic, Types::Floats, kVariadic};
  table["Min"] = {convertVariadic<emitExtreme<tosa::MinimumOp>, minInts>, 1, kVariadic,
                  Types::Numbers, kVariadic};
  table["Mod"] = {convertMod, 2, 2, Types::Numbers, 2};
  table["Mul"] = {convertBinary<emitMul, mulInts>, 2, 2, Types::Numbers, 2};
  table["Pow"] = {convertPow, 2, 2, Types::Numbers};
  table["Sub"] = {convertBinary<emitBinary<tosa::SubOp>, subInts>, 2, 2, Types::Numbers, 2};
  table["Sum"] = {convertVariadic<emitBinary<tosa::AddOp>, nullptr>, 1, kVariadic, Types::Floats,
                  kVariadic};
}
