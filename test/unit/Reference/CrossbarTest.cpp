//===- CrossbarTest.cpp - Section 2 on plain tensors ------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The worked example of the design contract first, then the corners of each step.
//
//===----------------------------------------------------------------------===//

#include "Crossbar.h"
#include "Layer.h"
#include <cmath>
#include <gtest/gtest.h>

using namespace cim;
using namespace cim::reference;
using namespace mlir;

namespace {

class CrossbarTest : public ::testing::Test {
protected:
  MLIRContext context;

  Tensor integers(std::vector<int64_t> values, ArrayRef<int64_t> shape) {
    Tensor tensor = makeTensor(shape, IntegerType::get(&context, 64));
    tensor.ints() = std::move(values);
    return tensor;
  }
  Tensor floats(std::vector<float> values, ArrayRef<int64_t> shape) {
    Tensor tensor = makeTensor(shape, Float32Type::get(&context));
    tensor.floats() = std::move(values);
    return tensor;
  }
  /// A mapping with the given rows per array; MLIR must know the dialect.
  MappingAttr mapping(MappingKind kind, Tiling tiling, SliceRule rule, int64_t rows,
                      int64_t activeRows, int64_t cellBits, int64_t dacBits,
                      InputEncoding encoding = InputEncoding::Offset) {
    context.loadDialect<CimDialect>();
    auto latency = FloatAttr::get(Float64Type::get(&context), 1.0);
    auto crossbar =
        CrossbarAttr::get(&context, rows, 256, activeRows, cellBits, dacBits, latency, latency);
    return MappingAttr::get(&context, kind, tiling, encoding, rule, {}, crossbar);
  }
};

using Values = std::vector<int64_t>;

} // namespace

TEST_F(CrossbarTest, WorkedExample) {
  // W=4, c=2, A=4, d=1, z=8, one tile, K=2: weights (5,-3), x = (+1,-2), true sum 11.
  Layout layout{{2}, {2, 2}, {1, 1, 1, 1}};
  Integers cycleWeights = digitWeights(layout.cycles), sliceWeights = digitWeights(layout.slices);
  Tensor x = integers({quantizeActivation(1, 1, 4, 8), quantizeActivation(-2, 1, 4, 8)}, {1, 1, 2});
  Tensor w = integers({5, -3}, {1, 2, 1});
  EXPECT_EQ(x.ints(), (Values{9, 6}));
  Tensor p = partialSums(x, w, layout);
  EXPECT_EQ(p.ints(), (Values{1, -3, -3, 1, 1, 0, 0, 1}));

  Factors factors;
  factors.zeroPoint = 8;
  factors.weightScale = {Granularity::Layer, floats({1}, {})};
  Tensor start =
      startValues(floats({0}, {1}), w, layout.tiles, sliceWeights, cycleWeights, factors);
  EXPECT_EQ(start.floats()[0], -16);
  Tensor ideal = shiftAdd(p, cycleWeights, sliceWeights, true, true);
  EXPECT_EQ(ideal.ints(), (Values{-9 + 4 * 9}));
  EXPECT_EQ(dequantize(ideal, start, combinedScales(1, {1}, 1, factors)).floats()[0], 11);

  // P=6, s_p=(2,1): ties go to even.
  factors.adcScale = Scale{Granularity::Column, floats({2, 1}, {1, 2, 1})};
  Adc adc{floats({0.5, 1}, {1, 2, 1}), integers({0, 0}, {1, 2, 1}), -32, 31};
  Tensor q = convert(p, adc);
  EXPECT_EQ(q.ints(), (Values{0, -2, -2, 0, 1, 0, 0, 1}));
  Tensor sums = shiftAdd(q, cycleWeights, sliceWeights, false, false);
  EXPECT_EQ(sums.ints(), (Values{-12, 9}));
  Tensor scale = combinedScales(1, sliceWeights, 1, factors);
  EXPECT_EQ(scale.floats(), (std::vector<float>{2, 4}));
  EXPECT_EQ(dequantize(sums, start, scale).floats()[0], -4);
}

