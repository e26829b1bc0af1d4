//===- Movement.cpp - Operators that only move elements ---------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Every operator but scatter is a function from coordinates of the result to coordinates of
// the input.
//
//===----------------------------------------------------------------------===//

#include "Digital.h"

using namespace mlir;
using namespace cim::reference;

/// Copies element `from` of a tensor to element `to` of another.
static void copyElement(const Tensor &source, int64_t from, Tensor &target, int64_t to) {
  if (target.isFloat())
    target.floats()[to] = source.floats()[from];
  else
    target.ints()[to] = source.ints()[from];
}

/// Result element `at` becomes input element `source(at)`, where source changes
/// the coordinates in place; those outside of the input leave the result as it is.
static void move(const Tensor &input, Tensor &result, function_ref<void(Coordinates &)> source) {
  for (int64_t i = 0; i < result.size(); ++i) {
    Coordinates at = coordinatesOf(i, result.shape());
    source(at);
    bool inside = true;
    for (auto [coordinate, size] : llvm::zip_equal(at, input.shape()))
      inside &= coordinate >= 0 && coordinate < size;
    if (!inside)
      continue;
    copyElement(input, indexOf(at, input.shape()), result, i);
  }
}

Tensor cim::reference::transpose(const Tensor &input, ArrayRef<int64_t> permutation,
                                 RankedTensorType type) {
  Tensor result = makeTensor(type);
  move(input, result, [&](Coordinates &at) {
    Coordinates to = at;
    for (size_t axis = 0; axis < to.size(); ++axis)
      at[permutation[axis]] = to[axis];
  });
  return result;
}

Tensor cim::reference::slice(const Tensor &input, ArrayRef<int64_t> start, RankedTensorType type) {
  Tensor result = makeTensor(type);
  move(input, result, [&](Coordinates &at) {
    for (size_t axis = 0; axis < at.size(); ++axis)
      at[axis] += start[axis];
  });
  return result;
}

Tensor cim::reference::pad(const Tensor &input, ArrayRef<int64_t> low, double value,
                           RankedTensorType type) {
  Tensor result = makeTensor(type);
  if (result.isFloat())
    llvm::fill(result.floats(), static_cast<float>(value));
  else
    llvm::fill(result.ints(), static_cast<int64_t>(value));
  move(input, result, [&](Coordinates &at) {
    for (size_t axis = 0; axis < at.size(); ++axis)
      at[axis] -= low[axis];
  });
  return result;
}

Tensor cim::reference::concat(ArrayRef<Tensor> inputs, int64_t axis, RankedTensorType type) {
  Tensor result = makeTensor(type);
  int64_t first = 0;
  for (const Tensor &input : inputs) {
    move(input, result, [&](Coordinates &at) { at[axis] -= first; });
    first += input.shape()[axis];
  }
  return result;
}

Tensor cim::reference::reverse(const Tensor &input, int64_t axis) {
  Tensor result = makeTensor(input.type);
  move(input, result, [&](Coordinates &at) { at[axis] = input.shape()[axis] - 1 - at[axis]; });
  return result;
}

/// The place in `all` [N, K, C] of element [n, w, c] of a tensor whose rows the indices choose.
static FailureOr<int64_t> chosenElement(const Tensor &all, const Tensor &indices,
                                        const Coordinates &at, EmitError emitError) {
  int64_t index = indices.ints()[indexOf({at[0], at[1]}, indices.shape())];
  if (index < 0 || index >= all.shape()[1])
    return emitError() << "indices must be in 0.." << all.shape()[1] - 1 << ", got " << index;
  return indexOf({at[0], index, at[2]}, all.shape());
}

FailureOr<Tensor> cim::reference::gather(const Tensor &values, const Tensor &indices,
                                         RankedTensorType type, EmitError emitError) {
  Tensor result = makeTensor(type);
  for (int64_t i = 0; i < result.size(); ++i) {
    Coordinates at = coordinatesOf(i, result.shape());
    FailureOr<int64_t> from = chosenElement(values, indices, at, emitError);
    if (failed(from))
      return failure();
    copyElement(values, *from, result, i);
  }
  return result;
}

FailureOr<Tensor> cim::reference::scatter(const Tensor &values, const Tensor &indices,
                                          const Tensor &input, EmitError emitError) {
  Tensor result = values;
  for (int64_t i = 0; i < input.size(); ++i) {
    Coordinates at = coordinatesOf(i, input.shape());
    FailureOr<int64_t> to = chosenElement(result, indices, at, emitError);
    if (failed(to))
      return failure();
    copyElement(input, i, result, *to);
  }
  return result;
}

Tensor cim::reference::tile(const Tensor &input, RankedTensorType type) {
  Tensor result = makeTensor(type);
  move(input, result, [&](Coordinates &at) {
    for (size_t axis = 0; axis < at.size(); ++axis)
      at[axis] %= input.shape()[axis];
  });
  return result;
}
