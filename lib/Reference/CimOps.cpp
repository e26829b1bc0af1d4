//===- CimOps.cpp - What cim operations mean --------------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A layer without all of its scales is a float layer, a calibrated one is section
// 2 as a whole; an array-level operation is one step of it.
//
//===----------------------------------------------------------------------===//

#include "cim/IR/CimOps.h"
#include "Dispatch.h"
#include "Layer.h"
#include "Quantization.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace cim;
using namespace cim::reference;

static Integers toIntegers(ArrayRef<int64_t> values) { return Integers(values); }

//===----------------------------------------------------------------------===//
// Layer level
//===----------------------------------------------------------------------===//

static FailureOr<Tensor> evaluateConv(Conv2DOp op, Operands operands) {
  Window window = toWindow(op.getWindow());
  int64_t groups = op.getGroups();
  if (!isCalibrated(op.getPrecisionAttr()))
    return conv2d(operands[0], operands[1], operands[2], window, groups, resultType(op));
  return crossbarLayer(operands[0], weightMatrices(operands[1], groups), operands[2], window,
                       op.getPrecisionAttr(), op.getMapping(), resultType(op),
                       [&] { return op.emitOpError(); });
}

static FailureOr<Tensor> evaluateMatmul(MatmulOp op, Operands operands) {
  if (isCalibrated(op.getPrecisionAttr()))
    return crossbarLayer(operands[0], operands[1], operands[2], std::nullopt, op.getPrecisionAttr(),
                         op.getMapping(), resultType(op), [&] { return op.emitOpError(); });
  Tensor product = matmul(operands[0], operands[1], resultType(op));
  return binary(xbar::BinaryKind::Add, product, reshape(operands[2], {1, 1, operands[2].size()}),
                resultType(op));
}

static FailureOr<Tensor> evaluateMatmulDynamic(MatmulDynamicOp op, Operands operands) {
  if (!isCalibrated(op.getPrecisionAttr()))
    return matmul(operands[0], operands[1], resultType(op));
  return dynamicLayer(operands[0], operands[1], op.getPrecisionAttr(), op.getMapping(),
                      resultType(op), [&] { return op.emitOpError(); });
}

//===----------------------------------------------------------------------===//
// Array level
//===----------------------------------------------------------------------===//

static FailureOr<Tensor> evaluateQuantizeWeight(QuantizeWeightOp op, Operands operands) {
  WeightAttr weight = op.getWeight();
  FailureOr<Scale> scale =
      readScale("weight.scale", weight.getGranularity(), weight.getScale(), /*tiles=*/1,
                /*slices=*/0, operands[0].shape()[2], [&] { return op.emitOpError(); });
  if (failed(scale))
    return failure();
  return quantizeWeights(operands[0], weight, *scale, {operands[0].shape()[1]},
                         [&] { return op.emitOpError(); });
}

static FailureOr<Tensor> evaluateAdc(AdcQuantizeOp op, Operands operands) {
  Tensor sums = operands[0];
  if (op.getReference())
    sums = joinReference(sums, operands[1], *op.getWeightBits());
  return reference::convert(sums, op.getAdc(), op.getUnsignedCodes(),
                            [&] { return op.emitOpError(); });
}

/// The sums and, if it is wanted, the sums of digits.
static SmallVector<Tensor> evaluateMvm(MvmOp op, Operands operands) {
  ArraysType arrays = op.getArrays().getType();
  int64_t zeroPoint = op.getPrecision().getActivation().getZeroPoint();
  Layout layout{toIntegers(arrays.getTiles()),
                toIntegers(arrays.getSlices()),
                toIntegers(op.getCycles()),
                op.getMapping().getInputEncoding(),
                zeroPoint,
                arrays.getKind()};
  bool hasReference = bool(op.getReference());
  SmallVector<Tensor> results;
  if (!op.getWindow() && arrays.getGroups() > 1) {
    results.push_back(headSums(operands[0], operands[1], layout));
    if (hasReference)
      results.push_back(headReferenceSums(operands[0], layout));
    return results;
  }
  Tensor inputs = patches(operands[0]);
  if (std::optional<WindowAttr> window = op.getWindow()) {
    auto [height, width] = window->getOutputSize(operands[0].shape()[1], operands[0].shape()[2]);
    inputs = patches(operands[0], toWindow(*window), arrays.getGroups(), zeroPoint, height, width);
  }
  results.push_back(partialSums(inputs, operands[1], layout));
  if (hasReference)
    results.push_back(referenceSums(inputs, layout));
  return results;
}

