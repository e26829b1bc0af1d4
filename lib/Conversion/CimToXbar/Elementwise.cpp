//===- Elementwise.cpp - Element by element, and reductions -----*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// xbar spells its kinds as tosa spells its operations, so the kinds need no table.
//
//===----------------------------------------------------------------------===//

#include "Lowering.h"
#include "cim/Analysis/Elements.h"
#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "llvm/ADT/TypeSwitch.h"

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
  return toDouble(getInteger(cast<IntegerAttr>(attr)));
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

static FailureOr<Value> lowerByKind(Lowering &lowering, Operation *op) {
  StringRef kind = op->getName().stripDialect();
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
