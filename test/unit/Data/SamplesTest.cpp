//===- SamplesTest.cpp - Which arrays feed an input -----------------------===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The rule of section 7 of the design contract, and conversion to floats.
//
//===----------------------------------------------------------------------===//

#include "cim-mlir/Data/Arrays.h"
#include "cim-mlir/Data/Feed.h"

#include <cmath>
#include <gtest/gtest.h>

using namespace cim::data;
using Shape = std::vector<int64_t>;

static int64_t count(const Shape &array, const Shape &input) {
  int64_t samples = -1;
  return countSamples(array, input, samples).empty() ? samples : -1;
}

TEST(Samples, CountsTheLeadingAxis) {
  EXPECT_EQ(count({1, 1, 28, 28}, {1, 1, 28, 28}), 1);
  EXPECT_EQ(count({7, 1, 28, 28}, {1, 1, 28, 28}), 7);
  EXPECT_EQ(count({7, 28, 28}, {1, 1, 28, 28}), 7);
  EXPECT_EQ(count({7, 28, 28, 1}, {1, 1, 28, 28}), 7);
  EXPECT_EQ(count({28, 28}, {28, 28}), 1);
  EXPECT_EQ(count({5, 28, 28}, {28, 28}), 5);
  EXPECT_EQ(count({5}, {1}), 5);
  EXPECT_EQ(count({28, 28}, {1, 1, 28, 28}), -1);
  EXPECT_EQ(count({7, 14, 56}, {1, 1, 28, 28}), -1);
  EXPECT_EQ(count({0, 28, 28}, {1, 28, 28}), -1);
  EXPECT_EQ(count({}, {1, 28}), -1);
}

TEST(Samples, ErrorNamesBothShapes) {
  int64_t samples = 0;
  EXPECT_EQ(countSamples({2, 3}, {1, 4}, samples),
            "an array of shape [2, 3] does not hold samples of an input of shape [1, 4]");
}

TEST(Samples, ScalesIntegers) {
  Array bytes = {ElementType::U8, {2}, {255, 51}}, numbers = {ElementType::I8, {2}, {254, 4}};
  EXPECT_EQ(toFloats(bytes, 0), (std::vector<float>{1, 51.0f / 255.0f}));
  EXPECT_EQ(toFloats(bytes, 1), (std::vector<float>{255, 51}));
  EXPECT_EQ(toFloats(numbers, 0), (std::vector<float>{-2, 4}));
  EXPECT_EQ(toFloats(numbers, 0.5), (std::vector<float>{-1, 2}));
  Array floats = {ElementType::F32, {1}, {0, 0, 0x80, 0x3f}};
  EXPECT_EQ(toFloats(floats, 0.5), (std::vector<float>{1}));
}

// Equal trials have no deviation that rounding would leave.
TEST(Samples, SpreadOfTrials) {
  Spread equal({0.88, 0.88, 0.88}), two({0.5, 0.75});
  EXPECT_EQ(equal.mean, 0.88);
  EXPECT_EQ(equal.deviation, 0);
  EXPECT_EQ(equal.worst, 0.88);
  EXPECT_EQ(two.mean, 0.625);
  EXPECT_EQ(two.deviation, std::sqrt(0.03125));
  EXPECT_EQ(two.worst, 0.5);
}
