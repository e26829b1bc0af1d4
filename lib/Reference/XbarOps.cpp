//===- XbarOps.cpp - What xbar instructions mean ----------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The fused crossbar instruction from its own operands, and digital instructions
// by the functions that tosa uses.
//
//===----------------------------------------------------------------------===//

#include "Dispatch.h"
#include "Layer.h"
#include "Variation.h"
#include "llvm/ADT/TypeSwitch.h"
#include <cmath>

using namespace mlir;
using namespace cim::reference;

/// What is drawn for the arrays that a layer reads, which are counted as they are written.
static std::optional<Variation> readVariation(xbar::MvmOp op) {
  auto program = op->getParentOfType<xbar::ProgramOp>();
  auto options = program ? program->getAttrOfType<DictionaryAttr>("xbar.variation") : nullptr;
  if (!options)
    return std::nullopt;
  int64_t layer = 0;
  for (Operation &write : program.getBody().front()) {
    if (&write == op.getArrays().getDefiningOp())
      break;
    layer += isa<xbar::WriteArraysOp, xbar::WriteArraysDynamicOp>(write);
  }
  return Variation(options, layer);
}

/// Partial sums, of drawn cells if there is a variation.
static FailureOr<VariedSums> sumPartially(xbar::MvmOp op, const Tensor &inputs, const Tensor &codes,
                                          const Layout &layout, bool hasHeads) {
  std::optional<Variation> variation = readVariation(op);
  if (!variation)
    return VariedSums{
        0, hasHeads ? headSums(inputs, codes, layout) : partialSums(inputs, codes, layout),
        std::nullopt};
  bool computed = isa<xbar::WriteArraysDynamicOp>(op.getArrays().getDefiningOp());
  FailureOr<VariedSums> sums = variedSums(inputs, codes, layout, hasHeads, computed, *variation);
  if (failed(sums))
    op.emitOpError("drawn cells must have partial sums below 2^24");
  return sums;
}

/// [2.10] The operands where partial sums, and R if `varies`, are in units of 2^-fraction.
static SmallVector<Tensor> toCellUnits(xbar::MvmOp op, Operands operands, int64_t fraction,
                                       bool varies) {
  SmallVector<Tensor> result(operands);
  double unit = std::ldexp(1, static_cast<int>(-fraction));
  // Not by value: operands can be the same constant.
  auto scale = [&](MutableOperandRange range, double factor) {
    for (OpOperand &operand : range)
      result[operand.getOperandNumber()] = scaled(operands[operand.getOperandNumber()], factor);
  };
  scale(op.getReciprocalMutable(), unit);
  scale(op.getOffsetsMutable(), 1 / unit);
  scale(op.getThresholdsMutable(), 1 / unit);
  if (!op.getReciprocal() && !op.getThresholds())
    result[3] = scaled(operands[3], unit);
  if (varies)
    scale(op.getReferenceMutable(), unit);
  return result;
}

static FailureOr<Tensor> evaluateMvm(xbar::MvmOp op, Operands operands) {
  // Operands: input, arrays, start, scale, then those that are there.
  SmallVector<Tensor> values(operands);
  auto at = [&](MutableOperandRange operand) -> const Tensor & {
    return values[operand.begin()->getOperandNumber()];
  };
  cim::ActivationAttr activation = op.getActivation();
  cim::ArraysType arrays = op.getArrays().getType();
  std::optional<Window> window;
  if (op.getWindow())
    window = toWindow(*op.getWindow());
  Layout layout{Integers(arrays.getTiles()), Integers(arrays.getSlices()), Integers(op.getCycles()),
                op.getInputEncoding(),       activation.getZeroPoint(),    arrays.getKind()};
  Tensor xq = quantizeActivations(operands[0], activation);
  bool hasHeads = !window && arrays.getGroups() > 1;
  Tensor inputs = hasHeads ? xq
                           : inputMatrices(xq, window, arrays.getGroups(),
                                           activation.getZeroPoint(), resultType(op));
  FailureOr<VariedSums> partial = sumPartially(op, inputs, operands[1], layout, hasHeads);
  if (failed(partial))
    return failure();
  values = toCellUnits(op, operands, partial->fraction, partial->reference.has_value());
  Tensor codes = partial->sums;
  std::optional<AdcTable> table;
  if (op.getThresholds())
    table = AdcTable{at(op.getThresholdsMutable()), at(op.getLevelsMutable())};
  if (table && !op.getPreactivation())
    codes = convert(codes, *table);
  if (op.getReciprocal()) {
    const Tensor &reciprocal = at(op.getReciprocalMutable());
    Tensor none = makeTensor(reciprocal.shape(), IntegerType::get(op.getContext(), 32));
    codes = convert(codes, {reciprocal, op.getOffsets() ? at(op.getOffsetsMutable()) : none,
                            (*op.getAdcRange())[0], (*op.getAdcRange())[1]});
  }
  Tensor sums = shiftAdd(codes, cycleWeights(layout), sliceWeights(layout), op.getSumSlices(),
                         op.getSumTiles());
  std::optional<Reference> reference;
  if (arrays.getKind() == cim::MappingKind::Offset || op.getReference()) {
    Tensor digits = hasHeads ? headReferenceSums(inputs, layout) : referenceSums(inputs, layout);
    if (partial->reference)
      digits = *partial->reference;
    else if (!op.getReference())
      digits = scaled(digits, std::ldexp(1, static_cast<int>(partial->fraction)));
    digits = addReference(digits, cycleWeights(layout), op.getSumTiles());
    if (op.getReference())
      reference = Reference{digits, at(op.getReferenceMutable())};
    else
      sums = joinReference(sums, digits, layout.weightBits());
  }
  if (op.getPreactivation())
    sums = convertOutputs(sums, *table);
  Tensor start = operands[2];
  if (op.getCorrectionScale())
    start = headStartValues(start, operands[1], activation.getZeroPoint(),
                            op.getCorrectionScale()->convertToFloat());
  return reshape(dequantize(sums, start, values[3], reference), resultType(op).getShape());
}

