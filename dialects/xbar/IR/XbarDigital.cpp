//===- XbarDigital.cpp - Verifiers of digital instructions ------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Convolution, matrix product and pooling; elementwise instructions; instructions
// that move elements. Each checks element types, then shapes.
//
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/Utils/IndexingUtils.h"
#include "mlir/IR/TypeUtilities.h"
#include "xbar/IR/Verify.h"

using namespace mlir;
using namespace xbar;

//===----------------------------------------------------------------------===//
// Convolution, matrix product, pooling
//===----------------------------------------------------------------------===//

/// The shape that a window over NHWC gives.
static SmallVector<int64_t> getWindowShape(RankedTensorType input, cim::WindowAttr window,
                                           int64_t channels) {
  auto [height, width] = window.getOutputSize(input.getDimSize(1), input.getDimSize(2));
  return {input.getDimSize(0), height, width, channels};
}

LogicalResult Conv2DOp::verify() {
  RankedTensorType input = getInput().getType(), weight = getWeight().getType();
  int64_t groups = getGroups(), outputs = weight.getDimSize(0);
  if (groups < 1 || input.getDimSize(3) % groups != 0 || outputs % groups != 0)
    return emitOpError("'groups' must divide the ")
           << input.getDimSize(3) << " input and " << outputs << " output channels, got " << groups;
  ArrayRef<int64_t> kernel = getWindow().getKernel();
  if (failed(verifyShape(*this, "weight", weight,
                         {outputs, kernel[0], kernel[1], input.getDimSize(3) / groups})) ||
      failed(verifyShape(*this, "bias", getBias().getType(), {outputs})))
    return failure();
  return verifyShape(*this, "output", getOutput().getType(),
                     getWindowShape(input, getWindow(), outputs));
}

LogicalResult MatmulOp::verify() {
  ArrayRef<int64_t> lhs = getLhs().getType().getShape(), rhs = getRhs().getType().getShape();
  int64_t batch = std::max(lhs[0], rhs[0]);
  if ((lhs[0] != 1 && lhs[0] != batch) || (rhs[0] != 1 && rhs[0] != batch))
    return emitOpError("'lhs' and 'rhs' must have the same batch, or one of 1, got ")
           << lhs[0] << " and " << rhs[0];
  if (failed(verifyShape(*this, "rhs", getRhs().getType(), {rhs[0], lhs[2], rhs[2]})))
    return failure();
  return verifyShape(*this, "output", getOutput().getType(), {batch, lhs[1], rhs[2]});
}

LogicalResult PoolOp::verify() {
  RankedTensorType input = getInput().getType();
  cim::WindowAttr window = getWindow();
  ArrayRef<int64_t> pad = window.getPad(), kernel = window.getKernel();
  if (window.getDilation()[0] != 1 || window.getDilation()[1] != 1)
    return emitOpError("'window' must have dilation 1, got [") << window.getDilation() << "]";
  if (std::max(pad[0], pad[1]) >= kernel[0] || std::max(pad[2], pad[3]) >= kernel[1])
    return emitOpError("'window' must pad less than its kernel ")
           << "[" << kernel << "], got [" << pad << "]";
  return verifyShape(*this, "output", getOutput().getType(),
                     getWindowShape(input, window, input.getDimSize(3)));
}

//===----------------------------------------------------------------------===//
// Elementwise
//===----------------------------------------------------------------------===//

static Type getElement(Value value) { return getElementTypeOrSelf(value.getType()); }

/// Fails unless `field` has elements of type `expected`.
static LogicalResult verifyElement(Operation *op, StringRef field, Value value, Type expected) {
  if (getElement(value) == expected)
    return success();
  return op->emitOpError("'") << field << "' must have elements of type " << expected << ", got "
                              << getElement(value);
}

/// Fails unless the operands of op, repeated along axes of size 1, have the shape of the result.
static LogicalResult verifyBroadcast(Operation *op) {
  auto output = cast<RankedTensorType>(op->getResult(0).getType());
  SmallVector<int64_t> joint(output.getRank(), 1);
  for (Value operand : op->getOperands()) {
    auto shape = cast<RankedTensorType>(operand.getType()).getShape();
    if (shape.size() != joint.size())
      return op->emitOpError("operands must have the rank of 'output', ")
             << joint.size() << ", got " << shape.size();
    for (auto [size, axis] : llvm::zip_equal(shape, joint)) {
      if (size != 1 && axis != 1 && size != axis)
        return op->emitOpError("operands must have equal sizes or 1 along each axis, got ")
               << axis << " and " << size;
      axis = std::max(axis, size);
    }
  }
  return verifyShape(op, "output", output, joint);
}

