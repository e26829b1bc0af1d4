//===- QuantizedProducts.cpp - Products of codes ----------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// QLinearConv and QLinearMatMul are the float operators between DequantizeLinear and
// QuantizeLinear. ConvInteger and MatMulInteger are the same with scales of 1 and integer sums,
// which float32 holds exactly below 2^24.
//
//===----------------------------------------------------------------------===//

#include "Convolution.h"
#include "Linear.h"
#include "Quantize.h"

using namespace mlir;
using namespace cim::onnx_frontend;
using onnx::TensorProto;

//===----------------------------------------------------------------------===//
// QOperator
//===----------------------------------------------------------------------===//

/// The floats of an operand at inputs `i`, its scale and its zero point.
static Tensor dequantizedInput(Node &node, unsigned i, std::optional<int64_t> axis) {
  Tensor codes = node.input(i);
  return dequantize(
      node.emit, codes,
      readQuantization(node, node.input(i + 1), i + 2, codes.shape, axis, codes.type));
}

static void setQuantizedOutput(Node &node, const Tensor &tensor, unsigned scale,
                               std::optional<int64_t> axis) {
  node.setOutput(quantize(
      node.emit, tensor,
      readQuantization(node, node.input(scale), scale + 1, tensor.shape, axis, std::nullopt)));
}

/// An INT32 bias, in units of the product of the scales of input and weights.
static Tensor dequantizedBias(Node &node, const Tensor &codes, const Tensor &inputScale,
                              const Tensor &weightScale) {
  if (codes.type != TensorProto::INT32)
    fail("the bias must have element type INT32, got " + str(codes.type));
  Emitter &emit = node.emit;
  if (!codes.constant || !inputScale.constant || !weightScale.constant) {
    auto list = [&](const Tensor &tensor) {
      Value value = emit.reshape(emit.hold(tensor), {elementCount(tensor.shape)});
      return emit.cast(value, tensor.type, TensorProto::FLOAT);
    };
    Value scale = emit.mul(list(inputScale), list(weightScale));
    return Tensor::of(emit.mul(list(codes), scale));
  }
  ArrayRef<float> scales = weightScale.constant->floats();
  std::vector<float> values;
  for (auto [channel, code] : llvm::enumerate(codes.constant->ints())) {
    double scale = scales[scales.size() == 1 ? 0 : channel];
    values.push_back(static_cast<float>(code * (scale * inputScale.constant->floats()[0])));
  }
  return Tensor::of(makeConstant(ArrayRef<float>(values), codes.shape, codes.constant->name));
}

static void convertQLinearConv(Node &node) {
  Convolution conv = readConvolution(node, 3);
  conv.input = dequantizedInput(node, 0, std::nullopt);
  conv.weight = dequantizedInput(node, 3, 0);
  conv.bias = readBias(node, conv.weight.shape[0], 8);
  if (node.hasInput(8))
    conv.bias = dequantizedBias(node, conv.bias, node.input(1), node.input(4));
  setQuantizedOutput(node, convolve(node, conv), 6, std::nullopt);
}

/// The axis of an operand's or result's lists of scales: `fromEnd` 2 are rows, 1 are columns.
static std::optional<int64_t> matrixAxis(const Tensor &tensor, int64_t fromEnd) {
  int64_t rank = tensor.shape.size();
  return rank < 2 ? std::nullopt : std::optional(rank - fromEnd);
}

static void convertQLinearMatMul(Node &node) {
  Tensor a = dequantizedInput(node, 0, matrixAxis(node.input(0), 2));
  Tensor b = dequantizedInput(node, 3, matrixAxis(node.input(3), 1));
  Tensor product = multiplyMatrices(node.emit, a, b);
  setQuantizedOutput(node, product, 6, matrixAxis(product, 2));
}

//===----------------------------------------------------------------------===//
// Integer sums
//===----------------------------------------------------------------------===//

/// An operand whose scale is 1.
static QuantizationInputs readOperand(Node &node, const Tensor &codes, unsigned zeroPointInput,
                                      std::optional<int64_t> axis) {
  Tensor one = Tensor::of(makeConstant(ArrayRef(1.0f), {}));
  return readQuantization(node, one, zeroPointInput, codes.shape, axis, codes.type);
}

/// Float sums of integers as the integers.
static Tensor integersOf(Emitter &emit, const Tensor &sums) {
  return Tensor::of(emit.roundToIntegers(emit.hold(sums, sums.channelsLast)), sums.channelsLast);
}

