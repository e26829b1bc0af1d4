//===- Passes.h - Passes of the xbar dialect --------------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Constructors and registration, generated from Passes.td.
//
//===----------------------------------------------------------------------===//

#ifndef XBAR_TRANSFORMS_PASSES_H
#define XBAR_TRANSFORMS_PASSES_H

#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/Pass.h"

namespace xbar {

#define GEN_PASS_DECL
#define GEN_PASS_REGISTRATION
#include "xbar/Transforms/Passes.h.inc"

} // namespace xbar

#endif // XBAR_TRANSFORMS_PASSES_H
