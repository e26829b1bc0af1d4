//===- Crossbar.cpp - Layers to array writes and fused MVMs -----*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The array-level chain of a layer becomes two instructions; a layer-level
// operation without scales becomes a float product.
//
//===----------------------------------------------------------------------===//

#include "Lowering.h"
#include "Tables.h"
#include "cim/Analysis/Elements.h"
#include "cim/Analysis/Layout.h"
#include "cim/Analysis/Placement.h"

using namespace mlir;
using namespace cim;

//===----------------------------------------------------------------------===//
// Crossbar layers
//===----------------------------------------------------------------------===//

/// The operations of a layer may have different precisions, xbar.mvm has one.
static bool agreeOnPrecision(LayerChain &chain, QuantizeActivationOp quantize) {
  PrecisionAttr precision = chain.dequantize.getPrecision();
  ActivationAttr activation = precision.getActivation();
  int64_t bits = precision.getWeight().getBits();
  if (chain.adc && int64_t(chain.adc.getWeightBits().value_or(bits)) != bits)
    return false;
  bool sameAdc = chain.adc ? chain.adc.getAdc() == precision.getAdc()
                           : precision.getAdc().getKind() == AdcKind::Ideal;
  return sameAdc && chain.correction.getPrecision() == precision &&
         quantize.getActivation() == activation &&
         chain.mvm.getPrecision().getActivation() == activation &&
         chain.mvm.getPrecision().getWeight().getBits() == bits &&
         !chain.mvm.getPrecision().getWeight().getBeta() == !precision.getWeight().getBeta();
}

/// What an xbar.mvm takes for granted.
static LogicalResult checkChain(LayerChain &chain) {
  MvmOp mvm = chain.mvm;
  auto fail = [&](StringRef rule) {
    return mvm.emitOpError("layer '") << mvm.getLayer() << "': " << rule;
  };
  ArraysType arrays = chain.write.getArrays().getType();
  auto quantize = mvm.getInput().getDefiningOp<QuantizeActivationOp>();
  if (!quantize)
    return fail("'input' must be the result of 'cim.quantize_activation'");
  if (!agreeOnPrecision(chain, quantize))
    return fail("its operations must agree on activations, weight bits, 'beta' and ADC");
  bool ofOutputs = chain.adc && convertsOutputs(chain.adc.getAdc());
  bool isBinary = chain.dequantize.getPrecision().getWeight().getBits() == 1;
  if (ofOutputs && chain.dequantize.getReference() && !isBinary)
    return fail("'reference' must join the sums that the ADC converts unless weights have one bit");
  if (chain.adc && !ofOutputs && chain.adc.getUnsignedCodes() == isDifferential(arrays.getKind()))
    return fail("'unsigned_codes' must be set exactly if 'kind' is not differential, got ")
           << (chain.adc.getUnsignedCodes() ? "true" : "false");
  bool differential = mvm.getReference() && isDifferential(arrays.getKind());
  if (chain.dequantize.getDifferential() != differential)
    return fail("'differential' must be set exactly for a reference of a differential 'kind', got ")
           << (differential ? "false" : "true");
  InputEncoding encoding = mvm.getMapping().getInputEncoding();
  if (chain.add.getCycleWeights() != ArrayRef(getCycleWeights(encoding, mvm.getCycles())) ||
      chain.add.getSliceWeights() !=
          ArrayRef(getSliceWeights(arrays.getKind(), arrays.getSlices())))
    return fail("'cycle_weights' and 'slice_weights' must be those of the digits");
  if (chain.correction.getInputEncoding() != encoding)
    return fail("'input_encoding' of 'cim.correction' must be that of 'mapping', ")
           << stringifyInputEncoding(encoding) << ", got "
           << stringifyInputEncoding(chain.correction.getInputEncoding());
  return success();
}

/// Writes the arrays of a layer once, however many layers read them.
static Value placeArrays(Lowering &lowering, LayerChain &chain) {
  if (Value placed = lowering.buffers.lookupOrNull(chain.write.getArrays()))
    return placed;
  OpBuilder &builder = lowering.builder;
  PrecisionAttr precision = chain.mvm.getPrecision();
  LayerShape shape = chain.getShape();
  int64_t numArrays = getNumArrays(shape, chain.mvm.getMapping(), precision.getWeight());
  Location loc = chain.mvm.getLoc();
  ArraysType type = chain.write.getArrays().getType();
  Value placed;
  if (auto quantize = chain.write.getCodes().getDefiningOp<QuantizeWeightOp>()) {
    WeightAttr weight = quantize.getWeight();
    placed = xbar::WriteArraysDynamicOp::create(
        builder, loc, type, lowering.lookup(quantize.getInput()), chain.mvm.getLayer(),
        weight.getBits(), APFloat(readF32(weight.getScale())->front()),
        /*core=*/0, /*first_array=*/lowering.numArrays, numArrays);
  } else {
    placed = xbar::WriteArraysOp::create(
        builder, loc, type, lowering.lookup(chain.write.getCodes()), chain.mvm.getLayer(),
        shape.kernelArea, /*core=*/0, /*first_array=*/lowering.numArrays, numArrays);
  }
  lowering.numArrays += numArrays;
  lowering.buffers.map(chain.write.getArrays(), placed);
  return placed;
}