static bool isBool(Type element) { return element.isInteger(1); }

static bool takes(UnaryKind kind, Type element) {
  switch (kind) {
  case UnaryKind::LogicalNot:
    return isBool(element);
  case UnaryKind::BitwiseNot:
    return element.isInteger() && !isBool(element);
  case UnaryKind::Abs:
  case UnaryKind::Negate:
    return !isBool(element);
  default:
    return element.isF32();
  }
}

LogicalResult UnaryOp::verify() {
  UnaryKind kind = getKind();
  Type element = getInput().getType().getElementType();
  if (!takes(kind, element))
    return emitOpError("'kind' must suit elements of type ")
           << element << ", got " << stringifyUnaryKind(kind);
  if (failed(verifyElement(*this, "output", getOutput(), element)))
    return failure();
  return verifyShape(*this, "output", getOutput().getType(), getInput().getType().getShape());
}

static bool isComparison(BinaryKind kind) {
  return kind == BinaryKind::Equal || kind == BinaryKind::Greater ||
         kind == BinaryKind::GreaterEqual;
}

static bool takes(BinaryKind kind, Type element) {
  switch (kind) {
  case BinaryKind::Pow:
    return element.isF32();
  case BinaryKind::LogicalAnd:
  case BinaryKind::LogicalOr:
  case BinaryKind::LogicalXor:
    return isBool(element);
  case BinaryKind::BitwiseAnd:
  case BinaryKind::BitwiseOr:
  case BinaryKind::BitwiseXor:
  case BinaryKind::LogicalLeftShift:
  case BinaryKind::LogicalRightShift:
  case BinaryKind::ArithmeticRightShift:
    return element.isInteger() && !isBool(element);
  default:
    return isComparison(kind) || !isBool(element);
  }
}

LogicalResult BinaryOp::verify() {
  BinaryKind kind = getKind();
  Type element = getLhs().getType().getElementType();
  if (!takes(kind, element))
    return emitOpError("'kind' must suit elements of type ")
           << element << ", got " << stringifyBinaryKind(kind);
  Type result = isComparison(kind) ? IntegerType::get(getContext(), 1) : element;
  if (failed(verifyElement(*this, "rhs", getRhs(), element)) ||
      failed(verifyElement(*this, "output", getOutput(), result)))
    return failure();
  return verifyBroadcast(*this);
}

LogicalResult ClampOp::verify() {
  if (!(getMin() <= getMax()))
    return emitOpError("'min' must not exceed 'max', got ")
           << getMinAttr() << " and " << getMaxAttr();
  Type element = getInput().getType().getElementType();
  if (element.isInteger(1))
    return emitOpError("'input' must hold numbers, got elements of type ") << element;
  if (failed(verifyElement(*this, "output", getOutput(), element)))
    return failure();
  return verifyShape(*this, "output", getOutput().getType(), getInput().getType().getShape());
}

LogicalResult CastOp::verify() {
  return verifyShape(*this, "output", getOutput().getType(), getInput().getType().getShape());
}

LogicalResult SelectOp::verify() {
  Type element = getOutput().getType().getElementType();
  if (failed(verifyElement(*this, "on_true", getOnTrue(), element)) ||
      failed(verifyElement(*this, "on_false", getOnFalse(), element)))
    return failure();
  return verifyBroadcast(*this);
}

//===----------------------------------------------------------------------===//
// Reduction and movement
//===----------------------------------------------------------------------===//

static LogicalResult verifyAxis(Operation *op, int64_t axis, int64_t rank) {
  if (axis >= 0 && axis < rank)
    return success();
  return op->emitOpError("'axis' must be in 0..") << rank - 1 << ", got " << axis;
}

/// Fails unless the list has one entry for each axis of the input.
static LogicalResult verifyPerAxis(Operation *op, StringRef field, ArrayRef<int64_t> list,
                                   int64_t rank) {
  if (int64_t(list.size()) == rank)
    return success();
  return op->emitOpError("'") << field << "' must have one entry for each of " << rank
                              << " axes, got " << list.size();
}

LogicalResult ReduceOp::verify() {
  RankedTensorType input = getInput().getType();
  if (failed(verifyAxis(*this, getAxis(), input.getRank())))
    return failure();
  bool isExtremum = getKind() == ReduceKind::Max || getKind() == ReduceKind::Min;
  if (input.getElementType().isInteger(1) && !isExtremum)
    return emitOpError("'kind' must suit elements of type ")
           << input.getElementType() << ", got " << stringifyReduceKind(getKind());
  SmallVector<int64_t> shape(input.getShape());
  shape[getAxis()] = 1;
  if (failed(verifyElement(*this, "output", getOutput(), input.getElementType())))
    return failure();
  return verifyShape(*this, "output", getOutput().getType(), shape);
}

