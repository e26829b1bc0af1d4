//===- Pooling.cpp - Pools --------------------------------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// MaxPool and AveragePool over windows, and the global ones over everything.
//
//===----------------------------------------------------------------------===//

#include "Window.h"

using namespace mlir;
using namespace cim::onnx_frontend;

static Value averagePool(Emitter &emit, Value input, const Window &window) {
  Type type = emit.type({shapeOf(input)[0], window.output[0], window.output[1], shapeOf(input)[3]});
  return tosa::AvgPool2dOp::create(emit.builder, type, input, emit.zeroPoint(), emit.zeroPoint(),
                                   window.kernel, window.stride, window.pad(),
                                   emit.builder.getF32Type());
}

static Value maxPool(Emitter &emit, Value input, const Window &window) {
  Type type = emit.type({shapeOf(input)[0], window.output[0], window.output[1], shapeOf(input)[3]});
  return tosa::MaxPool2dOp::create(emit.builder, type, input, ArrayRef<int64_t>(window.kernel),
                                   ArrayRef<int64_t>(window.stride), window.pad());
}

static Window readPoolWindow(Node &node, const Tensor &input) {
  Shape kernel = node.getInts("kernel_shape");
  if (kernel.size() != 2)
    fail("attribute 'kernel_shape' must have 2 values, got " + str(kernel));
  for (int64_t size : kernel)
    if (size < 1 || size > INT32_MAX)
      fail("values of attribute 'kernel_shape' must be in the range 1 to 2^31 - 1, got " +
           str(kernel));
  Window window = readWindow(node, input.shape, kernel, /*isPool=*/true);
  for (int axis : {0, 1}) {
    if (window.dilation[axis] != 1)
      fail("attribute 'dilations' must be 1, got " + Twine(window.dilation[axis]));
    if (std::max(window.before[axis], window.after[axis]) >= window.kernel[axis])
      fail("padding must be smaller than attribute 'kernel_shape', " + Twine(window.kernel[axis]) +
           ", got " + Twine(window.before[axis]) + " and " + Twine(window.after[axis]));
  }
  return window;
}

static void convertMaxPool(Node &node) {
  Tensor input = node.inputOfRank(0, 4);
  node.require("storage_order", 0);
  Window window = readPoolWindow(node, input);
  Value held = trimmed(node, node.emit.hold(input, /*channelsLast=*/true), window);
  node.setOutput(Tensor::of(maxPool(node.emit, held, window), /*channelsLast=*/true));
}

/// tosa leaves padding out of averages: padding that counts becomes part of the input.
static Value padExplicitly(Emitter &emit, Value input, Window &window) {
  Shape low(4, 0), high(4, 0);
  for (int axis : {0, 1}) {
    low[axis + 1] = std::exchange(window.before[axis], 0);
    high[axis + 1] = std::min(window.after[axis], window.declaredAfter[axis]);
    window.after[axis] -= high[axis + 1];
  }
  return emit.pad(input, low, high, 0.0f);
}

static void convertAveragePool(Node &node) {
  Tensor input = node.inputOfRank(0, 4);
  bool countPadding = node.getInt("count_include_pad", 0) != 0;
  Window window = readPoolWindow(node, input);
  Value held = trimmed(node, node.emit.hold(input, /*channelsLast=*/true), window);
  if (countPadding)
    held = padExplicitly(node.emit, held, window);
  node.setOutput(Tensor::of(averagePool(node.emit, held, window), /*channelsLast=*/true));
}

template <Value (*pool)(Emitter &, Value, const Window &)>
static void convertGlobalPool(Node &node) {
  Tensor input = node.inputOfRank(0, 4);
  Window window = {};
  window.kernel = {input.shape[2], input.shape[3]};
  window.stride = window.output = {1, 1};
  Value held = node.emit.hold(input, /*channelsLast=*/true);
  node.setOutput(Tensor::of(pool(node.emit, held, window), /*channelsLast=*/true));
}

void cim::onnx_frontend::addPoolingOperators(OperatorTable &table) {
  table["AveragePool"] = {convertAveragePool};
  table["GlobalAveragePool"] = {convertGlobalPool<averagePool>};
  table["GlobalMaxPool"] = {convertGlobalPool<maxPool>};
  table["MaxPool"] = {convertMaxPool};
}
