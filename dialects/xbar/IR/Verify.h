//===- Verify.h - Checks shared by the verifiers of xbar --------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Private to this folder: the comparison of a shape with the one that an
// instruction must have.
//
//===----------------------------------------------------------------------===//

#ifndef XBAR_IR_VERIFY_H
#define XBAR_IR_VERIFY_H

#include "xbar/IR/XbarOps.h"

namespace xbar {

/// Fails unless the shape of the operand or result `field` is `expected`.
inline llvm::LogicalResult verifyShape(mlir::Operation *op, llvm::StringRef field,
                                       mlir::RankedTensorType type,
                                       llvm::ArrayRef<int64_t> expected) {
  if (type.getShape() == expected)
    return llvm::success();
  return op->emitOpError("'") << field << "' must have shape [" << expected << "], got ["
                              << type.getShape() << "]";
}

} // namespace xbar

#endif // XBAR_IR_VERIFY_H
