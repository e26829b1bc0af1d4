//===- LayoutTest.cpp - How inputs are cut into cycles ----------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Cycles, their signed weights and their greatest digits, by hand.
//
//===----------------------------------------------------------------------===//

#include "cim/Analysis/Layout.h"
#include "cim/Analysis/Lossless.h"
#include "mlir/IR/Builders.h"
#include <gtest/gtest.h>

using namespace cim;
using Integers = llvm::SmallVector<int64_t>;

namespace {

class Layout : public ::testing::Test {
protected:
  Layout() { context.loadDialect<CimDialect>(); }

  Integers cycles(InputEncoding encoding, int64_t bits, int64_t dacBits) {
    auto latency = mlir::Builder(&context).getF64FloatAttr(1);
    auto crossbar = CrossbarAttr::get(&context, 256, 256, 256, 2, dacBits, latency, latency);
    auto mapping = MappingAttr::get(&context, MappingKind::DifferentialColumn, Tiling::Dense,
                                    encoding, SliceRule::Published, {}, crossbar);
    return getInputCycles(mapping, ActivationAttr::get(&context, bits, 0, {}));
  }
  Integers slices(MappingKind kind, SliceRule rule, int64_t bits, Integers list = {}) {
    auto latency = mlir::Builder(&context).getF64FloatAttr(1);
    auto crossbar =
        CrossbarAttr::get(&context, 256, 256, 256, /*cell_bits=*/3, 1, latency, latency);
    auto attr =
        list.empty() ? mlir::DenseI64ArrayAttr() : mlir::DenseI64ArrayAttr::get(&context, list);
    auto mapping = MappingAttr::get(&context, kind, Tiling::Dense, InputEncoding::Offset, rule,
                                    attr, crossbar);
    return getWeightSlices(
        mapping, WeightAttr::get(&context, bits, Granularity::Layer, CodeRange::Narrow, {}));
  }
  int64_t greatest(InputEncoding encoding, int64_t bits, int64_t zeroPoint, Integers widths) {
    return getGreatestDigit(encoding, ActivationAttr::get(&context, bits, zeroPoint, {}), widths);
  }

  mlir::MLIRContext context;
};

constexpr InputEncoding kOffset = InputEncoding::Offset, kTwos = InputEncoding::TwosComplement,
                        kDifferential = InputEncoding::Differential;

} // namespace

TEST_F(Layout, Cycles) {
  EXPECT_EQ(cycles(kOffset, 8, 3), (Integers{3, 3, 2}));
  EXPECT_EQ(cycles(kDifferential, 8, 3), (Integers{3, 3, 2}));
  // The sign bit is alone, however wide the DAC is.
  EXPECT_EQ(cycles(kTwos, 8, 3), (Integers{3, 3, 1, 1}));
  EXPECT_EQ(cycles(kTwos, 8, 8), (Integers{7, 1}));
  EXPECT_EQ(cycles(kTwos, 1, 3), (Integers{1}));
}

TEST_F(Layout, WholeCyclesAreAsFewAsTheEncodingAllows) {
  EXPECT_EQ(getWholeCycles(kOffset, 8), (Integers{8}));
  EXPECT_EQ(getWholeCycles(kDifferential, 8), (Integers{8}));
  EXPECT_EQ(getWholeCycles(kTwos, 8), (Integers{7, 1}));
  EXPECT_EQ(getWholeCycles(kTwos, 1), (Integers{1}));
}

TEST_F(Layout, CycleWeights) {
  EXPECT_EQ(getCycleWeights(kOffset, {3, 3, 2}), (Integers{1, 8, 64}));
  EXPECT_EQ(getCycleWeights(kTwos, {3, 3, 1, 1}), (Integers{1, 8, 64, -128}));
  EXPECT_EQ(getCycleWeights(kTwos, {1}), (Integers{-1}));
  EXPECT_EQ(getCycleWeights(kDifferential, {2, 1}), (Integers{1, 4, -1, -4}));
}

