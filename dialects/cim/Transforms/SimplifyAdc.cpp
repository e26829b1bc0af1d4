//===- SimplifyAdc.cpp - Pass cim-simplify-adc ------------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Proves per layer that its ADC never changes a partial sum and records that it
// is ideal (section 2.6 of the design contract): later stages then multiply
// integers without conversions.
//
//===----------------------------------------------------------------------===//

#include "cim/Analysis/Lossless.h"
#include "cim/Analysis/QuantizedLayer.h"
#include "cim/Transforms/Passes.h"

using namespace mlir;
using namespace cim;

namespace cim {
#define GEN_PASS_DEF_SIMPLIFYADCPASS
#include "cim/Transforms/Passes.h.inc"
} // namespace cim

namespace {

struct SimplifyAdcPass : cim::impl::SimplifyAdcPassBase<SimplifyAdcPass> {
  void runOnOperation() override {
    WalkResult result = getOperation().walk([&](LayerOpInterface layer) {
      return failed(simplify(layer)) ? WalkResult::interrupt() : WalkResult::advance();
    });
    if (result.wasInterrupted())
      signalPassFailure();
  }

  LogicalResult simplify(LayerOpInterface layer) {
    PrecisionAttr precision = layer.getPrecisionAttr();
    if (!precision || !isCalibrated(precision) || precision.getAdc().getKind() != AdcKind::Linear)
      return success();
    FailureOr<QuantizedLayer> quantized = quantizeLayer(layer);
    if (failed(quantized))
      return failure();
    if (!isLossless(precision.getAdc(), layer.getMapping().getKind(), quantized->getRange(layer)))
      return success();
    layer.setPrecisionAttr(getWithIdealAdc(precision));
    ++numSimplified;
    return success();
  }
};

} // namespace
