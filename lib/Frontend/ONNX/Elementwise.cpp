//===- Elementwise.cpp - Elementwise operators ------------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Unary and broadcasting binary operators, and Cast. They keep the layout of their
// operands. Two integer constants are computed on the host: shape arithmetic.
//
//===----------------------------------------------------------------------===//

#include "Quantize.h"
#include <limits>

using namespace mlir;
using namespace cim::onnx_frontend;

static constexpr float kInfinity = std::numeric_limits<float>::infinity();

//===----------------------------------------------------------------------===//
// On the host
//===----------------------------------------------------------------------===//

/// An integer as an element of a type, which wraps.
static int64_t wrapped(int64_t value, ElementType type) {
  unsigned bits = bitWidth(type);
  if (bits == 1)
    return value != 0;
  if (bits == 64)
    return value;
  uint64_t low = static_cast<uint64_t>(value) & llvm::maskTrailingOnes<uint64_t>(bits);
  return isUnsigned(type) ? static_cast<int64_t>(low) : llvm::SignExtend64(low, bits);
}

/// A constant converted to another element type on the host.
static Constant castConstant(const Constant &constant, ElementType to) {
  if (constant.isFloat() == isFloat(to) && isFloat(to)) {
    Constant result = constant;
    result.type = to;
    return result;
  }
  if (isFloat(to)) {
    std::vector<float> values(constant.ints().begin(), constant.ints().end());
    return makeConstant(ArrayRef<float>(values), constant.shape, constant.name, to);
  }
  std::vector<int64_t> values;
  if (!constant.isFloat()) {
    values = constant.ints().vec();
  } else {
    for (float value : constant.floats()) {
      bool fits = value > -0x1p63f && value < 0x1p63f;
      if (!fits)
        fail("value " + Twine(std::to_string(value)) + " does not fit an integer");
      values.push_back(bitWidth(to) == 1 ? value != 0.0f : static_cast<int64_t>(value));
    }
  }
  for (int64_t &value : values)
    value = wrapped(value, to);
  return makeConstant(ArrayRef<int64_t>(values), constant.shape, constant.name, to);
}

/// Returns false on overflow.
using IntegerFunction = bool (*)(int64_t a, int64_t b, int64_t &result);

static bool addInts(int64_t a, int64_t b, int64_t &r) { return !__builtin_add_overflow(a, b, &r); }
static bool subInts(int64_t a, int64_t b, int64_t &r) { return !__builtin_sub_overflow(a, b, &r); }
static bool mulInts(int64_t a, int64_t b, int64_t &r) { return !__builtin_mul_overflow(a, b, &r); }
static bool divInts(int64_t a, int64_t b, int64_t &r) {
  if (b == 0 || (b == -1 && a == INT64_MIN))
    return false;
  r = a / b;
  return true;
}
static bool minInts(int64_t a, int64_t b, int64_t &r) { return r = std::min(a, b), true; }
static bool maxInts(int64_t a, int64_t b, int64_t &r) { return r = std::max(a, b), true; }

/// Computes two integer constants on the host.
static Tensor foldInts(const Constant &a, const Constant &b, IntegerFunction compute) {
  Shape shape = broadcast(a.shape, b.shape);
  if (elementCount(shape) > kMaxHostElements)
    fail("integer tensors of shape " + str(shape) + " are not supported");
  Constant left = broadcastTo(a, shape), right = broadcastTo(b, shape);
  std::vector<int64_t> values(left.size());
  for (size_t i = 0; i < values.size(); ++i)
    if (!compute(left.ints()[i], right.ints()[i], values[i]))
      fail("integer overflow of " + Twine(left.ints()[i]) + " and " + Twine(right.ints()[i]));
  for (int64_t &value : values)
    value = wrapped(value, a.type);
  return Tensor::of(makeConstant(ArrayRef<int64_t>(values), shape, {}, a.type));
}

static bool isHostInteger(const Tensor &tensor) { return tensor.constant && tensor.isInteger(); }

//===----------------------------------------------------------------------===//
// Unary
//===----------------------------------------------------------------------===//

/// Applies `build` to the first input in the layout it is held in.
template <typename Build> static void mapInput(Node &node, Build build) {
  Tensor input = node.input(0);
  Value held = node.emit.hold(input, input.channelsLast);
  node.setOutput(Tensor::of(build(held), input.channelsLast, input.type));
}

template <typename Op> static void convertUnary(Node &node) {
  mapInput(node, [&](Value x) { return node.emit.unary<Op>(x); });
}

