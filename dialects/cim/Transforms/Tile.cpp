//===- Tile.cpp - Pass cim-tile ---------------------------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Cuts the rows of every layer into the tiles that its arrays can read (section
// 2.5 of the design contract). Exact: the tiles are summed as integers.
//
//===----------------------------------------------------------------------===//

#include "cim/Analysis/Layout.h"
#include "cim/Transforms/Passes.h"
#include "cim/Transforms/ReplaceArrays.h"

using namespace mlir;
using namespace cim;

namespace cim {
#define GEN_PASS_DEF_TILEPASS
#include "cim/Transforms/Passes.h.inc"
} // namespace cim

namespace {

struct TilePass : cim::impl::TilePassBase<TilePass> {
  void runOnOperation() override {
    WalkResult result = getOperation().walk([&](MvmOp mvm) {
      return failed(tile(mvm)) ? WalkResult::interrupt() : WalkResult::advance();
    });
    if (result.wasInterrupted())
      signalPassFailure();
  }

  LogicalResult tile(MvmOp mvm) {
    FailureOr<LayerChain> chain = getLayerChain(mvm);
    if (failed(chain))
      return failure();
    LayerShape shape = chain->getShape();
    SmallVector<int64_t> tiles = getRowTiles(mvm.getMapping(), shape.rows, shape.kernelArea);
    ArraysType type = chain->write.getArrays().getType();
    if (type.getTiles() == ArrayRef(tiles))
      return success();
    if (failed(checkNotConverted(*chain)))
      return failure();
    if (!chain->add.getSumTiles())
      return mvm.emitOpError("layer '")
             << mvm.getLayer() << "': 'sum_tiles' must be set where tiles are cut, got false";
    replaceArrays(*chain, tiles, type.getSlices(), mvm.getCycles());
    ++numLayers;
    numTiles += tiles.size() * shape.matrices();
    return success();
  }
};

} // namespace
