//===- XbarOps.h - The xbar dialect and its instructions --------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The generated declarations of the dialect and its operations.
//
//===----------------------------------------------------------------------===//

#ifndef XBAR_IR_XBAROPS_H
#define XBAR_IR_XBAROPS_H

#include "cim/IR/CimDialect.h"
#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/OpImplementation.h"
#include "mlir/IR/SymbolTable.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

#include "xbar/IR/XbarEnums.h.inc"

#define GET_ATTRDEF_CLASSES
#include "xbar/IR/XbarAttrs.h.inc"

#include "xbar/IR/XbarDialect.h.inc"

namespace xbar {
/// True for tensors that the runtime can hold: of f32, i64, i32, i8, ui8 or i1, of
/// rank 6 at most, static, with 1 to 2^40 bytes.
bool isBufferType(mlir::Type type);
} // namespace xbar

#define GET_OP_CLASSES
#include "xbar/IR/XbarOps.h.inc"

#endif // XBAR_IR_XBAROPS_H
