//===- PartialSum.cpp - Windows of partial sums -----------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See PartialSum.h.
//
//===----------------------------------------------------------------------===//

#include "cim-mlir/Quant/PartialSum.h"
#include <algorithm>
#include <cmath>
#include <limits>

using namespace cim::quant;

//===----------------------------------------------------------------------===//
// Statistics
//===----------------------------------------------------------------------===//

PartialSums::PartialSums(size_t groups, size_t bins)
    : bins(bins), minimum(groups, std::numeric_limits<int32_t>::max()),
      maximum(groups, std::numeric_limits<int32_t>::min()), shifts(groups), counts(groups * bins) {}

void PartialSums::extend(size_t group, int32_t value) {
  int64_t low = minimum[group], high = maximum[group];
  minimum[group] = std::min(minimum[group], value);
  maximum[group] = std::max(maximum[group], value);
  auto mask = static_cast<int64_t>(bins) - 1;
  uint8_t &shift = shifts[group];
  while (bins != 0 && (int64_t(maximum[group]) >> shift) - (minimum[group] >> shift) > mask) {
    uint64_t *histogram = counts.data() + group * bins;
    std::vector<uint64_t> old(histogram, histogram + bins);
    std::fill_n(histogram, bins, 0);
    for (int64_t i = low >> shift; i <= high >> shift; ++i)
      histogram[(i >> 1) & mask] += old[i & mask];
    ++shift;
  }
}

template <typename T> void PartialSums::add(const T *sums, size_t count) {
  size_t step = groups() == 1 ? 0 : 1, mask = bins - 1;
  for (size_t i = 0; i < count; ++i) {
    size_t group = i * step;
    if (sums[i] < minimum[group] || sums[i] > maximum[group])
      extend(group, sums[i]);
    if (bins != 0)
      ++counts[group * bins + (size_t(sums[i] >> shifts[group]) & mask)];
  }
}

template void PartialSums::add(const int16_t *, size_t);
template void PartialSums::add(const int32_t *, size_t);

Samples PartialSums::samples(size_t group) const {
  Samples result;
  int64_t low = minimum[group], high = maximum[group];
  if (low > high)
    return result;
  if (bins == 0)
    return {{double(low), 1}, {double(high), 1}};
  int shift = shifts[group];
  auto mask = static_cast<int64_t>(bins) - 1;
  int64_t width = int64_t(1) << shift;
  for (int64_t i = low >> shift; i <= high >> shift; ++i)
    if (uint64_t count = counts[group * bins + (i & mask)]) {
      // The part of the bin that is in the range.
      int64_t first = std::max(i * width, low), last = std::min((i + 1) * width - 1, high);
      result.push_back({double(first + last) / 2, double(count)});
    }
  result.front().value = double(low);
  result.back().value = double(high);
  return result;
}

//===----------------------------------------------------------------------===//
// Windows
//===----------------------------------------------------------------------===//

namespace {

/// Sums of count, count * value and count * value^2 over a prefix of samples.
class Moments {
public:
  Moments(const Samples &samples, Codes codes) : samples(samples), codes(codes) {
    sums.resize(samples.size() + 1);
    for (size_t i = 0; i < samples.size(); ++i) {
      auto [value, count] = samples[i];
      sums[i + 1] = {sums[i].count + count, sums[i].value + count * value,
                     sums[i].square + count * value * value};
    }
  }

  double squaredError(Window window) const {
    double error = 0;
    size_t begin = 0;
    for (int64_t code = codes.min; code <= codes.max && begin < samples.size(); ++code) {
      double level = window.offset + double(window.scale) * double(code);
      // A tie has the same error on either side.
      double edge = level + double(window.scale) / 2;
      size_t end = samples.size();
      if (code < codes.max)
        end = std::lower_bound(samples.begin() + begin, samples.end(), edge,
                               [](const Sample &s, double e) { return s.value < e; }) -
              samples.begin();
      error += sums[end].square - sums[begin].square -
               2 * level * (sums[end].value - sums[begin].value) +
               level * level * (sums[end].count - sums[begin].count);
      begin = end;
    }
    return error;
  }

private:
  struct Sum {
    double count = 0, value = 0, square = 0;
  };
  const Samples &samples;
  Codes codes;
  std::vector<Sum> sums;
};

} // namespace

double cim::quant::squaredError(const Samples &samples, Window window, Codes codes) {
  return Moments(samples, codes).squaredError(window);
}

/// The window whose outermost codes are at `low` and `high`, as near as a scale >= 1 and an integer
/// offset allow.
static Window spanWindow(double low, double high, Codes codes) {
  Window window;
  window.scale = static_cast<float>(std::max(1.0, (high - low) / double(codes.max - codes.min)));
  window.offset =
      static_cast<int32_t>(std::nearbyint(low - double(window.scale) * double(codes.min)));
  return window;
}

