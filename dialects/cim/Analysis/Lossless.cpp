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

using namespace mlir;
using namespace cim;

/// The range over the columns of one tile of one group for inputs of 0 and 1: rows
/// `firstRow` .. `lastRow` of the flattened [G * K, N / G] codes of `weightBits` bits.
static PartialSumRange getTileRange(const ElementsView<int8_t> &codes, MappingKind kind,
                                    int64_t weightBits, int64_t firstRow, int64_t lastRow,
                                    int64_t columns, int64_t bitOffset, int64_t bits) {
  SmallVector<int64_t> positive(columns), negative(columns);
  for (int64_t k = firstRow; k < lastRow; ++k)
    for (int64_t n = 0; n < columns; ++n) {
      int64_t stored = getStoredWeight(kind, codes[k * columns + n], weightBits);
      int64_t digit = (std::abs(stored) >> bitOffset) & ((int64_t(1) << bits) - 1);
      (stored < 0 ? negative : positive)[n] += digit;
    }
  return {-*llvm::max_element(negative), *llvm::max_element(positive)};
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
                                        MappingKind kind, ArrayRef<int64_t> tiles,
                                        ArrayRef<int64_t> slices, int64_t greatestDigit) {
  int64_t weightBits = llvm::sum_of(slices);
  PartialSumRange range;
  int64_t row = 0;
  for (int64_t g = 0; g < shape.groups; ++g)
    for (int64_t rows : tiles) {
      int64_t bitOffset = 0;
      for (int64_t bits : slices) {
        PartialSumRange tile =
            getTileRange(codes, kind, weightBits, row, row + rows, shape.columns, bitOffset, bits);
        range = {std::min(range.min, tile.min), std::max(range.max, tile.max)};
        bitOffset += bits;
      }
      row += rows;
    }
  return {range.min * greatestDigit, range.max * greatestDigit};
}

PartialSumRange cim::getPartialSumRange(const ElementsView<int8_t> &codes, const LayerShape &shape,
                                        MappingAttr mapping, PrecisionAttr precision) {
  ActivationAttr activation = precision.getActivation();
  return getPartialSumRange(codes, shape, mapping.getKind(),
                            getRowTiles(mapping, shape.rows, shape.kernelArea),
                            getWeightSlices(mapping, precision.getWeight()),
                            getGreatestDigit(mapping.getInputEncoding(), activation,
                                             getInputCycles(mapping, activation)));
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
