//===- AdcTable.cpp - Thresholds and levels of an ADC -----------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See AdcTable.h.
//
//===----------------------------------------------------------------------===//

#include "cim-mlir/Quant/AdcTable.h"
#include "Clusters.h"
#include "cim-mlir/Quant/Scale.h"
#include <algorithm>
#include <cmath>

using namespace cim::quant;

Levels AdcTable::toLevels() const {
  Levels result;
  result.thresholds.assign(thresholds.begin(), thresholds.end());
  for (int32_t level : levels)
    result.levels.push_back(double(step) * level);
  return result;
}

/// Thresholds rounded to where they part integers as they did, as nearly as multiples of the unit
/// can; each once, with the levels that still have integers.
static Levels roundThresholds(const Levels &levels, const TableOptions &options) {
  auto unit = double(options.referenceUnit), most = std::floor(double(options.limit) / unit);
  Levels result;
  for (size_t i = 0; i < levels.thresholds.size(); ++i) {
    // A threshold of t parts t from t + 1: it is halfway between them.
    double multiple = std::floor((levels.thresholds[i] - 0.5) / unit + 0.5);
    double threshold = std::clamp(multiple, -most, most) * unit;
    if (!result.thresholds.empty() && result.thresholds.back() == threshold)
      continue;
    result.thresholds.push_back(threshold);
    result.levels.push_back(levels.levels[i]);
  }
  result.levels.push_back(levels.levels.back());
  return result;
}

/// Thresholds up to `count` beyond the last, or before the first where there is no room.
static void fillUp(AdcTable &table, size_t count, const TableOptions &options) {
  auto unit = static_cast<int32_t>(options.referenceUnit);
  if (table.thresholds.empty()) {
    table.thresholds.push_back(0);
    table.levels.push_back(table.levels.back());
  }
  while (table.thresholds.size() < count &&
         int64_t(table.thresholds.back()) + unit <= options.limit) {
    table.thresholds.push_back(table.thresholds.back() + unit);
    table.levels.push_back(table.levels.back());
  }
  while (table.thresholds.size() < count) {
    table.thresholds.insert(table.thresholds.begin(), table.thresholds.front() - unit);
    table.levels.insert(table.levels.begin(), table.levels.front());
  }
}

AdcTable cim::quant::roundToTable(const Levels &levels, double step, const TableOptions &options) {
  Levels rounded = roundThresholds(levels, options);
  auto [low, high] = std::minmax_element(rounded.levels.begin(), rounded.levels.end());
  AdcTable table;
  table.step = toScale(std::max(step, std::max(-*low, *high) / INT16_MAX));
  for (double threshold : rounded.thresholds)
    table.thresholds.push_back(static_cast<int32_t>(threshold));
  for (double level : rounded.levels)
    table.levels.push_back(static_cast<int32_t>(
        std::clamp(std::nearbyint(level / double(table.step)), -32768.0, 32767.0)));
  fillUp(table, (size_t(1) << options.bits) - 1, options);
  return table;
}

static Levels chooseLevels(const Samples &samples, const Interval &range,
                           const TableOptions &options) {
  size_t count = size_t(1) << options.bits;
  switch (options.method) {
  case TableMethod::LloydMax:
    return lloydMaxLevels(samples, count);
  case TableMethod::Cdf:
    return cdfLevels(samples, count);
  case TableMethod::KMeans:
    return kMeansLevels(samples, count);
  case TableMethod::BsKmq:
    return bsKmqLevels(samples, range, count);
  default:
    return optimalLevels(samples, count);
  }
}

/// Moves levels to the means of what the rounded thresholds leave them.
static Levels withMeans(const Samples &samples, Levels levels) {
  Clusters clusters(samples);
  std::vector<size_t> cuts = clusters.cut(levels.thresholds);
  for (size_t i = 0; i < levels.levels.size(); ++i)
    if (cuts[i] < cuts[i + 1])
      levels.levels[i] = clusters.mean(cuts[i], cuts[i + 1]);
  return levels;
}

AdcTable cim::quant::chooseTable(const Samples &samples, Window window, Codes codes,
                                 const Interval &range, const TableOptions &options) {
  constexpr double kSteps = 256;
  if (options.method == TableMethod::Linear || samples.empty()) {
    // A part of the spacing, of which levels are multiples if the offset is.
    double step = window.scale;
    for (int bits = options.bits; bits < 8; ++bits)
      step /= 2;
    return roundToTable(linearLevels(window, codes), step, options);
  }
  Levels levels = chooseLevels(samples, range, options);
  if (options.referenceUnit > 1 && options.method != TableMethod::BsKmq)
    levels = withMeans(samples, roundThresholds(levels, options));
  return roundToTable(levels, (levels.levels.back() - levels.levels.front()) / kSteps, options);
}
