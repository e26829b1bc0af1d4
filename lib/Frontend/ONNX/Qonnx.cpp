//===- Qonnx.cpp - The operators of QONNX -----------------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Quant, BipolarQuant and Trunc take and give floats that stand for codes of any width
// (Pappalardo et al., "QONNX: Representing Arbitrary-Precision Quantized Neural Networks", 2022;
// the operators' specifications in the qonnx project). Constants are rounded here, as they say.
//
//===----------------------------------------------------------------------===//

#include "Quantize.h"
#include <cmath>

using namespace mlir;
using namespace cim::onnx_frontend;

//===----------------------------------------------------------------------===//
// Parameters
//===----------------------------------------------------------------------===//

/// An input of one float.
static float readNumber(Node &node, unsigned i) {
  Constant constant = node.constantInput(i);
  if (!constant.isFloat() || constant.size() != 1)
    fail("input " + Twine(i) + " must be one float, got shape " + str(constant.shape));
  return constant.floats()[0];
}

static int64_t integerOf(float value, StringRef what) {
  if (std::nearbyint(value) != value || std::abs(value) > 0x1p24f)
    fail(what + " must be an integer, got " + std::to_string(value));
  return static_cast<int64_t>(value);
}

static int64_t readInteger(Node &node, unsigned i, StringRef what) {
  return integerOf(readNumber(node, i), what);
}

static float readScale(Node &node, unsigned i) {
  float scale = readNumber(node, i);
  checkScale(scale);
  return scale;
}

/// An input of floats that vary along one axis of a tensor at most, and that axis.
static std::pair<SmallVector<float>, std::optional<int64_t>>
readAlongAxis(Node &node, unsigned i, ArrayRef<int64_t> shape, StringRef what) {
  Constant constant = node.constantInput(i);
  if (!constant.isFloat())
    fail(what + " must hold floats, got element type " + str(constant.type));
  std::optional<int64_t> axis;
  if (broadcast(constant.shape, shape) != Shape(shape))
    fail(what + " must broadcast to shape " + str(shape) + ", got shape " + str(constant.shape));
  for (auto [i, size] : llvm::enumerate(extended(constant.shape, shape.size()))) {
    if (size == 1)
      continue;
    if (axis)
      fail(what + " must vary along one axis at most, got shape " + str(constant.shape));
    axis = i;
  }
  return {SmallVector<float>(constant.floats()), axis};
}

/// Scale and, unless it is left out, zero point, at inputs 1 and 2.
static Quantization readScales(Node &node, ArrayRef<int64_t> shape, bool hasZeroPoint) {
  Quantization result{0, 0, {}, {}};
  std::tie(result.scales, result.axis) = readAlongAxis(node, 1, shape, "the scale");
  for (float scale : result.scales)
    checkScale(scale);
  SmallVector<float> zeroPoints = {0.0f};
  std::optional<int64_t> axis;
  if (hasZeroPoint)
    std::tie(zeroPoints, axis) = readAlongAxis(node, 2, shape, "the zero point");
  if (axis && result.axis && *axis != *result.axis)
    fail("scale and zero point must vary along the same axis, got axes " + Twine(*result.axis) +
         " and " + Twine(*axis));
  for (float zero : zeroPoints)
    result.zeroPoints.push_back(integerOf(zero, "the zero point"));
  if (axis && !result.axis) {
    result.axis = axis;
    result.scales.resize(zeroPoints.size(), result.scales[0]);
  }
  result.zeroPoints.resize(result.scales.size(), result.zeroPoints[0]);
  return result;
}

/// The range of codes of a width.
static void setRange(Node &node, Quantization &quantization, int64_t width) {
  bool isSigned = node.getInt("signed", 1) != 0, isNarrow = node.getInt("narrow", 0) != 0;
  int64_t codes = int64_t(1) << width;
  quantization.low = isSigned ? -codes / 2 + isNarrow : 0;
  quantization.high = isSigned ? codes / 2 - 1 : codes - 1 - isNarrow;
}

static std::string readRounding(Node &node, StringRef byDefault) {
  return StringRef(node.getString("rounding_mode", byDefault)).upper();
}

//===----------------------------------------------------------------------===//
// Operators
//===----------------------------------------------------------------------===//

/// A constant rounded element by element: `round` takes an element and the index of its scale.
template <typename Round>
static Constant rounded(const Constant &constant, const Quantization &quantization, Round round) {
  std::vector<float> values(constant.floats());
  for (auto [i, value] : llvm::enumerate(values))
    value = round(value, quantization.indexOf(i, constant.shape));
  return makeConstant(ArrayRef<float>(values), constant.shape, constant.name);
}

static void convertSigns(Node &node, const Tensor &tensor, Quantization quantization) {
  quantization.low = -1;
  quantization.high = 1;
  quantization.isBinary = true;
  if (!tensor.constant)
    return node.setOutput(quantizeAndBack(node.emit, tensor, quantization));
  Constant values = rounded(*tensor.constant, quantization, [&](float value, size_t index) {
    return value >= 0.0f ? quantization.scales[index] : -quantization.scales[index];
  });
  node.setOutput(Tensor::of(withQuantization(values, quantization)));
}

