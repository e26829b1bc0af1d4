//===- Formats.h - Headers of array files -----------------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What the files of this room share: bytes come from a source, a header becomes
// the type and shape of an array.
//
//===----------------------------------------------------------------------===//

#ifndef CIM_MLIR_LIB_DATA_FORMATS_H
#define CIM_MLIR_LIB_DATA_FORMATS_H

#include "cim-mlir/Data/Arrays.h"

#include <functional>

namespace cim::data {

/// Reads exactly so many bytes; false at the end of the data or on an error.
using Source = std::function<bool(void *bytes, size_t count)>;

struct Header {
  ElementType type = ElementType::F32;
  std::vector<int64_t> shape;
  bool swap = false;    ///< Elements are in the other byte order.
  bool half = false;    ///< Elements are float16; `type` is what they become, float32.
  bool columns = false; ///< The first axis is the fastest (Fortran order).

  /// Bytes of one element in the file.
  size_t storedBytes() const { return half ? 2 : elementBytes(type); }
};

/// The size of a regular file; otherwise the reason of failure without its name.
std::string regularFileSize(const std::string &path, uint64_t &bytes);

/// Reads the header of a npy or IDX file up to its first element. Returns the reason
/// of failure without the file's name.
std::string readHeader(const Source &source, Header &header);

/// The text of a npy header for an array, with magic and padding.
std::string makeNpyHeader(const Array &array);

/// Number of elements, or -1 if they would not fit into memory.
int64_t countElements(const std::vector<int64_t> &shape);

/// Makes the stored elements of an array of `shape` those of an Array.
void decode(const Header &header, const std::vector<int64_t> &shape, std::vector<uint8_t> &bytes);

/// Deflate cannot shrink data by more than this.
constexpr uint64_t kMaxDeflateRatio = 1032;

} // namespace cim::data

#endif // CIM_MLIR_LIB_DATA_FORMATS_H
