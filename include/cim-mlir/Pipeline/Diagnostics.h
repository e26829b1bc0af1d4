//===- Diagnostics.h - Diagnostics for people -------------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// How a driver shows diagnostics: one line each, with the file and, if the place is a
// node of a model, its name; and on a terminal, what is being done.
//
//===----------------------------------------------------------------------===//

#ifndef CIM_MLIR_PIPELINE_DIAGNOSTICS_H
#define CIM_MLIR_PIPELINE_DIAGNOSTICS_H

#include "mlir/IR/Diagnostics.h"
#include "llvm/Support/raw_ostream.h"
#include <string>

namespace cim {

/// Prints the diagnostics of a context while it lives:
/// `file:line:column: error: 'node': message`. What is not known is left out; a place without
/// a file is in `file`. On a terminal the line of showProgress() stands below them.
class DiagnosticPrinter : public mlir::ScopedDiagnosticHandler {
public:
  DiagnosticPrinter(mlir::MLIRContext *context, std::string file,
                    llvm::raw_ostream &os = llvm::errs());
  ~DiagnosticPrinter();

  /// Replaces the line of progress; does nothing but on a terminal.
  void showProgress(llvm::StringRef text);

private:
  void print(mlir::Diagnostic &diagnostic);

  std::string file;
  llvm::raw_ostream &os;
  size_t progressWidth = 0; ///< Columns to clear.
};

} // namespace cim

#endif // CIM_MLIR_PIPELINE_DIAGNOSTICS_H
