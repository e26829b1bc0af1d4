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
    return pad.emitOpError("the value of padding must be constant");
  SmallVector<int64_t> low;
  for (size_t axis = 0; axis < padding.size(); axis += 2)
    low.push_back(padding[axis]);
  return Value(xbar::PadOp::create(
      lowering.builder, pad.getLoc(), pad.getType(), lowering.lookup(pad.getInput1()),
      lowering.builder.getDenseI64ArrayAttr(low), lowering.builder.getF64FloatAttr(*value),
      lowering.name(pad), IntegerAttr()));
}

/// Repeats along one axis after the other.
static Value lowerTile(Lowering &lowering, tosa::TileOp tile) {
  Value value = lowering.lookup(tile.getInput1());
  StringAttr name = lowering.name(tile);
  for (auto [axis, size] : llvm::enumerate(cast<RankedTensorType>(tile.getType()).getShape())) {
    auto type = cast<RankedTensorType>(value.getType());
    if (type.getDimSize(axis) == size)
      continue;
    SmallVector<Value> parts(size / type.getDimSize(axis), value);
    SmallVector<int64_t> shape(type.getShape());
    shape[axis] = size;
    value = xbar::ConcatOp::create(lowering.builder, tile.getLoc(), type.clone(shape), parts, axis,
                                   name, IntegerAttr());
  }
  return value;
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
      .Case([&](tosa::IdentityOp identity) -> FailureOr<Value> {
        return lowering.lookup(identity.getInput1());
      })
      .Default(FailureOr<Value>(Value()));
}
