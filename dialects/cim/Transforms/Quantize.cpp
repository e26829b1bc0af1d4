//===- Quantize.cpp - Pass cim-quantize -------------------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// From the layer level to the array level: every calibrated layer becomes a
// quantized activation, one array of whole weight codes, one product, and its
// dequantization. Float weights become int8 codes and their storage is freed.
//
//===----------------------------------------------------------------------===//

#include "cim/Analysis/Lossless.h"
#include "cim/Analysis/QuantizedLayer.h"
#include "cim/Transforms/Passes.h"
#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"

using namespace mlir;
using namespace cim;

namespace cim {
#define GEN_PASS_DEF_QUANTIZEPASS
#include "cim/Transforms/Passes.h.inc"
} // namespace cim

//===----------------------------------------------------------------------===//
// Helpers
//===----------------------------------------------------------------------===//

/// What an ADC converts has to be exact in float32.
static LogicalResult checkPartialSums(LayerOpInterface layer, const QuantizedLayer &quantized) {
  PrecisionAttr precision = layer.getPrecisionAttr();
  if (precision.getAdc().getKind() == AdcKind::Ideal)
    return success();
  PartialSumRange range = getPartialSumRange(viewElements(quantized.codes), quantized.shape,
                                             layer.getMapping(), precision);
  int64_t magnitude = std::max(-range.min, range.max);
  if (magnitude < kPartialSumLimit)
    return success();
  return layer.emitOpError("layer '")
         << layer.getLayer() << "': partial sums must stay below " << kPartialSumLimit
         << " in magnitude, got up to " << magnitude;
}

/// The arrays of a layer that is not cut yet: one slice, and one tile unless
/// weight scales differ between tiles.
static Value writeArrays(ImplicitLocOpBuilder &builder, LayerOpInterface layer,
                         QuantizedLayer &quantized) {
  const LayerShape &shape = quantized.shape;
  WeightAttr weight = layer.getPrecisionAttr().getWeight();
  auto type =
      RankedTensorType::get({shape.groups, shape.rows, shape.columns}, builder.getIntegerType(8));
  std::string name = (layer.getLayer() + ".codes").str();
  Value codes =
      tosa::ConstOp::create(builder, type, makeElements(type, std::move(quantized.codes), name));
  SmallVector<int64_t> tiles{shape.rows};
  if (dependsOnTile(weight.getGranularity()))
    tiles = quantized.tiles;
  auto arrays = ArraysType::get(builder.getContext(), shape.groups, shape.rows, shape.columns,
                                tiles, {weight.getBits()}, layer.getMapping().getKind());
  return WriteArraysOp::create(builder, arrays, codes);
}

static Value lowerLayer(LayerOpInterface layer, QuantizedLayer &quantized) {
  ImplicitLocOpBuilder builder(layer.getLoc(), layer);
  PrecisionAttr precision = layer.getPrecisionAttr();
  PrecisionAttr ideal = getWithIdealAdc(precision);
  const LayerShape &shape = quantized.shape;
  Value input = layer.getLayerInput();
  auto codesType =
      cast<RankedTensorType>(input.getType()).clone(builder.getIntegerType(8, /*isSigned=*/false));
  Value codes = QuantizeActivationOp::create(builder, codesType, input, precision.getActivation());
  Value arrays = writeArrays(builder, layer, quantized);
  int64_t tiles = cast<ArraysType>(arrays.getType()).getTiles().size();

  SmallVector<int64_t> sumsShape{tiles, 1, 1, shape.positions, shape.outputs()};
  Type i64 = builder.getI64Type();
  Value sums = MvmOp::create(builder, RankedTensorType::get(sumsShape, i64), codes, arrays,
                             layer.getLayer(), layer.getWindowOrNull(),
                             {precision.getActivation().getBits()}, precision, layer.getMapping());
  bool sumTiles = getIntegerAxes(ideal).tiles;
  SmallVector<int64_t> addedShape{sumTiles ? 1 : tiles, 1, shape.positions, shape.outputs()};
  SmallVector<int64_t> one{1};
  Value added = ShiftAddOp::create(builder, RankedTensorType::get(addedShape, i64), sums, one, one,
                                   /*sum_slices=*/true, sumTiles);
  Value bias = layer.getLayerBias();
  Value start = CorrectionOp::create(builder, bias.getType(), arrays, bias, one, one, ideal);
  return AdcDequantizeOp::create(builder, layer->getResult(0).getType(), added, start, one, ideal);
}

//===----------------------------------------------------------------------===//
// Pass
//===----------------------------------------------------------------------===//

namespace {

struct QuantizePass : cim::impl::QuantizePassBase<QuantizePass> {
  void runOnOperation() override {
    SmallVector<LayerOpInterface> layers;
    getOperation().walk([&](LayerOpInterface layer) { layers.push_back(layer); });
    for (LayerOpInterface layer : layers) {
      FailureOr<QuantizedLayer> quantized = quantizeLayer(layer);
      if (failed(quantized) || failed(checkPartialSums(layer, *quantized)))
        return signalPassFailure();
      Operation *weight = layer.getLayerWeight().getDefiningOp();
      layer->getResult(0).replaceAllUsesWith(lowerLayer(layer, *quantized));
      layer->erase();
      release(weight);
      ++numLayers;
    }
  }

  /// Erases a constant without users and frees its data.
  void release(Operation *constant) {
    if (!constant->use_empty())
      return;
    ElementsAttr value = getConstant(constant->getResult(0));
    constant->erase();
    releaseIfUnused(value, getOperation());
  }
};

} // namespace
