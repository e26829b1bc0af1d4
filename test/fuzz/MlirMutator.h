//===- MlirMutator.h - Modules changed by tokens ----------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Changed bytes rarely parse: numbers, tokens and lines are changed instead.
//
//===----------------------------------------------------------------------===//

#ifndef CIM_TEST_FUZZ_MLIRMUTATOR_H
#define CIM_TEST_FUZZ_MLIRMUTATOR_H

#include <string>

namespace cim::fuzz {

/// Changes one to four things of the text of a module.
void mutateMlir(std::string &text, unsigned seed);

} // namespace cim::fuzz

#endif // CIM_TEST_FUZZ_MLIRMUTATOR_H
