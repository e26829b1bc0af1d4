//===- WeightTest.cpp - Weight scales ---------------------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Weight scales against closed forms and brute force.
//
//===----------------------------------------------------------------------===//

#include "cim-mlir/Quant/Weight.h"
#include <algorithm>
#include <cfloat>
#include <cmath>
#include <gtest/gtest.h>
#include <random>
#include <vector>

using namespace cim::quant;

namespace {

double naiveError(const std::vector<float> &weights, float scale, int minCode, int maxCode) {
  double sum = 0;
  for (float w : weights) {
    double code = std::clamp(double(std::nearbyint(w / scale)), double(minCode), double(maxCode));
    sum += (w - double(scale) * code) * (w - double(scale) * code);
  }
  return sum;
}

std::vector<float> randomWeights(size_t count) {
  std::mt19937 random(7);
  std::vector<float> weights(count);
  for (float &weight : weights)
    for (int i = 0; i < 4; ++i)
      weight += float(random() >> 8) / float(1 << 24) - 0.5f;
  return weights;
}

TEST(Weight, MinMax) {
  std::vector<float> weights = {0.5f, -1.0f, 0.25f};
  EXPECT_EQ(minMaxWeight(weights.data(), 3, -127, 127), float(1.0 / 127));
  EXPECT_EQ(minMaxWeight(weights.data(), 3, -1, 1), 1.0f);
  // A full range has one more negative code.
  EXPECT_EQ(minMaxWeight(weights.data(), 3, -8, 7), 0.125f);
  EXPECT_EQ(minMaxWeight(weights.data(), 1, -8, 7), float(0.5 / 7));
}

TEST(Weight, Degenerate) {
  std::vector<float> zeros(5), tiny = {FLT_TRUE_MIN};
  EXPECT_EQ(minMaxWeight(zeros.data(), 5, -7, 7), 1.0f);
  EXPECT_EQ(mseWeight(zeros.data(), 5, -7, 7), 1.0f);
  EXPECT_EQ(minMaxWeight(tiny.data(), 1, -7, 7), FLT_MIN);
  EXPECT_EQ(mseWeight(tiny.data(), 1, -7, 7), FLT_MIN);
}

// Weights that are codes times a scale: that scale has no error.
TEST(Weight, ExactCodes) {
  std::vector<float> weights;
  for (int code = -7; code <= 7; ++code)
    weights.push_back(0.25f * float(code));
  EXPECT_EQ(mseWeight(weights.data(), weights.size(), -7, 7), 0.25f);
}

// Half to even: 0.5 and 1.5 go to 0 and 2.
TEST(Weight, TiesToEven) {
  float weights[] = {0.5f, 1.5f, 2.5f};
  EXPECT_EQ(squaredError(weights, 3, 1.0f, -7, 7), 0.75);
  float clipped[] = {9.0f, -9.0f};
  EXPECT_EQ(squaredError(clipped, 2, 1.0f, -8, 7), 4.0 + 1.0);
}

// One outlier among many small weights: clipping it is better with few bits.
TEST(Weight, MseClipsOutliers) {
  std::vector<float> weights(400, 0.3f);
  weights.push_back(1.0f);
  float scale = mseWeight(weights.data(), weights.size(), -1, 1);
  EXPECT_LT(scale, 0.5f);
  EXPECT_EQ(minMaxWeight(weights.data(), weights.size(), -1, 1), 1.0f);
}

TEST(Weight, MseAgainstBruteForce) {
  for (size_t count : {1, 7, 8, 9, 63, 256, 1000})
    for (int bits : {2, 3, 4, 6, 8})
      for (bool full : {false, true}) {
        if (bits == 2 && !full) // The best of all scales, see BinaryTest.
          continue;
        std::vector<float> weights = randomWeights(count);
        int maxCode = (1 << (bits - 1)) - 1, minCode = full ? -maxCode - 1 : -maxCode;
        float largest = minMaxWeight(weights.data(), count, minCode, maxCode);
        double best = naiveError(weights, largest, minCode, maxCode);
        for (int i = 21; i < 100; ++i)
          best = std::min(
              best, naiveError(weights, toScale(double(largest) * i / 100), minCode, maxCode));
        float found = mseWeight(weights.data(), count, minCode, maxCode);
        EXPECT_NEAR(naiveError(weights, found, minCode, maxCode), best, 1e-12 + best * 1e-9)
            << count << " weights, " << bits << " bits";
      }
}

/// Statistics of a computed weight give what its values would.
TEST(Weight, FromStatistics) {
  std::vector<float> weights = randomWeights(4000);
  Range range;
  range.add(weights.data(), weights.size());
  EXPECT_EQ(minMaxWeight(range, -7, 7), minMaxWeight(weights.data(), weights.size(), -7, 7));
  Histogram histogram(range);
  histogram.add(weights.data(), weights.size());
  float exact = mseWeight(weights.data(), weights.size(), -7, 7);
  float binned = mseWeight(histogram, -7, 7);
  EXPECT_LT(binned, minMaxWeight(range, -7, 7));
  EXPECT_NEAR(binned, exact, 0.03 * exact);
  EXPECT_EQ(mseWeight(Histogram(Range()), -7, 7), 1.0f);
}

// One in a thousand may be clipped.
TEST(Weight, Percentile) {
  std::vector<float> weights(2000, 0.5f);
  weights[7] = 4;
  weights[8] = -3;
  EXPECT_EQ(percentileWeight(weights.data(), 2000, -7, 7), float(0.5 / 7));
  EXPECT_EQ(percentileWeight(weights.data(), 1999, -7, 7), float(3.0 / 7));
  EXPECT_EQ(percentileWeight(weights.data(), 999, -7, 7), float(4.0 / 7));
  EXPECT_EQ(percentileWeight(weights.data(), 999, -8, 7), float(4.0 / 7));
  EXPECT_EQ(percentileWeight(weights.data(), 0, -7, 7), 1.0f);
  weights.assign(2000, 0.0f);
  weights[7] = -1;
  EXPECT_EQ(percentileWeight(weights.data(), 2000, -7, 7), float(1.0 / 7));
}

TEST(Weight, ChannelMoments) {
  std::vector<float> values = {1, -2, 3, 0, 5, -4};
  Range range;
  range.add(values.data(), values.size());
  ChannelMoments whole(2, range), part(2, range);
  whole.add(values.data(), 2);
  part.add(values.data() + 2, 4);
  part.merge(whole);
  EXPECT_NEAR(part.mean(0), 3, 1e-3);
  EXPECT_NEAR(part.mean(1), -2, 1e-3);
  EXPECT_NEAR(part.variance(0), 8.0 / 3, 1e-3);
  EXPECT_NEAR(part.variance(1), 8.0 / 3, 1e-3);
  EXPECT_EQ(ChannelMoments(1, Range()).variance(0), 0);
}

/// Inputs of independent rows, each -1 or 1 about its mean: the expectation is that over all of
/// them.
double expectedOutputError(const std::vector<float> &weights, size_t columns,
                           const std::vector<double> &mean, size_t groupRows, float scale) {
  size_t rows = mean.size();
  double sum = 0;
  for (unsigned signs = 0; signs < (1u << rows); ++signs)
    for (size_t n = 0; n < columns; ++n)
      for (size_t begin = 0; begin < rows; begin += groupRows) {
        double error = 0;
        for (size_t k = begin; k < begin + groupRows; ++k) {
          float w = weights[k * columns + n];
          double code = std::clamp(double(std::nearbyint(w / scale)), -3.0, 3.0);
          error += (mean[k] + (signs >> k & 1 ? 1 : -1)) * (w - double(scale) * code);
        }
        sum += error * error;
      }
  return sum / double(1u << rows);
}

TEST(Weight, OutputErrorAgainstBruteForce) {
  const size_t rows = 6;
  std::vector<double> mean = {0, 2, 0.5, -1, 0, 1};
  for (size_t columns : {1, 3})
    for (size_t groupRows : {rows, rows / 2}) {
      std::vector<float> weights = randomWeights(rows * columns);
      RowMoments moments = {mean, std::vector<double>(rows, 1), groupRows};
      float full = minMaxWeight(weights.data(), weights.size(), -3, 3);
      double best = std::numeric_limits<double>::infinity();
      for (int percent = 100; percent > 20; --percent) {
        float scale = toScale(double(full) * percent / 100);
        double expected = expectedOutputError(weights, columns, mean, groupRows, scale);
        best = std::min(best, expected);
        EXPECT_NEAR(outputError(weights.data(), columns, moments, scale, -3, 3), expected, 1e-9);
      }
      float found = outputErrorWeight(weights.data(), columns, moments, -3, 3);
      EXPECT_NEAR(expectedOutputError(weights, columns, mean, groupRows, found), best, 1e-9);
    }
}

// What searches stop at early does not change what they find, however large groups are.
TEST(Weight, OutputErrorOfLargeGroups) {
  for (auto [rows, columns] : {std::pair<size_t, size_t>(8, 512), {900, 1}, {40, 300}})
    for (int draw = 0; draw < 20; ++draw) {
      std::vector<float> weights = randomWeights(rows * columns);
      for (float &weight : weights)
        weight += float(draw) / 100;
      RowMoments moments = {std::vector<double>(rows, 0), {}, rows};
      for (size_t k = 0; k < rows; ++k)
        moments.variance.push_back(std::pow(10.0, -1.0 - double((k + draw) % 4)));
      float full = minMaxWeight(weights.data(), weights.size(), -7, 7), best = full;
      double least = std::numeric_limits<double>::infinity();
      for (int percent = 100; percent > 20; --percent) {
        float scale = percent == 100 ? full : toScale(double(full) * percent / 100);
        double error = outputError(weights.data(), columns, moments, scale, -7, 7);
        if (error < least) {
          least = error;
          best = scale;
        }
      }
      EXPECT_EQ(outputErrorWeight(weights.data(), columns, moments, -7, 7), best);
    }
}

// One value has no variance that would weigh errors: its square does.
TEST(Weight, MomentsOfASingleValue) {
  ChannelMoments moments(2, {-1, 4});
  const float values[] = {4, -1, 0, 3};
  moments.add(values, 2);
  EXPECT_EQ(moments.mean(0), 0);
  EXPECT_NEAR(moments.variance(0), 16, 1e-3);
  moments.add(values + 2, 2);
  EXPECT_NEAR(moments.mean(0), 2, 1e-3);
  EXPECT_NEAR(moments.variance(0), 4, 1e-3);
}

// Rows without input do not matter.
TEST(Weight, OutputErrorIgnoresDeadRows) {
  std::vector<float> weights = {1.0f, 0.07f, -0.21f, 0.14f};
  RowMoments moments = {{0, 0, 0, 0}, {0, 1, 1, 1}, 4};
  EXPECT_NEAR(outputErrorWeight(weights.data(), 1, moments, -3, 3), 0.21f / 3, 0.3 * 0.07);
  EXPECT_GT(mseWeight(weights.data(), 4, -3, 3), 0.2f);
}

} // namespace