static void convertBipolarQuant(Node &node) {
  Tensor tensor = node.input(0);
  convertSigns(node, tensor, readScales(node, tensor.shape, /*hasZeroPoint=*/false));
}

/// Adds the zero point before it clamps and rounds.
static void convertQuant(Node &node) {
  Tensor tensor = node.input(0);
  Quantization quantization = readScales(node, tensor.shape, /*hasZeroPoint=*/true);
  int64_t width = readInteger(node, 3, "the bit width");
  // A constant list is a bias, which is computed here.
  bool isBias = tensor.constant && tensor.shape.size() < 2;
  int64_t maxWidth = isBias ? 32 : 8;
  if (width < 1 || width > maxWidth)
    fail("the bit width must be in the range 1 to " + Twine(maxWidth) + ", got " + Twine(width));
  setRange(node, quantization, width);
  std::string rounding = readRounding(node, "ROUND");
  if (rounding != "ROUND" && rounding != "HALF_EVEN")
    fail("attribute 'rounding_mode' must be ROUND, got " + rounding);
  if (width == 1 && node.getInt("signed", 1))
    return convertSigns(node, tensor, quantization);
  if (!isBias && !quantization.isStorable())
    fail("codes must be of two values or more, among them the zero point, got codes " +
         Twine(quantization.low) + " to " + Twine(quantization.high) + " and zero point " +
         str(quantization.zeroPoints));
  if (!tensor.constant)
    return node.setOutput(quantizeAndBack(node.emit, tensor, quantization));
  Constant values = rounded(*tensor.constant, quantization, [&](float value, size_t index) {
    if (std::isnan(value))
      return 0.0f;
    float shifted = value / quantization.scales[index] + quantization.zeroPoints[index];
    double code = std::clamp(double(shifted), double(quantization.low), double(quantization.high));
    return quantization.valueOf(static_cast<int64_t>(std::nearbyint(code)), index);
  });
  node.setOutput(Tensor::of(withQuantization(values, quantization)));
}

static Value roundBy(Emitter &emit, Value value, StringRef rounding) {
  if (rounding == "FLOOR")
    return emit.unary<tosa::FloorOp>(value);
  if (rounding == "CEIL")
    return emit.unary<tosa::CeilOp>(value);
  if (rounding == "ROUND" || rounding == "HALF_EVEN")
    return emit.roundEven(value);
  fail("attribute 'rounding_mode' must be FLOOR, CEIL or ROUND, got " + rounding);
}

/// Drops low bits of codes. The first version, of five inputs, gives the widths of input and
/// output and keeps the scale; the second gives the scale and range of the output.
static void convertTrunc(Node &node) {
  Emitter &emit = node.emit;
  Tensor tensor = node.input(0);
  bool hasScale = node.numInputs() == 6;
  float scale = readScale(node, 1), outputScale = hasScale ? readScale(node, 4) : scale;
  if (int64_t zero = readInteger(node, 2, "the zero point"))
    fail("the zero point must be 0, got " + Twine(zero));
  int64_t dropped = std::lround(std::log2(outputScale / scale));
  int64_t width = readInteger(node, hasScale ? 5 : 4, "the bit width");
  if (width < 1 || width > 8)
    fail("the bit width must be in the range 1 to 8, got " + Twine(width));
  if (!hasScale)
    dropped = readInteger(node, 3, "the bit width") - width;
  if (dropped < 0 || dropped > 24)
    fail("the bits to drop must be in the range 0 to 24, got " + Twine(dropped));

  auto times = [&](Value value, float factor) {
    return emit.mul(value, emit.scalarLike(factor, value));
  };
  Value codes = times(emit.hold(tensor, tensor.channelsLast), 1.0f / scale);
  codes = times(emit.roundEven(codes), std::ldexp(1.0f, -static_cast<int>(dropped)));
  std::string rounding = readRounding(node, "FLOOR");
  if (!hasScale)
    return node.setOutput(
        Tensor::of(times(roundBy(emit, codes, rounding), scale), tensor.channelsLast));
  Quantization quantization{0, 0, {outputScale}, {0}};
  setRange(node, quantization, width);
  codes = roundBy(emit, emit.clamp(codes, quantization.low, quantization.high), rounding);
  Tensor floats = Tensor::of(times(codes, outputScale), tensor.channelsLast);
  node.setOutput(quantizeAndBack(emit, floats, quantization));
}

void cim::onnx_frontend::addQonnxOperators(OperatorTable &table) {
  table["BipolarQuant"] = {convertBipolarQuant, 2, 2, Types::Floats, 1, Domain::Qonnx};
  table["Quant"] = {convertQuant, 4, 4, Types::Floats, 1, Domain::Qonnx};
  table["Trunc"] = {convertTrunc, 5, 6, Types::Floats, 1, Domain::Qonnx};
}
