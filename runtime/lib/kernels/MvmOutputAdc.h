//===- MvmOutputAdc.h - ADCs that convert outputs ---------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Levels take the places of sums over all rows, which are still in the first cache. A table that
// columns share is compared in registers; columns with tables of their own have ADCs as partial
// sums have. Sums of drawn cells have 64 bits.
//
//===----------------------------------------------------------------------===//

#ifndef CIM_RUNTIME_LIB_KERNELS_MVMOUTPUTADC_H
#define CIM_RUNTIME_LIB_KERNELS_MVMOUTPUTADC_H

#include "MvmAdc.h"

namespace cim::runtime {
namespace {

/// Replaces `Vectors` registers of sums by the levels of a table that all of them share.
template <typename Isa, int64_t Vectors>
void convertBySharedTable(const int32_t *thresholds, const int32_t *levels, int64_t numThresholds,
                          int32_t *sums) {
  using I32 = typename Isa::V::I32;
  constexpr int64_t width = sizeof(I32) / sizeof(int32_t);
  I32 sum[Vectors], code[Vectors];
  for (int64_t i = 0; i < Vectors; ++i) {
    sum[i] = loadVector<I32>(sums + i * width);
    code[i] = I32{} + levels[0];
  }
  for (int64_t j = 0; j < numThresholds; ++j) {
    I32 limit = I32{} + thresholds[j], step = I32{} + (levels[j + 1] - levels[j]);
    for (int64_t i = 0; i < Vectors; ++i)
      code[i] += (I32)(limit < sum[i]) & step;
  }
  std::memcpy(sums, code, sizeof(code));
}

/// Replaces the sums [count][Columns] of `valid` outputs from `n` on by their levels.
template <typename Isa, int64_t Columns>
void convertOutputs(const MvmPlan &plan, int64_t n, int64_t valid, int64_t count, int32_t *sums) {
  using Adc = TableAdc<Isa, Columns>;
  using I32 = typename Isa::V::I32;
  constexpr int64_t width = sizeof(I32) / sizeof(int32_t), together = 4 * width, few = 4;
  int64_t numThresholds = plan.levelsShape[3] - 1, left = count * Columns;
  if (plan.levelsShape[2] == 1 && numThresholds <= Adc::kFew) {
    for (; left >= together; left -= together, sums += together)
      convertBySharedTable<Isa, 4>(plan.thresholds, plan.levels, numThresholds, sums);
    for (; left > 0; left -= width, sums += width)
      convertBySharedTable<Isa, 1>(plan.thresholds, plan.levels, numThresholds, sums);
    return;
  }
  const Adc adc(plan, 0, 0, n, valid, /*isRare=*/count < few);
  for (int64_t position = 0; position < count; ++position, sums += Columns)
    for (int64_t i = 0; i < Columns; i += width) {
      I32 codes = adc.convert(sums + i, i / width, nullptr);
      std::memcpy(sums + i, &codes, sizeof(codes));
    }
}

/// The same for drawn cells.
template <typename Isa, int64_t Columns>
void convertOutputs(const MvmPlan &plan, int64_t n, int64_t valid, int64_t count, int64_t *sums) {
  int64_t numThresholds = plan.levelsShape[3] - 1;
  for (int64_t column = 0; column < valid; ++column) {
    int64_t row = tableRow(plan, 0, 0, n + column);
    const int64_t *begin = plan.variation->outputThresholds.data() + row * numThresholds;
    for (int64_t position = 0; position < count; ++position) {
      int64_t &sum = sums[position * Columns + column];
      int64_t below = std::lower_bound(begin, begin + numThresholds, sum) - begin;
      sum = plan.levels[row * (numThresholds + 1) + below];
    }
  }
}

} // namespace
} // namespace cim::runtime

#endif // CIM_RUNTIME_LIB_KERNELS_MVMOUTPUTADC_H
