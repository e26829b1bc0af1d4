//===- Gathering.cpp - Gather and scatter -----------------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Elements and rows moved from or to places that indices say. Places in several axes
// become one place in row-major order, so that one tosa.gather or tosa.scatter serves all.
//
//===----------------------------------------------------------------------===//

#include "Elementwise.h"
#include "Indexing.h"
#include "Node.h"

using namespace mlir;
using namespace cim::onnx_frontend;
using onnx::TensorProto;

/// Reductions of scattered updates compare each row with each update: so many elements.
static constexpr int64_t kMaxCompared = 1 << 20;

/// An input of indices.
static Tensor indexInput(Node &node, unsigned i) {
  Tensor indices = node.input(i);
  if (indices.type != TensorProto::INT32 && indices.type != TensorProto::INT64)
    fail("indices must be of element type INT32 or INT64, got " + str(indices.type));
  return indices;
}

//===----------------------------------------------------------------------===//
// Gather
//===----------------------------------------------------------------------===//

static Tensor gather(Emitter &emit, const Tensor &input, const Tensor &indices, int64_t axis) {
  ArrayRef<int64_t> from = input.shape;
  int64_t size = from[axis];
  Shape shape(from.take_front(axis)); // That of the indices takes the place of the axis.
  append_range(shape, indices.shape);
  append_range(shape, from.drop_front(axis + 1));
  if (indices.constant) {
    Shape places(indices.constant->ints());
    for (int64_t &place : places)
      place = Node::position(place, size, "an index");
    return emit.reshape(take(emit, input, axis, places), shape);
  }
  int64_t outer = elementCount(from.take_front(axis)), count = elementCount(indices.shape);
  Value places = wrapIndices(emit, emit.reshape(emit.hold(indices), {1, count}), size);
  Tensor rows = emit.reshape(input, {outer, size, elementCount(from.drop_front(axis + 1))});
  Value result = gatherRows(emit, emit.hold(rows), emit.broadcastTo(places, {outer, count}));
  return Tensor::of(emit.reshape(result, shape), /*channelsLast=*/false, input.type);
}

static void convertGather(Node &node) {
  Tensor input = node.input(0);
  int64_t axis = Node::axis(node.getInt("axis", 0), input.shape.size());
  node.setOutput(gather(node.emit, input, indexInput(node, 1), axis));
}

//===----------------------------------------------------------------------===//
// Places in row-major order
//===----------------------------------------------------------------------===//

/// Places in a tensor of `shape` of the elements that indices choose along an axis, one for
/// each of the indices.
static Value elementPlaces(Emitter &emit, const Tensor &indices, ArrayRef<int64_t> shape,
                           int64_t axis) {
  size_t rank = shape.size();
  Shape strides = stridesOf(shape);
  bool fits = indices.shape.size() == rank;
  for (size_t other = 0; fits && other < rank; ++other)
    fits = static_cast<int64_t>(other) == axis || indices.shape[other] <= shape[other];
  if (!fits)
    fail("indices of shape " + str(indices.shape) + " do not fit shape " + str(shape));
  Value chosen = wrapIndices(emit, emit.hold(indices), shape[axis]);
  Value places = emit.mul(chosen, emit.scalarLike(strides[axis], chosen));
  for (size_t other = 0; other < rank; ++other) {
    if (static_cast<int64_t>(other) == axis || indices.shape[other] == 1)
      continue;
    Value steps = iota(emit, indices.shape[other], other, rank, indices.type);
    steps = emit.mul(steps, emit.scalarLike(strides[other], steps));
    places = emit.binary<tosa::AddOp>(places, steps);
  }
  return emit.reshape(places, {1, elementCount(indices.shape)});
}

/// The last axis of indices [N, W, L] chooses in each of the `sizes`: places [N, W].
static Value tuplePlaces(Emitter &emit, Value indices, ArrayRef<int64_t> sizes) {
  Shape strides = stridesOf(sizes), part(shapeOf(indices));
  part.back() = 1;
  Value places;
  for (auto [i, size] : llvm::enumerate(sizes)) {
    Value chosen =
        wrapIndices(emit, emit.slice(indices, {0, 0, static_cast<int64_t>(i)}, part), size);
    chosen = emit.mul(chosen, emit.scalarLike(strides[i], chosen));
    places = places ? emit.binary<tosa::AddOp>(places, chosen) : chosen;
  }
  return emit.reshape(places, {part[0], part[1]});
}

