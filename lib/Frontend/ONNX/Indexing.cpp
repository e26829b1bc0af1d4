//===- Indexing.cpp - Elements chosen by indices ----------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// tosa gathers rows of [N, K, C]: an axis to choose from is K, those before it are N and
// those behind it C.
//
//===----------------------------------------------------------------------===//

#include "Indexing.h"
#include "llvm/ADT/Sequence.h"

using namespace mlir;
using namespace cim::onnx_frontend;
using onnx::TensorProto;

void cim::onnx_frontend::checkIndexCount(int64_t count) {
  if (count > kMaxHostElements)
    fail("at most " + Twine(kMaxHostElements) + " indices of an axis are supported, got " +
         Twine(count));
}

Value cim::onnx_frontend::iota(Emitter &emit, int64_t size, size_t axis, size_t rank,
                               ElementType type) {
  checkIndexCount(size);
  Shape shape(rank, 1), values = llvm::to_vector(llvm::seq<int64_t>(0, size));
  shape[axis] = size;
  return emit.constant(makeConstant(values, shape, {}, type));
}

Value cim::onnx_frontend::wrapIndices(Emitter &emit, Value indices, int64_t size) {
  Value isNegative = emit.compare<tosa::GreaterOp>(emit.scalarLike(0, indices), indices);
  Value fromEnd = emit.binary<tosa::AddOp>(indices, emit.scalarLike(size, indices));
  return emit.select(isNegative, fromEnd, indices);
}

Value cim::onnx_frontend::gatherRows(Emitter &emit, Value rows, Value indices) {
  ArrayRef<int64_t> from = shapeOf(rows);
  return tosa::GatherOp::create(emit.builder,
                                emit.type({from[0], shapeOf(indices)[1], from[2]}, elementOf(rows)),
                                rows, indices);
}

Value cim::onnx_frontend::scatterRows(Emitter &emit, Value rows, Value indices, Value updates) {
  return tosa::ScatterOp::create(emit.builder, rows.getType(), rows, indices, updates);
}

Tensor cim::onnx_frontend::take(Emitter &emit, const Tensor &tensor, int64_t axis,
                                ArrayRef<int64_t> indices) {
  Shape shape = tensor.shape;
  shape[axis] = indices.size();
  int64_t most = std::max(kMaxHostElements, elementCount(tensor.shape));
  if (tensor.constant && elementCount(shape) <= most)
    return Tensor::of(take(*tensor.constant, axis, indices));
  auto isNext = [&](size_t i) { return indices[i] == indices[0] + static_cast<int64_t>(i); };
  if (!indices.empty() && llvm::all_of(llvm::seq<size_t>(0, indices.size()), isNext))
    return emit.cut(tensor, axis, indices[0], indices.size());
  checkIndexCount(indices.size());
  Value held = emit.hold(tensor, tensor.channelsLast);
  Shape heldShape(shapeOf(held));
  size_t heldAxis = tensor.heldAxis(axis);
  int64_t outer = elementCount(ArrayRef(heldShape).take_front(heldAxis));
  int64_t inner = elementCount(ArrayRef(heldShape).drop_front(heldAxis + 1));
  int64_t count = indices.size();
  Value list = emit.constant(makeConstant(indices, {1, count}, {}, TensorProto::INT32));
  Value rows = emit.reshape(held, {outer, heldShape[heldAxis], inner});
  Value taken = gatherRows(emit, rows, emit.broadcastTo(list, {outer, count}));
  heldShape[heldAxis] = count;
  return Tensor::of(emit.reshape(taken, heldShape), tensor.channelsLast, tensor.type);
}
