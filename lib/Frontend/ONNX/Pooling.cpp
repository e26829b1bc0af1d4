//===- Pooling.cpp - Pools --------------------------------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Pools over windows, and the global ones over everything. Maxima and averages are
// separable: but for the common case of two axes, each axis is pooled on its own.
//
//===----------------------------------------------------------------------===//

#include "PoolIndices.h"

using namespace mlir;
using namespace cim::onnx_frontend;

//===----------------------------------------------------------------------===//
// Two axes
//===----------------------------------------------------------------------===//

/// Pools a channels-last value of rank 4.
using Pool = Value (*)(Emitter &, Value, const Window &);

static RankedTensorType resultType(Emitter &emit, Value input, const Window &window) {
  return emit.type({shapeOf(input)[0], window[0].output, window[1].output, shapeOf(input)[3]});
}

static SmallVector<int64_t> padOf(const Window &window) {
  return {window[0].before, window[0].after, window[1].before, window[1].after};
}

static Value averagePool(Emitter &emit, Value input, const Window &window) {
  return tosa::AvgPool2dOp::create(
      emit.builder, resultType(emit, input, window), input, emit.zeroPoint(), emit.zeroPoint(),
      {window[0].kernel, window[1].kernel}, {window[0].stride, window[1].stride}, padOf(window),
      emit.builder.getF32Type());
}

static Value maxPool(Emitter &emit, Value input, const Window &window) {
  return tosa::MaxPool2dOp::create(emit.builder, resultType(emit, input, window), input,
                                   {window[0].kernel, window[1].kernel},
                                   {window[0].stride, window[1].stride}, padOf(window));
}

//===----------------------------------------------------------------------===//
// Any number of axes
//===----------------------------------------------------------------------===//

/// Maxima of a value [outer, size, 1, inner] along its second axis: the elements that one
/// window reads are neighbours once the axis is split into phases.
static Value dilatedMaxPool(Emitter &emit, Value input, WindowAxis axis) {
  int64_t outer = shapeOf(input)[0], inner = shapeOf(input)[3], dilation = axis.dilation;
  int64_t length = shapeOf(input)[1] + axis.before + axis.after;
  int64_t rows = (length + dilation - 1) / dilation;
  Value padded =
      emit.pad(input, {0, axis.before, 0, 0}, {0, axis.after + rows * dilation - length, 0, 0},
               -std::numeric_limits<double>::infinity());
  WindowAxis dense;
  dense.kernel = axis.kernel;
  dense.output = rows - axis.kernel + 1;
  WindowAxis phases;
  phases.output = dilation;
  Value pooled =
      maxPool(emit, emit.reshape(padded, {outer, rows, dilation, inner}), {dense, phases});
  Value joined = emit.reshape(pooled, {outer, dense.output * dilation, 1, inner});
  return emit.strided(joined, 1, 0, axis.stride, axis.output);
}

static Value poolAxis(Emitter &emit, Pool pool, Value value, size_t axis,
                      const WindowAxis &window) {
  Shape shape(shapeOf(value));
  int64_t outer = elementCount(ArrayRef(shape).take_front(axis));
  int64_t inner = elementCount(ArrayRef(shape).drop_front(axis + 1));
  value = trimmed(emit, emit.reshape(value, {outer, shape[axis], 1, inner}), {window});
  if (window.dilation > 1)
    value = dilatedMaxPool(emit, value, window);
  else
    value = pool(emit, value, {window, WindowAxis()});
  shape[axis] = window.output;
  return emit.reshape(value, shape);
}

/// Values of rank 4 are pooled channels-last.
static Tensor poolTensor(Emitter &emit, Pool pool, const Tensor &input, const Window &window) {
  bool channelsLast = window.size() == 2;
  Value value = emit.hold(input, channelsLast);
  if (channelsLast && window[0].dilation == 1 && window[1].dilation == 1)
    return Tensor::of(pool(emit, trimmed(emit, value, window), window), channelsLast);
  for (auto [i, axis] : llvm::enumerate(window))
    value = poolAxis(emit, pool, value, (channelsLast ? 1 : 2) + i, axis);
  return Tensor::of(value, channelsLast);
}

