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

using namespace cim;

static std::string describe(const std::string &reason) {
  return "cannot write the file: " + reason;
}

TextFile::~TextFile() {
  if (file)
    llvm::consumeError(file->discard());
}

std::string TextFile::write(llvm::StringRef path,
                            llvm::function_ref<void(llvm::raw_ostream &)> print) {
  if (std::string error = format::resolveOutput(path.str(), target); !error.empty())
    return error;
  llvm::Expected<llvm::sys::fs::TempFile> made =
      llvm::sys::fs::TempFile::create(target + ".tmp%%%%%%");
  if (!made)
    return describe(llvm::toString(made.takeError()));
  file = std::move(*made);
  llvm::raw_fd_ostream os(file->FD, /*shouldClose=*/false);
  print(os);
  os.flush();
  std::error_code error = os.error();
  os.clear_error();
  return error ? describe(error.message()) : "";
}

std::string TextFile::publish() {
  if (!file)
    return "";
  llvm::Error error = file->keep(target);
  file.reset();
  return error ? describe(llvm::toString(std::move(error))) : "";
}

std::string cim::writeTextFile(llvm::StringRef path,
                               llvm::function_ref<void(llvm::raw_ostream &)> print) {
  if (path == "-") {
    print(llvm::outs());
    llvm::outs().flush();
    std::error_code error = llvm::outs().error();
    llvm::outs().clear_error();
    return error ? describe(error.message()) : "";
  }
  TextFile text;
  std::string error = text.write(path, print);
  return error.empty() ? text.publish() : error;
}
