//===- VariedLayer.cpp - Crossbar layers with drawn cells -----------------===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Draws the cells of a layer with as many bits behind the point as keep partial sums exact, and
// brings the constants of the layer to these units (section 2.10 of the design contract).
//
//===----------------------------------------------------------------------===//

#include "VariedLayer.h"
#include "Verify.h"

#include <algorithm>
#include <cstdlib>
#include <thread>

using namespace cim::format;
using namespace cim::runtime;

/// The largest digit that inputs have in any cycle.
static int64_t largestDigit(const MvmPlan &plan) {
  int64_t codes = (int64_t(1) << plan.activationBits) - 1, largest = 0;
  if (plan.encoding == InputEncoding_Differential)
    codes = std::max<int64_t>(plan.zeroPoint, codes - plan.zeroPoint);
  for (const MvmCycle &cycle : plan.cycles)
    largest = std::max(largest, std::min<int64_t>(cycle.mask, codes >> cycle.shift));
  return largest;
}

static CellLayout makeLayout(const MvmPlan &plan) {
  return {plan.kind,       plan.groups, plan.rows,   plan.columns,
          plan.kernelArea, plan.tiles,  plan.slices, /*halves=*/1};
}

VariedLayer::VariedLayer(const MvmPlan &ideal, const cim_variation &options, uint32_t layer)
    : plan(ideal), options(options), variation(CellDraws(options, layer), makeLayout(ideal)) {
  variation.converts = ideal.adc;
  plan.variation = &variation;
  plan.adc = true;
  plan.columnSums = nullptr;
}

/// Draws all matrices. Returns true if their partial sums are exact.
bool VariedLayer::drawAll(const std::vector<int8_t> &codes) {
  CellLayout &layout = variation.layout;
  DrawnCells drawn = {0, true};
  const size_t threads = std::max(1u, std::thread::hardware_concurrency());
  if (plan.computed) {
    drawn = boundCells(variation.draws, layout, plan.matrices, variation.fraction, threads);
  } else {
    variation.cells.resize(plan.matrices * layout.groups * layout.groupSize());
    for (int64_t g = 0; g < plan.matrices; ++g) {
      DrawnCells matrix = drawCells(
          variation.draws, layout, codes.data() + g * plan.rows * plan.columns, // One group.
          static_cast<uint32_t>(g * plan.columns), variation.fraction,
          variation.cells.data() + g * layout.groups * layout.groupSize(), threads);
      drawn.largestColumn = std::max(drawn.largestColumn, matrix.largestColumn);
      drawn.fits &= matrix.fits;
    }
  }
  if (drawn.largestColumn > kMaxPartialSum / largestDigit(plan))
    return false;
  if (drawn.fits || layout.halves == 2)
    return true;
  layout.halves = 2;
  return plan.computed || drawAll(codes);
}

bool VariedLayer::draw(const std::vector<int8_t> &codes, const PackedShape &written) {
  variation.written = written;
  while (!drawAll(codes)) {
    variation.layout.halves = 1;
    if (--variation.fraction < 0)
      return false;
  }
  variation.noise = ReadNoise(variation.draws, variation.fraction);
  bool varies =
      options.reference_variation != 0 && (plan.reference || plan.kind == MappingKind_Offset);
  if (varies)
    drawReference();
  int64_t bits = std::accumulate(plan.slices.begin(), plan.slices.end(), int64_t(0));
  variation.joinedShift = static_cast<int32_t>(bits - 1 + (varies ? 0 : variation.fraction));
  scaleConstants();
  return true;
}

/// Reference columns are behind all outputs, one for each group or matrix.
void VariedLayer::drawReference() {
  int64_t columns = plan.matrices * plan.groups;
  for (int64_t column = 0; column < columns; ++column)
    for (int64_t k = 0; k < plan.rows; ++k) {
      CellPlace place = {uint32_t(columns * plan.columns + column), uint32_t(k), 0, 0,
                         plan.slices[0]};
      variation.reference.push_back(variation.draws.read(place, 1, variation.fraction));
    }
}

/// Brings constants to units of the cells.
void VariedLayer::scaleConstants() {
  const int64_t unit = int64_t(1) << variation.fraction;
  const float step = 1.0f / static_cast<float>(unit);
  int64_t outputs = plan.groups * plan.columns, slices = plan.slices.size();
  int64_t sums = static_cast<int64_t>(plan.tiles.size()) * slices * outputs;
  int64_t rows = plan.sumTiles ? 1 : plan.tiles.size();
  auto scale = [&](const float *&values, int64_t count, std::vector<float> &scaled) {
    for (int64_t i = 0; i < count; ++i)
      scaled.push_back(values[i] * step);
    values = scaled.data();
  };
  if (!variation.converts && !plan.convertsOutputs)
    scale(plan.scale, rows * (plan.sumSlices ? 1 : slices) * outputs, scales);
  if (plan.reciprocal)
    scale(plan.reciprocal, sums, reciprocals);
  if (plan.reference && !variation.reference.empty())
    scale(plan.reference, rows * outputs, references);
  if (plan.levels) {
    const int64_t *shape = plan.levelsShape;
    for (int64_t i = 0; i < shape[0] * shape[1] * shape[2] * (shape[3] - 1); ++i) {
      int64_t threshold = plan.thresholds[i] * unit;
      // No partial sum, which is an int32, is beyond the bounds.
      integers.push_back(
          static_cast<int32_t>(std::clamp<int64_t>(threshold, INT32_MIN, INT32_MAX)));
      if (plan.convertsOutputs)
        variation.outputThresholds.push_back(threshold);
    }
    plan.thresholds = integers.data();
  } else if (plan.offsets) {
    bool isLong = false;
    for (int64_t i = 0; i < sums; ++i) {
      variation.longOffsets.push_back(plan.offsets[i] * unit);
      isLong |= std::abs(variation.longOffsets.back()) > (1 << 29);
    }
    integers.assign(variation.longOffsets.begin(), variation.longOffsets.end());
    plan.offsets = integers.data();
    if (!isLong)
      variation.longOffsets.clear();
  }
}
