//===- Layout.h - How a layer is cut into tiles, slices, cycles -*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Pure queries that follow sections 2.2 to 2.7 of the design contract: which
// row tiles, weight slices and input cycles a layer has, and which of these
// axes are summed as integers. Nothing here looks at values.
//
//===----------------------------------------------------------------------===//

#ifndef CIM_ANALYSIS_LAYOUT_H
#define CIM_ANALYSIS_LAYOUT_H

#include "cim/IR/CimOps.h"
#include "cim/IR/Validity.h"

namespace cim {

/// Sizes of the row chunks t of a matrix of `rows` rows (section 2.5): tiles of
/// whole channels or dense ones, each read in chunks of `active_rows`. Their sum
/// is `rows`. A verified mapping leaves at least one row to each.
llvm::SmallVector<int64_t> getRowTiles(MappingAttr mapping, int64_t rows, int64_t kernelArea);

/// Number of row tiles J of whole arrays, before `active_rows` cuts them.
int64_t getNumArrayTiles(MappingAttr mapping, int64_t rows, int64_t kernelArea);

/// Bits of the weight slices s, least significant first (section 2.4): two's complement ends with
/// the sign bit.
llvm::SmallVector<int64_t> getWeightSlices(MappingAttr mapping, WeightAttr weight);

/// The same for cells of any width: as few slices as the mapping allows.
llvm::SmallVector<int64_t> getWholeSlices(MappingKind kind, int64_t weightBits);

/// The signed weights of slices: powers of two, negative for the sign bit of two's complement.
llvm::SmallVector<int64_t> getSliceWeights(MappingKind kind, llvm::ArrayRef<int64_t> slices);

/// The number whose digits the slices of a code of W bits hold (section 2.4): the code itself,
/// whose sign goes with every digit, for differential kinds; else one that is not negative.
inline int32_t getStoredWeight(MappingKind kind, int32_t code, int32_t weightBits) {
  switch (kind) {
  case MappingKind::DifferentialColumn:
  case MappingKind::DifferentialRow:
    return code;
  case MappingKind::Offset:
    return weightBits == 1 ? (code + 1) / 2 : code + (1 << (weightBits - 1));
  case MappingKind::TwosComplement:
    return code & ((1 << weightBits) - 1);
  }
  return code;
}

/// True if arrays have a column of ones, whose sums R of digits are read (section 2.4): for the
/// offset of stored weights, or for the beta of binary ones.
inline bool hasReference(MappingKind kind, WeightAttr weight) {
  return kind == MappingKind::Offset || weight.getBeta();
}

/// Bits of the input cycles of one pass, least significant first (section 2.2): digits of
/// two's complement end with the sign bit.
llvm::SmallVector<int64_t> getInputCycles(MappingAttr mapping, ActivationAttr activation);

/// The same for a DAC of any width: as few cycles as the encoding allows.
llvm::SmallVector<int64_t> getWholeCycles(InputEncoding encoding, int64_t activationBits);

/// The same mapping with another encoding.
MappingAttr getWithEncoding(MappingAttr mapping, InputEncoding encoding);

/// How often the cycles are run: twice for the differential encoding.
int64_t getNumPasses(InputEncoding encoding);

/// The signed weights of b, the cycles of all passes: powers of two, negative for the
/// sign bit of two's complement and for the second pass.
llvm::SmallVector<int64_t> getCycleWeights(InputEncoding encoding, llvm::ArrayRef<int64_t> cycles);

/// The integer weights of digits of the given bits: {1, 2^bits[0], 2^(bits[0]+bits[1]), ...}.
llvm::SmallVector<int64_t> getDigitWeights(llvm::ArrayRef<int64_t> bits);

/// Which axes are summed as integers besides b (section 2.7). Declared
/// granularities decide, never values or sizes.
struct IntegerAxes {
  bool slices = false;
  bool tiles = false;
};
IntegerAxes getIntegerAxes(const PrecisionAttr &precision);

/// True if scales of this granularity differ between row tiles.
inline bool dependsOnTile(Granularity granularity) {
  return granularity == Granularity::Array || granularity == Granularity::Column;
}

/// True if an ADC converts outputs rather than partial sums, which are then exact.
inline bool convertsOutputs(AdcAttr adc) {
  return adc.getPlacement() == AdcPlacement::Preactivation;
}

/// The granularity by which the scales of an ADC lie in memory: column-wise ones of outputs have
/// neither tiles nor slices.
inline Granularity getAdcLayout(AdcAttr adc) {
  bool isChannel = convertsOutputs(adc) && adc.getGranularity() == Granularity::Column;
  return isChannel ? Granularity::Channel : adc.getGranularity();
}

/// The same precision with an ideal ADC.
PrecisionAttr getWithIdealAdc(PrecisionAttr precision);

/// The range of ADC codes, [qmin, qmax] (section 2.6), of a linear ADC.
std::pair<int64_t, int64_t> getAdcCodeRange(AdcAttr adc, MappingKind kind);

/// The range of weight codes, [-Q or -Q-1, Q] (section 2.3).
std::pair<int64_t, int64_t> getWeightCodeRange(WeightAttr weight);

/// The first of weight.scale, activation.scale and (unless ideal) adc.scale or, of a table,
/// adc.thresholds that is not present, or nothing.
llvm::StringRef getMissingScale(PrecisionAttr precision);

/// True if no scale is missing.
inline bool isCalibrated(PrecisionAttr precision) { return getMissingScale(precision).empty(); }

/// The shape that a scale of the given granularity has (section 2.3, 2.6).
/// `slices` is 0 for weights, which have no slice axis.
llvm::SmallVector<int64_t> getScaleShape(Granularity granularity, const LayerShape &shape,
                                         int64_t tiles, int64_t slices);

/// Index into the flat data of a scale tensor of the given granularity for row
/// tile t, slice s and output n (counted over all groups).
struct ScaleIndex {
  Granularity granularity;
  int64_t groups, tiles, slices, outputs;
  int64_t operator()(int64_t t, int64_t s, int64_t n) const {
    switch (granularity) {
    case Granularity::Layer:
      return 0;
    case Granularity::Channel:
      return n;
    case Granularity::Array:
      return groups == 1 ? t : n / (outputs / groups) * tiles + t;
    case Granularity::Column:
      return (t * (slices == 0 ? 1 : slices) + (slices == 0 ? 0 : s)) * outputs + n;
    }
    return 0;
  }
};

} // namespace cim

#endif // CIM_ANALYSIS_LAYOUT_H
