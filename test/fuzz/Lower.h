//===- Lower.h - What the fuzzers of the compiler share ---------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A context that hears of errors, and the whole compiler but its files.
//
//===----------------------------------------------------------------------===//

#ifndef CIM_TEST_FUZZ_LOWER_H
#define CIM_TEST_FUZZ_LOWER_H

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/MLIRContext.h"

namespace cim::fuzz {

/// A context with every dialect that swallows diagnostics.
class Context {
public:
  Context();

  mlir::MLIRContext *get() { return &context; }

  /// Aborts if something failed and no diagnostic said why, or the reverse.
  void check(bool ok);

private:
  mlir::MLIRContext context;
  int64_t errors = 0;
};

/// Compiles a module to a program in memory and loads that, if its tensors are so small that
/// neither takes long. `choice` picks what compiles it: digital, mapped, few bits.
void lower(Context &context, mlir::ModuleOp module, size_t choice);

} // namespace cim::fuzz

#endif // CIM_TEST_FUZZ_LOWER_H
