//===- Product.cpp - The exact sums of a layer ------------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See Product.h.
//
//===----------------------------------------------------------------------===//

#include "Product.h"
#include <cmath>

using namespace mlir;
using namespace cim;
using cim::reference::Tensor;
using cim::test::ExactSum;

static int64_t quantize(float value, float scale, int64_t lowest, int64_t highest) {
  if (std::isnan(value))
    return 0;
  float code = std::nearbyint(value / scale);
  return static_cast<int64_t>(
      std::min(std::max(code, static_cast<float>(lowest)), static_cast<float>(highest)));
}

namespace {

/// The operands of a layer, element by element.
class Operands {
public:
  Operands(LayerOpInterface layer, const Tensor &input, const Tensor &weight)
      : precision(layer.getPrecisionAttr()), input(input), weight(weight) {}

  float scale(int64_t output) const {
    return getOf(precision.getWeight().getScale(), output) / static_cast<float>(steps());
  }

  void add(ExactSum &to, int64_t output, int64_t inputIndex, int64_t weightIndex) const {
    ActivationAttr activation = precision.getActivation();
    int64_t z = activation.getZeroPoint();
    int64_t x =
        quantize(input.floats()[inputIndex], activation.getScale().getValue().convertToFloat(), -z,
                 (int64_t(1) << activation.getBits()) - 1 - z);
    int64_t w = weightCode(output, weightIndex);
    to.sum += x * w;
    to.magnitude += std::abs(x * w);
  }

  void addWeight(ExactSum &to, int64_t output, int64_t weightIndex) const {
    int64_t w = weightCode(output, weightIndex);
    to.weights += std::abs(w);
    to.signedWeights += w;
  }

private:
  /// Parts of a weight scale in which weights are counted: beta is a multiple of them.
  int64_t steps() const { return precision.getWeight().getBeta() ? test::kBetaSteps : 1; }

  /// The number of a layer or of an output; 0 if there is none.
  float getOf(ElementsAttr numbers, int64_t output) const {
    bool perLayer = precision.getWeight().getGranularity() == Granularity::Layer;
    return numbers ? cast<DenseElementsAttr>(numbers).getValues<float>()[perLayer ? 0 : output] : 0;
  }

  int64_t weightCode(int64_t output, int64_t index) const {
    WeightAttr attr = precision.getWeight();
    float value = weight.floats()[index];
    if (attr.getBits() == 1) // alpha * B + beta
      return (value >= getOf(attr.getSplit(), output) ? steps() : -steps()) +
             static_cast<int64_t>(getOf(attr.getBeta(), output) / scale(output));
    int64_t highest = (int64_t(1) << (attr.getBits() - 1)) - 1;
    return quantize(value, scale(output),
                    attr.getRange() == CodeRange::Full ? -highest - 1 : -highest, highest);
  }

  PrecisionAttr precision;
  const Tensor &input, &weight;
};

} // namespace

/// NHWC input, OHWI weights; padding counts nothing, as (xq - z) is 0 there.
static std::vector<ExactSum> convolve(Conv2DOp conv, const Operands &operands) {
  ArrayRef<int64_t> in = conv.getInput().getType().getShape();
  ArrayRef<int64_t> out = conv.getOutput().getType().getShape();
  ArrayRef<int64_t> weight = conv.getWeight().getType().getShape();
  WindowAttr window = conv.getWindow();
  int64_t columns = out[3] / int64_t(conv.getGroups()), channels = weight[3];
  std::vector<ExactSum> sums;
  for (int64_t pixel = 0; pixel < out[0] * out[1] * out[2]; ++pixel)
    for (int64_t o = 0; o < out[3]; ++o) {
      ExactSum sum;
      sum.scale = operands.scale(o);
      int64_t batch = pixel / (out[1] * out[2]);
      int64_t top = pixel / out[2] % out[1] * window.getStride()[0] - window.getPad()[0];
      int64_t left = pixel % out[2] * window.getStride()[1] - window.getPad()[2];
      for (int64_t i = 0; i < weight[1] * weight[2] * channels; ++i) { // kh, kw, c
        int64_t c = i % channels;
        int64_t h = top + i / channels / weight[2] * window.getDilation()[0];
        int64_t w = left + i / channels % weight[2] * window.getDilation()[1];
        int64_t weightIndex = o * weight[1] * weight[2] * channels + i;
        operands.addWeight(sum, o, weightIndex);
        if (h >= 0 && h < in[1] && w >= 0 && w < in[2])
          operands.add(sum, o,
                       ((batch * in[1] + h) * in[2] + w) * in[3] + o / columns * channels + c,
                       weightIndex);
      }
      sums.push_back(sum);
    }
  return sums;
}

/// [B,M,K] times [1,K,N] or [B,K,N].
static std::vector<ExactSum> multiply(ArrayRef<int64_t> in, ArrayRef<int64_t> weight,
                                      const Operands &operands) {
  std::vector<ExactSum> sums;
  for (int64_t row = 0; row < in[0] * in[1]; ++row)
    for (int64_t n = 0; n < weight[2]; ++n) {
      ExactSum sum;
      sum.scale = operands.scale(n);
      int64_t matrix = weight[0] == 1 ? 0 : row / in[1];
      for (int64_t k = 0; k < in[2]; ++k) {
        int64_t weightIndex = (matrix * in[2] + k) * weight[2] + n;
        operands.addWeight(sum, n, weightIndex);
        operands.add(sum, n, row * in[2] + k, weightIndex);
      }
      sums.push_back(sum);
    }
  return sums;
}

std::vector<ExactSum> cim::test::computeExactSums(LayerOpInterface layer, const Tensor &input,
                                                  const Tensor &weight) {
  Operands operands(layer, input, weight);
  if (auto conv = dyn_cast<Conv2DOp>(*layer))
    return convolve(conv, operands);
  return multiply(input.shape(), weight.shape(), operands);
}
