//===- MvmLookupAdc.h - The ADCs of the lookup kernel -----------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Converts registers of lifted 16-bit sums. A linear ADC becomes floats, whose
// low bits the sums are. A table of up to 63 thresholds, less than a byte apart, is a binary tree
// in registers: sums are saturated to bytes around it and go down from the root, a byte shuffle
// for each of the first five steps and two for the sixth. Of a table of more thresholds there is a
// copy that has a level for each sum.
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

/// The table of one column, of less than 2^Rounds thresholds.
template <typename Isa, int Rounds> class LookupTable {
  using V = Vectors<Isa::kLanes>;
  using U8 = typename V::U8;
  using I8 = typename V::I8;
  using U16 = typename V::U16;
  using I16 = typename V::I16;
  static constexpr int kSize = 1 << Rounds;

  /// `Size` bytes, 16 of them in a register.
  template <int Size> struct Bytes {
    explicit Bytes(const uint8_t *bytes) {
      for (int i = 0; i < Size / 16; ++i)
        parts[i] = Isa::repeat(bytes + 16 * i);
    }

    U8 operator[](U8 index) const {
      U8 found[Size / 16];
      for (int i = 0; i < Size / 16; ++i)
        found[i] = Isa::lookup(parts[i], index & uint8_t(15));
      for (int half = Size / 32; half > 0; half /= 2) {
        auto isBelow = (index & static_cast<uint8_t>(16 * half)) == 0;
        for (int i = 0; i < half; ++i)
          found[i] = isBelow ? found[i] : found[half + i];
      }
      return found[0];
    }

  private:
    U8 parts[Size / 16];
  };

public:
  LookupTable(const MvmPlan &, const LookupAdc &adc)
      : center(broadcast<U16>(adc.center)), top(adc.table), middle(adc.table + 16 * (Rounds > 4)),
        bottom(adc.table + kSize / 2), low(adc.table + kSize), high(adc.table + 2 * kSize) {}

  /// The levels of sums; nothing clips.
  void convert(const U16 (&sums)[2], I16 (&codes)[2], I16 (&clipped)[2]) const {
    I8 sum = Isa::pack8((I16)(sums[0] - center), (I16)(sums[1] - center));
    U8 node = broadcast<U8>(uint8_t(1));
    for (int round = 0; round < Rounds; ++round) {
      U8 threshold = round < 4 ? top[node] : round < 5 ? middle[node] : bottom[node];
      I8 isAbove = sum > (I8)threshold; // -1 where it is.
      node = node + node - (U8)isAbove;
    }
    U8 lows = low[node], highs = high[node]; // Those of the last nodes, less 2^Rounds.
    codes[0] = (I16)Isa::unpackLow8(lows, highs);
    codes[1] = (I16)Isa::unpackHigh8(lows, highs);
    clipped[0] = clipped[1] = I16{};
  }

private:
  U16 center;
  Bytes<16> top, middle;               ///< Nodes 1..15 and 16..31.
  Bytes<Rounds == 6 ? 32 : 16> bottom; ///< Nodes 32..63.
  Bytes<kSize> low, high;
};

/// The table of one column that has a level for each lifted sum.
template <typename Isa> class LookupLevels {
  using V = Vectors<Isa::kLanes>;
  using U16 = typename V::U16;
  using I16 = typename V::I16;

public:
  LookupLevels(const MvmPlan &, const LookupAdc &adc)
      : levels(reinterpret_cast<const int16_t *>(adc.table)) {}

  /// The levels of sums; nothing clips.
  void convert(const U16 (&sums)[2], I16 (&codes)[2], I16 (&clipped)[2]) const {
    for (int half = 0; half < 2; ++half) {
      for (int64_t i = 0; i < Isa::kLanes / 2; ++i)
        codes[half][i] = levels[sums[half][i]];
      clipped[half] = I16{};
    }
  }

private:
  const int16_t *levels;
};

/// The table of one column: `count` thresholds, and the middle of their levels.
struct AdcTable {
  AdcTable(const MvmPlan &plan, int64_t t, int64_t s, int64_t n)
      : count(plan.levelsShape[3] - 1),
        thresholds(plan.thresholds + tableRow(plan, t, s, n) * count),
        levels(plan.levels + tableRow(plan, t, s, n) * (count + 1)) {
    auto [least, most] = std::minmax_element(levels, levels + count + 1);
    middle = middleOf(*least, *most);
  }

  int64_t count;
  const int32_t *thresholds, *levels;
  int32_t middle;
};

/// Fills the levels of `numSums` sums that are lifted. They are written as blocks, of which the
/// next level overwrites what is too much.
inline void fillLevels(const AdcTable &table, int32_t lift, int64_t numSums, int16_t *out) {
  int64_t begin = 0;
  for (int64_t i = 0; i <= table.count; ++i) {
    int64_t end = i < table.count
                      ? std::clamp<int64_t>(table.thresholds[i] + lift + 1, begin, numSums)
                      : numSums;
    auto level = static_cast<int16_t>(table.levels[i] - table.middle);
    for (int64_t sum = begin; sum < end; sum += kLevelBlock)
      std::fill_n(out + sum, kLevelBlock, level);
    begin = end;
  }
}

/// Fills the tree of a table for sums that are lifted.
inline void makeTree(const MvmPlan &plan, const AdcTable &table, int32_t lift, uint8_t *tree,
                     LookupAdc &adc) {
  const auto &[count, thresholds, levels, middle] = table;
  int32_t center = thresholds[0] - INT8_MIN;
  adc.center = static_cast<uint16_t>(center + lift);
  int64_t size = treeSize(plan);
  for (int64_t node = 1, first = size / 2, step = size; node < size; first /= 2, step /= 2)
    for (int64_t i = first; i < size; i += step, ++node) {
      int32_t threshold = i <= count ? thresholds[i - 1] - center : INT8_MAX; // None is above.
      tree[node] = static_cast<uint8_t>(threshold);
    }
  for (int64_t i = 0; i <= count; ++i) {
    tree[size + i] = static_cast<uint8_t>(levels[i] - middle);
    tree[2 * size + i] = static_cast<uint8_t>((levels[i] - middle) >> 8);
  }
}

} // namespace
} // namespace cim::runtime

#endif // CIM_RUNTIME_LIB_KERNELS_MVMLOOKUPADC_H
