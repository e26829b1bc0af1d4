//===- Variation.h - Cells that differ from what was written ----*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Draws what cells hold (section 2.10 of the design contract; README.md of the runtime has the
// formulas) and the noise of conversions. A number depends on nothing but the seed, the trial
// and what it belongs to.
//
//===----------------------------------------------------------------------===//

#ifndef CIM_RUNTIME_LIB_VARIATION_H
#define CIM_RUNTIME_LIB_VARIATION_H

#include "Draws.h"
#include "cim-runtime/PackedWeights.h"
#include "cim-runtime/cim_runtime.h"

#include <numeric>

namespace cim::runtime {

/// One cell: where it is, and how many bits it holds.
struct CellPlace {
  uint32_t output;   ///< n, of all groups and matrices.
  uint32_t row;      ///< k, of the rows of a group.
  uint32_t slice;    ///< s
  uint32_t polarity; ///< 1 for the negative cell of a pair, else 0.
  int64_t bits;
};

/// The cells of one layer.
class CellDraws {
public:
  CellDraws(const cim_variation &variation, uint32_t layer);

  /// What the cell has that was to hold `value`, as a multiple of 2^-fraction steps; at most 2^30.
  int32_t read(const CellPlace &place, int32_t value, int32_t fraction) const;

  PhiloxKey key() const { return {uint32_t(variation.seed), uint32_t(variation.seed >> 32)}; }

private:
  enum Stream { Cell, Stuck, Weight, Conversion };
  PhiloxCounter draw(Stream stream, const CellPlace &place) const;
  double conductance(const CellPlace &place, int32_t value) const;
  friend class ReadNoise;

  cim_variation variation;
  uint32_t layer;
  double driftTime; ///< The logarithm.
};

/// The noise of the conversions of one layer.
class ReadNoise {
public:
  ReadNoise() = default;
  ReadNoise(const CellDraws &draws, int32_t fraction);

  bool exists() const { return deviation > 0; }
  /// What all numbers of a sample have in common.
  PhiloxKey keyOf(int64_t sample) const;
  /// Adds what is drawn for the sample of a key, a position, tile, slice and cycle to the sums of
  /// `count` outputs from `output` on.
  void add(PhiloxKey key, int64_t position, int64_t tile, int64_t slice, int64_t cycle,
           int64_t output, int64_t count, int32_t *sums) const;

private:
  int32_t of(uint32_t word) const;

  PhiloxKey seed = {};
  uint32_t layer = 0, trial = 0;
  double deviation = 0; ///< In units of the sums.
  /// The noise of all words with the same upper bits, or kUnsure where it is not the same. Normal
  /// numbers grow with their words, so that the first and the last one of these tell.
  std::vector<int32_t> table;
  static constexpr int32_t kTableBits = 14, kUnsure = INT32_MIN;
};

/// The cells of a layer as kernels read them: differences of pairs where there are pairs, in
/// units of 2^-fraction steps. A block int16 [quads][padded columns][4] for each group, tile,
/// slice and half: of numbers that 16 bits do not hold, the first half has what is left of a
/// division by 2^15, the second the quotient.
struct CellLayout {
  format::MappingKind kind;
  int64_t groups, rows, columns, kernelArea;
  std::vector<int64_t> tiles, slices;
  int32_t halves = 1;

  int64_t paddedColumns() const;
  /// Numbers of one block of a tile.
  int64_t blockSize(int64_t tileRows) const;
  /// Of all blocks of one group.
  int64_t groupSize() const;
};

/// What was drawn.
struct DrawnCells {
  int64_t largestColumn; ///< The largest sum of the cells of one sign of a tile, slice and column.
  bool fits;             ///< All numbers have the halves of the layout.
};

/// Draws the cells of codes [groups][rows][columns], of which the first column is `firstOutput`.
/// Their bits do not depend on the number of threads.
DrawnCells drawCells(const CellDraws &draws, const CellLayout &layout, const int8_t *codes,
                     uint32_t firstOutput, int32_t fraction, int16_t *cells, size_t threads = 1);

/// The bounds of one half that hold for the cells of `matrices` whose codes are not known: any
/// digits that slices hold.
DrawnCells boundCells(const CellDraws &draws, const CellLayout &layout, int64_t matrices,
                      int32_t fraction, size_t threads);

} // namespace cim::runtime

#endif // CIM_RUNTIME_LIB_VARIATION_H
