//===- MvmLookup.h - The crossbar layer by table lookups --------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Serves layers with input digits of one or two bits and many positions. The
// digits of a few rows make an index of four bits, so their dot product with the
// weights of one column is one of 16 sums: a byte shuffle looks it up for a whole
// register of positions. Entries are lifted by minus the smallest sum of their
// table, so bytes are unsigned and small; the lift of a column is subtracted
// together with the ADC's offset. Lanes are positions; sums of even and of odd ones are
// kept apart, as 16-bit numbers.
//
// The Isa class supplies the register width, the shuffle and packing; the rest is
// vector extensions and plain loops.
//
//===----------------------------------------------------------------------===//

#ifndef CIM_RUNTIME_LIB_KERNELS_MVMLOOKUP_H
#define CIM_RUNTIME_LIB_KERNELS_MVMLOOKUP_H

#include "MvmDigits.h"
#include "MvmIndices.h"

#include <cmath>

namespace cim::runtime {
namespace {

template <typename Isa> class LookupBlock {
  static constexpr int64_t kLanes = Isa::kLanes, kHalf = kLanes / 2, kTables = kLanes / 16;
  using V = Vectors<kLanes>;
  using U8 = typename V::U8;
  using U16 = typename V::U16;
  using I16 = typename V::I16;
  using U32 = typename V::U32;
  using I32 = typename V::I32;
  using F32 = typename V::F32;

public:
  LookupBlock(const MvmPlan &plan, const MvmCells &cells, const MvmImage &image, float *output,
              uint8_t *scratch, MvmStats *stats)
      : plan(plan), cells(cells), image(image), output(output), stats(stats),
        layout(plan, image, scratch), planes(plan, image, layout),
        padded(roundUp(plan.columns, 16)), positions(numPositions(image)) {}

  void run() {
    {
      PhaseTimer timer(stats, &MvmStats::gathering);
      planes.make();
    }
    for (int64_t group = 0; group < plan.groups; ++group)
      for (int64_t column = 0; column < plan.columns; column += kLookupColumns)
        for (int64_t first = 0; first < positions; first += kLookupPositions)
          runPart(group, column, first);
  }

private:
  /// Some columns of a group at some positions: small enough that tables and
  /// accumulators stay in the cache.
  void runPart(int64_t ofGroup, int64_t column, int64_t first) {
    group = ofGroup;
    firstPosition = first;
    numColumns = std::min(kLookupColumns, plan.columns - column);
    firstOutput = group * plan.columns + column;
    int64_t end = std::min(first + kLookupPositions, positions);
    for (int64_t block = 0; block < (end - first + kLanes - 1) / kLanes; ++block)
      for (int64_t n = 0; n < numColumns; ++n)
        for (int64_t lane = 0; lane < kLanes; ++lane) {
          accumulators(block, n)[lane] = cells.start[firstOutput + n];
          sums(block, n)[lane] = 0;
        }
    int64_t firstRow = 0;
    const int8_t *weights = cells.weights + group * groupBytes(plan);
    for (size_t t = 0; t < plan.tiles.size(); ++t) {
      int64_t rows = plan.tiles[t];
      lookups = (rows + 3) / 4 * layout.field;
      for (size_t s = 0; s < plan.slices.size(); ++s)
        buildTables(s, weights + column * 4, roundUp(rows, 4) / 4);
      weights += roundUp(rows, 4) * padded;
      planes.setTile(group, firstRow, rows);
      for (int64_t position = first; position < end; position += kLanes) {
        valid = std::min(kLanes, end - position);
        gatherIndices(position);
        for (int64_t n = 0; n < numColumns; n += kTables)
          multiply(t, n, (position - first) / kLanes);
        if (stats)
          countClipped();
      }
      firstRow += rows;
    }
    finish(first, end);
  }

  float *accumulators(int64_t block, int64_t n) {
    return layout.accumulators + (block * kLookupColumns + n) * kLanes;
  }
  /// Where the i-th position of a block is among sums: even ones come first.
  static int64_t laneOf(int64_t i) { return i / 2 + i % 2 * kHalf; }
  int32_t *sums(int64_t block, int64_t n) {
    return layout.sums + (block * kLookupColumns + n) * kLanes;
  }
  uint8_t *tables(int64_t s, int64_t n) {
    return layout.tables + (s * kLookupColumns + n) * lookups * 16;
  }

  //===--------------------------------------------------------------------===//
  // Tables
  //===--------------------------------------------------------------------===//

  /// Makes the tables of slice `s` for all columns: [columns / kTables][lookups][kTables][16].
  void buildTables(int64_t s, const int8_t *weights, int64_t quads) {
    int32_t *lifts = layout.lifts + s * kLookupColumns;
    std::memset(lifts, 0, kLookupColumns * sizeof(int32_t));
    U8 patterns[4]; // Picks, for bit j of the index, the part above or below zero.
    for (int64_t j = 0; j < 4; ++j)
      for (int64_t i = 0; i < kLanes; ++i)
        patterns[j][i] = static_cast<uint8_t>(i >> j & 1 ? j : j + 4);
    int64_t columns = roundUp(numColumns, 16);
    cutPlane(plan.planes[s], weights, padded * 4, quads, columns, layout.digits);
    const int8_t *digits = layout.digits;
    for (int64_t q = 0; q < quads; ++q, digits += columns * 4)
      for (int64_t part = 0; part < layout.field; ++part)
        for (int64_t n = 0; n < numColumns; n += 16)
          buildLookup(s, n, q * layout.field + part, part, digits + n * 4, patterns, lifts + n);
  }

  /// One lookup of 16 columns. With digits of two bits, a bit stands for the weight or for twice
  /// the weight of a row.
  void buildLookup(int64_t s, int64_t n, int64_t lookup, int64_t part, const int8_t *quad,
                   const U8 (&patterns)[4], int32_t *lifts) {
    int8_t bits[64];
    uint8_t above[64], below[64];
    if (layout.field == 1)
      std::memcpy(bits, quad, sizeof(bits));
    else
      for (int64_t i = 0; i < 64; ++i)
        bits[i] = static_cast<int8_t>(quad[i / 4 * 4 + part * 2 + i % 4 / 2] * (1 + i % 2));
    for (int64_t i = 0; i < 64; ++i) {
      above[i] = static_cast<uint8_t>(bits[i] > 0 ? bits[i] : 0);
      below[i] = static_cast<uint8_t>(bits[i] < 0 ? -bits[i] : 0);
    }
    alignas(64) uint8_t parts[16][16];
    for (int64_t column = 0; column < 16; ++column) {
      const uint8_t *lift = below + column * 4;
      std::memcpy(parts[column], above + column * 4, 4);
      std::memcpy(parts[column] + 4, lift, 4);
      lifts[column] += lift[0] + lift[1] + lift[2] + lift[3];
    }
    for (int64_t column = 0; column < 16; column += kTables) {
      U8 source = loadVector<U8>(parts[column]);
      U8 table = Isa::lookup(source, patterns[0]) + Isa::lookup(source, patterns[1]) +
                 Isa::lookup(source, patterns[2]) + Isa::lookup(source, patterns[3]);
      std::memcpy(tables(s, n + column) + lookup * kLanes, &table, kLanes);
    }
  }

  //===--------------------------------------------------------------------===//
  // Indices
  //===--------------------------------------------------------------------===//

  /// Gathers a tile of kLanes positions: [lookups][cycles][kLanes].
  void gatherIndices(int64_t position) {
    PhaseTimer timer(stats, &MvmStats::gathering);
    planes.gather(position, valid, layout.indices);
  }

  //===--------------------------------------------------------------------===//
  // Products
  //===--------------------------------------------------------------------===//

  int64_t numCycles() const { return static_cast<int64_t>(plan.cycles.size()); }

  /// Sums of kTables columns and some cycles: entries are added as bytes as long as
  /// they fit, then as 16-bit numbers, those of low and high bytes apart.
  template <int64_t Cycles>
  void lookUp(const uint8_t *table, const uint8_t *index, int64_t step, U16 (&low)[kTables][Cycles],
              U16 (&high)[kTables][Cycles]) const {
    int64_t indexStride = numCycles() * kLanes;
    for (auto *vectors : {&low, &high})
      std::memset(vectors, 0, sizeof(low));
    for (int64_t begin = 0; begin < lookups; begin += step) {
      U8 bytes[kTables][Cycles] = {};
#pragma GCC unroll 2
      for (int64_t i = begin, e = std::min(begin + step, lookups); i < e; ++i) {
        U8 entries[kTables], indices[Cycles];
        for (int64_t c = 0; c < kTables; ++c)
          entries[c] = Isa::repeat(table + (i * kTables + c) * 16);
        for (int64_t b = 0; b < Cycles; ++b)
          indices[b] = loadVector<U8>(index + i * indexStride + b * kLanes);
        for (int64_t c = 0; c < kTables; ++c)
          for (int64_t b = 0; b < Cycles; ++b)
            bytes[c][b] += Isa::lookup(entries[c], indices[b]);
      }
      for (int64_t c = 0; c < kTables; ++c)
        for (int64_t b = 0; b < Cycles; ++b) {
          low[c][b] += (U16)bytes[c][b];
          high[c][b] += (U16)bytes[c][b] >> 8;
        }
    }
    for (int64_t c = 0; c < kTables; ++c)
      for (int64_t b = 0; b < Cycles; ++b)
        low[c][b] -= high[c][b] << 8;
  }

  /// The ADC of one column: base = 2^23 + lift + offset turns lifted sums into p - o.
  struct Converter {
    F32 base, reciprocal;
    I16 qmin, qmax;

    /// The codes of 16-bit sums, before (`rounded`) and after clamping.
    I16 convert(U16 sum, I16 &rounded) const {
      const U16 exponent = U16{} + static_cast<uint16_t>(0x4b00); // 2^23 + sum, as a float
      F32 low = (F32)Isa::unpackLow(sum, exponent), high = (F32)Isa::unpackHigh(sum, exponent);
      rounded =
          Isa::pack(Isa::round((low - base) * reciprocal), Isa::round((high - base) * reciprocal));
      I16 code = rounded < qmin ? qmin : rounded;
      return code > qmax ? qmax : code;
    }
  };

  Converter makeConverter(int64_t t, int64_t s, int64_t n) const {
    int64_t index = (t * plan.slices.size() + s) * plan.groups * plan.columns + firstOutput + n;
    int32_t base = (1 << 23) + layout.lifts[s * kLookupColumns + n];
    if (plan.offsets)
      base += plan.offsets[index];
    return {F32{} + static_cast<float>(base), F32{} + plan.reciprocal[index],
            I16{} + static_cast<int16_t>(plan.qmin), I16{} + static_cast<int16_t>(plan.qmax)};
  }

  /// All slices of tile t for kTables columns of one block of positions.
  void multiply(int64_t t, int64_t n, int64_t block) {
    int64_t count = std::min(kTables, numColumns - n), shift = 0;
    for (size_t s = 0; s < plan.slices.size(); shift += plan.slices[s++]) {
      Converter converters[kTables];
      for (int64_t c = 0; c < count; ++c)
        converters[c] = makeConverter(t, s, n + c);
      I16 codes[kTables][2] = {};
      int64_t b = 0;
      for (; b + 4 <= numCycles(); b += 4)
        convertCycles<4>(s, n, b, converters, count, codes);
      for (; b + 2 <= numCycles(); b += 2)
        convertCycles<2>(s, n, b, converters, count, codes);
      if (b < numCycles())
        convertCycles<1>(s, n, b, converters, count, codes);
      for (int64_t c = 0; c < count; ++c)
        addCodes(t, s, sliceWeight(plan, s, shift), n + c, block, codes[c]);
    }
    for (int64_t c = 0; !plan.sumTiles && c < count; ++c) {
      if (plan.sumSlices)
        dequantize(t, 0, n + c, block);
      if (plan.reference)
        addReference(t, n + c, block);
    }
  }

  /// Cycles b, ... of slice s: adds weighted codes to `codes`, even and odd positions apart.
  template <int64_t Cycles>
  void convertCycles(int64_t s, int64_t n, int64_t b, const Converter (&converters)[kTables],
                     int64_t count, I16 (&codes)[kTables][2]) {
    U16 sum[2][kTables][Cycles];
    lookUp<Cycles>(tables(s, n), layout.indices + b * kLanes, layout.steps[s], sum[0], sum[1]);
    for (int64_t i = 0; i < Cycles; ++i) {
      auto weight = static_cast<int16_t>(plan.cycles[b + i].weight);
      for (int64_t c = 0; c < count; ++c)
        for (int64_t half = 0; half < 2; ++half) {
          I16 rounded, code = converters[c].convert(sum[half][c][i], rounded);
          codes[c][half] += code * weight;
          if (stats)
            clipped[b + i][half] -= (I16)(code != rounded);
        }
    }
  }

  /// Adds the clipped codes of the positions that exist, and starts anew. In 16 bits fit those
  /// of kLookupColumns columns and 8 slices.
  void countClipped() {
    for (int64_t b = 0; b < numCycles(); ++b) {
      for (int64_t lane = 0; lane < valid; ++lane)
        stats->clipped[b] += clipped[b][lane % 2][lane / 2];
      clipped[b][0] = clipped[b][1] = I16{};
    }
  }

  void addCodes(int64_t t, int64_t s, int32_t weight, int64_t n, int64_t block,
                const I16 (&codes)[2]) {
    int16_t values[kLanes];
    std::memcpy(values, codes, sizeof(values));
    int32_t *sum = sums(block, n);
    for (int64_t lane = 0; lane < kLanes; ++lane)
      sum[lane] += values[lane] * weight;
    if (!plan.sumSlices)
      dequantize(t, s, n, block);
  }

  /// acc = fma(float32(I), scale, acc); clears the sums.
  void dequantize(int64_t t, int64_t s, int64_t n, int64_t block) {
    int64_t summed = plan.sumSlices ? 1 : plan.slices.size();
    float scale = plan.scale[(t * summed + s) * plan.groups * plan.columns + firstOutput + n];
    float *acc = accumulators(block, n);
    int32_t *sum = sums(block, n);
    for (int64_t lane = 0; lane < kLanes; ++lane) {
      acc[lane] = std::fma(static_cast<float>(sum[lane]), scale, acc[lane]);
      sum[lane] = 0;
    }
  }

  /// The term of the reference column of tile row `t`.
  void addReference(int64_t t, int64_t n, int64_t block) {
    float scale = plan.reference[t * plan.groups * plan.columns + firstOutput + n];
    int64_t position = firstPosition + block * kLanes;
    const float *inputs = cells.inputSums + (t * plan.groups + group) * positions + position;
    float *acc = accumulators(block, n);
    for (int64_t i = 0; i < std::min(kLanes, positions - position); ++i)
      acc[laneOf(i)] = std::fma(inputs[i], scale, acc[laneOf(i)]);
  }

  void finish(int64_t first, int64_t end) {
    for (int64_t position = first; position < end; position += kLanes) {
      int64_t block = (position - first) / kLanes;
      for (int64_t n = 0; n < numColumns; ++n) {
        if (plan.sumTiles)
          dequantize(0, 0, n, block);
        if (plan.sumTiles && plan.reference)
          addReference(0, n, block);
        for (int64_t i = 0; i < kLanes && position + i < end; ++i)
          output[(position + i) * plan.groups * plan.columns + firstOutput + n] =
              accumulators(block, n)[laneOf(i)];
      }
    }
  }

  const MvmPlan &plan;
  const MvmCells &cells;
  const MvmImage &image;
  float *output;
  MvmStats *stats;
  LookupScratch layout;
  IndexPlanes<Isa> planes;
  int64_t padded, positions;
  I16 clipped[kMaxCycles][2] = {};      ///< Of one tile, even and odd positions apart.
  int64_t group = 0, firstPosition = 0; ///< Of the part.
  int64_t numColumns = 0, firstOutput = 0, lookups = 0, valid = 0;
};

template <typename Isa>
void runLookup(const MvmPlan &plan, const MvmCells &cells, const MvmImage &image, float *output,
               uint8_t *scratch, MvmStats *stats) {
  LookupBlock<Isa>(plan, cells, image, output, scratch, stats).run();
}

} // namespace
} // namespace cim::runtime

#endif // CIM_RUNTIME_LIB_KERNELS_MVMLOOKUP_H
