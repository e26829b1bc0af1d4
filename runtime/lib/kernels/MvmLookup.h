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
// together with the ADC's offset. Lanes are positions: 16-bit lane i holds position
// i in its low byte and position i + half in its high byte.
//
// The Isa class supplies the register width, the shuffle and packing; the rest is
// vector extensions and plain loops.
//
//===----------------------------------------------------------------------===//

#ifndef CIM_RUNTIME_LIB_KERNELS_MVMLOOKUP_H
#define CIM_RUNTIME_LIB_KERNELS_MVMLOOKUP_H

#include "MvmDigits.h"
#include "MvmGather.h"

#include <cmath>

namespace cim::runtime {
namespace {

/// Vectors of `Bytes` bytes.
template <int64_t Bytes> struct Vectors {
  typedef uint8_t U8 __attribute__((vector_size(Bytes)));
  typedef uint16_t U16 __attribute__((vector_size(Bytes)));
  typedef int16_t I16 __attribute__((vector_size(Bytes)));
  typedef uint32_t U32 __attribute__((vector_size(Bytes)));
  typedef int32_t I32 __attribute__((vector_size(Bytes)));
  typedef float F32 __attribute__((vector_size(Bytes)));
};

template <typename Vector> inline Vector loadVector(const void *bytes) {
  Vector vector;
  std::memcpy(&vector, bytes, sizeof(Vector));
  return vector;
}

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
      : plan(plan), cells(cells), image(image), output(output), stats(stats), layout(plan, scratch),
        padded(roundUp(plan.columns, 16)), positions(numPositions(plan, image)) {}

  void run() {
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
      for (int64_t position = first; position < end; position += kLanes) {
        valid = std::min(kLanes, end - position);
        gatherIndices(firstRow, rows, position);
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

  /// Gathers a tile of kLanes positions and makes indices [lookups][cycles][kLanes].
  void gatherIndices(int64_t firstRow, int64_t rows, int64_t position) {
    PhaseTimer timer(stats, &MvmStats::gathering);
    PatchBases<kLanes> natural(plan, image, position, valid), bases = natural;
    // The order in which packing below brings 32-bit lanes to 16-bit ones.
    for (int64_t slot = 0; slot < kLanes; ++slot) {
      int64_t quarter = slot / (kLanes / 4), i = slot % (kLanes / 4);
      bases.offset[slot] =
          natural.offset[quarter / 2 * kHalf + i / 4 * 8 + quarter % 2 * 4 + i % 4];
    }
    for (int32_t i = 0; i < numImages(plan); ++i) {
      gatherTile(plan, image, image.codes[i], bases, group, firstRow, rows, layout.patch);
      for (int64_t q = 0; q < (rows + 3) / 4; ++q)
        makeIndices(i, layout.patch + q * kLanes * 4,
                    layout.indices + q * layout.field * numCycles() * kLanes);
    }
  }

  /// The indices of four rows of one image, whose cycles alone are written.
  void makeIndices(int32_t imageIndex, const uint8_t *quad, uint8_t *indices) const {
    U16 codes[4];
    splitRows(quad, codes);
    for (int64_t part = 0; part < layout.field; ++part)
      for (const MvmCycle &cycle : plan.cycles) {
        if (cycle.image == imageIndex) {
          U16 index = makeIndex(codes + part * (4 / layout.field), cycle);
          std::memcpy(indices, &index, kLanes);
        }
        indices += kLanes;
      }
  }

  /// The codes of four rows, each a register of positions.
  static void splitRows(const uint8_t *quad, U16 (&codes)[4]) {
    U32 slots[4];
    std::memcpy(slots, quad, sizeof(slots));
    for (int64_t j = 0; j < 4; ++j) {
      I32 bytes[4];
      for (int64_t i = 0; i < 4; ++i)
        bytes[i] = (I32)((slots[i] >> (8 * j)) & 0xff);
      codes[j] = (U16)Isa::pack(bytes[0], bytes[1]) | ((U16)Isa::pack(bytes[2], bytes[3]) << 8);
    }
  }

  /// The digits of 4 / field rows in one cycle, side by side.
  U16 makeIndex(const U16 *codes, const MvmCycle &cycle) const {
    U16 index = {};
    auto mask = static_cast<uint16_t>(cycle.mask * 0x0101);
    for (int64_t r = 4 / layout.field - 1; r >= 0; --r)
      index = (index << static_cast<uint16_t>(layout.field)) |
              ((codes[r] >> static_cast<uint16_t>(cycle.shift)) & mask);
    return index;
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

  /// Cycles b, ... of slice s: adds weighted codes to `codes`, positions of low bytes and of
  /// high bytes apart.
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
        stats->clipped[b] += clipped[b][lane / kHalf][lane % kHalf];
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
    for (int64_t lane = 0; lane < std::min(kLanes, positions - position); ++lane)
      acc[lane] = std::fma(inputs[lane], scale, acc[lane]);
  }

  void finish(int64_t first, int64_t end) {
    for (int64_t position = first; position < end; position += kLanes) {
      int64_t block = (position - first) / kLanes;
      for (int64_t n = 0; n < numColumns; ++n) {
        if (plan.sumTiles)
          dequantize(0, 0, n, block);
        if (plan.sumTiles && plan.reference)
          addReference(0, n, block);
        for (int64_t lane = 0; lane < kLanes && position + lane < end; ++lane)
          output[(position + lane) * plan.groups * plan.columns + firstOutput + n] =
              accumulators(block, n)[lane];
      }
    }
  }

  const MvmPlan &plan;
  const MvmCells &cells;
  const MvmImage &image;
  float *output;
  MvmStats *stats;
  LookupScratch layout;
  int64_t padded, positions;
  I16 clipped[kMaxCycles][2] = {};      ///< Of one tile, positions of low and of high bytes apart.
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
