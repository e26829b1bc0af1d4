//===- MvmLookup.h - The crossbar layer by table lookups --------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Serves layers with input digits of one or two bits and many positions. The
// digits of a few rows make an index of four bits, so their dot product with the
// weights of one column is one of 16 sums: a byte shuffle looks it up for a whole
// register of positions. Bytes are added as long as they fit, then as 16-bit numbers.
// The Isa class supplies the register width, the shuffle and packing; the rest is
// vector extensions and plain loops.
//
// Bounds: N rows are N / 4 shuffles and as many additions, a conversion of two registers of
// 16-bit sums is 26 instructions (a table 28, one of 63 thresholds 50, a larger one three for each
// sum), widening bytes 2, and 4 for each further segment. So
// multiplications are 81 % for N = 256 and 70 % for 128. Zen 3 can start two shuffles and four
// instructions a cycle; additions that take ports of shuffles leave 1.7 lookups a cycle. An
// Intel core starts one 512-bit shuffle, two instructions and two vpdpbusd a cycle: bare lookups
// are 200 % of bare vpdpbusd there, with the ADC 160 % (N = 256) and 140 % (128).
//
//===----------------------------------------------------------------------===//

#ifndef CIM_RUNTIME_LIB_KERNELS_MVMLOOKUP_H
#define CIM_RUNTIME_LIB_KERNELS_MVMLOOKUP_H

#include "MvmDigits.h"
#include "MvmIndices.h"
#include "MvmLookupAdc.h"
#include "MvmLookupTables.h"

#include <cmath>

