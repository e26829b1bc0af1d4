//===- Weight.cpp - Weight scales -------------------------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See Weight.h.
//
//===----------------------------------------------------------------------===//

#include "cim-mlir/Quant/Weight.h"
#include "cim-mlir/Quant/Binary.h"
#include <algorithm>
#include <cmath>

using namespace cim::quant;

float cim::quant::minMaxWeight(const float *weights, size_t count, int minCode, int maxCode) {
  Range range;
  for (size_t i = 0; i < count; ++i) {
    range.min = std::min(range.min, weights[i]);
    range.max = std::max(range.max, weights[i]);
  }
  return minMaxWeight(range, minCode, maxCode);
}

float cim::quant::minMaxWeight(const Range &range, int minCode, int maxCode) {
  return toScale(std::max(double(range.max) / maxCode, double(range.min) / minCode));
}

/// The error of a weight that is quantized.
static auto quantizationError(float scale, int minCode, int maxCode) {
  return [=](float weight) {
    float code = std::min(std::max(weight / scale, float(minCode)), float(maxCode));
    return double(weight) - double(scale) * double(roundToCode(code));
  };
}

/// The part of it that a weight beyond the codes has: it only grows as the scale shrinks, also as
/// computed, since each of its errors and their sum are monotonic.
static auto clippingError(float scale, int minCode, int maxCode) {
  double low = double(scale) * minCode, high = double(scale) * maxCode;
  return
      [=](float weight) { return double(weight) - std::min(std::max(double(weight), low), high); };
}

constexpr double kNoLimit = std::numeric_limits<double>::infinity();

/// The sum of terms or, of terms that are not negative, a part of it that is `limit` or more:
/// rounding is monotonic, so the sum of a part is at most that of all.
template <typename TermOf> static double sumTerms(size_t count, double limit, TermOf termOf) {
  constexpr size_t kLanes = 8, kBlock = 256;
  double sums[kLanes] = {}, sum = 0;
  for (size_t begin = 0; begin < count && sum < limit; begin += kBlock) {
    size_t i = begin, end = std::min(begin + kBlock, count);
    for (; i + kLanes <= end; i += kLanes)
      for (size_t lane = 0; lane < kLanes; ++lane)
        sums[lane] += termOf(i + lane);
    for (; i < end; ++i)
      sums[i % kLanes] += termOf(i);
    sum = 0;
    for (double lane : sums)
      sum += lane;
  }
  return sum;
}

template <typename ErrorOf>
static double sumSquares(const float *weights, size_t count, double limit, ErrorOf errorOf) {
  return sumTerms(count, limit, [=](size_t i) {
    double error = errorOf(weights[i]);
    return error * error;
  });
}

double cim::quant::squaredError(const float *weights, size_t count, float scale, int minCode,
                                int maxCode, double limit) {
  return sumSquares(weights, count, limit, quantizationError(scale, minCode, maxCode));
}

/// The best of 1, 0.99, ... 0.21 times `full`. `errorOf` may stop at an error that is no
/// better than the best; no scale is tried below one that `isHopeless` for the best, which is
/// asked now and then.
template <typename ErrorOf, typename IsHopeless>
static float searchBelow(float full, ErrorOf errorOf, IsHopeless isHopeless) {
  float best = full;
  double bestError = errorOf(full, std::numeric_limits<double>::infinity());
  for (int percent = 99; percent > 20; --percent) {
    float scale = toScale(double(full) * percent / 100);
    double error = errorOf(scale, bestError);
    if (error < bestError) {
      bestError = error;
      best = scale;
    } else if (percent % 4 == 0 && isHopeless(scale, bestError)) {
      break;
    }
  }
  return best;
}

float cim::quant::mseWeight(const float *weights, size_t count, int minCode, int maxCode) {
  if (minCode == -1 && maxCode == 1)
    return ternaryScale(weights, count);
  auto errorOf = [&](float scale, double limit) {
    return squaredError(weights, count, scale, minCode, maxCode, limit);
  };
  auto isHopeless = [&](float scale, double limit) {
    return sumSquares(weights, count, limit, clippingError(scale, minCode, maxCode)) >= limit;
  };
  return searchBelow(minMaxWeight(weights, count, minCode, maxCode), errorOf, isHopeless);
}

float cim::quant::mseWeight(const Histogram &histogram, int minCode, int maxCode) {
  auto errorOf = [&](float scale, double) {
    return histogram.squaredError(scale, minCode, maxCode);
  };
  return searchBelow(minMaxWeight(histogram.range(), minCode, maxCode), errorOf,
                     [](float, double) { return false; });
}

