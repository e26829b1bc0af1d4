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
#include <cmath>
#include <cstdlib>
#include <cstring>

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
      deviation(draws.variation.read_noise * (1 << fraction)) {}

void ReadNoise::add(int64_t sample, int64_t position, int64_t tile, int64_t slice, int64_t cycle,
                    int64_t output, int64_t count, int32_t *sums) const {
  PhiloxCounter ofSample = philox({uint32_t(sample), uint32_t(uint64_t(sample) >> 32),
                                   layer << 8 | CellDraws::Conversion << 4, trial},
                                  seed);
  PhiloxKey key = {ofSample[0], ofSample[1]};
  PhiloxCounter words = {};
  for (int64_t i = 0; i < count; ++i) {
    uint32_t n = uint32_t(output + i);
    if (i == 0 || n % 4 == 0)
      words =
          philox({n / 4, uint32_t(position), uint32_t(tile), uint32_t(slice << 8 | cycle)}, key);
    sums[i] += roundToCell(deviation * normalOf(words[n % 4]));
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
  void clear() {
    std::fill(positive.begin(), positive.end(), 0);
    std::fill(negative.begin(), negative.end(), 0);
  }
  void add(int64_t column, int64_t value) { (value > 0 ? positive : negative)[column] += value; }
  int64_t largest() const {
    return std::max(*std::max_element(positive.begin(), positive.end()),
                    -*std::min_element(negative.begin(), negative.end()));
  }
  std::vector<int64_t> positive, negative;
};

} // namespace

/// Calls visit(group, tile, slice, shift) for each of a layout.
template <typename Visitor> static void forEachSlice(const CellLayout &layout, Visitor visit) {
  for (int64_t group = 0; group < layout.groups; ++group)
    for (size_t t = 0; t < layout.tiles.size(); ++t) {
      int64_t shift = 0;
      for (size_t s = 0; s < layout.slices.size(); shift += layout.slices[s++])
        visit(group, t, s, shift);
    }
}

static std::vector<int64_t> firstRowsOf(const std::vector<int64_t> &tiles) {
  std::vector<int64_t> first = {0};
  for (int64_t rows : tiles)
    first.push_back(first.back() + rows);
  return first;
}

DrawnCells cim::runtime::drawCells(const CellDraws &draws, const CellLayout &layout,
                                   const int8_t *codes, uint32_t firstOutput, int32_t fraction,
                                   int16_t *cells) {
  DrawnCells drawn = {0, true};
  ColumnSums sums(layout.columns);
  bool isPair = format::isDifferential(layout.kind);
  std::vector<int64_t> firstRows = firstRowsOf(layout.tiles);
  int64_t weightBits = std::accumulate(layout.slices.begin(), layout.slices.end(), int64_t(0));
  const int32_t limit = layout.halves == 1 ? kHalf - 1 : kLargestCell;
  std::memset(cells, 0, layout.groups * layout.groupSize() * sizeof(*cells));
  forEachSlice(layout, [&](int64_t group, size_t t, size_t s, int64_t shift) {
    sums.clear();
    int64_t tileRows = layout.tiles[t], bits = layout.slices[s], row = 0;
    int64_t size = layout.blockSize(tileRows), padded = layout.paddedColumns();
    for (int64_t k : format::storedRowOrder(firstRows[t], tileRows, layout.kernelArea)) {
      const int8_t *from = codes + (group * layout.rows + k) * layout.columns;
      int16_t *to =
          cells + row / format::kRowBlock * format::kRowBlock * padded + row % format::kRowBlock;
      ++row;
      for (int64_t column = 0; column < layout.columns; ++column, to += format::kRowBlock) {
        auto output = static_cast<uint32_t>(firstOutput + group * layout.columns + column);
        CellPlace place = {output, uint32_t(k), uint32_t(s), 0, bits};
        int32_t digit = digitOf(layout.kind, weightBits, from[column], shift, bits);
        int32_t value = readDigit(draws, place, isPair, digit, fraction);
        sums.add(column, value);
        drawn.fits &= std::abs(value) <= limit;
        *to = static_cast<int16_t>(layout.halves == 1 ? value : value % kHalf);
        if (layout.halves == 2)
          to[size] = static_cast<int16_t>(value / kHalf);
      }
    }
    drawn.largestColumn = std::max(drawn.largestColumn, sums.largest());
    cells += size * layout.halves;
  });
  return drawn;
}

DrawnCells cim::runtime::boundCells(const CellDraws &draws, const CellLayout &layout,
                                    int64_t matrices, int32_t fraction) {
  DrawnCells bound = {0, true};
  ColumnSums sums(layout.columns);
  bool isPair = format::isDifferential(layout.kind);
  std::vector<int64_t> firstRows = firstRowsOf(layout.tiles);
  for (int64_t matrix = 0; matrix < matrices; ++matrix)
    forEachSlice(layout, [&](int64_t, size_t t, size_t s, int64_t) {
      sums.clear();
      int32_t highest = (1 << layout.slices[s]) - 1;
      for (int64_t k = firstRows[t]; k < firstRows[t + 1]; ++k)
        for (int64_t column = 0; column < layout.columns; ++column) {
          CellPlace place = {uint32_t(matrix * layout.columns + column), uint32_t(k), uint32_t(s),
                             0, layout.slices[s]};
          // Conductances grow with what is written.
          int32_t most = readDigit(draws, place, isPair, highest, fraction);
          int32_t least = readDigit(draws, place, isPair, isPair ? -highest : 0, fraction);
          sums.add(column, std::max(most, 0));
          sums.add(column, std::min(least, 0));
          bound.fits &= most < kHalf && least > -kHalf;
        }
      bound.largestColumn = std::max(bound.largestColumn, sums.largest());
    });
  return bound;
}