LogicalResult TransposeOp::verify() {
  RankedTensorType input = getInput().getType();
  ArrayRef<int64_t> permutation = getPermutation();
  if (!isPermutationVector(permutation) || int64_t(permutation.size()) != input.getRank())
    return emitOpError("'permutation' must be a permutation of ")
           << input.getRank() << " axes, got [" << permutation << "]";
  SmallVector<int64_t> shape =
      llvm::map_to_vector(permutation, [&](int64_t axis) { return input.getDimSize(axis); });
  if (failed(verifyElement(*this, "output", getOutput(), input.getElementType())))
    return failure();
  return verifyShape(*this, "output", getOutput().getType(), shape);
}

LogicalResult ReshapeOp::verify() {
  RankedTensorType input = getInput().getType(), output = getOutput().getType();
  if (failed(verifyElement(*this, "output", getOutput(), input.getElementType())))
    return failure();
  if (input.getNumElements() != output.getNumElements())
    return emitOpError("'output' must have ")
           << input.getNumElements() << " elements, got " << output.getNumElements();
  return success();
}

/// Fails unless the box of the shape of `inner` at `low` lies inside `outer`.
static LogicalResult verifyBox(Operation *op, StringRef field, ArrayRef<int64_t> low, Value inner,
                               Value outer) {
  auto innerType = cast<RankedTensorType>(inner.getType());
  auto outerType = cast<RankedTensorType>(outer.getType());
  if (innerType.getRank() != outerType.getRank())
    return op->emitOpError("'output' must have the rank of 'input', ")
           << cast<RankedTensorType>(op->getOperand(0).getType()).getRank() << ", got "
           << cast<RankedTensorType>(op->getResult(0).getType()).getRank();
  if (failed(verifyPerAxis(op, field, low, innerType.getRank())))
    return failure();
  for (auto [begin, size, limit] : llvm::zip_equal(low, innerType.getShape(), outerType.getShape()))
    if (begin < 0 || begin > limit - size)
      return op->emitOpError("'") << field << "' must place " << size << " elements within "
                                  << limit << ", got " << begin;
  return verifyElement(op, "output", op->getResult(0), getElement(op->getOperand(0)));
}

LogicalResult SliceOp::verify() {
  return verifyBox(*this, "start", getStart(), getOutput(), getInput());
}

LogicalResult PadOp::verify() { return verifyBox(*this, "low", getLow(), getInput(), getOutput()); }

LogicalResult ConcatOp::verify() {
  if (getInputs().empty())
    return emitOpError("'inputs' must have at least 1 tensor, got 0");
  RankedTensorType output = getOutput().getType();
  if (failed(verifyAxis(*this, getAxis(), output.getRank())))
    return failure();
  SmallVector<int64_t> shape(output.getShape());
  int64_t total = 0;
  for (Value input : getInputs()) {
    auto type = cast<RankedTensorType>(input.getType());
    shape[getAxis()] = type.getRank() == output.getRank() ? type.getDimSize(getAxis()) : 0;
    if (failed(verifyShape(*this, "inputs", type, shape)) ||
        failed(verifyElement(*this, "inputs", input, output.getElementType())))
      return failure();
    total += type.getDimSize(getAxis());
  }
  shape[getAxis()] = total;
  return verifyShape(*this, "output", output, shape);
}

LogicalResult GatherOp::verify() {
  ArrayRef<int64_t> values = getValues().getType().getShape();
  ArrayRef<int64_t> indices = getIndices().getType().getShape();
  if (failed(verifyElement(*this, "output", getOutput(), getElement(getValues()))) ||
      failed(verifyShape(*this, "indices", getIndices().getType(), {values[0], indices[1]})))
    return failure();
  return verifyShape(*this, "output", getOutput().getType(), {values[0], indices[1], values[2]});
}

LogicalResult ScatterOp::verify() {
  ArrayRef<int64_t> values = getValues().getType().getShape();
  ArrayRef<int64_t> indices = getIndices().getType().getShape();
  if (failed(verifyElement(*this, "input", getInput(), getElement(getValues()))) ||
      failed(verifyElement(*this, "output", getOutput(), getElement(getValues()))) ||
      failed(verifyShape(*this, "indices", getIndices().getType(), {values[0], indices[1]})) ||
      failed(verifyShape(*this, "input", getInput().getType(), {values[0], indices[1], values[2]})))
    return failure();
  return verifyShape(*this, "output", getOutput().getType(), values);
}
