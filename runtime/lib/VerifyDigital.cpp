//===- VerifyDigital.cpp - Digital tensor instructions ----------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Operand counts, types, shapes and parameters, as dialects/xbar/IR/XbarOps.td
// describes each instruction.
//
//===----------------------------------------------------------------------===//

#include "Verify.h"

#include <algorithm>
#include <cmath>

using namespace cim::format;

//===----------------------------------------------------------------------===//
// Common rules
//===----------------------------------------------------------------------===//

bool Verifier::verifySameShape(const Instruction &instruction) {
  return check(shapeOf(operand(instruction, 0)) == shapeOf(result(instruction)),
               "operand 0 and 'result' must have the same shape, got ",
               describe(operand(instruction, 0)), " and ", describe(result(instruction)));
}

bool Verifier::verifySameType(const Instruction &instruction) {
  for (size_t i = 0; i < numOperands(instruction); ++i)
    if (!check(operand(instruction, i).type() == result(instruction).type(), "operand ", i,
               " and 'result' must have the same element type, got ",
               describe(operand(instruction, i)), " and ", describe(result(instruction))))
      return false;
  return true;
}

bool Verifier::verifyFloatOfRank(const Tensor &tensor, int rank, const char *what) {
  return check(tensor.type() == ElementType_F32 && tensor.rank() == rank, what,
               " must be f32 of rank ", rank, ", got ", describe(tensor));
}

/// Operands of the rank of the result, an axis of size 1 is repeated.
bool Verifier::verifyBroadcast(const Instruction &instruction) {
  const Tensor &output = result(instruction);
  std::vector<int64_t> widest(output.rank(), 1);
  for (size_t i = 0; i < numOperands(instruction); ++i) {
    const Tensor &input = operand(instruction, i);
    bool fits = input.rank() == output.rank();
    for (int axis = 0; fits && axis < output.rank(); ++axis) {
      int64_t dim = input.dims()->Get(axis);
      fits = dim == 1 || dim == output.dims()->Get(axis);
      widest[axis] = std::max(widest[axis], dim);
    }
    if (!check(fits, "operand ", i, " must repeat to the shape of 'result', got ", describe(input),
               " and ", describe(output)))
      return false;
  }
  return check(widest == shapeOf(output), "'result' must have the shape of its operands, got ",
               describe(output));
}

/// `params` points at `count` entries of `ints`.
bool Verifier::verifyInts(const Instruction &instruction, size_t count) {
  return check(instruction.params() <= data.ints.size() &&
                   count <= data.ints.size() - instruction.params(),
               "'params' must leave ", count, " of ", data.ints.size(), " integers, got ",
               instruction.params());
}

bool Verifier::verifyAxis(const Instruction &instruction) {
  if (!verifyInts(instruction, 1))
    return false;
  int64_t axis = data.ints[instruction.params()];
  return check(axis >= 0 && axis < result(instruction).rank(), "'axis' must be in 0..",
               int(result(instruction).rank()) - 1, ", got ", axis);
}

//===----------------------------------------------------------------------===//
// Products and windows
//===----------------------------------------------------------------------===//

/// Kernels may make a copy of the image with its border, in float.
bool Verifier::verifyPaddedSize(const Tensor &input, const Window &window) {
  constexpr int64_t most = kMaxArenaBytes / sizeof(float);
  int64_t elements = input.dims()->Get(0) * input.dims()->Get(3);
  bool fits = true;
  for (int axis = 0; axis < 2; ++axis) {
    int64_t padded =
        input.dims()->Get(axis + 1) + window.pad()->Get(2 * axis) + window.pad()->Get(2 * axis + 1);
    fits = fits && padded <= most / elements;
    elements *= fits ? padded : 1;
  }
  return check(fits, "the padded operand must have at most 2^32 elements");
}

/// NHWC operand 0 and result fit the window.
bool Verifier::verifyWindowShapes(const Instruction &instruction) {
  const Tensor &input = operand(instruction, 0), &output = result(instruction);
  if (!verifyFloatOfRank(input, 4, "operand 0") || !verifyFloatOfRank(output, 4, "'result'") ||
      !check(instruction.params() < data.windows.size(), "'params' must be below ",
             data.windows.size(), ", got ", instruction.params()))
    return false;
  const Window &window = data.windows[instruction.params()];
  if (!verifyPaddedSize(input, window))
    return false;
  bool fits = input.dims()->Get(0) == output.dims()->Get(0);
  for (int axis = 0; axis < 2; ++axis)
    fits &=
        windowOutputSize(window, axis, input.dims()->Get(axis + 1)) == output.dims()->Get(axis + 1);
  return check(fits, "'result' must have the batch, height and width that the window gives, got ",
               describe(output), " from ", describe(input));
}

