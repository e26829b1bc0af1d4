//===- Layout.cpp - How a layer is cut into tiles, slices, cycles -*- C++ -*-=//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See Layout.h.
//
//===----------------------------------------------------------------------===//

#include "cim/Analysis/Layout.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace cim;

/// Weight rows that one array can hold.
static int64_t getRowsAvailable(MappingAttr mapping) {
  int64_t rows = mapping.getCrossbar().getRows();
  return mapping.getKind() == MappingKind::DifferentialRow ? rows / 2 : rows;
}

/// Rows of a full tile.
static int64_t getTileRows(MappingAttr mapping, int64_t kernelArea) {
  int64_t available = getRowsAvailable(mapping);
  if (mapping.getTiling() == Tiling::KernelIntact && available >= kernelArea)
    return available / kernelArea * kernelArea;
  return available;
}

SmallVector<int64_t> cim::getRowTiles(MappingAttr mapping, int64_t rows, int64_t kernelArea) {
  int64_t tileRows = getTileRows(mapping, kernelArea);
  int64_t active = mapping.getCrossbar().getActiveRows();
  if (mapping.getKind() == MappingKind::DifferentialRow)
    active /= 2;
  SmallVector<int64_t> tiles;
  for (int64_t row = 0; row < rows; row += tileRows) {
    int64_t tile = std::min(tileRows, rows - row);
    for (int64_t chunk = 0; chunk < tile; chunk += active)
      tiles.push_back(std::min(active, tile - chunk));
  }
  return tiles;
}

int64_t cim::getNumArrayTiles(MappingAttr mapping, int64_t rows, int64_t kernelArea) {
  return llvm::divideCeil(rows, getTileRows(mapping, kernelArea));
}

/// Cuts `total` bits into digits of `width` bits, the last taking the rest.
static SmallVector<int64_t> cutBits(int64_t total, int64_t width) {
  SmallVector<int64_t> digits;
  for (int64_t bit = 0; bit < total; bit += width)
    digits.push_back(std::min(width, total - bit));
  return digits;
}

/// The digits of a two's complement number: the sign bit is one of its own.
static SmallVector<int64_t> cutTwosComplement(int64_t bits, int64_t width) {
  SmallVector<int64_t> digits = cutBits(bits - 1, width);
  digits.push_back(1);
  return digits;
}

SmallVector<int64_t> cim::getWeightSlices(MappingAttr mapping, WeightAttr weight) {
  bool signSlice = mapping.getKind() == MappingKind::TwosComplement;
  int64_t bits = weight.getBits();
  if (signSlice || mapping.getSliceRule() == SliceRule::Magnitude)
    --bits;
  SmallVector<int64_t> slices;
  if (DenseI64ArrayAttr widths = mapping.getSlices()) {
    for (int64_t width : widths.asArrayRef()) {
      if (bits == 0)
        break;
      slices.push_back(std::min(width, bits));
      bits -= slices.back();
    }
  } else {
    slices = cutBits(bits, mapping.getCrossbar().getCellBits());
  }
  if (signSlice)
    slices.push_back(1);
  return slices;
}

SmallVector<int64_t> cim::getWholeSlices(MappingKind kind, int64_t weightBits) {
  if (kind == MappingKind::TwosComplement)
    return cutTwosComplement(weightBits, weightBits);
  return {weightBits};
}

SmallVector<int64_t> cim::getSliceWeights(MappingKind kind, ArrayRef<int64_t> slices) {
  SmallVector<int64_t> weights = getDigitWeights(slices);
  if (kind == MappingKind::TwosComplement)
    weights.back() = -weights.back();
  return weights;
}

SmallVector<int64_t> cim::getInputCycles(MappingAttr mapping, ActivationAttr activation) {
  int64_t bits = activation.getBits(), width = mapping.getCrossbar().getDacBits();
  if (mapping.getInputEncoding() == InputEncoding::TwosComplement)
    return cutTwosComplement(bits, width);
  return cutBits(bits, width);
}

