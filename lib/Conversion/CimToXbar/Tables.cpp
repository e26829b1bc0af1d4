//===- Tables.cpp - The tables of a crossbar layer --------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Sections 2.1 and 2.7 of the design contract. Products and sums are double, in
// exactly this order, and rounded to float32 once at the end.
//
//===----------------------------------------------------------------------===//

#include "Tables.h"
#include "cim/Analysis/Layout.h"
#include "cim/Analysis/WeightMatrix.h"
#include <cmath>
#include <numeric>

using namespace mlir;
using namespace cim;

namespace {

/// The scales of a layer by row tile t, slice s and output n.
struct Scales {
  SmallVector<float> weight;
  ScaleIndex weightIndex;
  double activation;
  int64_t zeroPoint;
  /// Of binary weights, indexed like those; empty if there is none.
  SmallVector<float> beta;
  /// W, and whether arrays hold codes that are not negative beside a column of ones.
  int64_t weightBits;
  bool isOffset;
  /// Empty for an ideal ADC; `offset` also if there is none.
  SmallVector<float> adc;
  SmallVector<int64_t> offset;
  ScaleIndex adcIndex;

  double weightAt(int64_t t, int64_t n) const { return weight[weightIndex(t, 0, n)]; }
  double betaAt(int64_t t, int64_t n) const {
    return beta.empty() ? 0 : beta[weightIndex(t, 0, n)];
  }
  /// What a step of a partial sum counts: binary weights of an offset mapping are stored as 0 and 1
  /// but 2 * s_w apart.
  double stepAt(int64_t t, int64_t n) const {
    return isOffset && weightBits == 1 ? 2 * weightAt(t, n) : weightAt(t, n);
  }
  double adcAt(int64_t t, int64_t s, int64_t n) const { return adc[adcIndex(t, s, n)]; }
  int64_t offsetAt(int64_t t, int64_t s, int64_t n) const { return offset[adcIndex(t, s, n)]; }
};

/// The sizes T, S and N of a table.
struct TableShape {
  int64_t tiles, slices, outputs;

  template <typename Fn> void forEach(Fn fn) const {
    for (int64_t t = 0; t < tiles; ++t)
      for (int64_t s = 0; s < slices; ++s)
        for (int64_t n = 0; n < outputs; ++n)
          fn(t, s, n);
  }
};

} // namespace

static TableShape getTableShape(LayerChain &chain) {
  ArraysType type = chain.write.getArrays().getType();
  return {int64_t(type.getTiles().size()), int64_t(type.getSlices().size()),
          chain.getShape().outputs()};
}

/// Reads one tensor of a layer into `values`.
template <typename T>
static LogicalResult read(LayerChain &chain, StringRef field, ElementsAttr attr,
                          FailureOr<T> (*reader)(ElementsAttr), T &values) {
  FailureOr<T> elements = failure();
  if (attr)
    elements = reader(attr);
  if (failed(elements))
    return chain.mvm.emitOpError("layer '")
           << chain.mvm.getLayer() << "': '" << field << "' must be a constant that is present";
  values = std::move(*elements);
  return success();
}

static FailureOr<Scales> readScales(LayerChain &chain) {
  PrecisionAttr precision = chain.dequantize.getPrecision();
  TableShape shape = getTableShape(chain);
  int64_t groups = chain.getShape().groups;
  WeightAttr weight = precision.getWeight();
  AdcAttr adc = precision.getAdc();
  Scales scales;
  scales.weightIndex = {weight.getGranularity(), groups, shape.tiles, 0, shape.outputs};
  scales.adcIndex = {getAdcLayout(adc), groups, shape.tiles, shape.slices, shape.outputs};
  scales.activation = precision.getActivation().getScale().getValueAsDouble();
  scales.zeroPoint = precision.getActivation().getZeroPoint();
  scales.weightBits = weight.getBits();
  scales.isOffset = chain.write.getArrays().getType().getKind() == MappingKind::Offset;
  if (failed(read(chain, "weight.scale", weight.getScale(), readF32, scales.weight)) ||
      (weight.getBeta() &&
       failed(read(chain, "weight.beta", weight.getBeta(), readF32, scales.beta))))
    return failure();
  if (chain.adc && failed(read(chain, "adc.scale", adc.getScale(), readF32, scales.adc)))
    return failure();
  if (chain.adc && adc.getOffset() &&
      failed(read(chain, "adc.offset", adc.getOffset(), readIntegers, scales.offset)))
    return failure();
  return scales;
}

