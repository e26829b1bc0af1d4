//===- PropertyTest.cpp - What holds of every cost --------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Random layers on random hardware: costs are positive, grow with every width and add up.
// CIM_TEST_SEED chooses others.
//
//===----------------------------------------------------------------------===//

#include "Layers.h"
#include <cstdlib>
#include <gtest/gtest.h>
#include <random>

using namespace cim;

namespace {

constexpr int kLayers = 4000;

/// Random layers, hardware and prices.
class Generator {
public:
  Generator(mlir::MLIRContext *context, uint64_t seed) : context(context), random(seed) {}

  int64_t between(int64_t low, int64_t high) {
    return std::uniform_int_distribution<int64_t>(low, high)(random);
  }
  template <typename T> T pick(std::initializer_list<T> values) {
    return values.begin()[between(0, values.size() - 1)];
  }

  LayerShape shape() {
    LayerShape shape;
    bool convolution = between(0, 1);
    shape.groups = convolution && between(0, 3) == 0 ? between(2, 8) : 1;
    shape.kernelArea = convolution ? pick<int64_t>({1, 4, 9, 25, 49, 1024}) : 1;
    shape.rows = between(1, 300) * shape.kernelArea;
    shape.columns = between(1, 600);
    shape.positions = between(1, 5000);
    shape.heads = !convolution && between(0, 3) == 0 ? between(2, 16) : 1;
    return shape;
  }

  Hardware hardware() {
    Hardware hardware;
    hardware.kind = pick({MappingKind::DifferentialColumn, MappingKind::DifferentialRow,
                          MappingKind::Offset, MappingKind::TwosComplement});
    hardware.rows = between(2, 600);
    hardware.columns = 2 * between(1, 300);
    hardware.activeRows = between(0, 1) ? hardware.rows : between(2, hardware.rows);
    hardware.cellBits = between(1, 8);
    hardware.dacBits = between(1, 8);
    hardware.tiling = pick({Tiling::Dense, Tiling::KernelIntact});
    hardware.encoding =
        pick({InputEncoding::Offset, InputEncoding::TwosComplement, InputEncoding::Differential});
    bool differential = hardware.kind == MappingKind::DifferentialColumn ||
                        hardware.kind == MappingKind::DifferentialRow;
    hardware.sliceRule =
        differential ? pick({SliceRule::Published, SliceRule::Magnitude}) : SliceRule::Published;
    return hardware;
  }

  CostModel model() {
    std::vector<double> values;
    for (const CostKeyInfo &info : getCostKeys())
      values.push_back(info.integral ? double(between(info.low, std::min(info.high, 300.0)))
                                     : info.low + 1e-3 * double(between(1, 15000)));
    auto weights = pick({WeightStorage::Rewritten, WeightStorage::Resident});
    return {pick({ColumnsRule::Published, ColumnsRule::Physical}),
            CostsAttr::get(context, weights, mlir::DenseF64ArrayAttr::get(context, values))};
  }

private:
  mlir::MLIRContext *context;
  std::mt19937_64 random;
};

/// Every quantity of a cost, named.
std::vector<std::pair<std::string, double>> getQuantities(const LayerCost &cost) {
  std::vector<std::pair<std::string, double>> quantities = {
      {"arrays", cost.arrays},
      {"writes", cost.writes},
      {"executes", cost.executes},
      {"write latency", cost.writeLatencyUs},
      {"execute latency", cost.executeLatencyUs},
      {"conversions", cost.conversions},
      {"multiplications", cost.dequantMultiplications},
      {"used cells", cost.usedCells},
      {"cells", cost.cells}};
  for (size_t i = 0; i < kNumParts; ++i) {
    std::string part = stringifyPart(Part(i)).str();
    quantities.push_back({"energy of " + part, cost.energyPj[Part(i)]});
    quantities.push_back({"area of " + part, cost.areaUm2[Part(i)]});
  }
  return quantities;
}

class CostProperty : public ::testing::Test {
protected:
  CostProperty() : generator(&context, getSeed()) {
    context.loadDialect<CimDialect>();
    RecordProperty("seed", std::to_string(getSeed()));
  }

  static uint64_t getSeed() {
    const char *text = std::getenv("CIM_TEST_SEED");
    return text ? std::strtoull(text, nullptr, 10) : 1;
  }

