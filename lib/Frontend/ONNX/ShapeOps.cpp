//===- ShapeOps.cpp - Operators that change the shape only ------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Constants, shapes and the operators that reorder, regroup or repeat axes.
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

//===----------------------------------------------------------------------===//
// Repetition
//===----------------------------------------------------------------------===//

static void convertExpand(Node &node) {
  Emitter &emit = node.emit;
  Tensor input = node.input(0);
  Shape shape = broadcast(input.shape, node.constantInput(1).ints());
  if (input.constant && elementCount(shape) <= kMaxHostElements)
    return node.setOutput(Tensor::of(broadcastTo(*input.constant, shape)));
  node.setOutput(
      Tensor::of(emit.broadcastTo(emit.hold(input), shape), /*channelsLast=*/false, input.type));
}

static void convertTile(Node &node) {
  Tensor input = node.input(0);
  size_t rank = input.shape.size();
  Shape repeats(rank, 1);
  if (node.opset() < 6) {
    Constant tiles = node.constantInput(1), axis = node.constantInput(2);
    if (tiles.size() != 1 || axis.size() != 1)
      fail("tiles and axis must have one element, got shapes " + str(tiles.shape) + " and " +
           str(axis.shape));
    repeats[Node::axis(axis.ints()[0], rank)] = tiles.ints()[0];
  } else {
    repeats.assign(node.constantInput(1).ints().begin(), node.constantInput(1).ints().end());
  }
  if (repeats.size() != rank || elementCount(repeats) < 1)
    fail("there must be a positive repeat for each of " + Twine(rank) + " axes, got " +
         str(repeats));
  Value held = node.emit.hold(input, input.channelsLast);
  node.setOutput(
      Tensor::of(node.emit.tile(held, input.heldOrder(repeats)), input.channelsLast, input.type));
}

//===----------------------------------------------------------------------===//
// Blocks of pixels
//===----------------------------------------------------------------------===//

static int64_t blockSize(Node &node, int64_t channels, int64_t height, int64_t width) {
  int64_t size = node.getInt("blocksize");
  Shape shape{channels, height, width};
  if (size < 1 || size > INT16_MAX || channels % (size * size) || height % size || width % size)
    fail("blocks of " + Twine(size) + " do not fit " + str(shape));
  return size;
}

static void convertDepthToSpace(Node &node) {
  Emitter &emit = node.emit;
  Tensor input = node.inputOfRank(0, 4);
  std::string mode = node.getString("mode", "DCR");
  if (mode != "DCR" && mode != "CRD")
    fail("attribute 'mode' must be 'DCR' or 'CRD', got '" + mode + "'");
  int64_t n = input.shape[0], c = input.shape[1], h = input.shape[2], w = input.shape[3];
  int64_t size = blockSize(node, c, 0, 0), depth = c / (size * size);
  Tensor blocks = mode == "DCR" ? emit.reshape(input, {n, size, size, depth, h, w})
                                : emit.reshape(input, {n, depth, size, size, h, w});
  Tensor pixels = mode == "DCR" ? emit.permute(blocks, {0, 3, 4, 1, 5, 2})
                                : emit.permute(blocks, {0, 1, 4, 2, 5, 3});
  node.setOutput(emit.reshape(pixels, {n, depth, h * size, w * size}));
}

static void convertSpaceToDepth(Node &node) {
  Emitter &emit = node.emit;
  Tensor input = node.inputOfRank(0, 4);
  int64_t n = input.shape[0], c = input.shape[1], h = input.shape[2], w = input.shape[3];
  int64_t size = blockSize(node, 0, h, w);
  Tensor pixels = emit.reshape(input, {n, c, h / size, size, w / size, size});
  node.setOutput(emit.reshape(emit.permute(pixels, {0, 3, 5, 1, 2, 4}),
                              {n, c * size * size, h / size, w / size}));
}

void cim::onnx_frontend::addShapeOperators(OperatorTable &table) {
  table["Constant"] = {convertConstant, 0, 0};
  table["DepthToSpace"] = {convertDepthToSpace, 1, 1, Types::Any};
  table["Expand"] = {convertExpand, 2, 2, Types::Any};
  table["Flatten"] = {convertFlatten, 1, 1, Types::Any};
  table["Reshape"] = {convertReshape, 2, 2, Types::Any};
  table["Shape"] = {convertShape, 1, 1, Types::Any};
  table["SpaceToDepth"] = {convertSpaceToDepth, 1, 1, Types::Any};
  table["Squeeze"] = {convertSqueeze, 1, 2, Types::Any};
  table["Tile"] = {convertTile, 2, 3, Types::Any};
  table["Transpose"] = {convertTranspose, 1, 1, Types::Any};
  table["Unsqueeze"] = {convertUnsqueeze, 1, 2, Types::Any};
}
