//===- Normalization.cpp - Normalizations and Dropout -----------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Operators that rescale by statistics, which are given (BatchNormalization) or computed over axes.
// Training is refused.
//
//===----------------------------------------------------------------------===//

#include "Normalization.h"
#include "Reduction.h"
#include <cmath>

using namespace mlir;
using namespace cim::onnx_frontend;

//===----------------------------------------------------------------------===//
// Given statistics
//===----------------------------------------------------------------------===//

/// Statistics are given in inference only: `is_test` says so before opset 7, one output until
/// opset 13, `training_mode` since.
static void checkInference(Node &node) {
  node.require("training_mode", 0);
  node.require("spatial", 1);
  node.ignore("momentum");
  node.ignore("consumed_inputs");
  if (node.opset() < 7 && node.getInt("is_test", 0) != 1)
    fail("attribute 'is_test' must be 1, got 0: training is not supported");
}

std::optional<ChannelAffine> cim::onnx_frontend::readConstantBatchNorm(Node &node,
                                                                       int64_t channels) {
  checkInference(node);
  double epsilon = node.getFloat("epsilon", 1e-5f);
  SmallVector<Constant> parameters;
  for (unsigned i = 1; i <= 4; ++i) {
    Tensor parameter = node.inputOfRank(i, 1);
    if (parameter.shape[0] != channels)
      fail("parameters must have " + Twine(channels) + " elements, got " +
           Twine(parameter.shape[0]));
    if (!parameter.constant)
      return std::nullopt;
    parameters.push_back(*parameter.constant);
  }
  ChannelAffine affine;
  for (int64_t c = 0; c < channels; ++c) {
    double scale = parameters[0].floats()[c] / std::sqrt(parameters[3].floats()[c] + epsilon);
    affine.scale.push_back(scale);
    affine.shift.push_back(parameters[1].floats()[c] - parameters[2].floats()[c] * scale);
  }
  return affine;
}

/// sqrt(variance + epsilon).
static Value deviation(Emitter &emit, Value variance, double epsilon) {
  return emit.sqrt(emit.binary<tosa::AddOp>(variance, emit.scalarLike(epsilon, variance)));
}

static void convertBatchNormalization(Node &node) {
  Tensor input = node.input(0);
  if (input.shape.size() < 2)
    fail("the input must have rank 2 or more, got shape " + str(input.shape));
  std::optional<ChannelAffine> affine = readConstantBatchNorm(node, input.shape[1]);
  Emitter &emit = node.emit;
  Shape shape(input.shape.size(), 1);
  shape[1] = input.shape[1];
  auto perChannel = [&](const Tensor &tensor) {
    return emit.hold(emit.reshape(tensor, shape), input.channelsLast);
  };
  Value held = emit.hold(input, input.channelsLast), scale, shift;
  if (affine) {
    auto constant = [&](ArrayRef<double> values) {
      std::vector<float> floats(values.begin(), values.end());
      return perChannel(Tensor::of(makeConstant(ArrayRef<float>(floats), {shape[1]})));
    };
    scale = constant(affine->scale);
    shift = constant(affine->shift);
  } else {
    Value variance = perChannel(node.input(4));
    Value divisor = deviation(emit, variance, node.getFloat("epsilon", 1e-5f));
    scale = emit.mul(perChannel(node.input(1)), emit.reciprocal(divisor));
    held = emit.binary<tosa::SubOp>(held, perChannel(node.input(3)));
    shift = perChannel(node.input(2));
  }
  Value result = emit.binary<tosa::AddOp>(emit.mul(held, scale), shift);
  node.setOutput(Tensor::of(result, input.channelsLast, input.type));
}

//===----------------------------------------------------------------------===//
// Computed statistics
//===----------------------------------------------------------------------===//

/// A value less its mean over axes, and its variance.
struct Statistics {
  Value mean, centered, variance;
};

static Statistics statisticsOver(Emitter &emit, Value value, ArrayRef<int64_t> axes) {
  Value mean = meanOver(emit, value, axes);
  Value centered = emit.binary<tosa::SubOp>(value, mean);
  return {mean, centered, meanOver(emit, emit.mul(centered, centered), axes)};
}

/// Rows are what the axes from `axis` on hold.
static void convertLayerNormalization(Node &node) {
  node.require("stash_type", 1);
  Emitter &emit = node.emit;
  Tensor input = node.input(0);
  size_t axis = Node::axis(node.getInt("axis", -1), input.shape.size());
  ArrayRef<int64_t> outer = ArrayRef(input.shape).take_front(axis);
  ArrayRef<int64_t> inner = ArrayRef(input.shape).drop_front(axis);
  int64_t columns = elementCount(inner);
  auto parameter = [&](unsigned i) {
    Tensor tensor = node.input(i);
    if (tensor.shape.size() > inner.size() || broadcast(tensor.shape, inner) != Shape(inner))
      fail("scale and bias must broadcast to " + str(inner) + ", got shape " + str(tensor.shape));
    return emit.reshape(emit.broadcastTo(emit.hold(tensor), inner), {1, columns});
  };
  Value rows = emit.reshape(emit.hold(input), {elementCount(outer), columns});
  Statistics statistics = statisticsOver(emit, rows, {1});
  Value scale =
      emit.reciprocal(deviation(emit, statistics.variance, node.getFloat("epsilon", 1e-5f)));
  Value result = emit.mul(emit.mul(statistics.centered, scale), parameter(1));
  if (node.hasInput(2))
    result = emit.binary<tosa::AddOp>(result, parameter(2));
  Shape reduced(outer);
  reduced.resize(input.shape.size(), 1);
  node.setOutput(Tensor::of(emit.reshape(result, input.shape), false, input.type));
  node.setOutput(1, Tensor::of(emit.reshape(statistics.mean, reduced)));
  node.setOutput(2, Tensor::of(emit.reshape(scale, reduced)));
}