/// Kernels copy constant weights into a layout of their own.
bool Verifier::verifyCopiedWeights(const Tensor &weights) {
  return weights.space() != Space_File || scan(tensorBytes(weights));
}

bool Verifier::verifyConv2D(const Instruction &instruction) {
  const Tensor &weight = operand(instruction, 1), &bias = operand(instruction, 2);
  if (!verifyWindowShapes(instruction) || !verifyFloatOfRank(weight, 4, "operand 1") ||
      !verifyFloatOfRank(bias, 1, "operand 2") || !verifyCopiedWeights(weight))
    return false;
  const Window &window = data.windows[instruction.params()];
  int64_t inputs = operand(instruction, 0).dims()->Get(3);
  int64_t outputs = result(instruction).dims()->Get(3);
  return check(inputs % window.groups() == 0 && outputs % window.groups() == 0,
               "'groups' must divide the channels ", inputs, " and ", outputs, ", got ",
               window.groups()) &&
         check(shapeOf(weight) == std::vector<int64_t>{outputs, window.kernel()->Get(0),
                                                       window.kernel()->Get(1),
                                                       inputs / window.groups()},
               "operand 1 must be [outputs, kernel height, kernel width, inputs / groups], got ",
               describe(weight)) &&
         check(bias.dims()->Get(0) == outputs, "operand 2 must have ", outputs, " elements, got ",
               describe(bias));
}

bool Verifier::verifyMatmul(const Instruction &instruction) {
  const Tensor &lhs = operand(instruction, 0), &rhs = operand(instruction, 1);
  const Tensor &output = result(instruction);
  if (!verifyFloatOfRank(lhs, 3, "operand 0") || !verifyFloatOfRank(rhs, 3, "operand 1") ||
      !verifyFloatOfRank(output, 3, "'result'") || !verifyCopiedWeights(rhs))
    return false;
  int64_t left = lhs.dims()->Get(0), right = rhs.dims()->Get(0);
  return check(left == right || left == 1 || right == 1,
               "operands must have the same batch or 1, got ", left, " and ", right) &&
         check(lhs.dims()->Get(2) == rhs.dims()->Get(1),
               "operands must agree on the summed axis, got ", describe(lhs), " and ",
               describe(rhs)) &&
         check(shapeOf(output) == std::vector<int64_t>{std::max(left, right), lhs.dims()->Get(1),
                                                       rhs.dims()->Get(2)},
               "'result' must be the product of the operands, got ", describe(output));
}

bool Verifier::verifyPool(const Instruction &instruction) {
  if (!check(instruction.kind() <= uint16_t(PoolKind::Average), "unknown 'kind', got ",
             instruction.kind()) ||
      !verifyWindowShapes(instruction))
    return false;
  const Window &window = data.windows[instruction.params()];
  bool padBelowKernel = true;
  for (int side = 0; side < 4; ++side)
    padBelowKernel &= window.pad()->Get(side) < window.kernel()->Get(side / 2);
  return check(operand(instruction, 0).dims()->Get(3) == result(instruction).dims()->Get(3),
               "operand 0 and 'result' must have the same channels, got ",
               describe(operand(instruction, 0)), " and ", describe(result(instruction))) &&
         check(window.dilation()->Get(0) == 1 && window.dilation()->Get(1) == 1 &&
                   window.groups() == 1,
               "the window must have a dilation of 1 and 1 group") &&
         check(padBelowKernel, "'pad' must be below 'kernel'");
}

//===----------------------------------------------------------------------===//
// Elementwise instructions and reductions
//===----------------------------------------------------------------------===//

static bool takes(UnaryKind kind, ElementType type) {
  switch (kind) {
  case UnaryKind::LogicalNot:
    return type == ElementType_Bool;
  case UnaryKind::BitwiseNot:
    return type != ElementType_F32 && type != ElementType_Bool;
  case UnaryKind::Abs:
  case UnaryKind::Negate:
    return type != ElementType_Bool;
  default:
    return type == ElementType_F32;
  }
}

static bool isComparison(BinaryKind kind) {
  return kind >= BinaryKind::Equal && kind <= BinaryKind::GreaterEqual;
}

static bool takes(BinaryKind kind, ElementType type) {
  if (kind == BinaryKind::Pow)
    return type == ElementType_F32;
  if (isComparison(kind))
    return true;
  if (kind >= BinaryKind::LogicalAnd && kind <= BinaryKind::LogicalXor)
    return type == ElementType_Bool;
  return type != ElementType_Bool && (kind < BinaryKind::BitwiseAnd || type != ElementType_F32);
}

bool Verifier::verifyUnary(const Instruction &instruction) {
  auto kind = static_cast<UnaryKind>(instruction.kind());
  return check(kind <= UnaryKind::BitwiseNot, "unknown 'kind', got ", instruction.kind()) &&
         verifySameShape(instruction) && verifySameType(instruction) &&
         check(takes(kind, result(instruction).type()), "this kind does not take ",
               describe(result(instruction)));
}

