//===- QuantizeLinear.cpp - Quantization as ONNX has it ---------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// QuantizeLinear, DequantizeLinear and DynamicQuantizeLinear.
//
//===----------------------------------------------------------------------===//

#include "Quantize.h"
#include <cfloat>

using namespace mlir;
using namespace cim::onnx_frontend;
using onnx::TensorProto;

/// Scale and zero point of the first input. The axis of lists is known since opset 13; one
/// scale may come with an axis that the tensor does not have.
static QuantizationInputs readInputs(Node &node, ArrayRef<int64_t> shape,
                                     std::optional<ElementType> type) {
  node.require("block_size", 0);
  Tensor scale = node.input(1);
  std::optional<int64_t> axis;
  if (node.opset() >= 13) {
    int64_t declared = node.getInt("axis", 1);
    if (elementCount(scale.shape) > 1)
      axis = Node::axis(declared, shape.size());
  }
  return readQuantization(node, scale, 2, shape, axis, type);
}

static void convertQuantizeLinear(Node &node) {
  Tensor tensor = node.input(0);
  node.ignore("saturate"); // Of floats of 8 bits.
  node.ignore("precision");
  std::optional<ElementType> type;
  if (int64_t declared = node.getInt("output_dtype", 0))
    type = ElementType(declared);
  QuantizationInputs inputs = readInputs(node, tensor.shape, type);
  if (tensor.isInteger())
    tensor = Tensor::of(node.emit.cast(node.emit.hold(tensor), tensor.type, TensorProto::FLOAT));
  node.setOutput(quantize(node.emit, tensor, inputs));
}

static void convertDequantizeLinear(Node &node) {
  Tensor codes = node.input(0);
  if (int64_t type = node.getInt("output_dtype", 0); type && !isFloat(ElementType(type)))
    fail("attribute 'output_dtype' must be a type of floats, got " + str(ElementType(type)));
  node.setOutput(dequantize(node.emit, codes, readInputs(node, codes.shape, codes.type)));
}

/// The greatest or least of all elements and 0.
template <typename Reduce, typename Combine> static Value extreme(Emitter &emit, Value list) {
  return emit.binary<Combine>(emit.reduce<Reduce>(list, 0), emit.scalar(0.0f, 1));
}

/// Scale and zero point are those of the range of the tensor and 0, in 255 steps.
static void convertDynamicQuantizeLinear(Node &node) {
  Emitter &emit = node.emit;
  Tensor tensor = node.input(0);
  int64_t count = elementCount(tensor.shape);
  Value list = emit.reshape(emit.hold(tensor), {count});
  Value low = extreme<tosa::ReduceMinOp, tosa::MinimumOp>(emit, list);
  Value high = extreme<tosa::ReduceMaxOp, tosa::MaximumOp>(emit, list);
  Value range = emit.binary<tosa::SubOp>(high, low);
  Value scale = divideAccurately(emit, range, emit.scalar(255.0f, 1));
  // Of a tensor of zeros, any.
  scale = emit.binary<tosa::MaximumOp>(scale, emit.scalar(FLT_MIN, 1));
  Value zero = divideAccurately(emit, emit.binary<tosa::SubOp>(emit.scalar(0.0f, 1), low), scale);
  zero = emit.clamp(emit.roundEven(zero), 0.0f, 255.0f);
  Value codes = emit.binary<tosa::AddOp>(emit.roundEven(divideAccurately(emit, list, scale)), zero);
  codes = emit.clamp(codes, 0.0f, 255.0f);
  auto asCodes = [&](Value value, ArrayRef<int64_t> shape) {
    Value integers = emit.reshape(emit.roundToIntegers(value), shape);
    return Tensor::of(integers, /*channelsLast=*/false, TensorProto::UINT8);
  };
  node.setOutput(0, asCodes(codes, tensor.shape));
  node.setOutput(1, Tensor::of(emit.reshape(scale, {})));
  node.setOutput(2, asCodes(zero, {}));
}

void cim::onnx_frontend::addQuantizationOperators(OperatorTable &table) {
  table["DequantizeLinear"] = {convertDequantizeLinear, 2, 3, Types::Numbers};
  table["DynamicQuantizeLinear"] = {convertDynamicQuantizeLinear};
  table["QuantizeLinear"] = {convertQuantizeLinear, 2, 3, Types::Numbers};
}
