//===- CorruptTest.cpp - Every corrupt program is refused or harmless -----===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Mutants of programs that have every opcode and every field. CIM_TEST_PROGRAM names
// a program file to be corrupted as well, CIM_TEST_STRIDE thins its mutants out.
//
//===----------------------------------------------------------------------===//

#include "CorruptPrograms.h"
#include "MutantRunner.h"
#include "ProgramFields.h"
#include "TestProgram.h"

#include <cstdio>
#include <fstream>
#include <iterator>

using namespace cim::test;

namespace {

/// Any value of these is fine: where arrays are placed, which only people and the compiler
/// read, and a mark; and a program may have any number of outputs.
const std::set<std::string> kFreeFields = {"arrays.core", "arrays.first_array", "outputs",
                                           "uncalibrated"};

TEST(Corrupt, ProgramsHaveEveryOpcodeAndField) {
  std::set<int> opcodes;
  std::set<std::string> fields;
  for (const std::vector<uint8_t> &file : {crossbarProgram(), digitalProgram()}) {
    format::ProgramData data;
    ASSERT_EQ(format::readProgram(file.data(), file.size(), data), "");
    for (const format::Instruction &instruction : data.instructions)
      opcodes.insert(instruction.opcode());
    ProgramFields found = findFields(file);
    for (const Scalar &scalar : found.scalars)
      fields.insert(scalar.field);
    for (const Sequence &sequence : found.sequences)
      fields.insert(sequence.field);
  }
  EXPECT_EQ(opcodes.size(), size_t(format::Opcode_MAX) + 1);
  for (const std::string &field : schemaFields())
    EXPECT_EQ(fields.count(field), 1u) << field;
}

uint64_t seed() { return environmentNumber("CIM_TEST_SEED", 1); }

TEST(Corrupt, MutantsAreRefusedOrHarmless) {
  MutantRunner runner;
  for (const std::vector<uint8_t> &file : {crossbarProgram(), digitalProgram()})
    runner.corrupt(file, seed(), 1);
  printf("%s\n", runner.summary().c_str());
  EXPECT_GE(runner.numMutants(), 20000u);
  // A field that belongs here neither has a check nor could do harm: think before adding one.
  EXPECT_EQ(runner.neverRefused(), kFreeFields);
}

TEST(Corrupt, MutantsOfAFile) {
  const char *path = std::getenv("CIM_TEST_PROGRAM");
  if (!path)
    GTEST_SKIP() << "CIM_TEST_PROGRAM is not set";
  std::ifstream stream(path, std::ios::binary);
  MutantRunner runner;
  runner.corrupt(std::vector<uint8_t>{std::istreambuf_iterator<char>(stream), {}}, seed(),
                 environmentNumber("CIM_TEST_STRIDE", 1));
  printf("%s\n", runner.summary().c_str());
  EXPECT_GE(runner.numMutants(), 1000u);
}

} // namespace
