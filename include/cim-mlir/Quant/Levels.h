//===- Levels.h - Non-uniform quantizers ------------------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// From values and how often they occur to thresholds and levels: linear, equal
// probability (CDF), Lloyd-Max, k-means, boundary-suppressed k-means (BS-KMQ, arXiv
// 2603.10540), and the exact one-dimensional k-means by dynamic programming (Wang and
// Song 2011; by divide and conquer O(k n log n), Gronlund et al. 2017). Plain numbers:
// they may be partial sums or whole outputs.
//
//===----------------------------------------------------------------------===//

#ifndef CIM_MLIR_QUANT_LEVELS_H
#define CIM_MLIR_QUANT_LEVELS_H

#include "cim-mlir/Quant/PartialSum.h"
#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

namespace cim::quant {

/// A quantizer: a value becomes levels[number of thresholds below it]. Thresholds and levels
/// never decrease; there is one level more.
struct Levels {
  std::vector<double> thresholds, levels;

  double operator()(double value) const;
};

/// The ends of a range, both included.
struct Interval {
  double low, high;
};

/// What a linear ADC (design 2.6) makes of a value.
double linearValue(Window window, Codes codes, double value);

/// The same for all integers, ties included.
Levels linearLevels(Window window, Codes codes);

/// Thresholds between parts that are equally probable, as nearly as the samples can be parted;
/// levels are the means of the parts.
Levels cdfLevels(const Samples &samples, size_t count);

/// Means and the halves between them in turn, from levels equally spaced over all samples.
Levels lloydMaxLevels(const Samples &samples, size_t count);

/// The same from levels that are drawn as k-means++ does (one start, fixed seed).
Levels kMeansLevels(const Samples &samples, size_t count);

/// The least squared error that `count` levels can have.
Levels optimalLevels(const Samples &samples, size_t count);

/// The ends of `range` and the k-means of the samples between them, neither included; thresholds
/// are halfway. `count` is at least 2.
Levels bsKmqLevels(const Samples &samples, const Interval &range, size_t count);

/// The range of BS-KMQ over batches of samples: of each the values that one sample in a thousand
/// is at most and at least, averaged with a momentum of 0.9. Batches are added in order.
class MovingRange {
public:
  void add(const Samples &batch);
  /// All samples are needed for a range that would be empty: it is theirs then.
  Interval get(const Samples &all) const;

private:
  bool empty = true;
  Interval range = {0, 0};
};

/// The samples strictly inside a range.
Samples interior(const Samples &samples, const Interval &range);

/// A sum of squares over samples.
struct SquareSum {
  double count = 0, sum = 0;

  double mean() const { return count == 0 ? 0 : sum / count; }
  void operator+=(const SquareSum &other) {
    count += other.count;
    sum += other.sum;
  }
};

/// What is made of a value: Levels, for example.
using Quantizer = std::function<double(double)>;

SquareSum squaredError(const Samples &samples, const Quantizer &quantizer);

/// What is lost of samples: the errors of all; of the interior, between the values that one sample
/// in a thousand is at most and at least, neither included; and what one level would lose.
struct QuantizationError {
  SquareSum all, interior, variance;

  void operator+=(const QuantizationError &other);
};
QuantizationError measureError(const Samples &samples, const Quantizer &quantizer);

} // namespace cim::quant

#endif // CIM_MLIR_QUANT_LEVELS_H
