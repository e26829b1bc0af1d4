//===- PoolIndices.h - Where maxima are -------------------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The second output of MaxPool.
//
//===----------------------------------------------------------------------===//

#ifndef CIM_LIB_FRONTEND_ONNX_POOLINDICES_H
#define CIM_LIB_FRONTEND_ONNX_POOLINDICES_H

#include "Window.h"

namespace cim::onnx_frontend {

/// Places of the first maximum of each window, as indices into the whole input in row-major
/// order, or with the first two spatial axes swapped.
Tensor maxIndices(Emitter &emit, const Tensor &input, const Window &window, bool columnsFirst);

} // namespace cim::onnx_frontend

#endif // CIM_LIB_FRONTEND_ONNX_POOLINDICES_H
