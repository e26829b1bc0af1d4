//===- XbarOps.cpp - Instructions of a crossbar program ---------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Registration and verifiers.
//
//===----------------------------------------------------------------------===//

#include "xbar/IR/XbarOps.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/DialectImplementation.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace xbar;

#include "xbar/IR/XbarDialect.cpp.inc"
#include "xbar/IR/XbarEnums.cpp.inc"

#define GET_ATTRDEF_CLASSES
#include "xbar/IR/XbarAttrs.cpp.inc"

#define GET_OP_CLASSES
#include "xbar/IR/XbarOps.cpp.inc"

void XbarDialect::initialize() {
  addOperations<
#define GET_OP_LIST
#include "xbar/IR/XbarOps.cpp.inc"
      >();
  addAttributes<
#define GET_ATTRDEF_LIST
#include "xbar/IR/XbarAttrs.cpp.inc"
      >();
}

OpFoldResult ConstantOp::fold(FoldAdaptor) { return getValue(); }

LogicalResult ProgramOp::verify() { return success(); }
LogicalResult ProgramOp::verifyRegions() { return success(); }
LogicalResult OutputOp::verify() { return success(); }
LogicalResult ConstantOp::verify() { return success(); }
LogicalResult WriteArraysOp::verify() { return success(); }
LogicalResult MvmOp::verify() { return success(); }
LogicalResult Conv2DOp::verify() { return success(); }
LogicalResult MatmulOp::verify() { return success(); }
LogicalResult UnaryOp::verify() { return success(); }
LogicalResult BinaryOp::verify() { return success(); }
LogicalResult ClampOp::verify() { return success(); }
LogicalResult CastOp::verify() { return success(); }
LogicalResult SelectOp::verify() { return success(); }
LogicalResult ReduceOp::verify() { return success(); }
LogicalResult PoolOp::verify() { return success(); }
LogicalResult TransposeOp::verify() { return success(); }
LogicalResult ReshapeOp::verify() { return success(); }
LogicalResult SliceOp::verify() { return success(); }
LogicalResult PadOp::verify() { return success(); }
LogicalResult ConcatOp::verify() { return success(); }
