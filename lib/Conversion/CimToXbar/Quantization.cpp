//===- Quantization.cpp - Quantization that no layer takes ------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Codes are buffers of i32, and quantizing is arithmetic that the program has anyway:
// a cast to integers rounds half to even, saturates, and makes not-a-number 0.
//
//===----------------------------------------------------------------------===//

#include "Lowering.h"
#include "cim/Analysis/Elements.h"
#include "cim/Analysis/QuantizedConstant.h"
#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "mlir/IR/TypeUtilities.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace cim;

namespace {

/// The instructions of one operation.
class Emitter {
public:
  Emitter(Lowering &lowering, Operation *op)
      : lowering(lowering), builder(lowering.builder), op(op), name(lowering.name(op)),
        shape(mlir::cast<RankedTensorType>(op->getResult(0).getType()).getShape()) {}

  Type f32() { return builder.getF32Type(); }
  Type i32() { return builder.getI32Type(); }

  Value input() { return lowering.lookup(op->getOperand(0)); }

  Value binary(xbar::BinaryKind kind, Value lhs, Value rhs, Type element) {
    return xbar::BinaryOp::create(builder, op->getLoc(), RankedTensorType::get(shape, element), lhs,
                                  rhs, kind, name, IntegerAttr());
  }

  Value cast(Value value, Type element) {
    if (mlir::cast<RankedTensorType>(value.getType()).getElementType() == element)
      return value;
    return xbar::CastOp::create(builder, op->getLoc(), RankedTensorType::get(shape, element), value,
                                name, IntegerAttr());
  }

  Value clamp(Value value, int64_t low, int64_t high) {
    return xbar::ClampOp::create(builder, op->getLoc(), value.getType(), value,
                                 builder.getF64FloatAttr(low), builder.getF64FloatAttr(high), name,
                                 IntegerAttr());
  }

  Value select(Value condition, Value onTrue, Value onFalse) {
    return xbar::SelectOp::create(builder, op->getLoc(), RankedTensorType::get(shape, i32()),
                                  condition, onTrue, onFalse, name, IntegerAttr());
  }

  /// A constant that broadcasts: of one element, or of one for each index of an axis.
  template <typename T>
  Value constant(std::vector<T> values, std::optional<int64_t> axis = std::nullopt) {
    SmallVector<int64_t> sizes(shape.size(), 1);
    if (axis)
      sizes[*axis] = values.size();
    auto type = RankedTensorType::get(sizes, std::is_same_v<T, float> ? f32() : i32());
    return lowering.makeConstant(op->getLoc(), makeElements(type, std::move(values), name.str()));
  }
  Value scales(const QuantizedType &type) {
    return constant(std::vector<float>(type.scales.begin(), type.scales.end()), type.axis);
  }
  Value zeroPoints(const QuantizedType &type) {
    return constant(std::vector<int32_t>(type.zeroPoints.begin(), type.zeroPoints.end()),
                    type.axis);
  }

private:
  Lowering &lowering;
  OpBuilder &builder;
  Operation *op;
  StringAttr name;
  ArrayRef<int64_t> shape;
};

} // namespace

static bool hasZeroPoints(const QuantizedType &type) {
  return llvm::any_of(type.zeroPoints, [](int64_t zeroPoint) { return zeroPoint != 0; });
}

static Value lowerQuantize(Emitter emit, QuantizeOp quantize) {
  if (quantize.getBinary()) {
    Value isPositive = emit.binary(xbar::BinaryKind::GreaterEqual, emit.input(),
                                   emit.constant<float>({0}), OpBuilder(quantize).getI1Type());
    return emit.select(isPositive, emit.constant<int32_t>({1}), emit.constant<int32_t>({-1}));
  }
  QuantizedType type(quantize.getCodes().getType());
  auto [least, greatest] = std::minmax_element(type.zeroPoints.begin(), type.zeroPoints.end());
  Value ratio = emit.binary(xbar::BinaryKind::Div, emit.input(), emit.scales(type), emit.f32());
  // Clamped first: what a cast has saturated would wrap around in the addition.
  Value codes = emit.clamp(emit.cast(ratio, emit.i32()), type.low - *greatest, type.high - *least);
  if (hasZeroPoints(type))
    codes = emit.binary(xbar::BinaryKind::Add, codes, emit.zeroPoints(type), emit.i32());
  return *least == *greatest ? codes : emit.clamp(codes, type.low, type.high);
}

static Value lowerDequantize(Emitter emit, DequantizeOp dequantize) {
  QuantizedType type(dequantize.getCodes().getType());
  Value codes = emit.input();
  if (hasZeroPoints(type))
    codes = emit.binary(xbar::BinaryKind::Sub, codes, emit.zeroPoints(type), emit.i32());
  return emit.binary(xbar::BinaryKind::Mul, emit.cast(codes, emit.f32()), emit.scales(type),
                     emit.f32());
}

static Value lowerStorageCast(Emitter emit, StorageCastOp cast) {
  Type element = getElementTypeOrSelf(cast.getOutput());
  if (isa<IntegerType>(element))
    return emit.cast(emit.input(), element);
  QuantizedType type(cast.getOutput().getType());
  return emit.clamp(emit.cast(emit.input(), emit.i32()), type.low, type.high);
}

FailureOr<Value> cim::lowerQuantization(Lowering &lowering, Operation *op) {
  return TypeSwitch<Operation *, Value>(op)
      .Case([&](QuantizeOp quantize) { return lowerQuantize({lowering, op}, quantize); })
      .Case([&](DequantizeOp dequantize) { return lowerDequantize({lowering, op}, dequantize); })
      .Case([&](StorageCastOp cast) { return lowerStorageCast({lowering, op}, cast); })
      .Default(Value());
}

void cim::foldQuantizedConstants(func::FuncOp function) {
  for (auto dequantize : llvm::make_early_inc_range(function.getBody().getOps<DequantizeOp>())) {
    std::optional<QuantizedConstant> constant = readQuantizedConstant(dequantize);
    if (!constant)
      continue;
    std::vector<float> values(constant->codes.size());
    for (size_t i = 0; i < values.size(); ++i)
      values[i] = constant->getValue(i);
    auto type = cast<RankedTensorType>(dequantize.getOutput().getType());
    OpBuilder builder(dequantize);
    dequantize.getOutput().replaceAllUsesWith(tosa::ConstOp::create(
        builder, dequantize.getLoc(), type, makeElements(type, std::move(values), "dequantized")));
    Operation *codes = dequantize.getCodes().getDefiningOp();
    dequantize.erase();
    if (codes->use_empty())
      codes->erase();
  }
}
