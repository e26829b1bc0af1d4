//===- TosaOps.cpp - What tosa operations mean ------------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The float and plain integer forms of tosa. Zero points and shifts must be zero but those
// of tosa.rescale, not-a-number propagates.
//
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "Dispatch.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace cim::reference;

template <size_t N> static std::array<int64_t, N> toArray(ArrayRef<int64_t> values) {
  std::array<int64_t, N> result;
  llvm::copy(values, result.begin());
  return result;
}

/// The window of a convolution or pool; kernels of convolutions are in the weight.
template <typename Op> static Window windowOf(Op op, std::array<int64_t, 2> kernel) {
  Window window;
  window.kernel = kernel;
  window.stride = toArray<2>(op.getStride());
  window.pad = toArray<4>(op.getPad());
  return window;
}

static FailureOr<Tensor> evaluateConv(tosa::Conv2DOp op, Operands operands) {
  ArrayRef<int64_t> weight = operands[1].shape(); // OC, KH, KW, IC
  Window window = windowOf(op, {weight[1], weight[2]});
  window.dilation = toArray<2>(op.getDilation());
  return conv2d(operands[0], operands[1], operands[2], window, /*groups=*/1, resultType(op));
}

static FailureOr<Tensor> evaluateDepthwise(tosa::DepthwiseConv2DOp op, Operands operands) {
  ArrayRef<int64_t> weight = operands[1].shape(); // KH, KW, C, M
  Window window = windowOf(op, {weight[0], weight[1]});
  window.dilation = toArray<2>(op.getDilation());
  return depthwiseConv2d(operands[0], operands[1], operands[2], window, resultType(op));
}

template <typename Op> static Tensor evaluatePool(xbar::PoolKind kind, Op op, Operands operands) {
  return pool(kind, operands[0], windowOf(op, toArray<2>(op.getKernel())), resultType(op));
}

static Tensor evaluatePad(tosa::PadOp op, Operands operands) {
  const std::vector<int64_t> &padding = operands[1].ints(); // low, high of each axis
  SmallVector<int64_t> low;
  for (size_t i = 0; i < padding.size(); i += 2)
    low.push_back(padding[i]);
  double value =
      operands[2].isFloat() ? operands[2].floats()[0] : static_cast<double>(operands[2].ints()[0]);
  return pad(operands[0], low, value, resultType(op));
}

static Tensor evaluateClamp(tosa::ClampOp op, Operands operands) {
  auto toDouble = [](Attribute attr) {
    if (auto real = dyn_cast<FloatAttr>(attr))
      return real.getValueAsDouble();
    auto integer = cast<IntegerAttr>(attr);
    return static_cast<double>(wrap(integer.getValue().getSExtValue(), integer.getType()));
  };
  return clamp(operands[0], toDouble(op.getMinVal()), toDouble(op.getMaxVal()));
}

/// The first index of the largest element along the axis; 0 if one is not a number.
static Tensor evaluateArgMax(tosa::ArgMaxOp op, const Tensor &input) {
  Tensor result = makeTensor(resultType(op)),
         largest = reduce(xbar::ReduceKind::Max, input, op.getAxis());
  for (int64_t i = 0; i < result.size(); ++i) {
    Coordinates at = coordinatesOf(i, largest.shape());
    auto isBelow = [&] {
      int64_t from = indexOf(at, input.shape());
      return input.isFloat() ? input.floats()[from] < largest.floats()[i]
                             : input.ints()[from] < largest.ints()[i];
    };
    while (isBelow())
      ++at[op.getAxis()];
    result.ints()[i] = at[op.getAxis()];
  }
  return result;
}

/// apply_scale_32 of the TOSA specification.
static int64_t applyScale(int64_t value, int64_t multiplier, int64_t shift, bool isDouble) {
  int64_t round = int64_t(1) << (shift - 1);
  if (isDouble && shift > 31)
    round += value >= 0 ? int64_t(1) << 30 : -(int64_t(1) << 30);
  return (value * multiplier + round) >> shift;
}

static FailureOr<Tensor> evaluateRescale(tosa::RescaleOp op, Operands operands) {
  if (!op.getScale32() || op.getInputUnsigned() || op.getOutputUnsigned())
    return op.emitOpError("must be signed and have 32-bit multipliers in the reference");
  const std::vector<int64_t> &multipliers = operands[1].ints(), &shifts = operands[2].ints();
  if (llvm::any_of(shifts, [](int64_t shift) { return shift < 2 || shift > 62; }))
    return op.emitOpError("shifts must be in 2..62");
  bool isDouble = op.getRoundingMode() == tosa::RoundingMode::DOUBLE_ROUND;
  Tensor result = makeTensor(resultType(op));
  auto [lowest, highest] = integerRange(result.type.getElementType());
  for (int64_t i = 0; i < result.size(); ++i) {
    int64_t channel = i % multipliers.size();
    int64_t scaled = applyScale(operands[0].ints()[i] - operands[3].ints()[0], multipliers[channel],
                                shifts[channel], isDouble);
    result.ints()[i] = std::clamp(scaled + operands[4].ints()[0], lowest, highest);
  }
  return result;
}

