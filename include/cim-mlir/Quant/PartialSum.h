//===- PartialSum.h - Windows of partial sums -------------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Streaming statistics of integer partial sums, and the windows of linear ADCs chosen
// from them. Several groups (columns) that see the same rows are kept together.
// Everything is integer and commutative: results depend on neither order nor thread count.
//
//===----------------------------------------------------------------------===//

#ifndef CIM_MLIR_QUANT_PARTIALSUM_H
#define CIM_MLIR_QUANT_PARTIALSUM_H

#include "cim-mlir/Quant/Samples.h"
#include "cim-mlir/Quant/Scale.h"
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace cim::quant {

/// Statistics of `groups` sets of partial sums.
///
/// The range of each group is exact. With `bins` > 1 (a power of two) each group also has a
/// histogram of its own range: the bins are the multiples of the least power of two with which
/// `bins` of them cover the range, so that they are 1 wide as long as that suffices. Since such
/// bins nest, the counts are those that the final width would have given from the beginning.
/// Memory is 8 * bins + 9 bytes for each group.
class PartialSums {
public:
  PartialSums(size_t groups, size_t bins);

  /// Adds `count` sums: sum i to group i, or all to the only group.
  template <typename T> void add(const T *sums, size_t count);

  size_t groups() const { return minimum.size(); }
  /// The sums of a group. A bin of more than one value is its centre, but for
  /// the least and the greatest of all, which are exact. Without a histogram only these two count.
  Samples samples(size_t group) const;

private:
  /// Makes the range of a group, and with it its bins, hold a value.
  void extend(size_t group, int32_t value);

  size_t bins;
  std::vector<int32_t> minimum, maximum;
  std::vector<uint8_t> shifts;
  /// Bin i of a group counts the multiples i, i + bins, ... of its width: of these at most one is
  /// in its range.
  std::vector<uint64_t> counts;
};

/// What a linear ADC sees: code q stands for offset + scale * q.
struct Window {
  float scale = 1;
  int32_t offset = 0;
};

/// The codes of an ADC.
struct Codes {
  int64_t min, max;
};

/// The sum of count times squared error of an ADC with a window.
double squaredError(const Samples &samples, Window window, Codes codes);

/// The smallest window with a scale >= 1 that no sample leaves. With an `offset` only the scale is
/// chosen.
Window minMaxWindow(const Samples &samples, Codes codes, std::optional<int32_t> offset);

/// The same for the samples without the kTail of them at each end.
Window percentileWindow(const Samples &samples, Codes codes, std::optional<int32_t> offset);

/// The window with a scale >= 1 and the least squared error: of those whose ends are at 32nds of
/// the range of the samples or, with an `offset`, of 64 parts of the scale of minMaxWindow; the
/// larger of equals. Where a scale of 1 clips nothing it is that.
Window mseWindow(const Samples &samples, Codes codes, std::optional<int32_t> offset);

/// The errors that windows about a first one leave in outputs, one set for each of some groups: for
/// windows that have its centre or its low end (or its `offset`, if one is given) and 2^1, 2^(3/4),
/// ... 2^-1 of its scale, but at least 1, the sum of squares of errors. Squares are summed in fixed
/// point, so that their order does not matter.
class WindowErrors {
public:
  WindowErrors(std::vector<Window> first, Codes codes, std::optional<int32_t> offset);

  /// Adds the squared errors of `columns` outputs, of group n each or all of the only group: that
  /// of output n is the sum over b of weights[b] times the error of converting sums[b * stride +
  /// n]. Weights are of magnitude 1 at most.
  template <typename T>
  void add(const T *sums, size_t columns, size_t stride, const std::vector<float> &weights);
  /// The window of a group with the least error: of equals the first one, else the largest.
  Window best(size_t group) const;

private:
  static constexpr int kScales = 9;
  int candidates() const { return keepsOffset ? kScales : 2 * kScales; }
  Window candidate(int i, size_t group) const;

  std::vector<Window> first;
  Codes codes;
  bool keepsOffset;
  /// Of each candidate and group, in 256ths of the first window's scale, squared.
  std::vector<uint64_t> errors;
};

} // namespace cim::quant

#endif // CIM_MLIR_QUANT_PARTIALSUM_H