static void convertNeg(Node &node) {
  Tensor input = node.input(0);
  if (input.constant && input.isInteger()) {
    Constant zero = makeConstant(Shape{0}, {}, {}, input.type);
    return node.setOutput(foldInts(zero, *input.constant, subInts));
  }
  mapInput(node, [&](Value x) { return node.emit.wrap(node.emit.negate(x), input.type); });
}

static void convertRelu(Node &node) {
  mapInput(node, [&](Value x) { return node.emit.clamp(x, 0.0f, kInfinity); });
}

static void convertReciprocal(Node &node) {
  mapInput(node, [&](Value x) { return node.emit.reciprocal(x); });
}

static void convertSqrt(Node &node) {
  mapInput(node, [&](Value x) { return node.emit.reciprocal(node.emit.unary<tosa::RsqrtOp>(x)); });
}

/// max(x, alpha * x), or min for a slope above 1.
static void convertLeakyRelu(Node &node) {
  float alpha = node.getFloat("alpha", 0.01f);
  mapInput(node, [&](Value x) {
    Emitter &emit = node.emit;
    Value scaled = emit.mul(x, emit.scalar(alpha, shapeOf(x).size()));
    return alpha <= 1.0f ? emit.binary<tosa::MaximumOp>(x, scaled)
                         : emit.binary<tosa::MinimumOp>(x, scaled);
  });
}

/// A bound of integers, or that of their type.
static int64_t readIntegerBound(Node &node, unsigned i, int64_t byDefault) {
  if (!node.hasInput(i))
    return byDefault;
  Constant constant = node.constantInput(i);
  if (constant.isFloat() || constant.size() != 1)
    fail("bounds must be one integer each, got shape " + str(constant.shape));
  return constant.ints()[0];
}

static void clipIntegers(Node &node, const Tensor &input) {
  Emitter &emit = node.emit;
  int64_t low = readIntegerBound(node, 1, INT64_MIN), high = readIntegerBound(node, 2, INT64_MAX);
  if (low > high)
    fail("the lower bound must not exceed the upper one, got " + Twine(low) + " and " +
         Twine(high));
  if (std::optional<Tensor> codes = clipCodes(emit, input, low, high))
    return node.setOutput(*codes);
  mapInput(node, [&](Value x) {
    if (node.hasInput(1))
      x = emit.binary<tosa::MaximumOp>(x, emit.scalarLike(low, x));
    return node.hasInput(2) ? emit.binary<tosa::MinimumOp>(x, emit.scalarLike(high, x)) : x;
  });
}

static void convertClip(Node &node) {
  if (Tensor input = node.input(0); input.isInteger())
    return clipIntegers(node, input);
  float min = node.floatInput(1, node.getFloat("min", -kInfinity));
  float max = node.floatInput(2, node.getFloat("max", kInfinity));
  if (!(min <= max))
    fail("the lower bound must not exceed the upper one, got " + Twine(std::to_string(min)) +
         " and " + std::to_string(max));
  mapInput(node, [&](Value x) { return node.emit.clamp(x, min, max); });
}

static void convertIdentity(Node &node) { node.setOutput(node.input(0)); }

static void convertCast(Node &node) {
  Tensor input = node.input(0);
  auto to = ElementType(node.getInt("to"));
  // A float32 in place of a bfloat16 would be off by more than ONNX tolerates.
  if (!isSupported(to) || (to == onnx::TensorProto::BFLOAT16 && input.type != to))
    fail("a cast to element type " + str(to) + " is not supported");
  if (input.constant)
    return node.setOutput(Tensor::of(castConstant(*input.constant, to)));
  Value held = node.emit.hold(input, input.channelsLast);
  node.setOutput(Tensor::of(node.emit.cast(held, input.type, to), input.channelsLast, to));
}

//===----------------------------------------------------------------------===//
// Binary
//===----------------------------------------------------------------------===//

using BuildFunction = Value (*)(Emitter &, Value, Value);

template <typename Op> static Value emitBinary(Emitter &emit, Value a, Value b) {
  return emit.binary<Op>(a, b);
}
static Value emitMul(Emitter &emit, Value a, Value b) { return emit.mul(a, b); }
static Value emitDiv(Emitter &emit, Value a, Value b) {
  return elementOf(a).isF32() ? emit.mul(a, emit.reciprocal(b)) : emit.binary<tosa::IntDivOp>(a, b);
}

