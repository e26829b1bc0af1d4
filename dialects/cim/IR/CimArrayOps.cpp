//===- CimArrayOps.cpp - Verifiers of the array level -----------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// In the order of the hardware. Letters as in CimOps.td: the axes of partial
// sums are [t, s, b, m, n], those of added sums [t, s, m, n].
//
//===----------------------------------------------------------------------===//

#include "cim/Analysis/Layout.h"
#include "cim/IR/CimOps.h"
#include "cim/IR/Verify.h"
#include "llvm/ADT/STLExtras.h"

using namespace mlir;
using namespace cim;

static ArrayRef<int64_t> getShape(Value value) {
  return cast<ShapedType>(value.getType()).getShape();
}

static int64_t getProduct(ArrayRef<int64_t> sizes) { return llvm::product_of(sizes); }

static LogicalResult verifyRank(Operation *op, StringRef field, Value value, size_t rank) {
  if (getShape(value).size() == rank)
    return success();
  return op->emitOpError("'") << field << "' must have rank " << rank << ", got "
                              << getShape(value).size();
}

static LogicalResult verifyCount(Operation *op, StringRef field, ArrayRef<int64_t> values,
                                 int64_t count) {
  if (int64_t(values.size()) == count)
    return success();
  return op->emitOpError("'") << field << "' must have " << count << " entries, got "
                              << values.size();
}

/// The last axis of a `reference` counts groups of outputs.
static LogicalResult verifyGroups(Operation *op, int64_t groups, int64_t outputs) {
  if (outputs % groups == 0)
    return success();
  return op->emitOpError("'reference' must have a last axis of groups that divide ")
         << outputs << " outputs, got " << groups;
}

LogicalResult QuantizeActivationOp::verify() {
  if (failed(verifyStaticShapes(*this)) ||
      failed(verifyShape(*this, "codes", getCodes(), getShape(getInput()))))
    return failure();
  if (!getActivation().getScale())
    return emitOpError("'activation.scale' must be present, got none");
  return success();
}

LogicalResult QuantizeWeightOp::verify() {
  if (failed(verifyStaticShapes(*this)) ||
      failed(verifyShape(*this, "codes", getCodes(), getShape(getInput()))) ||
      failed(verifyDynamicWeight(*this, getWeight())))
    return failure();
  if (!getWeight().getScale())
    return emitOpError("'weight.scale' must be present, got none");
  return success();
}

LogicalResult WriteArraysOp::verify() {
  ArraysType type = getArrays().getType();
  return verifyShape(*this, "codes", getCodes(),
                     {type.getGroups(), type.getRows(), type.getColumns()});
}

/// The matrices of a product; also checks that its input fits. Positions are counted.
static FailureOr<LayerShape> verifyMvmInput(MvmOp op) {
  ArraysType arrays = op.getArrays().getType();
  LayerShape shape;
  shape.rows = arrays.getRows();
  shape.columns = arrays.getColumns();
  ArrayRef<int64_t> input = getShape(op.getInput());
  if (!op.getWindow()) {
    shape.heads = arrays.getGroups();
    if (input.empty() || input.back() != shape.rows)
      return op.emitOpError("'input' without a window must have a last axis of ")
             << shape.rows << " rows, got " << op.getInput().getType();
    if (shape.heads != 1 && (input.size() != 3 || input[0] != shape.heads))
      return op.emitOpError("'input' without a window must have rank 3 and a first axis of ")
             << shape.heads << " heads, got " << op.getInput().getType();
    shape.positions = getProduct(input.drop_back()) / shape.heads;
    return shape;
  }
  shape.groups = arrays.getGroups();
  shape.kernelArea = op.getWindow()->getArea();
  if (shape.rows % shape.kernelArea != 0)
    return op.emitOpError("'rows' of arrays must be a multiple of the kernel area ")
           << shape.kernelArea << ", got " << shape.rows;
  auto size = verifyWindow(op, op.getInput(), *op.getWindow(),
                           shape.groups * (shape.rows / shape.kernelArea));
  if (failed(size))
    return failure();
  // Pads may be as large as they like; no tensor has so many positions.
  if (__builtin_mul_overflow(size->first, size->second, &shape.positions) ||
      __builtin_mul_overflow(input[0], shape.positions, &shape.positions))
    return op.emitOpError("'window' must give fewer than 2^63 positions, got ") << *op.getWindow();
  return shape;
}

/// The slices of the arrays hold the weights of the layer.
static LogicalResult verifyMvmSlices(MvmOp op) {
  ArraysType arrays = op.getArrays().getType();
  WeightAttr weight = op.getPrecision().getWeight();
  int64_t bits = llvm::sum_of(arrays.getSlices());
  if (!isDifferential(arrays.getKind())) {
    if (bits != weight.getBits())
      return op.emitOpError("'slices' of arrays must sum to ")
             << weight.getBits() << " bits for kind " << stringifyMappingKind(arrays.getKind())
             << ", got " << bits;
    return success();
  }
  int64_t needed = llvm::sum_of(getWeightSlices(op.getMapping(), weight));
  if (bits < needed)
    return op.emitOpError("'slices' of arrays must sum to at least ")
           << needed << " bits, got " << bits;
  return success();
}

