//===- MvmVariedAdc.h - Conversions of drawn cells --------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What the dot kernel needs beside the ADCs of MvmAdc.h where cells were drawn: sums that are
// taken as they are, and offsets that are too large for 32 bits in units of the cells.
//
//===----------------------------------------------------------------------===//

#ifndef CIM_RUNTIME_LIB_KERNELS_MVMVARIEDADC_H
#define CIM_RUNTIME_LIB_KERNELS_MVMVARIEDADC_H

#include "MvmGather.h"
#include "MvmVectors.h"

namespace cim::runtime {
namespace {

/// Without an ADC.
template <typename Isa> struct IdealAdc {
  using I32 = typename Isa::V::I32;

  I32 convert(const int32_t *sums, int64_t, I32 *) const { return loadVector<I32>(sums); }
};

/// LinearAdc, number by number.
template <typename Isa> class LongLinearAdc {
  using I32 = typename Isa::V::I32;
  static constexpr int64_t kWidth = sizeof(I32) / sizeof(int32_t);

public:
  LongLinearAdc(const MvmPlan &plan, int64_t index, int64_t valid)
      : plan(plan), index(index), valid(valid) {}

  I32 convert(const int32_t *sums, int64_t i, I32 *clipped) const {
    I32 codes = {};
    for (int64_t n = 0; n < kWidth && i * kWidth + n < valid; ++n) {
      int64_t at = index + i * kWidth + n;
      int64_t sum = sums[n] - plan.variation->longOffsets[at];
      float value = static_cast<float>(sum) * plan.reciprocal[at];
      codes[n] = roundBetween(value, plan.qmin, plan.qmax);
      if (clipped)
        (*clipped)[n] += roundBetween(value, plan.qmin - 1, plan.qmax + 1) != codes[n];
    }
    return codes;
  }

private:
  static int32_t roundBetween(float value, int32_t low, int32_t high) {
    return roundToInt(std::clamp(value, static_cast<float>(low), static_cast<float>(high)));
  }

  const MvmPlan &plan;
  int64_t index, valid;
};

} // namespace
} // namespace cim::runtime

#endif // CIM_RUNTIME_LIB_KERNELS_MVMVARIEDADC_H
