//===- Activation.cpp - Activation functions --------------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Functions of one operand that networks put between layers, with their parameters.
//
//===----------------------------------------------------------------------===//

#include "Elementwise.h"
#include "Functions.h"
#include <cmath>
#include <limits>

using namespace mlir;
using namespace cim::onnx_frontend;

static constexpr float kInfinity = std::numeric_limits<float>::infinity();

template <typename Op> static void convertBuiltin(Node &node) {
  node.ignore("consumed_inputs");
  mapInput(node, [&](Value x) { return node.emit.unary<Op>(x); });
}

static void convertRelu(Node &node) {
  node.ignore("consumed_inputs");
  mapInput(node, [&](Value x) {
    if (elementOf(x).isF32())
      return node.emit.clamp(x, 0.0f, kInfinity);
    return node.emit.binary<tosa::MaximumOp>(x, node.emit.scalarLike(0, x));
  });
}

/// max(x, alpha * x), or min for a slope above 1.
static void convertLeakyRelu(Node &node) {
  node.ignore("consumed_inputs");
  float alpha = node.getFloat("alpha", 0.01f);
  mapInput(node, [&](Value x) {
    Emitter &emit = node.emit;
    Value scaled = emit.mul(x, emit.scalarLike(alpha, x));
    return alpha <= 1.0f ? emit.binary<tosa::MaximumOp>(x, scaled)
                         : emit.binary<tosa::MinimumOp>(x, scaled);
  });
}

/// Slopes broadcast to the input; before opset 7 they are those of the channels.
static void convertPRelu(Node &node) {
  node.ignore("consumed_inputs");
  Emitter &emit = node.emit;
  Tensor input = node.input(0), slope = node.input(1);
  if (node.opset() < 7 && input.shape.size() > 2 && elementCount(slope.shape) > 1) {
    Shape shape(input.shape.size() - 1, 1);
    shape[0] = elementCount(slope.shape);
    slope = emit.reshape(slope, shape);
  }
  if (broadcast(input.shape, slope.shape) != input.shape)
    fail("the slope must broadcast to the input " + str(input.shape) + ", got shape " +
         str(slope.shape));
  if (isUnsigned(input.type))
    return node.setOutput(input);
  Operands operands(emit, {input, slope});
  Value x = operands.values[0];
  Value isNegative = emit.compare<tosa::GreaterOp>(emit.scalarLike(0, x), x);
  Value scaled = emit.wrap(emit.mul(x, operands.values[1]), input.type);
  node.setOutput(Tensor::of(emit.select(isNegative, scaled, x), operands.channelsLast, input.type));
}

/// `gamma * x` of positive numbers, and `gamma * alpha * (exp(x / scale) - 1)` of others.
static void emitExponentialUnit(Node &node, double alpha, double gamma, double scale) {
  node.ignore("consumed_inputs");
  mapInput(node, [&](Value x) {
    Emitter &emit = node.emit;
    auto times = [&](Value value, double factor) {
      return factor == 1.0 ? value : emit.mul(value, emit.scalarLike(factor, value));
    };
    Value low = times(emit.clamp(x, -kInfinity, 0.0f), 1.0 / scale);
    Value curve = times(expMinusOne(emit, low), gamma * alpha);
    Value isPositive = emit.compare<tosa::GreaterOp>(x, emit.scalarLike(0, x));
    return emit.select(isPositive, times(x, gamma), curve);
  });
}

static void convertElu(Node &node) {
  emitExponentialUnit(node, node.getFloat("alpha", 1.0f), 1.0, 1.0);
}

static void convertSelu(Node &node) {
  bool isOld = node.opset() < 6;
  float alpha = node.getFloat("alpha", isOld ? 1.6732f : 1.67326319217681884765625f);
  emitExponentialUnit(node, alpha, node.getFloat("gamma", isOld ? 1.0507f : 1.05070102214813232f),
                      1.0);
}

static void convertCelu(Node &node) {
  float alpha = node.getFloat("alpha", 1.0f);
  if (alpha == 0.0f)
    fail("attribute 'alpha' must not be 0, got 0");
  emitExponentialUnit(node, alpha, 1.0, alpha);
}

/// clamp(alpha * x + beta, 0, 1).
static Value hardSigmoid(Emitter &emit, Value x, float alpha, float beta) {
  Value scaled = emit.mul(x, emit.scalarLike(alpha, x));
  return emit.clamp(emit.binary<tosa::AddOp>(scaled, emit.scalarLike(beta, x)), 0.0f, 1.0f);
}

static void convertHardSigmoid(Node &node) {
  node.ignore("consumed_inputs");
  float alpha = node.getFloat("alpha", 0.2f), beta = node.getFloat("beta", 0.5f);
  mapInput(node, [&](Value x) { return hardSigmoid(node.emit, x, alpha, beta); });
}

static void convertHardSwish(Node &node) {
  mapInput(node,
           [&](Value x) { return node.emit.mul(x, hardSigmoid(node.emit, x, 1.0f / 6, 0.5f)); });
}

