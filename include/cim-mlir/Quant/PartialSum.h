//===- PartialSum.h - Partial-sum scales ------------------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Streaming statistics of integer partial sums and the ADC steps chosen from them.
// Several groups (columns) that see the same rows are kept together. Everything
// is integer and commutative: results depend on neither order nor thread count.
//
//===----------------------------------------------------------------------===//

#ifndef CIM_MLIR_QUANT_PARTIALSUM_H
#define CIM_MLIR_QUANT_PARTIALSUM_H

#include "cim-mlir/Quant/Scale.h"
#include <cstddef>
#include <cstdint>
#include <vector>

namespace cim::quant {

/// Statistics of `groups` sets of partial sums.
///
/// The range of each group is exact. With `bins` > 0 (a power of two) there is also a
/// histogram around zero. Its bins are 1 wide until a value falls outside; then the
/// bins of all groups become twice as wide. Since bins of a power of two nest, the
/// counts are those that the final width would have given from the beginning.
/// Memory is 8 * groups * bins bytes.
class PartialSums {
public:
  PartialSums(size_t groups, size_t bins);

  /// Adds `count` sums: sum i to group i, or all to the only group.
  template <typename T> void add(const T *sums, size_t count);

  size_t groups() const { return minimum.size(); }
  /// The smallest scale >= 1 with which no sum seen leaves minCode..maxCode.
  float minMaxScale(size_t group, int64_t minCode, int64_t maxCode) const;
  /// The scale >= 1 with the least squared error among 1 and the multiples of 1/64 of
  /// minMaxScale, the largest of equals. Needs a histogram.
  float mseScale(size_t group, int64_t minCode, int64_t maxCode) const;
  /// Sum over the histogram of count times squared error with an ADC of this scale.
  double squaredError(size_t group, float scale, int64_t minCode, int64_t maxCode) const;

private:
  void widen();

  size_t bins;
  int shift = 0;
  std::vector<int32_t> minimum, maximum;
  std::vector<uint64_t> counts;
};

} // namespace cim::quant

#endif // CIM_MLIR_QUANT_PARTIALSUM_H
