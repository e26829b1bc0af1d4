//===- Linear.h - Matrix products -------------------------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What float and quantized operators share.
//
//===----------------------------------------------------------------------===//

#ifndef CIM_LIB_FRONTEND_ONNX_LINEAR_H
#define CIM_LIB_FRONTEND_ONNX_LINEAR_H

#include "Node.h"

namespace cim::onnx_frontend {

/// The product of floats as numpy's matmul has it.
Tensor multiplyMatrices(Emitter &emit, Tensor a, Tensor b);

} // namespace cim::onnx_frontend

#endif // CIM_LIB_FRONTEND_ONNX_LINEAR_H
