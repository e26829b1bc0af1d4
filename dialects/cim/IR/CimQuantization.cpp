//===- CimQuantization.cpp - Quantization of imported models ----*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Verifiers of the operations that carry !quant.uniform types, and the view of these
// types. Upstream verifies storage ranges; what crossbars and float32 need is verified here.
//
//===----------------------------------------------------------------------===//

#include "cim/IR/QuantizedType.h"
#include "cim/IR/Verify.h"

using namespace mlir;
using namespace cim;

//===----------------------------------------------------------------------===//
// View
//===----------------------------------------------------------------------===//

static Type getElementType(Type tensor) { return cast<ShapedType>(tensor).getElementType(); }

static mlir::quant::QuantizedType getElement(Type tensor) {
  return cast<mlir::quant::QuantizedType>(getElementType(tensor));
}

cim::QuantizedType::QuantizedType(Type tensor) {
  mlir::quant::QuantizedType type = getElement(tensor);
  low = type.getStorageTypeMin();
  high = type.getStorageTypeMax();
  if (auto perAxis = dyn_cast<mlir::quant::UniformQuantizedPerAxisType>(type)) {
    axis = perAxis.getQuantizedDimension();
    stride = llvm::product_of(cast<ShapedType>(tensor).getShape().drop_front(*axis + 1));
    scales.assign(perAxis.getScales().begin(), perAxis.getScales().end());
    zeroPoints.assign(perAxis.getZeroPoints().begin(), perAxis.getZeroPoints().end());
    return;
  }
  auto uniform = cast<mlir::quant::UniformQuantizedType>(type);
  scales.push_back(uniform.getScale());
  zeroPoints.push_back(uniform.getZeroPoint());
}

//===----------------------------------------------------------------------===//
// Verifiers
//===----------------------------------------------------------------------===//

static LogicalResult verifyScale(Operation *op, double scale) {
  APFloat value(scale);
  bool losesInfo = false;
  value.convert(APFloat::IEEEsingle(), APFloat::rmNearestTiesToEven, &losesInfo);
  if (!losesInfo && value.isNormal() && !value.isNegative())
    return success();
  return op->emitOpError("'scale' must be exactly a normal positive float32, got ") << scale;
}

static LogicalResult verifyAxis(Operation *op, RankedTensorType type, int32_t axis, size_t scales) {
  if (axis >= type.getRank())
    return op->emitOpError("'axis' must be below the rank ") << type.getRank() << ", got " << axis;
  if (type.getDimSize(axis) != int64_t(scales))
    return op->emitOpError("'scale' must have ")
           << type.getDimSize(axis) << " entries for axis " << axis << ", got " << scales;
  return success();
}

static LogicalResult verifyQuantized(Operation *op, Type tensor) {
  mlir::quant::QuantizedType type = getElement(tensor);
  if (type.getStorageTypeIntegralWidth() > 8)
    return op->emitOpError("storage must have 1..8 bits, got ")
           << type.getStorageTypeIntegralWidth();
  if (!type.getExpressedType().isF32())
    return op->emitOpError("expressed type must be f32, got ") << type.getExpressedType();
  SmallVector<double> scales;
  if (auto perAxis = dyn_cast<mlir::quant::UniformQuantizedPerAxisType>(type)) {
    llvm::append_range(scales, perAxis.getScales());
    if (failed(verifyAxis(op, cast<RankedTensorType>(tensor), perAxis.getQuantizedDimension(),
                          scales.size())))
      return failure();
  } else {
    scales.push_back(cast<mlir::quant::UniformQuantizedType>(type).getScale());
  }
  for (double scale : scales)
    if (failed(verifyScale(op, scale)))
      return failure();
  for (int64_t zeroPoint : cim::QuantizedType(tensor).zeroPoints)
    if (zeroPoint < type.getStorageTypeMin() || zeroPoint > type.getStorageTypeMax())
      return op->emitOpError("'zero_point' must be in ")
             << type.getStorageTypeMin() << ".." << type.getStorageTypeMax() << ", got "
             << zeroPoint;
  return success();
}

LogicalResult QuantizeOp::verify() {
  Type codes = getCodes().getType();
  if (failed(verifyStaticShapes(*this)) || failed(verifyQuantized(*this, codes)))
    return failure();
  if (!getBinary())
    return success();
  cim::QuantizedType type(codes);
  if (type.low != -1 || type.high != 1)
    return emitOpError("storage of 'binary' codes must be -1..1, got ")
           << type.low << " to " << type.high;
  for (int64_t zeroPoint : type.zeroPoints)
    if (zeroPoint != 0)
      return emitOpError("'zero_point' of 'binary' codes must be 0, got ") << zeroPoint;
  return success();
}

LogicalResult DequantizeOp::verify() {
  if (failed(verifyStaticShapes(*this)))
    return failure();
  return verifyQuantized(*this, getCodes().getType());
}

LogicalResult StorageCastOp::verify() {
  if (failed(verifyStaticShapes(*this)))
    return failure();
  Type codes = getInput().getType(), integers = getOutput().getType();
  if (isa<IntegerType>(getElementType(codes)))
    std::swap(codes, integers);
  auto stored = dyn_cast<IntegerType>(getElementType(integers));
  if (!stored || isa<IntegerType>(getElementType(codes)))
    return emitOpError("must cast between integers and a quantized type, got ")
           << getInput().getType() << " to " << getOutput().getType();
  if (failed(verifyQuantized(*this, codes)))
    return failure();
  int64_t width = stored.getWidth() - !stored.isUnsigned();
  cim::QuantizedType type(codes);
  if (type.high < int64_t(1) << width && (type.low >= 0 || !stored.isUnsigned()))
    return success();
  return emitOpError("integers must hold ") << type.low << ".." << type.high << ", got " << stored;
}
