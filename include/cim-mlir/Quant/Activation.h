//===- Activation.h - Activation scales -------------------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Streaming statistics of activations and the scales chosen from them: a range
// in a first pass over the samples, a histogram of that range in a second. Memory
// does not depend on the number of samples, results not on their order.
//
//===----------------------------------------------------------------------===//

#ifndef CIM_MLIR_QUANT_ACTIVATION_H
#define CIM_MLIR_QUANT_ACTIVATION_H

#include "cim-mlir/Quant/Scale.h"
#include <cstddef>
#include <cstdint>
#include <vector>

namespace cim::quant {

/// The range of values seen, zero included: zero is always a code. Values that
/// are not finite are not looked at.
struct Range {
  float min = 0, max = 0;

  void add(const float *values, size_t count);
  void merge(const Range &other);
};

/// Counts of values over a range in bins of equal width. Values outside count in
/// the outermost bins, zeros are counted apart: they are always exact.
class Histogram {
public:
  explicit Histogram(const Range &range);

  void add(const float *values, size_t count) { add(values, count, {}); }
  /// Value i counts `weights[i % size]` times, or once without weights.
  void add(const float *values, size_t count, const std::vector<uint32_t> &weights);
  void merge(const Histogram &other);

  const Range &range() const { return bounds; }
  /// Sum over bins of count times the squared error of the bin's centre when it is
  /// rounded to a multiple of the scale by one of minCode..maxCode.
  double squaredError(float scale, int64_t minCode, int64_t maxCode) const;
  /// The range without the bins at its ends that hold no more than kTail of all values each; the
  /// whole of it if nothing but zero were left.
  Range percentileRange() const;

private:
  static constexpr size_t kBins = 2048;
  Range bounds;
  double width;
  std::vector<uint64_t> counts;
  uint64_t zeros = 0;
};

/// How much the squared error of each channel of an input weighs in the squared error of the
/// output: its sum of squares of weights, as integers up to 2^16 for exact sums. Not all are zero.
std::vector<uint32_t> channelImportance(const std::vector<double> &squares);

struct ActivationScale {
  float scale = 1;
  int64_t zeroPoint = 0;
};

/// The scale whose codes span the range. Without negative values, as after a ReLU,
/// the zero point is 0; otherwise it is round(-min / scale), clamped to a code.
ActivationScale minMaxActivation(const Range &range, int bits);

/// The smallest scale that covers the range with the zero point 2^(bits-1), as encodings without a
/// zero-point term want it. One bit has no code above zero: positive values are clipped.
ActivationScale minMaxSymmetricActivation(const Range &range, int bits);

/// The scale of the sub-range with the least squared error; both ends are searched
/// on a grid of 1/64 of theirs, and the larger of equals wins.
ActivationScale mseActivation(const Histogram &histogram, int bits);

/// The scale with the zero point 2^(bits-1) and the least squared error, of 64 parts of the
/// smallest that covers the range; the larger of equals wins.
ActivationScale mseSymmetricActivation(const Histogram &histogram, int bits);

} // namespace cim::quant

#endif // CIM_MLIR_QUANT_ACTIVATION_H
