//===- Normalization.cpp - BatchNormalization, Dropout, Softmax -*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Operators that rescale. Softmax subtracts the maximum first.
//
//===----------------------------------------------------------------------===//

#include "Normalization.h"
#include <cmath>

using namespace mlir;
using namespace cim::onnx_frontend;

std::optional<ChannelAffine> cim::onnx_frontend::readConstantBatchNorm(Node &node,
                                                                       int64_t channels) {
  node.require("training_mode", 0);
  node.require("spatial", 1);
  node.ignore("momentum");
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

static void convertBatchNormalization(Node &node) {
  Tensor input = node.input(0);
  if (input.shape.size() < 2)
    fail("the input must have rank 2 or more, got shape " + str(input.shape));
  std::optional<ChannelAffine> affine = readConstantBatchNorm(node, input.shape[1]);
  if (!affine)
    fail("parameters must be constants");
  Emitter &emit = node.emit;
  Shape shape(input.shape.size(), 1);
  shape[1] = input.shape[1];
  auto perChannel = [&](ArrayRef<double> values) {
    std::vector<float> floats(values.begin(), values.end());
    return emit.hold(Tensor::of(makeConstant(ArrayRef<float>(floats), shape)), input.channelsLast);
  };
  Value held = emit.hold(input, input.channelsLast);
  Value scaled = emit.mul(held, perChannel(affine->scale));
  Value shifted = emit.binary<tosa::AddOp>(scaled, perChannel(affine->shift));
  node.setOutput(Tensor::of(shifted, input.channelsLast));
}

static Value softmax(Emitter &emit, Value value, int64_t axis) {
  Value maximum = emit.reduce<tosa::ReduceMaxOp>(value, axis);
  Value shifted = emit.binary<tosa::SubOp>(value, maximum);
  Value exponential = emit.unary<tosa::ExpOp>(shifted);
  Value sum = emit.reduce<tosa::ReduceSumOp>(exponential, axis);
  return emit.mul(exponential, emit.reciprocal(sum));
}

static void convertSoftmax(Node &node) {
  Tensor input = node.input(0);
  Emitter &emit = node.emit;
  size_t rank = input.shape.size();
  if (node.opset() >= 13) {
    int64_t axis = Node::axis(node.getInt("axis", -1), rank);
    Value held = emit.hold(input, input.channelsLast);
    node.setOutput(Tensor::of(softmax(emit, held, input.heldAxis(axis)), input.channelsLast));
    return;
  }
  // Before opset 13 all axes from `axis` on are one.
  int64_t axis = Node::axis(node.getInt("axis", 1), rank);
  int64_t rows = elementCount(ArrayRef(input.shape).take_front(axis));
  int64_t columns = elementCount(ArrayRef(input.shape).drop_front(axis));
  Value matrix = emit.reshape(emit.hold(input), {rows, columns});
  node.setOutput(Tensor::of(emit.reshape(softmax(emit, matrix, 1), input.shape)));
}

static void convertDropout(Node &node) {
  node.ignore("ratio");
  node.ignore("seed");
  if (node.hasInput(2) && node.constantInput(2).ints() != ArrayRef<int64_t>{0})
    fail("training mode is not supported");
  node.setOutput(node.input(0));
}

void cim::onnx_frontend::addNormalizationOperators(OperatorTable &table) {
  table["BatchNormalization"] = {convertBatchNormalization, 5, 5, Types::Floats, 5};
  table["Dropout"] = {convertDropout, 1, 3};
  table["Softmax"] = {convertSoftmax};
}
