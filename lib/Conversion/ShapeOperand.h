//===- ShapeOperand.h - Shape operands of tosa ------------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What both conversions ask of operands like the padding of tosa.pad.
//
//===----------------------------------------------------------------------===//

#ifndef CIM_LIB_CONVERSION_SHAPEOPERAND_H
#define CIM_LIB_CONVERSION_SHAPEOPERAND_H

#include "mlir/Dialect/Tosa/Utils/ConversionUtils.h"

namespace cim {

/// The value of a shape operand. Computed ones are refused before: tosa wants an operation
/// on shapes, and there is no instruction for one.
inline llvm::SmallVector<int64_t> getShapeValues(mlir::Value shape) {
  llvm::SmallVector<int64_t> values;
  mlir::tosa::getConstShapeValues(shape.getDefiningOp(), values);
  return values;
}

} // namespace cim

#endif // CIM_LIB_CONVERSION_SHAPEOPERAND_H
