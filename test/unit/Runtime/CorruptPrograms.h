//===- CorruptPrograms.h - Valid programs to be corrupted -------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Two small programs that have every opcode and every field of the schema.
//
//===----------------------------------------------------------------------===//

#ifndef CIM_TEST_UNIT_RUNTIME_CORRUPTPROGRAMS_H
#define CIM_TEST_UNIT_RUNTIME_CORRUPTPROGRAMS_H

#include <cstdint>
#include <vector>

namespace cim::test {

/// Crossbar layers: a grouped convolution with column-wise scales and offsets, an ideal one, matrix
/// products with computed weights, reference columns and tables of partial sums and of outputs.
std::vector<uint8_t> crossbarProgram();

/// Every digital opcode, with several inputs and outputs.
std::vector<uint8_t> digitalProgram();

} // namespace cim::test

#endif // CIM_TEST_UNIT_RUNTIME_CORRUPTPROGRAMS_H
