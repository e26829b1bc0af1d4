//===- ExternalData.cpp - Tensors in files beside a model -------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The model is untrusted: it may name regular files that are really in its folder, behind
// symbolic links too. They are mapped, so that data larger than memory costs none.
//
//===----------------------------------------------------------------------===//

#include "ExternalData.h"
#include "ModelFile.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"

using namespace llvm;
using namespace cim::onnx_frontend;

/// Tensors that may take the same byte on average: tied weights are two.
static constexpr uint64_t kMaxShares = 4;

static std::string realPath(const Twine &path) {
  SmallString<256> real;
  if (std::error_code error = sys::fs::real_path(path, real))
    fail("cannot read the file: " + error.message());
  return real.str().str();
}

/// The path of a file in the folder of the model, or in that of the file that the model is a
/// symbolic link to: a cache of models links to the files of both.
static std::string findFile(StringRef modelPath, StringRef location) {
  if (modelPath == "-")
    fail("a model that is read from standard input has no folder");
  if (location.contains('\0'))
    fail("the location contains a null character");
  if (sys::path::is_absolute(location) ||
      is_contained(make_range(sys::path::begin(location), sys::path::end(location)), ".."))
    fail("the location must be in the model's folder");
  StringRef folder = sys::path::parent_path(modelPath);
  std::string given = realPath(folder.empty() ? "." : folder);
  std::string linked = sys::path::parent_path(realPath(modelPath)).str();
  bool isBeside = sys::fs::exists(given + "/" + location);
  std::string path = realPath((isBeside ? given : linked) + "/" + location);
  auto holds = [&](StringRef root) {
    return root == "/" || StringRef(path).starts_with((root + "/").str());
  };
  if (!holds(given) && !holds(linked))
    fail("a symbolic link leaves the model's folder");
  if (!sys::fs::is_regular_file(path))
    fail("cannot read the file: not a regular file");
  return path;
}

ExternalData::File ExternalData::open(const std::string &location) {
  File &file = files[location];
  if (!file) {
    std::string path = findFile(modelPath, location);
    auto buffer = MemoryBuffer::getFile(path, /*IsText=*/false, /*RequiresNullTerminator=*/false);
    if (!buffer)
      fail("cannot read the file: " + buffer.getError().message());
    file = std::move(*buffer);
    if (paths.insert(path).second)
      allowed += kMaxShares * file->getBufferSize();
  }
  return file;
}

void ExternalData::charge(uint64_t bytes) {
  taken += bytes;
  if (taken > allowed)
    fail("tensors must take at most " + Twine(allowed) + " bytes of their files together, got " +
         Twine(taken));
}

/// A number that is stored as text; absent, the default.
static uint64_t readNumber(const StringMap<std::string> &entries, StringRef key,
                           uint64_t byDefault) {
  auto found = entries.find(key);
  if (found == entries.end())
    return byDefault;
  uint64_t value;
  if (!all_of(found->second, isDigit) || StringRef(found->second).getAsInteger(10, value))
    fail("'" + key + "' must be a number, got '" + found->second + "'");
  return value;
}

Bytes ExternalData::read(const onnx::TensorProto &proto, StringRef name) {
  StringMap<std::string> entries;
  for (const onnx::StringStringEntryProto &entry : proto.external_data())
    entries[entry.key()] = entry.value();
  const std::string &location = entries["location"];
  try {
    if (location.empty())
      fail("'location' is missing");
    File file = open(location);
    uint64_t size = file->getBufferSize();
    uint64_t offset = readNumber(entries, "offset", 0);
    if (offset > size)
      fail("the data begins at " + Twine(offset) + ", the file has " + Twine(size) + " bytes");
    uint64_t length = readNumber(entries, "length", size - offset);
    if (length > size - offset)
      fail("the data has " + Twine(length) + " bytes from " + Twine(offset) + " on, the file has " +
           Twine(size));
    charge(length);
    // Pages that were read are given back with the last use of the tensor.
    return Bytes(new StringRef(file->getBuffer().substr(offset, length)),
                 [file](const StringRef *bytes) {
                   giveBack(*bytes, *file);
                   delete bytes;
                 });
  } catch (const ImportError &error) {
    StringRef printed = StringRef(location).split('\0').first;
    fail("tensor '" + name + "': external data '" + printed + "': " + error.what());
  }
}
