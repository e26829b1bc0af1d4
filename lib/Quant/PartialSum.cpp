//===- PartialSum.cpp - Partial-sum scales ----------------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See PartialSum.h.
//
//===----------------------------------------------------------------------===//

#include "cim-mlir/Quant/PartialSum.h"
#include <algorithm>

using namespace cim::quant;

PartialSums::PartialSums(size_t groups, size_t bins)
    : bins(bins), minimum(groups), maximum(groups), counts(groups * bins) {}

void PartialSums::widen() {
  // Bin i covers [(i - bins/2) << shift, +1 << shift): bins 2j and 2j+1 join around
  // the centre, which stays where it is.
  std::vector<uint64_t> wider(bins);
  for (size_t group = 0; group < groups(); ++group) {
    uint64_t *old = counts.data() + group * bins;
    std::fill(wider.begin(), wider.end(), 0);
    for (size_t i = 0; i < bins; ++i)
      wider[bins / 4 + i / 2] += old[i];
    std::copy(wider.begin(), wider.end(), old);
  }
  ++shift;
}

template <typename T> void PartialSums::add(const T *sums, size_t count) {
  size_t groupStep = groups() == 1 ? 0 : 1;
  T low = 0, high = 0;
  for (size_t i = 0; i < count; ++i) {
    low = std::min(low, sums[i]);
    high = std::max(high, sums[i]);
  }
  if (groupStep == 0) {
    minimum[0] = std::min<int32_t>(minimum[0], low);
    maximum[0] = std::max<int32_t>(maximum[0], high);
  } else {
    for (size_t i = 0; i < count; ++i) {
      minimum[i] = std::min<int32_t>(minimum[i], sums[i]);
      maximum[i] = std::max<int32_t>(maximum[i], sums[i]);
    }
  }
  if (bins == 0)
    return;
  int64_t half = static_cast<int64_t>(bins / 2);
  while ((int64_t(low) >> shift) < -half || (int64_t(high) >> shift) >= half)
    widen();
  for (size_t i = 0; i < count; ++i)
    ++counts[i * groupStep * bins + size_t((int64_t(sums[i]) >> shift) + half)];
}

template void PartialSums::add(const int16_t *, size_t);
template void PartialSums::add(const int32_t *, size_t);

float PartialSums::minMaxScale(size_t group, int64_t minCode, int64_t maxCode) const {
  double scale = std::max(1.0, double(maximum[group]) / double(maxCode));
  if (minCode < 0)
    scale = std::max(scale, double(minimum[group]) / double(minCode));
  return static_cast<float>(scale);
}

double PartialSums::squaredError(size_t group, float scale, int64_t minCode,
                                 int64_t maxCode) const {
  double reciprocal = 1.0 / double(scale), error = 0;
  double width = double(int64_t(1) << shift);
  const uint64_t *histogram = counts.data() + group * bins;
  // Only bins between the extremes of the group can hold anything.
  int64_t zero = bins / 2;
  size_t first = size_t((int64_t(minimum[group]) >> shift) + zero);
  size_t last = size_t((int64_t(maximum[group]) >> shift) + zero);
  for (size_t i = first; i <= last; ++i) {
    if (histogram[i] == 0)
      continue;
    double centre = (double(i) - double(zero)) * width + (width - 1) / 2;
    double code = roundToCode(std::clamp(centre * reciprocal, double(minCode), double(maxCode)));
    double difference = centre - double(scale) * code;
    error += double(histogram[i]) * difference * difference;
  }
  return error;
}

float PartialSums::mseScale(size_t group, int64_t minCode, int64_t maxCode) const {
  constexpr int kSteps = 64;
  float full = minMaxScale(group, minCode, maxCode);
  float best = full;
  double bestError = squaredError(group, full, minCode, maxCode);
  for (int step = kSteps - 1; best > 1 && step >= 0; --step) {
    float scale = std::max(1.0f, full * float(step) / kSteps);
    double error = squaredError(group, scale, minCode, maxCode);
    if (error < bestError) {
      bestError = error;
      best = scale;
    }
    if (scale == 1.0f)
      break;
  }
  return best;
}
