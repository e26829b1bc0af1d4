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
#include "cim/IR/Limits.h"
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

/// The greatest sum of whole products over all rows that codes of this magnitude allow.
static int64_t getGreatestSum(LayerOpInterface layer, const QuantizedLayer &quantized) {
  PrecisionAttr precision = layer.getPrecisionAttr();
  int64_t code = getWeightCodeRange(precision.getWeight()).second;
  if (!layer.isDynamic()) {
    auto [low, high] = getExtremes(quantized.codes);
    code = std::max(-low, high);
  }
  return quantized.shape.rows * code * ((int64_t(1) << precision.getActivation().getBits()) - 1);
}

/// What an ADC converts has to be exact in float32, what an ideal one adds up in int32.
static LogicalResult checkSums(LayerOpInterface layer, const QuantizedLayer &quantized) {
  AdcAttr adc = layer.getPrecisionAttr().getAdc();
  bool ideal = adc.getKind() == AdcKind::Ideal || convertsOutputs(adc);
  int64_t limit = ideal ? kIdealSumLimit : kPartialSumLimit, magnitude = 0;
  if (ideal) {
    magnitude = getGreatestSum(layer, quantized);
  } else {
    PartialSumRange range = quantized.getRange(layer);
    magnitude = std::max(-range.min, range.max);
  }
  if (magnitude < limit)
    return success();
  return layer.emitOpError("layer '")
         << layer.getLayer() << "': "
         << (convertsOutputs(adc) ? "sums that an ADC of outputs converts"
             : ideal              ? "sums of an ideal ADC"
                                  : "partial sums")
         << " must stay below " << limit << " in magnitude, got up to " << magnitude;
}

/// Weight codes [G, K, N / G]: a constant, or computed at run time.
static Value quantizeWeight(ImplicitLocOpBuilder &builder, LayerOpInterface layer,
                            QuantizedLayer &quantized) {
  Type i8 = builder.getIntegerType(8);
  if (layer.isDynamic()) {
    Value weight = layer.getLayerWeight();
    return QuantizeWeightOp::create(builder, cast<RankedTensorType>(weight.getType()).clone(i8),
                                    weight, layer.getPrecisionAttr().getWeight());
  }
  const LayerShape &shape = quantized.shape;
  auto type = RankedTensorType::get({shape.groups, shape.rows, shape.columns}, i8);
  std::string name = (layer.getLayer() + ".codes").str();
  return tosa::ConstOp::create(builder, type, makeElements(type, std::move(quantized.codes), name));
}

/// The arrays of a layer that is not cut yet: one slice (and one for the sign bit of two's
/// complement), and one tile unless weight scales differ between tiles.
static Value writeArrays(ImplicitLocOpBuilder &builder, LayerOpInterface layer,
                         QuantizedLayer &quantized) {
  const LayerShape &shape = quantized.shape;
  WeightAttr weight = layer.getPrecisionAttr().getWeight();
  MappingKind kind = layer.getMapping().getKind();
  Value codes = quantizeWeight(builder, layer, quantized);
  SmallVector<int64_t> tiles{shape.rows};
  if (dependsOnTile(weight.getGranularity()))
    tiles = quantized.tiles;
  auto arrays = ArraysType::get(builder.getContext(), shape.matrices(), shape.rows, shape.columns,
                                tiles, getWholeSlices(kind, weight.getBits()), kind);
  return WriteArraysOp::create(builder, arrays, codes);
}

/// The operand of a clamp that only this layer uses, if quantization clamps at least as much: codes
/// are monotonic in their inputs, so it does if its codes for both bounds are the outermost ones.
static Value skipClamp(Value input, ActivationAttr activation) {
  auto clamp = input.getDefiningOp<tosa::ClampOp>();
  if (!clamp || !input.hasOneUse() || clamp.getNanMode() != tosa::NanPropagationMode::PROPAGATE)
    return input;
  float scale = activation.getScale().getValue().convertToFloat();
  auto getSteps = [&](Attribute bound) {
    return cast<FloatAttr>(bound).getValue().convertToFloat() / scale;
  };
  // A bound is an integer: what is beyond it rounds to it or beyond.
  auto lowest = static_cast<float>(-activation.getZeroPoint());
  float highest = lowest + static_cast<float>((1 << activation.getBits()) - 1);
  bool redundant = getSteps(clamp.getMinVal()) <= lowest && getSteps(clamp.getMaxVal()) >= highest;
  return redundant ? clamp.getInput() : input;
}

