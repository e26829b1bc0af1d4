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
  }

  void run(int64_t group, int64_t position, int64_t numLanes, float *output) {
    lanes = numLanes;
    firstOutput = group * plan.columns;
    PatchBases<kDotLanes> bases(plan, image, position, lanes);
    for (int64_t lane = 0; lane < lanes; ++lane)
      std::memcpy(accumulators + lane * padded, cells.start + firstOutput,
                  plan.columns * sizeof(float));
    std::memset(sums, 0, summedSlices * kDotLanes * padded * sizeof(Sum));
    int64_t firstRow = 0;
    const int8_t *weights = cells.weights + group * groupBytes(plan);
    for (int64_t t = 0, e = numStoredTiles(plan); t < e; ++t) {
      int64_t rows = storedTileRows(plan, t);
      gatherTile(plan, image, bases, group, firstRow, rows, patch);
      multiplyTile(t, rows, weights);
      if (!plan.sumTiles)
        dequantize(t);
      firstRow += rows;
      weights += numPlanes(plan) * roundUp(rows, 4) * padded;
    }
    if (plan.sumTiles)
      dequantize(0);
    for (int64_t lane = 0; lane < lanes; ++lane)
      std::memcpy(output + (position + lane) * plan.groups * plan.columns + firstOutput,
                  accumulators + lane * padded, plan.columns * sizeof(float));
  }

private:
  void multiplyTile(int64_t t, int64_t rows, const int8_t *weights) {
    for (int64_t column = 0; column < plan.columns; column += kColumns)
      for (int64_t s = 0, shift = 0; s < numPlanes(plan); shift += plan.slices[s++])
        for (int64_t lane = 0; lane < lanes; lane += Isa::kPositions)
          multiplyBlock(t, s, plan.sumSlices ? shift : 0, lane, column,
                        weights + s * roundUp(rows, 4) * padded + column * 4, (rows + 3) / 4);
  }

  /// All cycles of kPositions x 16 outputs of one tile and slice, whose sum has the weight
  /// 2^shift.
  void multiplyBlock(int64_t t, int64_t s, int64_t shift, int64_t lane, int64_t column,
                     const int8_t *weights, int64_t quads) {
    const uint8_t *digits = patch + lane * 4;
    int32_t partial[Isa::kPositions][kColumns];
    if (plan.layout == format::WeightLayout_Whole) {
      Isa::template dot<false>(weights, padded * 4, quads, digits, kDotLanes * 4, 0, 0, partial);
      return accumulate(t, s, shift, lane, column, partial);
    }
    int64_t begin = 0;
    for (int64_t bits : plan.cycles) {
      // The digit of each byte; no bit of its neighbour.
      uint32_t mask = begin < 8 ? ((1u << bits) - 1) & (0xffu >> begin) : 0;
      Isa::template dot<true>(weights, padded * 4, quads, digits, kDotLanes * 4, begin & 7,
                              mask * 0x01010101u, partial);
      accumulate(t, s, shift + begin, lane, column, partial);
      begin += bits;
    }
  }

  /// Converts partial sums and adds them to the sums of their outputs.
  void accumulate(int64_t t, int64_t s, int64_t shift, int64_t lane, int64_t column,
                  int32_t (&partial)[Isa::kPositions][kColumns]) {
    int64_t valid = plan.columns - column < kColumns ? plan.columns - column : kColumns;
    int64_t count = lanes - lane < Isa::kPositions ? lanes - lane : Isa::kPositions;
    if (plan.adc) {
      AdcBlock adc(plan,
                   (t * plan.slices.size() + s) * plan.groups * plan.columns + firstOutput + column,
                   valid);
      uint64_t clipped = 0;
      for (int64_t i = 0; i < count; ++i)
        clipped += adc.convert(partial[i], valid);
      if (stats) {
        stats->conversions += count * valid;
        stats->clipped += clipped;
      }
    }
    Sum *block = sums + ((plan.sumSlices ? 0 : s) * kDotLanes + lane) * padded + column;
    Sum weight = Sum(1) << shift; // Slices and cycles have at most 16 bits each.
    for (int64_t i = 0; i < count; ++i)
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
  }

  const MvmPlan &plan;
  const MvmCells &cells;
  const MvmImage &image;
  MvmStats *stats;
  int64_t padded, summedSlices, lanes = 0, firstOutput = 0;
  float *accumulators;
  Sum *sums;
  uint8_t *patch;
};

template <typename Isa, typename Sum>
void runDotAs(const MvmPlan &plan, const MvmCells &cells, const MvmImage &image, float *output,
              uint8_t *scratch, MvmStats *stats) {
  DotBlock<Isa, Sum> block(plan, cells, image, scratch, stats);
  int64_t positions = numPositions(plan, image);
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
