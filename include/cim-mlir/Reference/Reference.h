//===- Reference.h - The oracle ---------------------------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A slow, obvious evaluator of tosa, cim and xbar, written from the design
// contract. Every test of meaning compares with it.
//
//===----------------------------------------------------------------------===//

#ifndef CIM_MLIR_REFERENCE_REFERENCE_H
#define CIM_MLIR_REFERENCE_REFERENCE_H

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/BuiltinTypes.h"
#include "llvm/ADT/SmallVector.h"
#include <string>
#include <variant>
#include <vector>

namespace cim::reference {

/// A dense tensor in row-major order. Elements are float for f32, otherwise
/// int64_t (i1, i8, ui8, i32, i64 hold their value).
struct Tensor {
  mlir::RankedTensorType type;
  std::variant<std::vector<float>, std::vector<int64_t>> data;

  llvm::ArrayRef<int64_t> shape() const { return type.getShape(); }
  int64_t size() const { return type.getNumElements(); }
  bool isFloat() const { return data.index() == 0; }
  std::vector<float> &floats() { return std::get<0>(data); }
  const std::vector<float> &floats() const { return std::get<0>(data); }
  std::vector<int64_t> &ints() { return std::get<1>(data); }
  const std::vector<int64_t> &ints() const { return std::get<1>(data); }
};

/// Evaluates one operation on values of its tensor operands (constants included).
/// !cim.arrays operands are passed as the tensor of codes they were written from.
/// Unsupported operations are errors at the operation.
mlir::FailureOr<llvm::SmallVector<Tensor>> evaluateOp(mlir::Operation *op,
                                                      llvm::ArrayRef<Tensor> operands);

/// Evaluates a func.func or an xbar.program on its arguments.
mlir::FailureOr<llvm::SmallVector<Tensor>> evaluate(mlir::Operation *function,
                                                    llvm::ArrayRef<Tensor> arguments);

/// Seeded random arguments for a func.func or an xbar.program: floats uniform in
/// [low, high), mixed with zeros and with multiples of small powers of two, which
/// are often ties; integers small.
llvm::SmallVector<Tensor> makeRandomArguments(mlir::Operation *function, uint64_t seed, float low,
                                              float high);

/// The first element in which two tensors of one shape differ by more than
/// `tolerance * max|b|`, described as "element I: A and B", or an empty string. With
/// tolerance 0 every bit counts, except that not-a-number equals not-a-number.
std::string compare(const Tensor &a, const Tensor &b, double tolerance);

/// An element as text, floats with nine digits.
std::string elementToString(const Tensor &tensor, int64_t index);

} // namespace cim::reference

#endif // CIM_MLIR_REFERENCE_REFERENCE_H
