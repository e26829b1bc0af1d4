//===- ImportQuant.cpp - Pass cim-import-quant ------------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Replaces quant.qcast and quant.dcast one for one. Nothing has been checked yet: types
// that cim does not take are refused by the verifiers of the new operations.
//
//===----------------------------------------------------------------------===//

#include "cim/IR/CimOps.h"
#include "cim/Transforms/Passes.h"
#include "mlir/Dialect/Quant/IR/Quant.h"
#include "mlir/Dialect/Quant/IR/QuantTypes.h"
#include "mlir/IR/AttrTypeSubElements.h"
#include "llvm/ADT/SmallVectorExtras.h"

namespace cim {
#define GEN_PASS_DEF_IMPORTQUANTPASS
#include "cim/Transforms/Passes.h.inc"
} // namespace cim

using namespace mlir;
using namespace cim;
using mlir::quant::UniformQuantizedPerAxisType, mlir::quant::UniformQuantizedType;

static double toF32(double scale) { return static_cast<float>(scale); }

/// Gives quantized types the scales that float32 has, as they are computed with.
static void roundScales(Operation *op) {
  AttrTypeReplacer replacer;
  replacer.addReplacement([](UniformQuantizedType type) -> Type {
    return UniformQuantizedType::get(
        type.getFlags(), type.getStorageType(), type.getExpressedType(), toF32(type.getScale()),
        type.getZeroPoint(), type.getStorageTypeMin(), type.getStorageTypeMax());
  });
  replacer.addReplacement([](UniformQuantizedPerAxisType type) -> Type {
    return UniformQuantizedPerAxisType::get(
        type.getFlags(), type.getStorageType(), type.getExpressedType(),
        llvm::map_to_vector(type.getScales(), toF32), type.getZeroPoints(),
        type.getQuantizedDimension(), type.getStorageTypeMin(), type.getStorageTypeMax());
  });
  replacer.recursivelyReplaceElementsIn(op, /*replaceAttrs=*/true, /*replaceLocs=*/false,
                                        /*replaceTypes=*/true);
}

namespace {

struct ImportQuantPass : cim::impl::ImportQuantPassBase<ImportQuantPass> {
  void runOnOperation() override {
    roundScales(getOperation());
    getOperation().walk([&](Operation *op) {
      OpBuilder builder(op);
      Operation *replacement;
      // Of any types: whether they are those of tensors is verified later.
      if (isa<mlir::quant::QuantizeCastOp>(op))
        replacement = QuantizeOp::create(builder, op->getLoc(), op->getResult(0).getType(),
                                         op->getOperand(0), /*binary=*/false);
      else if (isa<mlir::quant::DequantizeCastOp>(op))
        replacement = DequantizeOp::create(builder, op->getLoc(), op->getResult(0).getType(),
                                           op->getOperand(0));
      else
        return;
      op->replaceAllUsesWith(replacement);
      op->erase();
      ++numCasts;
    });
  }
};

} // namespace