TEST_F(CrossbarTest, WorkedExampleOfSignedInputs) {
  // The same layer without a zero-point term. Two's complement of (1, -2): digits (1,0), (0,1),
  // (0,1), (0,1), the last subtracted. Differential: (1,0), then (0,2).
  Layout layout{{2}, {2, 2}, {1, 1, 1, 1}, InputEncoding::TwosComplement, 8};
  Tensor x = integers({9, 6}, {1, 1, 2}), w = integers({5, -3}, {1, 2, 1});
  Adc adc{floats({0.5, 1}, {1, 2, 1}), integers({0, 0}, {1, 2, 1}), -32, 31};
  Integers sliceWeights = digitWeights(layout.slices);
  Tensor p = partialSums(x, w, layout);
  EXPECT_EQ(p.ints(), (Values{1, -3, -3, -3, 1, 0, 0, 0}));
  EXPECT_EQ(cycleWeights(layout), (Integers{1, 2, 4, -8}));
  EXPECT_EQ(shiftAdd(p, cycleWeights(layout), sliceWeights, true, true).ints(), (Values{11}));
  EXPECT_EQ(convert(p, adc).ints(), (Values{0, -2, -2, -2, 1, 0, 0, 0}));
  EXPECT_EQ(shiftAdd(convert(p, adc), cycleWeights(layout), sliceWeights, false, false).ints(),
            (Values{4, 1})); // 2 * 4 + 4 * 1 = 12

  layout.encoding = InputEncoding::Differential;
  p = partialSums(x, w, layout);
  EXPECT_EQ(p.ints(), (Values{1, 0, 0, 0, 0, -3, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0}));
  EXPECT_EQ(cycleWeights(layout), (Integers{1, 2, 4, 8, -1, -2, -4, -8}));
  EXPECT_EQ(shiftAdd(p, cycleWeights(layout), sliceWeights, true, true).ints(), (Values{11}));
  EXPECT_EQ(shiftAdd(convert(p, adc), cycleWeights(layout), sliceWeights, false, false).ints(),
            (Values{4, 1}));
}

TEST_F(CrossbarTest, WorkedExampleOfOffsetWeights) {
  // u = (13, 5); sums of the input digits are R.
  Layout layout{{2}, {2, 2}, {1, 1, 1, 1}, InputEncoding::Offset, 8, MappingKind::Offset};
  Tensor x = integers({9, 6}, {1, 1, 2}), w = integers({5, -3}, {1, 2, 1});
  Tensor p = partialSums(x, w, layout), r = referenceSums(x, layout);
  EXPECT_EQ(p.ints(), (Values{1, 1, 1, 1, 3, 1, 1, 3}));
  EXPECT_EQ(r.ints(), (Values{1, 1, 1, 1}));
  Tensor sums = shiftAdd(p, cycleWeights(layout), sliceWeights(layout), true, true);
  Tensor reference = addReference(r, cycleWeights(layout), true);
  EXPECT_EQ(sums.ints(), (Values{15 + 132}));
  EXPECT_EQ(reference.ints(), (Values{15}));
  EXPECT_EQ(joinReference(sums, reference, 4).ints(), (Values{15 + 132 - 120}));

  // With an ADC the term of R stands alone.
  Factors factors;
  factors.weightScale = {Granularity::Layer, floats({1}, {})};
  factors.weightBits = 4;
  factors.isOffset = true;
  EXPECT_FALSE(factors.separatesReference());
  factors.adcScale = Scale{Granularity::Layer, floats({1}, {})};
  EXPECT_TRUE(factors.separatesReference());
  Reference term{reference, referenceScales(1, 1, factors)};
  EXPECT_EQ(term.scale.floats(), (std::vector<float>{-8}));
  Tensor start = floats({-16}, {1});
  EXPECT_EQ(dequantize(sums, start, combinedScales(1, {1}, 1, factors), term).floats()[0], 11);
}