/// How many axes the last axis of indices chooses from, after `batch` axes.
static int64_t tupleSize(const Tensor &indices, ArrayRef<int64_t> shape, int64_t batch) {
  int64_t size = indices.shape.empty() ? 0 : indices.shape.back();
  int64_t most = static_cast<int64_t>(shape.size()) - batch;
  if (size < 1 || size > most)
    fail("the last dimension of the indices must be in the range 1 to " + Twine(most) +
         ", got shape " + str(indices.shape));
  return size;
}

//===----------------------------------------------------------------------===//
// GatherElements, GatherND
//===----------------------------------------------------------------------===//

static void convertGatherElements(Node &node) {
  Emitter &emit = node.emit;
  Tensor input = node.input(0), indices = indexInput(node, 1);
  int64_t axis = Node::axis(node.getInt("axis", 0), input.shape.size());
  Value places = elementPlaces(emit, indices, input.shape, axis);
  Tensor rows = emit.reshape(input, {1, elementCount(input.shape), 1});
  Value result = gatherRows(emit, emit.hold(rows), places);
  node.setOutput(
      Tensor::of(emit.reshape(result, indices.shape), /*channelsLast=*/false, input.type));
}

static void convertGatherND(Node &node) {
  Emitter &emit = node.emit;
  Tensor input = node.input(0), indices = indexInput(node, 1);
  int64_t batch = node.getInt("batch_dims", 0);
  ArrayRef<int64_t> from = input.shape, at = indices.shape;
  int64_t most = std::min(from.size(), at.size());
  if (batch < 0 || batch >= most)
    fail("attribute 'batch_dims' must be in the range 0 to " + Twine(most - 1) + ", got " +
         Twine(batch));
  if (from.take_front(batch) != at.take_front(batch))
    fail("shapes " + str(from) + " and " + str(at) + " must agree in the first " + Twine(batch) +
         " axes");
  int64_t size = tupleSize(indices, from, batch), batches = elementCount(from.take_front(batch));
  ArrayRef<int64_t> sizes = from.slice(batch, size), rest = from.drop_front(batch + size);
  int64_t count = elementCount(at.drop_front(batch).drop_back());
  Value tuples = emit.reshape(emit.hold(indices), {batches, count, size});
  Tensor rows = emit.reshape(input, {batches, elementCount(sizes), elementCount(rest)});
  Value result = gatherRows(emit, emit.hold(rows), tuplePlaces(emit, tuples, sizes));
  Shape shape(at.drop_back());
  append_range(shape, rest);
  node.setOutput(Tensor::of(emit.reshape(result, shape), /*channelsLast=*/false, input.type));
}

//===----------------------------------------------------------------------===//
// ScatterElements, ScatterND
//===----------------------------------------------------------------------===//

/// All updates [1, W, C] of each row of [1, K, C] reduced to one row: an update that is meant for
/// another row is one with `neutral`. Right where several are meant for one row.
template <typename Reduce>
static Value reduceUpdates(Emitter &emit, Value rows, Value places, Value updates, Value neutral) {
  int64_t count = shapeOf(updates)[1], size = shapeOf(rows)[1], inner = shapeOf(rows)[2];
  if (elementCount({count, inner}) > kMaxCompared / size)
    fail("a reduction of " + Twine(count) + " updates of " + Twine(inner) + " elements in " +
         Twine(size) + " places is not supported: it would compare more than " +
         Twine(kMaxCompared) + " elements");
  Value all = iota(emit, size, 1, 3, elementTypeOf(elementOf(places)));
  Value hits = emit.compare<tosa::EqualOp>(emit.reshape(places, {count, 1, 1}), all);
  Value meant = emit.select(hits, emit.reshape(updates, {count, 1, inner}), neutral);
  return emit.reduce<Reduce>(meant, 0);
}