/// Statistics of each channel of each sample.
static void convertInstanceNormalization(Node &node) {
  node.ignore("consumed_inputs");
  Emitter &emit = node.emit;
  Tensor input = node.input(0);
  if (input.shape.size() < 3)
    fail("the input must have rank 3 or more, got shape " + str(input.shape));
  Shape shape(input.shape.size(), 1), axes;
  shape[1] = input.shape[1];
  for (size_t axis = 2; axis < input.shape.size(); ++axis)
    axes.push_back(input.heldAxis(axis));
  auto parameter = [&](unsigned i) {
    Tensor tensor = node.inputOfRank(i, 1);
    if (tensor.shape[0] != shape[1])
      fail("scale and bias must have " + Twine(shape[1]) + " elements, got " +
           Twine(tensor.shape[0]));
    return emit.hold(emit.reshape(tensor, shape), input.channelsLast);
  };
  Statistics statistics = statisticsOver(emit, emit.hold(input, input.channelsLast), axes);
  Value scale =
      emit.reciprocal(deviation(emit, statistics.variance, node.getFloat("epsilon", 1e-5f)));
  Value scaled = emit.mul(emit.mul(statistics.centered, scale), parameter(1));
  Value result = emit.binary<tosa::AddOp>(scaled, parameter(2));
  node.setOutput(Tensor::of(result, input.channelsLast, input.type));
}

/// (x - mean) / (deviation + 1e-9).
static void convertMeanVarianceNormalization(Node &node) {
  Emitter &emit = node.emit;
  Tensor input = node.input(0);
  Shape axes = Node::axes(node.getInts("axes", {0, 2, 3}), input.shape.size());
  for (int64_t &axis : axes)
    axis = input.heldAxis(axis);
  Statistics statistics = statisticsOver(emit, emit.hold(input, input.channelsLast), axes);
  Value divisor = emit.sqrt(statistics.variance);
  divisor = emit.binary<tosa::AddOp>(divisor, emit.scalarLike(1e-9, divisor));
  Value result = emit.mul(statistics.centered, emit.reciprocal(divisor));
  node.setOutput(Tensor::of(result, input.channelsLast, input.type));
}

/// x / (bias + alpha / size * s)^beta with s the sum of the squares of `size` neighbouring
/// channels.
static void convertLRN(Node &node) {
  Emitter &emit = node.emit;
  Tensor input = node.input(0);
  int64_t size = node.getInt("size");
  if (size < 1 || size > 128)
    fail("attribute 'size' must be in the range 1 to 128, got " + Twine(size));
  double alpha = node.getFloat("alpha", 1e-4f), beta = node.getFloat("beta", 0.75f);
  if (input.shape.size() < 2)
    fail("the input must have rank 2 or more, got shape " + str(input.shape));
  Value x = emit.hold(input, input.channelsLast);
  int64_t axis = input.heldAxis(1);
  Shape shape(shapeOf(x)), low(shape.size(), 0), high = low, start = low;
  low[axis] = (size - 1) / 2;
  high[axis] = size / 2;
  Value squares = emit.pad(emit.mul(x, x), low, high, 0), sum;
  for (; start[axis] < size; ++start[axis]) {
    Value neighbour = emit.slice(squares, start, shape);
    sum = sum ? emit.binary<tosa::AddOp>(sum, neighbour) : neighbour;
  }
  Value scaled = emit.mul(sum, emit.scalarLike(alpha / size, x));
  Value base = emit.binary<tosa::AddOp>(scaled, emit.scalarLike(node.getFloat("bias", 1.0f), x));
  Value factor = emit.binary<tosa::PowOp>(base, emit.scalarLike(-beta, x));
  node.setOutput(Tensor::of(emit.mul(x, factor), input.channelsLast, input.type));
}

//===----------------------------------------------------------------------===//
// Dropout
//===----------------------------------------------------------------------===//

/// Training without a ratio drops nothing; inference never does. Before opset 7 `is_test` says
/// that it is inference.
static void convertDropout(Node &node) {
  node.ignore("ratio");
  node.ignore("seed");
  node.ignore("consumed_inputs");
  if (node.opset() < 7 && node.getInt("is_test", 0) != 1)
    fail("attribute 'is_test' must be 1, got 0: training is not supported");
  if (node.hasInput(2) && node.constantInput(2).ints() != ArrayRef<int64_t>{0}) {
    float ratio = node.floatInput(1, 0.5f);
    if (ratio != 0.0f)
      fail("training mode is not supported unless the ratio is 0, got " +
           Twine(std::to_string(ratio)));
  }
  Tensor input = node.input(0);
  node.setOutput(input);
  if (node.numOutputs() < 2)
    return;
  Emitter &emit = node.emit;
  ElementType type = node.opset() < 10 ? input.type : onnx::TensorProto::BOOL;
  Value one = emit.scalar(1, heldType(type, emit.builder.getContext()), input.shape.size());
  node.setOutput(1, Tensor::of(emit.broadcastTo(one, input.shape), false, type));
}

void cim::onnx_frontend::addNormalizationOperators(OperatorTable &table) {
  table["BatchNormalization"] = {convertBatchNormalization, 5, 5, Types::Floats, 5};
  table["Dropout"] = {convertDropout, 1, 3};
  table["InstanceNormalization"] = {convertInstanceNormalization, 3, 3, Types::Floats, 3};
  table["LRN"] = {convertLRN};
  table["LayerNormalization"] = {convertLayerNormalization, 2, 3, Types::Floats, 3};
  table["MeanVarianceNormalization"] = {convertMeanVarianceNormalization};
}
