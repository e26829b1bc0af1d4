//===- MvmLookupAdc.h - The ADCs of the lookup kernel -----------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Converts registers of lifted 16-bit sums. A linear ADC becomes floats, whose
// low bits the sums are. A table of up to 15 thresholds, less than a byte apart, is a binary tree
// in a register: sums are saturated to bytes around it and go down from the root, four
// byte shuffles for twice as many sums.
//
//===----------------------------------------------------------------------===//

#ifndef CIM_RUNTIME_LIB_KERNELS_MVMLOOKUPADC_H
#define CIM_RUNTIME_LIB_KERNELS_MVMLOOKUPADC_H

#include "MvmKernels.h"
#include "MvmVectors.h"

namespace cim::runtime {
namespace {

/// The linear ADC of one column.
template <typename Isa> class LookupLinear {
  using V = Vectors<Isa::kLanes>;
  using U16 = typename V::U16;
  using I16 = typename V::I16;
  using F32 = typename V::F32;

public:
  LookupLinear(const MvmPlan &plan, const LookupAdc &adc)
      : base(broadcast<F32>(adc.base)), reciprocal(broadcast<F32>(adc.reciprocal)),
        qmin(broadcast<I16>(static_cast<int16_t>(plan.qmin))),
        qmax(broadcast<I16>(static_cast<int16_t>(plan.qmax))) {
    uint16_t bits = 0x4b00; // Of 2^23.
    // Hides the constant: compilers make slower shuffles of it.
    asm("" : "+r"(bits));
    exponent = broadcast<U16>(bits);
  }

  /// The codes of sums, and -1 where a sum is clipped.
  void convert(const U16 (&sums)[2], I16 (&codes)[2], I16 (&clipped)[2]) const {
    for (int half = 0; half < 2; ++half) {
      I16 rounded = Isa::pack(round((F32)Isa::unpackLow(sums[half], exponent)),
                              round((F32)Isa::unpackHigh(sums[half], exponent)));
      I16 code = rounded < qmin ? qmin : rounded;
      codes[half] = code > qmax ? qmax : code;
      clipped[half] = (I16)(codes[half] != rounded);
    }
  }

private:
  /// Of 2^23 + sum, from which the base leaves p - o.
  typename V::I32 round(F32 sum) const { return Isa::round((sum - base) * reciprocal); }

  F32 base, reciprocal;
  I16 qmin, qmax;
  U16 exponent;
};

/// The table of one column.
template <typename Isa> class LookupTable {
  using V = Vectors<Isa::kLanes>;
  using U8 = typename V::U8;
  using I8 = typename V::I8;
  using U16 = typename V::U16;
  using I16 = typename V::I16;

public:
  LookupTable(const MvmPlan &, const LookupAdc &adc)
      : center(broadcast<U16>(adc.center)), nodes(Isa::repeat(adc.nodes)),
        low(Isa::repeat(adc.low)), high(Isa::repeat(adc.high)) {}

  /// The levels of sums; nothing clips.
  void convert(const U16 (&sums)[2], I16 (&codes)[2], I16 (&clipped)[2]) const {
    I8 sum = Isa::pack8((I16)(sums[0] - center), (I16)(sums[1] - center));
    U8 node = broadcast<U8>(uint8_t(1));
    for (int round = 0; round < 4; ++round) {
      I8 isAbove = sum > (I8)Isa::lookup(nodes, node); // -1 where it is.
      node = node + node - (U8)isAbove;
    }
    node -= uint8_t(16); // The first of the codes; nodes end with 15.
    U8 lows = Isa::lookup(low, node), highs = Isa::lookup(high, node);
    codes[0] = (I16)Isa::unpackLow8(lows, highs);
    codes[1] = (I16)Isa::unpackHigh8(lows, highs);
    clipped[0] = clipped[1] = I16{};
  }

private:
  U16 center;
  U8 nodes, low, high;
};

/// Fills the tree of a table of column `n` for sums that are lifted.
inline void makeTree(const MvmPlan &plan, int64_t t, int64_t s, int64_t n, int32_t lift,
                     LookupAdc &adc) {
  int64_t row = tableRow(plan, t, s, n), count = plan.levelsShape[3] - 1;
  const int32_t *thresholds = plan.thresholds + row * count,
                *levels = plan.levels + row * (count + 1);
  int32_t center = thresholds[0] - INT8_MIN;
  adc.center = static_cast<uint16_t>(center + lift);
  for (int64_t node = 1, first = 8, step = 16; node < 16; first /= 2, step /= 2)
    for (int64_t i = first; i < 16; i += step, ++node) {
      int32_t threshold = i <= count ? thresholds[i - 1] - center : INT8_MAX; // None is above.
      adc.nodes[node] = static_cast<uint8_t>(threshold);
    }
  for (int64_t i = 0; i <= count; ++i) {
    adc.low[i] = static_cast<uint8_t>(levels[i]);
    adc.high[i] = static_cast<uint8_t>(levels[i] >> 8);
  }
}

} // namespace
} // namespace cim::runtime

#endif // CIM_RUNTIME_LIB_KERNELS_MVMLOOKUPADC_H
