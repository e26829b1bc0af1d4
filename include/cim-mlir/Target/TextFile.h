//===- TextFile.h - Writing text as programs are written --------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Text of drivers goes to a temporary file that is renamed, like programs.
//
//===----------------------------------------------------------------------===//

#ifndef CIM_MLIR_TARGET_TEXTFILE_H
#define CIM_MLIR_TARGET_TEXTFILE_H

#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/raw_ostream.h"
#include <string>

namespace cim {

/// Writes what `print` prints to `path`, "-" being standard output. Links are followed; what
/// exists must be a regular file. Returns an empty string or the reason of failure.
std::string writeTextFile(llvm::StringRef path,
                          llvm::function_ref<void(llvm::raw_ostream &)> print);

} // namespace cim

#endif // CIM_MLIR_TARGET_TEXTFILE_H