LogicalResult MvmOp::verify() {
  if (failed(verifyStaticShapes(*this)))
    return failure();
  FailureOr<LayerShape> shape = verifyMvmInput(*this);
  if (failed(shape) || failed(verifyLayerPrecision(*this, getMapping(), getPrecision(), *shape)))
    return failure();
  ArraysType arrays = getArrays().getType();
  if (arrays.getKind() != getMapping().getKind())
    return emitOpError("'kind' of arrays must be ")
           << stringifyMappingKind(getMapping().getKind()) << " as in 'mapping', got "
           << stringifyMappingKind(arrays.getKind());
  int64_t bits = getPrecision().getActivation().getBits();
  if (llvm::any_of(getCycles(), [&](int64_t cycle) { return cycle < 1 || cycle > bits; }) ||
      llvm::sum_of(getCycles()) != bits)
    return emitOpError("'cycles' must be positive and sum to ")
           << bits << " bits, got " << getCyclesAttr();
  InputEncoding encoding = getMapping().getInputEncoding();
  if (encoding == InputEncoding::TwosComplement && getCycles().back() != 1)
    return emitOpError("'cycles' must end with 1 bit for input_encoding twos_complement, got ")
           << getCyclesAttr();
  if (failed(verifyMvmSlices(*this)))
    return failure();
  bool needsReference = hasReference(arrays.getKind(), getPrecision().getWeight());
  if (needsReference != bool(getReference()))
    return emitOpError("'reference' must be present exactly for kind offset and weights with "
                       "'beta', got ")
           << (needsReference ? "none" : "one");
  int64_t tiles = arrays.getTiles().size(), slices = arrays.getSlices().size();
  int64_t cycles = getNumPasses(encoding) * getCycles().size();
  int64_t positions = shape->allPositions();
  if (failed(verifyShape(*this, "sums", getSums(),
                         {tiles, slices, cycles, positions, shape->outputs()})))
    return failure();
  if (!needsReference)
    return success();
  return verifyShape(*this, "reference", getReference(), {tiles, cycles, positions, shape->groups});
}

/// The operands of an ADC that converts outputs.
static LogicalResult verifyOutputAdc(AdcQuantizeOp op) {
  ArrayRef<int64_t> shape = getShape(op.getSums());
  if (shape[0] != 1 || shape[1] != 1)
    return op.emitOpError("'sums' must have size 1 on the axes t and s for placement "
                          "preactivation, got ")
           << op.getSums().getType();
  if (op.getUnsignedCodes())
    return op.emitOpError("'unsigned_codes' must be absent for placement preactivation, got one");
  if (bool(op.getReference()) != op.getWeightBits().has_value())
    return op.emitOpError("'weight_bits' must be present exactly if 'reference' is, got ")
           << (op.getReference() ? "none" : "one");
  if (!op.getReference())
    return success();
  if (int64_t bits = *op.getWeightBits(); bits < 2 || bits > 8)
    return op.emitOpError("'weight_bits' must be in 2..8, got ") << bits;
  if (failed(verifyRank(op, "reference", op.getReference(), 3)))
    return failure();
  int64_t groups = getShape(op.getReference())[2];
  if (failed(verifyGroups(op, groups, shape[3])))
    return failure();
  return verifyShape(op, "reference", op.getReference(), {1, shape[2], groups});
}

LogicalResult AdcQuantizeOp::verify() {
  bool ofOutputs = convertsOutputs(getAdc());
  if (failed(verifyStaticShapes(*this)) ||
      failed(verifyRank(*this, "sums", getSums(), ofOutputs ? 4 : 5)))
    return failure();
  if (!ofOutputs && (getReference() || getWeightBits()))
    return emitOpError("'reference' and 'weight_bits' must be absent for placement partial_sum, "
                       "got ")
           << (getReference() ? "'reference'" : "'weight_bits'");
  if (getAdc().getKind() == AdcKind::Ideal)
    return emitOpError("'adc.kind' must be linear or table, got ideal");
  if (!getAdc().getScale())
    return emitOpError("'adc.scale' must be present, got none");
  if (getUnsignedCodes() && getAdc().getRange() != CodeRange::Full)
    return emitOpError("'adc.range' must be full for unsigned codes, got narrow");
  if (!getUnsignedCodes() && getAdc().getKind() == AdcKind::Linear && getAdc().getBits() == 1)
    return emitOpError("'adc.bits' must be at least 2 for signed codes, got 1");
  if (ofOutputs && failed(verifyOutputAdc(*this)))
    return failure();
  ArrayRef<int64_t> shape = getShape(getSums());
  return verifyAdcScaleShape(*this, getAdc(), /*groups=*/0, shape.back(), shape[0], shape[1]);
}

