//===- MvmAdc.h - ADCs of the dot kernel ------------------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The ADCs of a few columns of one tile and slice: from exact sums to codes, in vectors.
//
//===----------------------------------------------------------------------===//

#ifndef CIM_RUNTIME_LIB_KERNELS_MVMADC_H
#define CIM_RUNTIME_LIB_KERNELS_MVMADC_H

#include "MvmKernels.h"
#include "MvmVectors.h"

#include <cstring>

namespace cim::runtime {
namespace {

/// Section 2.6: clamp(roundeven(float32(p - o) * r), qmin, qmax).
template <typename Isa, int64_t Columns> class LinearAdc {
  using I32 = typename Isa::V::I32;
  using F32 = typename Isa::V::F32;
  static constexpr int64_t kWidth = sizeof(I32) / sizeof(int32_t);

public:
  LinearAdc(const MvmPlan &plan, int64_t index, int64_t valid)
      : low(F32{} + static_cast<float>(plan.qmin)), high(F32{} + static_cast<float>(plan.qmax)) {
    std::memcpy(reciprocals, plan.reciprocal + index, valid * sizeof(float));
    if (plan.offsets)
      std::memcpy(offsets, plan.offsets + index, valid * sizeof(int32_t));
  }

  /// The codes of vector i; counts those that are clipped if `clipped` is there.
  I32 convert(const int32_t *sums, int64_t i, I32 *clipped) const {
    I32 sum = loadVector<I32>(sums) - offsets[i];
    F32 value = __builtin_convertvector(sum, F32) * reciprocals[i];
    // Bounds are integers: clamping before rounding is the same.
    F32 clamped = value < low ? low : value;
    I32 codes = Isa::round(clamped > high ? high : clamped);
    if (clipped) {
      // One beyond the codes, so that clipping shows.
      value = value < low - 1 ? low - 1 : value;
      *clipped -= (I32)(Isa::round(value > high + 1 ? high + 1 : value) != codes);
    }
    return codes;
  }

private:
  I32 offsets[Columns / kWidth] = {};
  F32 reciprocals[Columns / kWidth] = {}, low, high; ///< Unused columns give 0, never clipped.
};

/// The level after as many thresholds as are below a sum. Nothing clips.
template <typename Isa, int64_t Columns> class TableAdc {
  using I32 = typename Isa::V::I32;
  static constexpr int64_t kWidth = sizeof(I32) / sizeof(int32_t);

public:
  static constexpr int64_t kFew = 63; ///< Thresholds that are compared one by one.

  /// Where it is used rarely, registers to compare with are not worth making.
  TableAdc(const MvmPlan &plan, int64_t t, int64_t s, int64_t n, int64_t valid, bool isRare = false)
      : numThresholds(plan.levelsShape[3] - 1),
        thresholds(plan.thresholds + tableRow(plan, t, s, n) * numThresholds),
        levels(plan.levels + tableRow(plan, t, s, n) * (numThresholds + 1)),
        compares(numThresholds <= kFew && !isRare) {
    for (int64_t i = 0; i < valid; ++i)
      rows[i] = static_cast<int32_t>(tableRow(plan, t, s, n + i) - tableRow(plan, t, s, n));
    for (int64_t i = 0; compares && i < valid; ++i) {
      const int32_t *threshold = thresholds + rows[i] * numThresholds,
                    *level = levels + rows[i] * (numThresholds + 1);
      lowest[i / kWidth][i % kWidth] = level[0];
      for (int64_t j = 0; j < numThresholds; ++j) {
        limits[j][i / kWidth][i % kWidth] = threshold[j];
        steps[j][i / kWidth][i % kWidth] = level[j + 1] - level[j];
      }
    }
  }

  I32 convert(const int32_t *sums, int64_t i, I32 *) const {
    return compares ? compare(sums, i) : search(sums, i);
  }

private:
  I32 compare(const int32_t *sums, int64_t i) const {
    I32 sum = loadVector<I32>(sums), code = lowest[i];
    for (int64_t j = 0; j < numThresholds; ++j)
      code += (I32)(limits[j][i] < sum) & steps[j][i];
    return code;
  }

  /// Halves what is left of the thresholds of all columns of a vector together, so that no step
  /// waits for that of another column; without branches, which nobody could predict.
  I32 search(const int32_t *sums, int64_t i) const {
    const int32_t *row = rows + i * kWidth;
    int32_t at[kWidth], codes[kWidth];
    for (int64_t n = 0; n < kWidth; ++n)
      at[n] = row[n] * static_cast<int32_t>(numThresholds);
    for (auto left = static_cast<int32_t>(numThresholds); left > 0;) {
      int32_t half = (left + 1) / 2;
      const int32_t *middle = thresholds + half - 1;
      for (int64_t n = 0; n < kWidth; ++n)
        at[n] += middle[at[n]] < sums[n] ? half : 0;
      left -= half;
    }
    for (int64_t n = 0; n < kWidth; ++n)
      codes[n] = levels[at[n] + row[n]]; // A row has one more level.
    return loadVector<I32>(codes);
  }

  int64_t numThresholds;
  const int32_t *thresholds, *levels; ///< Of the first column.
  int32_t rows[Columns] = {};         ///< Of the tables, from there.
  bool compares;
  /// Of few thresholds: the first level, thresholds, and what they add to the level.
  I32 lowest[Columns / kWidth] = {}, limits[kFew][Columns / kWidth],
                       steps[kFew][Columns / kWidth] = {};
};

} // namespace
} // namespace cim::runtime

#endif // CIM_RUNTIME_LIB_KERNELS_MVMADC_H
