//===- MutantRunner.h - Refused or harmless ---------------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Loads a corrupt program and, if it is accepted and of a size to be tried, runs it. The
// rules: a refusal says why, loading takes memory in proportion to the file, nothing
// reads behind the file or its metadata again, constants stay as they are, and
// the results of one thread and of two are the same.
//
//===----------------------------------------------------------------------===//

#ifndef CIM_TEST_UNIT_RUNTIME_MUTANTRUNNER_H
#define CIM_TEST_UNIT_RUNTIME_MUTANTRUNNER_H

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

struct cim_program;

namespace cim::test {

struct Mutant;

/// The bytes that operator new has given since the program began.
uint64_t allocatedBytes();

class MutantRunner {
public:
  /// Tries one of each `stride` mutants of a valid file. Those that are accepted run if they
  /// ask for no more than some times what `valid` does.
  void corrupt(const std::vector<uint8_t> &valid, uint64_t seed, uint64_t stride);

  /// "N mutants: R refused, H harmless, of which L are too large to run".
  std::string summary() const;
  uint64_t numMutants() const { return refused + harmless; }
  /// The fields that have mutants none of which was refused.
  std::set<std::string> neverRefused() const;

private:
  struct Bytes;

  void run(const Mutant &mutant);
  void runAccepted(const cim_program *program, const Bytes &file);

  uint64_t budget = 0;
  uint64_t refused = 0, harmless = 0, large = 0;
  std::map<std::string, uint64_t> refusedOf; ///< Per field.
};

} // namespace cim::test

#endif // CIM_TEST_UNIT_RUNTIME_MUTANTRUNNER_H
