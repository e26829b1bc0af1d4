//===- Passes.h - Passes of the cim dialect ---------------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Constructors, options and registration, generated from Passes.td.
//
//===----------------------------------------------------------------------===//

#ifndef CIM_TRANSFORMS_PASSES_H
#define CIM_TRANSFORMS_PASSES_H

#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/Pass.h"

namespace cim {

#define GEN_PASS_DECL
#define GEN_PASS_REGISTRATION
#include "cim/Transforms/Passes.h.inc"

} // namespace cim

#endif // CIM_TRANSFORMS_PASSES_H
