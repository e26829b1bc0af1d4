//===- ImportIntegers.cpp - Pass cim-import-integers ------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// tosa.rescale is computed in 64 bits as the TOSA specification defines apply_scale_32.
// What is left as it is has no instruction and is refused when the program is made.
//
//===----------------------------------------------------------------------===//

#include "cim/Analysis/Elements.h"
#include "cim/IR/CimOps.h"
#include "cim/Transforms/Passes.h"
#include "mlir/Dialect/Quant/IR/Quant.h"
#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "llvm/ADT/SmallVectorExtras.h"
#include "llvm/ADT/TypeSwitch.h"

namespace cim {
#define GEN_PASS_DEF_IMPORTINTEGERSPASS
#include "cim/Transforms/Passes.h.inc"
} // namespace cim

using namespace mlir;
using namespace cim;

static RankedTensorType getType(Value value) { return cast<RankedTensorType>(value.getType()); }

static bool isI8(Value value) { return getType(value).getElementType().isSignlessInteger(8); }

/// `value` with other elements.
static Value castTo(ImplicitLocOpBuilder &builder, Value value, Type element) {
  if (getType(value).getElementType() == element)
    return value;
  return tosa::CastOp::create(builder, getType(value).clone(element), value);
}

//===----------------------------------------------------------------------===//
// Products and maxima
//===----------------------------------------------------------------------===//

/// The same operation with other operands, a float result and a float accumulator.
static Value createFloat(ImplicitLocOpBuilder &builder, Operation *op, ValueRange operands) {
  Type f32 = builder.getF32Type();
  NamedAttrList attrs(op->getAttrDictionary());
  if (attrs.get("acc_type"))
    attrs.set("acc_type", TypeAttr::get(f32));
  Type type = getType(op->getResult(0)).clone(f32);
  return builder.create(op->getLoc(), op->getName().getIdentifier(), operands, type, attrs)
      ->getResult(0);
}

/// What i8 codes mean whose scale is 1; null if their zero point is not known.
static Value dequantize(ImplicitLocOpBuilder &builder, Value codes, Value zeroPoint) {
  FailureOr<double> zero = readNumber(zeroPoint);
  if (failed(zero))
    return {};
  auto type = quant::UniformQuantizedType::get(quant::QuantizationFlags::Signed,
                                               builder.getI8Type(), builder.getF32Type(),
                                               /*scale=*/1, int64_t(*zero), -128, 127);
  Value meant = StorageCastOp::create(builder, getType(codes).clone(type), codes);
  return DequantizeOp::create(builder, getType(codes).clone(builder.getF32Type()), meant);
}

/// A product of codes of i8: operands, a bias if it is a convolution, two zero points.
static Value convertProduct(ImplicitLocOpBuilder &builder, Operation *op) {
  bool hasBias = op->getNumOperands() == 5;
  if (!isI8(op->getOperand(0)) || !isI8(op->getOperand(1)))
    return {};
  Value lhs = dequantize(builder, op->getOperand(0), op->getOperand(2 + hasBias));
  Value rhs = dequantize(builder, op->getOperand(1), op->getOperand(3 + hasBias));
  if (!lhs || !rhs)
    return {};
  auto scalar = RankedTensorType::get({1}, builder.getF32Type());
  Value zero =
      tosa::ConstOp::create(builder, scalar, DenseElementsAttr::get(scalar, ArrayRef(0.0f)));
  SmallVector<Value> operands{lhs, rhs, zero, zero};
  if (hasBias)
    operands.insert(operands.begin() + 2, castTo(builder, op->getOperand(2), builder.getF32Type()));
  return castTo(builder, createFloat(builder, op, operands),
                getType(op->getResult(0)).getElementType());
}

static Value convertPool(ImplicitLocOpBuilder &builder, tosa::MaxPool2dOp pool) {
  if (!isI8(pool.getInput()))
    return {};
  Value input = castTo(builder, pool.getInput(), builder.getF32Type());
  return castTo(builder, createFloat(builder, pool, input), builder.getI8Type());
}

//===----------------------------------------------------------------------===//
// Rescale
//===----------------------------------------------------------------------===//

namespace {

/// The steps of one tosa.rescale, in i64.
class Rescale {
public:
  Rescale(ImplicitLocOpBuilder &builder, tosa::RescaleOp op)
      : builder(builder), op(op), type(getType(op.getInput()).clone(builder.getI64Type())) {}

