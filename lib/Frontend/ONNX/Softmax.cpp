//===- Softmax.cpp - Softmax and its kin ------------------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Softmax, its logarithm and its limit along an axis, and the losses made of them. The maximum is
// subtracted first. A class is picked by comparing its number with those of all classes, so a
// target that is no class picks nothing.
//
//===----------------------------------------------------------------------===//

#include "Indexing.h"
#include "Reduction.h"

using namespace mlir;
using namespace cim::onnx_frontend;

//===----------------------------------------------------------------------===//
// Along an axis
//===----------------------------------------------------------------------===//

Value cim::onnx_frontend::softmax(Emitter &emit, Value value, int64_t axis) {
  Value maximum = emit.reduce<tosa::ReduceMaxOp>(value, axis);
  Value shifted = emit.binary<tosa::SubOp>(value, maximum);
  Value exponential = emit.unary<tosa::ExpOp>(shifted);
  Value sum = emit.reduce<tosa::ReduceSumOp>(exponential, axis);
  return emit.mul(exponential, emit.reciprocal(sum));
}

static Value logSoftmax(Emitter &emit, Value value, int64_t axis) {
  LogSum sum = logSumExp(emit, value, axis);
  return emit.binary<tosa::SubOp>(sum.shifted, sum.logSum);
}

/// One at the first maximum, zero elsewhere.
static Value hardmax(Emitter &emit, Value value, int64_t axis) {
  Shape shape(shapeOf(value));
  Value numbers = iota(emit, shape[axis], axis, shape.size(), onnx::TensorProto::INT32);
  shape.erase(shape.begin() + axis);
  Value place = tosa::ArgMaxOp::create(emit.builder, emit.type(shape, emit.builder.getI32Type()),
                                       value, emit.builder.getI32IntegerAttr(axis));
  shape.insert(shape.begin() + axis, 1);
  Value isPlace = emit.compare<tosa::EqualOp>(numbers, emit.reshape(place, shape));
  return emit.select(isPlace, emit.scalarLike(1, value), emit.scalarLike(0, value));
}

template <Value (*distribute)(Emitter &, Value, int64_t)> static void convertAlong(Node &node) {
  Tensor input = node.input(0);
  Emitter &emit = node.emit;
  size_t rank = input.shape.size();
  if (node.opset() >= 13) {
    int64_t axis = Node::axis(node.getInt("axis", -1), rank);
    Value held = emit.hold(input, input.channelsLast);
    return node.setOutput(
        Tensor::of(distribute(emit, held, input.heldAxis(axis)), input.channelsLast, input.type));
  }
  // Before opset 13 all axes from `axis` on are one.
  int64_t axis = Node::axis(node.getInt("axis", 1), rank);
  int64_t rows = elementCount(ArrayRef(input.shape).take_front(axis));
  int64_t columns = elementCount(ArrayRef(input.shape).drop_front(axis));
  Value matrix = emit.reshape(emit.hold(input), {rows, columns});
  Value result = emit.reshape(distribute(emit, matrix, 1), input.shape);
  node.setOutput(Tensor::of(result, /*channelsLast=*/false, input.type));
}

//===----------------------------------------------------------------------===//
// Losses
//===----------------------------------------------------------------------===//

/// Operands with all axes behind the classes merged: scores [N, C, D], targets [N, 1, D].
struct Batch {
  Value scores, targets;
  Shape targetShape;
};

static Batch readBatch(Node &node) {
  Tensor scores = node.input(0), targets = node.input(1);
  if (scores.shape.size() < 2)
    fail("the scores must have rank 2 or more, got shape " + str(scores.shape));
  Shape expected = scores.shape;
  expected.erase(expected.begin() + 1);
  if (!targets.isInteger() || targets.shape != expected)
    fail("the targets must be integers of shape " + str(expected) + ", got " + str(targets.type) +
         " of shape " + str(targets.shape));
  int64_t samples = expected[0], points = elementCount(ArrayRef(expected).drop_front());
  Emitter &emit = node.emit;
  return {emit.hold(emit.reshape(scores, {samples, scores.shape[1], points})),
          emit.hold(emit.reshape(targets, {samples, 1, points})), expected};
}

/// The weights of the classes as [1, C, 1].
static Value readWeights(Node &node, int64_t classes) {
  Emitter &emit = node.emit;
  if (!node.hasInput(2))
    return emit.scalar(1.0f, 3);
  Tensor weights = node.inputOfRank(2, 1);
  if (weights.shape[0] != classes)
    fail("the weights must have " + Twine(classes) + " elements, got " + Twine(weights.shape[0]));
  return emit.hold(emit.reshape(weights, {1, classes, 1}));
}

/// The loss of logarithms of probabilities [N, C, D]: what the targets pick, negated, weighted
/// and reduced.
static void setLoss(Node &node, const Batch &batch, Value logarithms) {
  Emitter &emit = node.emit;
  Shape shape(shapeOf(logarithms));
  Value weights = readWeights(node, shape[1]);
  Value classes = iota(emit, shape[1], 1, 3, elementTypeOf(elementOf(batch.targets)));
  Value picks = emit.compare<tosa::EqualOp>(classes, batch.targets);
  if (node.hasAttribute("ignore_index")) {
    Value ignored = emit.scalarLike(node.getInt("ignore_index"), batch.targets);
    Value counts =
        emit.unary<tosa::LogicalNotOp>(emit.compare<tosa::EqualOp>(batch.targets, ignored));
    picks = emit.compare<tosa::LogicalAndOp>(picks, counts);
  }
  auto pick = [&](Value values) {
    return emit.reduce<tosa::ReduceSumOp>(emit.select(picks, values, emit.scalar(0.0f, 3)), 1);
  };
  Value loss = pick(emit.mul(emit.negate(logarithms), weights));
  std::string reduction = node.getString("reduction", "mean");
  if (reduction == "none")
    return node.setOutput(Tensor::of(emit.reshape(loss, batch.targetShape)));
  if (reduction != "sum" && reduction != "mean")
    fail("attribute 'reduction' must be none, sum or mean, got '" + reduction + "'");
  loss = reduceAxes<tosa::ReduceSumOp>(emit, loss, {0, 2});
  if (reduction == "mean") {
    Value total = reduceAxes<tosa::ReduceSumOp>(emit, pick(weights), {0, 2});
    loss = emit.mul(loss, emit.reciprocal(total));
  }
  node.setOutput(Tensor::of(emit.reshape(loss, {})));
}

static void convertNegativeLogLikelihoodLoss(Node &node) {
  Batch batch = readBatch(node);
  setLoss(node, batch, batch.scores);
}

static void convertSoftmaxCrossEntropyLoss(Node &node) {
  Batch batch = readBatch(node);
  Value logarithms = logSoftmax(node.emit, batch.scores, 1);
  setLoss(node, batch, logarithms);
  node.setOutput(1, Tensor::of(node.emit.reshape(logarithms, node.input(0).shape)));
}

void cim::onnx_frontend::addSoftmaxOperators(OperatorTable &table) {
  table["Hardmax"] = {convertAlong<hardmax>};
  table["LogSoftmax"] = {convertAlong<logSoftmax>};
  table["NegativeLogLikelihoodLoss"] = {convertNegativeLogLikelihoodLoss, 2, 3};
  table["Softmax"] = {convertAlong<softmax>};
  table["SoftmaxCrossEntropyLoss"] = {convertSoftmaxCrossEntropyLoss, 2, 3};
}