/// max(x, 0) + log(1 + exp(-|x|)), which does not overflow.
static Value softplus(Emitter &emit, Value x) {
  Value size = emit.unary<tosa::AbsOp>(x);
  Value rest = logOnePlus(emit, emit.unary<tosa::ExpOp>(emit.negate(size)));
  return emit.binary<tosa::AddOp>(emit.clamp(x, 0.0f, kInfinity), rest);
}

static void convertSoftplus(Node &node) {
  mapInput(node, [&](Value x) { return softplus(node.emit, x); });
}

/// x * tanh(softplus(x)).
static void convertMish(Node &node) {
  mapInput(node, [&](Value x) {
    return node.emit.mul(x, node.emit.unary<tosa::TanhOp>(softplus(node.emit, x)));
  });
}

/// x * sigmoid(alpha * x).
static void convertSwish(Node &node) {
  float alpha = node.getFloat("alpha", 1.0f);
  mapInput(node, [&](Value x) {
    Emitter &emit = node.emit;
    Value scaled = alpha == 1.0f ? x : emit.mul(x, emit.scalarLike(alpha, x));
    return emit.mul(x, emit.unary<tosa::SigmoidOp>(scaled));
  });
}

/// x / 2 * (1 + erf(x / sqrt(2))), or its approximation by tanh(sqrt(2 / pi) * (x + 0.044715 x^3)).
static void convertGelu(Node &node) {
  std::string approximation = node.getString("approximate", "none");
  if (approximation != "none" && approximation != "tanh")
    fail("attribute 'approximate' must be none or tanh, got '" + approximation + "'");
  mapInput(node, [&](Value x) {
    Emitter &emit = node.emit;
    auto times = [&](Value value, double factor) {
      return emit.mul(value, emit.scalarLike(factor, value));
    };
    Value curve;
    if (approximation == "none") {
      curve = emit.unary<tosa::ErfOp>(times(x, M_SQRT1_2));
    } else {
      Value cube = emit.mul(emit.mul(x, x), x);
      Value sum = emit.binary<tosa::AddOp>(x, times(cube, 0.044715));
      curve = emit.unary<tosa::TanhOp>(times(sum, M_2_SQRTPI * M_SQRT1_2));
    }
    Value weight = emit.binary<tosa::AddOp>(curve, emit.scalarLike(1, curve));
    return times(emit.mul(x, weight), 0.5);
  });
}

static void convertSoftsign(Node &node) {
  mapInput(node, [&](Value x) {
    Emitter &emit = node.emit;
    Value size = emit.unary<tosa::AbsOp>(x);
    Value divisor = emit.binary<tosa::AddOp>(size, emit.scalarLike(1, x));
    return emit.mul(x, emit.reciprocal(divisor));
  });
}

static void convertThresholdedRelu(Node &node) {
  float alpha = node.getFloat("alpha", 1.0f);
  mapInput(node, [&](Value x) {
    Emitter &emit = node.emit;
    Value isAbove = emit.compare<tosa::GreaterOp>(x, emit.scalarLike(alpha, x));
    return emit.select(isAbove, x, emit.scalarLike(0, x));
  });
}

/// Numbers farther than `lambd` from 0 are moved by `bias` towards it, others become 0.
static void convertShrink(Node &node) {
  float bias = node.getFloat("bias", 0.0f), threshold = node.getFloat("lambd", 0.5f);
  mapInput(node, [&](Value x) {
    Emitter &emit = node.emit;
    Value isLow = emit.compare<tosa::GreaterOp>(emit.scalarLike(-threshold, x), x);
    Value isHigh = emit.compare<tosa::GreaterOp>(x, emit.scalarLike(threshold, x));
    Value low = emit.binary<tosa::AddOp>(x, emit.scalarLike(bias, x));
    Value high = emit.binary<tosa::SubOp>(x, emit.scalarLike(bias, x));
    return emit.select(isLow, low, emit.select(isHigh, high, emit.scalarLike(0, x)));
  });
}

void cim::onnx_frontend::addActivationOperators(OperatorTable &table) {
  table["Celu"] = {convertCelu};
  table["Elu"] = {convertElu};
  table["Gelu"] = {convertGelu};
  table["HardSigmoid"] = {convertHardSigmoid};
  table["HardSwish"] = {convertHardSwish};
  table["LeakyRelu"] = {convertLeakyRelu};
  table["Mish"] = {convertMish};
  table["PRelu"] = {convertPRelu, 2, 2, Types::Numbers, 2};
  table["Relu"] = {convertRelu, 1, 1, Types::Numbers};
  table["Selu"] = {convertSelu};
  table["Shrink"] = {convertShrink};
  table["Sigmoid"] = {convertBuiltin<tosa::SigmoidOp>};
  table["Softplus"] = {convertSoftplus};
  table["Softsign"] = {convertSoftsign};
  table["Swish"] = {convertSwish};
  table["Tanh"] = {convertBuiltin<tosa::TanhOp>};
  table["ThresholdedRelu"] = {convertThresholdedRelu};
}
