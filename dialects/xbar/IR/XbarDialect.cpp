//===- XbarDialect.cpp - Registration of the xbar dialect -------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Registers operations and attributes, and defines what tensors a program may
// hold. Verifiers are in XbarProgram.cpp, XbarCrossbar.cpp and XbarDigital.cpp.
//
//===----------------------------------------------------------------------===//

#include "mlir/IR/Builders.h"
#include "mlir/IR/DialectImplementation.h"
#include "xbar/IR/XbarOps.h"
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

static bool isElementType(Type type) {
  return type.isF32() || type.isSignlessInteger(64) || type.isSignlessInteger(32) ||
         type.isSignlessInteger(8) || type.isUnsignedInteger(8) || type.isSignlessInteger(1);
}

bool xbar::isBufferType(Type type) {
  constexpr int64_t maxBytes = int64_t(1) << 40;
  auto tensor = dyn_cast<RankedTensorType>(type);
  if (!tensor || tensor.getRank() > 6 || !isElementType(tensor.getElementType()))
    return false;
  int64_t bytes = (tensor.getElementTypeBitWidth() + 7) / 8;
  for (int64_t size : tensor.getShape()) {
    if (size < 1 || size > maxBytes / bytes)
      return false;
    bytes *= size;
  }
  return true;
}
