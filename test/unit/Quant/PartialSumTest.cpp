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
#include <random>

using namespace cim::quant;

namespace {

/// The squared error of the ADC arithmetic of section 2.6 itself.
double errorOf(const std::vector<int32_t> &sums, float scale, int64_t minCode, int64_t maxCode) {
  float reciprocal = static_cast<float>(1.0 / double(scale));
  double error = 0;
  for (int32_t p : sums) {
    double code =
        std::clamp(double(std::nearbyint(float(p) * reciprocal)), double(minCode), double(maxCode));
    error += (p - scale * code) * (p - scale * code);
  }
  return error;
}

std::vector<int32_t> bellShaped(size_t count, int spread) {
  std::mt19937 random(3);
  std::vector<int32_t> sums(count);
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

TEST(PartialSum, MinMax) {
  EXPECT_EQ(collect({64, -10}, 0).minMaxScale(0, -32, 31), float(64.0 / 31));
  EXPECT_EQ(collect({64, -160}, 0).minMaxScale(0, -32, 31), 5.0f);
  EXPECT_EQ(collect({64, -160}, 0).minMaxScale(0, -31, 31), float(160.0 / 31));
  EXPECT_EQ(collect({30, 0}, 0).minMaxScale(0, 0, 15), 2.0f);
}

TEST(PartialSum, NeverBelowOne) {
  for (std::vector<int32_t> sums : {std::vector<int32_t>{}, {0}, {3, -3}, {31, -32}}) {
    PartialSums statistics = collect(sums);
    EXPECT_EQ(statistics.minMaxScale(0, -32, 31), 1.0f);
    EXPECT_EQ(statistics.mseScale(0, -32, 31), 1.0f);
  }
}

// The largest and the smallest sum get the outermost codes, not more.
TEST(PartialSum, MinMaxClipsNothing) {
  for (int32_t top = 8; top < 3000; top += 7) {
    float scale = collect({top, -top}, 0).minMaxScale(0, -8, 7);
    float reciprocal = static_cast<float>(1.0 / double(scale));
    EXPECT_LE(std::nearbyint(float(top) * reciprocal), 7);
    EXPECT_GE(std::nearbyint(float(-top) * reciprocal), -8);
  }
}

TEST(PartialSum, MseAgainstBruteForce) {
  for (int spread : {2, 9, 40, 70})
    for (int bits : {2, 3, 4, 6, 8}) {
      std::vector<int32_t> sums = bellShaped(4000, spread);
      int64_t half = int64_t(1) << (bits - 1);
      PartialSums statistics = collect(sums);
      float full = statistics.minMaxScale(0, -half, half - 1);
      double best = errorOf(sums, full, -half, half - 1);
      for (int i = 0; i < 64; ++i)
        best = std::min(best, errorOf(sums, std::max(1.0f, full * float(i) / 64), -half, half - 1));
      float found = statistics.mseScale(0, -half, half - 1);
      EXPECT_GE(found, 1.0f);
      EXPECT_NEAR(errorOf(sums, found, -half, half - 1), best, 1e-6 + best * 1e-6)
          << "spread " << spread << ", bits " << bits;
      EXPECT_NEAR(statistics.squaredError(0, found, -half, half - 1), best, 1e-6 + best * 1e-6);
    }
}

// A narrow histogram widens to the same counts in whatever order sums arrive, and its
// choice is nearly that of an exact one.
TEST(PartialSum, WideningDoesNotDependOnOrder) {
  std::vector<int32_t> sums = bellShaped(20000, 100), reversed(sums.rbegin(), sums.rend());
  PartialSums exact = collect(sums, 2048), forward = collect(sums, 64);
  PartialSums backward(1, 64);
  for (int32_t sum : reversed)
    backward.add(&sum, 1);
  for (float scale : {1.0f, 3.5f, 17.0f, 60.0f})
    EXPECT_EQ(forward.squaredError(0, scale, -8, 7), backward.squaredError(0, scale, -8, 7));
  float found = forward.mseScale(0, -8, 7);
  EXPECT_EQ(found, backward.mseScale(0, -8, 7));
  EXPECT_LE(errorOf(sums, found, -8, 7), errorOf(sums, exact.mseScale(0, -8, 7), -8, 7) * 1.05);
}

TEST(PartialSum, GroupsAreSeparate) {
  PartialSums statistics(3, 64);
  int16_t rows[][3] = {{1, 100, -1000}, {-2, -50, 500}};
  for (auto &row : rows)
    statistics.add(row, 3);
  EXPECT_EQ(statistics.minMaxScale(0, -8, 7), 1.0f);
  EXPECT_EQ(statistics.minMaxScale(1, -8, 7), float(100.0 / 7));
  EXPECT_EQ(statistics.minMaxScale(2, -8, 7), 125.0f);
}

} // namespace
