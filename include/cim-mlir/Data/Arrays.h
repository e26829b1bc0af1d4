//===- Arrays.h - npy, npz and IDX files ------------------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Plain C++: used by cim-compile and by cim-run, which has no LLVM.
//
//===----------------------------------------------------------------------===//

#ifndef CIM_MLIR_DATA_ARRAYS_H
#define CIM_MLIR_DATA_ARRAYS_H

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cim::data {

enum class ElementType { F32, F64, I64, I32, I16, I8, U64, U32, U16, U8, Bool };

/// Bytes of one element.
size_t elementBytes(ElementType type);
/// "int32", "uint8", "bool": what numpy calls it.
const char *toString(ElementType type);
bool isFloat(ElementType type);

/// A dense array in row-major order, as read from a file.
struct Array {
  ElementType type = ElementType::F32;
  std::vector<int64_t> shape;
  std::vector<uint8_t> bytes;

  int64_t size() const;
};

/// "[2, 3]"
std::string toString(const std::vector<int64_t> &shape);

/// All functions return an empty string or the reason of failure, which names the
/// file. Files are untrusted: sizes are checked before anything is allocated.

/// Reads .npy, or an IDX file (gzip allowed), told apart by content. float16 becomes float32,
/// Fortran order row-major order.
std::string readArray(const std::string &path, Array &array);
/// Reads all arrays of a .npz (stored or deflated), with their names.
std::string readArchive(const std::string &path,
                        std::vector<std::pair<std::string, Array>> &arrays);
/// Writes the pieces one behind the other, as writeNpy does it.
std::string writeFile(const std::string &path, const std::vector<std::string_view> &pieces);
/// Writes .npy to a temporary file and renames it; follows symbolic links, replaces
/// nothing but regular files.
std::string writeNpy(const std::string &path, const Array &array);

/// Reads a file that readArray can read in parts, for data sets larger than memory.
class ArrayReader {
public:
  ArrayReader();
  ~ArrayReader();

  std::string open(const std::string &path);
  ElementType type() const;
  const std::vector<int64_t> &shape() const;
  /// Reads the next `count` rows of the leading axis into `rows` (shape [count, ...]), all at
  /// once where the file is in Fortran order;
  /// checks after the last row that the file ends.
  std::string readRows(int64_t count, Array &rows);

private:
  struct State;
  std::unique_ptr<State> state;
};

/// How many samples of an input an array of the given shape holds: an array of that
/// very shape is one sample, otherwise the leading axis counts samples, each with
/// the elements of the shape without its leading 1 (unit axes may differ). Anything
/// else is an error that names both shapes.
std::string countSamples(const std::vector<int64_t> &arrayShape,
                         const std::vector<int64_t> &inputShape, int64_t &count);

/// The elements as floats. Integer arrays are scaled by `scale` (0 means the default:
/// 1/255 for uint8, else 1).
std::vector<float> toFloats(const Array &array, double scale);

/// The elements of an array of integers or truth values; uint64 keeps its bits.
std::vector<int64_t> toIntegers(const Array &array);

/// The bytes of the elements as another type: to floats as toFloats does it, to integers and truth
/// values unscaled. Returns an empty string, or the reason why an element does not fit.
std::string convert(const Array &array, ElementType type, double scale,
                    std::vector<uint8_t> &bytes);

} // namespace cim::data

#endif // CIM_MLIR_DATA_ARRAYS_H
