//===- Movement.cpp - Operations that move elements -------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Constant shape operands become attributes.
//
//===----------------------------------------------------------------------===//

#include "../ShapeOperand.h"
#include "Lowering.h"
#include "cim/Analysis/Elements.h"
#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace cim;

static Value lowerSlice(Lowering &lowering, tosa::SliceOp slice) {
  return xbar::SliceOp::create(lowering.builder, slice.getLoc(), slice.getType(),
                               lowering.lookup(slice.getInput1()), getShapeValues(slice.getStart()),
                               lowering.name(slice), IntegerAttr());
}

static FailureOr<Value> lowerPad(Lowering &lowering, tosa::PadOp pad) {
  SmallVector<int64_t> padding = getShapeValues(pad.getPadding());
  FailureOr<double> value = readNumber(pad.getPadConst());
  if (failed(value))
    return pad.emitOpError("the value of padding must be a constant that a double can hold");
  SmallVector<int64_t> low;
  for (size_t axis = 0; axis < padding.size(); axis += 2)
    low.push_back(padding[axis]);
  return Value(xbar::PadOp::create(
      lowering.builder, pad.getLoc(), pad.getType(), lowering.lookup(pad.getInput1()),
      lowering.builder.getDenseI64ArrayAttr(low), lowering.builder.getF64FloatAttr(*value),
      lowering.name(pad), IntegerAttr()));
}

/// Joins copies of a value, in steps where they are many.
static Value repeat(OpBuilder &builder, Location loc, StringAttr name, Value value, int64_t axis,
                    int64_t count) {
  constexpr int64_t kMaxOperands = 16;
  if (count == 1)
    return value;
  SmallVector<Value> parts(std::min(count, kMaxOperands), value);
  if (count > kMaxOperands) {
    Value group = repeat(builder, loc, name, value, axis, kMaxOperands);
    parts = {repeat(builder, loc, name, group, axis, count / kMaxOperands)};
    if (int64_t rest = count % kMaxOperands)
      parts.push_back(repeat(builder, loc, name, value, axis, rest));
  }
  if (parts.size() == 1)
    return parts.front();
  auto type = cast<RankedTensorType>(value.getType());
  SmallVector<int64_t> shape(type.getShape());
  shape[axis] *= count;
  return xbar::ConcatOp::create(builder, loc, type.clone(shape), parts, axis, name, IntegerAttr());
}

/// Repeats along one axis after the other.
static Value lowerTile(Lowering &lowering, tosa::TileOp tile) {
  Value value = lowering.lookup(tile.getInput1());
  StringAttr name = lowering.name(tile);
  ArrayRef<int64_t> from = cast<RankedTensorType>(value.getType()).getShape();
  ArrayRef<int64_t> to = cast<RankedTensorType>(tile.getType()).getShape();
  for (size_t axis = 0; axis < to.size(); ++axis)
    value = repeat(lowering.builder, tile.getLoc(), name, value, axis, to[axis] / from[axis]);
  return value;
}

/// Gathers the elements along the axis from the last to the first.
static Value lowerReverse(Lowering &lowering, tosa::ReverseOp reverse) {
  OpBuilder &builder = lowering.builder;
  Location loc = reverse.getLoc();
  StringAttr name = lowering.name(reverse);
  Value input = lowering.lookup(reverse.getInput1());
  auto type = cast<RankedTensorType>(input.getType());
  ArrayRef<int64_t> shape = type.getShape();
  int64_t axis = reverse.getAxis(), size = shape[axis];
  int64_t outer = ShapedType::getNumElements(shape.take_front(axis));
  std::vector<int32_t> indices(outer * size);
  for (auto [i, index] : llvm::enumerate(indices))
    index = size - 1 - i % size;
  auto indexType = RankedTensorType::get({outer, size}, builder.getI32Type());
  Value backwards =
      lowering.makeConstant(loc, makeElements(indexType, std::move(indices), "backwards"));
  RankedTensorType rowsType =
      type.clone({outer, size, ShapedType::getNumElements(shape.drop_front(axis + 1))});
  Value rows = xbar::ReshapeOp::create(builder, loc, rowsType, input, name, IntegerAttr());
  rows = xbar::GatherOp::create(builder, loc, rowsType, rows, backwards, name, IntegerAttr());
  return xbar::ReshapeOp::create(builder, loc, type, rows, name, IntegerAttr());
}

static Value lowerConcat(Lowering &lowering, tosa::ConcatOp concat) {
  SmallVector<Value> inputs;
  for (Value input : concat.getInput1())
    inputs.push_back(lowering.lookup(input));
  return xbar::ConcatOp::create(lowering.builder, concat.getLoc(), concat.getType(), inputs,
                                concat.getAxis(), lowering.name(concat), IntegerAttr());
}

FailureOr<Value> cim::lowerMovement(Lowering &lowering, Operation *op) {
  OpBuilder &builder = lowering.builder;
  Location loc = op->getLoc();
  return TypeSwitch<Operation *, FailureOr<Value>>(op)
      .Case([&](tosa::TransposeOp transpose) -> FailureOr<Value> {
        SmallVector<int64_t> permutation(transpose.getPerms());
        return Value(xbar::TransposeOp::create(builder, loc, transpose.getType(),
                                               lowering.lookup(transpose.getInput1()), permutation,
                                               lowering.name(op), IntegerAttr()));
      })
      .Case([&](tosa::ReshapeOp reshape) -> FailureOr<Value> {
        return Value(xbar::ReshapeOp::create(builder, loc, reshape.getType(),
                                             lowering.lookup(reshape.getInput1()),
                                             lowering.name(op), IntegerAttr()));
      })
      .Case([&](tosa::SliceOp slice) -> FailureOr<Value> { return lowerSlice(lowering, slice); })
      .Case([&](tosa::PadOp pad) { return lowerPad(lowering, pad); })
      .Case([&](tosa::TileOp tile) -> FailureOr<Value> { return lowerTile(lowering, tile); })
      .Case(
          [&](tosa::ConcatOp concat) -> FailureOr<Value> { return lowerConcat(lowering, concat); })
      .Case([&](tosa::ReverseOp reverse) -> FailureOr<Value> {
        return lowerReverse(lowering, reverse);
      })
      .Case([&](tosa::GatherOp gather) -> FailureOr<Value> {
        return Value(xbar::GatherOp::create(
            builder, loc, gather.getType(), lowering.lookup(gather.getValues()),
            lowering.lookup(gather.getIndices()), lowering.name(op), IntegerAttr()));
      })
      .Case([&](tosa::ScatterOp scatter) -> FailureOr<Value> {
        return Value(xbar::ScatterOp::create(
            builder, loc, scatter.getType(), lowering.lookup(scatter.getValuesIn()),
            lowering.lookup(scatter.getIndices()), lowering.lookup(scatter.getInput()),
            lowering.name(op), IntegerAttr()));
      })
      .Case([&](tosa::IdentityOp identity) -> FailureOr<Value> {
        return lowering.lookup(identity.getInput1());
      })
      .Default(FailureOr<Value>(Value()));
}
