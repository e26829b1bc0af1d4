//===- MlirFuzzer.cpp - Any text as a module --------------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Parses what the mutator makes up and, if that is a module, compiles it: everything
// behind cim-verify-input has to stand what that lets through.
//
//===----------------------------------------------------------------------===//

#include "Lower.h"
#include "MlirMutator.h"
#include "mlir/Parser/Parser.h"

using namespace mlir;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  llvm::StringRef text(reinterpret_cast<const char *>(data), size);
  if (cim::fuzz::crashesParser(text))
    return -1; // Not for the corpus.
  cim::fuzz::Context context;
  OwningOpRef<ModuleOp> module = parseSourceString<ModuleOp>(text, context.get());
  if (!module)
    return -1;
  cim::fuzz::lower(context, *module, size);
  return 0;
}

extern "C" size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t maxSize,
                                          unsigned seed) {
  std::string text(reinterpret_cast<const char *>(data), size);
  cim::fuzz::mutateMlir(text, seed);
  size = std::min(text.size(), maxSize);
  std::copy_n(text.data(), size, data);
  return size;
}