static Tensor combine(Emitter &emit, const Tensor &a, const Tensor &b, BuildFunction build,
                      IntegerFunction compute) {
  if (isHostInteger(a) && isHostInteger(b))
    return foldInts(*a.constant, *b.constant, compute);
  size_t rank = std::max(a.shape.size(), b.shape.size());
  broadcast(a.shape, b.shape);
  bool channelsLast = rank == 4 && (a.channelsLast || b.channelsLast);
  Value left = emit.hold(a, channelsLast, rank), right = emit.hold(b, channelsLast, rank);
  return Tensor::of(emit.wrap(build(emit, left, right), a.type), channelsLast, a.type);
}

template <BuildFunction build, IntegerFunction compute> static void convertBinary(Node &node) {
  node.setOutput(combine(node.emit, node.input(0), node.input(1), build, compute));
}

template <BuildFunction build, IntegerFunction compute> static void convertVariadic(Node &node) {
  Tensor result = node.input(0);
  for (unsigned i = 1; i < node.numInputs(); ++i)
    result = combine(node.emit, result, node.input(i), build, compute);
  node.setOutput(result);
}

/// Division by a constant: its reciprocals are computed here.
static void convertDiv(Node &node) {
  Tensor divisor = node.input(1);
  if (!divisor.constant || !divisor.isFloat())
    return convertBinary<emitDiv, divInts>(node);
  std::vector<float> values(divisor.constant->floats());
  for (float &value : values)
    value = 1.0f / value;
  divisor.constant =
      makeConstant(ArrayRef<float>(values), divisor.shape, divisor.constant->name, divisor.type);
  node.setOutput(combine(node.emit, node.input(0), divisor, emitMul, divInts));
}

/// Small whole powers are products: tosa.pow is not defined for negative bases. The
/// exponent alone may be an integer.
static void convertPow(Node &node) {
  Tensor base = node.input(0), exponent = node.input(1);
  if (!exponent.constant)
    return convertBinary<emitBinary<tosa::PowOp>, mulInts>(node);
  exponent = Tensor::of(castConstant(*exponent.constant, base.type));
  float power = exponent.constant->size() == 1 ? exponent.constant->floats()[0] : 0.0f;
  if (exponent.shape.size() <= base.shape.size() && (power == 2.0f || power == 3.0f))
    return mapInput(node, [&](Value x) {
      Value square = node.emit.mul(x, x);
      return power == 2.0f ? square : node.emit.mul(square, x);
    });
  node.setOutput(combine(node.emit, base, exponent, emitBinary<tosa::PowOp>, mulInts));
}

//===----------------------------------------------------------------------===//
// Table
//===----------------------------------------------------------------------===//

void cim::onnx_frontend::addElementwiseOperators(OperatorTable &table) {
  table["Abs"] = {convertUnary<tosa::AbsOp>, 1, 1, Types::Numbers};
  table["Add"] = {convertBinary<emitBinary<tosa::AddOp>, addInts>, 2, 2, Types::Numbers, 2};
  table["Cast"] = {convertCast, 1, 1, Types::Any};
  table["Clip"] = {convertClip, 1, 3, Types::Numbers};
  table["Div"] = {convertDiv, 2, 2, Types::Numbers, 2};
  table["Erf"] = {convertUnary<tosa::ErfOp>};
  table["Exp"] = {convertUnary<tosa::ExpOp>};
  table["Identity"] = {convertIdentity, 1, 1, Types::Any};
  table["LeakyRelu"] = {convertLeakyRelu};
  table["Log"] = {convertUnary<tosa::LogOp>};
  table["Max"] = {convertVariadic<emitBinary<tosa::MaximumOp>, maxInts>, 1, kVariadic,
                  Types::Numbers, kVariadic};
  table["Min"] = {convertVariadic<emitBinary<tosa::MinimumOp>, minInts>, 1, kVariadic,
                  Types::Numbers, kVariadic};
  table["Mul"] = {convertBinary<emitMul, mulInts>, 2, 2, Types::Numbers, 2};
  table["Neg"] = {convertNeg, 1, 1, Types::Numbers};
  table["Pow"] = {convertPow, 2, 2, Types::Numbers};
  table["Reciprocal"] = {convertReciprocal};
  table["Relu"] = {convertRelu};
  table["Sigmoid"] = {convertUnary<tosa::SigmoidOp>};
  table["Sqrt"] = {convertSqrt};
  table["Sub"] = {convertBinary<emitBinary<tosa::SubOp>, subInts>, 2, 2, Types::Numbers, 2};
  table["Tanh"] = {convertUnary<tosa::TanhOp>};
}