/// Where the outputs of a layer begin; a dynamic layer has no bias, and a row for each head.
static Value correct(ImplicitLocOpBuilder &builder, LayerOpInterface layer, Value arrays,
                     const LayerShape &shape, ArrayRef<int64_t> cycleWeights,
                     ArrayRef<int64_t> sliceWeights, PrecisionAttr ideal) {
  auto type = RankedTensorType::get({shape.outputs()}, builder.getF32Type());
  InputEncoding encoding = layer.getMapping().getInputEncoding();
  if (!layer.isDynamic())
    return CorrectionOp::create(builder, type, arrays, layer.getLayerBias(), cycleWeights,
                                sliceWeights, ideal, encoding);
  Value bias = tosa::ConstOp::create(builder, type,
                                     DenseElementsAttr::get(type, builder.getF32FloatAttr(0)));
  auto starts = RankedTensorType::get({shape.heads, shape.outputs()}, builder.getF32Type());
  return CorrectionOp::create(builder, starts, arrays, bias, cycleWeights, sliceWeights, ideal,
                              encoding);
}

static Value lowerLayer(LayerOpInterface layer, QuantizedLayer &quantized) {
  ImplicitLocOpBuilder builder(layer.getLoc(), layer);
  PrecisionAttr precision = layer.getPrecisionAttr();
  PrecisionAttr ideal = getWithIdealAdc(precision);
  const LayerShape &shape = quantized.shape;
  Value input = layer.getLayerInput();
  auto codesType =
      cast<RankedTensorType>(input.getType()).clone(builder.getIntegerType(8, /*isSigned=*/false));
  Value codes = QuantizeActivationOp::create(
      builder, codesType, skipClamp(input, precision.getActivation()), precision.getActivation());
  Value arrays = writeArrays(builder, layer, quantized);
  auto arraysType = cast<ArraysType>(arrays.getType());
  int64_t tiles = arraysType.getTiles().size(), slices = arraysType.getSlices().size();

  InputEncoding encoding = layer.getMapping().getInputEncoding();
  SmallVector<int64_t> cycles = getWholeCycles(encoding, precision.getActivation().getBits());
  SmallVector<int64_t> cycleWeights = getCycleWeights(encoding, cycles);
  SmallVector<int64_t> sliceWeights = getSliceWeights(arraysType.getKind(), arraysType.getSlices());
  int64_t cyclesOfAll = cycleWeights.size(), positions = shape.allPositions();
  int64_t outputs = shape.outputs(), groups = shape.groups;
  bool withReference = hasReference(arraysType.getKind(), precision.getWeight());
  auto sumsType = [&](ArrayRef<int64_t> sizes) {
    return RankedTensorType::get(sizes, builder.getI64Type());
  };
  auto referenceType = [&](ArrayRef<int64_t> sizes) {
    return withReference ? sumsType(sizes) : RankedTensorType();
  };
  auto mvm = MvmOp::create(builder, sumsType({tiles, slices, cyclesOfAll, positions, outputs}),
                           referenceType({tiles, cyclesOfAll, positions, groups}), codes, arrays,
                           layer.getLayer(), layer.getWindowOrNull(), cycles, precision,
                           layer.getMapping());
  bool sumTiles = getIntegerAxes(ideal).tiles;
  int64_t tilesLeft = sumTiles ? 1 : tiles;
  auto added = ShiftAddOp::create(builder, sumsType({tilesLeft, 1, positions, outputs}),
                                  referenceType({tilesLeft, positions, groups}), mvm.getSums(),
                                  mvm.getReference(), cycleWeights, sliceWeights,
                                  /*sum_slices=*/true, sumTiles);
  Value start = correct(builder, layer, arrays, shape, cycleWeights, sliceWeights, ideal);
  return AdcDequantizeOp::create(
      builder, layer->getResult(0).getType(), added.getSums(), start, added.getAddedReference(),
      withReference && isDifferential(arraysType.getKind()), ArrayRef<int64_t>{1}, ideal);
}

//===----------------------------------------------------------------------===//
// Pass
//===----------------------------------------------------------------------===//

namespace {

struct QuantizePass : cim::impl::QuantizePassBase<QuantizePass> {
  void runOnOperation() override {
    SmallVector<LayerOpInterface> layers;
    getOperation().walk([&](LayerOpInterface layer) { layers.push_back(layer); });
    ResourceUses resources(getOperation());
    for (LayerOpInterface layer : layers) {
      FailureOr<QuantizedLayer> quantized = quantizeLayer(layer);
      if (failed(quantized) || failed(checkSums(layer, *quantized)))
        return signalPassFailure();
      Value weight = layer.getLayerWeight();
      Operation *input = layer.getLayerInput().getDefiningOp();
      bool dynamic = layer.isDynamic();
      layer->getResult(0).replaceAllUsesWith(lowerLayer(layer, *quantized));
      layer->erase();
      if (!dynamic)
        release(weight.getDefiningOp(), resources);
      if (isa_and_nonnull<tosa::ClampOp>(input) && input->use_empty())
        input->erase();
      ++numLayers;
    }
  }

  /// Erases a constant without users and frees its data.
  void release(Operation *constant, ResourceUses &resources) {
    if (!constant->use_empty())
      return;
    ElementsAttr value = getConstant(constant->getResult(0));
    constant->erase();
    resources.release(value);
  }
};

} // namespace