TEST_F(CrossbarTest, WorkedExampleOfTwosComplementWeights) {
  // 0101 and 1101 in slices of 2, 1 and 1 bits.
  Layout layout{
      {2}, {2, 1, 1}, {1, 1, 1, 1}, InputEncoding::Offset, 8, MappingKind::TwosComplement};
  Tensor x = integers({9, 6}, {1, 1, 2}), w = integers({5, -3}, {1, 2, 1});
  Tensor p = partialSums(x, w, layout);
  EXPECT_EQ(p.ints(), (Values{1, 1, 1, 1, 1, 1, 1, 1, 0, 1, 1, 0}));
  EXPECT_EQ(sliceWeights(layout), (Integers{1, 4, -8}));
  EXPECT_EQ(shiftAdd(p, cycleWeights(layout), sliceWeights(layout), true, true).ints(),
            (Values{15 + 60 - 48}));
}

TEST_F(CrossbarTest, BinaryWeightsOfAnOffsetMapping) {
  // Stored as (1, 0): 2 * 0.5 * 9 - 0.5 * 15.
  Layout layout{{2}, {1}, {4}, InputEncoding::Offset, 8, MappingKind::Offset};
  Tensor x = integers({9, 6}, {1, 1, 2}), w = integers({1, -1}, {1, 2, 1});
  Tensor sums = shiftAdd(partialSums(x, w, layout), {1}, {1}, true, true);
  EXPECT_EQ(sums.ints(), (Values{9}));
  Factors factors;
  factors.weightScale = {Granularity::Layer, floats({0.5}, {})};
  factors.weightBits = 1;
  factors.isOffset = true;
  EXPECT_TRUE(factors.separatesReference());
  Reference term{addReference(referenceSums(x, layout), {1}, true), referenceScales(1, 1, factors)};
  EXPECT_EQ(
      dequantize(sums, floats({0}, {1}), combinedScales(1, {1}, 1, factors), term).floats()[0],
      1.5);
}

TEST_F(CrossbarTest, WorkedExampleOfBinaryWeightsWithBeta) {
  // Weights (0.75, -0.25) are 0.5 * B + 0.25 of B = (1, -1); x = (1, -2): 0.75 + 0.5 = 1.25.
  Layout layout{{2}, {1}, {4}, InputEncoding::Offset, 8};
  Tensor x = integers({9, 6}, {1, 1, 2}), w = integers({1, -1}, {1, 2, 1});
  Factors factors;
  factors.weightScale = {Granularity::Layer, floats({0.5}, {})};
  factors.beta = Scale{Granularity::Layer, floats({0.25}, {})};
  factors.weightBits = 1;
  factors.zeroPoint = 8;
  Tensor start = startValues(floats({0}, {1}), w, layout.tiles, {1}, {1}, factors);
  EXPECT_EQ(start.floats()[0], -8 * (0.75 - 0.25));
  Tensor r = addReference(referenceSums(x, layout), {1}, true);
  EXPECT_EQ(r.ints(), (Values{15}));

  // In pairs of cells: 0.5 * 3 + 0.25 * 15 - 4.
  Tensor sums = shiftAdd(partialSums(x, w, layout), {1}, {1}, true, true);
  EXPECT_EQ(sums.ints(), (Values{3}));
  EXPECT_TRUE(factors.separatesReference());
  Reference pairs{r, referenceScales(1, 1, factors)};
  EXPECT_EQ(pairs.scale.floats(), (std::vector<float>{0.25}));
  EXPECT_EQ(dequantize(sums, start, combinedScales(1, {1}, 1, factors), pairs).floats()[0], 1.25);

  // In cells of (1, 0): 2 * 0.5 * 9 + (0.25 - 0.5) * 15 - 4.
  layout.kind = MappingKind::Offset;
  factors.isOffset = true;
  sums = shiftAdd(partialSums(x, w, layout), {1}, {1}, true, true);
  EXPECT_EQ(sums.ints(), (Values{9}));
  Reference cells{r, referenceScales(1, 1, factors)};
  EXPECT_EQ(cells.scale.floats(), (std::vector<float>{-0.25}));
  EXPECT_EQ(dequantize(sums, start, combinedScales(1, {1}, 1, factors), cells).floats()[0], 1.25);
}

