//===- Arrays.h - npy, npz and IDX files -*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Plain C++: used by cim-compile and by cim-run, which has no LLVM.
//
//===----------------------------------------------------------------------===//

#ifndef CIM_MLIR_DATA_ARRAYS_H
#define CIM_MLIR_DATA_ARRAYS_H

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace cim::data {

enum class ElementType { F32, F64, I64, I32, I16, I8, U8, Bool };

/// A dense array in row-major order, as read from a file.
struct Array {
  ElementType type = ElementType::F32;
  std::vector<int64_t> shape;
  std::vector<uint8_t> bytes;

  int64_t size() const;
};

/// All functions return an empty string or the reason of failure, which names the
/// file. Files are untrusted: sizes are checked before anything is allocated.

/// Reads .npy, or an IDX file (gzip allowed), told apart by content.
std::string readArray(const std::string &path, Array &array);
/// Reads all arrays of a .npz (stored or deflated), with their names.
std::string readArchive(const std::string &path,
                        std::vector<std::pair<std::string, Array>> &arrays);
/// Writes .npy to a temporary file and renames it.
std::string writeNpy(const std::string &path, const Array &array);

/// The samples of one model input inside an array, converted to float one at a
/// time. An array of the very shape of the input is one sample; otherwise the
/// leading axis counts samples, each with the elements of the shape without its
/// leading 1 (unit axes may differ). Anything else is an error naming both shapes.
class SampleReader {
public:
  /// Integers are multiplied by `scale`; 0 means the default, 1/255 for uint8 and 1
  /// for others. The array must outlive the reader.
  static std::string create(const Array &array, const std::vector<int64_t> &inputShape,
                            double scale, SampleReader &reader);

  int64_t count() const { return samples; }
  /// Elements of one sample.
  int64_t elements() const { return elementsPerSample; }
  /// Writes elements() floats. Calls from several threads are safe.
  void read(int64_t index, float *values) const;

private:
  const Array *array = nullptr;
  int64_t samples = 0, elementsPerSample = 0;
  double factor = 1;
};

} // namespace cim::data

#endif // CIM_MLIR_DATA_ARRAYS_H
