//===- ReadPolicy.cpp - Policy files ----------------------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Opens policy files by the ending of their names; files are untrusted.
//
//===----------------------------------------------------------------------===//

#include "JsonReader.h"
#include "Readers.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/MemoryBuffer.h"

using namespace mlir;
using namespace cim;

/// Far above the numbers of any network, far below what fills a memory.
static constexpr uint64_t kMaxBytes = uint64_t(1) << 30;

/// Reads a text file; returns an empty string or the reason of failure.
static std::string readText(StringRef path, std::unique_ptr<llvm::MemoryBuffer> &buffer) {
  if (!llvm::sys::fs::is_regular_file(path))
    return "there is no such regular file";
  uint64_t size = 0;
  if (std::error_code error = llvm::sys::fs::file_size(path, size))
    return "cannot read the file: " + error.message();
  if (size > kMaxBytes)
    return "a policy must have at most " + std::to_string(kMaxBytes) + " bytes, got " +
           std::to_string(size);
  auto opened = llvm::MemoryBuffer::getFile(path, /*IsText=*/false,
                                            /*RequiresNullTerminator=*/false);
  if (!opened)
    return "cannot read the file: " + opened.getError().message();
  buffer = std::move(*opened);
  return "";
}

FailureOr<Policy> cim::readPolicy(StringRef path, MLIRContext *context) {
  Policy policy;
  policy.loc = FileLineColLoc::get(context, path, 0, 0);
  if (path.ends_with(".npy")) {
    if (failed(readNpy(path, context, policy)))
      return failure();
    return policy;
  }
  if (!path.ends_with(".json") && !path.ends_with(".csv"))
    return emitError(policy.loc) << "a policy must end in .json, .csv or .npy";
  std::unique_ptr<llvm::MemoryBuffer> buffer;
  if (std::string error = readText(path, buffer); !error.empty())
    return emitError(policy.loc) << error;
  StringRef text = buffer->getBuffer();
  size_t invalid = 0;
  if (!llvm::json::isUTF8(text, &invalid))
    return emitError(JsonReader(path, text, context).getLoc(invalid))
           << "a policy must be UTF-8 text, got byte " << int(uint8_t(text[invalid]));
  auto *read = path.ends_with(".csv") ? readCsv : readJson;
  if (failed(read(path, text, context, policy)))
    return failure();
  return policy;
}
