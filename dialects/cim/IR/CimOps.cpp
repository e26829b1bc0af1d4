//===- CimOps.cpp - Operations of the cim dialect ---------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The layer interface and the verifiers of the layer level; those of the array
// level are in CimArrayOps.cpp.
//
//===----------------------------------------------------------------------===//

#include "cim/IR/CimOps.h"
#include "cim/IR/Verify.h"
#include "mlir/Dialect/Quant/IR/QuantTypes.h"
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

WindowAttr MatmulDynamicOp::getWindowOrNull() { return {}; }

bool MatmulDynamicOp::isDynamic() { return true; }

LayerShape MatmulDynamicOp::getLayerShape() {
  ArrayRef<int64_t> input = getInput().getType().getShape();
  LayerShape shape;
  shape.heads = input[0];
  shape.positions = input[1];
  shape.rows = input[2];
  shape.columns = getWeight().getType().getShape()[2];
  return shape;
}

LogicalResult Conv2DOp::verify() {
  if (failed(verifyStaticShapes(*this)))
    return failure();
  ArrayRef<int64_t> input = getInput().getType().getShape();
  ArrayRef<int64_t> weight = getWeight().getType().getShape();
  int64_t groups = getGroups();
  if (groups < 1 || weight[0] % groups != 0)
    return emitOpError("'groups' must divide ") << weight[0] << " outputs, got " << groups;
  ArrayRef<int64_t> kernel = getWindow().getKernel();
  if (failed(
          verifyShape(*this, "weight", getWeight(), {weight[0], kernel[0], kernel[1], weight[3]})))
    return failure();
  auto size = verifyWindow(*this, getInput(), getWindow(), weight[3] * groups);
  if (failed(size) || failed(verifyShape(*this, "bias", getBias(), {weight[0]})) ||
      failed(verifyShape(*this, "output", getOutput(),
                         {input[0], size->first, size->second, weight[0]})))
    return failure();
  return verifyLayer(*this);
}

LogicalResult MatmulOp::verify() {
  if (failed(verifyStaticShapes(*this)))
    return failure();
  ArrayRef<int64_t> input = getInput().getType().getShape();
  int64_t outputs = getWeight().getType().getShape()[2];
  if (failed(verifyShape(*this, "weight", getWeight(), {1, input[2], outputs})) ||
      failed(verifyShape(*this, "bias", getBias(), {outputs})) ||
      failed(verifyShape(*this, "output", getOutput(), {input[0], input[1], outputs})))
    return failure();
  return verifyLayer(*this);
}

LogicalResult MatmulDynamicOp::verify() {
  if (failed(verifyStaticShapes(*this)))
    return failure();
  ArrayRef<int64_t> input = getInput().getType().getShape();
  int64_t columns = getWeight().getType().getShape()[2];
  if (failed(verifyShape(*this, "weight", getWeight(), {input[0], input[2], columns})) ||
      failed(verifyShape(*this, "output", getOutput(), {input[0], input[1], columns})))
    return failure();
  return verifyLayer(*this);
}
