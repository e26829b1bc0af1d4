//===- Verify.h - Checks that several operations share ----------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Private to the verifiers of this folder.
//
//===----------------------------------------------------------------------===//

#ifndef CIM_IR_VERIFY_H
#define CIM_IR_VERIFY_H

#include "cim/IR/CimOps.h"

namespace cim {

/// Checks that every operand and result that is a tensor has a static shape
/// without empty dimensions, and no more than 2^48 elements: products of sizes do not overflow.
mlir::LogicalResult verifyStaticShapes(mlir::Operation *op);

/// Checks that a field has the given shape.
mlir::LogicalResult verifyShape(mlir::Operation *op, llvm::StringRef field,
                                llvm::ArrayRef<int64_t> shape, llvm::ArrayRef<int64_t> expected);
mlir::LogicalResult verifyShape(mlir::Operation *op, llvm::StringRef field, mlir::Value value,
                                llvm::ArrayRef<int64_t> expected);

/// The input of a convolution with `channels` channels: checks its channels and
/// that the window fits. Gives the number of output rows and columns.
mlir::FailureOr<std::pair<int64_t, int64_t>> verifyWindow(mlir::Operation *op, mlir::Value input,
                                                          WindowAttr window, int64_t channels);

/// Checks the shapes of the scales that are present, for N outputs of G groups, T
/// row tiles and S slices. Where G is not known, 0, an array-wise scale tells it.
mlir::LogicalResult verifyScaleShapes(mlir::Operation *op, PrecisionAttr precision, int64_t groups,
                                      int64_t outputs, int64_t tiles, int64_t slices);

/// The same for an ADC alone.
mlir::LogicalResult verifyAdcScaleShape(mlir::Operation *op, AdcAttr adc, int64_t groups,
                                        int64_t outputs, int64_t tiles, int64_t slices);

/// Checks what a mapping asks of a precision, and all scale shapes, for a layer.
mlir::LogicalResult verifyLayerPrecision(mlir::Operation *op, MappingAttr mapping,
                                         PrecisionAttr precision, const LayerShape &shape);

/// The same for a layer-level operation, with what its model fixes.
mlir::LogicalResult verifyLayer(LayerOpInterface layer);

/// Checks that a weight precision is one that all computed matrices can share.
mlir::LogicalResult verifyDynamicWeight(mlir::Operation *op, WeightAttr weight);

/// Checks that the scales that dequantization needs are present.
mlir::LogicalResult verifyCalibrated(mlir::Operation *op, PrecisionAttr precision);

} // namespace cim

#endif // CIM_IR_VERIFY_H
