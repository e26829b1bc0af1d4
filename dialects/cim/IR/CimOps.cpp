//===- CimOps.cpp - Operations of the cim dialect ---------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Verifiers of the operations and the layer interface.
//
//===----------------------------------------------------------------------===//

#include "cim/IR/CimOps.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/OpImplementation.h"

using namespace mlir;
using namespace cim;

#include "cim/IR/CimInterfaces.cpp.inc"

#define GET_OP_CLASSES
#include "cim/IR/CimOps.cpp.inc"

//===----------------------------------------------------------------------===//
// Layer level
//===----------------------------------------------------------------------===//

WindowAttr Conv2DOp::getWindowOrNull() { return getWindow(); }

LayerShape Conv2DOp::getLayerShape() {
  auto weight = cast<RankedTensorType>(getWeight().getType());
  auto output = cast<RankedTensorType>(getOutput().getType());
  LayerShape shape;
  shape.groups = getGroups();
  shape.kernelArea = getWindow().getArea();
  shape.rows = weight.getDimSize(3) * shape.kernelArea;
  shape.columns = weight.getDimSize(0) / shape.groups;
  shape.positions = output.getDimSize(0) * output.getDimSize(1) * output.getDimSize(2);
  return shape;
}

WindowAttr MatmulOp::getWindowOrNull() { return {}; }

LayerShape MatmulOp::getLayerShape() {
  auto weight = cast<RankedTensorType>(getWeight().getType());
  auto output = cast<RankedTensorType>(getOutput().getType());
  LayerShape shape;
  shape.rows = weight.getDimSize(1);
  shape.columns = weight.getDimSize(2);
  shape.positions = output.getDimSize(0) * output.getDimSize(1);
  return shape;
}

LogicalResult Conv2DOp::verify() { return success(); }
LogicalResult MatmulOp::verify() { return success(); }
LogicalResult QuantizeActivationOp::verify() { return success(); }
LogicalResult WriteArraysOp::verify() { return success(); }
LogicalResult MvmOp::verify() { return success(); }
LogicalResult AdcQuantizeOp::verify() { return success(); }
LogicalResult ShiftAddOp::verify() { return success(); }
LogicalResult CorrectionOp::verify() { return success(); }
LogicalResult AdcDequantizeOp::verify() { return success(); }
