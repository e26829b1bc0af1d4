//===- Elementwise.cpp - Elementwise operators and reductions ---*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// One scalar function per element type, applied to every element.
//
//===----------------------------------------------------------------------===//

#include "Digital.h"
#include <cmath>

using namespace mlir;
using namespace cim::reference;
using xbar::BinaryKind;
using xbar::ReduceKind;
using xbar::UnaryKind;

//===----------------------------------------------------------------------===//
// Scalars
//===----------------------------------------------------------------------===//

static float unaryFloat(UnaryKind kind, float x) {
  switch (kind) {
  case UnaryKind::Abs:
    return std::fabs(x);
  case UnaryKind::Ceil:
    return std::ceil(x);
  case UnaryKind::Floor:
    return std::floor(x);
  case UnaryKind::Negate:
    return -x;
  case UnaryKind::Exp:
    return std::exp(x);
  case UnaryKind::Log:
    return std::log(x);
  case UnaryKind::Tanh:
    return std::tanh(x);
  case UnaryKind::Sigmoid:
    return 1.0f / (1.0f + std::exp(-x));
  case UnaryKind::Erf:
    return std::erf(x);
  case UnaryKind::Reciprocal:
    return 1.0f / x;
  case UnaryKind::Rsqrt:
    return 1.0f / std::sqrt(x);
  case UnaryKind::Sin:
    return std::sin(x);
  case UnaryKind::Cos:
    return std::cos(x);
  case UnaryKind::LogicalNot:
  case UnaryKind::BitwiseNot:
    break; // of integers only
  }
  return 0;
}

/// Where results wrap, arithmetic is unsigned: overflow of signed numbers is undefined.
static uint64_t bitsOf(int64_t x) { return static_cast<uint64_t>(x); }

/// Abs, negate and the two kinds of not are the functions that integers have.
static int64_t unaryInteger(UnaryKind kind, int64_t x) {
  switch (kind) {
  case UnaryKind::Abs:
    return x < 0 ? static_cast<int64_t>(0 - bitsOf(x)) : x;
  case UnaryKind::Negate:
    return static_cast<int64_t>(0 - bitsOf(x));
  case UnaryKind::LogicalNot:
    return x == 0;
  case UnaryKind::BitwiseNot:
    return ~x;
  default:
    return x; // ceil and floor
  }
}

/// The larger (smaller) operand; not-a-number wins.
static float maximum(float a, float b) {
  return std::isnan(a) || std::isnan(b) ? std::nanf("") : std::max(a, b);
}
static float minimum(float a, float b) {
  return std::isnan(a) || std::isnan(b) ? std::nanf("") : std::min(a, b);
}

static float binaryFloat(BinaryKind kind, float a, float b) {
  switch (kind) {
  case BinaryKind::Add:
    return a + b;
  case BinaryKind::Sub:
    return a - b;
  case BinaryKind::Mul:
    return a * b;
  case BinaryKind::Div:
    return a / b;
  case BinaryKind::Maximum:
    return maximum(a, b);
  case BinaryKind::Minimum:
    return minimum(a, b);
  case BinaryKind::Pow:
    return std::pow(a, b);
  default:
    return 0; // comparisons and logic have i1 results
  }
}

template <typename T> static bool holds(BinaryKind kind, T a, T b) {
  if (kind == BinaryKind::Equal)
    return a == b;
  return kind == BinaryKind::Greater ? a > b : a >= b;
}

/// Shifts integers of `type` by any amount: one that is not in 0..width-1 shifts all bits out.
static int64_t shift(BinaryKind kind, int64_t a, int64_t amount, Type type) {
  unsigned width = type.getIntOrFloatBitWidth();
  bool shiftsAllOut = amount < 0 || amount >= width;
  if (kind == BinaryKind::ArithmeticRightShift)
    return a >> (shiftsAllOut ? 63 : amount);
  if (shiftsAllOut)
    return 0;
  if (kind == BinaryKind::LogicalLeftShift)
    return static_cast<int64_t>(bitsOf(a) << amount);
  return static_cast<int64_t>(bitsOf(a) << (64 - width) >> (64 - width) >> amount);
}

