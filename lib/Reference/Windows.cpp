//===- Windows.cpp - Convolutions, products, pools --------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Direct loops. Products are summed in double and rounded to float once; the bias
// is then added in float, as a separate addition would.
//
//===----------------------------------------------------------------------===//

#include "Digital.h"
#include <cmath>
#include <limits>

using namespace mlir;
using namespace cim::reference;

/// Calls `visit(ih, iw, kh, kw)` for the kernel positions of output pixel
/// (oh, ow) that lie inside of an input of the given height and width.
static void forEachInside(const Window &window, int64_t oh, int64_t ow, int64_t height,
                          int64_t width,
                          function_ref<void(int64_t, int64_t, int64_t, int64_t)> visit) {
  for (int64_t kh = 0; kh < window.kernel[0]; ++kh)
    for (int64_t kw = 0; kw < window.kernel[1]; ++kw) {
      int64_t ih = window.row(oh, kh), iw = window.column(ow, kw);
      if (ih >= 0 && ih < height && iw >= 0 && iw < width)
        visit(ih, iw, kh, kw);
    }
}

static float biasOf(const Tensor &bias, int64_t n) {
  return bias.floats()[bias.size() == 1 ? 0 : n];
}

Tensor cim::reference::conv2d(const Tensor &input, const Tensor &weight, const Tensor &bias,
                              const Window &window, int64_t groups, RankedTensorType type) {
  Tensor result = makeTensor(type);
  int64_t height = input.shape()[1], width = input.shape()[2];
  int64_t channels = weight.shape()[3], outputs = weight.shape()[0] / groups;
  for (int64_t i = 0; i < result.size(); ++i) {
    Coordinates at = coordinatesOf(i, type.getShape());
    int64_t n = at[3], firstChannel = n / outputs * channels;
    double sum = 0;
    forEachInside(window, at[1], at[2], height, width,
                  [&](int64_t ih, int64_t iw, int64_t kh, int64_t kw) {
                    int64_t x = indexOf({at[0], ih, iw, firstChannel}, input.shape());
                    int64_t w = indexOf({n, kh, kw, 0}, weight.shape());
                    for (int64_t c = 0; c < channels; ++c)
                      sum += static_cast<double>(input.floats()[x + c]) * weight.floats()[w + c];
                  });
    result.floats()[i] = static_cast<float>(sum) + biasOf(bias, n);
  }
  return result;
}

Tensor cim::reference::depthwiseConv2d(const Tensor &input, const Tensor &weight,
                                       const Tensor &bias, const Window &window,
                                       RankedTensorType type) {
  Tensor result = makeTensor(type);
  int64_t height = input.shape()[1], width = input.shape()[2], multiplier = weight.shape()[3];
  for (int64_t i = 0; i < result.size(); ++i) {
    Coordinates at = coordinatesOf(i, type.getShape());
    int64_t c = at[3] / multiplier, m = at[3] % multiplier;
    double sum = 0;
    forEachInside(window, at[1], at[2], height, width,
                  [&](int64_t ih, int64_t iw, int64_t kh, int64_t kw) {
                    double x = input.floats()[indexOf({at[0], ih, iw, c}, input.shape())];
                    sum += x * weight.floats()[indexOf({kh, kw, c, m}, weight.shape())];
                  });
    result.floats()[i] = static_cast<float>(sum) + biasOf(bias, at[3]);
  }
  return result;
}

Tensor cim::reference::matmul(const Tensor &lhs, const Tensor &rhs, RankedTensorType type) {
  Tensor result = makeTensor(type);
  for (int64_t i = 0; i < result.size(); ++i) {
    Coordinates at = coordinatesOf(i, type.getShape());
    double sum = 0;
    for (int64_t k = 0; k < lhs.shape()[2]; ++k)
      sum += static_cast<double>(lhs.floats()[broadcastIndexOf({at[0], at[1], k}, lhs.shape())]) *
             rhs.floats()[broadcastIndexOf({at[0], k, at[2]}, rhs.shape())];
    result.floats()[i] = static_cast<float>(sum);
  }
  return result;
}

Tensor cim::reference::pool(xbar::PoolKind kind, const Tensor &input, const Window &window,
                            RankedTensorType type) {
  Tensor result = makeTensor(type);
  for (int64_t i = 0; i < result.size(); ++i) {
    Coordinates at = coordinatesOf(i, type.getShape());
    double sum = 0;
    float largest = -std::numeric_limits<float>::infinity();
    int64_t count = 0;
    forEachInside(window, at[1], at[2], input.shape()[1], input.shape()[2],
                  [&](int64_t ih, int64_t iw, int64_t, int64_t) {
                    float x = input.floats()[indexOf({at[0], ih, iw, at[3]}, input.shape())];
                    sum += x;
                    largest = x > largest || std::isnan(x) ? x : largest;
                    ++count;
                  });
    result.floats()[i] = kind == xbar::PoolKind::Max
                             ? largest
                             : static_cast<float>(sum / static_cast<double>(count));
  }
  return result;
}
