//===- SinkBroadcasts.cpp - Pass cim-sink-broadcasts ------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// One walk in program order: a tile that moved behind an operation is seen again by the
// users of that operation.
//
//===----------------------------------------------------------------------===//

#include "cim/IR/CimOps.h"
#include "cim/Transforms/Passes.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "mlir/Dialect/Tosa/Utils/ConversionUtils.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "llvm/ADT/DenseSet.h"

namespace cim {
#define GEN_PASS_DEF_SINKBROADCASTSPASS
#include "cim/Transforms/Passes.h.inc"
} // namespace cim

using namespace mlir;
using namespace cim;

static RankedTensorType getType(Value value) { return cast<RankedTensorType>(value.getType()); }

static bool isElementwise(Operation *op) {
  return op->hasTrait<OpTrait::tosa::TosaElementwiseOperator>() ||
         isa<tosa::CastOp, tosa::MulOp>(op);
}

/// Whether a tile repeats only along axes of one element and only for elementwise operations.
static bool isBroadcast(tosa::TileOp tile) {
  if (!llvm::all_of(tile->getUsers(), isElementwise))
    return false;
  ArrayRef<int64_t> from = getType(tile.getInput1()).getShape(), to = getType(tile).getShape();
  return llvm::all_of(llvm::zip_equal(from, to), [](auto sizes) {
    return std::get<0>(sizes) == 1 || std::get<0>(sizes) == std::get<1>(sizes);
  });
}

namespace {

struct SinkBroadcastsPass : cim::impl::SinkBroadcastsPassBase<SinkBroadcastsPass> {
  void runOnOperation() override {
    broadcasts.clear();
    for (auto function : getOperation().getOps<func::FuncOp>())
      if (!function.isExternal())
        for (Operation &op : llvm::make_early_inc_range(function.getBody().front()))
          visit(op);
  }

private:
  /// All users of a tile are looked at once, when it is met, not by each of them.
  void visit(Operation &op) {
    if (auto tile = dyn_cast<tosa::TileOp>(op); tile && isBroadcast(tile))
      broadcasts.insert(tile);
    else if (isElementwise(&op))
      sink(op);
  }

  /// Takes tiles from the operands of `op` and, as far as they are needed, puts one behind it.
  void sink(Operation &op) {
    Value result = op.getResult(0);
    RankedTensorType type = getType(result);
    SmallVector<int64_t> shape(type.getRank(), 1);
    bool isChanged = false;
    for (OpOperand &operand : op.getOpOperands()) {
      if (getType(operand.get()).getRank() != type.getRank())
        continue; // The shift of tosa.mul, the zero points of tosa.negate.
      if (auto tile = operand.get().getDefiningOp<tosa::TileOp>(); broadcasts.contains(tile)) {
        replace(operand, tile);
        isChanged = true;
      }
      for (auto [axis, size] : llvm::enumerate(getType(operand.get()).getShape()))
        shape[axis] = std::max(shape[axis], size);
    }
    if (isChanged && ArrayRef(shape) != type.getShape())
      addTile(result, shape);
  }

  void replace(OpOperand &operand, tosa::TileOp tile) {
    operand.set(tile.getInput1());
    if (isOpTriviallyDead(tile)) {
      broadcasts.erase(tile);
      tile->erase();
    }
    ++numOperands;
  }

  /// `value` has the elements of `shape` only: repeats them for its users.
  void addTile(Value value, ArrayRef<int64_t> shape) {
    RankedTensorType type = getType(value);
    SmallVector<int64_t> multiples(type.getShape());
    for (auto [multiple, size] : llvm::zip_equal(multiples, shape))
      multiple /= size;
    ImplicitLocOpBuilder builder(value.getLoc(), value.getContext());
    builder.setInsertionPointAfterValue(value);
    value.setType(type.clone(shape));
    auto tile =
        tosa::TileOp::create(builder, type, value, tosa::getTosaConstShape(builder, multiples));
    value.replaceAllUsesExcept(tile, tile);
    visit(*tile);
  }

  llvm::DenseSet<Operation *> broadcasts; ///< Tiles that elementwise operations need not.
};

} // namespace