static SmallVector<Tensor> evaluateShiftAdd(ShiftAddOp op, Operands operands) {
  SmallVector<Tensor> results{shiftAdd(operands[0], op.getCycleWeights(), op.getSliceWeights(),
                                       op.getSumSlices(), op.getSumTiles())};
  if (op.getReference())
    results.push_back(addReference(operands[1], op.getCycleWeights(), op.getSumTiles()));
  return results;
}

static FailureOr<Tensor> evaluateCorrection(CorrectionOp op, Operands operands) {
  auto emitError = [&] { return op.emitOpError(); };
  ArraysType arrays = op.getArrays().getType();
  AdcAttr adc = op.getPrecision().getAdc();
  int64_t tiles = arrays.getTiles().size(), slices = arrays.getSlices().size();
  int64_t outputs = operands[1].size();
  FailureOr<Factors> factors =
      readFactors(op.getPrecision(), op.getInputEncoding(), tiles, slices, outputs, emitError);
  if (failed(factors))
    return failure();
  factors->isOffset = arrays.getKind() == MappingKind::Offset;
  if (adc.getKind() != AdcKind::Ideal && adc.getOffset()) {
    FailureOr<Scale> offset = readScale("adc.offset", adc.getGranularity(), adc.getOffset(), tiles,
                                        slices, outputs, emitError);
    if (failed(offset))
      return failure();
    factors->adcOffset = *offset;
  }
  if (resultType(op).getRank() == 2)
    return headStartValues(operands[1], operands[0], arrays.getTiles(), op.getSliceWeights(),
                           op.getCycleWeights(), *factors);
  return startValues(operands[1], operands[0], arrays.getTiles(), op.getSliceWeights(),
                     op.getCycleWeights(), *factors);
}

static FailureOr<Tensor> evaluateDequantize(AdcDequantizeOp op, Operands operands) {
  ArrayRef<int64_t> shape = operands[0].shape(); // T', S', M, N
  FailureOr<Factors> factors = readFactors(op.getPrecision(), InputEncoding::Offset, shape[0],
                                           shape[1], shape[3], [&] { return op.emitOpError(); });
  if (failed(factors))
    return failure();
  std::optional<Tensor> reference;
  if (op.getReference())
    reference = operands[2];
  factors->isOffset = reference && !op.getDifferential();
  Tensor result = dequantize(operands[0], reference, operands[1], op.getSliceWeights(), *factors);
  return reshape(result, resultType(op).getShape());
}

//===----------------------------------------------------------------------===//
// Dispatch
//===----------------------------------------------------------------------===//

/// Operations that always have one result.
static FailureOr<Tensor> evaluateOne(Operation *op, Operands inputs) {
  SmallVector<Tensor> operands(inputs);
  if (auto layer = dyn_cast<LayerOpInterface>(op)) {
    FailureOr<SmallVector<Tensor>> quantized = layerOperands(layer, inputs);
    if (failed(quantized))
      return failure();
    operands = std::move(*quantized);
  }
  return TypeSwitch<Operation *, FailureOr<Tensor>>(op)
      .Case([&](QuantizeOp op) { return quantize(op, operands[0]); })
      .Case([&](DequantizeOp op) { return dequantize(op, operands[0]); })
      .Case([&](StorageCastOp op) { return storageCast(op, operands[0]); })
      .Case([&](Conv2DOp op) { return evaluateConv(op, operands); })
      .Case([&](MatmulOp op) { return evaluateMatmul(op, operands); })
      .Case([&](MatmulDynamicOp op) { return evaluateMatmulDynamic(op, operands); })
      .Case([&](QuantizeWeightOp op) { return evaluateQuantizeWeight(op, operands); })
      .Case([&](QuantizeActivationOp op) {
        return quantizeActivations(operands[0], op.getActivation());
      })
      .Case([&](WriteArraysOp) { return operands[0]; })
      .Case([&](AdcQuantizeOp op) { return evaluateAdc(op, operands); })
      .Case([&](CorrectionOp op) { return evaluateCorrection(op, operands); })
      .Case([&](AdcDequantizeOp op) { return evaluateDequantize(op, operands); })
      .Default([&](Operation *op) { return unsupported(op); });
}

FailureOr<SmallVector<Tensor>> cim::reference::evaluateCim(Operation *op, Operands operands) {
  if (auto mvm = dyn_cast<MvmOp>(op))
    return evaluateMvm(mvm, operands);
  if (auto add = dyn_cast<ShiftAddOp>(op))
    return evaluateShiftAdd(add, operands);
  FailureOr<Tensor> result = evaluateOne(op, operands);
  if (failed(result))
    return failure();
  return SmallVector<Tensor>{std::move(*result)};
}