/// The kind of a reduction: of truth values, all is the minimum and any is the maximum.
static std::optional<xbar::ReduceKind> reduceKindOf(StringRef name) {
  if (!name.consume_front("reduce_"))
    return std::nullopt;
  if (name == "all" || name == "any")
    return name == "all" ? xbar::ReduceKind::Min : xbar::ReduceKind::Max;
  return xbar::symbolizeReduceKind(name);
}

/// Elementwise operators and reductions; the kinds of xbar are spelt as in tosa.
static std::optional<Tensor> evaluateByKind(Operation *op, Operands operands) {
  StringRef name = op->getName().stripDialect();
  if (auto kind = xbar::symbolizeUnaryKind(name))
    return unary(*kind, operands[0], resultType(op));
  if (auto kind = xbar::symbolizeBinaryKind(name == "intdiv" ? "div" : name))
    return binary(*kind, operands[0], operands[1], resultType(op));
  if (auto kind = reduceKindOf(name))
    return reduce(*kind, operands[0], op->getAttrOfType<IntegerAttr>("axis").getInt());
  return std::nullopt;
}

/// Operands from this one on are zero points or shifts.
static size_t firstZeroOperand(Operation *op) {
  return TypeSwitch<Operation *, size_t>(op)
      .Case<tosa::Conv2DOp, tosa::DepthwiseConv2DOp>([](auto) { return 3; })
      .Case<tosa::MatMulOp, tosa::MulOp>([](auto) { return 2; })
      .Case<tosa::AvgPool2dOp, tosa::NegateOp>([](auto) { return 1; })
      .Default([](Operation *op) { return op->getNumOperands(); });
}

static bool isZero(const Tensor &tensor) {
  auto zero = [](auto x) { return x == 0; };
  return tensor.isFloat() ? llvm::all_of(tensor.floats(), zero) : llvm::all_of(tensor.ints(), zero);
}

static LogicalResult checkSupported(Operation *op, Operands operands) {
  for (const Tensor &operand : operands.drop_front(firstZeroOperand(op)))
    if (!isZero(operand))
      return op->emitOpError("zero points and shifts must be 0 in the reference");
  auto mode = op->getAttrOfType<tosa::NanPropagationModeAttr>("nan_mode");
  if (mode && mode.getValue() != tosa::NanPropagationMode::PROPAGATE)
    return op->emitOpError("'nan_mode' must be PROPAGATE in the reference");
  if (auto shift = dyn_cast<tosa::ArithmeticRightShiftOp>(op); shift && shift.getRound())
    return op->emitOpError("'round' must be false in the reference");
  return success();
}

FailureOr<Tensor> cim::reference::evaluateTosa(Operation *op, Operands operands) {
  if (failed(checkSupported(op, operands)))
    return failure();
  if (std::optional<Tensor> result = evaluateByKind(op, operands))
    return *result;
  auto emitError = [&] { return op->emitOpError(); };
  return TypeSwitch<Operation *, FailureOr<Tensor>>(op)
      .Case([&](tosa::ConstOp op) { return readConstant(op.getValues(), emitError); })
      .Case([&](tosa::ConstShapeOp op) { return readConstant(op.getValues(), emitError); })
      .Case([&](tosa::Conv2DOp op) { return evaluateConv(op, operands); })
      .Case([&](tosa::DepthwiseConv2DOp op) { return evaluateDepthwise(op, operands); })
      .Case([&](tosa::MatMulOp op) { return matmul(operands[0], operands[1], resultType(op)); })
      .Case([&](tosa::MaxPool2dOp op) { return evaluatePool(xbar::PoolKind::Max, op, operands); })
      .Case(
          [&](tosa::AvgPool2dOp op) { return evaluatePool(xbar::PoolKind::Average, op, operands); })
      .Case([&](tosa::ClampOp op) { return evaluateClamp(op, operands); })
      .Case([&](tosa::ArgMaxOp op) { return evaluateArgMax(op, operands[0]); })
      .Case([&](tosa::RescaleOp op) { return evaluateRescale(op, operands); })
      .Case([&](tosa::CastOp op) { return reference::cast(operands[0], resultType(op)); })
      .Case([&](tosa::SelectOp op) {
        return select(operands[0], operands[1], operands[2], resultType(op));
      })
      .Case([&](tosa::TransposeOp op) {
        return transpose(operands[0], SmallVector<int64_t>(op.getPerms()), resultType(op));
      })
      .Case([&](tosa::ReshapeOp op) { return reshape(operands[0], resultType(op).getShape()); })
      .Case(
          [&](tosa::SliceOp op) { return slice(operands[0], operands[1].ints(), resultType(op)); })
      .Case([&](tosa::PadOp op) { return evaluatePad(op, operands); })
      .Case([&](tosa::ConcatOp op) { return concat(operands, op.getAxis(), resultType(op)); })
      .Case([&](tosa::ReverseOp op) { return reverse(operands[0], op.getAxis()); })
      .Case([&](tosa::TileOp op) { return tile(operands[0], resultType(op)); })
      .Case([&](tosa::GatherOp op) {
        return gather(operands[0], operands[1], resultType(op), emitError);
      })
      .Case([&](tosa::ScatterOp op) {
        return scatter(operands[0], operands[1], operands[2], emitError);
      })
      .Case([&](tosa::IdentityOp) { return operands[0]; })
      .Default([&](Operation *op) { return unsupported(op); });
}
