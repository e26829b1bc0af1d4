//===- ShapeOps.cpp - Operators that change the shape only ------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Constants, shapes and the operators that reorder or regroup axes.
//
//===----------------------------------------------------------------------===//

#include "Node.h"

using namespace mlir;
using namespace cim::onnx_frontend;

static void convertConstant(Node &node) { node.setOutput(Tensor::of(node.constantAttribute())); }

static void convertFlatten(Node &node) {
  Tensor input = node.input(0);
  int64_t rank = input.shape.size(), axis = node.getInt("axis", 1);
  if (axis < -rank || axis > rank)
    fail("attribute 'axis' must be in the range -" + Twine(rank) + " to " + Twine(rank) + ", got " +
         Twine(axis));
  ArrayRef<int64_t> shape = input.shape;
  size_t split = axis < 0 ? axis + rank : axis;
  node.setOutput(node.emit.reshape(
      input, {elementCount(shape.take_front(split)), elementCount(shape.drop_front(split))}));
}

/// 0 copies a dimension of the input, -1 takes what is left.
static Shape resolveReshape(ArrayRef<int64_t> from, ArrayRef<int64_t> wanted, bool allowZero) {
  Shape shape(wanted);
  int64_t *rest = nullptr;
  for (auto [axis, size] : llvm::enumerate(shape)) {
    if (size == 0 && !allowZero && axis < from.size())
      size = from[axis];
    if (size == -1 && rest)
      fail("only one dimension may be -1, got " + str(wanted));
    if (size == -1)
      rest = &size;
  }
  int64_t count = elementCount(from);
  if (rest) {
    *rest = 1;
    int64_t known = elementCount(shape);
    *rest = known > 0 && count % known == 0 ? count / known : 0;
  }
  if (elementCount(shape) != count)
    fail("shape " + str(from) + " cannot become " + str(wanted));
  return shape;
}

static void convertReshape(Node &node) {
  Tensor input = node.input(0);
  Constant wanted = node.constantInput(1);
  bool allowZero = node.getInt("allowzero", 0) != 0;
  node.setOutput(node.emit.reshape(input, resolveReshape(input.shape, wanted.ints(), allowZero)));
}

static void convertShape(Node &node) {
  Shape shape = node.input(0).shape;
  int64_t rank = shape.size();
  auto bound = [&](StringRef name, int64_t byDefault) {
    int64_t value = node.getInt(name, byDefault);
    return std::clamp<int64_t>(value < 0 ? value + rank : value, 0, rank);
  };
  int64_t start = bound("start", 0), end = std::max(start, bound("end", rank));
  node.setOutput(
      Tensor::of(makeConstant(ArrayRef(shape).slice(start, end - start), {end - start})));
}

static void convertSqueeze(Node &node) {
  Tensor input = node.input(0);
  std::optional<Shape> listed = node.getIntsOrInput("axes", 1);
  Shape axes = Node::axes(listed.value_or(Shape()), input.shape.size());
  Shape shape;
  for (auto [axis, size] : llvm::enumerate(input.shape)) {
    bool drop = listed ? llvm::is_contained(axes, static_cast<int64_t>(axis)) : size == 1;
    if (drop && size != 1)
      fail("a squeezed dimension must be 1, got shape " + str(input.shape) + " and axes " +
           str(*listed));
    if (!drop)
      shape.push_back(size);
  }
  node.setOutput(node.emit.reshape(input, shape));
}

static void convertTranspose(Node &node) {
  Tensor input = node.input(0);
  Shape reversed(llvm::reverse(llvm::seq<int64_t>(0, input.shape.size())));
  Shape permutation = node.getInts("perm", reversed);
  if (permutation.size() != input.shape.size())
    fail("attribute 'perm' must have " + Twine(input.shape.size()) + " values, got " +
         str(permutation));
  node.setOutput(node.emit.permute(input, Node::axes(permutation, input.shape.size())));
}

static void convertUnsqueeze(Node &node) {
  Tensor input = node.input(0);
  std::optional<Shape> listed = node.getIntsOrInput("axes", 1);
  if (!listed)
    fail("axes are missing");
  size_t rank = input.shape.size() + listed->size();
  Shape shape(rank, 0);
  elementCount(shape); // Bounds the rank.
  Shape axes = Node::axes(*listed, rank);
  for (int64_t axis : axes)
    shape[axis] = 1;
  const int64_t *next = input.shape.begin();
  for (int64_t &size : shape)
    if (size == 0)
      size = *next++;
  node.setOutput(node.emit.reshape(input, shape));
}

void cim::onnx_frontend::addShapeOperators(OperatorTable &table) {
  table["Constant"] = {convertConstant, 0, 0};
  table["Flatten"] = {convertFlatten, 1, 1, Types::Any};
  table["Reshape"] = {convertReshape, 2, 2, Types::Any};
  table["Shape"] = {convertShape, 1, 1, Types::Any};
  table["Squeeze"] = {convertSqueeze, 1, 2, Types::Any};
  table["Transpose"] = {convertTranspose, 1, 1, Types::Any};
  table["Unsqueeze"] = {convertUnsqueeze, 1, 2, Types::Any};
}