  /// Null if a parameter is not constant, out of its range or of another type than those here.
  Value convert() {
    if (!readParameters())
      return {};
    Value value = castTo(builder, op.getInput(), builder.getI64Type());
    value = binary<tosa::SubOp>(value, makeNumbers({int64_t(*inputZero)}));
    Value round = makeRound(value);
    value = tosa::MulOp::create(builder, type, value, makeNumbers(multipliers), makeShift());
    value = binary<tosa::AddOp>(value, round);
    value = tosa::ArithmeticRightShiftOp::create(builder, type, value, makeNumbers(shifts),
                                                 /*round=*/false);
    value = binary<tosa::AddOp>(value, makeNumbers({int64_t(*outputZero)}));
    Type result = getType(op.getOutput()).getElementType();
    unsigned width = result.getIntOrFloatBitWidth();
    value =
        tosa::ClampOp::create(builder, type, value, builder.getI64IntegerAttr(llvm::minIntN(width)),
                              builder.getI64IntegerAttr(llvm::maxIntN(width)));
    return castTo(builder, value, result);
  }

private:
  bool readParameters() {
    auto isNumber = [](Value value) {
      return isI8(value) || getType(value).getElementType().isSignlessInteger(32);
    };
    ElementsAttr multiplier = getConstant(op.getMultiplier()), shift = getConstant(op.getShift());
    inputZero = readNumber(op.getInputZp());
    outputZero = readNumber(op.getOutputZp());
    if (!op.getScale32() || op.getInputUnsigned() || op.getOutputUnsigned() ||
        !isNumber(op.getInput()) || !isNumber(op.getOutput()) || !multiplier || !shift ||
        failed(inputZero) || failed(outputZero))
      return false;
    multipliers = readNumbers(multiplier, 0, llvm::maxIntN(32));
    shifts = readNumbers(shift, 2, 62);
    return !multipliers.empty() && !shifts.empty();
  }

  /// One number, or one for each index of the last axis, of a range; else none.
  std::vector<int64_t> readNumbers(ElementsAttr attr, int64_t low, int64_t high) {
    FailureOr<SmallVector<int64_t>> read = readIntegers(attr);
    int64_t channels = op.getPerChannel() && type.getRank() > 0 ? type.getShape().back() : 1;
    if (failed(read) || int64_t(read->size()) != channels ||
        llvm::any_of(*read, [=](int64_t number) { return number < low || number > high; }))
      return {};
    return {read->begin(), read->end()};
  }

  /// A constant of one number, or of one for each index of the last axis.
  Value makeNumbers(std::vector<int64_t> numbers) {
    SmallVector<int64_t> shape(type.getRank(), 1);
    if (numbers.size() > 1)
      shape.back() = numbers.size();
    RankedTensorType numberType = type.clone(shape);
    return tosa::ConstOp::create(builder, numberType,
                                 makeElements(numberType, std::move(numbers), "rescale"));
  }

  /// Half of what is shifted out; twice rounded, half of 2^31 more away from zero.
  Value makeRound(Value value) {
    bool isDouble = op.getRoundingMode() == tosa::RoundingMode::DOUBLE_ROUND;
    auto more = [&](int64_t shift) { return isDouble && shift > 31 ? int64_t(1) << 30 : 0; };
    std::vector<int64_t> up, down;
    for (int64_t shift : shifts) {
      up.push_back((int64_t(1) << (shift - 1)) + more(shift));
      down.push_back((int64_t(1) << (shift - 1)) - more(shift));
    }
    if (up == down)
      return makeNumbers(up);
    Value isPositive = tosa::GreaterEqualOp::create(builder, type.clone(builder.getI1Type()), value,
                                                    makeNumbers({0}));
    return tosa::SelectOp::create(builder, type, isPositive, makeNumbers(up), makeNumbers(down));
  }

  template <typename OpT> Value binary(Value lhs, Value rhs) {
    return OpT::create(builder, type, lhs, rhs);
  }

  /// The operand that tosa.mul wants.
  Value makeShift() {
    auto type = RankedTensorType::get({1}, builder.getI8Type());
    return tosa::ConstOp::create(builder, type, DenseElementsAttr::get(type, int8_t(0)));
  }

  ImplicitLocOpBuilder &builder;
  tosa::RescaleOp op;
  RankedTensorType type;
  FailureOr<double> inputZero, outputZero;
  std::vector<int64_t> multipliers, shifts;
};

//===----------------------------------------------------------------------===//
// Pass
//===----------------------------------------------------------------------===//

struct ImportIntegersPass : cim::impl::ImportIntegersPassBase<ImportIntegersPass> {
  void runOnOperation() override {
    getOperation().walk([&](Operation *op) {
      ImplicitLocOpBuilder builder(op->getLoc(), op);
      Value replacement =
          llvm::TypeSwitch<Operation *, Value>(op)
              .Case<tosa::Conv2DOp, tosa::DepthwiseConv2DOp, tosa::MatMulOp>(
                  [&](auto) { return convertProduct(builder, op); })
              .Case([&](tosa::MaxPool2dOp pool) { return convertPool(builder, pool); })
              .Case([&](tosa::RescaleOp rescale) { return Rescale(builder, rescale).convert(); })
              .Default(Value());
      if (!replacement)
        return;
      op->getResult(0).replaceAllUsesWith(replacement);
      op->erase();
      ++numConverted;
    });
  }
};

} // namespace
