//===- Mutants.h - Corrupt programs made from a valid one -------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Every field flipped, maximised and exchanged, every vector truncated, duplicated and
// permuted, the file cut and its bytes changed. Checksum and sizes in the header are
// made right again, so that a mutant gets to the checks behind them.
//
//===----------------------------------------------------------------------===//

#ifndef CIM_TEST_UNIT_RUNTIME_MUTANTS_H
#define CIM_TEST_UNIT_RUNTIME_MUTANTS_H

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace cim::test {

struct Mutant {
  std::string field;  ///< of ProgramFields, or the kind of change if it is none of a field
  std::string change; ///< for people
  std::vector<uint8_t> file;
  bool mustBeRefused; ///< else it may also be harmless
};

/// Makes the sizes and the checksum in the header fit the file.
void seal(std::vector<uint8_t> &file);

/// Visits the mutants of a valid file, one of each `stride`.
void forEachMutant(const std::vector<uint8_t> &file, uint64_t seed, uint64_t stride,
                   const std::function<void(const Mutant &)> &visit);

} // namespace cim::test

#endif // CIM_TEST_UNIT_RUNTIME_MUTANTS_H
