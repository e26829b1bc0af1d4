//===- Levels.cpp - Non-uniform quantizers ----------------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See Levels.h. Sums over consecutive samples come from prefix sums, so a step of
// Lloyd's algorithm costs O(k log n).
//
//===----------------------------------------------------------------------===//

#include "cim-mlir/Quant/Levels.h"
#include "Clusters.h"
#include "cim-mlir/Quant/Scale.h"
#include <algorithm>
#include <cmath>
#include <random>

using namespace cim::quant;

double Levels::operator()(double value) const {
  auto below = std::lower_bound(thresholds.begin(), thresholds.end(), value);
  return levels[size_t(below - thresholds.begin())];
}

/// Levels with the thresholds halfway between them.
static Levels halfway(std::vector<double> levels) {
  Levels result{{}, std::move(levels)};
  for (size_t i = 1; i < result.levels.size(); ++i)
    result.thresholds.push_back((result.levels[i - 1] + result.levels[i]) / 2);
  return result;
}

//===----------------------------------------------------------------------===//
// Linear, equal probability
//===----------------------------------------------------------------------===//

static double roundToLinearCode(Window window, double value) {
  auto reciprocal = static_cast<float>(1.0 / double(window.scale));
  return std::nearbyint(float(value - double(window.offset)) * reciprocal);
}

double cim::quant::linearValue(Window window, Codes codes, double value) {
  double code = std::clamp(roundToLinearCode(window, value), double(codes.min), double(codes.max));
  return double(window.offset) + double(window.scale) * code;
}

Levels cim::quant::linearLevels(Window window, Codes codes) {
  double scale = window.scale, offset = window.offset;
  Levels result;
  for (int64_t code = codes.min; code <= codes.max; ++code) {
    double level = offset + scale * double(code);
    result.levels.push_back(level);
    if (code == codes.max)
      break;
    // The last integer that is rounded to this code; the threshold is above it by a half.
    double last = std::floor(level + scale / 2);
    while (roundToLinearCode(window, last) > double(code))
      --last;
    while (roundToLinearCode(window, last + 1) <= double(code))
      ++last;
    result.thresholds.push_back(last + 0.5);
  }
  return result;
}

Levels cim::quant::cdfLevels(const Samples &samples, size_t count) {
  Clusters clusters(samples);
  Levels result;
  size_t begin = 0;
  for (size_t i = 1; i <= count && begin < samples.size(); ++i) {
    size_t end = i == count ? samples.size() : clusters.nearestCut(double(i) / double(count));
    if (end <= begin)
      continue; // One value has the probability of several parts.
    if (begin != 0)
      result.thresholds.push_back((samples[begin - 1].value + samples[begin].value) / 2);
    result.levels.push_back(clusters.mean(begin, end));
    begin = end;
  }
  return result;
}

//===----------------------------------------------------------------------===//
// Lloyd's algorithm
//===----------------------------------------------------------------------===//

/// Means and the halves between them in turn until no sample changes its level. A level that no
/// sample has stays where it is.
static Levels iterate(const Clusters &clusters, std::vector<double> levels) {
  constexpr int kMostSteps = 1000;
  std::vector<size_t> cuts, lastCuts;
  Levels result = halfway(std::move(levels));
  for (int step = 0; step < kMostSteps; ++step) {
    cuts = clusters.cut(result.thresholds);
    if (cuts == lastCuts)
      break;
    for (size_t i = 0; i < result.levels.size(); ++i)
      if (cuts[i] < cuts[i + 1])
        result.levels[i] = clusters.mean(cuts[i], cuts[i + 1]);
    result = halfway(std::move(result.levels));
    std::swap(cuts, lastCuts);
  }
  return result;
}

/// True if there is a level for every value; then those are the `levels`.
static bool isTrivial(const Samples &samples, size_t count, Levels &levels) {
  if (samples.size() > count)
    return false;
  std::vector<double> values;
  for (const Sample &sample : samples)
    values.push_back(sample.value);
  levels = halfway(std::move(values));
  return true;
}

/// Levels that lie as densely as the cube root of the density of values, which is asymptotically
/// optimal (Panter and Dite 1951). There are at least two samples, with positive counts; each fills
/// the space up to the halves between it and its neighbours.
static std::vector<double> compandedLevels(const Samples &samples, size_t count) {
  std::vector<double> edges = {1.5 * samples[0].value - 0.5 * samples[1].value};
  for (size_t i = 1; i < samples.size(); ++i)
    edges.push_back((samples[i - 1].value + samples[i].value) / 2);
  edges.push_back(2 * samples.back().value - edges.back());
  std::vector<double> shares = {0};
  for (size_t i = 0; i < samples.size(); ++i) {
    double width = edges[i + 1] - edges[i];
    shares.push_back(shares[i] + std::cbrt(samples[i].count * width * width));
  }
  std::vector<double> levels;
  for (size_t i = 0, at = 0; i < count; ++i) {
    double wanted = shares.back() * (double(i) + 0.5) / double(count);
    while (at + 1 < samples.size() && shares[at + 1] < wanted)
      ++at;
    levels.push_back(edges[at] + (edges[at + 1] - edges[at]) * (wanted - shares[at]) /
                                     (shares[at + 1] - shares[at]));
  }
  return levels;
}

