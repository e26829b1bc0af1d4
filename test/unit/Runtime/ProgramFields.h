//===- ProgramFields.h - Every field of a program file ----------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Finds the places of all fields by the reflection of program.fbs, so that a field
// that is added to the schema is found without a change here.
//
//===----------------------------------------------------------------------===//

#ifndef CIM_TEST_UNIT_RUNTIME_PROGRAMFIELDS_H
#define CIM_TEST_UNIT_RUNTIME_PROGRAMFIELDS_H

#include <cstdint>
#include <set>
#include <string>
#include <vector>

namespace cim::test {

/// A number in a file. Fields of the elements of a vector have the same name:
/// "tensors.dims", "tensors.length", "header.version", "root.vtable".
struct Scalar {
  std::string field;
  uint64_t at;
  unsigned bytes; ///< 1, 2, 4 or 8
  bool isFloat;
};

/// A vector or a string: its length, then its elements. Those of a vector are scalars too.
struct Sequence {
  std::string field;
  uint64_t offsetAt; ///< where the offset to the length is
  uint64_t at;       ///< of the length
  uint64_t elementBytes, count;
  bool holdsOffsets; ///< to strings
  bool isString;
};

struct ProgramFields {
  std::vector<Scalar> scalars;
  std::vector<Sequence> sequences;
};

/// The fields of a valid file.
ProgramFields findFields(const std::vector<uint8_t> &file);

/// The names of all leaves of the schema, whether or not a file has them.
std::set<std::string> schemaFields();

} // namespace cim::test

#endif // CIM_TEST_UNIT_RUNTIME_PROGRAMFIELDS_H
