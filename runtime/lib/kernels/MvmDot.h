//===- MvmDot.h - The crossbar layer by dot products ------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Serves every layer: a blocked matrix product, as in the BLIS papers. Its left rows,
// lanes, are the digits of one position in one cycle, or whole codes with an ideal ADC; they
// are made once for a block of positions and rows. Weights are brought into a
// panel of few columns, which stays in the first cache while all lanes pass. Sums of a
// few lanes and columns live in registers until the tile ends; the ADC takes
// them from there, and sums of codes stay in the first cache until they are scaled.
//
// The Isa class supplies units: vectors that multiply four rows. `Narrow` is the fast one for
// operands whose sums fit its accumulators, `Wide` serves all, `Cells` the 16-bit numbers of cells
// that were drawn.
//
// Bounds: four rows of a vector of columns take a multiplication and an addition (with
// AVX-512 one vpdpbusd), an ADC about nine instructions for all rows. So R rows and 16 sums
// take R + 18 instructions with AVX2 (narrow), 2 * R (wide), R / 4 + 8 with AVX-512; Zen 3 can
// start two multiplications and two additions a cycle, and does 80 % of that.
//
//===----------------------------------------------------------------------===//

#ifndef CIM_RUNTIME_LIB_KERNELS_MVMDOT_H
#define CIM_RUNTIME_LIB_KERNELS_MVMDOT_H

#include "MvmAdc.h"
#include "MvmDigits.h"
#include "MvmGather.h"
#include "MvmOutputAdc.h"
#include "MvmVariedAdc.h"
#include "MvmVectors.h"

#include <array>
#include <cmath>
#include <utility>

