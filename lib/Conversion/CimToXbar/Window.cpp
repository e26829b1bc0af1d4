//===- Window.cpp - Convolutions, pools and matrix products -----*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The float products of what stays digital.
//
//===----------------------------------------------------------------------===//

#include "Lowering.h"
#include "cim/Analysis/Elements.h"
#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace cim;

static RankedTensorType getType(Value value) { return cast<RankedTensorType>(value.getType()); }

/// Products and pools are executed in float only.
static LogicalResult requireF32(Operation *op) {
  for (Value value : {op->getOperand(0), Value(op->getResult(0))})
    if (!getType(value).getElementType().isF32())
      return op->emitOpError("elements must be f32 to be executed digitally, got ")
             << value.getType();
  return success();
}

static FailureOr<SmallVector<float>> readConstant(Value value) {
  if (ElementsAttr attr = getConstant(value))
    return readF32(attr);
  return failure();
}

/// The bias of a convolution; one element holds for all channels.
static FailureOr<Value> lowerBias(Lowering &lowering, Operation *op, Value bias, int64_t channels) {
  if (getType(bias).getDimSize(0) == channels)
    return lowering.lookup(bias);
  FailureOr<SmallVector<float>> elements = readConstant(bias);
  if (failed(elements))
    return op->emitOpError("a bias of one element must be constant");
  auto type = RankedTensorType::get({channels}, lowering.builder.getF32Type());
  return lowering.makeConstant(
      op->getLoc(), makeElements(type, std::vector<float>(channels, elements->front()), "bias"));
}

static WindowAttr getWindow(MLIRContext *context, ArrayRef<int64_t> kernel,
                            ArrayRef<int64_t> stride, ArrayRef<int64_t> pad,
                            ArrayRef<int64_t> dilation = {1, 1}) {
  return WindowAttr::get(context, kernel, stride, pad, dilation);
}

static FailureOr<Value> lowerConv(Lowering &lowering, tosa::Conv2DOp conv) {
  ArrayRef<int64_t> shape = getType(conv.getWeight()).getShape();
  if (failed(requireF32(conv)) ||
      failed(requireZeros(conv, {conv.getInputZp(), conv.getWeightZp()})))
    return failure();
  FailureOr<Value> bias = lowerBias(lowering, conv, conv.getBias(), shape[0]);
  if (failed(bias))
    return failure();
  WindowAttr window = getWindow(conv.getContext(), shape.slice(1, 2), conv.getStride(),
                                conv.getPad(), conv.getDilation());
  return Value(xbar::Conv2DOp::create(lowering.builder, conv.getLoc(), conv.getType(),
                                      lowering.lookup(conv.getInput()),
                                      lowering.lookup(conv.getWeight()), *bias, window,
                                      /*groups=*/1, lowering.name(conv), IntegerAttr()));
}

/// The weights [KH, KW, C, M] of a depthwise convolution as those [C * M, KH, KW, 1] of
/// a convolution of C groups.
static FailureOr<Value> lowerDepthwiseWeight(Lowering &lowering, tosa::DepthwiseConv2DOp conv) {
  FailureOr<SmallVector<float>> elements = readConstant(conv.getWeight());
  if (failed(elements))
    return conv.emitOpError("weights must be constant to be executed digitally");
  ArrayRef<int64_t> shape = getType(conv.getWeight()).getShape();
  int64_t area = shape[0] * shape[1], outputs = shape[2] * shape[3];
  std::vector<float> data(elements->size());
  for (int64_t pixel = 0; pixel < area; ++pixel)
    for (int64_t n = 0; n < outputs; ++n)
      data[n * area + pixel] = (*elements)[pixel * outputs + n];
  auto type =
      RankedTensorType::get({outputs, shape[0], shape[1], 1}, lowering.builder.getF32Type());
  return lowering.makeConstant(conv.getLoc(), makeElements(type, std::move(data), "depthwise"));
}

static FailureOr<Value> lowerDepthwise(Lowering &lowering, tosa::DepthwiseConv2DOp conv) {
  ArrayRef<int64_t> shape = getType(conv.getWeight()).getShape();
  if (failed(requireF32(conv)) ||
      failed(requireZeros(conv, {conv.getInputZp(), conv.getWeightZp()})))
    return failure();
  FailureOr<Value> weight = lowerDepthwiseWeight(lowering, conv);
  FailureOr<Value> bias = lowerBias(lowering, conv, conv.getBias(), shape[2] * shape[3]);
  if (failed(weight) || failed(bias))
    return failure();
  WindowAttr window = getWindow(conv.getContext(), shape.take_front(2), conv.getStride(),
                                conv.getPad(), conv.getDilation());
  return Value(xbar::Conv2DOp::create(lowering.builder, conv.getLoc(), conv.getType(),
                                      lowering.lookup(conv.getInput()), *weight, *bias, window,
                                      /*groups=*/shape[2], lowering.name(conv), IntegerAttr()));
}

static FailureOr<Value> lowerMatmul(Lowering &lowering, tosa::MatMulOp matmul) {
  if (failed(requireF32(matmul)) ||
      failed(requireZeros(matmul, {matmul.getAZp(), matmul.getBZp()})))
    return failure();
  return Value(xbar::MatmulOp::create(
      lowering.builder, matmul.getLoc(), matmul.getType(), lowering.lookup(matmul.getA()),
      lowering.lookup(matmul.getB()), lowering.name(matmul), IntegerAttr()));
}

template <typename PoolOp>
static FailureOr<Value> lowerPool(Lowering &lowering, PoolOp pool, xbar::PoolKind kind) {
  if (failed(requireF32(pool)))
    return failure();
  WindowAttr window =
      getWindow(pool.getContext(), pool.getKernel(), pool.getStride(), pool.getPad());
  return Value(xbar::PoolOp::create(lowering.builder, pool.getLoc(), pool.getType(),
                                    lowering.lookup(pool.getInput()), kind, window,
                                    lowering.name(pool), IntegerAttr()));
}

FailureOr<Value> cim::lowerWindow(Lowering &lowering, Operation *op) {
  return TypeSwitch<Operation *, FailureOr<Value>>(op)
      .Case([&](tosa::Conv2DOp conv) { return lowerConv(lowering, conv); })
      .Case([&](tosa::DepthwiseConv2DOp conv) { return lowerDepthwise(lowering, conv); })
      .Case([&](tosa::MatMulOp matmul) { return lowerMatmul(lowering, matmul); })
      .Case([&](tosa::MaxPool2dOp pool) { return lowerPool(lowering, pool, xbar::PoolKind::Max); })
      .Case([&](tosa::AvgPool2dOp pool) -> FailureOr<Value> {
        if (failed(requireZeros(pool, {pool.getInputZp(), pool.getOutputZp()})))
          return failure();
        return lowerPool(lowering, pool, xbar::PoolKind::Average);
      })
      .Default(FailureOr<Value>(Value()));
}
