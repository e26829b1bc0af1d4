//===- Files.h - Files of the tests of the data room ------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Temporary files with given bytes, plain or compressed, and npy headers by hand.
//
//===----------------------------------------------------------------------===//

#ifndef CIM_TEST_UNIT_DATA_FILES_H
#define CIM_TEST_UNIT_DATA_FILES_H

#include <gtest/gtest.h>

#include <fstream>
#include <string>
#include <unistd.h>
#include <zlib.h>

/// A file that is removed at the end.
class TemporaryFile {
public:
  explicit TemporaryFile(const std::string &bytes = "", bool compress = false)
      : path(testing::TempDir() + "cim-data-" + std::to_string(getpid()) + "-" +
             std::to_string(reinterpret_cast<uintptr_t>(this))) {
    if (compress) {
      gzFile file = gzopen(path.c_str(), "wb");
      gzwrite(file, bytes.data(), static_cast<unsigned>(bytes.size()));
      gzclose(file);
    } else {
      std::ofstream(path, std::ios::binary) << bytes;
    }
  }
  ~TemporaryFile() { std::remove(path.c_str()); }

  std::string contents() const {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  const std::string path;
};

/// A version 1.0 npy file with the given dictionary and data.
inline std::string npy(const std::string &dictionary, const std::string &data) {
  std::string text = std::string("\x93NUMPY\x01\x00", 8);
  text += static_cast<char>(dictionary.size() & 0xff);
  text += static_cast<char>(dictionary.size() >> 8);
  return text + dictionary + data;
}

#endif // CIM_TEST_UNIT_DATA_FILES_H
