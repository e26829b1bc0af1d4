//===- ReplaceArrays.h - Cutting a layer's arrays further -------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What tiling and bit slicing share.
//
//===----------------------------------------------------------------------===//

#ifndef CIM_TRANSFORMS_REPLACEARRAYS_H
#define CIM_TRANSFORMS_REPLACEARRAYS_H

#include "cim/Analysis/LayerChain.h"

namespace cim {

/// Gives a layer arrays of its own with other tiles and slices and reads them in
/// other cycles; the axes t, s and b of the partial sums get the new sizes. The
/// weights of the sums are left to the caller.
void replaceArrays(LayerChain &chain, llvm::ArrayRef<int64_t> tiles, llvm::ArrayRef<int64_t> slices,
                   llvm::ArrayRef<int64_t> cycles);

/// Partial sums can only be cut while nothing has been done to them: it is an error,
/// reported at the layer, if its ADC has been inserted already.
mlir::LogicalResult checkNotConverted(LayerChain &chain);

} // namespace cim

#endif // CIM_TRANSFORMS_REPLACEARRAYS_H
