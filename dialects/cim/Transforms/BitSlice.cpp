//===- BitSlice.cpp - Pass cim-bit-slice ------------------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Cuts weight codes into slices that fit a cell and activation codes into
// digits that fit the DAC (sections 2.2 and 2.4 of the design contract). Exact: slices and
// cycles are summed as integers, each with its power of two.
//
//===----------------------------------------------------------------------===//

#include "cim/Analysis/Layout.h"
#include "cim/Transforms/Passes.h"
#include "cim/Transforms/ReplaceArrays.h"

using namespace mlir;
using namespace cim;

namespace cim {
#define GEN_PASS_DEF_BITSLICEPASS
#include "cim/Transforms/Passes.h.inc"
} // namespace cim

namespace {

struct BitSlicePass : cim::impl::BitSlicePassBase<BitSlicePass> {
  void runOnOperation() override {
    WalkResult result = getOperation().walk([&](MvmOp mvm) {
      return failed(slice(mvm)) ? WalkResult::interrupt() : WalkResult::advance();
    });
    if (result.wasInterrupted())
      signalPassFailure();
  }

  LogicalResult slice(MvmOp mvm) {
    FailureOr<LayerChain> chain = getLayerChain(mvm);
    if (failed(chain))
      return failure();
    PrecisionAttr precision = mvm.getPrecision();
    SmallVector<int64_t> slices = getWeightSlices(mvm.getMapping(), precision.getWeight());
    SmallVector<int64_t> cycles = getInputCycles(mvm.getMapping(), precision.getActivation());
    ArraysType type = chain->write.getArrays().getType();
    if (type.getSlices() == ArrayRef(slices) && mvm.getCycles() == ArrayRef(cycles))
      return success();
    if (failed(checkNotConverted(*chain)))
      return failure();
    if (!chain->add.getSumSlices())
      return mvm.emitOpError("layer '")
             << mvm.getLayer() << "': 'sum_slices' must be set where slices are cut, got false";
    replaceArrays(*chain, type.getTiles(), slices, cycles);
    SmallVector<int64_t> sliceWeights = getSliceWeights(type.getKind(), slices);
    SmallVector<int64_t> cycleWeights =
        getCycleWeights(mvm.getMapping().getInputEncoding(), cycles);
    chain->add.setSliceWeights(sliceWeights);
    chain->add.setCycleWeights(cycleWeights);
    chain->correction.setSliceWeights(sliceWeights);
    chain->correction.setCycleWeights(cycleWeights);
    ++numLayers;
    return success();
  }
};

} // namespace