  /// The cost of the current layer at the given widths.
  LayerCost cost(int64_t weightBits, int64_t activationBits, int64_t adcBits) {
    auto precision = PrecisionAttr::get(
        &context, WeightAttr::get(&context, weightBits, weights, CodeRange::Narrow, {}),
        ActivationAttr::get(&context, activationBits, 0, {}),
        AdcAttr::get(&context, adcKind, adcBits, adc, CodeRange::Full, {}, {}));
    return getLayerCost(shape, hardware.get(&context), precision, model,
                        {computed, /*lossless=*/false});
  }

  void next() {
    shape = generator.shape();
    hardware = generator.hardware();
    model = generator.model();
    computed = shape.heads > 1;
    weights = generator.pick(
        {Granularity::Layer, Granularity::Channel, Granularity::Array, Granularity::Column});
    adc = generator.pick({Granularity::Layer, Granularity::Array, Granularity::Column});
    adcKind = generator.pick({AdcKind::Ideal, AdcKind::Linear});
  }

  mlir::MLIRContext context;
  Generator generator;
  LayerShape shape;
  Hardware hardware;
  CostModel model;
  bool computed;
  Granularity weights, adc;
  AdcKind adcKind;
};

TEST_F(CostProperty, Positive) {
  for (int i = 0; i < kLayers; ++i) {
    next();
    LayerCost c = cost(generator.between(2, 8), generator.between(2, 8), generator.between(2, 16));
    for (const auto &[name, value] : getQuantities(c))
      ASSERT_GE(value, 0) << name << " of layer " << i << " of seed " << getSeed();
    ASSERT_GT(c.arrays, 0);
    ASSERT_GT(c.executes, 0);
    ASSERT_GT(c.latencyUs(), 0);
    ASSERT_GT(c.conversions, 0);
    ASSERT_GT(c.dequantMultiplications, 0);
    ASSERT_GT(c.energyPj.total(), 0);
    ASSERT_GT(c.areaUm2.total(), 0);
    ASSERT_GT(c.utilisation(), 0);
    ASSERT_LE(c.utilisation(), 1);
    bool resident = model.costs.getWeights() == WeightStorage::Resident && !computed;
    ASSERT_EQ(c.writes, resident ? 0 : c.arrays);
  }
  std::printf("positive: %d layers, seed %llu\n", kLayers, (unsigned long long)getSeed());
}

TEST_F(CostProperty, MonotoneInEveryWidth) {
  int pairs = 0;
  auto expectNoLess = [&](const LayerCost &wide, const LayerCost &narrow, const char *width) {
    ++pairs;
    auto more = getQuantities(wide), less = getQuantities(narrow);
    for (size_t q = 0; q < more.size(); ++q)
      ASSERT_GE(more[q].second, less[q].second)
          << more[q].first << " with one bit more of " << width << ", seed " << getSeed();
  };
  for (int i = 0; i < kLayers; ++i) {
    next();
    int64_t w = generator.between(2, 7), a = generator.between(2, 7), p = generator.between(2, 15);
    LayerCost narrow = cost(w, a, p);
    expectNoLess(cost(w + 1, a, p), narrow, "weights");
    expectNoLess(cost(w, a + 1, p), narrow, "activations");
    expectNoLess(cost(w, a, p + 1), narrow, "the ADC");
    if (HasFatalFailure())
      return;
  }
  std::printf("monotone: %d pairs of widths of %d layers, seed %llu\n", pairs, kLayers,
              (unsigned long long)getSeed());
}

// The sum of layers is that of its quantities, in whatever order they are added.
TEST_F(CostProperty, Additive) {
  std::vector<LayerCost> costs;
  for (int i = 0; i < kLayers; ++i) {
    next();
    costs.push_back(
        cost(generator.between(2, 8), generator.between(2, 8), generator.between(2, 16)));
  }
  LayerCost forwards, backwards, halves[2];
  for (int i = 0; i < kLayers; ++i) {
    forwards += costs[i];
    backwards += costs[kLayers - 1 - i];
    halves[i % 2] += costs[i];
  }
  halves[0] += halves[1];
  auto sums = getQuantities(forwards), reversed = getQuantities(backwards),
       joined = getQuantities(halves[0]);
  for (size_t q = 0; q < sums.size(); ++q) {
    double sum = 0;
    for (const LayerCost &c : costs)
      sum += getQuantities(c)[q].second;
    for (double value : {sum, reversed[q].second, joined[q].second})
      EXPECT_NEAR(sums[q].second, value, 1e-11 * value) << sums[q].first;
  }
  std::printf("additive: %d layers, seed %llu\n", kLayers, (unsigned long long)getSeed());
}

} // namespace
