//===- Tensors.h - Helpers for plain tensors --------------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Coordinates of row-major tensors, constants, and integer wrap-around: what the
// operators of the reference need besides arithmetic.
//
//===----------------------------------------------------------------------===//

#ifndef CIM_LIB_REFERENCE_TENSORS_H
#define CIM_LIB_REFERENCE_TENSORS_H

#include "cim-mlir/Reference/Reference.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/Diagnostics.h"

namespace cim::reference {

using Coordinates = llvm::SmallVector<int64_t, 6>;

/// A tensor of zeros.
Tensor makeTensor(mlir::RankedTensorType type);

/// A tensor of zeros with the element type of `like` and another shape.
Tensor makeTensor(llvm::ArrayRef<int64_t> shape, mlir::Type elementType);

/// The same elements in another shape.
Tensor reshape(Tensor tensor, llvm::ArrayRef<int64_t> shape);

/// The elements of a constant. An absent resource, one of the wrong size and an
/// element type that is neither f32 nor an integer are errors.
mlir::FailureOr<Tensor> readConstant(mlir::ElementsAttr attr,
                                     llvm::function_ref<mlir::InFlightDiagnostic()> emitError);

/// Row-major coordinates of element `index`, and back.
Coordinates coordinatesOf(int64_t index, llvm::ArrayRef<int64_t> shape);
int64_t indexOf(llvm::ArrayRef<int64_t> coordinates, llvm::ArrayRef<int64_t> shape);

/// Index into a tensor of `shape` whose axes of size 1 are repeated.
int64_t broadcastIndexOf(llvm::ArrayRef<int64_t> coordinates, llvm::ArrayRef<int64_t> shape);

/// Smallest and largest value of an integer type; i1 and index count as unsigned.
std::pair<int64_t, int64_t> integerRange(mlir::Type type);

/// `value` modulo 2^width, as the type reads it.
int64_t wrap(int64_t value, mlir::Type type);

} // namespace cim::reference

#endif // CIM_LIB_REFERENCE_TENSORS_H
