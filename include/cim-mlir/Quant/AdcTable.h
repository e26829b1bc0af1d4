//===- AdcTable.h - Thresholds and levels of an ADC -------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Non-uniform quantizers as an ADC has them (design 2.6): integer thresholds that are
// multiples of a reference unit, int16 levels in units of a step.
//
//===----------------------------------------------------------------------===//

#ifndef CIM_MLIR_QUANT_ADCTABLE_H
#define CIM_MLIR_QUANT_ADCTABLE_H

#include "cim-mlir/Quant/Levels.h"

namespace cim::quant {

/// How a table is chosen.
enum class TableMethod { Linear, LloydMax, Cdf, KMeans, BsKmq, Optimal };

struct TableOptions {
  TableMethod method;
  /// The table has 2^bits levels.
  int bits;
  /// Thresholds are multiples of this and at most `limit` in magnitude.
  int64_t referenceUnit = 1, limit = (1 << 24) - 1;
};

/// An integer p becomes step * levels[number of thresholds below p]. Thresholds increase
/// strictly, levels never decrease.
struct AdcTable {
  float step;
  std::vector<int32_t> thresholds, levels;

  /// The same with numbers of its own.
  Levels toLevels() const;
};

/// The table of samples of integers. `window` and `codes` are what TableMethod::Linear imitates,
/// `range` is what TableMethod::BsKmq clips to.
AdcTable chooseTable(const Samples &samples, Window window, Codes codes, const Interval &range,
                     const TableOptions &options);

/// Rounds a quantizer to a table: thresholds to the nearest that part integers alike, levels to
/// `step` (at least a 32767th of the largest). Levels that lose their integers are dropped;
/// thresholds that no sample reaches fill up the table.
AdcTable roundToTable(const Levels &levels, double step, const TableOptions &options);

} // namespace cim::quant

#endif // CIM_MLIR_QUANT_ADCTABLE_H