/// The same with a given offset: codes on both sides reach as far as these samples.
static Window spanFrom(int32_t offset, double low, double high, Codes codes) {
  double scale = 1;
  if (codes.max > 0)
    scale = std::max(scale, (high - offset) / double(codes.max));
  if (codes.min < 0)
    scale = std::max(scale, (low - offset) / double(codes.min));
  return {static_cast<float>(scale), offset};
}

Window cim::quant::minMaxWindow(const Samples &samples, Codes codes,
                                std::optional<int32_t> offset) {
  if (samples.empty())
    return {1, offset.value_or(0)};
  double low = samples.front().value, high = samples.back().value;
  Window fixed = spanFrom(offset.value_or(0), low, high, codes);
  // With a step of 1 from 0 the ADC may turn out to be ideal.
  bool covers = low >= fixed.offset + double(codes.min) && high <= fixed.offset + double(codes.max);
  return offset || covers ? fixed : spanWindow(low, high, codes);
}

Window cim::quant::percentileWindow(const Samples &samples, Codes codes,
                                    std::optional<int32_t> offset) {
  double tail = 0;
  for (const Sample &sample : samples)
    tail += kTail * sample.count;
  auto first = samples.begin(), last = samples.end();
  for (double below = 0; first != last && (below += first->count) <= tail;)
    ++first;
  for (double above = 0; last != first && (above += (last - 1)->count) <= tail;)
    --last;
  return minMaxWindow(Samples(first, last), codes, offset);
}

Window cim::quant::mseWindow(const Samples &samples, Codes codes, std::optional<int32_t> offset) {
  constexpr int kSteps = 64, kEnds = 32;
  Window full = minMaxWindow(samples, codes, offset), best = full;
  if (samples.empty() || full.scale == 1)
    return full;
  Moments moments(samples, codes);
  double bestError = moments.squaredError(full);
  auto consider = [&](Window window) {
    double error = moments.squaredError(window);
    if (error < bestError) {
      bestError = error;
      best = window;
    }
  };
  double low = samples.front().value, high = samples.back().value;
  if (offset) {
    for (int step = kSteps - 1; step >= 0; --step)
      consider({std::max(1.0f, full.scale * float(step) / kSteps), *offset});
    return best;
  }
  for (int up = kEnds; up > 0; --up)
    for (int down = 0; down < up; ++down)
      consider(
          spanWindow(low + (high - low) * down / kEnds, low + (high - low) * up / kEnds, codes));
  return best;
}

//===----------------------------------------------------------------------===//
// Errors of outputs
//===----------------------------------------------------------------------===//

WindowErrors::WindowErrors(std::vector<Window> windows, Codes codes, std::optional<int32_t> offset)
    : first(std::move(windows)), codes(codes), keepsOffset(offset),
      errors(candidates() * first.size()) {}

Window WindowErrors::candidate(int i, size_t group) const {
  // 2^(-i/4).
  static constexpr double kRoots[] = {1, 0x1.ae89f995ad3adp-1, 0x1.6a09e667f3bcdp-1,
                                      0x1.306fe0a31b715p-1};
  Window window = first[group];
  int step = i % kScales;
  double scale = double(window.scale) * kRoots[step % 4] * (step < 4 ? 2 : step < 8 ? 1 : 0.5);
  window.scale = static_cast<float>(std::max(1.0, scale));
  double fixed = i < kScales ? double(codes.min + codes.max) / 2 : double(codes.min);
  if (!keepsOffset)
    window.offset += static_cast<int32_t>(
        std::nearbyint((double(first[group].scale) - double(window.scale)) * fixed));
  return window;
}

template <typename T>
void WindowErrors::add(const T *sums, size_t columns, size_t stride,
                       const std::vector<float> &weights) {
  size_t groups = first.size(), step = groups == 1 ? 0 : 1;
  auto low = static_cast<float>(codes.min), high = static_cast<float>(codes.max);
  std::vector<Window> windows(columns);
  std::vector<float> output(columns);
  for (int i = 0; i < candidates(); ++i) {
    for (size_t n = 0; n < columns; ++n)
      windows[n] = candidate(i, n * step);
    std::fill(output.begin(), output.end(), 0.0f);
    for (size_t b = 0; b < weights.size(); ++b)
      for (size_t n = 0; n < columns; ++n) {
        auto [scale, offset] = windows[n];
        auto sum = static_cast<float>(sums[b * stride + n] - offset);
        float code = roundToCode(std::min(std::max(sum / scale, low), high));
        output[n] += weights[b] * (sum - scale * code);
      }
    for (size_t n = 0; n < columns; ++n) {
      double error = 256 * double(output[n]) / double(first[n * step].scale);
      errors[i * groups + n * step] += static_cast<uint64_t>(error * error);
    }
  }
}

template void WindowErrors::add(const int16_t *, size_t, size_t, const std::vector<float> &);
template void WindowErrors::add(const int32_t *, size_t, size_t, const std::vector<float> &);

Window WindowErrors::best(size_t group) const {
  int best = kScales / 2;
  for (int i = 0; i < candidates(); ++i)
    if (errors[i * first.size() + group] < errors[best * first.size() + group])
      best = i;
  return candidate(best, group);
}