// Digits times weights are the code, or its distance from z.
TEST_F(CrossbarTest, EncodedInputsAddUp) {
  for (int64_t bits = 1; bits <= 8; ++bits)
    for (int64_t dac = 1; dac <= 4; ++dac)
      for (auto encoding :
           {InputEncoding::Offset, InputEncoding::TwosComplement, InputEncoding::Differential}) {
        MappingAttr attr = mapping(MappingKind::DifferentialColumn, Tiling::Dense,
                                   SliceRule::Published, 256, 256, 2, dac, encoding);
        Layout layout{{1}, {1}, inputCycles(attr, bits), encoding, int64_t(1) << (bits - 1)};
        ASSERT_EQ(layout.activationBits(), bits);
        Integers offsets = digitOffsets(layout.cycles), weights = cycleWeights(layout);
        for (int64_t code = 0; code < int64_t(1) << bits; ++code) {
          Integers inputs = encodeInput(code, layout);
          int64_t sum = 0;
          for (size_t b = 0; b < weights.size(); ++b)
            sum += weights[b] * digit(inputs[b / offsets.size()], offsets[b % offsets.size()],
                                      layout.cycles[b % offsets.size()]);
          EXPECT_EQ(sum, encoding == InputEncoding::Offset ? code : code - layout.zeroPoint);
        }
      }
}

TEST_F(CrossbarTest, QuantizeActivation) {
  float infinity = std::numeric_limits<float>::infinity();
  EXPECT_EQ(quantizeActivation(std::nanf(""), 1, 4, 5), 5);
  EXPECT_EQ(quantizeActivation(infinity, 1, 4, 5), 15);
  EXPECT_EQ(quantizeActivation(-infinity, 1, 4, 5), 0);
  // Rounded before z is added: 0.5 and 1.5 are ties around an odd zero point.
  EXPECT_EQ(quantizeActivation(0.5, 1, 4, 1), 1);
  EXPECT_EQ(quantizeActivation(1.5, 1, 4, 1), 3);
  EXPECT_EQ(quantizeActivation(-0.5, 1, 4, 1), 1);
  EXPECT_EQ(quantizeActivation(3, 1, 1, 0), 1);
}

TEST_F(CrossbarTest, QuantizeWeight) {
  EXPECT_EQ(quantizeWeight(-9, 1, -7, 7), -7);
  EXPECT_EQ(quantizeWeight(-9, 1, -8, 7), -8);
  EXPECT_EQ(quantizeWeight(2.5, 1, -7, 7), 2);
  EXPECT_EQ(quantizeWeight(-3.5, 1, -7, 7), -4);
}

TEST_F(CrossbarTest, DigitsAddUp) {
  Integers bits{3, 3, 2}, weights = digitWeights(bits), offsets = digitOffsets(bits);
  for (int64_t code = -128; code < 128; ++code) {
    int64_t sum = 0;
    for (size_t s = 0; s < bits.size(); ++s)
      sum += weights[s] * digit(code, offsets[s], bits[s]);
    EXPECT_EQ(sum, code);
  }
}

TEST_F(CrossbarTest, Tiles) {
  auto tiles = [&](MappingKind kind, Tiling tiling, int64_t rows, int64_t active, int64_t k,
                   int64_t area) {
    return rowTiles(mapping(kind, tiling, SliceRule::Published, rows, active, 2, 1), k, area);
  };
  auto column = MappingKind::DifferentialColumn, row = MappingKind::DifferentialRow;
  EXPECT_EQ(tiles(column, Tiling::KernelIntact, 20, 20, 45, 9), (Integers{18, 18, 9}));
  EXPECT_EQ(tiles(column, Tiling::Dense, 20, 20, 45, 9), (Integers{20, 20, 5}));
  EXPECT_EQ(tiles(column, Tiling::KernelIntact, 8, 8, 18, 9), (Integers{8, 8, 2}));
  EXPECT_EQ(tiles(column, Tiling::KernelIntact, 20, 8, 27, 9), (Integers{8, 8, 2, 8, 1}));
  EXPECT_EQ(tiles(row, Tiling::Dense, 21, 21, 25, 1), (Integers{10, 10, 5}));
  EXPECT_EQ(tiles(row, Tiling::Dense, 20, 7, 12, 1), (Integers{3, 3, 3, 1, 2}));
}

