//===- LayerChain.cpp - The array-level operations of a layer ---*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See LayerChain.h.
//
//===----------------------------------------------------------------------===//

#include "cim/Analysis/LayerChain.h"

using namespace mlir;
using namespace cim;

/// The only user of a value if it is an OpTy, else null.
template <typename OpTy> static OpTy getOnlyUser(Value value) {
  return value.hasOneUse() ? dyn_cast<OpTy>(*value.user_begin()) : OpTy();
}

/// The sums of digits of an offset mapping stay beside the sums that they belong to.
static bool keepsReference(LayerChain &chain) {
  Value reference = chain.mvm.getReference(), added = chain.add.getAddedReference();
  Value joined = chain.adc ? chain.adc.getReference() : Value();
  Value separate = chain.dequantize.getReference();
  if (!reference)
    return !chain.add.getReference() && !joined && !separate;
  return reference.hasOneUse() && chain.add.getReference() == reference && added.hasOneUse() &&
         bool(joined) != bool(separate) && (joined ? joined : separate) == added;
}

FailureOr<LayerChain> cim::getLayerChain(MvmOp mvm) {
  auto fail = [&](StringRef op, StringRef user) {
    return mvm.emitOpError("layer '")
           << mvm.getLayer() << "': '" << op << "' must have '" << user << "' as its only user";
  };
  LayerChain chain;
  chain.mvm = mvm;
  chain.write = mvm.getArrays().getDefiningOp<WriteArraysOp>();
  if (!chain.write)
    return mvm.emitOpError("layer '")
           << mvm.getLayer() << "': 'arrays' must be the result of 'cim.write_arrays'";
  chain.adc = getOnlyUser<AdcQuantizeOp>(mvm.getSums());
  Value codes = chain.adc ? chain.adc.getCodes() : mvm.getSums();
  chain.add = getOnlyUser<ShiftAddOp>(codes);
  if (!chain.add)
    return fail(chain.adc ? "cim.adc_quantize" : "cim.mvm", "cim.shift_add");
  Value sums = chain.add.getSums();
  if (!chain.adc)
    if ((chain.adc = getOnlyUser<AdcQuantizeOp>(sums)))
      sums = chain.adc.getCodes();
  chain.dequantize = getOnlyUser<AdcDequantizeOp>(sums);
  if (!chain.dequantize)
    return fail(sums == chain.add.getSums() ? "cim.shift_add" : "cim.adc_quantize",
                "cim.adc_dequantize");
  if (!keepsReference(chain))
    return mvm.emitOpError("layer '")
           << mvm.getLayer()
           << "': 'reference' must go where 'sums' go, from 'cim.mvm' to 'cim.adc_dequantize'";
  chain.correction = chain.dequantize.getStart().getDefiningOp<CorrectionOp>();
  if (!chain.correction || chain.correction.getArrays() != mvm.getArrays())
    return mvm.emitOpError("layer '")
           << mvm.getLayer() << "': 'start' must be the 'cim.correction' of the same arrays";
  if (!chain.correction.getStart().hasOneUse())
    return fail("cim.correction", "cim.adc_dequantize");
  if (chain.isDynamic() != (chain.correction.getStart().getType().getRank() == 2))
    return mvm.emitOpError("layer '")
           << mvm.getLayer()
           << "': 'start' must have rank 2 exactly if the weight is computed, got "
           << chain.correction.getStart().getType();
  // Proofs take the width of a computed weight from the layer.
  if (auto quantize = chain.write.getCodes().getDefiningOp<QuantizeWeightOp>())
    for (PrecisionAttr precision :
         {mvm.getPrecision(), chain.correction.getPrecision(), chain.dequantize.getPrecision()})
      if (precision.getWeight() != quantize.getWeight())
        return mvm.emitOpError("layer '")
               << mvm.getLayer() << "': its operations must agree on weights, got "
               << quantize.getWeight() << " and " << precision.getWeight();
  return chain;
}

LayerShape LayerChain::getShape() {
  ArraysType type = write.getArrays().getType();
  LayerShape shape;
  shape.rows = type.getRows();
  shape.columns = type.getColumns();
  if (mvm.getWindow()) {
    shape.groups = type.getGroups();
    shape.kernelArea = mvm.getWindow()->getArea();
  } else {
    shape.heads = type.getGroups();
  }
  auto sums = cast<RankedTensorType>(mvm.getSums().getType());
  shape.positions = sums.getDimSize(3) / shape.heads;
  return shape;
}

bool LayerChain::isDynamic() { return bool(write.getCodes().getDefiningOp<QuantizeWeightOp>()); }
