//===- InsertPartialSumQuantization.cpp - ADCs ------------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Pass cim-insert-partial-sum-quantization: puts the ADC of every layer where the
// hardware has it, between the partial sums and the shift-and-add. The scale of
// the ADC moves into the dequantization, and axes it depends on are no longer
// summed as integers (section 2.7 of the design contract).
//
//===----------------------------------------------------------------------===//

#include "cim/Analysis/LayerChain.h"
#include "cim/Analysis/Lossless.h"
#include "cim/Transforms/Passes.h"
#include "mlir/IR/Builders.h"

using namespace mlir;
using namespace cim;

namespace cim {
#define GEN_PASS_DEF_INSERTPARTIALSUMQUANTIZATIONPASS
#include "cim/Transforms/Passes.h.inc"
} // namespace cim

//===----------------------------------------------------------------------===//
// Helpers
//===----------------------------------------------------------------------===//

/// True if tiles, slices and cycles are those that the layer asks for.
static bool isCut(LayerChain &chain) {
  MvmOp mvm = chain.mvm;
  ArraysType type = chain.write.getArrays().getType();
  LayerShape shape = chain.getShape();
  PrecisionAttr precision = mvm.getPrecision();
  return type.getTiles() == ArrayRef(getRowTiles(mvm.getMapping(), shape.rows, shape.kernelArea)) &&
         type.getSlices() == ArrayRef(getWeightSlices(mvm.getMapping(), precision.getWeight())) &&
         mvm.getCycles() == ArrayRef(getInputCycles(mvm.getMapping(), precision.getActivation()));
}

/// The proof of cim-simplify-adc, for layers that it has not seen: without it the
/// layer would sum other axes than the layer it was made from.
static bool isProvedLossless(LayerChain &chain) {
  MvmOp mvm = chain.mvm;
  PrecisionAttr precision = mvm.getPrecision();
  MappingAttr mapping = mvm.getMapping();
  if (chain.isDynamic())
    return isLossless(precision.getAdc(), mapping.getKind(),
                      getDynamicPartialSumRange(chain.getShape(), mapping, precision));
  ElementsAttr attr = getConstant(chain.write.getCodes());
  if (!attr)
    return false;
  FailureOr<ElementsView<int8_t>> codes = viewElements<int8_t>(attr);
  if (failed(codes))
    return false;
  return isLossless(precision.getAdc(), mapping.getKind(),
                    getPartialSumRange(*codes, chain.getShape(), mapping, precision));
}

/// Converts the sums over all axes, of which those of the reference column are a part where an
/// ideal ADC has them there.
static void insertOutputAdc(LayerChain &chain) {
  PrecisionAttr precision = chain.mvm.getPrecision();
  OpBuilder builder(chain.add.getContext());
  builder.setInsertionPointAfter(chain.add);
  Value sums = chain.add.getSums(), reference = chain.dequantize.getReference();
  int64_t bits = precision.getWeight().getBits();
  bool joins = reference && bits > 1;
  auto adc = AdcQuantizeOp::create(builder, chain.mvm.getLoc(), sums.getType(), sums,
                                   joins ? reference : Value(), precision.getAdc(),
                                   /*unsigned_codes=*/false,
                                   joins ? builder.getI64IntegerAttr(bits) : IntegerAttr());
  chain.dequantize.getSumsMutable().assign(adc.getCodes());
  if (joins)
    chain.dequantize.getReferenceMutable().clear();
  chain.dequantize.setPrecisionAttr(precision);
  chain.correction.setPrecisionAttr(precision);
}

static void insertAdc(LayerChain &chain) {
  PrecisionAttr precision = chain.mvm.getPrecision();
  IntegerAxes axes = getIntegerAxes(precision);
  OpBuilder builder(chain.add);
  auto adc = AdcQuantizeOp::create(builder, chain.mvm.getLoc(), chain.mvm.getSums().getType(),
                                   chain.mvm.getSums(), /*reference=*/Value(), precision.getAdc(),
                                   !isDifferential(chain.mvm.getMapping().getKind()),
                                   /*weight_bits=*/IntegerAttr());
  chain.add.getCodesMutable().assign(adc.getCodes());
  chain.add.setSumSlices(axes.slices);
  chain.add.setSumTiles(axes.tiles);
  auto codes = cast<RankedTensorType>(adc.getCodes().getType());
  SmallVector<int64_t> shape{axes.tiles ? 1 : codes.getDimSize(0),
                             axes.slices ? 1 : codes.getDimSize(1), codes.getDimSize(3),
                             codes.getDimSize(4)};
  chain.add.getSums().setType(codes.clone(shape));
  if (Value reference = chain.add.getAddedReference()) {
    auto type = cast<RankedTensorType>(reference.getType());
    reference.setType(type.clone({shape[0], shape[2], type.getDimSize(2)}));
  }
  if (!axes.slices)
    chain.dequantize.setSliceWeights(chain.add.getSliceWeights());
  chain.dequantize.setPrecisionAttr(precision);
  chain.correction.setPrecisionAttr(precision);
}

//===----------------------------------------------------------------------===//
// Pass
//===----------------------------------------------------------------------===//

namespace {

struct InsertPartialSumQuantizationPass
    : cim::impl::InsertPartialSumQuantizationPassBase<InsertPartialSumQuantizationPass> {
  void runOnOperation() override {
    WalkResult result = getOperation().walk([&](MvmOp mvm) {
      return failed(convert(mvm)) ? WalkResult::interrupt() : WalkResult::advance();
    });
    if (result.wasInterrupted())
      signalPassFailure();
  }

  LogicalResult convert(MvmOp mvm) {
    FailureOr<LayerChain> chain = getLayerChain(mvm);
    if (failed(chain))
      return failure();
    PrecisionAttr precision = mvm.getPrecision();
    if (chain->adc || precision.getAdc().getKind() == AdcKind::Ideal)
      return success();
    if (!isCut(*chain))
      return mvm.emitOpError("layer '")
             << mvm.getLayer()
             << "': must be cut by 'cim-tile' and 'cim-bit-slice' before its ADC is inserted";
    if (!precision.getAdc().getScale())
      return mvm.emitOpError("layer '")
             << mvm.getLayer() << "': 'adc.scale' must be present, got none";
    if (isProvedLossless(*chain)) {
      mvm.setPrecisionAttr(getWithIdealAdc(precision));
      return success();
    }
    if (convertsOutputs(precision.getAdc()))
      insertOutputAdc(*chain);
    else
      insertAdc(*chain);
    ++numLayers;
    return success();
  }
};

} // namespace
