//===- Sorting.cpp - TopK ---------------------------------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The rank of an element is how many come before it: larger ones, and equal ones with
// a lower index. Elements scattered to their ranks are sorted. It compares all pairs,
// so it is for short rows.
//
//===----------------------------------------------------------------------===//

#include "Elementwise.h"
#include "Indexing.h"

using namespace mlir;
using namespace cim::onnx_frontend;
using onnx::TensorProto;

/// Pairs of elements that are compared at most.
static constexpr int64_t kMaxPairs = 1 << 24;

/// Ranks i32 [N, size] of rows [N, size].
static Value ranksOf(Emitter &emit, Value rows, bool isLargestFirst) {
  int64_t count = shapeOf(rows)[0], size = shapeOf(rows)[1];
  Value self = emit.reshape(rows, {count, size, 1}), other = emit.reshape(rows, {count, 1, size});
  Value isBefore = isLargestFirst ? emit.compare<tosa::GreaterOp>(other, self)
                                  : emit.compare<tosa::GreaterOp>(self, other);
  Value isLower = emit.compare<tosa::GreaterOp>(iota(emit, size, 1, 3, TensorProto::INT32),
                                                iota(emit, size, 2, 3, TensorProto::INT32));
  Value isTied = emit.binary<tosa::LogicalAndOp>(emit.compare<tosa::EqualOp>(self, other), isLower);
  Value counts = emit.cast(emit.binary<tosa::LogicalOrOp>(isBefore, isTied), TensorProto::BOOL,
                           TensorProto::INT32);
  return emit.reshape(emit.reduce<tosa::ReduceSumOp>(counts, 2), {count, size});
}

static void convertTopK(Node &node) {
  Emitter &emit = node.emit;
  Tensor input = node.input(0);
  size_t rank = input.shape.size();
  int64_t axis = Node::axis(node.getInt("axis", -1), rank), size = input.shape[axis];
  Shape wanted = node.opset() < 10 ? Shape{node.getInt("k")} : Shape(node.constantInput(1).ints());
  bool isLargestFirst = node.getInt("largest", 1) != 0;
  node.ignore("sorted"); // Without it, any order will do.
  if (wanted.size() != 1 || wanted[0] < 1 || wanted[0] > size)
    fail("k must be in the range 1 to " + Twine(size) + ", got " + str(wanted));
  int64_t count = std::max<int64_t>(1, elementCount(input.shape) / size), k = wanted[0];
  if (size > kMaxPairs / size / count)
    fail("at most " + Twine(kMaxPairs) + " pairs of elements are compared, got " + Twine(count) +
         " rows of " + Twine(size));
  Shape order = llvm::to_vector(llvm::seq<int64_t>(0, rank));
  std::swap(order[axis], order.back());
  Tensor moved = emit.permute(input, order);
  Value rows = emit.reshape(emit.hold(moved), {count, size});
  Value ranks = ranksOf(emit, ordered(emit, rows, input.type), isLargestFirst);
  auto sorted = [&](Value values, ElementType type) {
    values = emit.reshape(values, {count, size, 1});
    Value best = emit.slice(scatterRows(emit, values, ranks, values), {0, 0, 0}, {count, k, 1});
    Shape shape = moved.shape;
    shape.back() = k;
    return emit.permute(Tensor::of(emit.reshape(best, shape), /*channelsLast=*/false, type), order);
  };
  node.setOutput(0, sorted(rows, input.type));
  Value indices = emit.broadcastTo(iota(emit, size, 1, 2, TensorProto::INT64), {count, size});
  node.setOutput(1, sorted(indices, TensorProto::INT64));
}

void cim::onnx_frontend::addSortingOperators(OperatorTable &table) {
  table["TopK"] = {convertTopK, 1, 2, Types::Numbers};
}
