//===- BinaryTest.cpp - Weights of two and of three levels ------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Levels against closed forms, and against brute force over all splits.
//
//===----------------------------------------------------------------------===//

#include "cim-mlir/Quant/Binary.h"
#include "cim-mlir/Quant/Weight.h"
#include <cfloat>
#include <cmath>
#include <gtest/gtest.h>
#include <random>
#include <vector>

using namespace cim::quant;

namespace {

double errorOf(const std::vector<float> &weights, const BinaryLevels &levels) {
  double sum = 0;
  for (double w : weights) {
    double code = w >= levels.split ? 1 : -1;
    double error = w - (levels.alpha * code + levels.beta);
    sum += error * error;
  }
  return sum;
}

/// The error of the means of both sides of a split.
double errorOfMeans(const std::vector<float> &weights, float split) {
  double sums[2] = {}, counts[2] = {}, error = 0;
  for (float w : weights) {
    sums[w >= split] += w;
    ++counts[w >= split];
  }
  for (double w : weights) {
    double difference = w - sums[w >= split] / counts[w >= split];
    error += difference * difference;
  }
  return error;
}

/// Sums of uniform numbers, of which `skew` have a long tail.
std::vector<float> randomWeights(unsigned seed, size_t count, float skew) {
  std::mt19937 random(seed);
  auto draw = [&] { return float(random() >> 8) / float(1 << 24); };
  std::vector<float> weights(count);
  for (float &weight : weights) {
    weight = draw() + draw() + draw() - 1.25f;
    if (draw() < skew)
      weight *= 4 * draw();
  }
  return weights;
}

// split = beta = mean, alpha = mean |w - mean|.
TEST(Binary, MeanSplit) {
  std::vector<float> weights = {-1, 0, 2, 3};
  BinaryLevels levels = meanSplit(weights.data(), 4);
  EXPECT_EQ(levels.alpha, 1.5f);
  EXPECT_EQ(levels.beta, 1.0f);
  EXPECT_EQ(levels.split, 1.0f);
}

// The two conditional means: of (-1, 0, 0.5) and (5, 6).
TEST(Binary, FreeSplit) {
  std::vector<float> weights = {5, 0, -1, 6, 0.5f};
  BinaryLevels levels = freeSplit(weights.data(), 5);
  double lower = -0.5 / 3, upper = 5.5;
  EXPECT_EQ(levels.alpha, float((upper - lower) / 2));
  EXPECT_EQ(levels.beta, float((upper + lower) / 2));
  EXPECT_EQ(levels.split, 5.0f);
}

// Two levels have no error, whatever the split.
TEST(Binary, TwoLevels) {
  std::vector<float> weights = {0.25f, -0.5f, -0.5f, 0.25f, -0.5f};
  BinaryLevels levels = freeSplit(weights.data(), 5);
  EXPECT_EQ(levels.alpha, 0.375f);
  EXPECT_EQ(levels.beta, -0.125f);
  EXPECT_EQ(errorOf(weights, levels), 0);
}

// All on one side, at a distance that nothing sees.
TEST(Binary, EqualWeights) {
  for (float value : {0.0f, 0.75f, -3.0f}) {
    std::vector<float> weights(6, value);
    for (BinarySplit split : {BinarySplit::Mean, BinarySplit::Free}) {
      BinaryLevels levels = splitWeights(split, weights.data(), 6);
      EXPECT_EQ(levels.beta, value);
      EXPECT_EQ(levels.alpha, 0x1p-64f);
      EXPECT_LE(levels.split, value);
    }
  }
  float one = 0.5f;
  EXPECT_EQ(freeSplit(&one, 1).beta, 0.5f);
}

// Large numbers beside their differences, and sums beyond a float.
TEST(Binary, ExtremeWeights) {
  std::vector<float> far = {4096.0f, 4096.0f, 4096.5f};
  EXPECT_EQ(freeSplit(far.data(), 3).alpha, 0.25f);
  std::vector<float> large = {FLT_MAX, FLT_MAX, -FLT_MAX, -FLT_MAX};
  EXPECT_EQ(meanSplit(large.data(), 4).alpha, FLT_MAX);
  EXPECT_EQ(freeSplit(large.data(), 4).alpha, FLT_MAX);
  EXPECT_EQ(ternaryScale(large.data(), 4), FLT_MAX);
}

TEST(Binary, LeastErrorOfAllSplits) {
  for (unsigned seed = 0; seed < 40; ++seed) {
    std::vector<float> weights = randomWeights(seed, 1 + seed * 3, seed % 2 ? 0.2f : 0);
    double least = errorOfMeans(weights, -FLT_MAX);
    for (float split : weights)
      least = std::min(least, errorOfMeans(weights, split));
    double error = errorOf(weights, freeSplit(weights.data(), weights.size()));
    EXPECT_NEAR(error, least, 1e-6 * least + 1e-12) << "seed " << seed;
    EXPECT_LE(error, errorOf(weights, meanSplit(weights.data(), weights.size())) * 1.000001);
  }
}

// No other alpha is better for the split and the beta of the mean.
TEST(Binary, LeastErrorOfAlphas) {
  std::vector<float> weights = randomWeights(3, 200, 0.1f);
  BinaryLevels levels = meanSplit(weights.data(), weights.size());
  double error = errorOf(weights, levels);
  for (float factor : {0.9f, 0.999f, 1.001f, 1.1f})
    EXPECT_LT(error, errorOf(weights, {levels.alpha * factor, levels.beta, levels.split}));
}

TEST(Binary, Ternary) {
  std::vector<float> weights = {4, -5, 0.5f, -1, 0};
  EXPECT_EQ(ternaryScale(weights.data(), 5), 4.5f);
  std::vector<float> zeros(3);
  EXPECT_EQ(ternaryScale(zeros.data(), 3), 1.0f);
}

TEST(Binary, TernaryLeastErrorOfAllScales) {
  for (unsigned seed = 0; seed < 40; ++seed) {
    std::vector<float> weights = randomWeights(seed, 1 + seed * 3, seed % 2 ? 0.2f : 0);
    auto error = [&](float scale) {
      return squaredError(weights.data(), weights.size(), scale, -1, 1);
    };
    float exact = ternaryScale(weights.data(), weights.size());
    double least = error(exact);
    for (int step = 1; step <= 2000; ++step)
      EXPECT_LE(least, error(exact * float(step) / 500) * 1.000001) << "seed " << seed;
  }
}

} // namespace