LogicalResult cim::lowerCrossbarLayer(Lowering &lowering, MvmOp mvm) {
  FailureOr<LayerChain> chain = getLayerChain(mvm);
  if (failed(chain) || failed(checkChain(*chain)))
    return failure();
  auto quantize = mvm.getInput().getDefiningOp<QuantizeActivationOp>();
  FailureOr<LayerTables> tables = foldTables(*chain);
  if (failed(tables) || failed(requireBuffers(lowering, quantize)))
    return failure();
  if (chain->isDynamic() &&
      failed(requireBuffers(lowering, chain->write.getCodes().getDefiningOp())))
    return failure();
  OpBuilder &builder = lowering.builder;
  ArraysType arrays = chain->write.getArrays().getType();
  auto sums = cast<RankedTensorType>(chain->dequantize.getSums().getType());
  int64_t tiles = arrays.getTiles().size(), slices = arrays.getSlices().size();
  int64_t outputs = chain->getShape().outputs();
  auto table = [&](ArrayRef<int64_t> shape, Type element, auto &data, StringRef what) -> Value {
    if (data.empty())
      return {};
    auto type = RankedTensorType::get(shape, element);
    std::string name = (mvm.getLayer() + "." + what).str();
    return lowering.makeConstant(mvm.getLoc(), makeElements(type, std::move(data), name));
  };
  Type f32 = builder.getF32Type();
  Value start = table({outputs}, f32, tables->start, "start");
  Value scale =
      table({sums.getDimSize(0), sums.getDimSize(1), outputs}, f32, tables->scale, "scale");
  Value reciprocal = table({tiles, slices, outputs}, f32, tables->reciprocal, "reciprocal");
  Value offsets = table({tiles, slices, outputs}, builder.getI32Type(), tables->offsets, "offsets");
  Value reference = table({sums.getDimSize(0), outputs}, f32, tables->reference, "reference");
  Value thresholds =
      table(tables->thresholdShape, builder.getI32Type(), tables->thresholds, "thresholds");
  Value levels = table(tables->levelShape, builder.getI32Type(), tables->levels, "levels");
  DenseI64ArrayAttr range;
  if (reciprocal) {
    auto [low, high] = getAdcCodeRange(chain->adc.getAdc(), arrays.getKind());
    range = builder.getDenseI64ArrayAttr({low, high});
  }
  UnitAttr preactivation;
  if (chain->adc && convertsOutputs(chain->adc.getAdc()))
    preactivation = builder.getUnitAttr();
  Value input = lowering.lookup(quantize.getInput());
  Value placed = placeArrays(lowering, *chain);
  Value output = xbar::MvmOp::create(
      builder, mvm.getLoc(), chain->dequantize.getType(), input, placed, start, scale, reciprocal,
      offsets, reference, thresholds, levels, mvm.getLayerAttr(), mvm.getWindowAttr(),
      quantize.getActivationAttr(), mvm.getCyclesAttr(), chain->correction.getInputEncodingAttr(),
      range, preactivation, chain->add.getSumSlicesAttr(), chain->add.getSumTilesAttr(),
      tables->correctionScale ? builder.getF32FloatAttr(*tables->correctionScale) : FloatAttr(),
      /*offset=*/IntegerAttr());
  lowering.buffers.map(chain->dequantize.getOutput(), output);
  ++lowering.numCrossbar;
  return success();
}

//===----------------------------------------------------------------------===//
// Float layers
//===----------------------------------------------------------------------===//

static Value lowerFloatConv(Lowering &lowering, Conv2DOp conv) {
  return xbar::Conv2DOp::create(lowering.builder, conv.getLoc(), conv.getType(),
                                lowering.lookup(conv.getInput()), lowering.lookup(conv.getWeight()),
                                lowering.lookup(conv.getBias()), conv.getWindow(), conv.getGroups(),
                                conv.getLayerAttr(), IntegerAttr());
}

/// The product and the addition of the bias have the name of the layer.
static Value lowerFloatMatmul(Lowering &lowering, MatmulOp matmul) {
  OpBuilder &builder = lowering.builder;
  Location loc = matmul.getLoc();
  Value product = xbar::MatmulOp::create(
      builder, loc, matmul.getType(), lowering.lookup(matmul.getInput()),
      lowering.lookup(matmul.getWeight()), matmul.getLayerAttr(), IntegerAttr());
  int64_t columns = cast<RankedTensorType>(matmul.getType()).getDimSize(2);
  Value bias = xbar::ReshapeOp::create(
      builder, loc, RankedTensorType::get({1, 1, columns}, builder.getF32Type()),
      lowering.lookup(matmul.getBias()), matmul.getLayerAttr(), IntegerAttr());
  return xbar::BinaryOp::create(builder, loc, matmul.getType(), product, bias,
                                xbar::BinaryKind::Add, matmul.getLayerAttr(), IntegerAttr());
}

static Value lowerFloatMatmul(Lowering &lowering, MatmulDynamicOp matmul) {
  return xbar::MatmulOp::create(
      lowering.builder, matmul.getLoc(), matmul.getType(), lowering.lookup(matmul.getInput()),
      lowering.lookup(matmul.getWeight()), matmul.getLayerAttr(), IntegerAttr());
}

FailureOr<Value> cim::lowerFloatLayer(Lowering &lowering, Operation *op) {
  auto layer = dyn_cast<LayerOpInterface>(op);
  if (!layer)
    return Value();
  if (PrecisionAttr precision = layer.getPrecisionAttr(); precision && isCalibrated(precision))
    return layer.emitOpError("layer '")
           << layer.getLayer() << "' is calibrated: it must be lowered by 'cim-quantize' first";
  if (layer.getQuantizationAttr())
    return layer.emitOpError("layer '")
           << layer.getLayer() << "' has no precision yet: run 'cim-assign-precision' first";
  if (auto conv = dyn_cast<Conv2DOp>(op))
    return lowerFloatConv(lowering, conv);
  if (auto matmul = dyn_cast<MatmulDynamicOp>(op))
    return lowerFloatMatmul(lowering, matmul);
  return lowerFloatMatmul(lowering, cast<MatmulOp>(op));
}
