//===- Quantize.cpp - Between floats and codes ------------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Codes on the host keep their range, dequantized constants their quantization: what stores
// them finds both. Computed codes are the integers of a quantized value, so that a
// DequantizeLinear finds the value again; integers that nobody reads are dead.
//
//===----------------------------------------------------------------------===//

#include "Quantize.h"
#include "cim/IR/CimOps.h"
#include "mlir/Dialect/Quant/IR/QuantTypes.h"
#include <cmath>

using namespace mlir;
using namespace cim;
using namespace cim::onnx_frontend;
using onnx::TensorProto;

//===----------------------------------------------------------------------===//
// Scale and zero point
//===----------------------------------------------------------------------===//

/// The range of an integer type that codes can have.
static std::pair<int64_t, int64_t> rangeOf(ElementType type) {
  if (type == TensorProto::UINT8)
    return {0, 255};
  if (type == TensorProto::INT8)
    return {-128, 127};
  return {INT32_MIN, INT32_MAX};
}

/// A list with one entry per index of an axis; one entry holds for all.
template <typename T> static SmallVector<T> repeated(ArrayRef<T> list, size_t count) {
  return list.size() == 1 ? SmallVector<T>(count, list[0]) : SmallVector<T>(list);
}

void cim::onnx_frontend::checkScale(float scale) {
  if (!std::isnormal(scale) || scale < 0.0f)
    fail("the scale must be a normal positive number, got " + Twine(std::to_string(scale)));
}

std::optional<Quantization> QuantizationInputs::known() const {
  if (!scale.constant || (zeroPoint && !zeroPoint->constant))
    return std::nullopt;
  Quantization result;
  std::tie(result.low, result.high) = rangeOf(type);
  ArrayRef<float> scales = scale.constant->floats();
  for (float value : scales)
    checkScale(value);
  int64_t zero = 0;
  ArrayRef<int64_t> zeroPoints = zeroPoint ? zeroPoint->constant->ints() : ArrayRef(zero);
  size_t count = std::max(scales.size(), zeroPoints.size());
  result.scales = repeated(scales, count);
  result.zeroPoints = repeated(zeroPoints, count);
  if (count > 1)
    result.axis = axis;
  return result;
}

static void checkList(const Tensor &list, ArrayRef<int64_t> shape, std::optional<int64_t> axis,
                      StringRef what) {
  if (elementCount(list.shape) == 1)
    return;
  if (!axis)
    fail("the " + what + " must have one element, got shape " + str(list.shape));
  if (ArrayRef(list.shape) != ArrayRef(shape[*axis]))
    fail("the " + what + " must have one element or one for each index of axis " + Twine(*axis) +
         " of shape " + str(shape) + ", got shape " + str(list.shape));
}

QuantizationInputs cim::onnx_frontend::readQuantization(Node &node, const Tensor &scale,
                                                        unsigned zeroPointInput,
                                                        ArrayRef<int64_t> shape,
                                                        std::optional<int64_t> axis,
                                                        std::optional<ElementType> type) {
  QuantizationInputs result{scale, std::nullopt, type.value_or(TensorProto::UINT8), axis};
  if (!scale.isFloat())
    fail("the scale must hold floats, got element type " + str(scale.type));
  checkList(scale, shape, axis, "scale");
  if (!node.hasInput(zeroPointInput))
    return result;
  result.zeroPoint = node.input(zeroPointInput);
  checkList(*result.zeroPoint, shape, axis, "zero point");
  result.type = result.zeroPoint->type;
  if (type && result.type != *type)
    fail("the zero point must have the element type of the codes, " + str(*type) + ", got " +
         str(result.type));
  return result;
}

//===----------------------------------------------------------------------===//
// Quantized values
//===----------------------------------------------------------------------===//

