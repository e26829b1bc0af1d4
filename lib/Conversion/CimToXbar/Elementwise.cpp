//===- Elementwise.cpp - Element by element, and reductions -----*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// xbar spells its kinds as tosa spells its operations, so the kinds need no table but for the
// operations that xbar has no kind of its own for.
//
//===----------------------------------------------------------------------===//

#include "Lowering.h"
#include "cim/Analysis/Elements.h"
#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/ADT/TypeSwitch.h"
#include <numeric>

using namespace mlir;
using namespace cim;

static int64_t getInteger(IntegerAttr attr) {
  return attr.getType().isUnsignedInteger() ? attr.getValue().getZExtValue()
                                            : attr.getValue().getSExtValue();
}

/// The value of a clamp's bound, which is of the tensor's element type.
static FailureOr<double> getBound(Attribute attr) {
  if (auto number = dyn_cast<FloatAttr>(attr))
    return number.getValueAsDouble();
  int64_t bound = getInteger(cast<IntegerAttr>(attr));
  // 2^63 is beyond i64, so it clamps to the largest number, which no double is.
  return bound == std::numeric_limits<int64_t>::max() ? 0x1p63 : toDouble(bound);
}

static FailureOr<Value> lowerClamp(Lowering &lowering, tosa::ClampOp clamp) {
  FailureOr<double> min = getBound(clamp.getMinValAttr()), max = getBound(clamp.getMaxValAttr());
  if (failed(min) || failed(max))
    return clamp.emitOpError("the bounds must be numbers that a double can hold");
  OpBuilder &builder = lowering.builder;
  return Value(xbar::ClampOp::create(builder, clamp.getLoc(), clamp.getType(),
                                     lowering.lookup(clamp.getInput()),
                                     builder.getF64FloatAttr(*min), builder.getF64FloatAttr(*max),
                                     lowering.name(clamp), IntegerAttr()));
}

/// The kind that an operation is by another name: truth values are 0 and 1.
static StringRef getKindName(Operation *op) {
  StringRef name = op->getName().stripDialect();
  return llvm::StringSwitch<StringRef>(name)
      .Case("intdiv", "div")
      .Case("reduce_all", "reduce_min")
      .Case("reduce_any", "reduce_max")
      .Default(name);
}

static FailureOr<Value> lowerByKind(Lowering &lowering, Operation *op) {
  StringRef kind = getKindName(op);
  OpBuilder &builder = lowering.builder;
  auto operand = [&](unsigned i) { return lowering.lookup(op->getOperand(i)); };
  if (auto unary = xbar::symbolizeUnaryKind(kind))
    return Value(xbar::UnaryOp::create(builder, op->getLoc(), op->getResult(0).getType(),
                                       operand(0), *unary, lowering.name(op), IntegerAttr()));
  if (auto binary = xbar::symbolizeBinaryKind(kind))
    return Value(xbar::BinaryOp::create(builder, op->getLoc(), op->getResult(0).getType(),
                                        operand(0), operand(1), *binary, lowering.name(op),
                                        IntegerAttr()));
  auto reduce = kind.consume_front("reduce_") ? xbar::symbolizeReduceKind(kind) : std::nullopt;
  if (!reduce)
    return Value();
  int64_t axis = op->getAttrOfType<IntegerAttr>("axis").getInt();
  return Value(xbar::ReduceOp::create(builder, op->getLoc(), op->getResult(0).getType(), operand(0),
                                      *reduce, axis, lowering.name(op), IntegerAttr()));
}

/// The smallest index of the elements that no other exceeds: of all, hence 0, where one is not a
/// number, as comparisons with the maximum are then false.
static Value lowerArgMax(Lowering &lowering, tosa::ArgMaxOp argMax) {
  OpBuilder &builder = lowering.builder;
  Location loc = argMax.getLoc();
  StringAttr name = lowering.name(argMax);
  Value input = lowering.lookup(argMax.getInput());
  auto type = cast<RankedTensorType>(input.getType());
  int64_t axis = argMax.getAxis(), size = type.getDimSize(axis);
  SmallVector<int64_t> reduced(type.getShape()), along(type.getRank(), 1), one = along;
  reduced[axis] = 1;
  along[axis] = size;
  RankedTensorType indexType = type.clone(builder.getI32Type());
  std::vector<int32_t> indices(size);
  std::iota(indices.begin(), indices.end(), 0);
  Value index =
      lowering.makeConstant(loc, makeElements(indexType.clone(along), indices, "indices"));
  Value last =
      lowering.makeConstant(loc, DenseElementsAttr::get(indexType.clone(one), int32_t(size - 1)));
  Value largest = xbar::ReduceOp::create(builder, loc, type.clone(reduced), input,
                                         xbar::ReduceKind::Max, axis, name, IntegerAttr());
  Value isBelow = xbar::BinaryOp::create(builder, loc, type.clone(builder.getI1Type()), largest,
                                         input, xbar::BinaryKind::Greater, name, IntegerAttr());
  Value candidates =
      xbar::SelectOp::create(builder, loc, indexType, isBelow, last, index, name, IntegerAttr());
  Value first = xbar::ReduceOp::create(builder, loc, indexType.clone(reduced), candidates,
                                       xbar::ReduceKind::Min, axis, name, IntegerAttr());
  return xbar::ReshapeOp::create(builder, loc, argMax.getType(), first, name, IntegerAttr());
}

FailureOr<Value> cim::lowerElementwise(Lowering &lowering, Operation *op) {
  if (!isa<tosa::TosaDialect>(op->getDialect()))
    return Value();
  OpBuilder &builder = lowering.builder;
  Location loc = op->getLoc();
  return TypeSwitch<Operation *, FailureOr<Value>>(op)
      .Case([&](tosa::ClampOp clamp) { return lowerClamp(lowering, clamp); })
      .Case([&](tosa::CastOp cast) -> FailureOr<Value> {
        return Value(xbar::CastOp::create(builder, loc, cast.getType(),
                                          lowering.lookup(cast.getInput()), lowering.name(op),
                                          IntegerAttr()));
      })
      .Case([&](tosa::SelectOp select) -> FailureOr<Value> {
        return Value(xbar::SelectOp::create(
            builder, loc, select.getType(), lowering.lookup(select.getInput1()),
            lowering.lookup(select.getInput2()), lowering.lookup(select.getInput3()),
            lowering.name(op), IntegerAttr()));
      })
      .Case(
          [&](tosa::ArgMaxOp argMax) -> FailureOr<Value> { return lowerArgMax(lowering, argMax); })
      .Case([&](tosa::ArithmeticRightShiftOp shift) -> FailureOr<Value> {
        if (shift.getRound())
          return shift.emitOpError("'round' must be false, got true");
        return lowerByKind(lowering, op);
      })
      .Case([&](tosa::NegateOp negate) -> FailureOr<Value> {
        if (failed(requireZeros(op, {negate.getInput1Zp(), negate.getOutputZp()})))
          return failure();
        return lowerByKind(lowering, op);
      })
      .Case([&](tosa::MulOp mul) -> FailureOr<Value> {
        if (failed(requireZeros(op, mul.getShift())))
          return failure();
        return lowerByKind(lowering, op);
      })
      .Default([&](Operation *) { return lowerByKind(lowering, op); });
}
