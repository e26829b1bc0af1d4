//===- CimOps.h - Operations of the cim dialect -----------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The operations, the interface of layers, and the shape of a layer.
//
//===----------------------------------------------------------------------===//

#ifndef CIM_IR_CIMOPS_H
#define CIM_IR_CIMOPS_H

#include "cim/IR/CimDialect.h"
#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

namespace cim {

/// The matrix form of a layer. Every group is a matrix of its own.
struct LayerShape {
  /// Number of groups G; 1 for a matrix product.
  int64_t groups = 1;
  /// Rows K of one group: input channels of the group times the kernel area.
  int64_t rows = 0;
  /// Outputs of one group, N / G.
  int64_t columns = 0;
  /// KH * KW; 1 for a matrix product.
  int64_t kernelArea = 1;
  /// Output positions M of one head: pixels or tokens of one inference.
  int64_t positions = 0;
  /// Matrices that are written at run time and share every scale: attention heads
  /// times batches. 1 for constant weights.
  int64_t heads = 1;

  /// Outputs N of all groups.
  int64_t outputs() const { return groups * columns; }
  /// Output positions of all heads.
  int64_t allPositions() const { return heads * positions; }
  /// Matrices with arrays of their own.
  int64_t matrices() const { return groups * heads; }
};

} // namespace cim

#include "cim/IR/CimInterfaces.h.inc"

#define GET_OP_CLASSES
#include "cim/IR/CimOps.h.inc"

#endif // CIM_IR_CIMOPS_H
