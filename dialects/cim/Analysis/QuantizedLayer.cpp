//===- QuantizedLayer.cpp - A layer as codes in arrays ----------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See QuantizedLayer.h.
//
//===----------------------------------------------------------------------===//

#include "cim/Analysis/QuantizedLayer.h"
#include "cim/Analysis/Elements.h"
#include "cim/Analysis/WeightMatrix.h"
#include "cim/IR/AdcTable.h"
#include "cim/IR/Limits.h"
#include <cmath>

using namespace mlir;
using namespace cim;

static InFlightDiagnostic emitLayerError(LayerOpInterface layer) {
  return layer.emitOpError("layer '") << layer.getLayer() << "': ";
}

static LogicalResult checkPrecision(LayerOpInterface layer) {
  PrecisionAttr precision = layer.getPrecisionAttr();
  StringRef missing = precision ? getMissingScale(precision) : "precision";
  if (missing.empty())
    return success();
  return emitLayerError(layer) << "'" << missing << "' must be present, got none";
}

/// The numbers of `field`, which keep a rule, none if it is absent.
static FailureOr<SmallVector<float>> readFloats(LayerOpInterface layer, StringRef field,
                                                ElementsAttr attr, StringRef rule,
                                                bool (*isValid)(float)) {
  if (!attr)
    return SmallVector<float>();
  FailureOr<SmallVector<float>> numbers = readF32(attr);
  if (failed(numbers))
    return emitLayerError(layer) << "'" << field
                                 << "' must have its data, got a missing or damaged resource";
  for (float number : *numbers)
    if (!isValid(number))
      return emitLayerError(layer) << "'" << field << "' must be " << rule << ", got " << number;
  return numbers;
}

static FailureOr<SmallVector<float>> readScales(LayerOpInterface layer, StringRef field,
                                                ElementsAttr attr) {
  return readFloats(layer, field, attr, "normal and positive",
                    [](float scale) { return std::isnormal(scale) && scale > 0; });
}

/// The split or the beta of binary weights.
static FailureOr<SmallVector<float>> readLevel(LayerOpInterface layer, StringRef field,
                                               ElementsAttr attr) {
  return readFloats(layer, field, attr, "finite", [](float level) { return std::isfinite(level); });
}

/// Offsets that are not in a resource have been verified with their attribute.
static LogicalResult checkOffsets(LayerOpInterface layer, ElementsAttr attr) {
  FailureOr<SmallVector<int64_t>> offsets = readIntegers(attr);
  if (failed(offsets))
    return emitLayerError(layer)
           << "'adc.offset' must have its data, got a missing or damaged resource";
  constexpr int64_t limit = kPartialSumLimit - 1;
  for (int64_t offset : *offsets)
    if (std::abs(offset) > limit)
      return emitLayerError(layer)
             << "'adc.offset' must be in " << -limit << ".." << limit << ", got " << offset;
  return success();
}

FailureOr<QuantizedLayer> cim::quantizeLayer(LayerOpInterface layer) {
  if (failed(checkPrecision(layer)))
    return failure();
  PrecisionAttr precision = layer.getPrecisionAttr();
  WeightAttr weight = precision.getWeight();
  auto scales = readScales(layer, "weight.scale", weight.getScale());
  auto splits = readLevel(layer, "weight.split", weight.getSplit());
  if (failed(scales) || failed(splits) || failed(readLevel(layer, "weight.beta", weight.getBeta())))
    return failure();
  AdcAttr adc = precision.getAdc();
  if (adc.getKind() != AdcKind::Ideal) {
    if (failed(readScales(layer, "adc.scale", adc.getScale())))
      return failure();
    if (adc.getOffset() && failed(checkOffsets(layer, adc.getOffset())))
      return failure();
    if (adc.getThresholds() &&
        failed(verifyAdcTableValues([&] { return emitLayerError(layer); }, adc.getPlacement(),
                                    adc.getReferenceUnit(), adc.getThresholds(), adc.getLevels())))
      return failure();
  }
  QuantizedLayer quantized;
  quantized.shape = layer.getLayerShape();
  quantized.tiles =
      getRowTiles(layer.getMapping(), quantized.shape.rows, quantized.shape.kernelArea);
  if (layer.isDynamic())
    return quantized;
  FailureOr<WeightMatrix> matrix = readWeightMatrix(layer);
  if (failed(matrix))
    return failure();
  quantized.codes =
      quantizeWeights(*matrix, weight, weight.getBits() == 1 ? *splits : *scales, quantized.tiles);
  return quantized;
}

PartialSumRange QuantizedLayer::getRange(LayerOpInterface layer) const {
  MappingAttr mapping = layer.getMapping();
  PrecisionAttr precision = layer.getPrecisionAttr();
  return layer.isDynamic() ? getDynamicPartialSumRange(shape, mapping, precision)
                           : getPartialSumRange(viewElements(codes), shape, mapping, precision);
}
