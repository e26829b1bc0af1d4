//===- Attention.cpp - Scaled dot-product attention -------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// softmax(Q * K^T * scale + mask) * V by heads, as two matrix products (A. Vaswani et al.,
// Attention is all you need, 2017). Heads of keys and values are repeated for groups of queries.
//
//===----------------------------------------------------------------------===//

#include "Elementwise.h"
#include "Indexing.h"
#include "Linear.h"
#include "Reduction.h"
#include <cmath>
#include <limits>

using namespace mlir;
using namespace cim::onnx_frontend;

static constexpr float kInfinity = std::numeric_limits<float>::infinity();

/// An input [N, heads, T, size], or [N, T, heads * size] with the heads in an attribute.
static Tensor readHeads(Node &node, unsigned i, StringRef attribute) {
  Tensor tensor = node.input(i);
  ArrayRef<int64_t> shape = tensor.shape;
  if (shape.size() == 4)
    return tensor;
  if (shape.size() != 3)
    fail("queries, keys and values must have rank 3 or 4, got shape " + str(shape));
  int64_t heads = node.getInt(attribute);
  if (heads < 1 || shape[2] % heads)
    fail("attribute '" + attribute + "' must divide the last dimension of " + str(shape) +
         ", got " + Twine(heads));
  Tensor split = node.emit.reshape(tensor, {shape[0], shape[1], heads, shape[2] / heads});
  return node.emit.permute(split, {0, 2, 1, 3});
}

/// Heads of keys or values, each repeated for the queries of its group.
static Tensor repeatHeads(Emitter &emit, const Tensor &tensor, int64_t heads) {
  ArrayRef<int64_t> shape = tensor.shape;
  if (heads % shape[1])
    fail("the heads of queries must be a multiple of those of keys and values, " + Twine(shape[1]) +
         ", got " + Twine(heads));
  if (heads == shape[1])
    return tensor;
  Value value = emit.reshape(emit.hold(tensor), {shape[0], shape[1], 1, shape[2] * shape[3]});
  value = emit.broadcastTo(value, {shape[0], shape[1], heads / shape[1], shape[2] * shape[3]});
  return Tensor::of(emit.reshape(value, {shape[0], heads, shape[2], shape[3]}));
}

/// Scores [N, heads, T, S] with those masked out at minus infinity, or a mask added.
static Value maskScores(Node &node, Value scores) {
  Emitter &emit = node.emit;
  Value minusInfinity = emit.scalarLike(-kInfinity, scores);
  Shape shape(shapeOf(scores));
  if (node.hasInput(3)) {
    Tensor mask = node.input(3);
    if (mask.shape.size() > 4 || broadcast(mask.shape, shape) != shape)
      fail("the mask must broadcast to " + str(shape) + ", got shape " + str(mask.shape));
    if (!mask.isFloat() && mask.type != onnx::TensorProto::BOOL)
      fail("the mask must hold floats or booleans, got element type " + str(mask.type));
    Value held = emit.hold(mask, false, 4);
    scores = mask.isFloat() ? emit.binary<tosa::AddOp>(scores, held)
                            : emit.select(held, scores, minusInfinity);
  }
  if (!node.getInt("is_causal", 0))
    return scores;
  Value query = iota(emit, shape[2], 2, 4, onnx::TensorProto::INT32);
  Value key = iota(emit, shape[3], 3, 4, onnx::TensorProto::INT32);
  return emit.select(emit.compare<tosa::GreaterOp>(key, query), minusInfinity, scores);
}

/// cap * tanh(scores / cap).
static Value capScores(Node &node, Value scores) {
  double cap = node.getFloat("softcap", 0.0f);
  if (cap == 0.0)
    return scores;
  Emitter &emit = node.emit;
  Value scaled = emit.mul(scores, emit.scalarLike(1.0 / cap, scores));
  return emit.mul(emit.unary<tosa::TanhOp>(scaled), emit.scalarLike(cap, scores));
}

static void convertAttention(Node &node) {
  Emitter &emit = node.emit;
  for (unsigned i = 4; i < node.numInputs(); ++i)
    if (node.hasInput(i))
      fail("past keys and values and numbers of tokens are not supported");
  // Inputs of rank 4 have their heads in their shapes.
  node.ignore("q_num_heads");
  node.ignore("kv_num_heads");
  node.ignore("softmax_precision");
  node.ignore("qk_matmul_output_mode"); // Of an output that is not supported.
  Tensor query = readHeads(node, 0, "q_num_heads");
  int64_t heads = query.shape[1], length = query.shape[2], size = query.shape[3];
  Tensor key = repeatHeads(emit, readHeads(node, 1, "kv_num_heads"), heads);
  Tensor value = repeatHeads(emit, readHeads(node, 2, "kv_num_heads"), heads);
  float scale = node.getFloat("scale", 1.0f / std::sqrt(static_cast<float>(size)));
  Value held = emit.hold(query);
  query = Tensor::of(emit.mul(held, emit.scalarLike(scale, held)));
  Tensor scores = multiplyMatrices(emit, query, emit.permute(key, {0, 1, 3, 2}));
  Value weights = softmax(emit, capScores(node, maskScores(node, emit.hold(scores))), 3);
  Tensor result = multiplyMatrices(emit, Tensor::of(weights), value);
  Shape declared = node.input(0).shape;
  if (declared.size() == 3)
    result = emit.reshape(emit.permute(result, {0, 2, 1, 3}),
                          {declared[0], length, heads * result.shape[3]});
  node.setOutput(result);
}

void cim::onnx_frontend::addAttentionOperators(OperatorTable &table) {
  table["Attention"] = {convertAttention, 3, 7, Types::Floats, 3};
}
