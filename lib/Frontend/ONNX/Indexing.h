//===- Indexing.h - Elements chosen by indices ------------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What the operators share that move elements to or from places that indices say:
// known at import (steps of slices, mirrored edges, interpolation) or computed.
//
//===----------------------------------------------------------------------===//

#ifndef CIM_LIB_FRONTEND_ONNX_INDEXING_H
#define CIM_LIB_FRONTEND_ONNX_INDEXING_H

#include "Emitter.h"

namespace cim::onnx_frontend {

/// The tensor's elements at `indices` along an axis, in the layout it is held in: on the host
/// for a constant, a slice where they follow each other, else a gather.
Tensor take(Emitter &emit, const Tensor &tensor, int64_t axis, llvm::ArrayRef<int64_t> indices);

/// 0, 1, ... `size` - 1 along one of `rank` axes, of the type that holds `type`.
mlir::Value iota(Emitter &emit, int64_t size, size_t axis, size_t rank, ElementType type);

/// Computed indices, of which negative ones count from the end of `size` elements.
mlir::Value wrapIndices(Emitter &emit, mlir::Value indices, int64_t size);

/// Rows [n, indices[n, w], :] of [N, K, C].
mlir::Value gatherRows(Emitter &emit, mlir::Value rows, mlir::Value indices);
/// [N, K, C] with rows [n, indices[n, w], :] replaced by those of [N, W, C].
mlir::Value scatterRows(Emitter &emit, mlir::Value rows, mlir::Value indices, mlir::Value updates);

/// A limit of what is known at import, as iota and the indices of take.
void checkIndexCount(int64_t count);

} // namespace cim::onnx_frontend

#endif // CIM_LIB_FRONTEND_ONNX_INDEXING_H
