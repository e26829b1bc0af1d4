//===- Quantization.cpp - What a model fixes of a layer ---------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See Quantization.h. An operand is followed back to its cim.dequantize through
// operations that only move elements, maxima and clamps: every element is still one of
// the model's values, which a layer's own quantization gives its code again.
//
//===----------------------------------------------------------------------===//

#include "Quantization.h"

#include "../ShapeOperand.h"
#include "cim/Analysis/Elements.h"
#include "cim/IR/Validity.h"
#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "mlir/Dialect/Utils/IndexingUtils.h"
#include "mlir/IR/IRMapping.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FormatVariadic.h"
#include <cmath>

using namespace mlir;
using namespace cim;

//===----------------------------------------------------------------------===//
// Following values
//===----------------------------------------------------------------------===//

/// The operation moves elements of its first operand, or adds zeros.
static bool isMove(Operation *op) {
  if (auto pad = dyn_cast<tosa::PadOp>(op))
    return isConstantZero(pad.getPadConst());
  return isa<tosa::ReshapeOp, tosa::TransposeOp, tosa::SliceOp, tosa::IdentityOp>(op);
}

static DequantizeOp findDequantize(Value value, function_ref<bool(Operation *)> canPass) {
  while (Operation *op = value.getDefiningOp()) {
    if (auto dequantize = dyn_cast<DequantizeOp>(op))
      return dequantize;
    if (!canPass(op))
      break;
    value = op->getOperand(0);
  }
  return {};
}

static ArrayRef<int64_t> getShape(Value value) {
  return cast<RankedTensorType>(value.getType()).getShape();
}

/// Width of the smallest range of 2^bits integers that holds `low` to `high`.
static int64_t getWidth(int64_t low, int64_t high) {
  return std::max<int64_t>(1, llvm::Log2_64_Ceil(high - low + 1));
}

//===----------------------------------------------------------------------===//
// Constant weights
//===----------------------------------------------------------------------===//

/// Elements of a weight can be followed through these.
static bool movesWeight(Operation *op) { return isMove(op) && !isa<tosa::PadOp>(op); }

bool cim::isConstantWeight(Value weight) {
  if (getConstant(weight))
    return true;
  DequantizeOp dequantize = findDequantize(weight, movesWeight);
  if (!dequantize)
    return false;
  Operation *codes = dequantize.getCodes().getDefiningOp();
  return codes && isa<QuantizeOp, StorageCastOp>(codes) && getConstant(codes->getOperand(0));
}

/// Where `op` takes each element of its result from, in what `order` says of its operand.
static std::vector<int32_t> follow(Operation *op, std::vector<int32_t> order) {
  if (isa<tosa::ReshapeOp, tosa::IdentityOp>(op))
    return order;
  ArrayRef<int64_t> from = getShape(op->getOperand(0)), to = getShape(op->getResult(0));
  SmallVector<int64_t> strides = computeStrides(from), steps = strides;
  int64_t first = 0;
  if (auto transpose = dyn_cast<tosa::TransposeOp>(op))
    for (auto [axis, source] : llvm::enumerate(transpose.getPerms()))
      steps[axis] = strides[source];
  if (auto slice = dyn_cast<tosa::SliceOp>(op))
    for (auto [start, stride] : llvm::zip(getShapeValues(slice.getStart()), strides))
      first += start * stride;
  SmallVector<int64_t> strideOfResult = computeStrides(to);
  std::vector<int32_t> result(ShapedType::getNumElements(to));
  for (size_t i = 0; i < result.size(); ++i) {
    int64_t source = first;
    for (auto [size, stride, step] : llvm::zip(to, strideOfResult, steps))
      source += int64_t(i) / stride % size * step;
    result[i] = order.empty() ? source : order[source];
  }
  return result;
}

/// The order of a weight that comes from `dequantize`.
static std::vector<int32_t> getOrder(Value weight, DequantizeOp dequantize) {
  if (weight == dequantize.getOutput())
    return {};
  Operation *op = weight.getDefiningOp();
  return follow(op, getOrder(op->getOperand(0), dequantize));
}

