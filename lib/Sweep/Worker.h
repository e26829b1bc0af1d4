//===- Worker.h - A program and the points that run it ----------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What a child of a sweep does.
//
//===----------------------------------------------------------------------===//

#ifndef CIM_LIB_SWEEP_WORKER_H
#define CIM_LIB_SWEEP_WORKER_H

#include "cim-mlir/Pipeline/Diagnostics.h"
#include "cim-mlir/Sweep/Results.h"

namespace cim::sweep {

/// Compiles the cleaned-up model, which is used up, and runs it for each of the points on `threads`
/// threads. `done` gets what came of a point.
void runPoints(mlir::ModuleOp model, CompileOptions options, llvm::ArrayRef<const Point *> points,
               unsigned threads, llvm::function_ref<void(const Point &, const Result &)> done);

/// The first error that is emitted on a context while it lives, as a driver prints it.
class ErrorCollector {
public:
  ErrorCollector(mlir::MLIRContext *context, std::string file);

  /// Empty if there was none.
  std::string getError() const;

private:
  std::string text;
  llvm::raw_string_ostream os;
  DiagnosticPrinter printer;
};

} // namespace cim::sweep

#endif // CIM_LIB_SWEEP_WORKER_H
