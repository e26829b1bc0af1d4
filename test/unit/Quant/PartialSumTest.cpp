//===- PartialSumTest.cpp - Partial-sum scales ------------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Statistics of partial sums and ADC steps against closed forms and brute force.
//
//===----------------------------------------------------------------------===//

#include "cim-mlir/Quant/PartialSum.h"
#include <algorithm>
#include <cmath>
#include <gtest/gtest.h>
#include <limits>
#include <random>

using namespace cim::quant;

namespace {

/// The squared error of the ADC arithmetic of section 2.6 itself.
double errorOf(const std::vector<int32_t> &sums, Window window, Codes codes) {
  float reciprocal = static_cast<float>(1.0 / double(window.scale));
  double error = 0;
  for (int32_t p : sums) {
    double code = std::clamp(double(std::nearbyint(float(p - window.offset) * reciprocal)),
                             double(codes.min), double(codes.max));
    double difference = p - window.offset - double(window.scale) * code;
    error += difference * difference;
  }
  return error;
}

std::vector<int32_t> bellShaped(size_t count, int spread, int mean = 0) {
  std::mt19937 random(3);
  std::vector<int32_t> sums(count, mean);
  for (int32_t &sum : sums)
    for (int i = 0; i < 6; ++i)
      sum += int32_t(random() % uint32_t(2 * spread + 1)) - spread;
  return sums;
}

PartialSums collect(const std::vector<int32_t> &sums, size_t bins = 1024) {
  PartialSums statistics(1, bins);
  statistics.add(sums.data(), sums.size());
  return statistics;
}

Samples valuesOf(const std::vector<int32_t> &sums, size_t bins = 1024) {
  return collect(sums, bins).samples(0);
}

void expectWindow(Window window, float scale, int32_t offset) {
  EXPECT_EQ(window.scale, scale);
  EXPECT_EQ(window.offset, offset);
}

constexpr Codes kSix = {-32, 31};

//===----------------------------------------------------------------------===//
// Statistics
//===----------------------------------------------------------------------===//

using Pairs = std::vector<std::pair<double, uint64_t>>;

Pairs pairsOf(const Samples &values) {
  Pairs pairs;
  for (auto [value, count] : values)
    pairs.emplace_back(value, count);
  return pairs;
}

TEST(PartialSum, Values) {
  EXPECT_EQ(pairsOf(valuesOf({5, -3, 5, 7}, 16)), (Pairs{{-3, 1}, {5, 2}, {7, 1}}));
  // Eight bins of 2: {-4,-3}, {-2,-1}, ... {8,9}; of {4,5} the centre, extremes are exact.
  EXPECT_EQ(pairsOf(valuesOf({5, -3, 5, 9, 4}, 8)), (Pairs{{-3, 1}, {4.5, 3}, {9, 1}}));
  // Without a histogram.
  EXPECT_EQ(pairsOf(valuesOf({5, -3, 5, 9}, 0)), (Pairs{{-3, 1}, {9, 1}}));
  EXPECT_TRUE(valuesOf({}).empty());
  int32_t limit = std::numeric_limits<int32_t>::max();
  EXPECT_EQ(pairsOf(valuesOf({limit, -limit - 1, 0}, 16)).size(), 3u);
}

// A narrow histogram widens to the same counts in whatever order sums arrive.
TEST(PartialSum, WideningDoesNotDependOnOrder) {
  for (int mean : {0, -700, 1000}) {
    std::vector<int32_t> sums = bellShaped(20000, 100, mean), reversed(sums.rbegin(), sums.rend());
    std::vector<int32_t> sorted = sums;
    std::sort(sorted.begin(), sorted.end());
    Pairs pairs = pairsOf(valuesOf(sums, 64));
    EXPECT_GE(pairs.size(), 32u);
    EXPECT_EQ(pairs, pairsOf(valuesOf(reversed, 64)));
    EXPECT_EQ(pairs, pairsOf(valuesOf(sorted, 64)));
    uint64_t count = 0;
    for (auto &[value, each] : pairs)
      count += each;
    EXPECT_EQ(count, sums.size());
    // The choice is nearly that from exact values.
    Window narrow = mseWindow(valuesOf(sums, 64), {0, 15}, {});
    Window exact = mseWindow(valuesOf(sums, 4096), {0, 15}, {});
    EXPECT_LE(errorOf(sums, narrow, {0, 15}), errorOf(sums, exact, {0, 15}) * 1.05);
  }
}

TEST(PartialSum, GroupsAreSeparate) {
  PartialSums statistics(3, 64);
  int16_t rows[][3] = {{1, 100, -1000}, {-2, -50, 500}};
  for (auto &row : rows)
    statistics.add(row, 3);
  auto scaleOf = [&](size_t group) {
    return minMaxWindow(statistics.samples(group), {-8, 7}, 0).scale;
  };
  EXPECT_EQ(scaleOf(0), 1.0f);
  EXPECT_EQ(scaleOf(1), float(100.0 / 7));
  EXPECT_EQ(scaleOf(2), 125.0f);
}

//===----------------------------------------------------------------------===//
// Windows
//===----------------------------------------------------------------------===//

TEST(PartialSum, MinMaxFromZero) {
  expectWindow(minMaxWindow(valuesOf({64, -10}, 0), kSix, 0), float(64.0 / 31), 0);
  expectWindow(minMaxWindow(valuesOf({64, -160}, 0), kSix, 0), 5.0f, 0);
  expectWindow(minMaxWindow(valuesOf({64, -160}, 0), {-31, 31}, 0), float(160.0 / 31), 0);
  expectWindow(minMaxWindow(valuesOf({30, 0}, 0), {0, 15}, 0), 2.0f, 0);
  expectWindow(minMaxWindow(valuesOf({40, 12}, 0), {0, 15}, 10), 2.0f, 10);
}

// The ends of the range get the outermost codes.
TEST(PartialSum, MinMaxWindow) {
  expectWindow(minMaxWindow(valuesOf({70, 40}), {0, 15}, {}), 2.0f, 40);
  expectWindow(minMaxWindow(valuesOf({70, 40}), {-8, 7}, {}), 2.0f, 56);
  expectWindow(minMaxWindow(valuesOf({100, 97}), {0, 15}, {}), 1.0f, 97);
  expectWindow(minMaxWindow(valuesOf({-100, -130}), {0, 15}, {}), 2.0f, -130);
  // Codes from zero that suffice may make the ADC ideal.
  expectWindow(minMaxWindow(valuesOf({15, 7}), {0, 15}, {}), 1.0f, 0);
  expectWindow(minMaxWindow(valuesOf({16, 7}), {0, 15}, {}), 1.0f, 7);
}

TEST(PartialSum, NeverBelowOne) {
  for (std::vector<int32_t> sums : {std::vector<int32_t>{}, {0}, {3, -3}, {31, -32}})
    for (std::optional<int32_t> offset : {std::optional<int32_t>(0), std::optional<int32_t>()}) {
      expectWindow(minMaxWindow(valuesOf(sums), kSix, offset), 1.0f, 0);
      expectWindow(mseWindow(valuesOf(sums), kSix, offset), 1.0f, 0);
    }
}

// The largest and the smallest sum get the outermost codes, not more.
TEST(PartialSum, MinMaxClipsNothing) {
  for (int32_t top = 8; top < 3000; top += 7)
    for (int32_t bottom : {-top, top / 3})
      for (std::optional<int32_t> offset : {std::optional<int32_t>(0), std::optional<int32_t>()}) {
        Window window = minMaxWindow(valuesOf({top, bottom}, 0), {-8, 7}, offset);
        float reciprocal = static_cast<float>(1.0 / double(window.scale));
        EXPECT_LE(std::nearbyint(float(top - window.offset) * reciprocal), 7);
        EXPECT_GE(std::nearbyint(float(bottom - window.offset) * reciprocal), -8);
      }
}

TEST(PartialSum, SquaredErrorIsThatOfTheArithmetic) {
  std::vector<int32_t> sums = bellShaped(3000, 20, 31);
  for (Codes codes : {Codes{-8, 7}, Codes{0, 15}, Codes{-127, 127}})
    for (Window window : {Window{1, 0}, Window{3.5f, 7}, Window{9, -40}, Window{20, 100}}) {
      double expected = errorOf(sums, window, codes);
      EXPECT_NEAR(squaredError(valuesOf(sums), window, codes), expected, 1e-6 + expected * 1e-9);
    }
}

TEST(PartialSum, MseFromZeroAgainstBruteForce) {
  for (int spread : {2, 9, 40, 70})
    for (int bits : {2, 3, 4, 6, 8}) {
      std::vector<int32_t> sums = bellShaped(4000, spread);
      int64_t half = int64_t(1) << (bits - 1);
      Codes codes = {-half, half - 1};
      Samples values = valuesOf(sums);
      float full = minMaxWindow(values, codes, 0).scale;
      double best = errorOf(sums, {full, 0}, codes);
      for (int i = 0; i < 64; ++i)
        best = std::min(best, errorOf(sums, {std::max(1.0f, full * float(i) / 64), 0}, codes));
      Window found = mseWindow(values, codes, 0);
      EXPECT_EQ(found.offset, 0);
      EXPECT_GE(found.scale, 1.0f);
      EXPECT_NEAR(errorOf(sums, found, codes), best, 1e-6 + best * 1e-6)
          << "spread " << spread << ", bits " << bits;
    }
}

// Far from zero a free window is as good as one from zero of centred sums.
TEST(PartialSum, MseWindowAgainstBruteForce) {
  for (int spread : {9, 40})
    for (int bits : {2, 3, 4, 6}) {
      std::vector<int32_t> sums = bellShaped(4000, spread, 777);
      Samples values = valuesOf(sums);
      Codes codes = {0, (int64_t(1) << bits) - 1};
      auto [low, high] = std::minmax_element(sums.begin(), sums.end());
      double best = std::numeric_limits<double>::infinity();
      for (int32_t offset = *low; offset < 777; offset += 2)
        for (int32_t top = 777; top <= *high; top += 2) {
          float scale = std::max(1.0f, float(top - offset) / float(codes.max));
          best = std::min(best, squaredError(values, {scale, offset}, codes));
        }
      Window found = mseWindow(values, codes, {});
      EXPECT_LE(errorOf(sums, found, codes), best * 1.05)
          << "spread " << spread << ", bits " << bits;
    }
}

TEST(PartialSum, PercentileWindow) {
  std::vector<int32_t> sums(10000, 0);
  for (int i = 0; i < 5; ++i)
    sums[i] = 400, sums[100 + i] = -500;
  sums[50] = 62;
  expectWindow(percentileWindow(valuesOf(sums), kSix, 0), 2.0f, 0);
  expectWindow(percentileWindow(valuesOf(sums), {0, 31}, {}), 2.0f, 0);
  sums[60] = -500;
  expectWindow(percentileWindow(valuesOf(sums), kSix, 0), float(500.0 / 32), 0);
  expectWindow(percentileWindow(valuesOf({}), kSix, 0), 1.0f, 0);
}

// Sums of three cycles at some positions: the best window is that whose errors, weighted and
// summed, have the least square.
TEST(PartialSum, WindowErrorsAgainstBruteForce) {
  constexpr size_t kColumns = 4, kCycles = 3, kPositions = 500;
  const std::vector<float> weights = {0.25f, 0.5f, -1};
  std::vector<int32_t> sums = bellShaped(kPositions * kCycles * kColumns, 20, 30);
  for (size_t groups : {size_t(1), kColumns})
    for (std::optional<int32_t> offset : {std::optional<int32_t>(0), std::optional<int32_t>()}) {
      Codes codes = offset ? Codes{-8, 7} : Codes{0, 15};
      Window first = {9.5f, offset.value_or(-20)};
      WindowErrors errors(std::vector<Window>(groups, first), codes, offset);
      for (size_t m = 0; m < kPositions; ++m)
        errors.add(sums.data() + m * kCycles * kColumns, kColumns, kColumns, weights);
      auto errorOf = [&](Window window, size_t group) {
        double error = 0;
        for (size_t m = 0; m < kPositions; ++m)
          for (size_t n = 0; n < kColumns; ++n) {
            double output = 0;
            for (size_t b = 0; b < kCycles; ++b) {
              double p = sums[(m * kCycles + b) * kColumns + n] - window.offset;
              output += weights[b] *
                        (p - window.scale * std::clamp(std::nearbyint(p / window.scale),
                                                       double(codes.min), double(codes.max)));
            }
            error += groups == 1 || n == group ? output * output : 0;
          }
        return error;
      };
      for (size_t group = 0; group < groups; ++group) {
        double best = std::numeric_limits<double>::infinity();
        for (int i = -4; i <= 4; ++i)
          for (double fixed : {double(codes.min + codes.max) / 2, double(codes.min)}) {
            float scale = float(double(first.scale) * std::exp2(i / 4.0));
            int32_t at = offset ? 0 : -20 + int32_t(std::nearbyint((9.5 - double(scale)) * fixed));
            best = std::min(best, errorOf({scale, at}, group));
          }
        EXPECT_NEAR(errorOf(errors.best(group), group), best, best * 1e-4);
      }
    }
}

// Digits that are not negative pile up at zero, where a smaller window has to begin, too.
TEST(PartialSum, WindowErrorsKeepTheLowEnd) {
  const std::vector<int32_t> sums = {0, 1, 0, 2, 1, 3, 0, 2, 5, 4, 0, 1};
  Codes codes = {0, 15};
  WindowErrors errors({{2, 0}}, codes, {});
  for (size_t m = 0; m < sums.size(); ++m)
    errors.add(sums.data() + m, 1, 1, {1});
  expectWindow(errors.best(0), 1, 0);
}

} // namespace