QuantizedWeights::QuantizedWeights(ValueRange weights, bool isConv) : isConv(isConv) {
  ArrayRef<int64_t> shape = getShape(weights[0]);
  outputs = (isConv ? shape.front() : shape.back()) * weights.size();
  rowSize = ShapedType::getNumElements(shape) * weights.size() / outputs;
  scales.resize(outputs);
  for (Value weight : weights) {
    DequantizeOp dequantize = findDequantize(weight, movesWeight);
    std::optional<QuantizedConstant> constant;
    if (dequantize)
      constant = readQuantizedConstant(dequantize);
    if (!constant) {
      isComplete = false;
      return;
    }
    groups.push_back({std::move(*constant), getOrder(weight, dequantize)});
    const Group &group = groups.back();
    const QuantizedType &type = group.constant.type;
    isPerChannel |= type.axis.has_value();
    int64_t width = std::max<int64_t>(2, getWidth(type.low, type.high));
    bits = std::max(bits, group.constant.binary ? 1 : width);
    int64_t size = ShapedType::getNumElements(shape);
    for (int64_t i = 0; i < size; ++i) {
      int64_t element = group.find(i);
      least = std::min(least, group.constant.codes[element]);
      greatest = std::max(greatest, group.constant.codes[element]);
      addScale(getOutput(groups.size() - 1, i), group.constant.getScale(element));
    }
  }
  isPerChannel |= !llvm::all_equal(scales);
}

int64_t QuantizedWeights::getOutput(int64_t group, int64_t element) const {
  return isConv ? (group * outputs / int64_t(groups.size())) + element / rowSize
                : element % outputs;
}

void QuantizedWeights::addScale(int64_t output, float scale) {
  if (scales[output] != 0 && scales[output] != scale)
    mixedOutput = mixedOutput.value_or(output);
  scales[output] = scale;
}

std::string QuantizedWeights::getObstacle(MappingAttr mapping) const {
  if (!isComplete)
    return "only some of its groups have quantized weights";
  if (mixedOutput)
    return llvm::formatv("its weights have several scales in output {0}", *mixedOutput);
  int64_t half = int64_t(1) << (bits - 1);
  int64_t outside = greatest >= half ? greatest : least;
  if (bits > 1 && (outside < -half || outside >= half))
    return llvm::formatv("its weight codes less their zero point must be in {0}..{1}, got {2}",
                         -half, half - 1, outside);
  Combination combination(mapping);
  combination.weightBits = bits;
  combination.weightRange = getRange();
  if (std::optional<Violation> violation = findViolation(combination))
    return "its weights do not suit the mapping: " + violation->getMessage();
  return "";
}

CodeRange QuantizedWeights::getRange() const {
  bool isFull = bits > 1 && least == -(int64_t(1) << (bits - 1));
  return isFull ? CodeRange::Full : CodeRange::Narrow;
}

WeightAttr QuantizedWeights::getPrecision(MLIRContext *context) const {
  Granularity granularity = isPerChannel ? Granularity::Channel : Granularity::Layer;
  SmallVector<int64_t> shape;
  std::vector<float> values{scales.front()};
  if (isPerChannel) {
    shape = {outputs};
    values = scales;
  }
  auto type = RankedTensorType::get(shape, Float32Type::get(context));
  return WeightAttr::get(context, bits, granularity, getRange(),
                         makeElements(type, std::move(values), "weight_scale"));
}

std::vector<float> QuantizedWeights::getValues() const {
  std::vector<float> values;
  values.reserve(rowSize * outputs);
  for (const Group &group : groups)
    for (int64_t i = 0, size = rowSize * outputs / int64_t(groups.size()); i < size; ++i)
      values.push_back(group.constant.getValue(group.find(i)));
  return values;
}

//===----------------------------------------------------------------------===//
// Computed operands
//===----------------------------------------------------------------------===//

/// Maxima of codes are codes, and so are codes that are clamped at codes (see clampsAtCodes).
static bool keepsValues(Operation *op) {
  return isMove(op) || isa<tosa::MaxPool2dOp, tosa::ClampOp>(op);
}

/// No clamp between a dequantization and `value` has a bound that is no code.
static bool clampsAtCodes(Value value, DequantizeOp dequantize, const QuantizedType &type) {
  for (; value != dequantize.getOutput(); value = value.getDefiningOp()->getOperand(0)) {
    auto clamp = value.getDefiningOp<tosa::ClampOp>();
    if (!clamp)
      continue;
    for (Attribute attr : {clamp.getMinVal(), clamp.getMaxVal()}) {
      double bound = cast<FloatAttr>(attr).getValueAsDouble(), step = type.scales[0];
      double code = std::nearbyint(bound / step);
      bool isOutside = bound <= (type.low - type.zeroPoints[0]) * step ||
                       bound >= (type.high - type.zeroPoints[0]) * step;
      if (!isOutside && static_cast<float>(code) * type.scales[0] != static_cast<float>(bound))
        return false;
    }
  }
  return true;
}