SmallVector<int64_t> cim::getWholeCycles(InputEncoding encoding, int64_t activationBits) {
  if (encoding == InputEncoding::TwosComplement)
    return cutTwosComplement(activationBits, activationBits);
  return {activationBits};
}

MappingAttr cim::getWithEncoding(MappingAttr mapping, InputEncoding encoding) {
  return MappingAttr::get(mapping.getContext(), mapping.getKind(), mapping.getTiling(), encoding,
                          mapping.getSliceRule(), mapping.getSlices(), mapping.getCrossbar());
}

int64_t cim::getNumPasses(InputEncoding encoding) {
  return encoding == InputEncoding::Differential ? 2 : 1;
}

SmallVector<int64_t> cim::getCycleWeights(InputEncoding encoding, ArrayRef<int64_t> cycles) {
  SmallVector<int64_t> weights = getDigitWeights(cycles);
  if (encoding == InputEncoding::TwosComplement)
    weights.back() = -weights.back();
  if (encoding == InputEncoding::Differential)
    for (size_t b = 0; b < cycles.size(); ++b)
      weights.push_back(-weights[b]);
  return weights;
}

SmallVector<int64_t> cim::getDigitWeights(ArrayRef<int64_t> bits) {
  SmallVector<int64_t> weights;
  int64_t offset = 0;
  for (int64_t width : bits) {
    weights.push_back(int64_t(1) << offset);
    offset += width;
  }
  return weights;
}

IntegerAxes cim::getIntegerAxes(const PrecisionAttr &precision) {
  AdcAttr adc = precision.getAdc();
  bool exact = adc.getKind() == AdcKind::Ideal || convertsOutputs(adc);
  IntegerAxes axes;
  axes.slices = exact || adc.getGranularity() != Granularity::Column;
  axes.tiles = !dependsOnTile(precision.getWeight().getGranularity()) &&
               (exact || !dependsOnTile(adc.getGranularity()));
  return axes;
}

PrecisionAttr cim::getWithIdealAdc(PrecisionAttr precision) {
  MLIRContext *context = precision.getContext();
  auto ideal =
      AdcAttr::get(context, AdcKind::Ideal, /*bits=*/8, Granularity::Layer, CodeRange::Full);
  return PrecisionAttr::get(context, precision.getWeight(), precision.getActivation(), ideal);
}

std::pair<int64_t, int64_t> cim::getAdcCodeRange(AdcAttr adc, MappingKind kind) {
  if (!isDifferential(kind))
    return {0, (int64_t(1) << adc.getBits()) - 1};
  int64_t half = int64_t(1) << (adc.getBits() - 1);
  return {adc.getRange() == CodeRange::Full ? -half : -half + 1, half - 1};
}

std::pair<int64_t, int64_t> cim::getWeightCodeRange(WeightAttr weight) {
  if (weight.getBits() == 1)
    return {-1, 1};
  int64_t half = int64_t(1) << (weight.getBits() - 1);
  return {weight.getRange() == CodeRange::Full ? -half : -half + 1, half - 1};
}

StringRef cim::getMissingScale(PrecisionAttr precision) {
  if (!precision.getWeight().getScale())
    return "weight.scale";
  if (!precision.getActivation().getScale())
    return "activation.scale";
  AdcAttr adc = precision.getAdc();
  if (adc.getKind() != AdcKind::Ideal && !adc.getScale())
    return adc.getKind() == AdcKind::Table ? "adc.thresholds" : "adc.scale";
  return "";
}

SmallVector<int64_t> cim::getScaleShape(Granularity granularity, const LayerShape &shape,
                                        int64_t tiles, int64_t slices) {
  switch (granularity) {
  case Granularity::Layer:
    return {};
  case Granularity::Channel:
    return {shape.outputs()};
  case Granularity::Array:
    if (shape.groups > 1)
      return {shape.groups, tiles};
    return {tiles};
  case Granularity::Column:
    if (slices > 0)
      return {tiles, slices, shape.outputs()};
    return {tiles, shape.outputs()};
  }
  return {};
}
