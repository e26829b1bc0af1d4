//===- Variation.cpp - Cells that differ from what was written ------------===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See Variation.h.
//
//===----------------------------------------------------------------------===//

#include "Variation.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <future>
#include <system_error>

using namespace cim;
using namespace cim::runtime;

/// A number beyond all partial sums that are exact.
static constexpr int32_t kLargestCell = (1 << 30) - 1;
/// Halves of a number: what is left of a division by it, and the quotient.
static constexpr int32_t kHalf = 1 << 15;

/// The nearest integer, for ties the even one, within +-kLargestCell.
static int32_t roundToCell(double value) {
  constexpr double rounder = 0x1.8p52, largest = kLargestCell;
  return static_cast<int32_t>((std::clamp(value, -largest, largest) + rounder) - rounder);
}

//===----------------------------------------------------------------------===//
// One cell
//===----------------------------------------------------------------------===//

CellDraws::CellDraws(const cim_variation &variation, uint32_t layer)
    : variation(variation), layer(layer),
      driftTime(variation.drift_time > 1 ? fixedLog(variation.drift_time) : 0) {}

PhiloxCounter CellDraws::draw(Stream stream, const CellPlace &place) const {
  uint32_t what = layer << 8 | stream << 4 | place.slice << 1 | place.polarity;
  return philox({place.output, place.row, what, variation.trial}, key());
}

double CellDraws::conductance(const CellPlace &place, int32_t value) const {
  double highest = static_cast<double>((1 << place.bits) - 1), inverseRatio = 0;
  if (variation.on_off_ratio > 0)
    inverseRatio = 1 / variation.on_off_ratio;
  if (variation.stuck_off > 0 || variation.stuck_on > 0) {
    double u = uniformOf(draw(Stuck, place)[0]);
    if (u < variation.stuck_off)
      return highest * inverseRatio;
    if (u < variation.stuck_off + variation.stuck_on)
      return highest;
  }
  double g = value * (1 - inverseRatio) + highest * inverseRatio;
  if (g == 0 && variation.gaussian == 0)
    return 0; // Whatever is drawn.
  PhiloxCounter words = {};
  bool drifts = driftTime > 0 && variation.drift_nu_sigma > 0;
  if (variation.cell_lognormal > 0 || variation.proportional > 0 || variation.gaussian > 0 ||
      drifts)
    words = draw(Cell, place);
  double theta = 0;
  if (variation.cell_lognormal > 0)
    theta = variation.cell_lognormal * normalOf(words[0]);
  if (variation.weight_lognormal > 0)
    theta +=
        variation.weight_lognormal * normalOf(draw(Weight, {place.output, place.row, 0, 0, 0})[0]);
  if (theta != 0)
    g *= fixedExp(theta);
  if (variation.proportional > 0)
    g *= std::max(1 + variation.proportional * normalOf(words[1]), 0.);
  if (variation.gaussian > 0)
    g += variation.gaussian * normalOf(words[2]);
  g = std::max(g, 0.);
  if (driftTime > 0) {
    double nu = variation.drift_nu;
    if (drifts)
      nu = std::max(nu + variation.drift_nu_sigma * normalOf(words[3]), 0.);
    g *= fixedExp(-nu * driftTime);
  }
  return g;
}

int32_t CellDraws::read(const CellPlace &place, int32_t value, int32_t fraction) const {
  return roundToCell(conductance(place, value) * (1 << fraction));
}

//===----------------------------------------------------------------------===//
// One conversion
//===----------------------------------------------------------------------===//

ReadNoise::ReadNoise(const CellDraws &draws, int32_t fraction)
    : seed(draws.key()), layer(draws.layer), trial(draws.variation.trial),
      deviation(draws.variation.read_noise * (1 << fraction)) {
  if (!exists())
    return;
  constexpr int32_t each = 32 - kTableBits;
  constexpr double margin = 1e-9; // Much more than the errors of normalOf().
  table.resize(size_t(1) << kTableBits);
  for (uint32_t i = 0; i < table.size(); ++i) {
    double least = deviation * normalOf(i << each);
    double most = deviation * normalOf((i << each) | ((1u << each) - 1));
    int32_t noise = roundToCell(least - margin * std::abs(least));
    table[i] = noise == roundToCell(most + margin * std::abs(most)) ? noise : kUnsure;
  }
}

PhiloxKey ReadNoise::keyOf(int64_t sample) const {
  PhiloxCounter words = philox({uint32_t(sample), uint32_t(uint64_t(sample) >> 32),
                                layer << 8 | CellDraws::Conversion << 4, trial},
                               seed);
  return {words[0], words[1]};
}