Levels cim::quant::lloydMaxLevels(const Samples &samples, size_t count) {
  Levels result;
  if (isTrivial(samples, count, result))
    return result;
  return iterate(Clusters(samples), compandedLevels(samples, count));
}

Levels cim::quant::kMeansLevels(const Samples &samples, size_t count) {
  Levels result;
  if (isTrivial(samples, count, result))
    return result;
  std::mt19937_64 random; // The standard says what it gives.
  std::vector<double> levels, weights;
  for (const Sample &sample : samples)
    weights.push_back(sample.count);
  while (levels.size() < count) {
    double sum = 0;
    for (double weight : weights)
      sum += weight;
    double drawn = double(random() >> 11) * 0x1p-53 * sum;
    size_t index = 0;
    while (index + 1 < weights.size() && drawn >= weights[index])
      drawn -= weights[index++];
    double level = samples[index].value;
    for (size_t i = 0; i < samples.size(); ++i) {
      double distance = samples[i].value - level;
      double weight = samples[i].count * distance * distance;
      weights[i] = levels.empty() ? weight : std::min(weights[i], weight);
    }
    levels.push_back(level);
  }
  std::sort(levels.begin(), levels.end());
  return iterate(Clusters(samples), std::move(levels));
}

//===----------------------------------------------------------------------===//
// The optimum
//===----------------------------------------------------------------------===//

Levels cim::quant::optimalLevels(const Samples &samples, size_t count) {
  Levels result;
  if (isTrivial(samples, count, result))
    return result;
  Clusters clusters(samples);
  std::vector<size_t> cuts = clusters.optimalCuts(count);
  std::vector<double> levels;
  for (size_t i = 0; i < count; ++i)
    levels.push_back(clusters.mean(cuts[i], cuts[i + 1]));
  return halfway(std::move(levels));
}

//===----------------------------------------------------------------------===//
// BS-KMQ
//===----------------------------------------------------------------------===//

void MovingRange::add(const Samples &batch) {
  constexpr double kMomentum = 0.9, kTail = 0.001;
  if (batch.empty())
    return;
  Clusters clusters(batch);
  Interval now{batch[clusters.firstAbove(kTail)].value,
               batch[clusters.firstAbove(1 - kTail)].value};
  if (empty)
    range = now;
  range.low = kMomentum * range.low + (1 - kMomentum) * now.low;
  range.high = kMomentum * range.high + (1 - kMomentum) * now.high;
  empty = false;
}

Interval MovingRange::get(const Samples &all) const {
  if (range.low < range.high || all.empty())
    return range;
  return {all.front().value, all.back().value};
}

Samples cim::quant::interior(const Samples &samples, const Interval &range) {
  Samples inside;
  for (const Sample &sample : samples)
    if (sample.value > range.low && sample.value < range.high)
      inside.push_back(sample);
  return inside;
}

Levels cim::quant::bsKmqLevels(const Samples &samples, const Interval &range, size_t count) {
  std::vector<double> levels = {range.low};
  Samples inside = interior(samples, range);
  if (count > 2 && !inside.empty()) {
    std::vector<double> centres = kMeansLevels(inside, count - 2).levels;
    levels.insert(levels.end(), centres.begin(), centres.end());
  }
  levels.push_back(range.high);
  return halfway(std::move(levels));
}

//===----------------------------------------------------------------------===//
// Errors
//===----------------------------------------------------------------------===//

SquareSum cim::quant::squaredError(const Samples &samples, const Quantizer &quantizer) {
  SquareSum error;
  for (const Sample &sample : samples) {
    double difference = sample.value - quantizer(sample.value);
    error += {sample.count, sample.count * difference * difference};
  }
  return error;
}

void QuantizationError::operator+=(const QuantizationError &other) {
  all += other.all;
  interior += other.interior;
  variance += other.variance;
}

QuantizationError cim::quant::measureError(const Samples &samples, const Quantizer &quantizer) {
  if (samples.empty())
    return {};
  MovingRange range;
  range.add(samples);
  Clusters clusters(samples);
  SquareSum all = squaredError(samples, quantizer);
  return {all,
          squaredError(interior(samples, range.get(samples)), quantizer),
          {all.count, clusters.error(0, samples.size())}};
}