TEST_F(Layout, Slices) {
  auto published = SliceRule::Published, magnitude = SliceRule::Magnitude;
  for (MappingKind kind : {MappingKind::DifferentialColumn, MappingKind::DifferentialRow}) {
    EXPECT_EQ(slices(kind, published, 8), (Integers{3, 3, 2}));
    EXPECT_EQ(slices(kind, magnitude, 8), (Integers{3, 3, 1}));
    EXPECT_EQ(slices(kind, magnitude, 8, {1, 2, 3, 3}), (Integers{1, 2, 3, 1}));
  }
  EXPECT_EQ(slices(MappingKind::Offset, published, 8), (Integers{3, 3, 2}));
  // As many of the list as the bits need, the last taking the rest.
  EXPECT_EQ(slices(MappingKind::Offset, published, 8, {2, 2, 2, 2, 2}), (Integers{2, 2, 2, 2}));
  EXPECT_EQ(slices(MappingKind::Offset, published, 2, {1, 3, 3}), (Integers{1, 1}));
  // The sign bit is alone.
  EXPECT_EQ(slices(MappingKind::TwosComplement, published, 8), (Integers{3, 3, 1, 1}));
  EXPECT_EQ(slices(MappingKind::TwosComplement, published, 8, {1, 3, 3}), (Integers{1, 3, 3, 1}));
  EXPECT_EQ(slices(MappingKind::TwosComplement, published, 2), (Integers{1, 1}));
  EXPECT_EQ(getWholeSlices(MappingKind::Offset, 8), (Integers{8}));
  EXPECT_EQ(getWholeSlices(MappingKind::TwosComplement, 8), (Integers{7, 1}));
}

TEST_F(Layout, StoredDigitsAddUp) {
  for (int64_t bits = 1; bits <= 8; ++bits)
    for (MappingKind kind :
         {MappingKind::DifferentialColumn, MappingKind::Offset, MappingKind::TwosComplement}) {
      if (bits == 1 && kind == MappingKind::TwosComplement)
        continue;
      Integers widths = slices(kind, SliceRule::Published, bits);
      Integers weights = getSliceWeights(kind, widths);
      int64_t half = int64_t(1) << (bits - 1), lowest = bits == 1 ? -1 : -half;
      for (int64_t code = lowest; code < std::max<int64_t>(half, 2); code += bits == 1 ? 2 : 1) {
        int64_t left = getStoredWeight(kind, code, bits), sum = 0;
        EXPECT_TRUE(left >= 0 || isDifferential(kind));
        for (auto [width, weight] : llvm::zip(widths, weights)) {
          sum += left % (int64_t(1) << width) * weight;
          left /= int64_t(1) << width;
        }
        // An offset mapping stores 2^(W-1) more, and binary codes as 0 and 1.
        if (kind == MappingKind::Offset)
          sum = bits == 1 ? 2 * sum - 1 : sum - half;
        EXPECT_EQ(sum, code);
      }
    }
}

TEST_F(Layout, GreatestDigits) {
  EXPECT_EQ(greatest(kOffset, 4, 0, {3, 1}), 7);
  EXPECT_EQ(greatest(kTwos, 4, 8, {3, 1}), 7);
  EXPECT_EQ(greatest(kTwos, 1, 1, {1}), 1);
  // Inputs are at most 14, 8 and 15.
  EXPECT_EQ(greatest(kDifferential, 4, 1, {4}), 14);
  EXPECT_EQ(greatest(kDifferential, 4, 8, {4}), 8);
  EXPECT_EQ(greatest(kDifferential, 4, 15, {4}), 15);
  EXPECT_EQ(greatest(kDifferential, 4, 8, {1, 3}), 4);
  EXPECT_EQ(greatest(kDifferential, 4, 8, {3, 1}), 7);
  EXPECT_EQ(greatest(kDifferential, 1, 1, {1}), 1);
}
