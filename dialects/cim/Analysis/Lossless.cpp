//===- Lossless.cpp - The range of partial sums -----------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See Lossless.h. The greatest sum of a column gives every positive digit of the
// column the largest input and every negative one 0, the least sum the reverse.
//
//===----------------------------------------------------------------------===//

#include "cim/Analysis/Lossless.h"
#include "mlir/IR/Threading.h"

using namespace mlir;
using namespace cim;

/// The range over the columns of one tile of one group for inputs of 0 and 1: rows
/// `firstRow` .. `lastRow` of the flattened [G * K, N / G] codes of `weightBits` bits.
static PartialSumRange getTileRange(const ElementsView<int8_t> &codes, MappingKind kind,
                                    int64_t weightBits, int64_t firstRow, int64_t lastRow,
                                    int64_t columns, int64_t bitOffset, int64_t bits) {
  // Enough for kMaxRows digits; narrow, so that the inner loop is one of vectors.
  SmallVector<uint32_t> positive(columns), negative(columns);
  std::vector<int8_t> splat(codes.splat ? columns : 0, codes[0]);
  int32_t mask = (1 << bits) - 1;
  for (int64_t k = firstRow; k < lastRow; ++k) {
    const int8_t *row = codes.splat ? splat.data() : codes.data.data() + k * columns;
    for (int64_t n = 0; n < columns; ++n) {
      int32_t stored = getStoredWeight(kind, row[n], weightBits);
      uint32_t digit = (std::abs(stored) >> bitOffset) & mask;
      negative[n] += stored < 0 ? digit : 0;
      positive[n] += stored < 0 ? 0 : digit;
    }
  }
  return {-int64_t(*llvm::max_element(negative)), int64_t(*llvm::max_element(positive))};
}

int64_t cim::getGreatestDigit(int64_t greatest, ArrayRef<int64_t> widths) {
  int64_t digit = 0;
  for (int64_t bits : widths) {
    digit = std::max(digit, std::min((int64_t(1) << bits) - 1, greatest));
    greatest >>= bits;
  }
  return digit;
}

int64_t cim::getGreatestDigit(InputEncoding encoding, ActivationAttr activation,
                              ArrayRef<int64_t> cycles) {
  int64_t greatestValue = (int64_t(1) << activation.getBits()) - 1;
  if (encoding == InputEncoding::Differential) // Distances from the zero point.
    greatestValue = std::max(greatestValue - activation.getZeroPoint(), activation.getZeroPoint());
  return getGreatestDigit(greatestValue, cycles);
}

PartialSumRange cim::getPartialSumRange(const ElementsView<int8_t> &codes, const LayerShape &shape,
                                        MappingAttr mapping, PrecisionAttr precision) {
  SmallVector<int64_t> tiles = getRowTiles(mapping, shape.rows, shape.kernelArea), firstRows;
  for (int64_t t = 0, row = 0; t < int64_t(tiles.size()); row += tiles[t++])
    firstRows.push_back(row);
  SmallVector<int64_t> slices = getWeightSlices(mapping, precision.getWeight());
  int64_t weightBits = llvm::sum_of(slices);
  std::vector<PartialSumRange> ranges(shape.groups * tiles.size());
  parallelFor(mapping.getContext(), 0, ranges.size(), [&](size_t i) {
    int64_t t = i % tiles.size(), row = i / tiles.size() * shape.rows + firstRows[t];
    int64_t bitOffset = 0;
    for (int64_t bits : slices) {
      PartialSumRange tile = getTileRange(codes, mapping.getKind(), weightBits, row, row + tiles[t],
                                          shape.columns, bitOffset, bits);
      ranges[i] = {std::min(ranges[i].min, tile.min), std::max(ranges[i].max, tile.max)};
      bitOffset += bits;
    }
  });
  PartialSumRange range;
  for (const PartialSumRange &tile : ranges)
    range = {std::min(range.min, tile.min), std::max(range.max, tile.max)};
  ActivationAttr activation = precision.getActivation();
  int64_t digit =
      getGreatestDigit(mapping.getInputEncoding(), activation, getInputCycles(mapping, activation));
  return {range.min * digit, range.max * digit};
}

PartialSumRange cim::getDynamicPartialSumRange(const LayerShape &shape, MappingAttr mapping,
                                               PrecisionAttr precision) {
  // Q, and Q + 2^(W-1), have all of their bits set, so every digit of them is the largest; in
  // two's complement that is -1.
  MappingKind kind = mapping.getKind();
  auto largest = static_cast<int8_t>(
      kind == MappingKind::TwosComplement ? -1 : getWeightCodeRange(precision.getWeight()).second);
  ElementsView<int8_t> column{largest, shape.rows, /*splat=*/true};
  LayerShape single;
  single.rows = shape.rows;
  single.columns = 1;
  single.kernelArea = shape.kernelArea;
  PartialSumRange range = getPartialSumRange(column, single, mapping, precision);
  return {isDifferential(kind) ? -range.max : 0, range.max};
}

bool cim::isLossless(AdcAttr adc, MappingKind kind, const PartialSumRange &range) {
  if (adc.getKind() != AdcKind::Linear || !adc.getScale())
    return false;
  FailureOr<SmallVector<float>> scales = readF32(adc.getScale());
  if (failed(scales) || !llvm::all_equal(*scales) || scales->front() != 1.0f)
    return false;
  if (adc.getOffset()) {
    FailureOr<SmallVector<int64_t>> offsets = readIntegers(adc.getOffset());
    if (failed(offsets) || !llvm::all_equal(*offsets) || offsets->front() != 0)
      return false;
  }
  auto [qmin, qmax] = getAdcCodeRange(adc, kind);
  return range.min >= qmin && range.max <= qmax;
}