/// On integers of `type`, to whose width the caller wraps the result.
static int64_t binaryInteger(BinaryKind kind, int64_t a, int64_t b, Type type) {
  switch (kind) {
  case BinaryKind::Add:
    return static_cast<int64_t>(bitsOf(a) + bitsOf(b));
  case BinaryKind::Sub:
    return static_cast<int64_t>(bitsOf(a) - bitsOf(b));
  case BinaryKind::Mul:
    return static_cast<int64_t>(bitsOf(a) * bitsOf(b));
  case BinaryKind::Div: // tosa leaves division by zero undefined
    return b == 0 ? 0 : b == -1 ? static_cast<int64_t>(0 - bitsOf(a)) : a / b;
  case BinaryKind::Maximum:
    return std::max(a, b);
  case BinaryKind::Minimum:
    return std::min(a, b);
  case BinaryKind::LogicalAnd:
  case BinaryKind::BitwiseAnd:
    return a & b;
  case BinaryKind::LogicalOr:
  case BinaryKind::BitwiseOr:
    return a | b;
  case BinaryKind::LogicalXor:
  case BinaryKind::BitwiseXor:
    return a ^ b;
  case BinaryKind::LogicalLeftShift:
  case BinaryKind::LogicalRightShift:
  case BinaryKind::ArithmeticRightShift:
    return shift(kind, a, b, type);
  case BinaryKind::Equal:
  case BinaryKind::Greater:
  case BinaryKind::GreaterEqual:
    return holds(kind, a, b);
  case BinaryKind::Pow:
    return 0; // of floats only
  }
  return 0;
}

//===----------------------------------------------------------------------===//
// Tensors
//===----------------------------------------------------------------------===//

Tensor cim::reference::unary(UnaryKind kind, const Tensor &input, RankedTensorType type) {
  Tensor result = makeTensor(type);
  for (int64_t i = 0; i < result.size(); ++i) {
    if (result.isFloat())
      result.floats()[i] = unaryFloat(kind, input.floats()[i]);
    else
      result.ints()[i] = wrap(unaryInteger(kind, input.ints()[i]), type.getElementType());
  }
  return result;
}

Tensor cim::reference::binary(BinaryKind kind, const Tensor &lhs, const Tensor &rhs,
                              RankedTensorType type) {
  Tensor result = makeTensor(type);
  for (int64_t i = 0; i < result.size(); ++i) {
    Coordinates at = coordinatesOf(i, result.shape());
    int64_t l = broadcastIndexOf(at, lhs.shape()), r = broadcastIndexOf(at, rhs.shape());
    if (result.isFloat())
      result.floats()[i] = binaryFloat(kind, lhs.floats()[l], rhs.floats()[r]);
    else if (lhs.isFloat())
      result.ints()[i] = holds(kind, lhs.floats()[l], rhs.floats()[r]);
    else
      result.ints()[i] =
          wrap(binaryInteger(kind, lhs.ints()[l], rhs.ints()[r], lhs.type.getElementType()),
               type.getElementType());
  }
  return result;
}

Tensor cim::reference::clamp(const Tensor &input, double low, double high) {
  Tensor result = input;
  if (result.isFloat()) {
    for (float &x : result.floats())
      if (!std::isnan(x))
        x = std::min(std::max(x, static_cast<float>(low)), static_cast<float>(high));
  } else {
    // Bounds that the type cannot hold are those of the type.
    auto [lowest, highest] = integerRange(input.type.getElementType());
    auto bound = [lowest = lowest, highest = highest](double value) {
      if (value >= static_cast<double>(highest))
        return highest;
      return std::max(lowest, static_cast<int64_t>(std::nearbyint(std::max(value, -0x1p63))));
    };
    for (int64_t &x : result.ints())
      x = std::min(std::max(x, bound(low)), bound(high));
  }
  return result;
}