namespace cim::runtime {
namespace {

/// Sets `sums` [Lanes][sumStride] to the products of `Lanes` lanes with `Vectors` vectors of
/// columns, or adds them. One instance for each number, so that all sums have registers.
template <typename Unit, int64_t Vectors, int64_t Lanes>
void multiplyLanes(const typename Unit::Input *lanes, int64_t stride,
                   const typename Unit::Weight *weights, int64_t quads, int32_t *sums,
                   int64_t sumStride, bool adds) {
  typename Unit::Sums sum[Lanes][Vectors] = {};
  constexpr int64_t width = Unit::kColumns * 4;
  for (int64_t q = 0; q < quads; ++q, lanes += 4, weights += Unit::kVectors * width) {
    typename Unit::Vector columns[Vectors];
    for (int64_t v = 0; v < Vectors; ++v)
      columns[v] = Unit::load(weights + v * width);
    for (int64_t lane = 0; lane < Lanes; ++lane) {
      typename Unit::Vector rows = Unit::repeat(lanes + lane * stride);
      for (int64_t v = 0; v < Vectors; ++v)
        sum[lane][v] = Unit::multiplyAdd(sum[lane][v], rows, columns[v]);
    }
  }
  for (int64_t lane = 0; lane < Lanes; ++lane)
    for (int64_t v = 0; v < Vectors; ++v) {
      int32_t *to = sums + lane * sumStride + v * Unit::kColumns;
      auto columns = Unit::columns(sum[lane][v]);
      if (adds)
        columns += loadVector<decltype(columns)>(to);
      std::memcpy(to, &columns, sizeof(columns));
    }
}

template <typename Unit>
using MultiplyLanes = void (*)(const typename Unit::Input *, int64_t, const typename Unit::Weight *,
                               int64_t, int32_t *, int64_t, bool);

template <typename Unit, int64_t Vectors, int64_t... Lanes>
constexpr std::array<MultiplyLanes<Unit>, sizeof...(Lanes)>
makeMultiplyLanes(std::integer_sequence<int64_t, Lanes...>) {
  return {multiplyLanes<Unit, Vectors, Lanes + 1>...};
}

/// Copies weights, whose quads are `stride` apart, to their places in a panel
/// [parts][quads][columns of a part][4].
template <typename Unit, typename Number>
void fillPanel(const Number *__restrict from, int64_t stride, int64_t quads, int64_t columns,
               typename Unit::Weight *__restrict panel) {
  constexpr int64_t part = Unit::kVectors * Unit::kColumns * 4, block = format::kColumnBlock * 4;
  for (int64_t q = 0; q < quads; ++q, from += stride, panel += part)
    for (int64_t first = 0; first < columns * 4; first += block)
      for (int64_t i = 0; i < block; ++i) {
        auto *to = panel + first / part * quads * part + first % part;
        to[i / part * quads * part + i % part] = from[first + i];
      }
}

/// acc = fma(float32(I), scale, acc)
template <typename Sum>
void addScaled(const Sum *__restrict sums, const float *__restrict scale, int64_t count,
               float *__restrict acc) {
  for (int64_t n = 0; n < count; ++n)
    acc[n] = std::fma(static_cast<float>(sums[n]), scale[n], acc[n]);
}

/// How many quads of rows the sums of a unit hold, by the largest products.
template <typename Unit> int64_t quadsOfSums(const MvmPlan &plan) {
  int64_t input = (1 << plan.activationBits) - 1, bits = 0;
  for (int64_t width : plan.slices)
    bits = plan.adc ? std::max(bits, width) : bits + width;
  if (plan.adc)
    input = widestMask(plan);
  int64_t weight = std::min<int64_t>(1 << bits, 128);
  return Unit::kLargestSum / std::max<int64_t>(input * weight, 1);
}

/// The state of one group and a block of positions.
template <typename Isa, typename Unit, typename Sum> class DotBlock {
  using Input = typename Unit::Input;
  using Weight = typename Unit::Weight;
  using I32 = typename Isa::V::I32;
  static constexpr int64_t kWidth = sizeof(I32) / sizeof(int32_t);
  /// Cells were drawn: they are what weights and the planes of slices are otherwise.
  static constexpr bool kVaried = std::is_same_v<Unit, typename Isa::Cells>;

public:
  DotBlock(const MvmPlan &plan, const MvmCells &cells, const MvmImage &image, float *output,
           uint8_t *scratch, MvmStats *stats)
      : plan(plan), cells(cells), image(image), output(output), stats(stats), layout(plan, scratch),
        padded(roundUp(plan.columns, format::kColumnBlock)), outputs(plan.groups * plan.columns),
        numCycles(plan.adc ? plan.cycles.size() : 1),
        summedSlices(plan.sumSlices ? 1 : plan.slices.size()) {}

  /// Blocks of about the same size, so that none is nearly empty.
  void run() {
    int64_t all = numPositions(image), blocks = divideUp(all, layout.positions);
    for (int64_t block = 0; block < blocks; ++block) {
      firstPosition = all * block / blocks;
      count = all * (block + 1) / blocks - firstPosition;
      for (int64_t p = 0; p < count; ++p)
        layout.bases[p] = patchBase(plan, image, firstPosition + p);
      for (group = 0; group < plan.groups; ++group)
        runGroup();
    }
  }

private:
  void runGroup() {
    firstOutput = group * plan.columns;
    for (int64_t p = firstPosition; p < firstPosition + count; ++p)
      std::memcpy(output + p * outputs + firstOutput, cells.start + firstOutput,
                  plan.columns * sizeof(float));
    const int8_t *weights = cells.weights + group * groupBytes(plan);
    if constexpr (kVaried)
      drawn = cells.drawn + group * plan.variation->layout.groupSize();
    int64_t firstRow = 0;
    for (int64_t t = 0, e = numStoredTiles(plan); t < e; ++t) {
      int64_t tileRows = storedTileRows(plan, t);
      for (int64_t row = 0; row < tileRows; row += layout.rows) {
        rows = std::min(layout.rows, tileRows - row);
        makeLanes(firstRow, tileRows, row);
        multiplyRows(t, weights + row * padded, row == 0, row + rows == tileRows);
      }
      firstRow += tileRows;
      weights += roundUp(tileRows, 4) * padded;
      drawn += kVaried ? roundUp(tileRows, 4) * padded * numPlanes() : 0;
    }
    for (int64_t column = 0; plan.sumTiles && column < plan.columns; column += kBlock)
      dequantize(0, column);
  }

  //===--------------------------------------------------------------------===//
  // Lanes
  //===--------------------------------------------------------------------===//

  /// Gathers rows of the tile and makes lanes [positions][cycles][stride] of them.
  void makeLanes(int64_t firstRow, int64_t tileRows, int64_t row) {
    PhaseTimer timer(stats, &MvmStats::gathering);
    const PatchRows patch = {group, firstRow, tileRows, row, rows};
    for (int64_t i = 0; i < numImages(plan); ++i)
      gatherRows(plan, image, image.codes[i], patch, layout.bases, count, layout.stride,
                 layout.patch + i * layout.positions * layout.stride);
    lanes = reinterpret_cast<const Input *>(layout.patch);
    if (!plan.adc && sizeof(Input) == 1)
      return;
    auto *lane = reinterpret_cast<Input *>(layout.lanes);
    lanes = lane;
    const MvmCycle whole = {0, 0, 0xff, 1};
    for (int64_t p = 0; p < count; ++p)
      for (int64_t b = 0; b < numCycles; ++b, lane += layout.stride) {
        const MvmCycle &cycle = plan.adc ? plan.cycles[b] : whole;
        const uint8_t *codes = layout.patch + (cycle.image * layout.positions + p) * layout.stride;
        cutDigits(codes, roundUp(rows, 4), cycle.shift, cycle.mask, lane);
      }
  }

  //===--------------------------------------------------------------------===//
  // Products
  //===--------------------------------------------------------------------===//

  /// Columns that are multiplied at once, and those of which sums are together.
  static constexpr int64_t kPart = Unit::kVectors * Unit::kColumns;
  static constexpr int64_t kBlock = std::max(kPart, format::kColumnBlock);
  /// Lanes whose partial sums are together.
  static constexpr int64_t kMostLanes = 48;

  /// All columns of some rows of tile `t`: all its rows with an ADC.
  void multiplyRows(int64_t t, const int8_t *weights, bool isFirst, bool isLast) {
    bool begins = plan.adc ? t == 0 || !plan.sumTiles : isFirst && cells.columnSums;
    for (int64_t first = 0; first < plan.columns; first += kPanelColumns) {
      int64_t end = std::min(first + kPanelColumns, plan.columns);
      for (int64_t column = first; begins && column < end; column += kBlock)
        beginSums(t, column);
      int64_t width = std::min(kPanelColumns, padded - first);
      if (plan.adc)
        convertSlices(t, weights + first * 4, first, width);
      else
        multiplyCodes(weights + first * 4, first, width, begins || !isFirst);
      for (int64_t column = first; isLast && !plan.sumTiles && column < end; column += kBlock)
        dequantize(t, column);
    }
  }

  /// Products of whole codes, which are sums of 32 bits.
  void multiplyCodes(const int8_t *weights, int64_t first, int64_t width, bool adds) {
    fillPanel<Unit>(weights, padded * 4, quads(), width, reinterpret_cast<Weight *>(layout.panel));
    for (int64_t column = first; column < std::min(first + width, plan.columns); column += kBlock)
      multiplyLanesOf(0, count, column, reinterpret_cast<int32_t *>(sumsOf(column, 0, 0)), adds);
  }

  /// Sets sums [number][kBlock] to the products of some lanes with the panel, or adds them.
  void multiplyLanesOf(int64_t lane, int64_t number, int64_t column, int32_t *sums,
                       bool adds) const {
    int64_t groups = divideUp(number, Unit::kLanes);
    for (int64_t i = 0; i < groups; ++i) {
      int64_t begin = number * i / groups, end = number * (i + 1) / groups;
      multiplyGroup(lane + begin, end - begin, column, sums + begin * kBlock, adds);
    }
  }

  /// The same of at most kLanes lanes.
  void multiplyGroup(int64_t lane, int64_t number, int64_t column, int32_t *sums, bool adds) const {
    static constexpr std::integer_sequence lengths =
        std::make_integer_sequence<int64_t, Unit::kLanes>();
    static constexpr std::array functions = {makeMultiplyLanes<Unit, 1>(lengths),
                                             makeMultiplyLanes<Unit, Unit::kVectors>(lengths)};
    const Input *first = lanes + lane * layout.stride;
    const auto *panel = reinterpret_cast<const Weight *>(layout.panel) + half * panelSize() +
                        column % kPanelColumns * quads() * 4;
    for (int64_t part = 0; part < numValid(column); part += kPart) {
      bool isWide = numValid(column) - part > Unit::kColumns;
      for (int64_t q = 0; q < quads(); q += step)
        functions[isWide][number - 1](
            first + q * 4, layout.stride, panel + (part * quads() + q * kPart) * 4,
            std::min(step, quads() - q), sums + part, kBlock, adds || q > 0);
    }
  }

  /// All slices of a panel of `width` columns.
  void convertSlices(int64_t t, const int8_t *weights, int64_t first, int64_t width) {
    int64_t slices = plan.slices.size();
    for (int64_t s = 0, shift = 0; s < slices; shift += plan.slices[s++]) {
      if constexpr (kVaried)
        fillCells(s, first, width);
      else
        cutPanel(plan.planes[s], weights, width);
      for (int64_t column = first; column < std::min(first + width, plan.columns); column += kBlock)
        convertPlane(t, s, sliceWeight(plan, s, shift), column);
    }
  }

  /// Makes a panel of drawn cells, or two for both halves.
  void fillCells(int64_t s, int64_t first, int64_t width) {
    auto *panel = reinterpret_cast<Weight *>(layout.panel);
    int64_t halves = plan.variation->layout.halves, block = quads() * padded * 4;
    for (half = 0; half < halves; ++half)
      fillPanel<Unit>(drawn + (s * halves + half) * block + first * 4, padded * 4, quads(), width,
                      panel + half * panelSize());
    half = 0;
  }

  /// Makes a panel of the digits of a plane.
  void cutPanel(const format::Plane &plane, const int8_t *weights, int64_t width) {
    auto *panel = reinterpret_cast<Weight *>(layout.panel);
    for (int64_t column = 0; column < width; column += kBlock) {
      int64_t columns = std::min(kBlock, width - column);
      bool inPlace = sizeof(Weight) == 1 && columns == kPart;
      int8_t *digits = inPlace ? reinterpret_cast<int8_t *>(panel) : layout.digits;
      cutPlane(plane, weights + column * 4, padded * 4, quads(), columns, digits);
      if (!inPlace)
        fillPanel<Unit>(digits, columns * 4, quads(), columns, panel);
      panel += kBlock * quads() * 4;
    }
  }

  /// Converts all cycles of a plane of weights and adds the codes to their sums.
  void convertPlane(int64_t t, int64_t s, Sum weight, int64_t column) {
    int64_t n = firstOutput + column, valid = numValid(column);
    if (plan.levels && !plan.convertsOutputs)
      return convertLanes(TableAdc<Isa, kBlock>(plan, t, s, n, valid), t, s, weight, column);
    int64_t index = (t * plan.slices.size() + s) * outputs + n;
    if constexpr (kVaried) {
      if (!plan.variation->converts)
        return convertLanes(IdealAdc<Isa>(), t, s, weight, column);
      if (!plan.variation->longOffsets.empty())
        return convertLanes(LongLinearAdc<Isa>(plan, index, valid), t, s, weight, column);
    }
    convertLanes(LinearAdc<Isa, kBlock>(plan, index, valid), t, s, weight, column);
  }

  /// Some positions at a time, so that their partial sums stay in the first cache.
  template <typename Adc>
  void convertLanes(const Adc &adc, int64_t t, int64_t s, Sum weight, int64_t column) {
    alignas(64) int32_t partial[kMostLanes * kBlock];
    I32 clipped[kMaxCycles] = {};
    int64_t each = kMostLanes / numCycles;
    for (int64_t first = 0; first < count; first += each) {
      int64_t end = std::min(first + each, count), lane = first * numCycles;
      multiplyLanesOf(lane, (end - first) * numCycles, column, partial, false);
      if constexpr (kVaried)
        finishSums(t, s, first, end, column, partial);
      else if (plan.planes[s].lift != 0)
        addLifts(lane, (end - first) * numCycles, plan.planes[s].lift, partial);
      for (int64_t p = first; p < end; ++p)
        addCodes(adc, partial + (p - first) * numCycles * kBlock, weight, sumsOf(column, s, p),
                 stats ? clipped : nullptr);
    }
    for (int64_t b = 0; stats && b < numCycles; ++b)
      for (int64_t n = 0; n < kWidth; ++n)
        stats->clipped[b] += clipped[b][n];
  }

  /// Adds the upper halves of drawn cells and the noise of conversions to partial sums.
  void finishSums(int64_t t, int64_t s, int64_t first, int64_t end, int64_t column,
                  int32_t *partial) {
    const MvmVariation &variation = *plan.variation;
    int64_t number = (end - first) * numCycles;
    if (variation.layout.halves == 2) {
      alignas(64) int32_t upper[kMostLanes * kBlock];
      half = 1;
      multiplyLanesOf(first * numCycles, number, column, upper, false);
      half = 0;
      for (int64_t i = 0; i < number * kBlock; ++i) // Of columns that are not there, anything.
        partial[i] = static_cast<int32_t>(uint32_t(partial[i]) + (uint32_t(upper[i]) << 15));
    }
    if (variation.noise.exists())
      for (int64_t p = first; p < end; ++p)
        addNoise(t, s, firstPosition + p, column, partial + (p - first) * numCycles * kBlock);
  }

  /// Adds the noise of conversions to the partial sums [cycles][kBlock] of one position.
  void addNoise(int64_t t, int64_t s, int64_t position, int64_t column, int32_t *partial) const {
    const ReadNoise &noise = plan.variation->noise;
    int64_t positions = numPositions(image) / cells.samples;
    PhiloxKey key = noise.keyOf(cells.firstSample + position / positions);
    for (int64_t b = 0; b < numCycles; ++b)
      noise.add(key, cells.matrix * positions + position % positions, t, s, b, firstOutput + column,
                numValid(column), partial + b * kBlock);
  }

  /// Adds what digits are less than what cells hold: `lift` for each input.
  void addLifts(int64_t lane, int64_t number, int32_t lift, int32_t *partial) const {
    for (int64_t i = 0; i < number; ++i) {
      int32_t inputs = 0;
      for (int64_t row = 0; row < rows; ++row)
        inputs += lanes[(lane + i) * layout.stride + row];
      for (int64_t n = 0; n < kBlock; ++n)
        partial[i * kBlock + n] += lift * inputs;
    }
  }

  /// Converts the partial sums [cycles][kBlock] of one position, and adds weighted codes.
  template <typename Adc>
  void addCodes(const Adc &adc, const int32_t *partial, Sum weight, Sum *sums, I32 *clipped) const {
    typedef Sum Codes __attribute__((vector_size(kWidth * sizeof(Sum))));
    for (int64_t i = 0; i < kBlock; i += kWidth) {
      Codes codes = {};
      for (int64_t b = 0; b < numCycles; ++b) {
        I32 code =
            adc.convert(partial + b * kBlock + i, i / kWidth, clipped ? clipped + b : nullptr);
        codes += __builtin_convertvector(code, Codes) * Sum(plan.cycles[b].weight);
      }
      for (int64_t n = 0; n < kWidth; ++n)
        sums[i + n] += codes[n] * weight;
    }
  }

  //===--------------------------------------------------------------------===//
  // Sums
  //===--------------------------------------------------------------------===//

  int64_t quads() const { return divideUp(rows, 4); }
  int64_t panelSize() const { return quads() * 4 * kPanelColumns; }
  /// Blocks of drawn cells of a tile.
  int64_t numPlanes() const { return plan.slices.size() * plan.variation->layout.halves; }
  int64_t numValid(int64_t column) const { return std::min(kBlock, plan.columns - column); }

  /// Sums of a block of columns [S'][positions][kBlock]: of all blocks if they outlive a panel.
  Sum *sumsOf(int64_t column, int64_t s, int64_t position) const {
    int64_t block = (plan.sumTiles || !plan.adc ? column : column % kPanelColumns) / kBlock;
    return reinterpret_cast<Sum *>(layout.sums) +
           ((block * summedSlices + (plan.sumSlices ? 0 : s)) * layout.positions + position) *
               kBlock;
  }

  /// Zero, or what makes sums of codes those of the inputs that the codes stand for.
  void beginSums(int64_t t, int64_t column) {
    for (int64_t s = 0; s < summedSlices; ++s)
      std::memset(sumsOf(column, s, 0), 0, count * kBlock * sizeof(Sum));
    if (!cells.columnSums)
      return;
    const int32_t *columnSum = cells.columnSums + t * outputs + firstOutput + column;
    for (int64_t p = 0; p < count; ++p)
      for (int64_t n = 0; n < numValid(column); ++n)
        sumsOf(column, 0, p)[n] = -plan.zeroPoint * columnSum[n];
  }

  /// Scales the sums of the slices of scale row `t` and adds the term of the reference column;
  /// accumulators are the output.
  void dequantize(int64_t t, int64_t column) {
    int64_t valid = numValid(column), first = firstOutput + column;
    if (cells.joined)
      joinReference(t, column);
    if (plan.convertsOutputs)
      convertOutputs<Isa, kBlock>(plan, first, valid, count, sumsOf(column, 0, 0));
    for (int64_t s = 0; s < summedSlices; ++s) {
      const float *scale = plan.scale + (t * summedSlices + s) * outputs + first;
      for (int64_t p = 0; p < count; ++p) {
        float *acc = output + (firstPosition + p) * outputs + first;
        addScaled(sumsOf(column, s, p), scale, valid, acc);
      }
    }
    if (plan.reference)
      addReference(t, column);
  }

  /// Where what the reference column reads at the positions of the block begins.
  int64_t inputsAt(int64_t t) const {
    return (t * plan.groups + group) * numPositions(image) + firstPosition;
  }

  void joinReference(int64_t t, int64_t column) {
    const int64_t *inputs = cells.joined + inputsAt(t);
    for (int64_t p = 0; p < count; ++p)
      for (int64_t n = 0; n < kBlock; ++n)
        sumsOf(column, 0, p)[n] -= inputs[p];
  }

  void addReference(int64_t t, int64_t column) {
    int64_t first = firstOutput + column;
    const float *scale = plan.reference + t * outputs + first;
    const float *inputs = cells.inputSums + inputsAt(t);
    for (int64_t p = 0; p < count; ++p) {
      float *acc = output + (firstPosition + p) * outputs + first;
      for (int64_t n = 0; n < numValid(column); ++n)
        acc[n] = std::fma(inputs[p], scale[n], acc[n]);
    }
  }

  const MvmPlan &plan;
  const MvmCells &cells;
  const MvmImage &image;
  float *output;
  MvmStats *stats;
  DotScratch layout;
  int64_t padded, outputs, numCycles, summedSlices;
  /// Cells have sums of one sign that 32 bits hold.
  int64_t step = kVaried ? INT64_MAX : quadsOfSums<Unit>(plan);
  int64_t firstPosition = 0, count = 0; ///< Of the block.
  int64_t group = 0, firstOutput = 0;
  int64_t rows = 0;               ///< That lanes have.
  const int16_t *drawn = nullptr; ///< Cells of the tile.
  int64_t half = 0;               ///< Of cells that are multiplied.
  const Input *lanes = nullptr;
};

template <typename Isa, typename Unit>
void runDotAs(const MvmPlan &plan, const MvmCells &cells, const MvmImage &image, float *output,
              uint8_t *scratch, MvmStats *stats) {
  if (hasSmallSums(plan))
    DotBlock<Isa, Unit, int32_t>(plan, cells, image, output, scratch, stats).run();
  else
    DotBlock<Isa, Unit, int64_t>(plan, cells, image, output, scratch, stats).run();
}

template <typename Isa>
void runDot(const MvmPlan &plan, const MvmCells &cells, const MvmImage &image, float *output,
            uint8_t *scratch, MvmStats *stats) {
  if (plan.variation)
    return runDotAs<Isa, typename Isa::Cells>(plan, cells, image, output, scratch, stats);
  // Narrow sums that must be emptied after fewer quads cost more than they save.
  constexpr int64_t fewestQuads = 4;
  if (quadsOfSums<typename Isa::Narrow>(plan) >= fewestQuads)
    runDotAs<Isa, typename Isa::Narrow>(plan, cells, image, output, scratch, stats);
  else
    runDotAs<Isa, typename Isa::Wide>(plan, cells, image, output, scratch, stats);
}

} // namespace
} // namespace cim::runtime

#endif // CIM_RUNTIME_LIB_KERNELS_MVMDOT_H
