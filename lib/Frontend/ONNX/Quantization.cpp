//===- Quantization.cpp - What codes stand for ------------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The arithmetic of codes is that of ONNX's QuantizeLinear and DequantizeLinear.
//
//===----------------------------------------------------------------------===//

#include "Quantization.h"
#include "llvm/ADT/STLExtras.h"
#include <algorithm>
#include <cmath>
#include <numeric>

using namespace llvm;
using namespace cim::onnx_frontend;

static int64_t product(ArrayRef<int64_t> sizes) {
  return std::accumulate(sizes.begin(), sizes.end(), int64_t(1), std::multiplies<int64_t>());
}

bool Quantization::isStorable() const {
  auto isInside = [&](int64_t zero) { return low <= zero && zero <= high; };
  return low < high && all_of(zeroPoints, isInside);
}

size_t Quantization::indexOf(int64_t element, ArrayRef<int64_t> shape) const {
  if (!axis)
    return 0;
  return element / product(shape.drop_front(*axis + 1)) % shape[*axis];
}

int64_t Quantization::codeOf(float value, size_t index) const {
  if (std::isnan(value))
    return zeroPoints[index];
  // Beyond this range every code is clamped.
  double rounded = std::clamp(std::nearbyint(double(value / scales[index])), -1024.0, 1024.0);
  return std::clamp(static_cast<int64_t>(rounded) + zeroPoints[index], low, high);
}

float Quantization::valueOf(int64_t code, size_t index) const {
  return static_cast<float>(code - zeroPoints[index]) * scales[index];
}

Quantization Quantization::permuted(ArrayRef<int64_t> permutation) const {
  Quantization result = *this;
  if (axis)
    result.axis = find(permutation, *axis) - permutation.begin();
  return result;
}

std::optional<Quantization> Quantization::reshaped(ArrayRef<int64_t> from,
                                                   ArrayRef<int64_t> to) const {
  Quantization result = *this;
  if (!axis)
    return result;
  int64_t outer = product(from.take_front(*axis));
  for (size_t i = 0; i < to.size(); ++i)
    if (to[i] == from[*axis] && product(to.take_front(i)) == outer) {
      result.axis = i;
      return result;
    }
  return std::nullopt;
}

Quantization Quantization::sliced(ArrayRef<int64_t> start, ArrayRef<int64_t> size) const {
  Quantization result = *this;
  if (!axis)
    return result;
  auto cut = [&](auto &list) {
    list.erase(list.begin() + start[*axis] + size[*axis], list.end());
    list.erase(list.begin(), list.begin() + start[*axis]);
  };
  cut(result.scales);
  cut(result.zeroPoints);
  return result;
}
