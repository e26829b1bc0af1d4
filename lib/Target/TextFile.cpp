//===- TextFile.cpp - Writing text as programs are written ------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See TextFile.h.
//
//===----------------------------------------------------------------------===//

#include "cim-mlir/Target/TextFile.h"

#include "cim-runtime/OutputFile.h"
#include "llvm/Support/Error.h"

std::string cim::writeTextFile(llvm::StringRef path,
                               llvm::function_ref<void(llvm::raw_ostream &)> print) {
  std::string file = path.str();
  if (path != "-")
    if (std::string error = format::resolveOutput(path.str(), file); !error.empty())
      return error;
  llvm::Error error = llvm::writeToOutput(file, [&](llvm::raw_ostream &os) {
    print(os);
    return llvm::Error::success();
  });
  return error ? "cannot write the file: " + llvm::toString(std::move(error)) : "";
}
