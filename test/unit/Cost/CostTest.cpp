//===- CostTest.cpp - Costs of single layers --------------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Layers whose cost is worked out by hand, one per choice of the mapping and of
// what departs from the published model.
//
//===----------------------------------------------------------------------===//

#include "Layers.h"
#include <gtest/gtest.h>
#include <set>

using namespace mlir;
using namespace cim;

namespace {

class Cost : public ::testing::Test {
protected:
  Cost() { context.loadDialect<CimDialect>(); }

  LayerCost cost(const LayerShape &shape, const Hardware &hardware,
                 ColumnsRule rule = ColumnsRule::Published) {
    return getLayerCost(shape, hardware.get(&context), makePrecision(&context, 8, 8),
                        makeModel(&context, {}, rule));
  }

  mlir::MLIRContext context;
};

// 64 to 128 channels, 3x3, 28x28 outputs: K = 576 is 3 dense tiles of 256 rows;
// 128 * 4 slices * 2 columns are 4 arrays; 8 cycles.
TEST_F(Cost, DifferentialColumn) {
  LayerCost c = cost(makeConv(64, 128, 3, 28), Hardware());
  EXPECT_EQ(c.arrays, 12);
  EXPECT_EQ(c.writes, 12);
  EXPECT_EQ(c.executes, 784 * 12 * 8);
  EXPECT_DOUBLE_EQ(c.latencyUs(), 12 * 56.0 + 784 * 12 * 8 * 1.4);
  EXPECT_EQ(c.conversions, 784 * 3 * 8 * 512);
  EXPECT_EQ(c.dequantMultiplications, 784 * 128);
  EXPECT_DOUBLE_EQ(c.utilisation(), 576.0 * 1024 / (12.0 * 65536));
}

// 28 channels of 9 rows fit 256 rows: 28 + 28 + 8 channels are 3 tiles as well; with
// 128 rows it is 14 channels, 5 tiles, where dense needs 4.5.
TEST_F(Cost, KernelIntact) {
  Hardware hardware;
  hardware.tiling = Tiling::KernelIntact;
  EXPECT_EQ(cost(makeConv(64, 128, 3, 28), hardware).arrays, 12);
  hardware.rows = hardware.activeRows = 128;
  EXPECT_EQ(cost(makeConv(64, 128, 3, 28), hardware).arrays, 20);
  EXPECT_EQ(cost(makeConv(512, 128, 3, 28), hardware).arrays, 37 * 4);
}

// Active rows cut reads, not arrays: tiles of 256, 256, 64 rows are 4 + 4 + 1 chunks.
TEST_F(Cost, ActiveRows) {
  Hardware hardware;
  hardware.activeRows = 64;
  LayerCost c = cost(makeConv(64, 128, 3, 28), hardware);
  EXPECT_EQ(c.writes, 12);
  EXPECT_EQ(c.executes, 784 * 9 * 4 * 8);
}

// Pairs of rows: 128 weights to an array, K = 576 is 5 tiles; 512 columns are 2 arrays.
TEST_F(Cost, DifferentialRow) {
  Hardware hardware;
  hardware.kind = MappingKind::DifferentialRow;
  LayerCost c = cost(makeConv(64, 128, 3, 28), hardware);
  EXPECT_EQ(c.arrays, 10);
  EXPECT_DOUBLE_EQ(c.utilisation(), 2 * 576.0 * 512 / (10.0 * 65536));
}

// 512 sliced columns and one reference need 3 arrays; so do 512 columns and a
// reference in each. 510 columns need 2 physically, since 2 * 255 + 2 = 512.
TEST_F(Cost, Offset) {
  Hardware hardware;
  hardware.kind = MappingKind::Offset;
  LayerCost published = cost(makeMatmul(256, 128), hardware);
  EXPECT_EQ(published.arrays, 3);
  EXPECT_EQ(published.conversions, 8 * 513);
  EXPECT_DOUBLE_EQ(published.utilisation(), 513.0 / 768);
  LayerCost physical = cost(makeMatmul(256, 128), hardware, ColumnsRule::Physical);
  EXPECT_EQ(physical.arrays, 3);
  EXPECT_DOUBLE_EQ(physical.utilisation(), 515.0 / 768);
  hardware.cellBits = 8;
  EXPECT_EQ(cost(makeMatmul(256, 510), hardware).arrays, 2);
  EXPECT_EQ(cost(makeMatmul(256, 510), hardware, ColumnsRule::Physical).arrays, 2);
  EXPECT_EQ(cost(makeMatmul(256, 511), hardware).arrays, 2);
  EXPECT_EQ(cost(makeMatmul(256, 511), hardware, ColumnsRule::Physical).arrays, 3);
}

// The beta of binary weights needs a pair that reads the digits: 129 pairs do not fit 256 columns.
// Physically there is one in each array. Without a beta, or in cells that have the column for their
// offset in any case, nothing is added.
TEST_F(Cost, BinaryWeights) {
  Hardware hardware;
  Builder builder(&context);
  auto number = DenseElementsAttr::get(RankedTensorType::get({}, builder.getF32Type()), 1.0f);
  auto costOf = [&](ElementsAttr scale, ElementsAttr beta, ColumnsRule rule) {
    PrecisionAttr precision = makePrecision(&context, 1, 8);
    auto weight =
        WeightAttr::get(&context, 1, Granularity::Layer, CodeRange::Narrow, scale, {}, beta);
    precision = PrecisionAttr::get(&context, weight, precision.getActivation(), precision.getAdc());
    return getLayerCost(makeMatmul(256, 128), hardware.get(&context), precision,
                        makeModel(&context, {}, rule));
  };
  LayerCost published = costOf(number, number, ColumnsRule::Published);
  EXPECT_EQ(published.arrays, 2);
  EXPECT_EQ(published.conversions, 8 * 129);
  EXPECT_DOUBLE_EQ(published.utilisation(), 2 * 129.0 / 512);
  LayerCost physical = costOf(number, number, ColumnsRule::Physical);
  EXPECT_EQ(physical.arrays, 2);
  EXPECT_EQ(physical.conversions, 8 * 130);
  // Calibration will give a beta to weights that have no scale yet.
  EXPECT_EQ(costOf({}, {}, ColumnsRule::Published).conversions, 8 * 129);
  EXPECT_EQ(costOf(number, {}, ColumnsRule::Published).conversions, 8 * 128);
  EXPECT_EQ(costOf(number, {}, ColumnsRule::Published).arrays, 1);
  hardware.kind = MappingKind::Offset;
  EXPECT_EQ(costOf(number, number, ColumnsRule::Published).conversions, 8 * 129);
  EXPECT_EQ(costOf(number, {}, ColumnsRule::Published).conversions, 8 * 129);
  hardware.kind = MappingKind::DifferentialRow; // 128 weights to an array.
  EXPECT_EQ(costOf(number, number, ColumnsRule::Published).arrays, 2);
  EXPECT_EQ(costOf(number, number, ColumnsRule::Published).conversions, 2 * 8 * 129);
}

// The sign bit is a slice of its own: 1 + ceil(7 / 2) = 5 columns per weight.
TEST_F(Cost, TwosComplementWeights) {
  Hardware hardware;
  hardware.kind = MappingKind::TwosComplement;
  EXPECT_EQ(cost(makeMatmul(256, 256), hardware).arrays, 5);
}

// 1 + ceil(7 / 2) = 5 cycles, and twice ceil(8 / 2) = 4.
TEST_F(Cost, InputEncodings) {
  Hardware hardware;
  hardware.dacBits = 2;
  EXPECT_EQ(cost(makeMatmul(256, 32), hardware).executes, 4);
  hardware.encoding = InputEncoding::TwosComplement;
  EXPECT_EQ(cost(makeMatmul(256, 32), hardware).executes, 5);
  hardware.encoding = InputEncoding::Differential;
  EXPECT_EQ(cost(makeMatmul(256, 32), hardware).executes, 8);
}

// ceil(7 / 2) = 4 slices as before, but ceil((5 - 1) / 2) = 2 instead of 3.
TEST_F(Cost, SliceRule) {
  Hardware hardware;
  auto arrays = [&](int64_t bits) {
    return getLayerCost(makeMatmul(256, 128), hardware.get(&context),
                        makePrecision(&context, bits, 8), makeModel(&context))
        .arrays;
  };
  EXPECT_EQ(arrays(5), 3);
  hardware.sliceRule = SliceRule::Magnitude;
  EXPECT_EQ(arrays(5), 2);
  EXPECT_EQ(arrays(8), 4);
}

TEST_F(Cost, GroupsAreRepeats) {
  LayerCost one = cost(makeMatmul(64, 50, 50), Hardware());
  LayerCost twelve = cost(makeMatmul(64, 50, 50, 12), Hardware());
  EXPECT_EQ(twelve.arrays, 12 * one.arrays);
  EXPECT_EQ(twelve.executes, 12 * one.executes);
  EXPECT_EQ(twelve.dequantMultiplications, 12 * one.dequantMultiplications);
  EXPECT_DOUBLE_EQ(twelve.utilisation(), one.utilisation());
}

// The published counts of ColumnQuant per output position, with whole kernels in a tile: T * n for
// scales of arrays, S * T * n for those of columns, whatever the weights have. For a scale of the
// layer the paper counts one; n outputs are each multiplied by it.
TEST_F(Cost, PublishedMultiplications) {
  auto multiplications = [&](int64_t channels, int64_t rows, int64_t bits, Granularity weight,
                             Granularity adc) {
    Hardware hardware;
    hardware.tiling = Tiling::KernelIntact;
    hardware.rows = hardware.activeRows = rows;
    hardware.cellBits = 1;
    return getLayerCost(makeConv(channels, channels, 3, 1), hardware.get(&context),
                        makePrecision(&context, bits, 3, weight, AdcKind::Linear, adc),
                        makeModel(&context))
        .dequantMultiplications;
  };
  Granularity layer = Granularity::Layer, channel = Granularity::Channel;
  Granularity array = Granularity::Array, column = Granularity::Column;
  EXPECT_EQ(multiplications(64, 128, 3, layer, layer), 64);
  for (Granularity weight : {layer, channel, array, column}) {
    EXPECT_EQ(multiplications(64, 128, 3, weight, array), 320);
    EXPECT_EQ(multiplications(64, 128, 3, weight, column), 960);
    EXPECT_EQ(multiplications(256, 256, 2, weight, array), 2560);
    EXPECT_EQ(multiplications(256, 256, 2, weight, column), 5120);
    EXPECT_EQ(multiplications(512, 256, 2, weight, array), 9728);
    EXPECT_EQ(multiplications(512, 256, 2, weight, column), 19456);
  }
}

// Per output 1, T, S * T multiplications (T = 3, S = 4).
TEST_F(Cost, DequantMultiplications) {
  auto multiplications = [&](Granularity weight, AdcKind kind, Granularity adc) {
    return getLayerCost(makeConv(64, 128, 3, 28), Hardware().get(&context),
                        makePrecision(&context, 8, 8, weight, kind, adc), makeModel(&context))
               .dequantMultiplications /
           (784 * 128);
  };
  Granularity layer = Granularity::Layer, column = Granularity::Column;
  EXPECT_EQ(multiplications(layer, AdcKind::Ideal, column), 1);
  EXPECT_EQ(multiplications(column, AdcKind::Ideal, column), 3);
  EXPECT_EQ(multiplications(layer, AdcKind::Linear, layer), 1);
  EXPECT_EQ(multiplications(layer, AdcKind::Linear, Granularity::Array), 3);
  EXPECT_EQ(multiplications(layer, AdcKind::Linear, column), 12);
  EXPECT_EQ(multiplications(column, AdcKind::Linear, column), 12);
}

// One conversion and one multiplication for each output, whatever tiles, slices and cycles there
// are; of reference columns those that do not join the outputs. An ADC of 20 ns makes the last of
// 3 x 8 products of each position longer.
TEST_F(Cost, AdcOfOutputs) {
  auto get = [&](MappingKind kind, int64_t weightBits, double conversionNs) {
    Hardware hardware;
    hardware.kind = kind;
    auto scale =
        DenseElementsAttr::get(RankedTensorType::get({}, Float32Type::get(&context)), 1.0f);
    auto weight =
        WeightAttr::get(&context, weightBits, Granularity::Layer, CodeRange::Narrow, scale);
    auto adc = AdcAttr::get(&context, AdcKind::Table, 4, Granularity::Column, CodeRange::Full, {},
                            {}, {}, {}, AdcPlacement::Preactivation);
    auto precision =
        PrecisionAttr::get(&context, weight, makePrecision(&context, 8, 8).getActivation(), adc);
    return getLayerCost(makeConv(64, 128, 3, 28), hardware.get(&context), precision,
                        makeModel(&context, {{CostKey::ConversionNs, conversionNs}}));
  };
  LayerCost pairs = get(MappingKind::DifferentialColumn, 8, 0);
  EXPECT_EQ(pairs.conversions, 784 * 128);
  EXPECT_EQ(pairs.dequantMultiplications, 784 * 128);
  EXPECT_EQ(get(MappingKind::Offset, 8, 0).conversions, 784 * 128);
  EXPECT_EQ(get(MappingKind::Offset, 1, 0).conversions, 784 * (128 + 1));
  EXPECT_DOUBLE_EQ(pairs.executeLatencyUs, 784 * 12 * 8 * 1.4);
  EXPECT_DOUBLE_EQ(get(MappingKind::DifferentialColumn, 8, 20).executeLatencyUs,
                   784 * 4 * (23 * 1.4 + 2.56));
}

// Resident weights are not written; computed ones are, whatever the target says.
TEST_F(Cost, ResidentWeights) {
  CostModel resident = makeModel(&context);
  resident.costs = CostsAttr::get(&context, WeightStorage::Resident, resident.costs.getValues());
  auto get = [&](bool computed) {
    return getLayerCost(makeConv(64, 128, 3, 28), Hardware().get(&context),
                        makePrecision(&context, 8, 8), resident, {computed, /*lossless=*/false});
  };
  EXPECT_EQ(get(false).writes, 0);
  EXPECT_EQ(get(false).arrays, 12);
  EXPECT_DOUBLE_EQ(get(false).latencyUs(), 784 * 12 * 8 * 1.4);
  EXPECT_EQ(get(false).energyPj[Part::Writes], 0);
  EXPECT_EQ(get(true).writes, 12);
  EXPECT_GT(get(true).energyPj[Part::Writes], 0);
}

// 256 columns are 128 pairs: one ADC of 128 columns needs 128 conversions in a row, of 20 ns
// 2.56 us. With 64 columns an array has two ADCs, which need 1.28 us, less than the array.
TEST_F(Cost, SharedAdcs) {
  auto get = [&](double columns, double ns, const Hardware &hardware = {}) {
    return getLayerCost(
        makeMatmul(256, 32), hardware.get(&context), makePrecision(&context, 8, 8),
        makeModel(&context, {{CostKey::AdcColumns, columns}, {CostKey::ConversionNs, ns}}));
  };
  EXPECT_DOUBLE_EQ(get(128, 0).executeLatencyUs, 8 * 1.4);
  EXPECT_DOUBLE_EQ(get(128, 20).executeLatencyUs, 8 * 2.56);
  EXPECT_DOUBLE_EQ(get(1000, 20).executeLatencyUs, 8 * 2.56);
  EXPECT_DOUBLE_EQ(get(64, 20).executeLatencyUs, 8 * 1.4);
  double one = get(128, 0).areaUm2[Part::Adcs];
  EXPECT_DOUBLE_EQ(get(1000, 0).areaUm2[Part::Adcs], one);
  EXPECT_DOUBLE_EQ(get(64, 0).areaUm2[Part::Adcs], 2 * one);
  EXPECT_DOUBLE_EQ(get(127, 0).areaUm2[Part::Adcs], 2 * one);
  EXPECT_DOUBLE_EQ(get(1, 0).areaUm2[Part::Adcs], 128 * one);
  Hardware offset;
  offset.kind = MappingKind::Offset;
  EXPECT_DOUBLE_EQ(get(256, 20, offset).executeLatencyUs, 8 * 5.12);
}

// Sums of 256 rows: of digits 0..3 and 0..1 up to 768, which is 10 bits; a sign is one more.
TEST_F(Cost, IdealAdcWidth) {
  auto bits = [&](MappingKind kind, int64_t weightBits, int64_t dacBits = 1) {
    Hardware hardware;
    hardware.kind = kind;
    hardware.dacBits = dacBits;
    return getLayerCut(makeMatmul(256, 32), hardware.get(&context),
                       makePrecision(&context, weightBits, 8))
        .adcBits;
  };
  EXPECT_EQ(bits(MappingKind::Offset, 8), 10);
  EXPECT_EQ(bits(MappingKind::TwosComplement, 8), 10);
  EXPECT_EQ(bits(MappingKind::DifferentialColumn, 8), 11);
  // Two bits are -1..1: 256 and a sign.
  EXPECT_EQ(bits(MappingKind::DifferentialColumn, 2), 10);
  // 128 rows of pairs; 3 * 15 * 256.
  EXPECT_EQ(bits(MappingKind::DifferentialRow, 8), 10);
  EXPECT_EQ(bits(MappingKind::Offset, 8, 4), 14);
  EXPECT_EQ(getLayerCut(makeMatmul(256, 32), Hardware().get(&context),
                        makePrecision(&context, 8, 8, Granularity::Layer, AdcKind::Linear))
                .adcBits,
            8);
}

// One array of 128 x 128 cells and its ADC in one cycle of 100 ns: an eighth of what ISAAC says
// of an IMA (Table I).
TEST_F(Cost, IsaacTable) {
  Hardware hardware;
  hardware.rows = hardware.activeRows = hardware.columns = 128;
  hardware.kind = MappingKind::TwosComplement;
  LayerCost c = getLayerCost(makeMatmul(128, 64), hardware.get(&context),
                             makePrecision(&context, 3, 1, Granularity::Layer, AdcKind::Linear),
                             makeModel(&context));
  EXPECT_EQ(c.executes, 1);
  EXPECT_EQ(c.usedCells, 128 * 128);
  auto expectNear = [](double value, double expected) {
    EXPECT_NEAR(value / expected, 1, 1e-3) << value << " instead of " << expected;
  };
  // mW x 100 ns = 100 pJ; converters are busy for 128 / 1.2 ns of them.
  double busy = 128 / 1.2;
  expectNear(c.energyPj[Part::Adcs], 16.0 / 8 * busy);
  expectNear(c.energyPj[Part::Dacs], 4.0 / 8 * 100);
  expectNear(c.energyPj[Part::SampleHolds], 0.01 / 8 * 100);
  expectNear(c.energyPj[Part::Cells], 2.4 / 8 * 100);
  expectNear(c.energyPj[Part::ShiftAdds], 0.2 / 8 * busy);
  expectNear(c.energyPj[Part::Registers], 1.24 / 8 * 100 + 0.23 / 8 * busy);
  expectNear(c.energyPj[Part::Writes], 128 * 128 * 1.2);
  expectNear(c.energyPj[Part::Dequantize], 64 * 4.6);
  expectNear(c.areaUm2[Part::Adcs], 9600 / 8.0);
  expectNear(c.areaUm2[Part::Dacs], 170 / 8.0);
  expectNear(c.areaUm2[Part::SampleHolds], 40 / 8.0);
  expectNear(c.areaUm2[Part::Cells], 200 / 8.0);
  expectNear(c.areaUm2[Part::ShiftAdds], 240 / 8.0);
  expectNear(c.areaUm2[Part::Registers], (2100 + 770) / 8.0);
}

// Energy and area of an ADC double with each bit, unless the target says otherwise.
TEST_F(Cost, AdcLaw) {
  auto get = [&](int64_t bits, std::map<CostKey, double> values) {
    PrecisionAttr p = makePrecision(&context, 8, 8, Granularity::Layer, AdcKind::Linear);
    auto adc =
        AdcAttr::get(&context, AdcKind::Linear, bits, Granularity::Layer, CodeRange::Full, {}, {});
    p = PrecisionAttr::get(&context, p.getWeight(), p.getActivation(), adc);
    return getLayerCost(makeMatmul(256, 32), Hardware().get(&context), p,
                        makeModel(&context, values));
  };
  LayerCost eight = get(8, {}), ten = get(10, {});
  EXPECT_DOUBLE_EQ(ten.energyPj[Part::Adcs], 4 * eight.energyPj[Part::Adcs]);
  EXPECT_DOUBLE_EQ(ten.areaUm2[Part::Adcs], 4 * eight.areaUm2[Part::Adcs]);
  EXPECT_DOUBLE_EQ(get(10, {{CostKey::AdcEnergyFactor, 3}}).energyPj[Part::Adcs],
                   9 * eight.energyPj[Part::Adcs]);
  EXPECT_DOUBLE_EQ(get(10, {{CostKey::AdcAreaFactor, 1}}).areaUm2[Part::Adcs],
                   eight.areaUm2[Part::Adcs]);
  EXPECT_DOUBLE_EQ(get(8, {{CostKey::AdcReferenceBits, 10}}).energyPj[Part::Adcs],
                   eight.energyPj[Part::Adcs] / 4);
}

// The keys are in the order of their enumeration, with names of their own.
TEST_F(Cost, Keys) {
  std::set<std::string> names;
  for (auto [i, info] : llvm::enumerate(getCostKeys())) {
    EXPECT_EQ(size_t(info.key), i);
    EXPECT_TRUE(names.insert(info.name.str()).second);
    EXPECT_LE(info.low, info.defaultValue);
    EXPECT_LE(info.defaultValue, info.high);
    EXPECT_FALSE(info.source.empty());
  }
  EXPECT_EQ(names.size(), size_t(CostKey::DequantizePj) + 1);
}

} // namespace