int32_t ReadNoise::of(uint32_t word) const {
  int32_t noise = table[word >> (32 - kTableBits)];
  return noise != kUnsure ? noise : roundToCell(deviation * normalOf(word));
}

void ReadNoise::add(PhiloxKey key, int64_t position, int64_t tile, int64_t slice, int64_t cycle,
                    int64_t output, int64_t count, int32_t *sums) const {
  PhiloxCounter words = {};
  for (int64_t i = 0; i < count; ++i) {
    uint32_t n = uint32_t(output + i);
    if (i == 0 || n % 4 == 0)
      words =
          philox({n / 4, uint32_t(position), uint32_t(tile), uint32_t(slice << 8 | cycle)}, key);
    sums[i] += of(words[n % 4]);
  }
}

//===----------------------------------------------------------------------===//
// The cells of a layer
//===----------------------------------------------------------------------===//

int64_t CellLayout::paddedColumns() const {
  return (columns + format::kColumnBlock - 1) / format::kColumnBlock * format::kColumnBlock;
}

int64_t CellLayout::blockSize(int64_t tileRows) const {
  return (tileRows + format::kRowBlock - 1) / format::kRowBlock * format::kRowBlock *
         paddedColumns();
}

int64_t CellLayout::groupSize() const {
  int64_t size = 0;
  for (int64_t tileRows : tiles)
    size += blockSize(tileRows);
  return size * static_cast<int64_t>(slices.size()) * halves;
}

/// What the cells of a weight show of the digit of a slice: a pair its difference.
static int32_t readDigit(const CellDraws &draws, CellPlace place, bool isPair, int32_t digit,
                         int32_t fraction) {
  place.polarity = 0;
  int32_t sum = draws.read(place, isPair ? std::max(digit, 0) : digit, fraction);
  if (!isPair)
    return sum;
  place.polarity = 1;
  return sum - draws.read(place, std::max(-digit, 0), fraction);
}

/// The digit of `bits` bits from bit `shift` on (section 2.4).
static int32_t digitOf(format::MappingKind kind, int64_t weightBits, int32_t code, int64_t shift,
                       int64_t bits) {
  int32_t mask = (1 << bits) - 1;
  if (format::isDifferential(kind))
    return code < 0 ? -((-code >> shift) & mask) : (code >> shift) & mask;
  if (kind == format::MappingKind_Offset)
    code = weightBits == 1 ? (code + 1) / 2 : code + (1 << (weightBits - 1));
  return (code >> shift) & mask; // Two's complement has the bits of a negative number.
}

namespace {

/// The sums of each sign of the columns of a tile and slice.
struct ColumnSums {
  explicit ColumnSums(int64_t columns) : positive(columns), negative(columns) {}
  void add(int64_t column, int64_t value) { (value > 0 ? positive : negative)[column] += value; }
  int64_t largest() const {
    return std::max(*std::max_element(positive.begin(), positive.end()),
                    -*std::min_element(negative.begin(), negative.end()));
  }
  std::vector<int64_t> positive, negative;
};

/// One slice of a tile.
struct SliceBlock {
  int64_t group, slice, bits, shift; ///< From bit `shift` of a weight on.
  int64_t firstRow, rows;
  int64_t offset; ///< Of its cells in those of the matrix.
};

} // namespace

/// All of a layout, in the order of their cells.
static std::vector<SliceBlock> listBlocks(const CellLayout &layout) {
  std::vector<SliceBlock> blocks;
  int64_t offset = 0, slices = layout.slices.size();
  for (int64_t group = 0; group < layout.groups; ++group) {
    int64_t row = 0;
    for (int64_t rows : layout.tiles) {
      int64_t shift = 0;
      for (int64_t s = 0; s < slices; shift += layout.slices[s++]) {
        blocks.push_back({group, s, layout.slices[s], shift, row, rows, offset});
        offset += layout.blockSize(rows) * layout.halves;
      }
      row += rows;
    }
  }
  return blocks;
}

/// What visit(index) says of each of `count` blocks, which threads share.
template <typename Visitor>
static DrawnCells drawBlocks(size_t count, size_t threads, const Visitor &visit) {
  std::vector<DrawnCells> drawn(count);
  std::atomic<size_t> next = 0;
  auto work = [&] {
    for (size_t i; (i = next++) < count;)
      drawn[i] = visit(i);
  };
  std::vector<std::future<void>> others;
  others.reserve(threads);
  try {
    for (size_t i = 1; i < std::min(threads, count); ++i)
      others.push_back(std::async(std::launch::async, work));
  } catch (const std::system_error &) { // No more threads: those that run draw the rest.
  }
  work();
  for (std::future<void> &other : others)
    other.get();
  DrawnCells all = {0, true};
  for (const DrawnCells &block : drawn)
    all = {std::max(all.largestColumn, block.largestColumn), all.fits && block.fits};
  return all;
}

