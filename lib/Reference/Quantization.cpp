//===- Quantization.cpp - The quantization of models ------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See Quantization.h.
//
//===----------------------------------------------------------------------===//

#include "Quantization.h"
#include "Dispatch.h"
#include "Layer.h"
#include "cim/IR/QuantizedType.h"
#include <cmath>

using namespace mlir;
using namespace cim;
using namespace cim::reference;

namespace {

/// The scale and zero point of each element.
class Parameters {
public:
  explicit Parameters(Type tensor)
      : type(tensor), shape(llvm::cast<RankedTensorType>(tensor).getShape()) {}

  float scale(int64_t i) const { return type.scales[indexOf(i)]; }
  int64_t zeroPoint(int64_t i) const { return type.zeroPoints[indexOf(i)]; }
  int64_t clamp(int64_t code) const { return std::clamp(code, type.low, type.high); }
  /// Clamps before the conversion: any double becomes a code.
  int64_t clamp(double code) const {
    return static_cast<int64_t>(std::clamp<double>(code, type.low, type.high));
  }

private:
  int64_t indexOf(int64_t i) const { return type.axis ? coordinatesOf(i, shape)[*type.axis] : 0; }

  cim::QuantizedType type;
  ArrayRef<int64_t> shape;
};

} // namespace

Tensor cim::reference::quantize(QuantizeOp op, const Tensor &input) {
  Tensor codes = makeTensor(resultType(op));
  Parameters parameters(codes.type);
  for (int64_t i = 0; i < codes.size(); ++i) {
    float x = input.floats()[i];
    int64_t zeroPoint = parameters.zeroPoint(i);
    if (op.getBinary())
      codes.ints()[i] = x >= 0 ? 1 : -1;
    else if (std::isnan(x))
      codes.ints()[i] = zeroPoint;
    else
      codes.ints()[i] = parameters.clamp(double(std::nearbyint(x / parameters.scale(i))) +
                                         static_cast<double>(zeroPoint));
  }
  return codes;
}

Tensor cim::reference::dequantize(DequantizeOp op, const Tensor &codes) {
  Tensor output = makeTensor(resultType(op));
  Parameters parameters(op.getCodes().getType());
  for (int64_t i = 0; i < output.size(); ++i)
    output.floats()[i] =
        static_cast<float>(codes.ints()[i] - parameters.zeroPoint(i)) * parameters.scale(i);
  return output;
}

Tensor cim::reference::storageCast(StorageCastOp op, Tensor input) {
  if (llvm::isa<IntegerType>(resultType(op).getElementType()))
    return input;
  Parameters parameters(resultType(op));
  for (int64_t &code : input.ints())
    code = parameters.clamp(code);
  return input;
}

//===----------------------------------------------------------------------===//
// Layers
//===----------------------------------------------------------------------===//

static Tensor roundActivation(Tensor input, ActivationAttr activation) {
  Tensor codes = quantizeActivations(input, activation);
  float scale = activation.getScale().getValue().convertToFloat();
  for (int64_t i = 0; i < input.size(); ++i)
    input.floats()[i] = static_cast<float>(codes.ints()[i] - activation.getZeroPoint()) * scale;
  return input;
}

/// Outputs are the first axis of a convolution's weights, else the last.
static Tensor roundWeight(Tensor input, WeightAttr weight, const Scale &scale, bool isConv) {
  int64_t half = int64_t(1) << (weight.getBits() - 1);
  int64_t lowest = weight.getRange() == CodeRange::Full ? -half : 1 - half;
  int64_t outputs = isConv ? input.shape().front() : input.shape().back();
  for (int64_t i = 0; i < input.size(); ++i) {
    Coordinates at = coordinatesOf(i, input.shape());
    float s = scale.at(0, 0, isConv ? at.front() : at.back(), outputs);
    float &w = input.floats()[i];
    int64_t code = weight.getBits() == 1 ? signCode(w) : quantizeWeight(w, s, lowest, half - 1);
    w = static_cast<float>(code) * s;
  }
  return input;
}

FailureOr<SmallVector<Tensor>> cim::reference::layerOperands(LayerOpInterface layer,
                                                             ArrayRef<Tensor> operands) {
  SmallVector<Tensor> result(operands);
  QuantizationAttr quantization = layer.getQuantizationAttr();
  if (!quantization)
    return result;
  if (ActivationAttr activation = quantization.getActivation())
    result[0] = roundActivation(result[0], activation);
  if (WeightAttr weight = quantization.getWeight()) {
    FailureOr<Scale> scale = readScale("weight.scale", weight.getGranularity(), weight.getScale(),
                                       /*tiles=*/1, /*slices=*/0, layer.getLayerShape().outputs(),
                                       [&] { return layer.emitOpError(); });
    if (failed(scale))
      return failure();
    result[1] = roundWeight(result[1], weight, *scale, bool(layer.getWindowOrNull()));
  }
  return result;
}
