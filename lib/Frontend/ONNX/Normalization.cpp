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

/// The first input as a matrix: rows are what the axes from `axis` on hold.
struct Rows {
  explicit Rows(Node &node) : node(node), input(node.input(0)) {
    node.require("stash_type", 1);
    size_t axis = Node::axis(node.getInt("axis", -1), input.shape.size());
    outer.assign(input.shape.begin(), input.shape.begin() + axis);
    inner.assign(input.shape.begin() + axis, input.shape.end());
    value = node.emit.reshape(node.emit.hold(input), {elementCount(outer), elementCount(inner)});
  }

  /// An input that belongs to every row.
  Value parameter(unsigned i) {
    Tensor tensor = node.input(i);
    if (tensor.shape.size() > inner.size() || broadcast(tensor.shape, inner) != inner)
      fail("scale and bias must broadcast to " + str(inner) + ", got shape " + str(tensor.shape));
    Value repeated = node.emit.broadcastTo(node.emit.hold(tensor), inner);
    return node.emit.reshape(repeated, {1, elementCount(inner)});
  }

  void setOutput(Value result) {
    node.setOutput(Tensor::of(node.emit.reshape(result, input.shape), false, input.type));
  }

  Node &node;
  Tensor input;
  Shape outer, inner;
  Value value;
};

static void convertLayerNormalization(Node &node) {
  Emitter &emit = node.emit;
  Rows rows(node);
  Statistics statistics = statisticsOver(emit, rows.value, {1});
  Value scale =
      emit.reciprocal(deviation(emit, statistics.variance, node.getFloat("epsilon", 1e-5f)));
  Value result = emit.mul(emit.mul(statistics.centered, scale), rows.parameter(1));
  if (node.hasInput(2))
    result = emit.binary<tosa::AddOp>(result, rows.parameter(2));
  Shape reduced = rows.outer;
  reduced.resize(rows.input.shape.size(), 1);
  rows.setOutput(result);
  node.setOutput(1, Tensor::of(emit.reshape(statistics.mean, reduced)));
  node.setOutput(2, Tensor::of(emit.reshape(scale, reduced)));
}

/// x / sqrt(mean(x^2) + epsilon).
static void convertRMSNormalization(Node &node) {
  Emitter &emit = node.emit;
  Rows rows(node);
  Value squares = meanOver(emit, emit.mul(rows.value, rows.value), {1});
  Value scale = emit.reciprocal(deviation(emit, squares, node.getFloat("epsilon", 1e-5f)));
  rows.setOutput(emit.mul(emit.mul(rows.value, scale), rows.parameter(1)));
}

/// Statistics of groups of channels of each sample; scale and bias are those of the channels, in
/// opset 18 to 20 of the groups.
static void convertGroupNormalization(Node &node) {
  node.require("stash_type", 1);
  Emitter &emit = node.emit;
  Tensor input = node.input(0);
  int64_t groups = node.getInt("num_groups");
  if (input.shape.size() < 2 || groups < 1 || input.shape[1] % groups)
    fail("attribute 'num_groups' must divide the channels of " + str(input.shape) + ", got " +
         Twine(groups));
  int64_t channels = input.shape[1], rows = input.shape[0] * groups;
  bool isGrouped = node.opset() < 21;
  auto parameter = [&](unsigned i) {
    Tensor tensor = node.inputOfRank(i, 1);
    if (tensor.shape[0] != (isGrouped ? groups : channels))
      fail("scale and bias must have " + Twine(isGrouped ? groups : channels) + " elements, got " +
           Twine(tensor.shape[0]));
    Value value = emit.hold(tensor);
    if (isGrouped)
      value = emit.broadcastTo(emit.reshape(value, {groups, 1}), {groups, channels / groups});
    Shape shape(input.shape.size(), 1);
    shape[1] = channels;
    return emit.reshape(value, shape);
  };
  Value held = emit.reshape(emit.hold(input), {rows, elementCount(input.shape) / rows});
  Statistics statistics = statisticsOver(emit, held, {1});
  Value scale =
      emit.reciprocal(deviation(emit, statistics.variance, node.getFloat("epsilon", 1e-5f)));
  Value normal = emit.reshape(emit.mul(statistics.centered, scale), input.shape);
  Value result = emit.binary<tosa::AddOp>(emit.mul(normal, parameter(1)), parameter(2));
  node.setOutput(Tensor::of(result, /*channelsLast=*/false, input.type));
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
  table["GroupNormalization"] = {convertGroupNormalization, 3, 3, Types::Floats, 3};
  table["InstanceNormalization"] = {convertInstanceNormalization, 3, 3, Types::Floats, 3};
  table["LRN"] = {convertLRN};
  table["LayerNormalization"] = {convertLayerNormalization, 2, 3, Types::Floats, 3};
  table["MeanVarianceNormalization"] = {convertMeanVarianceNormalization};
  table["RMSNormalization"] = {convertRMSNormalization, 2, 2, Types::Floats, 2};
}