/// The element type of codes; `axis` counts as the value is held.
static quant::QuantizedType quantizedType(MLIRContext *context, const Quantization &quantization,
                                          std::optional<int64_t> axis) {
  int64_t low = quantization.low, high = quantization.high;
  bool isSigned = low < 0;
  unsigned width = 1;
  while (high >= int64_t(1) << (width - isSigned) || low < -(int64_t(1) << (width - 1)))
    ++width;
  unsigned flags = isSigned ? quant::QuantizationFlags::Signed : 0;
  Type storage = IntegerType::get(context, width), f32 = Float32Type::get(context);
  if (!axis)
    return quant::UniformQuantizedType::get(flags, storage, f32, quantization.scales[0],
                                            quantization.zeroPoints[0], low, high);
  SmallVector<double> scales(quantization.scales.begin(), quantization.scales.end());
  return quant::UniformQuantizedPerAxisType::get(flags, storage, f32, scales,
                                                 quantization.zeroPoints, *axis, low, high);
}

/// The same for a tensor.
static quant::QuantizedType quantizedTypeOf(Emitter &emit, const Tensor &tensor,
                                            const Quantization &quantization) {
  std::optional<int64_t> axis = quantization.axis;
  if (axis)
    axis = tensor.heldAxis(*axis);
  return quantizedType(emit.builder.getContext(), quantization, axis);
}

static Value retyped(Emitter &emit, Value value, Type element) {
  return StorageCastOp::create(emit.builder, emit.type(shapeOf(value), element), value);
}

/// Quantized codes as the integers of a type, held in the layout of a tensor.
static Tensor integersOf(Emitter &emit, Value codes, bool channelsLast, ElementType type) {
  Value integers = retyped(emit, codes, heldType(type, emit.builder.getContext()));
  return Tensor::of(integers, channelsLast, type);
}

/// The quantized codes that computed integers are, if they are.
static Value quantizedOf(const Tensor &codes) {
  auto cast = codes.value.getDefiningOp<StorageCastOp>();
  return cast && isa<quant::QuantizedType>(elementOf(cast.getInput())) ? cast.getInput() : Value();
}

static Value createQuantize(Emitter &emit, Value value, quant::QuantizedType type, bool isBinary) {
  return QuantizeOp::create(emit.builder, emit.type(shapeOf(value), type), value, isBinary);
}

static Value createDequantize(Emitter &emit, Value codes) {
  return DequantizeOp::create(emit.builder, emit.type(shapeOf(codes)), codes);
}

Value Emitter::dequantized(const Constant &constant) {
  const Quantization &quantization = *constant.quantization;
  quant::QuantizedType element =
      quantizedType(builder.getContext(), quantization, quantization.axis);
  if (quantization.isBinary) {
    Constant signs = constant;
    signs.quantization = nullptr;
    return createDequantize(*this, createQuantize(*this, this->constant(signs), element, true));
  }
  std::string bytes(constant.size(), '\0');
  for (int64_t i = 0; i < constant.size(); ++i) {
    size_t index = quantization.indexOf(i, constant.shape);
    bytes[i] = static_cast<char>(quantization.codeOf(constant.floats()[i], index));
  }
  Type stored = quantization.high < 128 ? builder.getIntegerType(8)
                                        : builder.getIntegerType(8, /*isSigned=*/false);
  Value codes =
      this->constant(type(constant.shape, stored), share(std::move(bytes)), constant.name);
  return createDequantize(*this, retyped(*this, codes, element));
}

Tensor cim::onnx_frontend::quantizeAndBack(Emitter &emit, const Tensor &tensor,
                                           const Quantization &quantization) {
  quant::QuantizedType type = quantizedTypeOf(emit, tensor, quantization);
  Value codes = createQuantize(emit, tensor.value, type, quantization.isBinary);
  return Tensor::of(createDequantize(emit, codes), tensor.channelsLast);
}

//===----------------------------------------------------------------------===//
// On the host
//===----------------------------------------------------------------------===//

static Constant quantizeConstant(const Constant &constant, const Quantization &quantization,
                                 ElementType type) {
  std::vector<int64_t> codes;
  for (auto [i, value] : llvm::enumerate(constant.floats()))
    codes.push_back(quantization.codeOf(value, quantization.indexOf(i, constant.shape)));
  return makeConstant(ArrayRef<int64_t>(codes), constant.shape, constant.name, type);
}

