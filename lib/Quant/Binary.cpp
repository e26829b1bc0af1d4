//===- Binary.cpp - Weights of two and of three levels ----------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See Binary.h. Sums are doubles, of weights less their mean where differences of sums matter.
//
//===----------------------------------------------------------------------===//

#include "cim-mlir/Quant/Binary.h"
#include "cim-mlir/Quant/Scale.h"
#include <algorithm>
#include <cmath>
#include <functional>
#include <vector>

using namespace cim::quant;

/// What equal weights have between their levels: nothing that is seen beside them, but enough for
/// every combined scale to be a normal number.
static constexpr double kLeastAlpha = 0x1p-64;

static BinaryLevels makeLevels(double alpha, double beta, float split) {
  return {toScale(std::max(alpha, kLeastAlpha)), static_cast<float>(beta), split};
}

static double getMean(const float *weights, size_t count) {
  double sum = 0;
  for (size_t i = 0; i < count; ++i)
    sum += weights[i];
  return sum / double(count);
}

BinaryLevels cim::quant::meanSplit(const float *weights, size_t count) {
  auto mean = static_cast<float>(getMean(weights, count));
  double distance = 0;
  for (size_t i = 0; i < count; ++i)
    distance += std::abs(double(weights[i]) - mean);
  return makeLevels(distance / double(count), mean, mean);
}

BinaryLevels cim::quant::freeSplit(const float *weights, size_t count) {
  std::vector<float> sorted(weights, weights + count);
  std::sort(sorted.begin(), sorted.end());
  double mean = getMean(weights, count), below = 0, best = 0;
  BinaryLevels levels = makeLevels(0, mean, sorted[0]);
  for (size_t low = 1; low < count; ++low) {
    below += sorted[low - 1] - mean;
    // The error is that of one level, the mean, less this: the sides have opposite sums.
    double high = double(count - low), gain = below * below / (double(low) * high);
    if (gain <= best || sorted[low - 1] == sorted[low])
      continue;
    best = gain;
    double lower = below / double(low), upper = -below / high;
    levels = makeLevels((upper - lower) / 2, mean + (upper + lower) / 2, sorted[low]);
  }
  return levels;
}

float cim::quant::ternaryScale(const float *weights, size_t count) {
  std::vector<float> sorted(count);
  std::transform(weights, weights + count, sorted.begin(), [](float w) { return std::abs(w); });
  std::sort(sorted.begin(), sorted.end(), std::greater<float>());
  double sum = 0, best = 0, alpha = 0;
  for (size_t k = 1; k <= count; ++k) {
    sum += sorted[k - 1];
    if (sum * sum / double(k) <= best)
      continue;
    best = sum * sum / double(k);
    alpha = sum / double(k);
  }
  return toScale(alpha);
}
