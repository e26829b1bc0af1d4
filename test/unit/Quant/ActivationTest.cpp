//===- ActivationTest.cpp - Activation scales -------------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Ranges, histograms and scales against closed forms and brute force.
//
//===----------------------------------------------------------------------===//

#include "cim-mlir/Quant/Activation.h"
#include <cmath>
#include <gtest/gtest.h>
#include <limits>
#include <random>

using namespace cim::quant;

namespace {

Range rangeOf(const std::vector<float> &values) {
  Range range;
  range.add(values.data(), values.size());
  return range;
}

ActivationScale mse(const std::vector<float> &values, int bits) {
  Histogram histogram(rangeOf(values));
  histogram.add(values.data(), values.size());
  return mseActivation(histogram, bits);
}

/// The squared error of the arithmetic of section 2.2 itself.
double errorOf(const std::vector<float> &values, ActivationScale s, int bits) {
  double sum = 0, top = double((1 << bits) - 1);
  for (float x : values) {
    double code = std::clamp(double(std::nearbyint(x / s.scale)), -double(s.zeroPoint),
                             top - double(s.zeroPoint));
    sum += (x - s.scale * code) * (x - s.scale * code);
  }
  return sum;
}

std::vector<float> gaussian(size_t count, float mean, bool relu) {
  std::mt19937 random(1);
  std::vector<float> values(count);
  // A sum of uniform numbers: std::normal_distribution differs between libraries.
  for (float &value : values) {
    value = mean - 6;
    for (int i = 0; i < 12; ++i)
      value += float(random() >> 8) / float(1 << 24);
    if (relu)
      value = std::max(value, 0.0f);
  }
  return values;
}

TEST(Activation, MinMaxAfterRelu) {
  ActivationScale s = minMaxActivation(rangeOf({0.5f, 2.0f, 0.0f}), 8);
  EXPECT_EQ(s.scale, float(2.0 / 255));
  EXPECT_EQ(s.zeroPoint, 0);
  // Zero is always a code, even if nothing is near it.
  EXPECT_EQ(minMaxActivation(rangeOf({1.0f, 1.5f}), 4).scale, float(1.5 / 15));
}

TEST(Activation, MinMaxAsymmetric) {
  ActivationScale s = minMaxActivation(rangeOf({-1.0f, 3.0f}), 4);
  EXPECT_EQ(s.scale, float(4.0 / 15));
  EXPECT_EQ(s.zeroPoint, 4); // round(1 / (4 / 15)) = round(3.75)
  EXPECT_EQ(minMaxActivation(rangeOf({-1.0f, -0.5f}), 4).zeroPoint, 15);
  ActivationScale symmetric = minMaxActivation(rangeOf({-1.0f, 1.0f}), 8);
  EXPECT_NEAR(double(symmetric.zeroPoint), 127.5, 0.5);
}

TEST(Activation, MinMaxSymmetric) {
  ActivationScale s = minMaxSymmetricActivation(rangeOf({-1.0f, 3.0f}), 4);
  EXPECT_EQ(s.scale, float(3.0 / 7));
  EXPECT_EQ(s.zeroPoint, 8);
  EXPECT_EQ(minMaxSymmetricActivation(rangeOf({-4.0f, 3.0f}), 4).scale, 0.5f);
  // One bit is the sign: nothing above zero.
  ActivationScale sign = minMaxSymmetricActivation(rangeOf({-2.0f, 9.0f}), 1);
  EXPECT_EQ(sign.scale, 2.0f);
  EXPECT_EQ(sign.zeroPoint, 1);
  EXPECT_EQ(minMaxSymmetricActivation(rangeOf({9.0f}), 1).scale, 1.0f);
}

TEST(Activation, MseSymmetric) {
  std::vector<float> values = gaussian(200000, 0, false);
  Histogram histogram(rangeOf(values));
  histogram.add(values.data(), values.size());
  ActivationScale four = mseSymmetricActivation(histogram, 4);
  EXPECT_EQ(four.zeroPoint, 8);
  EXPECT_NEAR(four.scale * 15 / 2, 2.5, 0.25); // As of any zero point, see below.
  float widest = minMaxSymmetricActivation(histogram.range(), 4).scale;
  EXPECT_LT(histogram.squaredError(four.scale, -8, 7), histogram.squaredError(widest, -8, 7));
}

TEST(Activation, Degenerate) {
  EXPECT_EQ(minMaxActivation(Range(), 8).scale, 1.0f);
  EXPECT_EQ(mse({0.0f, 0.0f}, 8).scale, 1.0f);
  float tiny = std::numeric_limits<float>::denorm_min();
  EXPECT_EQ(minMaxActivation(rangeOf({tiny}), 8).scale, std::numeric_limits<float>::min());
  float huge = std::numeric_limits<float>::max();
  EXPECT_TRUE(std::isfinite(minMaxActivation(rangeOf({-huge, huge}), 1).scale));
  float inf = std::numeric_limits<float>::infinity(), nan = std::nanf("");
  EXPECT_EQ(minMaxActivation(rangeOf({nan, inf, -inf, 1.0f}), 1).scale, 1.0f);
  Histogram histogram(rangeOf({-1.0f, 1.0f}));
  float outside[] = {nan, inf, -5.0f, 5.0f};
  histogram.add(outside, 4);
  EXPECT_GT(histogram.squaredError(0.5f, -2, 1), 0);
}

TEST(Activation, OrderAndPartsDoNotMatter) {
  std::vector<float> values = gaussian(5000, 0.2f, false);
  Histogram whole(rangeOf(values)), first(whole.range()), second(whole.range());
  whole.add(values.data(), values.size());
  second.add(values.data() + 1234, values.size() - 1234);
  first.add(values.data(), 1234);
  second.merge(first);
  for (int bits : {2, 4, 8}) {
    ActivationScale a = mseActivation(whole, bits), b = mseActivation(second, bits);
    EXPECT_EQ(a.scale, b.scale);
    EXPECT_EQ(a.zeroPoint, b.zeroPoint);
  }
}

// The best uniform quantizer of a Gaussian clips at about 2.5 standard deviations with 4
// bits and at about 3.9 with 8 (Max, 1960).
TEST(Activation, MseOfGaussian) {
  std::vector<float> values = gaussian(200000, 0, false);
  ActivationScale four = mse(values, 4);
  EXPECT_NEAR(four.scale * 15 / 2, 2.5, 0.25);
  EXPECT_NEAR(double(four.zeroPoint), 7.5, 1.0);
  ActivationScale eight = mse(values, 8);
  EXPECT_NEAR(eight.scale * 255 / 2, 3.9, 0.3);
}

// A grid twice as fine over the true error finds nothing much better.
TEST(Activation, MseAgainstBruteForce) {
  for (bool relu : {true, false}) {
    std::vector<float> values = gaussian(3000, 0.3f, relu);
    Range range = rangeOf(values);
    for (int bits : {1, 2, 4, 8}) {
      double best = std::numeric_limits<double>::infinity();
      for (int up = 1; up <= 200; ++up)
        for (int down = relu ? 200 : 1; down <= 200; down += 13) {
          Range part{range.min * float(down) / 200, range.max * float(up) / 200};
          best = std::min(best, errorOf(values, minMaxActivation(part, bits), bits));
        }
      double found = errorOf(values, mse(values, bits), bits);
      EXPECT_LE(found, best * 1.06) << "bits " << bits << " relu " << relu;
      EXPECT_LE(found, errorOf(values, minMaxActivation(range, bits), bits) * 1.001);
    }
  }
}

TEST(Activation, MseAfterReluHasZeroPointZero) {
  EXPECT_EQ(mse(gaussian(1000, 0, true), 4).zeroPoint, 0);
}

// Of 10000 values five may lie beyond each end.
TEST(Activation, Percentile) {
  std::vector<float> values(10000, 0.0f);
  for (int i = 0; i < 5; ++i)
    values[i] = 10.0f;
  values[5] = 2.0f;
  values[6] = -1.0f;
  auto rangeFrom = [&] {
    Histogram histogram(rangeOf(values));
    histogram.add(values.data(), values.size());
    return histogram.percentileRange();
  };
  float width = 11.0f / 2048;
  EXPECT_NEAR(rangeFrom().max, 2.0f, width);
  EXPECT_NEAR(rangeFrom().min, 0.0f, width);
  values[7] = 10.0f;
  EXPECT_NEAR(rangeFrom().max, 10.0f, width);
  for (int i = 10; i < 15; ++i)
    values[i] = -1.0f;
  EXPECT_NEAR(rangeFrom().min, -1.0f, width);
  EXPECT_EQ(Histogram(Range()).percentileRange().max, 0.0f);
  // One-hot inputs are not zeros.
  values.assign(10000, 0.0f);
  values[3] = 0.25f;
  EXPECT_EQ(rangeFrom().max, 0.25f);
}

// A value of a channel of importance 3 counts as three values.
TEST(Activation, Importance) {
  EXPECT_EQ(channelImportance({1, 4, 0}), (std::vector<uint32_t>{1 << 14, 1 << 16, 0}));
  EXPECT_EQ(channelImportance({0, 0}), (std::vector<uint32_t>{1, 1}));
  std::vector<float> values = {0.5f, -1, 0.25f, 2, 0, 0.7f}, repeated;
  std::vector<uint32_t> weights = {1, 0, 3};
  for (size_t i = 0; i < values.size(); ++i)
    repeated.insert(repeated.end(), weights[i % 3], values[i]);
  Histogram weighted(rangeOf(values)), plain(rangeOf(values));
  weighted.add(values.data(), values.size(), weights);
  plain.add(repeated.data(), repeated.size());
  for (float scale : {0.1f, 0.3f, 1.0f})
    EXPECT_EQ(weighted.squaredError(scale, -2, 5), plain.squaredError(scale, -2, 5));
}

} // namespace
