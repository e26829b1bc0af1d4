//===- Reduction.cpp - Reductions -------------------------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// ReduceMax, ReduceMean and ReduceSum: tosa reduces one axis at a time and
// keeps it.
//
//===----------------------------------------------------------------------===//

#include "Node.h"

using namespace mlir;
using namespace cim::onnx_frontend;

template <typename Op, bool isMean> static void convertReduce(Node &node) {
  Tensor input = node.input(0);
  Emitter &emit = node.emit;
  size_t rank = input.shape.size();
  Shape axes = Node::axes(node.getIntsOrInput("axes", 1).value_or(Shape()), rank);
  bool keep = node.getInt("keepdims", 1) != 0;
  bool none = node.getInt("noop_with_empty_axes", 0) != 0;
  if (axes.empty() && !none)
    append_range(axes, llvm::seq<int64_t>(0, rank));

  Value result = emit.hold(input, input.channelsLast);
  int64_t count = 1;
  for (int64_t axis : axes) {
    result = emit.reduce<Op>(result, input.heldAxis(axis));
    count *= input.shape[axis];
  }
  if (isMean && count != 1)
    result = emit.mul(result, emit.scalar(1.0f / count, rank));
  Tensor reduced = Tensor::of(result, input.channelsLast);
  if (keep)
    return node.setOutput(reduced);
  Shape shape;
  for (auto [axis, size] : llvm::enumerate(input.shape))
    if (!llvm::is_contained(axes, static_cast<int64_t>(axis)))
      shape.push_back(size);
  node.setOutput(emit.reshape(reduced, shape));
}

void cim::onnx_frontend::addReductionOperators(OperatorTable &table) {
  table["ReduceMax"] = {convertReduce<tosa::ReduceMaxOp, false>, 1, 2};
  table["ReduceMean"] = {convertReduce<tosa::ReduceSumOp, true>, 1, 2};
  table["ReduceSum"] = {convertReduce<tosa::ReduceSumOp, false>, 1, 2};
}
