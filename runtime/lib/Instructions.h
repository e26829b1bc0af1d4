//===- Instructions.h - Names and kinds of instructions ---------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The kinds of digital instructions (numbers shared with the xbar dialect) and small
// queries on tensors of the format.
//
//===----------------------------------------------------------------------===//

#ifndef CIM_RUNTIME_LIB_INSTRUCTIONS_H
#define CIM_RUNTIME_LIB_INSTRUCTIONS_H

#include "cim-runtime/program_generated.h"

#include <cstdint>
#include <string>
#include <vector>

namespace cim::format {

enum class UnaryKind : uint16_t {
  Abs,
  Ceil,
  Floor,
  Negate,
  Exp,
  Log,
  Tanh,
  Sigmoid,
  Erf,
  Reciprocal,
  Rsqrt,
  Sin,
  Cos,
  LogicalNot,
  BitwiseNot
};
enum class BinaryKind : uint16_t {
  Add,
  Sub,
  Mul,
  Div,
  Maximum,
  Minimum,
  Pow,
  Equal,
  Greater,
  GreaterEqual,
  LogicalAnd,
  LogicalOr,
  LogicalXor,
  BitwiseAnd,
  BitwiseOr,
  BitwiseXor,
  LogicalLeftShift,
  LogicalRightShift,
  ArithmeticRightShift
};
enum class ReduceKind : uint16_t { Sum, Max, Min, Product };
enum class PoolKind : uint16_t { Max, Average };

/// Bytes of one element.
int64_t elementBytes(ElementType type);

int64_t numElements(const Tensor &tensor);

inline int64_t tensorBytes(const Tensor &tensor) {
  return numElements(tensor) * elementBytes(tensor.type());
}

/// The dims that count.
std::vector<int64_t> shapeOf(const Tensor &tensor);

/// "1x28x28x16xf32", for messages.
std::string describe(const Tensor &tensor);

/// Output size along one axis (0: height, 1: width) of a window over `size` elements.
int64_t windowOutputSize(const Window &window, int axis, int64_t size);

} // namespace cim::format

#endif // CIM_RUNTIME_LIB_INSTRUCTIONS_H
