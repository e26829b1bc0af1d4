//===- Verify.cpp - Checks that several operations share --------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See Verify.h.
//
//===----------------------------------------------------------------------===//

#include "cim/IR/Verify.h"
#include "cim/Analysis/Layout.h"
#include "cim/IR/Limits.h"
#include "cim/IR/Validity.h"

using namespace mlir;
using namespace cim;

//===----------------------------------------------------------------------===//
// Shapes
//===----------------------------------------------------------------------===//

static bool hasSaneSize(ArrayRef<int64_t> shape) {
  int64_t left = kMaxElements;
  for (int64_t size : shape)
    left /= size;
  return left > 0;
}

LogicalResult cim::verifyStaticShapes(Operation *op) {
  auto check = [&](Type type) -> LogicalResult {
    auto tensor = dyn_cast<TensorType>(type);
    if (!tensor)
      return success();
    if (!tensor.hasStaticShape() || llvm::is_contained(tensor.getShape(), 0))
      return op->emitOpError("tensors must have a static shape that is not empty, got ") << type;
    if (!hasSaneSize(tensor.getShape()))
      return op->emitOpError("tensors must have at most 2^48 elements, got ") << type;
    return success();
  };
  for (Type type : op->getOperandTypes())
    if (failed(check(type)))
      return failure();
  for (Type type : op->getResultTypes())
    if (failed(check(type)))
      return failure();
  return success();
}

LogicalResult cim::verifyShape(Operation *op, StringRef field, ArrayRef<int64_t> shape,
                               ArrayRef<int64_t> expected) {
  if (shape == expected)
    return success();
  return op->emitOpError("'") << field << "' must have shape [" << expected << "], got [" << shape
                              << "]";
}

LogicalResult cim::verifyShape(Operation *op, StringRef field, Value value,
                               ArrayRef<int64_t> expected) {
  return verifyShape(op, field, cast<ShapedType>(value.getType()).getShape(), expected);
}

FailureOr<std::pair<int64_t, int64_t>> cim::verifyWindow(Operation *op, Value input,
                                                         WindowAttr window, int64_t channels) {
  ArrayRef<int64_t> shape = cast<ShapedType>(input.getType()).getShape();
  if (shape.size() != 4)
    return op->emitOpError("'input' must have rank 4 under a window, got ") << shape.size();
  if (shape[3] != channels)
    return op->emitOpError("'input' must have ") << channels << " channels, got " << shape[3];
  auto size = window.getOutputSize(shape[1], shape[2]);
  if (size.first < 1 || size.second < 1)
    return op->emitOpError("'window' must fit the padded input, got ") << window;
  return size;
}

//===----------------------------------------------------------------------===//
// Precision
//===----------------------------------------------------------------------===//

/// `slices` is 0 for weights; `groups` 0 is taken from the scale itself.
static LogicalResult verifyScaleShape(Operation *op, StringRef field, ElementsAttr scale,
                                      Granularity granularity, int64_t groups, int64_t outputs,
                                      int64_t tiles, int64_t slices) {
  if (!scale)
    return success();
  ArrayRef<int64_t> shape = scale.getShapedType().getShape();
  if (groups == 0)
    groups = granularity == Granularity::Array && shape.size() == 2 ? shape[0] : 1;
  if (groups < 1 || outputs % groups != 0)
    return op->emitOpError("'") << field << "' must be of groups that divide " << outputs
                                << " outputs, got " << groups;
  LayerShape layer;
  layer.groups = groups;
  layer.columns = outputs / groups;
  return verifyShape(op, field, shape, getScaleShape(granularity, layer, tiles, slices));
}

LogicalResult cim::verifyAdcScaleShape(Operation *op, AdcAttr adc, int64_t groups, int64_t outputs,
                                       int64_t tiles, int64_t slices) {
  return verifyScaleShape(op, "adc.scale", adc.getScale(), getAdcLayout(adc), groups, outputs,
                          tiles, slices);
}

LogicalResult cim::verifyScaleShapes(Operation *op, PrecisionAttr precision, int64_t groups,
                                     int64_t outputs, int64_t tiles, int64_t slices) {
  WeightAttr weight = precision.getWeight();
  if (failed(verifyScaleShape(op, "weight.scale", weight.getScale(), weight.getGranularity(),
                              groups, outputs, tiles, /*slices=*/0)))
    return failure();
  return verifyAdcScaleShape(op, precision.getAdc(), groups, outputs, tiles, slices);
}

static LogicalResult checkCombination(Operation *op, const Combination &combination) {
  return verifyCombination([&] { return op->emitOpError(); }, combination);
}

LogicalResult cim::verifyLayerPrecision(Operation *op, MappingAttr mapping, PrecisionAttr precision,
                                        const LayerShape &shape) {
  if (failed(checkCombination(op, Combination(mapping, precision))))
    return failure();
  if (shape.rows > kMaxRows)
    return op->emitOpError("a layer must have at most ") << kMaxRows << " rows, got " << shape.rows;
  int64_t tiles = getRowTiles(mapping, shape.rows, shape.kernelArea).size();
  int64_t slices = getWeightSlices(mapping, precision.getWeight()).size();
  return verifyScaleShapes(op, precision, shape.groups, shape.outputs(), tiles, slices);
}

static LogicalResult verifyQuantization(LayerOpInterface layer, QuantizationAttr quantization) {
  if (layer.getPrecisionAttr())
    return layer.emitOpError("'quantization' must be absent where there is a precision, got ")
           << quantization;
  WeightAttr weight = quantization.getWeight();
  if (!weight)
    return success();
  Combination combination(layer.getMapping());
  combination.setWeight(weight);
  combination.isDynamic = layer.isDynamic();
  if (failed(checkCombination(layer, combination)))
    return failure();
  LayerShape shape = layer.getLayerShape();
  return verifyScaleShape(layer, "weight.scale", weight.getScale(), weight.getGranularity(),
                          shape.groups, shape.outputs(), /*tiles=*/1, /*slices=*/0);
}

LogicalResult cim::verifyLayer(LayerOpInterface layer) {
  QuantizationAttr quantization = layer.getQuantizationAttr();
  if (quantization && failed(verifyQuantization(layer, quantization)))
    return failure();
  PrecisionAttr precision = layer.getPrecisionAttr();
  if (!precision)
    return success();
  if (layer.isDynamic() && failed(verifyDynamicWeight(layer, precision.getWeight())))
    return failure();
  return verifyLayerPrecision(layer, layer.getMapping(), precision, layer.getLayerShape());
}

LogicalResult cim::verifyCalibrated(Operation *op, PrecisionAttr precision) {
  StringRef missing = getMissingScale(precision);
  if (missing.empty())
    return success();
  return op->emitOpError("'") << missing << "' must be present, got none";
}

LogicalResult cim::verifyDynamicWeight(Operation *op, WeightAttr weight) {
  Combination combination;
  combination.setWeight(weight);
  combination.isDynamic = true;
  return checkCombination(op, combination);
}
