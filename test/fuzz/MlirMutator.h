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

#include "llvm/ADT/StringRef.h"
#include <string>

namespace cim::fuzz {

/// Changes one to four things of the text of a module.
void mutateMlir(std::string &text, unsigned seed);

/// Whether a text has what MLIR's own parser and verifiers are known to die of. They are listed
/// in the README of this folder.
bool crashesParser(llvm::StringRef text);

} // namespace cim::fuzz

#endif // CIM_TEST_FUZZ_MLIRMUTATOR_H
