//===- ValidityMatrix.h - The rules of Validity.h as tables -----*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Documentation that asks findViolation instead of repeating it.
//
//===----------------------------------------------------------------------===//

#ifndef CIM_ANALYSIS_VALIDITYMATRIX_H
#define CIM_ANALYSIS_VALIDITYMATRIX_H

#include "llvm/Support/raw_ostream.h"

namespace cim {

/// Prints which weights, ADCs and operands go with which kind of mapping, which zero points
/// with which encoding of inputs, and why others are refused, as Markdown.
void printValidityMatrix(llvm::raw_ostream &os);

} // namespace cim

#endif // CIM_ANALYSIS_VALIDITYMATRIX_H
