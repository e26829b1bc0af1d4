//===- MvmDot.h - The crossbar layer by dot products ------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Serves every layer: multiplies the digits of four rows at a time with packed
// weights of 16 columns, converts in registers, and sums codes as integers. The
// Isa class supplies the dot product of four bytes and how many positions share a
// load of weights; everything else is plain loops over 16 columns.
//
//===----------------------------------------------------------------------===//

#ifndef CIM_RUNTIME_LIB_KERNELS_MVMDOT_H
#define CIM_RUNTIME_LIB_KERNELS_MVMDOT_H

#include "MvmDigits.h"
#include "MvmGather.h"

#include <cmath>

namespace cim::runtime {
namespace {

constexpr int64_t kColumns = 16;

/// The ADC of 16 columns of one tile and slice.
struct AdcBlock {
  float reciprocal[kColumns] = {};
  int32_t offset[kColumns] = {};
  float low, high; ///< One beyond the codes, so that clipping shows.
  int32_t qmin, qmax;

  AdcBlock(const MvmPlan &plan, int64_t index, int64_t valid)
      : low(static_cast<float>(plan.qmin - 1)), high(static_cast<float>(plan.qmax + 1)),
        qmin(plan.qmin), qmax(plan.qmax) {
    std::memcpy(reciprocal, plan.reciprocal + index, valid * sizeof(float));
    if (plan.offsets)
      std::memcpy(offset, plan.offsets + index, valid * sizeof(int32_t));
  }

  /// Replaces partial sums by codes; returns how many of the first `valid` are clipped.
  int32_t convert(int32_t (&sums)[kColumns], int64_t valid) const {
    int32_t rounded[kColumns], clipped = 0;
    for (int64_t i = 0; i < kColumns; ++i) {
      float value = static_cast<float>(sums[i] - offset[i]) * reciprocal[i];
      value = value < low ? low : value;
      rounded[i] = roundToInt(value > high ? high : value);
      sums[i] = rounded[i] < qmin ? qmin : rounded[i] > qmax ? qmax : rounded[i];
    }
    for (int64_t i = 0; i < valid; ++i)
      clipped += rounded[i] != sums[i];
    return clipped;
  }
};

/// The same of a table.
struct TableBlock {
  const int32_t *thresholds[kColumns], *levels[kColumns];
  int64_t numThresholds;

  TableBlock(const MvmPlan &plan, int64_t t, int64_t s, int64_t n, int64_t valid)
      : numThresholds(plan.levelsShape[3] - 1) {
    const int64_t *shape = plan.levelsShape;
    for (int64_t i = 0; i < valid; ++i) {
      int64_t row = shape[0] == 1 ? 0 : t;
      row = row * shape[1] + (shape[1] == 1 ? 0 : s);
      row = row * shape[2] + (shape[2] == 1 ? 0 : n + i);
      thresholds[i] = plan.thresholds + row * numThresholds;
      levels[i] = plan.levels + row * (numThresholds + 1);
    }
  }