LogicalResult ShiftAddOp::verify() {
  if (failed(verifyStaticShapes(*this)) || failed(verifyRank(*this, "codes", getCodes(), 5)))
    return failure();
  ArrayRef<int64_t> shape = getShape(getCodes());
  if (failed(verifyCount(*this, "cycle_weights", getCycleWeights(), shape[2])) ||
      failed(verifyCount(*this, "slice_weights", getSliceWeights(), shape[1])))
    return failure();
  int64_t tiles = getSumTiles() ? 1 : shape[0];
  if (failed(verifyShape(*this, "sums", getSums(),
                         {tiles, getSumSlices() ? 1 : shape[1], shape[3], shape[4]})))
    return failure();
  if (bool(getReference()) != bool(getAddedReference()))
    return emitOpError("'added_reference' must be present exactly if 'reference' is, got ")
           << (getReference() ? "none" : "one");
  if (!getReference())
    return success();
  if (failed(verifyRank(*this, "reference", getReference(), 4)))
    return failure();
  int64_t groups = getShape(getReference())[3];
  return success(succeeded(verifyGroups(*this, groups, shape[4])) &&
                 succeeded(verifyShape(*this, "reference", getReference(),
                                       {shape[0], shape[2], shape[3], groups})) &&
                 succeeded(verifyShape(*this, "added_reference", getAddedReference(),
                                       {tiles, shape[3], groups})));
}

LogicalResult CorrectionOp::verify() {
  if (failed(verifyStaticShapes(*this)) || failed(verifyCalibrated(*this, getPrecision())))
    return failure();
  ArraysType arrays = getArrays().getType();
  bool dynamic = getShape(getStart()).size() == 2;
  if (dynamic && failed(verifyDynamicWeight(*this, getPrecision().getWeight())))
    return failure();
  // Heads share their scales, groups have scales of their own.
  int64_t groups = dynamic ? 1 : arrays.getGroups();
  int64_t outputs = groups * arrays.getColumns();
  int64_t slices = arrays.getSlices().size();
  SmallVector<int64_t> start{outputs};
  if (dynamic)
    start = {arrays.getGroups(), outputs};
  if (failed(verifyShape(*this, "bias", getBias(), {outputs})) ||
      failed(verifyShape(*this, "start", getStart(), start)) ||
      failed(verifyCount(*this, "slice_weights", getSliceWeights(), slices)))
    return failure();
  return verifyScaleShapes(*this, getPrecision(), groups, outputs, arrays.getTiles().size(),
                           slices);
}

LogicalResult AdcDequantizeOp::verify() {
  if (failed(verifyStaticShapes(*this)) || failed(verifyRank(*this, "sums", getSums(), 4)) ||
      failed(verifyCalibrated(*this, getPrecision())))
    return failure();
  ArrayRef<int64_t> sums = getShape(getSums()), output = getShape(getOutput());
  ArrayRef<int64_t> start = getShape(getStart());
  if (sums[2] % (start.size() == 2 ? start[0] : 1) != 0)
    return emitOpError("'start' must have as many rows as divide ")
           << sums[2] << " positions, got " << start[0];
  if (failed(verifyShape(*this, "start", start.take_back(), {sums[3]})) ||
      failed(verifyCount(*this, "slice_weights", getSliceWeights(), sums[1])))
    return failure();
  if (output.empty() || output.back() != sums[3] || getProduct(output.drop_back()) != sums[2])
    return emitOpError("'output' must have ")
           << sums[2] << " positions of " << sums[3] << " outputs, got " << getOutput().getType();
  bool hasBeta = bool(getPrecision().getWeight().getBeta());
  if (hasBeta && !getReference())
    return emitOpError("'reference' must be present for weights with 'beta', got none");
  if (getDifferential() && !hasBeta)
    return emitOpError("'differential' must be absent for weights without 'beta', got one");
  if (getReference()) {
    if (failed(verifyRank(*this, "reference", getReference(), 3)))
      return failure();
    int64_t groups = getShape(getReference())[2];
    if (failed(verifyGroups(*this, groups, sums[3])) ||
        failed(verifyShape(*this, "reference", getReference(), {sums[0], sums[2], groups})))
      return failure();
  }
  // Axes that no scale depends on have been summed as integers.
  IntegerAxes axes = getIntegerAxes(getPrecision());
  if ((axes.tiles && sums[0] != 1) || (axes.slices && sums[1] != 1))
    return emitOpError("'sums' must have size 1 on axes that no scale depends on, got ")
           << getSums().getType();
  return verifyScaleShapes(*this, getPrecision(), /*groups=*/0, sums[3], sums[0], sums[1]);
}
