//===- Lowering.h - The program under construction --------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The state of one conversion and the families of operations it knows. A
// family returns the buffer that an operation's result becomes, a null value if the
// operation is not of the family, or failure after one diagnostic.
//
//===----------------------------------------------------------------------===//

#ifndef LIB_CONVERSION_CIMTOXBAR_LOWERING_H
#define LIB_CONVERSION_CIMTOXBAR_LOWERING_H

#include "cim/Analysis/LayerChain.h"
#include "cim/Analysis/Order.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/IRMapping.h"
#include "xbar/IR/XbarOps.h"

namespace cim {

/// The program that is being built.
struct Lowering {
  mlir::OpBuilder builder;
  /// From values of the function to buffers of the program.
  mlir::IRMapping buffers;
  UniqueNames uniqueNames = {};
  int64_t numInstructions = 0;
  int64_t numCrossbar = 0;
  /// Arrays placed so far: the next layer begins at this one.
  int64_t numArrays = 0;

  /// The buffer of a value; a constant becomes one when it is first read. Null for
  /// a value that has none.
  mlir::Value lookup(mlir::Value value);
  /// A new constant buffer.
  mlir::Value makeConstant(mlir::Location loc, mlir::ElementsAttr value);
  /// The name of the instruction for `op`.
  mlir::StringAttr name(mlir::Operation *op);
};

/// Every tensor that `op` reads must be a buffer or a constant.
llvm::LogicalResult requireBuffers(Lowering &lowering, mlir::Operation *op);

/// `op` has operands that must be constant zeros: zero points and shifts.
llvm::LogicalResult requireZeros(mlir::Operation *op, mlir::ValueRange values);

/// A crossbar layer, from its cim.mvm to its cim.adc_dequantize, whose result gets a buffer.
llvm::LogicalResult lowerCrossbarLayer(Lowering &lowering, MvmOp mvm);

/// A float layer: cim.conv2d and cim.matmul that are not calibrated.
mlir::FailureOr<mlir::Value> lowerFloatLayer(Lowering &lowering, mlir::Operation *op);

/// tosa operations that work element by element, and reductions.
mlir::FailureOr<mlir::Value> lowerElementwise(Lowering &lowering, mlir::Operation *op);

/// tosa convolutions, pools and matrix products.
mlir::FailureOr<mlir::Value> lowerWindow(Lowering &lowering, mlir::Operation *op);

/// tosa operations that move elements.
mlir::FailureOr<mlir::Value> lowerMovement(Lowering &lowering, mlir::Operation *op);

/// The quantization of a model that no layer has taken.
mlir::FailureOr<mlir::Value> lowerQuantization(Lowering &lowering, mlir::Operation *op);

/// Replaces constants that a model quantizes by the floats that they stand for.
void foldQuantizedConstants(mlir::func::FuncOp function);

} // namespace cim

#endif // LIB_CONVERSION_CIMTOXBAR_LOWERING_H