static int64_t castToInteger(float x, Type type) {
  if (type.isInteger(1))
    return x != 0;
  if (std::isnan(x))
    return 0;
  auto [lowest, highest] = integerRange(type);
  double rounded = std::nearbyint(static_cast<double>(x));
  if (rounded <= static_cast<double>(lowest))
    return lowest;
  return rounded >= static_cast<double>(highest) ? highest : static_cast<int64_t>(rounded);
}

Tensor cim::reference::cast(const Tensor &input, RankedTensorType type) {
  Tensor result = makeTensor(type);
  Type element = type.getElementType();
  for (int64_t i = 0; i < result.size(); ++i) {
    if (result.isFloat())
      result.floats()[i] =
          input.isFloat() ? input.floats()[i] : static_cast<float>(input.ints()[i]);
    else if (input.isFloat())
      result.ints()[i] = castToInteger(input.floats()[i], element);
    else
      result.ints()[i] =
          element.isInteger(1) ? input.ints()[i] != 0 : wrap(input.ints()[i], element);
  }
  return result;
}

Tensor cim::reference::select(const Tensor &condition, const Tensor &onTrue, const Tensor &onFalse,
                              RankedTensorType type) {
  Tensor result = makeTensor(type);
  for (int64_t i = 0; i < result.size(); ++i) {
    Coordinates at = coordinatesOf(i, result.shape());
    bool choice = condition.ints()[broadcastIndexOf(at, condition.shape())] != 0;
    const Tensor &chosen = choice ? onTrue : onFalse;
    int64_t from = broadcastIndexOf(at, chosen.shape());
    if (result.isFloat())
      result.floats()[i] = chosen.floats()[from];
    else
      result.ints()[i] = chosen.ints()[from];
  }
  return result;
}

/// One step of a reduction of floats.
static double reduceStep(ReduceKind kind, double sum, double x) {
  switch (kind) {
  case ReduceKind::Sum:
    return sum + x;
  case ReduceKind::Product:
    return sum * x;
  case ReduceKind::Max:
    return x > sum || std::isnan(x) ? x : sum;
  case ReduceKind::Min:
    return x < sum || std::isnan(x) ? x : sum;
  }
  return sum;
}

/// What a reduction of integers does in each step.
static BinaryKind stepOf(ReduceKind kind) {
  switch (kind) {
  case ReduceKind::Sum:
    return BinaryKind::Add;
  case ReduceKind::Product:
    return BinaryKind::Mul;
  case ReduceKind::Max:
    return BinaryKind::Maximum;
  case ReduceKind::Min:
    return BinaryKind::Minimum;
  }
  return BinaryKind::Add;
}

Tensor cim::reference::reduce(ReduceKind kind, const Tensor &input, int64_t axis) {
  Coordinates shape(input.shape());
  shape[axis] = 1;
  Tensor result = makeTensor(shape, input.type.getElementType());
  for (int64_t i = 0; i < result.size(); ++i) {
    Coordinates at = coordinatesOf(i, shape);
    int64_t first = indexOf(at, input.shape());
    double real = input.isFloat() ? input.floats()[first] : 0;
    int64_t integer = input.isFloat() ? 0 : input.ints()[first];
    for (at[axis] = 1; at[axis] < input.shape()[axis]; ++at[axis]) {
      int64_t from = indexOf(at, input.shape());
      if (input.isFloat())
        real = reduceStep(kind, real, input.floats()[from]);
      else
        integer =
            binaryInteger(stepOf(kind), integer, input.ints()[from], input.type.getElementType());
    }
    if (input.isFloat())
      result.floats()[i] = static_cast<float>(real);
    else
      result.ints()[i] = wrap(integer, result.type.getElementType());
  }
  return result;
}