Constant cim::onnx_frontend::withQuantization(Constant constant, const Quantization &quantization) {
  // A list is a bias: numbers in the sums, not a matrix that arrays store.
  if (constant.shape.size() > 1 && quantization.isStorable())
    constant.quantization = std::make_shared<const Quantization>(quantization);
  return constant;
}

static Constant dequantizeConstant(const Constant &codes, Quantization quantization) {
  std::vector<float> values;
  for (auto [i, code] : llvm::enumerate(codes.ints()))
    values.push_back(quantization.valueOf(code, quantization.indexOf(i, codes.shape)));
  Constant result = makeConstant(ArrayRef<float>(values), codes.shape, codes.name);
  if (codes.type == TensorProto::INT32)
    return result;
  if (codes.quantization) {
    quantization.low = codes.quantization->low;
    quantization.high = codes.quantization->high;
  }
  return withQuantization(result, quantization);
}

//===----------------------------------------------------------------------===//
// At run time
//===----------------------------------------------------------------------===//

/// A list along an axis of a tensor, as floats that broadcast with the held value.
static Value along(Emitter &emit, const Tensor &list, const Tensor &tensor,
                   std::optional<int64_t> axis) {
  Shape shape(tensor.shape.size(), 1);
  if (int64_t count = elementCount(list.shape); count > 1)
    shape[tensor.heldAxis(*axis)] = count;
  Value value = emit.hold(emit.reshape(list, shape));
  return emit.cast(value, list.type, TensorProto::FLOAT);
}

Value cim::onnx_frontend::divideAccurately(Emitter &emit, Value value, Value divisor) {
  auto sub = [&](Value a, Value b) { return emit.binary<tosa::SubOp>(a, b); };
  Value inverse = emit.reciprocal(divisor), quotient = emit.mul(value, inverse);
  Value product = emit.mul(quotient, divisor);
  Value rest = sub(sub(value, product), emit.lostInProduct(quotient, divisor, product));
  return emit.binary<tosa::AddOp>(quotient, emit.mul(rest, inverse));
}

static Tensor quantizeAtRunTime(Emitter &emit, const Tensor &tensor,
                                const QuantizationInputs &inputs) {
  auto [low, high] = rangeOf(inputs.type);
  Value scale = along(emit, inputs.scale, tensor, inputs.axis);
  Value held = emit.hold(tensor, tensor.channelsLast);
  // Beyond these ranges every code is clamped.
  held = emit.clamp(held, -0x1p100f, 0x1p100f);
  Value codes = emit.roundEven(emit.clamp(divideAccurately(emit, held, scale), -1024.0f, 1024.0f));
  if (inputs.zeroPoint)
    codes = emit.binary<tosa::AddOp>(codes, along(emit, *inputs.zeroPoint, tensor, inputs.axis));
  codes = emit.roundToIntegers(emit.clamp(codes, low, high));
  return Tensor::of(codes, tensor.channelsLast, inputs.type);
}

static Tensor dequantizeAtRunTime(Emitter &emit, const Tensor &codes,
                                  const QuantizationInputs &inputs) {
  Value value = emit.cast(emit.hold(codes, codes.channelsLast), codes.type, TensorProto::FLOAT);
  if (inputs.zeroPoint)
    value = emit.binary<tosa::SubOp>(value, along(emit, *inputs.zeroPoint, codes, inputs.axis));
  return Tensor::of(emit.mul(value, along(emit, inputs.scale, codes, inputs.axis)),
                    codes.channelsLast);
}

//===----------------------------------------------------------------------===//
// Tensors
//===----------------------------------------------------------------------===//

Tensor cim::onnx_frontend::quantize(Emitter &emit, const Tensor &tensor,
                                    const QuantizationInputs &inputs) {
  if (inputs.type != TensorProto::INT8 && inputs.type != TensorProto::UINT8)
    fail("codes must be INT8 or UINT8, got " + str(inputs.type));
  std::optional<Quantization> quantization = inputs.known();
  if (!quantization)
    return quantizeAtRunTime(emit, tensor, inputs);
  if (tensor.constant)
    return Tensor::of(quantizeConstant(*tensor.constant, *quantization, inputs.type));
  quant::QuantizedType type = quantizedTypeOf(emit, tensor, *quantization);
  return integersOf(emit, createQuantize(emit, tensor.value, type, false), tensor.channelsLast,
                    inputs.type);
}