bool Verifier::verifyBinary(const Instruction &instruction) {
  auto kind = static_cast<BinaryKind>(instruction.kind());
  if (!check(kind <= BinaryKind::ArithmeticRightShift, "unknown 'kind', got ",
             instruction.kind()) ||
      !verifyBroadcast(instruction))
    return false;
  const Tensor &lhs = operand(instruction, 0), &rhs = operand(instruction, 1);
  ElementType type = lhs.type();
  return check(rhs.type() == type &&
                   result(instruction).type() == (isComparison(kind) ? ElementType_Bool : type),
               "element types must agree, got ", describe(lhs), ", ", describe(rhs), " and ",
               describe(result(instruction))) &&
         check(takes(kind, type), "this kind does not take ", describe(lhs));
}

bool Verifier::verifyClamp(const Instruction &instruction) {
  if (!verifySameShape(instruction) || !verifySameType(instruction) ||
      !check(result(instruction).type() != ElementType_Bool, "clamp does not take bool") ||
      !check(instruction.params() < data.clamps.size(), "'params' must be below ",
             data.clamps.size(), ", got ", instruction.params()))
    return false;
  const Clamp &clamp = data.clamps[instruction.params()];
  return check(clamp.min() <= clamp.max(), "'min' must not exceed 'max', got ", clamp.min(),
               " and ", clamp.max());
}

bool Verifier::verifyCast(const Instruction &instruction) { return verifySameShape(instruction); }

bool Verifier::verifySelect(const Instruction &instruction) {
  ElementType type = result(instruction).type();
  return verifyBroadcast(instruction) &&
         check(operand(instruction, 0).type() == ElementType_Bool, "operand 0 must be bool, got ",
               describe(operand(instruction, 0))) &&
         check(operand(instruction, 1).type() == type && operand(instruction, 2).type() == type,
               "element types must agree, got ", describe(operand(instruction, 1)), " and ",
               describe(operand(instruction, 2)));
}

bool Verifier::verifyReduce(const Instruction &instruction) {
  auto kind = static_cast<ReduceKind>(instruction.kind());
  if (!check(kind <= ReduceKind::Product, "unknown 'kind', got ", instruction.kind()) ||
      !verifySameType(instruction) || !verifyAxis(instruction))
    return false;
  const Tensor &output = result(instruction);
  bool isExtremum = kind == ReduceKind::Max || kind == ReduceKind::Min;
  std::vector<int64_t> expected = shapeOf(operand(instruction, 0));
  if (expected.size() == output.rank())
    expected[data.ints[instruction.params()]] = 1;
  return check(shapeOf(output) == expected,
               "'result' must be operand 0 with an axis of size 1, got ", describe(output)) &&
         check(isExtremum || output.type() != ElementType_Bool, "this kind does not take ",
               describe(output));
}

//===----------------------------------------------------------------------===//
// Data movement
//===----------------------------------------------------------------------===//

bool Verifier::verifyTranspose(const Instruction &instruction) {
  const Tensor &input = operand(instruction, 0), &output = result(instruction);
  size_t rank = output.rank();
  if (!verifySameType(instruction) || !verifyInts(instruction, rank) ||
      !check(input.rank() == rank, "operand 0 and 'result' must have the same rank"))
    return false;
  uint32_t seen = 0;
  for (size_t i = 0; i < rank; ++i) {
    int64_t axis = data.ints[instruction.params() + i];
    if (!check(axis >= 0 && axis < int64_t(rank) && (seen >> axis & 1) == 0,
               "'permutation' must name each axis once, got ", axis) ||
        !check(output.dims()->Get(i) == input.dims()->Get(axis),
               "'result' must be the permuted operand, got ", describe(output)))
      return false;
    seen |= 1u << axis;
  }
  return true;
}

bool Verifier::verifyReshape(const Instruction &instruction) {
  const Tensor &input = operand(instruction, 0), &output = result(instruction);
  return verifySameType(instruction) &&
         check(numElements(input) == numElements(output),
               "operand 0 and 'result' must have the same number of elements, got ",
               describe(input), " and ", describe(output)) &&
         check(input.space() == output.space() && input.offset() == output.offset(),
               "operand 0 and 'result' must share their buffer");
}

bool Verifier::verifySlice(const Instruction &instruction) {
  const Tensor &input = operand(instruction, 0), &output = result(instruction);
  if (!verifySameType(instruction) || !verifyInts(instruction, output.rank()) ||
      !check(input.rank() == output.rank(), "operand 0 and 'result' must have the same rank"))
    return false;
  for (int axis = 0; axis < output.rank(); ++axis) {
    int64_t start = data.ints[instruction.params() + axis];
    int64_t most = input.dims()->Get(axis) - output.dims()->Get(axis);
    if (!check(start >= 0 && start <= most, "'start' of axis ", axis, " must be in 0..", most,
               ", got ", start))
      return false;
  }
  return true;
}

