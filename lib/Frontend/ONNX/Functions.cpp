//===- Functions.cpp - Elementary functions ---------------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Trigonometric and hyperbolic functions and their inverses. Odd functions are computed of the
// absolute value. log(1 + x) and exp(x) - 1 divide the error of a rounded argument out (N. J.
// Higham, Accuracy and Stability of Numerical Algorithms, 2002, section 1.14.1).
//
//===----------------------------------------------------------------------===//

#include "Functions.h"
#include "Elementwise.h"

using namespace mlir;
using namespace cim::onnx_frontend;

static constexpr double kHalfPi = 1.5707963267948966;
static constexpr double kLog2 = 0.6931471805599453;

//===----------------------------------------------------------------------===//
// Helpers
//===----------------------------------------------------------------------===//

static Value add(Emitter &emit, Value x, double constant) {
  return emit.binary<tosa::AddOp>(x, emit.scalarLike(constant, x));
}
static Value times(Emitter &emit, Value x, double constant) {
  return emit.mul(x, emit.scalarLike(constant, x));
}
static Value divide(Emitter &emit, Value x, Value y) { return emit.mul(x, emit.reciprocal(y)); }
static Value greater(Emitter &emit, Value x, double constant) {
  return emit.compare<tosa::GreaterOp>(x, emit.scalarLike(constant, x));
}

Value cim::onnx_frontend::expMinusOne(Emitter &emit, Value x) {
  Value power = emit.unary<tosa::ExpOp>(x);
  Value naive = add(emit, power, -1);
  Value precise = emit.mul(naive, divide(emit, x, emit.unary<tosa::LogOp>(power)));
  Value isOne = emit.compare<tosa::EqualOp>(power, emit.scalarLike(1, x));
  return emit.select(greater(emit, x, -1), emit.select(isOne, x, precise), naive);
}

Value cim::onnx_frontend::logOnePlus(Emitter &emit, Value x) {
  Value sum = add(emit, x, 1);
  Value naive = emit.unary<tosa::LogOp>(sum);
  Value precise = emit.mul(naive, divide(emit, x, add(emit, sum, -1)));
  Value isOne = emit.compare<tosa::EqualOp>(sum, emit.scalarLike(1, x));
  return emit.select(greater(emit, x, 1), naive, emit.select(isOne, x, precise));
}

/// A function of a value.
using Function = Value (*)(Emitter &, Value);

/// `f(|x|)` with the sign of x.
static Value odd(Emitter &emit, Value x, Function f) {
  Value size = f(emit, emit.unary<tosa::AbsOp>(x));
  Value isNegative = emit.compare<tosa::GreaterOp>(emit.scalarLike(0, x), x);
  return emit.select(isNegative, emit.negate(size), size);
}

//===----------------------------------------------------------------------===//
// Trigonometric functions
//===----------------------------------------------------------------------===//

static Value tangent(Emitter &emit, Value x) {
  return divide(emit, emit.unary<tosa::SinOp>(x), emit.unary<tosa::CosOp>(x));
}

/// The Taylor series up to x^13 of an argument that is tan(pi / 8) at most.
static Value arcTangentSmall(Emitter &emit, Value x) {
  Value square = emit.mul(x, x);
  Value sum = emit.scalarLike(1.0 / 13, x);
  for (double divisor : {-11, 9, -7, 5, -3, 1})
    sum = add(emit, emit.mul(sum, square), 1.0 / divisor);
  return emit.mul(sum, x);
}

/// Of x >= 0: above 1 that of 1 / x, and above tan(pi / 8) that of (x - 1) / (x + 1).
static Value arcTangentPositive(Emitter &emit, Value x) {
  Value isLarge = greater(emit, x, 1);
  Value reduced = emit.select(isLarge, emit.reciprocal(x), x);
  Value isMiddle = greater(emit, reduced, 0.41421356);
  Value rotated = divide(emit, add(emit, reduced, -1), add(emit, reduced, 1));
  Value angle = arcTangentSmall(emit, emit.select(isMiddle, rotated, reduced));
  angle = emit.select(isMiddle, add(emit, angle, kHalfPi / 2), angle);
  Value complement = emit.binary<tosa::SubOp>(emit.scalarLike(kHalfPi, x), angle);
  return emit.select(isLarge, complement, angle);
}

static Value arcTangent(Emitter &emit, Value x) { return odd(emit, x, arcTangentPositive); }

/// sqrt((1 - x) * (1 + x)).
static Value cosineOfArcSine(Emitter &emit, Value x) {
  Value one = emit.scalarLike(1, x);
  return emit.sqrt(emit.mul(emit.binary<tosa::SubOp>(one, x), add(emit, x, 1)));
}

