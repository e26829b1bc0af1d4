//===- CutFunctions.h - Shorten the chain around a fault --------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The pass of cim-reduce that MLIR's library does not have.
//
//===----------------------------------------------------------------------===//

#ifndef CIM_MLIR_TOOLS_CIM_REDUCE_CUTFUNCTIONS_H
#define CIM_MLIR_TOOLS_CIM_REDUCE_CUTFUNCTIONS_H

namespace cim {

/// Registers `cut-functions`.
void registerCutFunctionsPass();

} // namespace cim

#endif // CIM_MLIR_TOOLS_CIM_REDUCE_CUTFUNCTIONS_H