/// The greatest or least of each element and its updates.
template <typename Op, typename Reduce>
static Value extremeOf(Emitter &emit, Value rows, Value places, Value updates, ElementType type) {
  rows = ordered(emit, rows, type);
  updates = ordered(emit, updates, type);
  Value extreme = reduceUpdates<Reduce>(emit, rows, places, updates, rows);
  return ordered(emit, emit.binary<Op>(rows, extreme), type);
}

/// Rows [1, K, C] with updates [1, W, C] at places [1, W].
static Value scatter(Node &node, Value rows, Value places, Value updates, ElementType type) {
  Emitter &emit = node.emit;
  std::string reduction = node.getString("reduction", "none");
  if (reduction == "none")
    return scatterRows(emit, rows, places, updates);
  if (type == TensorProto::BOOL)
    fail("a reduction must be of numbers, got element type " + str(type));
  Value result;
  if (reduction == "add")
    result = emit.binary<tosa::AddOp>(
        rows,
        reduceUpdates<tosa::ReduceSumOp>(emit, rows, places, updates, emit.scalarLike(0, updates)));
  else if (reduction == "mul")
    result = emit.mul(rows, reduceUpdates<tosa::ReduceProductOp>(emit, rows, places, updates,
                                                                 emit.scalarLike(1, updates)));
  else if (reduction == "max")
    result = extremeOf<tosa::MaximumOp, tosa::ReduceMaxOp>(emit, rows, places, updates, type);
  else if (reduction == "min")
    result = extremeOf<tosa::MinimumOp, tosa::ReduceMinOp>(emit, rows, places, updates, type);
  else
    fail("attribute 'reduction' must be 'none', 'add', 'mul', 'max' or 'min', got '" + reduction +
         "'");
  return emit.wrap(result, type);
}

/// The third input, of the element type of the first and of a shape.
static Tensor updatesInput(Node &node, const Tensor &input, ArrayRef<int64_t> shape) {
  Tensor updates = node.input(2);
  if (updates.type != input.type || ArrayRef(updates.shape) != shape)
    fail("updates must be of element type " + str(input.type) + " and shape " + str(shape) +
         ", got " + str(updates.type) + " and " + str(updates.shape));
  return updates;
}

static void convertScatterElements(Node &node) {
  Emitter &emit = node.emit;
  Tensor input = node.input(0), indices = indexInput(node, 1);
  Tensor updates = updatesInput(node, input, indices.shape);
  int64_t axis = Node::axis(node.getInt("axis", 0), input.shape.size());
  int64_t size = elementCount(input.shape), count = elementCount(indices.shape);
  Value places = elementPlaces(emit, indices, input.shape, axis);
  Value result = scatter(node, emit.hold(emit.reshape(input, {1, size, 1})), places,
                         emit.hold(emit.reshape(updates, {1, count, 1})), input.type);
  node.setOutput(Tensor::of(emit.reshape(result, input.shape), /*channelsLast=*/false, input.type));
}

static void convertScatterND(Node &node) {
  Emitter &emit = node.emit;
  Tensor input = node.input(0), indices = indexInput(node, 1);
  ArrayRef<int64_t> from = input.shape, at = indices.shape;
  int64_t size = tupleSize(indices, from, 0), count = elementCount(at.drop_back());
  ArrayRef<int64_t> sizes = from.take_front(size), rest = from.drop_front(size);
  Shape shape(at.drop_back());
  append_range(shape, rest);
  Tensor updates = updatesInput(node, input, shape);
  int64_t inner = elementCount(rest);
  Value tuples = emit.reshape(emit.hold(indices), {1, count, size});
  Value result = scatter(node, emit.hold(emit.reshape(input, {1, elementCount(sizes), inner})),
                         tuplePlaces(emit, tuples, sizes),
                         emit.hold(emit.reshape(updates, {1, count, inner})), input.type);
  node.setOutput(Tensor::of(emit.reshape(result, from), /*channelsLast=*/false, input.type));
}

//===----------------------------------------------------------------------===//
// OneHot, ReverseSequence
//===----------------------------------------------------------------------===//

