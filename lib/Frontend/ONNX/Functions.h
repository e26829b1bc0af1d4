//===- Functions.h - Elementary functions -----------------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Functions that tosa has no operation for, in terms of those it has, precise where the naive
// formula cancels.
//
//===----------------------------------------------------------------------===//

#ifndef CIM_LIB_FRONTEND_ONNX_FUNCTIONS_H
#define CIM_LIB_FRONTEND_ONNX_FUNCTIONS_H

#include "Emitter.h"

namespace cim::onnx_frontend {

/// exp(x) - 1, for x that is not positive.
mlir::Value expMinusOne(Emitter &emit, mlir::Value x);
/// log(1 + x).
mlir::Value logOnePlus(Emitter &emit, mlir::Value x);

} // namespace cim::onnx_frontend

#endif // CIM_LIB_FRONTEND_ONNX_FUNCTIONS_H