bool Verifier::verifyPad(const Instruction &instruction) {
  const Tensor &input = operand(instruction, 0), &output = result(instruction);
  if (!verifySameType(instruction) || !verifyInts(instruction, output.rank()) ||
      !check(input.rank() == output.rank(), "operand 0 and 'result' must have the same rank"))
    return false;
  for (int axis = 0; axis < output.rank(); ++axis) {
    int64_t low = data.ints[instruction.params() + axis];
    int64_t most = output.dims()->Get(axis) - input.dims()->Get(axis);
    if (!check(low >= 0 && low <= most, "'low' of axis ", axis, " must be in 0..", most, ", got ",
               low))
      return false;
  }
  return true;
}

bool Verifier::verifyConcat(const Instruction &instruction) {
  if (!verifySameType(instruction) || !verifyAxis(instruction))
    return false;
  int64_t axis = data.ints[instruction.params()], total = 0;
  std::vector<int64_t> expected = shapeOf(result(instruction));
  for (size_t i = 0; i < numOperands(instruction); ++i) {
    std::vector<int64_t> shape = shapeOf(operand(instruction, i));
    bool fits = shape.size() == expected.size();
    if (fits) {
      total += shape[axis];
      shape[axis] = expected[axis];
    }
    if (!check(fits && shape == expected, "operand ", i,
               " must have the shape of 'result' on all other axes, got ",
               describe(operand(instruction, i))))
      return false;
  }
  return check(total == expected[axis], "operands must add up to ", expected[axis],
               " along the axis, got ", total);
}

/// `all` is [N, K, C], `chosen` [N, W, C], and operand 1 says which K each of the W is.
bool Verifier::verifyRows(const Instruction &instruction, const Tensor &all, const Tensor &chosen) {
  const Tensor &indices = operand(instruction, 1);
  if (!check(all.rank() == 3 && chosen.rank() == 3,
             "'result' and the operands that are not indices "
             "must have rank 3, got ",
             describe(all), " and ", describe(chosen)) ||
      !check(indices.type() == ElementType_I32 || indices.type() == ElementType_I64,
             "indices must be i32 or i64, got ", describe(indices)))
    return false;
  return check(all.type() == chosen.type() && all.dims()->Get(0) == chosen.dims()->Get(0) &&
                   all.dims()->Get(2) == chosen.dims()->Get(2),
               "tensors must agree but for axis 1, got ", describe(all), " and ",
               describe(chosen)) &&
         check(shapeOf(indices) ==
                   std::vector<int64_t>{chosen.dims()->Get(0), chosen.dims()->Get(1)},
               "indices must name one row for each of ", describe(chosen), ", got ",
               describe(indices));
}

bool Verifier::verifyGather(const Instruction &instruction) {
  return verifyRows(instruction, operand(instruction, 0), result(instruction));
}

bool Verifier::verifyScatter(const Instruction &instruction) {
  const Tensor &values = operand(instruction, 0);
  return verifyRows(instruction, values, operand(instruction, 2)) && verifySameShape(instruction) &&
         check(values.type() == result(instruction).type(), "element types must agree, got ",
               describe(values), " and ", describe(result(instruction)));
}

bool Verifier::verifyDigital(const Instruction &instruction) {
  struct Rule {
    size_t operands; ///< Expected number, 0 for at least one.
    bool (Verifier::*verify)(const Instruction &);
  };
  static const Rule rules[] = {
      {3, &Verifier::verifyConv2D},    {2, &Verifier::verifyMatmul},  {1, &Verifier::verifyUnary},
      {2, &Verifier::verifyBinary},    {1, &Verifier::verifyClamp},   {1, &Verifier::verifyCast},
      {3, &Verifier::verifySelect},    {1, &Verifier::verifyReduce},  {1, &Verifier::verifyPool},
      {1, &Verifier::verifyTranspose}, {1, &Verifier::verifyReshape}, {1, &Verifier::verifySlice},
      {1, &Verifier::verifyPad},       {0, &Verifier::verifyConcat},  {2, &Verifier::verifyGather},
      {3, &Verifier::verifyScatter}};
  static_assert(sizeof(rules) / sizeof(*rules) == Opcode_MAX + 1 - Opcode_Conv2D, "");
  const Rule &rule = rules[instruction.opcode() - Opcode_Conv2D];
  size_t count = numOperands(instruction);
  return check(rule.operands == 0 ? count >= 1 : count == rule.operands, "takes ",
               rule.operands == 0 ? "at least 1" : std::to_string(rule.operands), " operands, got ",
               count) &&
         (this->*rule.verify)(instruction);
}
