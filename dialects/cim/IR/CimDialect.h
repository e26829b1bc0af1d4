//===- CimDialect.h - Dialect, attributes and types of cim ------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The generated declarations of the dialect, its attributes and its types.
//
//===----------------------------------------------------------------------===//

#ifndef CIM_IR_CIMDIALECT_H
#define CIM_IR_CIMDIALECT_H

#include "cim/IR/Costs.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/Dialect.h"

#include "cim/IR/CimEnums.h.inc"

#define GET_ATTRDEF_CLASSES
#include "cim/IR/CimAttrs.h.inc"

#define GET_TYPEDEF_CLASSES
#include "cim/IR/CimTypes.h.inc"

#include "cim/IR/CimDialect.h.inc"

#endif // CIM_IR_CIMDIALECT_H
