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
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/raw_ostream.h"
#include <optional>
#include <string>

namespace cim {

/// A text file that is written but not in its place yet. Links are followed; what exists
/// must be a regular file. Calls return an empty string or the reason of failure.
class TextFile {
public:
  TextFile() = default;
  /// Removes what has not been published.
  ~TextFile();
  TextFile(const TextFile &) = delete;
  TextFile &operator=(const TextFile &) = delete;

  /// Writes what `print` prints beside `path`. Called once.
  std::string write(llvm::StringRef path, llvm::function_ref<void(llvm::raw_ostream &)> print);
  /// Puts the file in its place; does nothing if nothing was written.
  std::string publish();

private:
  std::string target;
  std::optional<llvm::sys::fs::TempFile> file;
};

/// Writes what `print` prints to `path`, "-" being standard output.
std::string writeTextFile(llvm::StringRef path,
                          llvm::function_ref<void(llvm::raw_ostream &)> print);

} // namespace cim

#endif // CIM_MLIR_TARGET_TEXTFILE_H
