//===- Activation.cpp - Activation scales -----------------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See Activation.h.
//
//===----------------------------------------------------------------------===//

#include "cim-mlir/Quant/Activation.h"
#include <algorithm>
#include <cmath>
#include <numeric>

using namespace cim::quant;

void Range::add(const float *values, size_t count) {
  for (size_t i = 0; i < count; ++i) {
    if (!std::isfinite(values[i]))
      continue;
    min = std::min(min, values[i]);
    max = std::max(max, values[i]);
  }
}

void Range::merge(const Range &other) {
  min = std::min(min, other.min);
  max = std::max(max, other.max);
}

Histogram::Histogram(const Range &range)
    : bounds(range), width((double(range.max) - double(range.min)) / kBins), counts(kBins) {}

void Histogram::add(const float *values, size_t count, const std::vector<uint32_t> &weights) {
  if (width == 0)
    return;
  double inverse = 1 / width;
  for (size_t i = 0, channel = 0; i < count; ++i) {
    uint64_t weight = weights.empty() ? 1 : weights[channel];
    channel = channel + 1 < weights.size() ? channel + 1 : 0;
    if (values[i] == 0) {
      zeros += weight;
    } else if (std::isfinite(values[i])) {
      double bin = (double(values[i]) - bounds.min) * inverse;
      counts[static_cast<size_t>(std::clamp(bin, 0.0, double(kBins - 1)))] += weight;
    }
  }
}

void Histogram::merge(const Histogram &other) {
  for (size_t i = 0; i < kBins; ++i)
    counts[i] += other.counts[i];
  zeros += other.zeros;
}

Range Histogram::percentileRange() const {
  double tail = kTail * double(std::accumulate(counts.begin(), counts.end(), zeros));
  // Neither end passes zero, which is always a code.
  size_t first = 0, last = kBins;
  auto edge = [&](size_t bin) { return float(bounds.min + double(bin) * width); };
  for (double below = 0; edge(first) < 0 && (below += double(counts[first])) <= tail;)
    ++first;
  for (double above = 0; edge(last) > 0 && (above += double(counts[last - 1])) <= tail;)
    --last;
  Range range{std::min(0.0f, edge(first)), std::max(0.0f, edge(last))};
  // Nearly all are zero: the others are all that there is to see.
  return range.min == range.max ? bounds : range;
}

std::vector<uint32_t> cim::quant::channelImportance(const std::vector<double> &squares) {
  double largest = *std::max_element(squares.begin(), squares.end());
  std::vector<uint32_t> importance(squares.size(), 1);
  for (size_t i = 0; largest > 0 && i < squares.size(); ++i)
    importance[i] = static_cast<uint32_t>(std::nearbyint(squares[i] / largest * 0x1p16));
  return importance;
}

double Histogram::squaredError(float scale, int64_t minCode, int64_t maxCode) const {
  double low = double(minCode), high = double(maxCode);
  double reciprocal = 1 / double(scale), sum = 0;
  for (size_t i = 0; i < kBins; ++i) {
    if (counts[i] == 0)
      continue;
    double centre = bounds.min + (double(i) + 0.5) * width;
    double error = centre - scale * roundToCode(std::clamp(centre * reciprocal, low, high));
    sum += double(counts[i]) * error * error;
  }
  return sum;
}

ActivationScale cim::quant::minMaxActivation(const Range &range, int bits) {
  double codes = double((int64_t(1) << bits) - 1);
  ActivationScale result;
  result.scale = toScale((double(range.max) - double(range.min)) / codes);
  if (range.min < 0)
    result.zeroPoint = static_cast<int64_t>(
        std::clamp(std::nearbyint(-double(range.min) / result.scale), 0.0, codes));
  return result;
}

ActivationScale cim::quant::minMaxSymmetricActivation(const Range &range, int bits) {
  ActivationScale result;
  result.zeroPoint = int64_t(1) << (bits - 1);
  double above = double(result.zeroPoint - 1);
  result.scale = toScale(std::max(-double(range.min) / double(result.zeroPoint),
                                  above > 0 ? double(range.max) / above : 0));
  return result;
}

ActivationScale cim::quant::mseActivation(const Histogram &histogram, int bits) {
  constexpr int kSteps = 64;
  const Range &full = histogram.range();
  auto errorOf = [&](const ActivationScale &candidate) {
    int64_t maxCode = (int64_t(1) << bits) - 1 - candidate.zeroPoint;
    return histogram.squaredError(candidate.scale, -candidate.zeroPoint, maxCode);
  };
  ActivationScale best = minMaxActivation(full, bits);
  double bestError = errorOf(best);
  auto part = [](float end, int step) { return float(double(end) * step / kSteps); };
  for (int up = full.max > 0 ? kSteps : 0; up >= 0; --up)
    for (int down = full.min < 0 ? kSteps : 0; down >= 0; --down) {
      Range range{part(full.min, down), part(full.max, up)};
      if (range.min == range.max)
        continue;
      ActivationScale candidate = minMaxActivation(range, bits);
      double error = errorOf(candidate);
      if (error < bestError) {
        bestError = error;
        best = candidate;
      }
    }
  return best;
}

ActivationScale cim::quant::mseSymmetricActivation(const Histogram &histogram, int bits) {
  constexpr int kSteps = 64;
  ActivationScale full = minMaxSymmetricActivation(histogram.range(), bits), best = full;
  auto errorOf = [&](float scale) {
    return histogram.squaredError(scale, -full.zeroPoint, full.zeroPoint - 1);
  };
  double bestError = errorOf(full.scale);
  for (int step = kSteps - 1; step > 0; --step) {
    float scale = toScale(double(full.scale) * step / kSteps);
    double error = errorOf(scale);
    if (error < bestError) {
      bestError = error;
      best.scale = scale;
    }
  }
  return best;
}