/// Why not all elements share a scale and zero point of a layer, or an empty string.
static std::string getObstacle(DequantizeOp dequantize, const QuantizedType &type,
                               StringRef operand) {
  auto quantize = dequantize.getCodes().getDefiningOp<QuantizeOp>();
  if (quantize && quantize.getBinary())
    return llvm::formatv("its {0} is bipolar", operand);
  const char *differing = nullptr;
  if (!llvm::all_equal(type.zeroPoints))
    differing = "zero points";
  if (!llvm::all_equal(type.scales))
    differing = "scales";
  if (!differing)
    return "";
  return llvm::formatv("its {0} has {1} {2} along axis {3}", operand, type.scales.size(), differing,
                       *type.axis);
}

/// Codes of the layer whose zero point is in the middle if they hold the model's, else as
/// low as they go.
static ActivationAttr getActivation(MLIRContext *context, const QuantizedType &type) {
  int64_t bits = getWidth(type.low, type.high), size = int64_t(1) << bits;
  int64_t low = type.low - type.zeroPoints[0], high = type.high - type.zeroPoints[0];
  int64_t zeroPoint = size / 2;
  if (low < -zeroPoint || high >= size - zeroPoint)
    zeroPoint = -low;
  return ActivationAttr::get(context, bits, zeroPoint,
                             Builder(context).getF32FloatAttr(type.scales[0]));
}

/// What a layer reads whose codes are `range` about zero: `value` without quantization if
/// that has moved only.
Value OperandQuantization::getPlain(Value value, std::pair<int64_t, int64_t> range) {
  if (Value known = plain.lookup(value))
    return known;
  Operation *op = value.getDefiningOp();
  OpBuilder builder(op->getContext());
  builder.setInsertionPointAfter(op);
  if (auto dequantize = dyn_cast<DequantizeOp>(op)) {
    QuantizedType type(dequantize.getCodes().getType());
    Value source = dequantize.getCodes().getDefiningOp<QuantizeOp>().getInput();
    int64_t low = type.low - type.zeroPoints[0], high = type.high - type.zeroPoints[0];
    if (std::pair(low, high) != range)
      source = tosa::ClampOp::create(builder, op->getLoc(), source.getType(), source,
                                     builder.getF32FloatAttr(low * type.scales[0]),
                                     builder.getF32FloatAttr(high * type.scales[0]));
    return plain[value] = source;
  }
  IRMapping mapping;
  mapping.map(op->getOperand(0), getPlain(op->getOperand(0), range));
  return plain[value] = builder.clone(*op, mapping)->getResult(0);
}

/// True if the layer can read what is quantized.
static bool canBePlain(Value value, DequantizeOp dequantize) {
  return findDequantize(value, isMove) == dequantize &&
         dequantize.getCodes().getDefiningOp<QuantizeOp>();
}

GivenOperand<ActivationAttr> OperandQuantization::getInput(Value input) {
  DequantizeOp dequantize = findDequantize(input, keepsValues);
  if (!dequantize)
    return {input, {}, ""};
  QuantizedType type(dequantize.getCodes().getType());
  std::string obstacle = getObstacle(dequantize, type, "input");
  if (!obstacle.empty())
    return {input, {}, obstacle};
  if (!clampsAtCodes(input, dequantize, type))
    return {input, {}, ""};
  ActivationAttr activation = getActivation(input.getContext(), type);
  int64_t low = -activation.getZeroPoint();
  if (canBePlain(input, dequantize))
    input = getPlain(input, {low, low + (int64_t(1) << activation.getBits()) - 1});
  return {input, activation, ""};
}

GivenOperand<WeightAttr> OperandQuantization::getComputedWeight(Value weight) {
  DequantizeOp dequantize = findDequantize(weight, keepsValues);
  if (!dequantize)
    return {weight, {}, ""};
  QuantizedType type(dequantize.getCodes().getType());
  std::string obstacle = getObstacle(dequantize, type, "computed weight");
  if (obstacle.empty() && !clampsAtCodes(weight, dequantize, type))
    return {weight, {}, ""};
  int64_t low = type.low - type.zeroPoints[0], high = type.high - type.zeroPoints[0];
  int64_t bits = std::max<int64_t>(2, getWidth(type.low, type.high));
  int64_t greatest = (int64_t(1) << (bits - 1)) - 1;
  if (obstacle.empty() && (low < -greatest || high > greatest))
    obstacle =
        llvm::formatv("its computed weight has codes {0}..{1} about zero, must be in {2}..{3}", low,
                      high, -greatest, greatest);
  if (!obstacle.empty())
    return {weight, {}, obstacle};
  auto scaleType = RankedTensorType::get({}, Float32Type::get(weight.getContext()));
  auto precision = WeightAttr::get(weight.getContext(), bits, Granularity::Layer, CodeRange::Narrow,
                                   DenseElementsAttr::get(scaleType, ArrayRef(type.scales[0])));
  if (canBePlain(weight, dequantize))
    weight = getPlain(weight, {-greatest, greatest});
  return {weight, precision, ""};
}