/// `z * s_a * sum_k (s_w * w + beta)`, subtracted for every output; k ascends over all rows.
static void subtractZeroPoint(LayerChain &chain, const Scales &scales,
                              const ElementsView<int8_t> &codes, std::vector<double> &start) {
  LayerShape shape = chain.getShape();
  SmallVector<int32_t> tileOfRow = getTileOfRow(chain.write.getArrays().getType().getTiles());
  std::vector<double> sums(shape.outputs(), 0.0);
  int64_t i = 0;
  for (int64_t g = 0; g < shape.groups; ++g)
    for (int64_t k = 0; k < shape.rows; ++k)
      for (int64_t n = g * shape.columns; n < (g + 1) * shape.columns; ++n)
        sums[n] += scales.weightAt(tileOfRow[k], n) * static_cast<double>(codes[i++]) +
                   scales.betaAt(tileOfRow[k], n);
  double factor = static_cast<double>(scales.zeroPoint) * scales.activation;
  for (int64_t n = 0; n < shape.outputs(); ++n)
    start[n] -= factor * sums[n];
}

/// `s_w * s_a * 2^(s*c) * sum_b 2^(b*d) * o`, added for t, then s ascending.
static void addOffsets(LayerChain &chain, const Scales &scales, std::vector<double> &start) {
  ArrayRef<int64_t> cycles = chain.correction.getCycleWeights();
  ArrayRef<int64_t> slices = chain.correction.getSliceWeights();
  int64_t allCycles = std::accumulate(cycles.begin(), cycles.end(), int64_t(0));
  getTableShape(chain).forEach([&](int64_t t, int64_t s, int64_t n) {
    double digits = static_cast<double>(slices[s] * allCycles);
    double step = (scales.stepAt(t, n) * scales.activation) * digits;
    start[n] += step * static_cast<double>(scales.offsetAt(t, s, n));
  });
}

/// Thresholds and levels of an ADC; those of a group are repeated for each of its outputs.
static LogicalResult foldAdcTable(LayerChain &chain, AdcAttr adc, const Scales &scales,
                                  LayerTables &tables) {
  ElementsView<int32_t> thresholds, levels;
  if (failed(
          read(chain, "adc.thresholds", adc.getThresholds(), viewElements<int32_t>, thresholds)) ||
      failed(read(chain, "adc.levels", adc.getLevels(), viewElements<int32_t>, levels)))
    return failure();
  TableShape shape = getTableShape(chain);
  Granularity granularity = getAdcLayout(adc);
  bool ofGroups = adc.getScale().getShapedType().getRank() == 2;
  bool ofColumns = granularity == Granularity::Column || granularity == Granularity::Channel;
  shape.tiles = dependsOnTile(granularity) ? shape.tiles : 1;
  shape.slices = granularity == Granularity::Column ? shape.slices : 1;
  shape.outputs = ofColumns || ofGroups ? shape.outputs : 1;
  int64_t length = adc.getThresholds().getShapedType().getShape().back();
  shape.forEach([&](int64_t t, int64_t s, int64_t n) {
    int64_t table = scales.adcIndex(t, s, n);
    for (int64_t l = 0; l < length; ++l)
      tables.thresholds.push_back(thresholds[table * length + l]);
    for (int64_t l = 0; l <= length; ++l)
      tables.levels.push_back(levels[table * (length + 1) + l]);
  });
  tables.thresholdShape = {shape.tiles, shape.slices, shape.outputs, length};
  tables.levelShape = {shape.tiles, shape.slices, shape.outputs, length + 1};
  return success();
}

/// Scales of the axes that dequantization sees.
static std::vector<float> combineScales(LayerChain &chain, const Scales &scales) {
  auto sums = cast<RankedTensorType>(chain.dequantize.getSums().getType());
  ArrayRef<int64_t> slices = chain.dequantize.getSliceWeights();
  std::vector<float> combined;
  TableShape shape{sums.getDimSize(0), sums.getDimSize(1), chain.getShape().outputs()};
  shape.forEach([&](int64_t t, int64_t s, int64_t n) {
    double scale = scales.stepAt(t, n);
    if (!scales.adc.empty())
      scale = scales.adcAt(t, s, n) * scale;
    scale *= scales.activation;
    combined.push_back(static_cast<float>(scale * static_cast<double>(slices[s])));
  });
  return combined;
}

