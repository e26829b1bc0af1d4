//===- AdcTableTest.cpp - Thresholds and levels of an ADC -------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Tables against the quantizers that they are rounded from.
//
//===----------------------------------------------------------------------===//

#include "cim-mlir/Quant/AdcTable.h"
#include <algorithm>
#include <cmath>
#include <gtest/gtest.h>
#include <random>

using namespace cim::quant;

namespace {

constexpr TableMethod kMethods[] = {TableMethod::Linear, TableMethod::LloydMax,
                                    TableMethod::Cdf,    TableMethod::KMeans,
                                    TableMethod::BsKmq,  TableMethod::Optimal};

/// What every verifier demands.
void expectTable(const AdcTable &table, const TableOptions &options) {
  ASSERT_EQ(table.thresholds.size(), (size_t(1) << options.bits) - 1);
  ASSERT_EQ(table.levels.size(), table.thresholds.size() + 1);
  for (size_t i = 0; i < table.thresholds.size(); ++i) {
    EXPECT_EQ(table.thresholds[i] % options.referenceUnit, 0);
    EXPECT_LE(std::abs(int64_t(table.thresholds[i])), options.limit);
    if (i > 0)
      EXPECT_GT(table.thresholds[i], table.thresholds[i - 1]);
  }
  EXPECT_TRUE(std::is_sorted(table.levels.begin(), table.levels.end()));
  EXPECT_GE(table.levels.front(), INT16_MIN);
  EXPECT_LE(table.levels.back(), INT16_MAX);
  EXPECT_GT(table.step, 0);
}

Samples randomSums(std::mt19937 &random, size_t size) {
  Samples samples;
  int64_t value = -int64_t(random() % 200);
  for (size_t i = 0; i < size; ++i, value += 1 + random() % 4)
    samples.push_back({double(value), double(1 + random() % 20)});
  return samples;
}

TEST(AdcTable, AnySamplesAnyMethod) {
  std::mt19937 random(5);
  for (size_t size : {0, 1, 2, 3, 40, 300})
    for (TableMethod method : kMethods)
      for (int bits : {1, 2, 4, 6, 10})
        for (int64_t unit : {1, 3, 16}) {
          Samples samples = randomSums(random, size);
          Interval range{0, 0};
          if (!samples.empty())
            range = {samples.front().value, samples.back().value};
          int64_t half = int64_t(1) << (bits - 1);
          TableOptions options{method, bits, unit};
          expectTable(chooseTable(samples, {2.5f, 0}, {-half, half - 1}, range, options), options);
        }
}

// With an offset that is a multiple of the step, values are those of the linear ADC, ties included.
TEST(AdcTable, LinearIsExact) {
  for (float scale : {1.0f, 2.0f, 100.0f / 7})
    for (int bits : {2, 4, 8}) {
      Window window{scale, 0};
      Codes codes{-(1 << (bits - 1)), (1 << (bits - 1)) - 1};
      AdcTable table = chooseTable({{0, 1}}, window, codes, {0, 0}, {TableMethod::Linear, bits});
      Levels exact = linearLevels(window, codes), rounded = table.toLevels();
      for (int p = -500; p <= 500; ++p)
        EXPECT_EQ(rounded(p), exact(p)) << "p " << p << ", scale " << scale;
    }
}

// Thresholds between integers lose nothing; levels lose half a step at most.
TEST(AdcTable, RoundingKeepsDecisions) {
  std::mt19937 random(6);
  Samples samples = randomSums(random, 300);
  for (int bits : {2, 3, 5}) {
    Levels levels = optimalLevels(samples, size_t(1) << bits);
    AdcTable table = chooseTable(samples, {}, {0, 1}, {0, 0}, {TableMethod::Optimal, bits});
    double distance = levels.levels.back() - levels.levels.front();
    EXPECT_FLOAT_EQ(table.step, float(distance / 256));
    Levels rounded = table.toLevels();
    for (double p = samples.front().value; p <= samples.back().value; ++p)
      EXPECT_LE(std::abs(rounded(p) - levels(p)), table.step * 0.5001);
  }
}

TEST(AdcTable, ThresholdsGoToTheNearestReference) {
  // 11.5 parts 11 from 12; of the multiples of 8 and their halves, 8.5 is nearest; 20.5 goes to 24,
  // as does 23.5: the level between has no integers left.
  AdcTable table = roundToTable({{11.5, 20.5, 23.5}, {2, 16, 22, 30}}, 1, {TableMethod::Cdf, 2, 8});
  EXPECT_EQ(table.thresholds, (std::vector<int32_t>{8, 24, 32}));
  EXPECT_EQ(table.levels, (std::vector<int32_t>{2, 16, 30, 30}));
}

TEST(AdcTable, LevelsMoveToTheMeansOfCoarseReferences) {
  Samples samples;
  for (int p = 0; p < 20; ++p)
    samples.push_back({double(p), 1});
  AdcTable table = chooseTable(samples, {}, {0, 1}, {0, 0}, {TableMethod::Optimal, 1, 8});
  EXPECT_EQ(table.thresholds, std::vector<int32_t>{8});
  Levels levels = table.toLevels();
  EXPECT_NEAR(levels(0), 4, 0.05);
  EXPECT_NEAR(levels(9), 14, 0.05);
}

TEST(AdcTable, NoRoomAbove) {
  TableOptions options{TableMethod::Optimal, 2, 1, 100};
  AdcTable table = roundToTable({{99.5}, {50, 100}}, 1, options);
  EXPECT_EQ(table.thresholds, (std::vector<int32_t>{98, 99, 100}));
  EXPECT_EQ(table.levels, (std::vector<int32_t>{50, 50, 100, 100}));
  expectTable(roundToTable({{-2e9, 1.0, 2e9}, {-9, 0, 1, 9}}, 1, options), options);
}

// Far from zero, levels still fit 16 bits.
TEST(AdcTable, StepMakesLevelsFit) {
  AdcTable table =
      chooseTable({{1000000, 1}, {1000010, 1}}, {}, {0, 1}, {0, 0}, {TableMethod::Optimal, 1});
  EXPECT_EQ(table.levels.back(), INT16_MAX);
  EXPECT_NEAR(table.toLevels()(1000010), 1000010, 1);
  EXPECT_EQ(table.thresholds, std::vector<int32_t>{1000005});
}

} // namespace