/// tosa leaves padding out of averages: padding that counts becomes part of the input.
static Tensor padExplicitly(Emitter &emit, const Tensor &input, Window &window) {
  bool channelsLast = window.size() == 2;
  Tensor held = Tensor::of(emit.hold(input, channelsLast), channelsLast);
  Shape low(input.shape.size(), 0), high = low;
  for (auto [i, axis] : llvm::enumerate(window)) {
    low[2 + i] = std::exchange(axis.before, 0);
    high[2 + i] = std::min(axis.after, axis.declaredAfter);
    axis.after -= high[2 + i];
  }
  Value value = emit.pad(held.value, held.heldOrder(low), held.heldOrder(high), 0.0);
  return Tensor::of(value, channelsLast);
}

//===----------------------------------------------------------------------===//
// Nodes
//===----------------------------------------------------------------------===//

static Tensor readPoolInput(Node &node) {
  Tensor input = node.input(0);
  if (input.shape.size() < 3)
    fail("the input must have rank 3 or more, got shape " + str(input.shape));
  return input;
}

static Window readPoolWindow(Node &node, const Tensor &input) {
  size_t axes = input.shape.size() - 2;
  Window window = readWindow(node, ArrayRef(input.shape).drop_front(2), readKernelShape(node, axes),
                             /*isPool=*/true);
  for (const WindowAxis &axis : window)
    if (std::max(axis.before, axis.after) >= axis.extent())
      fail("padding must be smaller than the window, " + Twine(axis.extent()) + ", got " +
           Twine(axis.before) + " and " + Twine(axis.after));
  return window;
}

static void checkNotDilated(const Window &window) {
  for (const WindowAxis &axis : window)
    if (axis.dilation != 1)
      fail("attribute 'dilations' must be 1, got " + Twine(axis.dilation));
}

/// Integers of 8 bits are exact as floats.
static void convertMaxPool(Node &node) {
  Emitter &emit = node.emit;
  Tensor input = readPoolInput(node);
  if (!input.isFloat() && bitWidth(input.type) != 8)
    fail("integers must have 8 bits, got element type " + str(input.type));
  Window window = readPoolWindow(node, input);
  bool columnsFirst = node.getInt("storage_order", 0) != 0;
  Value value = emit.hold(input, input.channelsLast);
  Type held = elementOf(value);
  Tensor floats =
      Tensor::of(emit.cast(value, input.type, onnx::TensorProto::FLOAT), input.channelsLast);
  Tensor pooled = poolTensor(emit, maxPool, floats, window);
  if (!input.isFloat())
    pooled.value =
        tosa::CastOp::create(emit.builder, emit.type(shapeOf(pooled.value), held), pooled.value);
  pooled.type = input.type;
  node.setOutput(pooled);
  if (node.hasOutput(1))
    node.setOutput(1, maxIndices(emit, floats, window, columnsFirst));
}

static void convertAveragePool(Node &node) {
  Tensor input = readPoolInput(node);
  bool countPadding = node.getInt("count_include_pad", 0) != 0;
  Window window = readPoolWindow(node, input);
  checkNotDilated(window);
  if (countPadding)
    input = padExplicitly(node.emit, input, window);
  node.setOutput(poolTensor(node.emit, averagePool, input, window));
}

/// One window over everything, along two axes or one.
static Window globalWindow(Emitter &emit, Tensor &input) {
  ArrayRef<int64_t> spatial = ArrayRef(input.shape).drop_front(2);
  if (spatial.size() != 2)
    input = emit.reshape(input, {input.shape[0], input.shape[1], elementCount(spatial)});
  Window window;
  for (int64_t size : ArrayRef(input.shape).drop_front(2)) {
    window.emplace_back();
    window.back().kernel = size;
  }
  return window;
}

template <Pool pool> static void convertGlobalPool(Node &node) {
  Tensor input = readPoolInput(node);
  Shape shape(input.shape.size(), 1);
  std::copy_n(input.shape.begin(), 2, shape.begin());
  Window window = globalWindow(node.emit, input);
  Tensor result = poolTensor(node.emit, pool, input, window);
  node.setOutput(result.shape == shape ? result : node.emit.reshape(result, shape));
}

void cim::onnx_frontend::addPoolingOperators(OperatorTable &table) {
  table["AveragePool"] = {convertAveragePool};
  table["GlobalAveragePool"] = {convertGlobalPool<averagePool>};
  table["GlobalMaxPool"] = {convertGlobalPool<maxPool>};
  table["MaxPool"] = {convertMaxPool, 1, 1, Types::Numbers};
}
