//===- LevelsTest.cpp - Non-uniform quantizers ------------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Thresholds and levels against closed forms and brute force.
//
//===----------------------------------------------------------------------===//

#include "cim-mlir/Quant/Levels.h"
#include <algorithm>
#include <cmath>
#include <functional>
#include <gtest/gtest.h>
#include <limits>
#include <map>
#include <random>

using namespace cim::quant;

namespace {

Samples collect(const std::vector<double> &values) {
  std::map<double, double> counts;
  for (double value : values)
    ++counts[value];
  Samples samples;
  for (auto [value, count] : counts)
    samples.push_back({value, count});
  return samples;
}

Samples randomSamples(std::mt19937 &random, size_t size) {
  Samples samples;
  double value = -double(random() % 50);
  for (size_t i = 0; i < size; ++i, value += double(1 + random() % 9))
    samples.push_back({value, double(1 + random() % 20)});
  return samples;
}

/// Sums of a bell: many near 0, few far away.
Samples bell(size_t count, int spread) {
  std::mt19937 random(7);
  std::vector<double> values(count);
  for (double &value : values)
    for (int i = 0; i < 6; ++i)
      value += double(random() % unsigned(2 * spread + 1)) - spread;
  return collect(values);
}

double errorOf(const Samples &samples, const Levels &levels) {
  EXPECT_EQ(levels.levels.size(), levels.thresholds.size() + 1);
  EXPECT_TRUE(std::is_sorted(levels.thresholds.begin(), levels.thresholds.end()));
  EXPECT_TRUE(std::is_sorted(levels.levels.begin(), levels.levels.end()));
  return squaredError(samples, levels).sum;
}

/// The least error of all ways to cut the samples into `count` parts.
double leastError(const Samples &samples, size_t count, size_t begin = 0) {
  double best = std::numeric_limits<double>::infinity();
  for (size_t end = begin + 1; end + count - 1 <= samples.size(); ++end) {
    if (count == 1)
      end = samples.size();
    double weight = 0, sum = 0, error = 0;
    for (size_t i = begin; i < end; ++i) {
      weight += samples[i].count;
      sum += samples[i].count * samples[i].value;
    }
    for (size_t i = begin; i < end; ++i)
      error += samples[i].count * std::pow(samples[i].value - sum / weight, 2);
    best = std::min(best, error + (count == 1 ? 0 : leastError(samples, count - 1, end)));
  }
  return best;
}

TEST(Levels, CountThresholdsBelow) {
  Levels levels{{1, 4}, {-1, 0, 7}};
  for (auto [value, level] : {std::pair(0.0, -1.0), {1, -1}, {1.5, 0}, {4, 0}, {5, 7}})
    EXPECT_EQ(levels(value), level);
}

// The arithmetic of the ADC itself, also where p is halfway between two codes.
TEST(Levels, LinearIsTheLinearAdc) {
  for (float scale : {1.0f, 2.0f, 0.5f, 4.0f, 100.0f / 7, 3.1415927f})
    for (int32_t offset : {0, 13, -100})
      for (auto [minCode, maxCode] : {std::pair(-8, 7), {0, 15}, {-2, 1}, {0, 1}}) {
        Levels levels = linearLevels({scale, offset}, {minCode, maxCode});
        ASSERT_EQ(levels.levels.size(), size_t(maxCode - minCode + 1));
        auto reciprocal = static_cast<float>(1.0 / double(scale));
        for (int64_t p = -300; p <= 300; ++p) {
          double code = std::clamp(double(std::nearbyint(float(p - offset) * reciprocal)),
                                   double(minCode), double(maxCode));
          EXPECT_EQ(levels(double(p)), double(offset) + double(scale) * code)
              << "p " << p << ", scale " << scale << ", offset " << offset;
        }
      }
}

TEST(Levels, OptimumAgainstBruteForce) {
  std::mt19937 random(1);
  for (int trial = 0; trial < 60; ++trial) {
    Samples samples = randomSamples(random, 1 + random() % 14);
    for (size_t count = 1; count <= 6; ++count) {
      double error = errorOf(samples, optimalLevels(samples, count));
      if (samples.size() <= count)
        EXPECT_EQ(error, 0);
      else
        EXPECT_NEAR(error, leastError(samples, count), 1e-9 * (1 + error));
    }
  }
}

// Differences of large prefix sums keep their digits.
TEST(Levels, OptimumFarFromZero) {
  Samples samples;
  for (int i = 0; i < 12; ++i)
    samples.push_back({2e9 + i * i, 1e6});
  EXPECT_NEAR(errorOf(samples, optimalLevels(samples, 4)), leastError(samples, 4), 1);
}

TEST(Levels, NobodyBeatsTheOptimum) {
  std::mt19937 random(2);
  for (int trial = 0; trial < 20; ++trial) {
    Samples samples = trial < 10 ? randomSamples(random, 200) : bell(5000, 5 + trial);
    for (size_t count : {2, 4, 8, 16, 32, 64}) {
      double least = errorOf(samples, optimalLevels(samples, count)) * (1 - 1e-9);
      Interval range{samples[3].value, samples[samples.size() - 4].value};
      EXPECT_LE(least, errorOf(samples, cdfLevels(samples, count)));
      EXPECT_LE(least, errorOf(samples, lloydMaxLevels(samples, count)));
      EXPECT_LE(least, errorOf(samples, kMeansLevels(samples, count)));
      EXPECT_LE(least, errorOf(samples, bsKmqLevels(samples, range, count)));
    }
  }
}

/// The conditions of Lloyd: levels are means of their samples, thresholds are halfway.
void expectLocalOptimum(const Samples &samples, const Levels &levels) {
  std::map<double, std::pair<double, double>> sums;
  for (const Sample &sample : samples) {
    auto &[count, sum] = sums[levels(sample.value)];
    count += sample.count;
    sum += sample.count * sample.value;
  }
  for (auto [level, sum] : sums)
    EXPECT_NEAR(level, sum.second / sum.first, 1e-9);
  for (size_t i = 0; i < levels.thresholds.size(); ++i)
    EXPECT_EQ(levels.thresholds[i], (levels.levels[i] + levels.levels[i + 1]) / 2);
}

TEST(Levels, LloydStopsAtLocalOptima) {
  Samples samples = bell(20000, 20);
  for (size_t count : {2, 3, 8, 30}) {
    expectLocalOptimum(samples, lloydMaxLevels(samples, count));
    expectLocalOptimum(samples, kMeansLevels(samples, count));
    expectLocalOptimum(samples, optimalLevels(samples, count));
  }
}

// Of equally likely values all four are the uniform quantizer.
TEST(Levels, UniformValues) {
  Samples samples;
  for (int i = 0; i < 64; ++i)
    samples.push_back({double(i), 3});
  for (const Levels &levels :
       {cdfLevels(samples, 4), lloydMaxLevels(samples, 4), optimalLevels(samples, 4)}) {
    EXPECT_EQ(levels.levels, (std::vector<double>{7.5, 23.5, 39.5, 55.5}));
    EXPECT_EQ(levels.thresholds, (std::vector<double>{15.5, 31.5, 47.5}));
  }
}

// The normal distribution's published 2-bit quantizer (Max 1960): levels 0.4528 and 1.510.
TEST(Levels, LloydMaxOfNormal) {
  Samples samples;
  for (int i = -6000; i <= 6000; ++i)
    samples.push_back({i / 1000.0, std::exp(-0.5 * i * i / 1e6)});
  Levels levels = lloydMaxLevels(samples, 4);
  EXPECT_NEAR(levels.levels[2], 0.4528, 1e-3);
  EXPECT_NEAR(levels.levels[3], 1.510, 2e-3);
  EXPECT_NEAR(levels.thresholds[2], 0.9816, 1e-3);
  EXPECT_NEAR(squaredError(samples, levels).mean(), 0.1175, 1e-4);
}

// Long tails do not keep levels that equal spacing would give them.
TEST(Levels, LloydMaxOfLongTails) {
  Samples samples;
  for (int i = -4000; i <= 4000; ++i)
    samples.push_back({double(i), std::round(1e6 * std::exp(-std::sqrt(std::fabs(i) / 10.0)))});
  for (size_t count : {4, 8, 16, 32, 64})
    EXPECT_LE(errorOf(samples, lloydMaxLevels(samples, count)),
              1.05 * errorOf(samples, optimalLevels(samples, count)))
        << count << " levels";
}

TEST(Levels, CdfPartsAreEquallyProbable) {
  Samples samples = collect({1, 1, 2, 2, 3, 3, 9, 9});
  EXPECT_EQ(cdfLevels(samples, 4).levels, (std::vector<double>{1, 2, 3, 9}));
  EXPECT_EQ(cdfLevels(samples, 2).levels, (std::vector<double>{1.5, 6}));
  EXPECT_EQ(cdfLevels(samples, 2).thresholds, (std::vector<double>{2.5}));
  // A value as probable as three parts takes them.
  EXPECT_EQ(cdfLevels(collect({0, 0, 0, 0, 0, 0, 5, 7}), 4).levels, (std::vector<double>{0, 6}));
}

TEST(Levels, FewValuesAreTheLevels) {
  Samples samples = collect({-3, -3, 4, 10});
  for (const Levels &levels : {lloydMaxLevels(samples, 8), kMeansLevels(samples, 3),
                               optimalLevels(samples, 4), cdfLevels(samples, 64)})
    EXPECT_EQ(levels.levels, (std::vector<double>{-3, 4, 10}));
}

TEST(Levels, BsKmqKeepsTheEndsAndClustersBetween) {
  // A pile at either end, which k-means would spend levels on.
  std::vector<double> values(500, 0.0);
  values.insert(values.end(), 500, 100.0);
  for (int i = 1; i < 100; ++i)
    values.push_back(i);
  values.insert(values.end(), {-40, 130});
  Samples samples = collect(values);
  Interval range{0, 100};
  EXPECT_EQ(interior(samples, range).size(), 99u);
  Levels levels = bsKmqLevels(samples, range, 5);
  ASSERT_EQ(levels.levels.size(), 5u);
  EXPECT_EQ(levels.levels.front(), 0);
  EXPECT_EQ(levels.levels.back(), 100);
  expectLocalOptimum(
      interior(samples, range),
      {{(levels.levels[1] + levels.levels[2]) / 2, (levels.levels[2] + levels.levels[3]) / 2},
       {levels.levels[1], levels.levels[2], levels.levels[3]}});
  EXPECT_EQ(levels.thresholds[0], levels.levels[1] / 2);
  EXPECT_EQ(bsKmqLevels(samples, range, 2).levels, (std::vector<double>{0, 100}));
  EXPECT_EQ(bsKmqLevels(collect({0, 100}), range, 8).levels, (std::vector<double>{0, 100}));
}

TEST(Levels, ErrorsOfAllAndOfTheInterior) {
  Samples samples = {{-100, 1}, {-1, 20}, {0, 979}, {2, 1000}, {5, 20}, {50, 1}};
  QuantizationError error = measureError(samples, Levels{{0.5}, {0, 1}});
  EXPECT_EQ(error.all.count, 2021);
  EXPECT_EQ(error.all.sum, 100 * 100 + 20 + 1000 + 20 * 16 + 49 * 49);
  EXPECT_EQ(error.interior.count, 1979);
  EXPECT_EQ(error.interior.sum, 1000);
  Levels one{{}, {(-100.0 - 20 + 2000 + 100 + 50) / 2021}};
  EXPECT_NEAR(error.variance.sum, squaredError(samples, one).sum, 1e-6);
  error += error;
  EXPECT_EQ(error.interior.mean(), 1000.0 / 1979);
  EXPECT_EQ(measureError({}, one).all.mean(), 0);
}

TEST(Levels, MovingRangeAveragesPercentiles) {
  Samples batch;
  for (int i = 0; i < 10000; ++i)
    batch.push_back({double(i), 1});
  MovingRange range;
  range.add({});
  range.add(batch);
  EXPECT_EQ(range.get(batch).low, 10);
  EXPECT_EQ(range.get(batch).high, 9990);
  range.add({{0, 2000}, {100, 3}});
  EXPECT_DOUBLE_EQ(range.get(batch).low, 9);
  EXPECT_DOUBLE_EQ(range.get(batch).high, 0.9 * 9990 + 0.1 * 100);
  // A range of one value is no range.
  MovingRange zeros;
  zeros.add({{0, 1e6}, {7, 1}});
  Interval all = zeros.get({{0, 1e6}, {7, 1}});
  EXPECT_EQ(all.low, 0);
  EXPECT_EQ(all.high, 7);
}

} // namespace