static Value arcSine(Emitter &emit, Value x) {
  return odd(emit, x, [](Emitter &emit, Value x) {
    return arcTangentPositive(emit, divide(emit, x, cosineOfArcSine(emit, x)));
  });
}

/// 2 * atan(sqrt((1 - x) / (1 + x))).
static Value arcCosine(Emitter &emit, Value x) {
  Value rest = emit.binary<tosa::SubOp>(emit.scalarLike(1, x), x);
  Value ratio = divide(emit, rest, add(emit, x, 1));
  return times(emit, arcTangentPositive(emit, emit.sqrt(ratio)), 2);
}

//===----------------------------------------------------------------------===//
// Hyperbolic functions
//===----------------------------------------------------------------------===//

/// With e = exp(-x) - 1, -e * (e + 2) * exp(x) / 2; the halves of exp(x) do not overflow.
static Value hyperbolicSine(Emitter &emit, Value x) {
  return odd(emit, x, [](Emitter &emit, Value x) {
    Value e = expMinusOne(emit, emit.negate(x));
    Value root = emit.unary<tosa::ExpOp>(times(emit, x, 0.5));
    Value scaled = emit.mul(times(emit, e, -0.5), root);
    return emit.mul(emit.mul(scaled, add(emit, e, 2)), root);
  });
}

static Value hyperbolicCosine(Emitter &emit, Value x) {
  Value root = emit.unary<tosa::ExpOp>(times(emit, emit.unary<tosa::AbsOp>(x), 0.5));
  Value inverse = emit.reciprocal(root);
  return emit.binary<tosa::AddOp>(emit.mul(times(emit, root, 0.5), root),
                                  emit.mul(times(emit, inverse, 0.5), inverse));
}

/// `small`, or log(2 * x) where squares of x overflow or hide other terms.
static Value logOfDouble(Emitter &emit, Value x, Value small) {
  Value large = add(emit, emit.unary<tosa::LogOp>(x), kLog2);
  return emit.select(greater(emit, x, 1e9), large, small);
}

/// log(1 + x + x^2 / (1 + sqrt(x^2 + 1))).
static Value hyperbolicArcSine(Emitter &emit, Value x) {
  return odd(emit, x, [](Emitter &emit, Value x) {
    Value square = emit.mul(x, x);
    Value root = emit.sqrt(add(emit, square, 1));
    Value rest = divide(emit, square, add(emit, root, 1));
    return logOfDouble(emit, x, logOnePlus(emit, emit.binary<tosa::AddOp>(x, rest)));
  });
}

/// With t = x - 1, log(1 + t + sqrt(2 * t + t^2)).
static Value hyperbolicArcCosine(Emitter &emit, Value x) {
  Value t = add(emit, x, -1);
  Value root = emit.sqrt(emit.mul(t, add(emit, t, 2)));
  return logOfDouble(emit, x, logOnePlus(emit, emit.binary<tosa::AddOp>(t, root)));
}

/// log(1 + 2 * x / (1 - x)) / 2.
static Value hyperbolicArcTangent(Emitter &emit, Value x) {
  return odd(emit, x, [](Emitter &emit, Value x) {
    Value rest = emit.binary<tosa::SubOp>(emit.scalarLike(1, x), x);
    return times(emit, logOnePlus(emit, divide(emit, times(emit, x, 2), rest)), 0.5);
  });
}

//===----------------------------------------------------------------------===//
// Operators
//===----------------------------------------------------------------------===//

template <typename Op> static Value builtin(Emitter &emit, Value x) { return emit.unary<Op>(x); }

template <Function function> static void convertFunction(Node &node) {
  mapInput(node, [&](Value x) { return function(node.emit, x); });
}

void cim::onnx_frontend::addFunctionOperators(OperatorTable &table) {
  table["Acos"] = {convertFunction<arcCosine>};
  table["Acosh"] = {convertFunction<hyperbolicArcCosine>};
  table["Asin"] = {convertFunction<arcSine>};
  table["Asinh"] = {convertFunction<hyperbolicArcSine>};
  table["Atan"] = {convertFunction<arcTangent>};
  table["Atanh"] = {convertFunction<hyperbolicArcTangent>};
  table["Cos"] = {convertFunction<builtin<tosa::CosOp>>};
  table["Cosh"] = {convertFunction<hyperbolicCosine>};
  table["Sin"] = {convertFunction<builtin<tosa::SinOp>>};
  table["Sinh"] = {convertFunction<hyperbolicSine>};
  table["Tan"] = {convertFunction<tangent>};
}