  /// Nothing clips.
  int32_t convert(int32_t (&sums)[kColumns], int64_t valid) const {
    for (int64_t i = 0; i < kColumns; ++i)
      sums[i] = i < valid ? levels[i][countBelow(thresholds[i], sums[i])] : 0;
    return 0;
  }

private:
  /// How many thresholds are below a sum: a search without branches that halves what is left.
  int64_t countBelow(const int32_t *table, int32_t sum) const {
    const int32_t *begin = table;
    for (int64_t left = numThresholds; left > 0;) {
      int64_t half = (left + 1) / 2;
      begin = begin[half - 1] < sum ? begin + half : begin;
      left -= half;
    }
    return begin - table;
  }
};

/// The state of one group and a block of positions: float accumulators
/// [lanes][columns] and the sums that wait for their scale [S'][lanes][columns].
template <typename Isa, typename Sum> class DotBlock {
public:
  DotBlock(const MvmPlan &plan, const MvmCells &cells, const MvmImage &image, uint8_t *scratch,
           MvmStats *stats)
      : plan(plan), cells(cells), image(image), stats(stats),
        padded(roundUp(plan.columns, kColumns)),
        summedSlices(plan.sumSlices ? 1 : plan.slices.size()) {
    accumulators = reinterpret_cast<float *>(scratch);
    sums = reinterpret_cast<Sum *>(accumulators + kDotLanes * padded);
    patch = reinterpret_cast<uint8_t *>(sums + summedSlices * kDotLanes * padded);
    digits = reinterpret_cast<int8_t *>(patch + numImages(plan) * patchBytes(tallestTile(plan)));
  }

  void run(int64_t group, int64_t position, int64_t count, float *output) {
    lanes = count;
    firstOutput = group * plan.columns;
    firstSum = group * numPositions(image) + position;
    PatchBases<kDotLanes> bases(plan, image, position, lanes);
    for (int64_t lane = 0; lane < lanes; ++lane)
      std::memcpy(accumulators + lane * padded, cells.start + firstOutput,
                  plan.columns * sizeof(float));
    std::memset(sums, 0, summedSlices * kDotLanes * padded * sizeof(Sum));
    int64_t firstRow = 0;
    const int8_t *weights = cells.weights + group * groupBytes(plan);
    for (int64_t t = 0, e = numStoredTiles(plan); t < e; ++t) {
      int64_t rows = storedTileRows(plan, t);
      gather(bases, group, firstRow, rows);
      multiplyTile(t, rows, weights);
      if (!plan.sumTiles)
        dequantize(t);
      firstRow += rows;
      weights += roundUp(rows, 4) * padded;
    }
    if (plan.sumTiles)
      dequantize(0);
    for (int64_t lane = 0; lane < lanes; ++lane)
      std::memcpy(output + (position + lane) * plan.groups * plan.columns + firstOutput,
                  accumulators + lane * padded, plan.columns * sizeof(float));
  }

private:
  /// Of one image.
  static int64_t patchBytes(int64_t rows) { return roundUp(rows, 4) * kDotLanes; }

  void gather(const PatchBases<kDotLanes> &bases, int64_t group, int64_t firstRow, int64_t rows) {
    PhaseTimer timer(stats, &MvmStats::gathering);
    for (int64_t i = 0; i < numImages(plan); ++i)
      gatherTile(plan, image, image.codes[i], bases, group, firstRow, rows,
                 patch + i * patchBytes(rows));
  }

  void multiplyTile(int64_t t, int64_t rows, const int8_t *weights) {
    int64_t slices = plan.adc ? plan.slices.size() : 1;
    for (int64_t column = 0; column < plan.columns; column += kColumns)
      for (int64_t s = 0, shift = 0; s < slices; shift += plan.slices[s++]) {
        if (plan.adc)
          cutPlane(plan.planes[s], weights + column * 4, padded * 4, (rows + 3) / 4, kColumns,
                   digits);
        for (int64_t lane = 0; lane < lanes; lane += Isa::kPositions)
          multiplyBlock(t, s, sliceWeight(plan, s, shift), lane, column, weights + column * 4,
                        rows);
      }
  }

  /// All cycles of kPositions x 16 outputs of one tile and slice, whose sum has the given
  /// weight.
  void multiplyBlock(int64_t t, int64_t s, Sum weight, int64_t lane, int64_t column,
                     const int8_t *weights, int64_t rows) {
    if (!plan.adc) {
      int32_t partial[Isa::kPositions][kColumns];
      Isa::template dot<false>(weights, padded * 4, (rows + 3) / 4, patch + lane * 4, kDotLanes * 4,
                               0, 0, partial);
      if (cells.columnSums)
        subtractZeroPoint(t, column, partial);
      return accumulate(s, weight, lane, column, partial);
    }
    int64_t n = firstOutput + column, valid = numValid(column);
    if (plan.levels)
      return multiplyCycles(TableBlock(plan, t, s, n, valid), s, weight, lane, column, rows);
    int64_t index = (t * plan.slices.size() + s) * plan.groups * plan.columns + n;
    multiplyCycles(AdcBlock(plan, index, valid), s, weight, lane, column, rows);
  }

  template <typename Adc>
  void multiplyCycles(const Adc &adc, int64_t s, Sum weight, int64_t lane, int64_t column,
                      int64_t rows) {
    int64_t quads = (rows + 3) / 4;
    int32_t partial[Isa::kPositions][kColumns];
    for (size_t b = 0; b < plan.cycles.size(); ++b) {
      const MvmCycle &cycle = plan.cycles[b];
      const uint8_t *inputs = patch + lane * 4 + cycle.image * patchBytes(rows);
      uint32_t mask = cycle.mask * 0x01010101u;
      Isa::template dot<true>(digits, kColumns * 4, quads, inputs, kDotLanes * 4, cycle.shift, mask,
                              partial);
      if (plan.planes[s].lift != 0)
        lift(inputs, quads, cycle.shift, mask, partial);
      convert(adc, b, lane, column, partial);
      accumulate(s, weight * cycle.weight, lane, column, partial);
    }
  }

  /// Adds what unsigned digits of eight bits are stored less: 128 for each input.
  static void lift(const uint8_t *patch, int64_t quads, int shift, uint32_t mask,
                   int32_t (&partial)[Isa::kPositions][kColumns]) {
    int8_t ones[kColumns * 4];
    std::memset(ones, 1, sizeof(ones));
    int32_t inputs[Isa::kPositions][kColumns];
    Isa::template dot<true>(ones, 0, quads, patch, kDotLanes * 4, shift, mask, inputs);
    for (int64_t i = 0; i < Isa::kPositions; ++i)
      for (int64_t n = 0; n < kColumns; ++n)
        partial[i][n] += 128 * inputs[i][n];
  }

  /// Columns and positions of a block that exist.
  int64_t numValid(int64_t column) const {
    return plan.columns - column < kColumns ? plan.columns - column : kColumns;
  }
  int64_t numLanes(int64_t lane) const {
    return lanes - lane < Isa::kPositions ? lanes - lane : Isa::kPositions;
  }

  /// Makes sums of codes those of the inputs that the codes stand for.
  void subtractZeroPoint(int64_t t, int64_t column,
                         int32_t (&partial)[Isa::kPositions][kColumns]) const {
    const int32_t *columnSum =
        cells.columnSums + t * plan.groups * plan.columns + firstOutput + column;
    for (int64_t i = 0; i < Isa::kPositions; ++i)
      for (int64_t n = 0; n < numValid(column); ++n)
        partial[i][n] -= plan.zeroPoint * columnSum[n];
  }

  /// Replaces the partial sums of cycle b by codes.
  template <typename Adc>
  void convert(const Adc &adc, size_t b, int64_t lane, int64_t column,
               int32_t (&partial)[Isa::kPositions][kColumns]) {
    int64_t valid = numValid(column), count = numLanes(lane);
    uint64_t clipped = 0;
    for (int64_t i = 0; i < count; ++i)
      clipped += adc.convert(partial[i], valid);
    if (stats)
      stats->clipped[b] += clipped;
  }

  /// Adds weighted codes to the sums of their outputs.
  void accumulate(int64_t s, Sum weight, int64_t lane, int64_t column,
                  const int32_t (&partial)[Isa::kPositions][kColumns]) {
    Sum *block = sums + ((plan.sumSlices ? 0 : s) * kDotLanes + lane) * padded + column;
    for (int64_t i = 0; i < numLanes(lane); ++i)
      for (int64_t n = 0; n < kColumns; ++n)
        block[i * padded + n] += partial[i][n] * weight;
  }

  /// acc = fma(float32(I), scale, acc) for the slices of scale row `t`; clears the sums.
  void dequantize(int64_t t) {
    for (int64_t s = 0; s < summedSlices; ++s) {
      const float *scale =
          plan.scale + (t * summedSlices + s) * plan.groups * plan.columns + firstOutput;
      for (int64_t lane = 0; lane < lanes; ++lane) {
        float *acc = accumulators + lane * padded;
        Sum *sum = sums + (s * kDotLanes + lane) * padded;
        for (int64_t n = 0; n < plan.columns; ++n)
          acc[n] = std::fma(static_cast<float>(sum[n]), scale[n], acc[n]);
        std::memset(sum, 0, padded * sizeof(Sum));
      }
    }
    if (plan.reference)
      addReference(t);
  }

  /// The term of the reference column of tile row `t`.
  void addReference(int64_t t) {
    const float *scale = plan.reference + t * plan.groups * plan.columns + firstOutput;
    const float *inputs = cells.inputSums + t * plan.groups * numPositions(image) + firstSum;
    for (int64_t lane = 0; lane < lanes; ++lane)
      for (int64_t n = 0; n < plan.columns; ++n) {
        float &acc = accumulators[lane * padded + n];
        acc = std::fma(inputs[lane], scale[n], acc);
      }
  }

  const MvmPlan &plan;
  const MvmCells &cells;
  const MvmImage &image;
  MvmStats *stats;
  int64_t padded, summedSlices, lanes = 0, firstOutput = 0, firstSum = 0;
  float *accumulators;
  Sum *sums;
  uint8_t *patch;
  int8_t *digits; ///< Of one tile, slice and kColumns columns.
};

template <typename Isa, typename Sum>
void runDotAs(const MvmPlan &plan, const MvmCells &cells, const MvmImage &image, float *output,
              uint8_t *scratch, MvmStats *stats) {
  DotBlock<Isa, Sum> block(plan, cells, image, scratch, stats);
  int64_t positions = numPositions(image);
  for (int64_t group = 0; group < plan.groups; ++group)
    for (int64_t first = 0; first < positions; first += kDotLanes)
      block.run(group, first, positions - first < kDotLanes ? positions - first : kDotLanes,
                output);
}

template <typename Isa>
void runDot(const MvmPlan &plan, const MvmCells &cells, const MvmImage &image, float *output,
            uint8_t *scratch, MvmStats *stats) {
  if (hasSmallSums(plan))
    runDotAs<Isa, int32_t>(plan, cells, image, output, scratch, stats);
  else
    runDotAs<Isa, int64_t>(plan, cells, image, output, scratch, stats);
}

} // namespace
} // namespace cim::runtime

#endif // CIM_RUNTIME_LIB_KERNELS_MVMDOT_H