/// [2.3] The codes that a run-time write puts into arrays.
static Tensor evaluateWrite(xbar::WriteArraysDynamicOp op, Operands operands) {
  int64_t highest = (int64_t(1) << (op.getWeightBits() - 1)) - 1;
  Tensor codes = makeTensor(operands[0].shape(), IntegerType::get(op.getContext(), 8));
  for (int64_t i = 0; i < codes.size(); ++i)
    codes.ints()[i] = quantizeWeight(operands[0].floats()[i], op.getWeightScale().convertToFloat(),
                                     -highest, highest);
  return codes;
}

static Tensor evaluateConv(xbar::Conv2DOp op, Operands operands) {
  return conv2d(operands[0], operands[1], operands[2], toWindow(op.getWindow()), op.getGroups(),
                resultType(op));
}

FailureOr<Tensor> cim::reference::evaluateXbar(Operation *op, Operands operands) {
  auto emitError = [&] { return op->emitOpError(); };
  return TypeSwitch<Operation *, FailureOr<Tensor>>(op)
      .Case([&](xbar::ConstantOp op) { return readConstant(op.getValue(), emitError); })
      .Case([&](xbar::WriteArraysOp) { return operands[0]; })
      .Case([&](xbar::WriteArraysDynamicOp op) { return evaluateWrite(op, operands); })
      .Case([&](xbar::MvmOp op) { return evaluateMvm(op, operands); })
      .Case([&](xbar::Conv2DOp op) { return evaluateConv(op, operands); })
      .Case([&](xbar::MatmulOp op) { return matmul(operands[0], operands[1], resultType(op)); })
      .Case([&](xbar::UnaryOp op) { return unary(op.getKind(), operands[0], resultType(op)); })
      .Case([&](xbar::BinaryOp op) {
        return binary(op.getKind(), operands[0], operands[1], resultType(op));
      })
      .Case([&](xbar::ClampOp op) {
        return clamp(operands[0], op.getMin().convertToDouble(), op.getMax().convertToDouble());
      })
      .Case([&](xbar::CastOp op) { return reference::cast(operands[0], resultType(op)); })
      .Case([&](xbar::SelectOp op) {
        return select(operands[0], operands[1], operands[2], resultType(op));
      })
      .Case([&](xbar::ReduceOp op) { return reduce(op.getKind(), operands[0], op.getAxis()); })
      .Case([&](xbar::PoolOp op) {
        return pool(op.getKind(), operands[0], toWindow(op.getWindow()), resultType(op));
      })
      .Case([&](xbar::TransposeOp op) {
        return transpose(operands[0], op.getPermutation(), resultType(op));
      })
      .Case([&](xbar::ReshapeOp op) { return reshape(operands[0], resultType(op).getShape()); })
      .Case([&](xbar::SliceOp op) { return slice(operands[0], op.getStart(), resultType(op)); })
      .Case([&](xbar::PadOp op) {
        return pad(operands[0], op.getLow(), op.getValue().convertToDouble(), resultType(op));
      })
      .Case([&](xbar::ConcatOp op) { return concat(operands, op.getAxis(), resultType(op)); })
      .Case([&](xbar::GatherOp op) {
        return gather(operands[0], operands[1], resultType(op), emitError);
      })
      .Case([&](xbar::ScatterOp op) {
        return scatter(operands[0], operands[1], operands[2], emitError);
      })
      .Default([&](Operation *op) { return unsupported(op); });
}