/// Whether the codes of an input are to be multiplied as they are, because their zero point
/// is computed: then they are what a crossbar takes.
static bool isMultipliedRaw(const QuantizationInputs &input, const Tensor &weight) {
  return weight.constant && input.zeroPoint && !input.zeroPoint->constant &&
         elementCount(input.zeroPoint->shape) == 1;
}

/// Sums of raw codes less the zero point times the sum of the weights of each output.
/// `rows` has the weights of an output side by side; the list of sums broadcasts as `shape`.
static Tensor withoutZeroPoint(Emitter &emit, const Tensor &sums, const Tensor &zeroPoint,
                               const Constant &rows, ArrayRef<int64_t> shape) {
  std::vector<int64_t> totals(elementCount(shape));
  int64_t terms = rows.size() / totals.size();
  for (auto [i, weight] : llvm::enumerate(rows.floats()))
    totals[i / terms] += static_cast<int64_t>(weight);
  Value total =
      emit.constant(makeConstant(ArrayRef<int64_t>(totals), shape, {}, TensorProto::INT32));
  Value offset = emit.mul(emit.reshape(emit.hold(zeroPoint), Shape(shape.size(), 1)), total);
  return Tensor::of(emit.binary<tosa::SubOp>(emit.hold(integersOf(emit, sums)), offset));
}

/// The input of a convolution with its padding, which is the zero point.
static Tensor padded(Emitter &emit, const Tensor &codes, const Tensor &zeroPoint, Window &window) {
  Shape low(codes.shape.size(), 0), high = low;
  for (auto [i, axis] : llvm::enumerate(window)) {
    low[2 + i] = std::exchange(axis.before, 0);
    high[2 + i] = std::exchange(axis.after, 0);
  }
  Value zero = emit.reshape(emit.hold(zeroPoint), Shape(low.size(), 1));
  Value held = emit.binary<tosa::SubOp>(emit.hold(codes, codes.channelsLast), zero);
  held = emit.pad(held, codes.heldOrder(low), codes.heldOrder(high), 0);
  return Tensor::of(emit.binary<tosa::AddOp>(held, zero), codes.channelsLast, codes.type);
}

static void convertConvInteger(Node &node) {
  Emitter &emit = node.emit;
  Convolution conv = readConvolution(node);
  conv.bias = readBias(node, conv.weight.shape[0], node.numInputs());
  QuantizationInputs input = readOperand(node, conv.input, 2, std::nullopt);
  conv.weight = dequantize(emit, conv.weight, readOperand(node, conv.weight, 3, 0));
  if (!isMultipliedRaw(input, conv.weight)) {
    conv.input = dequantize(emit, conv.input, input);
    return node.setOutput(integersOf(emit, convolve(node, conv)));
  }
  Tensor zeroPoint = *std::exchange(input.zeroPoint, std::nullopt);
  conv.input = dequantize(emit, padded(emit, conv.input, zeroPoint, conv.window), input);
  Tensor sums = convolve(node, conv);
  Shape shape(sums.shape.size(), 1);
  shape[1] = conv.weight.shape[0];
  node.setOutput(withoutZeroPoint(emit, sums, zeroPoint, *conv.weight.constant, shape));
}

static void convertMatMulInteger(Node &node) {
  Emitter &emit = node.emit;
  Tensor a = node.input(0), b = node.input(1);
  QuantizationInputs left = readOperand(node, a, 2, matrixAxis(a, 2));
  Tensor right = dequantize(emit, b, readOperand(node, b, 3, matrixAxis(b, 1)));
  if (right.shape.size() != 2 || !isMultipliedRaw(left, right)) {
    Tensor floats = dequantize(emit, a, left);
    return node.setOutput(integersOf(emit, multiplyMatrices(emit, floats, right)));
  }
  Tensor zeroPoint = *std::exchange(left.zeroPoint, std::nullopt);
  Tensor sums = multiplyMatrices(emit, dequantize(emit, a, left), right);
  Shape shape = extended(ArrayRef(right.shape).take_back(), sums.shape.size());
  node.setOutput(withoutZeroPoint(emit, sums, zeroPoint, permute(*right.constant, {1, 0}), shape));
}

void cim::onnx_frontend::addQuantizedProductOperators(OperatorTable &table) {
  table["ConvInteger"] = {convertConvInteger, 2, 4, Types::Numbers};
  table["MatMulInteger"] = {convertMatMulInteger, 2, 4, Types::Numbers};
  table["QLinearConv"] = {convertQLinearConv, 8, 9, Types::Numbers};
  table["QLinearMatMul"] = {convertQLinearMatMul, 8, 8, Types::Numbers};
}