TEST_F(CrossbarTest, SlicesAndCycles) {
  auto make = [&](SliceRule rule, int64_t cellBits, int64_t dacBits) {
    return mapping(MappingKind::DifferentialColumn, Tiling::Dense, rule, 256, 256, cellBits,
                   dacBits);
  };
  EXPECT_EQ(weightSlices(make(SliceRule::Published, 2, 1), 5), (Integers{2, 2, 1}));
  EXPECT_EQ(weightSlices(make(SliceRule::Magnitude, 2, 1), 5), (Integers{2, 2}));
  EXPECT_EQ(inputCycles(make(SliceRule::Published, 2, 3), 8), (Integers{3, 3, 2}));
  auto twos =
      mapping(MappingKind::TwosComplement, Tiling::Dense, SliceRule::Published, 256, 256, 2, 1);
  EXPECT_EQ(weightSlices(twos, 5), (Integers{2, 2, 1}));
  EXPECT_EQ(weightSlices(twos, 4), (Integers{2, 1, 1}));
  auto uneven = MappingAttr::get(&context, MappingKind::Offset, Tiling::Dense,
                                 InputEncoding::Offset, SliceRule::Published,
                                 DenseI64ArrayAttr::get(&context, {1, 2, 2}), twos.getCrossbar());
  EXPECT_EQ(weightSlices(uneven, 5), (Integers{1, 2, 2}));
  EXPECT_EQ(weightSlices(uneven, 4), (Integers{1, 2, 1}));
  EXPECT_EQ(weightSlices(uneven, 1), (Integers{1}));
}

TEST_F(CrossbarTest, PaddingReadsAsZeroPoint) {
  Window window;
  window.kernel = {1, 2};
  window.pad = {0, 0, 1, 0};
  Tensor codes = integers({1, 2}, {1, 1, 2, 1});
  EXPECT_EQ(patches(codes, window, 1, 7, 1, 2).ints(), (Values{7, 1, 1, 2}));
}

TEST_F(CrossbarTest, LosslessAtTheBound) {
  // Two tiles; the worst sums are 3 * (3 + 2) and 3 * -3.
  Tensor w = integers({3, 2, -3}, {1, 3, 1});
  Layout layout{{2, 1}, {2, 1}, {2, 2}};
  EXPECT_TRUE(fitsCodes(w, layout, -9, 15));
  EXPECT_FALSE(fitsCodes(w, layout, -8, 15));
  EXPECT_FALSE(fitsCodes(w, layout, -9, 14));
  // Inputs of 4 bits are at most 8 and 7 away from z = 8, and 10 from z = 5.
  layout.encoding = InputEncoding::Differential;
  layout.cycles = {3, 1};
  layout.zeroPoint = 8;
  EXPECT_TRUE(fitsCodes(w, layout, -21, 35));
  EXPECT_FALSE(fitsCodes(w, layout, -20, 35));
  layout.cycles = {1, 3};
  layout.zeroPoint = 5; // The upper digit is at most 10 >> 1.
  EXPECT_TRUE(fitsCodes(w, layout, -15, 25));
  EXPECT_FALSE(fitsCodes(w, layout, -15, 24));
  // Stored as (7, 6, 1): the worst sum is 3 * (3 + 2).
  layout = {{2, 1}, {2, 1}, {2, 2}, InputEncoding::Offset, 0, MappingKind::Offset};
  EXPECT_TRUE(fitsCodes(w, layout, 0, 15));
  EXPECT_FALSE(fitsCodes(w, layout, 0, 14));
}