float cim::quant::percentileWeight(const float *weights, size_t count, int minCode, int maxCode) {
  std::vector<double> wanted(count);
  for (size_t i = 0; i < count; ++i)
    wanted[i] = std::max(double(weights[i]) / maxCode, double(weights[i]) / minCode);
  if (count == 0)
    return 1.0f;
  auto clipped = static_cast<size_t>(2 * kTail * double(count));
  auto nth = wanted.begin() + (count - 1 - clipped);
  std::nth_element(wanted.begin(), nth, wanted.end());
  // Nearly all are zero: the others are all that there is to see.
  return *nth > 0 ? toScale(*nth) : minMaxWeight(weights, count, minCode, maxCode);
}

//===----------------------------------------------------------------------===//
// Errors of outputs
//===----------------------------------------------------------------------===//

ChannelMoments::ChannelMoments(size_t channels, const Range &range)
    // 2^15 units reach to the larger end: a square takes 30 bits, so that 2^33 of them can be
    // summed.
    : unit(toScale(std::max(-double(range.min), double(range.max)) * 0x1p-15)), sums(channels),
      squares(channels) {}

void ChannelMoments::add(const float *values, size_t size) {
  for (size_t i = 0, channel = 0; i < size; ++i) {
    if (std::isfinite(values[i])) {
      auto number = static_cast<int64_t>(std::nearbyint(double(values[i]) / unit));
      sums[channel] += number;
      squares[channel] += number * number;
    }
    channel = channel + 1 < channels() ? channel + 1 : 0;
  }
  count += size / channels();
}

void ChannelMoments::merge(const ChannelMoments &other) {
  for (size_t i = 0; i < channels(); ++i) {
    sums[i] += other.sums[i];
    squares[i] += other.squares[i];
  }
  count += other.count;
}

double ChannelMoments::mean(size_t channel) const {
  return count < 2 ? 0 : double(unit) * double(sums[channel]) / double(count);
}

double ChannelMoments::variance(size_t channel) const {
  if (count == 0)
    return 0;
  double square = double(unit) * unit * double(squares[channel]) / double(count);
  return std::max(0.0, square - mean(channel) * mean(channel));
}

/// The sum of variance_k e_k^2, or a part of it that is `limit` or more.
template <typename ErrorOf>
static double varianceError(const float *weights, size_t columns, const RowMoments &rows,
                            double limit, ErrorOf errorOf) {
  const double *variance = rows.variance.data();
  if (columns == 1)
    return sumTerms(rows.variance.size(), limit, [=](size_t k) {
      double error = errorOf(weights[k]);
      return variance[k] * (error * error);
    });
  double sum = 0;
  for (size_t k = 0; k < rows.variance.size() && sum < limit; ++k)
    sum += variance[k] * sumSquares(weights + k * columns, columns, kNoLimit, errorOf);
  return sum;
}

/// The sum of (sum_k mean_k e_k)^2 over outputs.
template <typename ErrorOf>
static double meanError(const float *weights, size_t columns, const RowMoments &rows,
                        ErrorOf errorOf) {
  double sum = 0;
  std::vector<double> outputs(columns);
  for (size_t first = 0; first < rows.mean.size(); first += rows.groupRows) {
    const double *mean = rows.mean.data() + first;
    const float *group = weights + first * columns;
    if (columns == 1) {
      outputs[0] =
          sumTerms(rows.groupRows, kNoLimit, [=](size_t k) { return mean[k] * errorOf(group[k]); });
    } else {
      std::fill(outputs.begin(), outputs.end(), 0.0);
      for (size_t k = 0; k < rows.groupRows; ++k)
        for (size_t n = 0; n < columns; ++n)
          outputs[n] += mean[k] * errorOf(group[k * columns + n]);
    }
    for (double output : outputs)
      sum += output * output;
  }
  return sum;
}

double cim::quant::outputError(const float *weights, size_t columns, const RowMoments &rows,
                               float scale, int minCode, int maxCode, double limit) {
  auto errorOf = quantizationError(scale, minCode, maxCode);
  double error = varianceError(weights, columns, rows, limit, errorOf);
  return error < limit ? error + meanError(weights, columns, rows, errorOf) : error;
}

float cim::quant::outputErrorWeight(const float *weights, size_t columns, const RowMoments &rows,
                                    int minCode, int maxCode) {
  float full = minMaxWeight(weights, columns * rows.mean.size(), minCode, maxCode);
  auto errorOf = [&](float scale, double limit) {
    return outputError(weights, columns, rows, scale, minCode, maxCode, limit);
  };
  auto isHopeless = [&](float scale, double limit) {
    auto clipping = clippingError(scale, minCode, maxCode);
    return varianceError(weights, columns, rows, limit, clipping) >= limit;
  };
  return searchBelow(full, errorOf, isHopeless);
}