/// The factors of the sums of digits, if they do not join the other sums: [T', N].
static std::vector<float> makeReference(LayerChain &chain, const Scales &scales) {
  std::vector<float> reference;
  // With an ideal ADC sums of whole signed codes are the same.
  bool joins = (!chain.adc || convertsOutputs(chain.adc.getAdc())) && scales.weightBits > 1;
  if (!chain.mvm.getReference() || joins)
    return reference;
  // What the codes are more than those that the arrays stand for.
  auto excess = static_cast<double>(scales.isOffset ? int64_t(1) << (scales.weightBits - 1) : 0);
  int64_t tiles = cast<RankedTensorType>(chain.dequantize.getSums().getType()).getDimSize(0);
  for (int64_t t = 0; t < tiles; ++t)
    for (int64_t n = 0; n < chain.getShape().outputs(); ++n)
      reference.push_back(static_cast<float>(
          (scales.betaAt(t, n) - scales.weightAt(t, n) * excess) * scales.activation));
  return reference;
}

/// Factors that are normal may have a product that is none: such a layer has no program.
static LogicalResult checkScales(LayerChain &chain, const LayerTables &tables) {
  auto check = [&](bool usable, float scale) -> LogicalResult {
    if (usable)
      return success();
    return chain.mvm.emitOpError("layer '")
           << chain.mvm.getLayer()
           << "': its scales must have a product that is a normal float32, got " << scale;
  };
  for (float scale : tables.scale)
    if (failed(check(std::isnormal(scale), scale)))
      return failure();
  // The factors of a zero point and of sums of digits may vanish.
  for (float factor : tables.reference)
    if (failed(check(std::isfinite(factor), factor)))
      return failure();
  float correction = tables.correctionScale.value_or(0);
  return check(std::isfinite(correction), correction);
}

FailureOr<LayerTables> cim::foldTables(LayerChain &chain) {
  ElementsView<int8_t> codes;
  SmallVector<float> bias;
  FailureOr<Scales> scales = readScales(chain);
  if (failed(scales) ||
      failed(read(chain, "bias", getConstant(chain.correction.getBias()), readF32, bias)))
    return failure();
  bool dynamic = chain.isDynamic();
  if (!dynamic && failed(read(chain, "codes", getConstant(chain.write.getCodes()),
                              viewElements<int8_t>, codes)))
    return failure();
  LayerTables tables;
  std::vector<double> start(bias.begin(), bias.end());
  bool zeroPointTerm = chain.correction.getInputEncoding() == InputEncoding::Offset;
  if (dynamic && zeroPointTerm)
    tables.correctionScale = static_cast<float>(scales->weightAt(0, 0) * scales->activation);
  else if (scales->zeroPoint != 0 && zeroPointTerm)
    subtractZeroPoint(chain, *scales, codes, start);
  if (!scales->offset.empty())
    addOffsets(chain, *scales, start);
  tables.start.assign(start.begin(), start.end());
  tables.scale = combineScales(chain, *scales);
  tables.reference = makeReference(chain, *scales);
  if (failed(checkScales(chain, tables)))
    return failure();
  TableShape shape = getTableShape(chain);
  AdcAttr adc = chain.dequantize.getPrecision().getAdc();
  if (adc.getKind() == AdcKind::Table && failed(foldAdcTable(chain, adc, *scales, tables)))
    return failure();
  if (adc.getKind() == AdcKind::Linear)
    shape.forEach([&](int64_t t, int64_t s, int64_t n) {
      tables.reciprocal.push_back(static_cast<float>(1.0 / scales->adcAt(t, s, n)));
    });
  if (llvm::any_of(scales->offset, [](int64_t offset) { return offset != 0; }))
    shape.forEach([&](int64_t t, int64_t s, int64_t n) {
      tables.offsets.push_back(scales->offsetAt(t, s, n));
    });
  return tables;
}
