//===- Clusters.h - Consecutive samples -------------------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Means and squared errors of consecutive samples in constant time, and the parts with
// the least squared error.
//
//===----------------------------------------------------------------------===//

#ifndef CIM_LIB_QUANT_CLUSTERS_H
#define CIM_LIB_QUANT_CLUSTERS_H

#include "cim-mlir/Quant/Levels.h"

namespace cim::quant {

/// Prefix sums of samples, relative to their mean so that little is lost in differences. Parts are
/// [begin, end) by index. The samples must outlive this.
class Clusters {
public:
  explicit Clusters(const Samples &samples);

  double mean(size_t begin, size_t end) const;
  /// The squared error of a part whose only level is its mean.
  double error(size_t begin, size_t end) const;
  /// Where thresholds cut the samples: one more than there are levels, from 0 to all.
  std::vector<size_t> cut(const std::vector<double> &thresholds) const;
  /// The first sample up to which there are more than a part of all, or the last.
  size_t firstAbove(double part) const;
  /// How many samples together are nearest to a part of all; the fewer of equals.
  size_t nearestCut(double part) const;
  /// The `count` non-empty parts with the least squared error, as cut() has them. There must be
  /// as many samples.
  std::vector<size_t> optimalCuts(size_t count) const;

private:
  struct Sums {
    double count = 0, value = 0, square = 0;
  };

  const Samples &samples;
  double centre = 0;
  std::vector<Sums> prefixes;
};

} // namespace cim::quant

#endif // CIM_LIB_QUANT_CLUSTERS_H
