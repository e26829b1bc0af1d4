//===- Passes.h - Passes of policies ----------------------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Constructors, options and registration, generated from Passes.td.
//
//===----------------------------------------------------------------------===//

#ifndef CIM_MLIR_POLICY_PASSES_H
#define CIM_MLIR_POLICY_PASSES_H

#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/Pass.h"

namespace cim {

#define GEN_PASS_DECL
#define GEN_PASS_REGISTRATION
#include "cim-mlir/Policy/Passes.h.inc"

} // namespace cim

#endif // CIM_MLIR_POLICY_PASSES_H