Tensor cim::onnx_frontend::dequantize(Emitter &emit, const Tensor &codes,
                                      const QuantizationInputs &inputs) {
  if (codes.type != TensorProto::INT8 && codes.type != TensorProto::UINT8 &&
      codes.type != TensorProto::INT32)
    fail("codes must be INT8, UINT8 or INT32, got " + str(codes.type));
  std::optional<Quantization> quantization = inputs.known();
  if (quantization && codes.constant)
    return Tensor::of(dequantizeConstant(*codes.constant, *quantization));
  if (!quantization || codes.type == TensorProto::INT32)
    return dequantizeAtRunTime(emit, codes, inputs);
  Value quantized = quantizedOf(codes);
  if (quantized) { // A Clip may have narrowed the range.
    auto known = cast<quant::QuantizedType>(elementOf(quantized));
    quantization->low = known.getStorageTypeMin();
    quantization->high = known.getStorageTypeMax();
    if (!quantization->isStorable())
      return dequantizeAtRunTime(emit, codes, inputs);
  }
  quant::QuantizedType type = quantizedTypeOf(emit, codes, *quantization);
  if (!quantized || elementOf(quantized) != type)
    quantized = retyped(emit, codes.value, type);
  return Tensor::of(createDequantize(emit, quantized), codes.channelsLast);
}

/// The quantization that a type of held codes says.
static Quantization quantizationOf(quant::QuantizedType type) {
  Quantization result{type.getStorageTypeMin(), type.getStorageTypeMax(), {}, {}};
  if (auto perAxis = dyn_cast<quant::UniformQuantizedPerAxisType>(type)) {
    result.axis = perAxis.getQuantizedDimension();
    result.scales.assign(perAxis.getScales().begin(), perAxis.getScales().end());
    result.zeroPoints.assign(perAxis.getZeroPoints().begin(), perAxis.getZeroPoints().end());
    return result;
  }
  auto uniform = cast<quant::UniformQuantizedType>(type);
  result.scales.push_back(uniform.getScale());
  result.zeroPoints.push_back(uniform.getZeroPoint());
  return result;
}

static Constant clipConstant(const Constant &codes, int64_t low, int64_t high) {
  std::vector<int64_t> clipped;
  for (int64_t code : codes.ints())
    clipped.push_back(std::clamp(code, low, high));
  Constant result = makeConstant(ArrayRef<int64_t>(clipped), codes.shape, codes.name, codes.type);
  result.quantization = std::make_shared<const Quantization>(Quantization{low, high, {}, {}});
  return result;
}

std::optional<Tensor> cim::onnx_frontend::clipCodes(Emitter &emit, const Tensor &codes, int64_t low,
                                                    int64_t high) {
  if (codes.type != TensorProto::INT8 && codes.type != TensorProto::UINT8)
    return std::nullopt;
  auto [lowest, highest] = rangeOf(codes.type);
  low = std::max(low, lowest);
  high = std::min(high, highest);
  if (low > high)
    return std::nullopt;
  if (codes.constant)
    return Tensor::of(clipConstant(*codes.constant, low, high));
  Value quantized = quantizedOf(codes);
  auto producer = quantized ? quantized.getDefiningOp<QuantizeOp>() : QuantizeOp();
  if (!producer)
    return std::nullopt;
  Quantization quantization = quantizationOf(cast<quant::QuantizedType>(elementOf(quantized)));
  quantization.low = std::max(low, quantization.low);
  quantization.high = std::min(high, quantization.high);
  if (!quantization.isStorable())
    return std::nullopt;
  quant::QuantizedType type =
      quantizedType(emit.builder.getContext(), quantization, quantization.axis);
  return integersOf(emit, createQuantize(emit, producer.getInput(), type, false),
                    codes.channelsLast, codes.type);
}
