//===- Reduction.h - Reductions and distributions along axes ----*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What operators that reduce share: tosa reduces one axis at a time and keeps it.
//
//===----------------------------------------------------------------------===//

#ifndef CIM_LIB_FRONTEND_ONNX_REDUCTION_H
#define CIM_LIB_FRONTEND_ONNX_REDUCTION_H

#include "Node.h"

namespace cim::onnx_frontend {

/// Reduces axes of a held value, which keep size 1.
template <typename Op>
mlir::Value reduceAxes(Emitter &emit, mlir::Value value, llvm::ArrayRef<int64_t> axes) {
  for (int64_t axis : axes)
    value = emit.reduce<Op>(value, axis);
  return value;
}

/// The mean over axes of a held value.
mlir::Value meanOver(Emitter &emit, mlir::Value value, llvm::ArrayRef<int64_t> axes);

/// log(sum(exp(x))) along one axis and the input it belongs to, both less the maximum.
struct LogSum {
  mlir::Value shifted, logSum;
};
LogSum logSumExp(Emitter &emit, mlir::Value value, int64_t axis);

/// exp(x) / sum(exp(x)) along one axis.
mlir::Value softmax(Emitter &emit, mlir::Value value, int64_t axis);

} // namespace cim::onnx_frontend

#endif // CIM_LIB_FRONTEND_ONNX_REDUCTION_H
