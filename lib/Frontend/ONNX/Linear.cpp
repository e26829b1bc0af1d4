//===- Linear.cpp - Matrix products -----------------------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Gemm and MatMul as tosa.matmul, which multiplies batches of rank 3. Constant
// matrices are transposed and scaled on the host. Det of small matrices.
//
//===----------------------------------------------------------------------===//

#include "Linear.h"

using namespace mlir;
using namespace cim::onnx_frontend;

/// A tensor times a factor, on the host for a constant.
static Tensor times(Emitter &emit, const Tensor &tensor, float factor) {
  if (tensor.constant)
    return Tensor::of(scaled(*tensor.constant, factor));
  if (factor == 1.0f)
    return tensor;
  return Tensor::of(emit.mul(emit.hold(tensor), emit.scalar(factor, tensor.shape.size())));
}

/// `alpha * A * B + beta * C`; the bias is added to the rank-3 product.
static void convertGemm(Node &node) {
  Emitter &emit = node.emit;
  Tensor a = node.inputOfRank(0, 2), b = node.inputOfRank(1, 2);
  float alpha = node.getFloat("alpha", 1.0f), beta = node.getFloat("beta", 1.0f);
  if (node.getInt("transA", 0))
    a = emit.permute(a, {1, 0});
  if (node.getInt("transB", 0))
    b = emit.permute(b, {1, 0});
  int64_t rows = a.shape[0], inner = a.shape[1], columns = b.shape[1];
  if (b.shape[0] != inner)
    fail("matrices " + str(a.shape) + " and " + str(b.shape) + " do not match");
  Value left = emit.hold(a, false, 3);
  bool isQuantized = b.constant && b.constant->quantization;
  Value right = emit.hold(isQuantized ? b : times(emit, b, alpha), false, 3);
  Value product = emit.matmul(left, right);
  if (isQuantized && alpha != 1.0f) // Scaled weights would be others than the model's codes.
    product = emit.mul(product, emit.scalar(alpha, 3));
  if (node.hasInput(2)) {
    Tensor c = times(emit, node.input(2), beta);
    if (broadcast(c.shape, {rows, columns}) != Shape{rows, columns})
      fail("the bias must broadcast to " + str({rows, columns}) + ", got shape " + str(c.shape));
    product = emit.binary<tosa::AddOp>(product, emit.hold(c, false, 3));
  }
  node.setOutput(Tensor::of(emit.reshape(product, {rows, columns})));
}

/// Operands [..., M, K] and [..., K, N]. A right operand without batches sees all
/// rows of the left one as one matrix; otherwise batches are repeated as needed.
static Value multiply(Emitter &emit, const Tensor &a, const Tensor &b) {
  ArrayRef<int64_t> left = a.shape, right = b.shape;
  int64_t inner = left.back(), columns = right.back();
  Shape batch = broadcast(left.drop_back(2), right.drop_back(2));
  Shape result = batch;
  result.append({left[left.size() - 2], columns});
  if (elementCount(right.drop_back(2)) == 1) {
    Value rows = emit.reshape(emit.hold(a), {1, elementCount(left.drop_back()), inner});
    Value matrix = emit.hold(emit.reshape(b, {1, inner, columns}));
    return emit.reshape(emit.matmul(rows, matrix), result);
  }
  auto batched = [&](const Tensor &tensor) {
    Shape shape = batch;
    append_range(shape, ArrayRef(tensor.shape).take_back(2));
    Value value = emit.broadcastTo(emit.hold(tensor), shape);
    return emit.reshape(value, {elementCount(batch), shape[batch.size()], shape.back()});
  };
  return emit.reshape(emit.matmul(batched(a), batched(b)), result);
}

Tensor cim::onnx_frontend::multiplyMatrices(Emitter &emit, Tensor a, Tensor b) {
  if (a.shape.empty() || b.shape.empty())
    fail("operands must have rank 1 or more, got shapes " + str(a.shape) + " and " + str(b.shape));
  bool isLeftVector = a.shape.size() == 1, isRightVector = b.shape.size() == 1;
  if (a.shape.back() != b.shape[isRightVector ? 0 : b.shape.size() - 2])
    fail("matrices " + str(a.shape) + " and " + str(b.shape) + " do not match");
  if (isLeftVector)
    a = emit.reshape(a, {1, a.shape[0]});
  if (isRightVector)
    b = emit.reshape(b, {b.shape[0], 1});
  Value product = multiply(emit, a, b);
  Shape shape(shapeOf(product));
  if (isRightVector)
    shape.pop_back();
  if (isLeftVector)
    shape.erase(shape.end() - (isRightVector ? 1 : 2));
  return Tensor::of(emit.reshape(product, shape));
}

static void convertMatMul(Node &node) {
  node.setOutput(multiplyMatrices(node.emit, node.input(0), node.input(1)));
}

/// Determinants of matrices are sums of so many products.
static constexpr int64_t kMaxDeterminant = 4;

/// The determinant of rows from `row` on and some columns, [N, 1, 1], by expansion along its
/// first row.
static Value determinant(Emitter &emit, Value matrices, int64_t row, ArrayRef<int64_t> columns) {
  Value sum;
  for (auto [i, column] : llvm::enumerate(columns)) {
    Value term = emit.slice(matrices, {0, row, column}, {shapeOf(matrices)[0], 1, 1});
    Shape others(columns);
    others.erase(others.begin() + i);
    if (!others.empty())
      term = emit.mul(term, determinant(emit, matrices, row + 1, others));
    if (!sum)
      sum = term;
    else
      sum = i % 2 ? emit.binary<tosa::SubOp>(sum, term) : emit.binary<tosa::AddOp>(sum, term);
  }
  return sum;
}

static void convertDet(Node &node) {
  Emitter &emit = node.emit;
  Tensor input = node.input(0);
  ArrayRef<int64_t> shape = input.shape;
  int64_t size = shape.empty() ? 0 : shape.back();
  if (shape.size() < 2 || shape[shape.size() - 2] != size || size > kMaxDeterminant)
    fail("matrices must be square with at most " + Twine(kMaxDeterminant) + " rows, got shape " +
         str(shape));
  int64_t count = elementCount(shape.drop_back(2));
  Value matrices = emit.reshape(emit.hold(input), {count, size, size});
  Shape columns = llvm::to_vector(llvm::seq<int64_t>(0, size));
  Value result = determinant(emit, matrices, 0, columns);
  node.setOutput(Tensor::of(emit.reshape(result, shape.drop_back(2))));
}

void cim::onnx_frontend::addLinearOperators(OperatorTable &table) {
  table["Det"] = {convertDet};
  table["Gemm"] = {convertGemm, 2, 3, Types::Floats, 3};
  table["MatMul"] = {convertMatMul, 2, 2, Types::Floats, 2};
}
