//===- Digital.h - Digital operators on plain tensors -----------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What tosa operators and digital xbar instructions compute. `type` is always the
// type of the result. Shapes are trusted: verifiers have checked them.
//
//===----------------------------------------------------------------------===//

#ifndef CIM_LIB_REFERENCE_DIGITAL_H
#define CIM_LIB_REFERENCE_DIGITAL_H

#include "Tensors.h"
#include "xbar/IR/XbarOps.h"

namespace cim::reference {

using EmitError = llvm::function_ref<mlir::InFlightDiagnostic()>;

//===----------------------------------------------------------------------===//
// Elementwise.cpp
//===----------------------------------------------------------------------===//

Tensor unary(xbar::UnaryKind kind, const Tensor &input, mlir::RankedTensorType type);
/// Axes of size 1 are repeated.
Tensor binary(xbar::BinaryKind kind, const Tensor &lhs, const Tensor &rhs,
              mlir::RankedTensorType type);
/// `min(max(x, low), high)`; not-a-number is kept.
Tensor clamp(const Tensor &input, double low, double high);
/// Float to integer rounds half to even and saturates (not-a-number: 0), to i1 is
/// `x != 0`; integers to narrower integers wrap.
Tensor cast(const Tensor &input, mlir::RankedTensorType type);
/// Axes of size 1 are repeated.
Tensor select(const Tensor &condition, const Tensor &onTrue, const Tensor &onFalse,
              mlir::RankedTensorType type);
/// The reduced axis keeps size 1. Float sums and products accumulate in double.
Tensor reduce(xbar::ReduceKind kind, const Tensor &input, int64_t axis);

//===----------------------------------------------------------------------===//
// Windows.cpp
//===----------------------------------------------------------------------===//

/// How an NHWC tensor is read: kernel, stride, dilation [height, width], pad
/// [top, bottom, left, right].
struct Window {
  std::array<int64_t, 2> kernel, stride = {1, 1};
  std::array<int64_t, 4> pad = {0, 0, 0, 0};
  std::array<int64_t, 2> dilation = {1, 1};

  /// The input row and column that output pixel (oh, ow) reads at kernel
  /// position (kh, kw); outside of the input it is padding.
  int64_t row(int64_t oh, int64_t kh) const { return oh * stride[0] + kh * dilation[0] - pad[0]; }
  int64_t column(int64_t ow, int64_t kw) const {
    return ow * stride[1] + kw * dilation[1] - pad[2];
  }
};

/// NHWC input, weights [OC, KH, KW, IC / groups], bias [OC] or [1].
Tensor conv2d(const Tensor &input, const Tensor &weight, const Tensor &bias, const Window &window,
              int64_t groups, mlir::RankedTensorType type);
/// NHWC input, weights [KH, KW, C, M], bias [C * M] or [1].
Tensor depthwiseConv2d(const Tensor &input, const Tensor &weight, const Tensor &bias,
                       const Window &window, mlir::RankedTensorType type);
/// `[B,M,K] x [B,K,N]`; a batch of one is repeated.
Tensor matmul(const Tensor &lhs, const Tensor &rhs, mlir::RankedTensorType type);
/// NHWC; padding is left out of maxima and of averages.
Tensor pool(xbar::PoolKind kind, const Tensor &input, const Window &window,
            mlir::RankedTensorType type);

//===----------------------------------------------------------------------===//
// Movement.cpp
//===----------------------------------------------------------------------===//

/// Axis i of the result is axis `permutation[i]` of the input.
Tensor transpose(const Tensor &input, llvm::ArrayRef<int64_t> permutation,
                 mlir::RankedTensorType type);
/// Element i of the result is element `start + i` of the input.
Tensor slice(const Tensor &input, llvm::ArrayRef<int64_t> start, mlir::RankedTensorType type);
/// `low` elements of `value` before each axis, the rest after it.
Tensor pad(const Tensor &input, llvm::ArrayRef<int64_t> low, double value,
           mlir::RankedTensorType type);
Tensor concat(llvm::ArrayRef<Tensor> inputs, int64_t axis, mlir::RankedTensorType type);
Tensor reverse(const Tensor &input, int64_t axis);
/// result[n,w,c] = values[n,indices[n,w],c]; an index outside of K is an error.
mlir::FailureOr<Tensor> gather(const Tensor &values, const Tensor &indices,
                               mlir::RankedTensorType type, EmitError emitError);
/// `values` with row indices[n,w] replaced by input[n,w], w ascending; an index outside of K is an
/// error.
mlir::FailureOr<Tensor> scatter(const Tensor &values, const Tensor &indices, const Tensor &input,
                                EmitError emitError);
/// The input repeated along every axis until the result is full.
Tensor tile(const Tensor &input, mlir::RankedTensorType type);

} // namespace cim::reference

#endif // CIM_LIB_REFERENCE_DIGITAL_H
