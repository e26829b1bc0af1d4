//===- Readers.h - The forms of policy files --------------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// One function per form; readPolicy() chooses by the ending of the file's name.
//
//===----------------------------------------------------------------------===//

#ifndef CIM_LIB_POLICY_READERS_H
#define CIM_LIB_POLICY_READERS_H

#include "cim-mlir/Policy/Policy.h"

namespace cim {

/// Fills in `defaults` and `layers`.
llvm::LogicalResult readJson(llvm::StringRef path, llvm::StringRef text, mlir::MLIRContext *context,
                             Policy &policy);

/// Fill in `layers`, with the widths of weights and activations.
llvm::LogicalResult readCsv(llvm::StringRef path, llvm::StringRef text, mlir::MLIRContext *context,
                            Policy &policy);
llvm::LogicalResult readNpy(llvm::StringRef path, mlir::MLIRContext *context, Policy &policy);

} // namespace cim

#endif // CIM_LIB_POLICY_READERS_H
