//===- DrawsTest.cpp - Random numbers with the same bits everywhere -------===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Known answers of Philox4x32-10 (those of its authors' Random123), accuracy of the functions
// and the distribution of the numbers. test/integration/draws.test
// compares bits of compilers.
//
//===----------------------------------------------------------------------===//

#include "Draws.h"

#include <algorithm>
#include <cmath>
#include <gtest/gtest.h>
#include <vector>

using namespace cim::runtime;

TEST(Draws, PhiloxHasItsKnownAnswers) {
  EXPECT_EQ(philox({0, 0, 0, 0}, {0, 0}),
            (PhiloxCounter{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}));
  constexpr uint32_t ones = 0xffffffff;
  EXPECT_EQ(philox({ones, ones, ones, ones}, {ones, ones}),
            (PhiloxCounter{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}));
  EXPECT_EQ(philox({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}),
            (PhiloxCounter{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}));
}

TEST(Draws, FunctionsAreAccurate) {
  for (int i = -1000; i <= 1000; ++i) {
    double x = i * 0.0317;
    EXPECT_NEAR(fixedExp(x) / std::exp(x), 1, 4e-16) << x;
    EXPECT_NEAR(fixedLog(std::exp(x)), x, 1e-15 * std::max(1.0, std::abs(x))) << x;
  }
  EXPECT_EQ(fixedExp(0), 1);
  EXPECT_EQ(fixedLog(1), 0);
  EXPECT_EQ(fixedExp(1e300), fixedExp(700));
  EXPECT_EQ(fixedExp(-1e300), fixedExp(-700));
  EXPECT_TRUE(std::isfinite(fixedExp(700)) && std::isnormal(fixedExp(-700)));
}

TEST(Draws, NormalInvertsTheDistributionFunction) {
  for (uint64_t word = 0; word < 1ull << 31; word += 1 << 17) { // The lower half is accurate.
    double z = normalOf(static_cast<uint32_t>(word)), u = uniformOf(static_cast<uint32_t>(word));
    EXPECT_NEAR(std::erfc(-z / std::sqrt(2)) / 2 / u, 1, 2e-14) << word;
    EXPECT_EQ(normalOf(~static_cast<uint32_t>(word)), -z) << word;
  }
  EXPECT_NEAR(normalOf(0), -6.3379, 1e-4);
}

TEST(Draws, NumbersAreNormal) {
  constexpr uint32_t count = 1 << 18;
  std::vector<double> z;
  for (uint32_t i = 0; i < count / 4; ++i)
    for (uint32_t word : philox({i, 0, 0, 0}, {12, 34}))
      z.push_back(normalOf(word));
  double moments[5] = {};
  for (double x : z)
    for (int power = 1; power < 5; ++power)
      moments[power] += std::pow(x, power) / count;
  // Within five standard errors.
  const double error = 5 / std::sqrt(count);
  EXPECT_NEAR(moments[1], 0, error);
  EXPECT_NEAR(moments[2], 1, error * std::sqrt(2));
  EXPECT_NEAR(moments[3], 0, error * std::sqrt(15));
  EXPECT_NEAR(moments[4], 3, error * std::sqrt(96));
  // Kolmogorov's distance, whose 99.9 % point is 1.95 / sqrt(count).
  std::sort(z.begin(), z.end());
  double distance = 0;
  for (uint32_t i = 0; i < count; ++i) {
    double expected = std::erfc(-z[i] / std::sqrt(2)) / 2;
    distance = std::max({distance, std::abs(expected - double(i) / count),
                         std::abs(expected - double(i + 1) / count)});
  }
  EXPECT_LT(distance, 1.95 / std::sqrt(count));
}
