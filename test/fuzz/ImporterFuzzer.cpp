//===- ImporterFuzzer.cpp - Any bytes as an ONNX model ----------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Imports what libFuzzer makes up and, if that is a model, compiles it: binary protobuf,
// protobuf text and ONNX text, as the first bytes say.
//
//===----------------------------------------------------------------------===//

#include "Lower.h"
#include "cim-mlir/Frontend/ONNX/Import.h"
#include <cstdlib>
#include <string>
#include <sys/mman.h>
#include <unistd.h>

using namespace mlir;

namespace {

/// A file in memory, which the importer opens by its path.
class MemoryFile {
public:
  MemoryFile() : descriptor(memfd_create("model.onnx", 0)) {}

  std::string write(const uint8_t *data, size_t size) {
    if (ftruncate(descriptor, 0) || pwrite(descriptor, data, size, 0) != ssize_t(size))
      std::abort();
    return "/proc/self/fd/" + std::to_string(descriptor);
  }

private:
  int descriptor;
};

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static MemoryFile file;
  cim::fuzz::Context context;
  OwningOpRef<ModuleOp> module =
      cim::onnx_frontend::importOnnx(file.write(data, size), context.get());
  context.check(bool(module));
  if (module)
    cim::fuzz::lower(context, *module, size);
  return 0;
}
