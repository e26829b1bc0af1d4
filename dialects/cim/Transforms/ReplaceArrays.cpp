//===- ReplaceArrays.cpp - Cutting a layer's arrays further -----*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See ReplaceArrays.h.
//
//===----------------------------------------------------------------------===//

#include "cim/Transforms/ReplaceArrays.h"
#include "cim/Analysis/Layout.h"
#include "mlir/IR/Builders.h"

using namespace mlir;
using namespace cim;

void cim::replaceArrays(LayerChain &chain, ArrayRef<int64_t> tiles, ArrayRef<int64_t> slices,
                        ArrayRef<int64_t> cycles) {
  ArraysType type = chain.write.getArrays().getType();
  OpBuilder builder(chain.write);
  auto newType = ArraysType::get(builder.getContext(), type.getGroups(), type.getRows(),
                                 type.getColumns(), tiles, slices, type.getKind());
  WriteArraysOp old = chain.write;
  chain.write = WriteArraysOp::create(builder, old.getLoc(), newType, old.getCodes());
  chain.mvm.getArraysMutable().assign(chain.write.getArrays());
  chain.correction.getArraysMutable().assign(chain.write.getArrays());
  if (old->use_empty())
    old.erase();

  chain.mvm.setCycles(cycles);
  auto sums = cast<RankedTensorType>(chain.mvm.getSums().getType());
  SmallVector<int64_t> shape(sums.getShape());
  shape[0] = tiles.size();
  shape[1] = slices.size();
  shape[2] = getNumPasses(chain.mvm.getMapping().getInputEncoding()) * cycles.size();
  chain.mvm.getSums().setType(sums.clone(shape));
  if (Value reference = chain.mvm.getReference()) {
    auto type = cast<RankedTensorType>(reference.getType());
    reference.setType(type.clone({shape[0], shape[2], shape[3], type.getDimSize(3)}));
  }
}

LogicalResult cim::checkNotConverted(LayerChain &chain) {
  if (!chain.adc)
    return success();
  return chain.mvm.emitOpError("layer '")
         << chain.mvm.getLayer() << "': must be cut before its ADC is inserted";
}