static void convertOneHot(Node &node) {
  Emitter &emit = node.emit;
  Tensor indices = node.input(0), values = node.inputOfRank(2, 1);
  Constant frozen = node.constantInput(1);
  size_t rank = indices.shape.size() + 1;
  int64_t axis = Node::axis(node.getInt("axis", -1), rank);
  if (frozen.size() != 1 || values.shape[0] != 2)
    fail("one depth and two values are needed, got shapes " + str(frozen.shape) + " and " +
         str(values.shape));
  double wanted = frozen.isFloat() ? frozen.floats()[0] : frozen.ints()[0];
  if (!(wanted >= 1 && wanted <= kMaxHostElements))
    fail("the depth must be in the range 1 to " + Twine(kMaxHostElements) + ", got " +
         Twine(std::to_string(wanted)));
  auto depth = static_cast<int64_t>(wanted);
  Shape shape = indices.shape;
  shape.insert(shape.begin() + axis, 1);
  Value places = emit.cast(emit.hold(indices), indices.type, TensorProto::INT64);
  places = wrapIndices(emit, emit.reshape(places, shape), depth);
  Value all = iota(emit, depth, axis, rank, TensorProto::INT64);
  auto value = [&](int64_t i) {
    return emit.hold(emit.reshape(emit.slice(values, {i}, {1}), Shape(rank, 1)));
  };
  Value result = emit.select(emit.compare<tosa::EqualOp>(places, all), value(1), value(0));
  node.setOutput(Tensor::of(result, /*channelsLast=*/false, values.type));
}

/// The first elements along an axis in reverse order, as many as the lengths say for each of
/// the batch.
static void convertReverseSequence(Node &node) {
  Emitter &emit = node.emit;
  Tensor input = node.input(0);
  Tensor lengths = indexInput(node, 1);
  int64_t time = node.getInt("time_axis", 0), batch = node.getInt("batch_axis", 1);
  if (time < 0 || time > 1 || batch != 1 - time)
    fail("one of 'batch_axis' and 'time_axis' must be 0 and the other 1, got " + Twine(batch) +
         " and " + Twine(time));
  if (input.shape.size() < 2 || ArrayRef(lengths.shape) != ArrayRef(input.shape[batch]))
    fail("there must be a length for each of the batch, got shapes " + str(input.shape) + " and " +
         str(lengths.shape));
  int64_t batches = input.shape[batch], size = input.shape[time];
  Shape order = llvm::to_vector(llvm::seq<int64_t>(0, input.shape.size()));
  std::swap(order[0], order[batch]);
  Tensor ordered = emit.permute(input, order);
  Value length = emit.hold(emit.reshape(lengths, {batches, 1}));
  Value place = iota(emit, size, 1, 2, lengths.type);
  Value last = emit.binary<tosa::SubOp>(length, emit.scalarLike(1, length));
  Value places = emit.select(emit.compare<tosa::GreaterOp>(length, place),
                             emit.binary<tosa::SubOp>(last, place), place);
  int64_t inner = elementCount(ArrayRef(input.shape).drop_front(2));
  Value rows = emit.hold(emit.reshape(ordered, {batches, size, inner}));
  Value result = emit.reshape(gatherRows(emit, rows, places), ordered.shape);
  node.setOutput(emit.permute(Tensor::of(result, /*channelsLast=*/false, input.type), order));
}

void cim::onnx_frontend::addGatheringOperators(OperatorTable &table) {
  table["Gather"] = {convertGather, 2, 2, Types::Any};
  table["GatherElements"] = {convertGatherElements, 2, 2, Types::Any};
  table["GatherND"] = {convertGatherND, 2, 2, Types::Any};
  table["OneHot"] = {convertOneHot, 3, 3, Types::Numbers};
  table["ReverseSequence"] = {convertReverseSequence, 2, 2, Types::Any};
  table["Scatter"] = {convertScatterElements, 3, 3, Types::Any};
  table["ScatterElements"] = {convertScatterElements, 3, 3, Types::Any};
  table["ScatterND"] = {convertScatterND, 3, 3, Types::Any};
}
