//===- Dispatch.h - From an operation to its plain function -----*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// One evaluator per dialect. Unsupported operations are errors at the operation.
//
//===----------------------------------------------------------------------===//

#ifndef CIM_LIB_REFERENCE_DISPATCH_H
#define CIM_LIB_REFERENCE_DISPATCH_H

#include "Digital.h"

namespace cim::reference {

using Operands = llvm::ArrayRef<Tensor>;

mlir::FailureOr<Tensor> evaluateTosa(mlir::Operation *op, Operands operands);
/// The sums of an offset mapping have a second result beside them.
mlir::FailureOr<llvm::SmallVector<Tensor>> evaluateCim(mlir::Operation *op, Operands operands);
mlir::FailureOr<Tensor> evaluateXbar(mlir::Operation *op, Operands operands);

/// The type of the only result.
inline mlir::RankedTensorType resultType(mlir::Operation *op) {
  return llvm::cast<mlir::RankedTensorType>(op->getResult(0).getType());
}

inline mlir::InFlightDiagnostic unsupported(mlir::Operation *op) {
  return op->emitOpError("is not supported by the reference");
}

} // namespace cim::reference

#endif // CIM_LIB_REFERENCE_DISPATCH_H
