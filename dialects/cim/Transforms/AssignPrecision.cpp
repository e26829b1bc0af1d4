//===- AssignPrecision.cpp - Give every layer a precision -------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Uniform precision: that of the target, with the widths that options override, except
// for what a layer's model fixes.
//
//===----------------------------------------------------------------------===//

#include "cim/Analysis/Layout.h"
#include "cim/IR/CimOps.h"
#include "cim/IR/Validity.h"
#include "cim/Transforms/Passes.h"

namespace cim {
#define GEN_PASS_DEF_ASSIGNPRECISIONPASS
#include "cim/Transforms/Passes.h.inc"
} // namespace cim

using namespace mlir;
using namespace cim;

namespace {

struct AssignPrecisionPass : cim::impl::AssignPrecisionPassBase<AssignPrecisionPass> {
  using AssignPrecisionPassBase::AssignPrecisionPassBase;

  void runOnOperation() override {
    auto target = getOperation()->getAttrOfType<TargetAttr>(CimDialect::kTargetAttrName);
    if (!target) {
      getOperation().emitError("module attribute 'cim.target' must be present");
      return signalPassFailure();
    }
    if (failed(checkBits("weight-bits", weightBits, 1, 8)) ||
        failed(checkBits("activation-bits", activationBits, 1, 8)) ||
        failed(checkBits("adc-bits", adcBits, 1, 16)))
      return signalPassFailure();
    PrecisionAttr precision = overrideWidths(target.getPrecision());
    getOperation().walk([&](LayerOpInterface layer) {
      if (layer.getPrecisionAttr())
        return;
      assign(layer, layer.isDynamic() ? shareWeightScale(layer, precision, target) : precision);
      ++numAssigned;
    });
  }

private:
  LogicalResult checkBits(StringRef option, int64_t bits, int64_t low, int64_t high) {
    if (bits == 0 || (bits >= low && bits <= high))
      return success();
    return getOperation().emitError("option '")
           << option << "' must be 0 or in " << low << ".." << high << ", got " << bits;
  }

  /// What the model fixes takes the place of its part of `precision`.
  void assign(LayerOpInterface layer, PrecisionAttr precision) {
    QuantizationAttr quantization = layer.getQuantizationAttr();
    WeightAttr weight = precision.getWeight();
    ActivationAttr activation = precision.getActivation();
    if (quantization && quantization.getWeight()) {
      weight = quantization.getWeight();
      remarkFixed(layer, "weight.bits", weight.getBits(), weightBits);
    }
    if (quantization && quantization.getActivation()) {
      activation = quantization.getActivation();
      remarkFixed(layer, "activation.bits", activation.getBits(), activationBits);
      Combination combination(layer.getMapping());
      combination.setActivation(activation);
      if (findViolation(combination))
        layer.setMappingAttr(getWithEncoding(layer.getMapping(), InputEncoding::Offset));
    }
    if (quantization && !quantization.getWeight())
      remarkOpen(layer, "weight", weight.getBits());
    if (quantization && !quantization.getActivation())
      remarkOpen(layer, "activation", activation.getBits());
    layer.setQuantizationAttr({});
    layer.setPrecisionAttr(
        PrecisionAttr::get(&getContext(), weight, activation, precision.getAdc()));
  }

  void remarkFixed(LayerOpInterface layer, StringRef field, int64_t bits, int64_t option) {
    if (option != 0 && option != bits)
      layer.emitRemark() << "layer '" << layer.getLayer() << "': '" << field << "' is fixed by the "
                         << "model at " << bits << ", not " << option;
  }

  /// The other half of a quantized layer may have lost its quantization on the way here.
  void remarkOpen(LayerOpInterface layer, StringRef field, int64_t bits) {
    layer.emitRemark() << "layer '" << layer.getLayer() << "': '" << field
                       << "' is not fixed by the model, it gets " << bits << " bits";
  }

  /// All matrices of a computed weight share one scale, which calibration chooses. They are never
  /// binary: where constant weights become so, they have the width of the target.
  PrecisionAttr shareWeightScale(LayerOpInterface layer, PrecisionAttr precision,
                                 TargetAttr target) {
    int64_t bits = precision.getWeight().getBits();
    if (weightBits == 1) {
      bits = target.getPrecision().getWeight().getBits();
      layer.emitRemark() << "layer '" << layer.getLayer() << "': 'weight.bits' of a computed "
                         << "weight stays " << bits << ", not 1";
    }
    auto weight = WeightAttr::get(&getContext(), bits, Granularity::Layer, CodeRange::Narrow);
    return PrecisionAttr::get(&getContext(), weight, precision.getActivation(), precision.getAdc());
  }

  /// Scales that the target fixes are those of its own widths: a new width drops them.
  PrecisionAttr overrideWidths(PrecisionAttr precision) {
    MLIRContext *context = &getContext();
    WeightAttr weight = precision.getWeight();
    if (weightBits != 0 && weightBits != weight.getBits()) // Two codes have no range to choose.
      weight = WeightAttr::get(context, weightBits, weight.getGranularity(),
                               weightBits == 1 ? CodeRange::Narrow : weight.getRange());
    ActivationAttr activation = precision.getActivation();
    if (activationBits != 0 && activationBits != activation.getBits())
      activation = ActivationAttr::get(context, activationBits, /*zero_point=*/0, {});
    AdcAttr adc = precision.getAdc();
    AdcKind kind = adc.getKind() == AdcKind::Ideal ? AdcKind::Linear : adc.getKind();
    if (adcBits != 0 && (adcBits != adc.getBits() || kind != adc.getKind()))
      adc = AdcAttr::get(context, kind, adcBits, adc.getGranularity(), adc.getRange(), {}, {}, {},
                         {}, adc.getPlacement(), adc.getReferenceUnit());
    return PrecisionAttr::get(context, weight, activation, adc);
  }
};

} // namespace