/// Draws the cells of one block from codes [groups][rows][columns].
static DrawnCells drawBlock(const CellDraws &draws, const CellLayout &layout,
                            const SliceBlock &block, const int8_t *codes, uint32_t firstOutput,
                            int32_t fraction, int16_t *cells) {
  DrawnCells drawn = {0, true};
  ColumnSums sums(layout.columns);
  bool isPair = format::isDifferential(layout.kind);
  int64_t weightBits = std::accumulate(layout.slices.begin(), layout.slices.end(), int64_t(0));
  const int32_t limit = layout.halves == 1 ? kHalf - 1 : kLargestCell;
  int64_t size = layout.blockSize(block.rows), padded = layout.paddedColumns(), row = 0;
  std::memset(cells, 0, size * layout.halves * sizeof(*cells));
  for (int64_t k : format::storedRowOrder(block.firstRow, block.rows, layout.kernelArea)) {
    const int8_t *from = codes + (block.group * layout.rows + k) * layout.columns;
    int16_t *to =
        cells + row / format::kRowBlock * format::kRowBlock * padded + row % format::kRowBlock;
    ++row;
    for (int64_t column = 0; column < layout.columns; ++column, to += format::kRowBlock) {
      auto output = static_cast<uint32_t>(firstOutput + block.group * layout.columns + column);
      CellPlace place = {output, uint32_t(k), uint32_t(block.slice), 0, block.bits};
      int32_t digit = digitOf(layout.kind, weightBits, from[column], block.shift, block.bits);
      int32_t value = readDigit(draws, place, isPair, digit, fraction);
      sums.add(column, value);
      drawn.fits &= std::abs(value) <= limit;
      *to = static_cast<int16_t>(layout.halves == 1 ? value : value % kHalf);
      if (layout.halves == 2)
        to[size] = static_cast<int16_t>(value / kHalf);
    }
  }
  drawn.largestColumn = sums.largest();
  return drawn;
}

DrawnCells cim::runtime::drawCells(const CellDraws &draws, const CellLayout &layout,
                                   const int8_t *codes, uint32_t firstOutput, int32_t fraction,
                                   int16_t *cells, size_t threads) {
  std::vector<SliceBlock> blocks = listBlocks(layout);
  return drawBlocks(blocks.size(), threads, [&](size_t i) {
    return drawBlock(draws, layout, blocks[i], codes, firstOutput, fraction,
                     cells + blocks[i].offset);
  });
}

/// The bounds of one block of a matrix that begins at an output.
static DrawnCells boundBlock(const CellDraws &draws, const CellLayout &layout,
                             const SliceBlock &block, int64_t firstOutput, int32_t fraction) {
  DrawnCells bound = {0, true};
  ColumnSums sums(layout.columns);
  bool isPair = format::isDifferential(layout.kind);
  int32_t highest = (1 << block.bits) - 1;
  for (int64_t k = block.firstRow; k < block.firstRow + block.rows; ++k)
    for (int64_t column = 0; column < layout.columns; ++column) {
      CellPlace place = {uint32_t(firstOutput + column), uint32_t(k), uint32_t(block.slice), 0,
                         block.bits};
      // Conductances grow with what is written.
      int32_t most = readDigit(draws, place, isPair, highest, fraction);
      int32_t least = readDigit(draws, place, isPair, isPair ? -highest : 0, fraction);
      sums.add(column, std::max(most, 0));
      sums.add(column, std::min(least, 0));
      bound.fits &= most < kHalf && least > -kHalf;
    }
  bound.largestColumn = sums.largest();
  return bound;
}

DrawnCells cim::runtime::boundCells(const CellDraws &draws, const CellLayout &layout,
                                    int64_t matrices, int32_t fraction, size_t threads) {
  std::vector<SliceBlock> blocks = listBlocks(layout); // Of the one group of a matrix.
  return drawBlocks(matrices * blocks.size(), threads, [&](size_t i) {
    auto matrix = static_cast<int64_t>(i / blocks.size());
    return boundBlock(draws, layout, blocks[i % blocks.size()], matrix * layout.columns, fraction);
  });
}