namespace cim::runtime {
namespace {

template <typename Isa> class LookupBlock {
  static constexpr int64_t kLanes = Isa::kLanes, kHalf = kLanes / 2, kTables = kLanes / 16;
  using V = Vectors<kLanes>;
  using U8 = typename V::U8;
  using U16 = typename V::U16;
  using I16 = typename V::I16;
  using F32 = typename V::F32;

public:
  LookupBlock(const MvmPlan &plan, const MvmCells &cells, const MvmImage &image, float *output,
              uint8_t *scratch, MvmStats *stats)
      : plan(plan), cells(cells), image(image), output(output), stats(stats),
        layout(plan, image, scratch), planes(plan, image, layout),
        padded(roundUp(plan.columns, 16)), positions(numPositions(image)),
        numCycles(plan.cycles.size()), width(numCycles > 2 ? kTables : 2 * kTables),
        maker(layout.field, width) {
    for (const MvmCycle &cycle : plan.cycles)
      cycleWeights += cycle.weight;
  }

  void run() {
    {
      PhaseTimer timer(stats, &MvmStats::gathering);
      planes.make();
    }
    for (int64_t group = 0; group < plan.groups; ++group)
      for (int64_t column = 0; column < plan.columns; column += layout.columns)
        for (int64_t first = 0; first < positions; first += layout.positions)
          runPart(group, column, first);
  }

private:
  /// Some columns of a group at some positions: small enough that tables and
  /// accumulators stay in the cache.
  void runPart(int64_t ofGroup, int64_t column, int64_t first) {
    group = ofGroup;
    firstPosition = first;
    numColumns = std::min(layout.columns, plan.columns - column);
    firstOutput = group * plan.columns + column;
    int64_t end = std::min(first + layout.positions, positions), firstRow = 0;
    start(end - first);
    const int8_t *weights = cells.weights + group * groupBytes(plan);
    for (size_t t = 0; t < plan.tiles.size(); ++t) {
      int64_t rows = plan.tiles[t];
      lookups = (rows + 3) / 4 * layout.field;
      for (size_t s = 0; s < plan.slices.size(); ++s)
        makeTables(t, s, weights + column * 4, (rows + 3) / 4);
      weights += roundUp(rows, 4) * padded;
      planes.setTile(group, firstRow, rows);
      for (int64_t position = first; position < end; position += kLanes) {
        valid = std::min(kLanes, end - position);
        gatherIndices(position);
        multiplyTile(t, (position - first) / kLanes);
      }
      firstRow += rows;
    }
    finish(first, end);
  }

  /// Accumulators and sums of kLanes positions and one column.
  int64_t at(int64_t block, int64_t n) const { return (block * layout.columns + n) * kLanes; }

  void start(int64_t count) {
    for (int64_t block = 0; block * kLanes < count; ++block)
      for (int64_t n = 0; n < numColumns; ++n)
        std::fill_n(layout.accumulators + at(block, n), kLanes, cells.start[firstOutput + n]);
    if (plan.sumSlices)
      std::memset(layout.sums, 0, at((count + kLanes - 1) / kLanes, 0) * sizeof(int32_t));
  }

  //===--------------------------------------------------------------------===//
  // Tables
  //===--------------------------------------------------------------------===//

  uint8_t *tables(int64_t s, int64_t n) const {
    return layout.tables + (s * layout.columns + n) * lookups * 16;
  }
  /// The lifts of segment `i` and all columns.
  uint8_t *lifts(int64_t s, int64_t i) const {
    return layout.lifts + (s * layout.lookups + i) * layout.columns;
  }

  /// The tables of slice `s` of tile t for all columns.
  void makeTables(int64_t t, int64_t s, const int8_t *weights, int64_t quads) {
    int64_t chunks = (lookups + layout.chunks[s] - 1) / layout.chunks[s];
    for (int64_t n = 0; n < numColumns; n += 16) {
      cutPlane(plan.planes[s], weights + n * 4, padded * 4, quads, 16, layout.digits);
      maker.make(layout.digits, lookups, layout.chunks[s],
                 {tables(s, n), layout.sizes + n * chunks, layout.below + n * chunks});
    }
    int64_t step = findStep(chunks);
    steps[s] = step * layout.chunks[s];
    makeConstants(t, s, chunks, step);
  }

  /// The chunks of a segment: as many as have sums that fit a byte.
  int64_t findStep(int64_t chunks) const {
    int64_t step = chunks, largest = largestSum(chunks, step);
    for (int64_t parts = largest / UINT8_MAX + 1; largest > UINT8_MAX && step > 1; ++parts) {
      step = (chunks + parts - 1) / parts;
      largest = largestSum(chunks, step);
    }
    return step;
  }

  /// Of segments of `step` chunks.
  int64_t largestSum(int64_t chunks, int64_t step) const {
    uint16_t largest[16] = {};
    for (int64_t n = 0; n < numColumns; n += 16)
      for (int64_t first = 0; first < chunks; first += step) {
        const uint8_t *sizes = layout.sizes + n * chunks + first * 16;
        uint16_t sums[16] = {};
        for (int64_t i = 0; i < std::min(step, chunks - first); ++i)
          for (int64_t c = 0; c < 16; ++c)
            sums[c] = static_cast<uint16_t>(sums[c] + sizes[i * 16 + c]);
        for (int64_t c = 0; c < 16; ++c)
          largest[c] = std::max(largest[c], sums[c]);
      }
    return *std::max_element(largest, largest + 16);
  }

  /// The lifts of segments, and what the ADC of each column needs.
  void makeConstants(int64_t t, int64_t s, int64_t chunks, int64_t step) {
    for (int64_t n = 0; n < numColumns; n += 16) {
      const uint8_t *below = layout.below + n * chunks;
      int32_t lift[16] = {};
      for (int64_t i = 0; i < chunks; ++i, below += 16) {
        uint8_t *part = lifts(s, i / step) + n;
        for (int64_t c = 0; c < 16; ++c) {
          part[c] = static_cast<uint8_t>((i % step == 0 ? 0 : part[c]) + below[c]);
          lift[c] += below[c];
        }
      }
      for (int64_t c = 0; c < 16; ++c)
        layout.adcs[s * layout.columns + n + c] = makeAdc(t, s, n + c, lift[c]);
    }
  }

  /// Zeros for a column that does not exist.
  LookupAdc makeAdc(int64_t t, int64_t s, int64_t n, int32_t lift) const {
    LookupAdc adc = {};
    uint8_t *to = layout.adcTables + (s * layout.columns + n) * layout.tableBytes;
    adc.table = to;
    if (n >= numColumns)
      return adc;
    if (plan.levels) {
      const AdcTable table(plan, t, s, firstOutput + n);
      adc.middle = table.middle;
      if (hasLargeTables(plan))
        fillLevels(table, lift, layout.numSums, reinterpret_cast<int16_t *>(to));
      else
        makeTree(plan, table, lift, to, adc);
      return adc;
    }
    int64_t index = (t * plan.slices.size() + s) * plan.groups * plan.columns + firstOutput + n;
    int32_t offset = plan.offsets ? plan.offsets[index] : 0;
    adc.base = static_cast<float>((1 << 23) + lift + offset);
    adc.reciprocal = plan.reciprocal[index];
    return adc;
  }

  void gatherIndices(int64_t position) {
    PhaseTimer timer(stats, &MvmStats::gathering);
    planes.gather(position, valid, layout.indices);
  }

  //===--------------------------------------------------------------------===//
  // Products
  //===--------------------------------------------------------------------===//

  void multiplyTile(int64_t t, int64_t block) {
    if (plan.reference && !plan.sumTiles)
      loadReference(t, block);
    for (int64_t n = 0; n < numColumns; n += width)
      switch (treeSize(plan)) {
      case 0:
        if (hasLargeTables(plan))
          multiplyColumns<LookupLevels<Isa>>(t, n, block);
        else
          multiplyColumns<LookupLinear<Isa>>(t, n, block);
        break;
      case 16:
        multiplyColumns<LookupTable<Isa, 4>>(t, n, block);
        break;
      case 32:
        multiplyColumns<LookupTable<Isa, 5>>(t, n, block);
        break;
      default:
        multiplyColumns<LookupTable<Isa, 6>>(t, n, block);
      }
    if (stats)
      countClipped();
  }

  template <typename Adc> void multiplyColumns(int64_t t, int64_t n, int64_t block) {
    if (width == kTables)
      multiply<Adc, kTables>(t, n, block);
    else
      multiply<Adc, 2 * kTables>(t, n, block);
  }

  /// All slices of tile t for some columns of one block of positions.
  template <typename Adc, int64_t Columns> void multiply(int64_t t, int64_t n, int64_t block) {
    int64_t count = std::min(Columns, numColumns - n), shift = 0;
    for (size_t s = 0; s < plan.slices.size(); shift += plan.slices[s++]) {
      I16 codes[Columns][2] = {};
      int64_t groups = numCycles % 8 == 0 ? numCycles / 8 : (numCycles + 3) / 4;
      for (int64_t b = 0, left = numCycles; left > 0; b = numCycles - left, --groups)
        left -= convertSome<Adc, Columns>((left + groups - 1) / groups, s, n, b, codes);
      for (int64_t c = 0; c < count; ++c)
        addCodes(t, s, sliceWeight(plan, s, shift), n + c, block, codes[c]);
    }
    for (int64_t c = 0; !plan.sumTiles && c < count; ++c) {
      if (plan.sumSlices)
        dequantize(t, n + c, block);
      if (plan.reference)
        addReference(t, n + c, block);
    }
  }

  /// A number of cycles that is known when compiling: few if there are more columns.
  template <typename Adc, int64_t Columns>
  int64_t convertSome(int64_t number, int64_t s, int64_t n, int64_t b, I16 (&codes)[Columns][2]) {
    if (number == 8 && Columns == kTables)
      convertCycles<Adc, Columns, 8>(s, n, b, codes);
    else if (number == 4 && Columns == kTables)
      convertCycles<Adc, Columns, 4>(s, n, b, codes);
    else if (number == 3 && Columns == kTables)
      convertCycles<Adc, Columns, 3>(s, n, b, codes);
    else if (number == 2)
      convertCycles<Adc, Columns, 2>(s, n, b, codes);
    else
      convertCycles<Adc, Columns, 1>(s, n, b, codes);
    return number;
  }

  /// Cycles b, ... of slice s: adds weighted codes to `codes`, even and odd positions apart.
  template <typename Adc, int64_t Columns, int64_t Cycles>
  void convertCycles(int64_t s, int64_t n, int64_t b, I16 (&codes)[Columns][2]) {
    U16 sums[Columns][Cycles][2];
    constexpr int64_t together = Cycles > 4 ? 1 : Columns; // As many sums as registers.
    for (int64_t c = 0; c < Columns; c += together)
      lookUp<Columns, together, Cycles>(s, n, c, layout.indices + b * kLanes, sums + c);
    for (int64_t c = 0; c < Columns; ++c) {
      const Adc adc(plan, layout.adcs[s * layout.columns + n + c]);
      I16 sum[2] = {codes[c][0], codes[c][1]};
      for (int64_t i = 0; i < Cycles; ++i) {
        I16 code[2], isClipped[2];
        adc.convert(sums[c][i], code, isClipped);
        auto weight = static_cast<int16_t>(plan.cycles[b + i].weight);
        for (int64_t half = 0; half < 2; ++half) {
          sum[half] += code[half] * weight;
          if (stats && n + c < numColumns)
            clipped[b + i][half] -= isClipped[half];
        }
      }
      std::memcpy(codes[c], sum, sizeof(sum));
    }
  }

  /// Lifted sums of `Together` of some columns and cycles, those of even and of odd positions
  /// apart.
  template <int64_t Columns, int64_t Together, int64_t Cycles>
  void lookUp(int64_t s, int64_t n, int64_t c0, const uint8_t *index,
              U16 (*sums)[Cycles][2]) const {
    int64_t indexStride = numCycles * kLanes, step = steps[s];
    const uint8_t *table = tables(s, n) + c0 * 16, *lift = lifts(s, 0) + n + c0;
    for (int64_t first = 0; first < lookups; first += step, lift += layout.columns) {
      U8 bytes[Together][Cycles];
      for (int64_t c = 0; c < Together; ++c)
        for (int64_t b = 0; b < Cycles; ++b)
          bytes[c][b] = U8{} + lift[c];
      for (int64_t i = std::min(step, lookups - first); i > 0;
           --i, table += Columns * 16, index += indexStride) {
        U8 at[Cycles];
        for (int64_t b = 0; b < Cycles; ++b)
          at[b] = loadVector<U8>(index + b * kLanes);
        for (int64_t c = 0; c < Together; ++c) {
          U8 entries = Isa::repeat(table + c * 16);
          for (int64_t b = 0; b < Cycles; ++b)
            bytes[c][b] += Isa::lookup(entries, at[b]);
        }
      }
      for (int64_t c = 0; c < Together; ++c)
        for (int64_t b = 0; b < Cycles; ++b) {
          U16 low = (U16)bytes[c][b] & static_cast<uint16_t>(0xff), high = (U16)bytes[c][b] >> 8;
          sums[c][b][0] = first == 0 ? low : sums[c][b][0] + low;
          sums[c][b][1] = first == 0 ? high : sums[c][b][1] + high;
        }
    }
  }

  /// Adds the clipped codes of the positions that exist, and starts anew. In 16 bits fit those
  /// of all columns of a part and 8 slices.
  void countClipped() {
    for (int64_t b = 0; b < numCycles; ++b) {
      for (int64_t lane = 0; lane < valid; ++lane)
        stats->clipped[b] += clipped[b][lane % 2][lane / 2];
      clipped[b][0] = clipped[b][1] = I16{};
    }
  }

  //===--------------------------------------------------------------------===//
  // Sums
  //===--------------------------------------------------------------------===//

  void addCodes(int64_t t, int64_t s, int32_t weight, int64_t n, int64_t block,
                const I16 (&codes)[2]) {
    int16_t values[kLanes];
    std::memcpy(values, codes, sizeof(values));
    int32_t middle = layout.adcs[s * layout.columns + n].middle * cycleWeights;
    if (!plan.sumSlices) {
      int64_t index = (t * plan.slices.size() + s) * plan.groups * plan.columns + firstOutput + n;
      float scale = plan.scale[index], *acc = layout.accumulators + at(block, n);
      for (int64_t lane = 0; lane < kLanes; ++lane)
        acc[lane] = std::fma(static_cast<float>(values[lane] + middle), scale, acc[lane]);
      return;
    }
    int32_t *sum = layout.sums + at(block, n);
    for (int64_t lane = 0; lane < kLanes; ++lane)
      sum[lane] += (values[lane] + middle) * weight;
  }

  /// acc = fma(float32(I), scale, acc) for sums of slices; clears the sums.
  void dequantize(int64_t t, int64_t n, int64_t block) {
    float scale = plan.scale[t * plan.groups * plan.columns + firstOutput + n];
    float *acc = layout.accumulators + at(block, n);
    int32_t *sum = layout.sums + at(block, n);
    for (int64_t lane = 0; lane < kLanes; ++lane) {
      acc[lane] = std::fma(static_cast<float>(sum[lane]), scale, acc[lane]);
      sum[lane] = 0;
    }
  }

  /// Where the i-th position of a block is among sums: even ones come first.
  static int64_t laneOf(int64_t i) { return i / 2 + i % 2 * kHalf; }

  /// What the reference column of tile row `t` reads at a block of positions.
  void loadReference(int64_t t, int64_t block) {
    int64_t position = firstPosition + block * kLanes;
    const float *from = cells.inputSums + (t * plan.groups + group) * positions + position;
    for (int64_t i = 0; i < std::min(kLanes, positions - position); ++i)
      inputs[laneOf(i)] = from[i];
  }

  /// The term of the reference column of tile row `t`.
  void addReference(int64_t t, int64_t n, int64_t block) {
    float scale = plan.reference[t * plan.groups * plan.columns + firstOutput + n];
    float *acc = layout.accumulators + at(block, n);
    for (int64_t lane = 0; lane < kLanes; ++lane)
      acc[lane] = std::fma(inputs[lane], scale, acc[lane]);
  }

  void finish(int64_t first, int64_t end) {
    for (int64_t position = first; position < end; position += kLanes) {
      int64_t block = (position - first) / kLanes;
      if (plan.sumTiles && plan.reference)
        loadReference(0, block);
      for (int64_t n = 0; plan.sumTiles && n < numColumns; ++n) {
        dequantize(0, n, block);
        if (plan.reference)
          addReference(0, n, block);
      }
      for (int64_t i = 0; i < kLanes && position + i < end; ++i) {
        float *out = output + (position + i) * plan.groups * plan.columns + firstOutput;
        const float *acc = layout.accumulators + at(block, 0) + laneOf(i);
        for (int64_t n = 0; n < numColumns; ++n)
          out[n] = acc[n * kLanes];
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
  int64_t padded, positions, numCycles;
  int64_t width;            ///< Columns that share a register of indices.
  int32_t cycleWeights = 0; ///< Of all cycles together.
  TableMaker<Isa> maker;
  I16 clipped[kMaxCycles][2] = {};      ///< Of one tile, even and odd positions apart.
  int64_t group = 0, firstPosition = 0; ///< Of the part.
  int64_t numColumns = 0, firstOutput = 0, lookups = 0, valid = 0;
  float inputs[kLanes] = {}; ///< Of the reference column.
  int64_t steps[8] = {};     ///< Of each slice: lookups of a segment.
};

template <typename Isa>
void runLookup(const MvmPlan &plan, const MvmCells &cells, const MvmImage &image, float *output,
               uint8_t *scratch, MvmStats *stats) {
  LookupBlock<Isa>(plan, cells, image, output, scratch, stats).run();
}

} // namespace
} // namespace cim::runtime

#endif // CIM_RUNTIME_LIB_KERNELS_MVMLOOKUP_H
