//===- Crossbar.cpp - Section 2 as plain functions --------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See Crossbar.h. Sums run over explicit indices; the order of floating-point
// operations is the contract's.
//
//===----------------------------------------------------------------------===//

#include "Crossbar.h"
#include <cmath>

using namespace mlir;
using namespace cim;
using namespace cim::reference;

static Tensor makeIntegers(ArrayRef<int64_t> shape, MLIRContext *context) {
  return makeTensor(shape, IntegerType::get(context, 64));
}

double Scale::at(int64_t t, int64_t s, int64_t n, int64_t outputs) const {
  ArrayRef<int64_t> shape = values.shape();
  int64_t index = 0;
  switch (granularity) {
  case Granularity::Layer:
    break;
  case Granularity::Channel:
    index = n;
    break;
  case Granularity::Array: // [T], or [G,T] in a grouped layer
    index = shape.size() == 2 ? indexOf({n / (outputs / shape[0]), t}, shape) : t;
    break;
  case Granularity::Column: // [T,N] of weights, [T,S,N] of ADCs
    index = shape.size() == 2 ? indexOf({t, n}, shape) : indexOf({t, s, n}, shape);
    break;
  }
  return values.isFloat() ? values.floats()[index] : static_cast<double>(values.ints()[index]);
}

//===----------------------------------------------------------------------===//
// Operands
//===----------------------------------------------------------------------===//

int64_t cim::reference::quantizeActivation(float x, float scale, int64_t bits, int64_t zeroPoint) {
  if (std::isnan(x))
    return zeroPoint;
  float lowest = static_cast<float>(-zeroPoint);
  float highest = static_cast<float>((int64_t(1) << bits) - 1 - zeroPoint);
  float rounded = __builtin_roundevenf(x / scale);
  return static_cast<int64_t>(std::min(std::max(rounded, lowest), highest)) + zeroPoint;
}

int64_t cim::reference::quantizeWeight(float w, float scale, int64_t lowest, int64_t highest) {
  if (std::isnan(w))
    return 0;
  float rounded = __builtin_roundevenf(w / scale);
  return static_cast<int64_t>(
      std::min(std::max(rounded, static_cast<float>(lowest)), static_cast<float>(highest)));
}

int64_t cim::reference::encodeWeight(int64_t code, const Layout &layout) {
  int64_t bits = layout.weightBits();
  switch (layout.kind) {
  case MappingKind::DifferentialColumn:
  case MappingKind::DifferentialRow:
    return code;
  case MappingKind::Offset:
    return bits == 1 ? (code + 1) / 2 : code + (int64_t(1) << (bits - 1));
  case MappingKind::TwosComplement:
    return code < 0 ? code + (int64_t(1) << bits) : code;
  }
  return code;
}

Integers cim::reference::sliceWeights(const Layout &layout) {
  Integers weights = digitWeights(layout.slices);
  if (layout.kind == MappingKind::TwosComplement)
    weights.back() *= -1;
  return weights;
}

int64_t cim::reference::digit(int64_t code, int64_t offset, int64_t bits) {
  int64_t magnitude = (std::abs(code) >> offset) & ((int64_t(1) << bits) - 1);
  return code < 0 ? -magnitude : magnitude;
}

Integers cim::reference::digitOffsets(ArrayRef<int64_t> bits) {
  Integers offsets;
  int64_t offset = 0;
  for (int64_t width : bits) {
    offsets.push_back(offset);
    offset += width;
  }
  return offsets;
}

Integers cim::reference::digitWeights(ArrayRef<int64_t> bits) {
  Integers weights;
  for (int64_t offset : digitOffsets(bits))
    weights.push_back(int64_t(1) << offset);
  return weights;
}

static int64_t sumOf(ArrayRef<int64_t> values) {
  int64_t sum = 0;
  for (int64_t value : values)
    sum += value;
  return sum;
}

int64_t Layout::activationBits() const { return sumOf(cycles); }

int64_t Layout::weightBits() const { return sumOf(slices); }

Integers cim::reference::encodeInput(int64_t code, const Layout &layout) {
  switch (layout.encoding) {
  case InputEncoding::Offset:
    return {code};
  case InputEncoding::TwosComplement:
    return {code ^ (int64_t(1) << (layout.activationBits() - 1))};
  case InputEncoding::Differential:
    return {std::max<int64_t>(code - layout.zeroPoint, 0),
            std::max<int64_t>(layout.zeroPoint - code, 0)};
  }
  return {};
}

Integers cim::reference::cycleWeights(const Layout &layout) {
  Integers weights = digitWeights(layout.cycles);
  if (layout.encoding == InputEncoding::TwosComplement)
    weights.back() *= -1;
  if (layout.encoding == InputEncoding::Differential)
    for (int64_t weight : digitWeights(layout.cycles))
      weights.push_back(-weight);
  return weights;
}

Tensor cim::reference::weightMatrices(const Tensor &weight, int64_t groups) {
  int64_t outputs = weight.shape()[0] / groups, height = weight.shape()[1];
  int64_t width = weight.shape()[2], channels = weight.shape()[3];
  Tensor result =
      makeTensor({groups, channels * height * width, outputs}, weight.type.getElementType());
  for (int64_t i = 0; i < weight.size(); ++i) {
    Coordinates at = coordinatesOf(i, weight.shape()); // n, kh, kw, c
    int64_t k = (at[3] * height + at[1]) * width + at[2];
    result.floats()[indexOf({at[0] / outputs, k, at[0] % outputs}, result.shape())] =
        weight.floats()[i];
  }
  return result;
}

Tensor cim::reference::patches(const Tensor &codes, const Window &window, int64_t groups,
                               int64_t zeroPoint, int64_t outputHeight, int64_t outputWidth) {
  int64_t batch = codes.shape()[0], height = codes.shape()[1], width = codes.shape()[2];
  int64_t channels = codes.shape()[3] / groups;
  auto [kernelHeight, kernelWidth] = window.kernel;
  Tensor result = makeTensor(
      {groups, batch * outputHeight * outputWidth, channels * kernelHeight * kernelWidth},
      codes.type.getElementType());
  for (int64_t i = 0; i < result.size(); ++i) {
    Coordinates at = coordinatesOf(i, result.shape()); // g, m, k
    Coordinates m = coordinatesOf(at[1], {batch, outputHeight, outputWidth});
    Coordinates k = coordinatesOf(at[2], {channels, kernelHeight, kernelWidth});
    int64_t ih = window.row(m[1], k[1]), iw = window.column(m[2], k[2]);
    bool inside = ih >= 0 && ih < height && iw >= 0 && iw < width;
    int64_t c = at[0] * channels + k[0];
    result.ints()[i] = inside ? codes.ints()[indexOf({m[0], ih, iw, c}, codes.shape())] : zeroPoint;
  }
  return result;
}

Tensor cim::reference::patches(const Tensor &codes) {
  int64_t rows = codes.shape().back();
  return reshape(codes, {1, codes.size() / rows, rows});
}

//===----------------------------------------------------------------------===//
// Partial sums
//===----------------------------------------------------------------------===//

/// The tile t that row k belongs to.
static Integers tileOfRow(ArrayRef<int64_t> tiles) {
  Integers tileOf;
  for (auto [t, rows] : llvm::enumerate(tiles))
    tileOf.append(rows, t);
  return tileOf;
}

Tensor cim::reference::partialSums(const Tensor &inputs, const Tensor &weights,
                                   const Layout &layout) {
  int64_t groups = weights.shape()[0], rows = weights.shape()[1], columns = weights.shape()[2];
  int64_t positions = inputs.shape()[1];
  Integers tileOf = tileOfRow(layout.tiles);
  Integers sliceOffsets = digitOffsets(layout.slices), cycleOffsets = digitOffsets(layout.cycles);
  size_t cycles = layout.cycles.size();
  Integers shape{int64_t(layout.tiles.size()), int64_t(layout.slices.size()),
                 int64_t(cycleWeights(layout).size()), positions, groups * columns};
  Tensor sums = makeIntegers(shape, inputs.type.getContext());
  for (size_t s = 0; s < layout.slices.size(); ++s) {
    Integers digits; // of all weights, [G,K,N/G]
    for (int64_t code : weights.ints())
      digits.push_back(digit(encodeWeight(code, layout), sliceOffsets[s], layout.slices[s]));
    for (int64_t b = 0; b < shape[2]; ++b)
      for (int64_t g = 0; g < groups; ++g)
        for (int64_t m = 0; m < positions; ++m)
          for (int64_t k = 0; k < rows; ++k) {
            int64_t code = inputs.ints()[indexOf({g, m, k}, inputs.shape())];
            int64_t x = digit(encodeInput(code, layout)[b / cycles], cycleOffsets[b % cycles],
                              layout.cycles[b % cycles]);
            int64_t *p = &sums.ints()[indexOf({tileOf[k], int64_t(s), b, m, g * columns}, shape)];
            const int64_t *w = &digits[indexOf({g, k, 0}, weights.shape())];
            for (int64_t n = 0; n < columns; ++n)
              p[n] += x * w[n];
          }
  }
  return sums;
}

/// A column of ones for every matrix [K,...] of inputs [G,M,K], and how it lies in cells.
static std::pair<Tensor, Layout> onesFor(const Tensor &inputs, const Layout &layout) {
  Tensor ones = makeTensor({inputs.shape()[0], inputs.shape()[2], 1}, inputs.type.getElementType());
  llvm::fill(ones.ints(), 1);
  Layout column = layout;
  column.kind = MappingKind::DifferentialColumn;
  column.slices = {1};
  return {ones, column};
}

/// p[T,1,B,M,G] as R[T,B,M,G].
static Tensor withoutSlices(const Tensor &sums) {
  ArrayRef<int64_t> shape = sums.shape();
  return reshape(sums, {shape[0], shape[2], shape[3], shape[4]});
}

Tensor cim::reference::referenceSums(const Tensor &inputs, const Layout &layout) {
  auto [ones, column] = onesFor(inputs, layout);
  return withoutSlices(partialSums(inputs, ones, column));
}

Tensor cim::reference::headReferenceSums(const Tensor &inputs, const Layout &layout) {
  auto [ones, column] = onesFor(inputs, layout);
  return withoutSlices(headSums(inputs, ones, column));
}

/// Matrix h of [H,R,C] as [1,R,C].
static Tensor headOf(const Tensor &matrices, int64_t h) {
  ArrayRef<int64_t> shape = matrices.shape();
  return slice(matrices, {h, 0, 0},
               RankedTensorType::get({1, shape[1], shape[2]}, matrices.type.getElementType()));
}

Tensor cim::reference::headSums(const Tensor &inputs, const Tensor &weights, const Layout &layout) {
  SmallVector<Tensor> sums;
  for (int64_t h = 0; h < weights.shape()[0]; ++h)
    sums.push_back(partialSums(headOf(inputs, h), headOf(weights, h), layout));
  Integers shape(sums[0].shape());
  shape[3] *= weights.shape()[0];
  return concat(sums, /*axis=*/3, RankedTensorType::get(shape, sums[0].type.getElementType()));
}

Tensor cim::reference::convert(const Tensor &sums, const Adc &adc) {
  Tensor codes = sums;
  for (int64_t i = 0; i < sums.size(); ++i) {
    Coordinates at = coordinatesOf(i, sums.shape()); // t, s, b, m, n
    int64_t column = indexOf({at[0], at[1], at[4]}, adc.reciprocal.shape());
    float shifted = static_cast<float>(sums.ints()[i] - adc.offset.ints()[column]);
    float rounded = __builtin_roundevenf(shifted * adc.reciprocal.floats()[column]);
    codes.ints()[i] = static_cast<int64_t>(std::min(
        std::max(rounded, static_cast<float>(adc.lowest)), static_cast<float>(adc.highest)));
  }
  return codes;
}

Tensor cim::reference::convert(const Tensor &sums, const AdcTable &table) {
  ArrayRef<int64_t> shape = table.thresholds.shape(); // T', S', N', L
  Tensor codes = sums;
  for (int64_t i = 0; i < sums.size(); ++i) {
    Coordinates at = coordinatesOf(i, sums.shape()); // t, s, b, m, n
    int64_t t = shape[0] == 1 ? 0 : at[0], s = shape[1] == 1 ? 0 : at[1];
    int64_t n = shape[2] == 1 ? 0 : at[4], below = 0;
    for (int64_t l = 0; l < shape[3]; ++l)
      if (table.thresholds.ints()[indexOf({t, s, n, l}, shape)] < sums.ints()[i])
        ++below;
    codes.ints()[i] = table.levels.ints()[indexOf({t, s, n, below}, table.levels.shape())];
  }
  return codes;
}

Tensor cim::reference::convertOutputs(const Tensor &sums, const AdcTable &table) {
  Tensor inOneCycle = reshape(sums, {1, 1, 1, sums.shape()[2], sums.shape()[3]});
  return reshape(convert(inOneCycle, table), sums.shape());
}

int64_t cim::reference::findLargestDigit(const Layout &layout) {
  Integers offsets = digitOffsets(layout.cycles);
  int64_t largest = 0;
  for (int64_t code = 0; code < int64_t(1) << layout.activationBits(); ++code)
    for (int64_t input : encodeInput(code, layout))
      for (size_t b = 0; b < offsets.size(); ++b)
        largest = std::max(largest, digit(input, offsets[b], layout.cycles[b]));
  return largest;
}

bool cim::reference::fitsCodes(const Tensor &weights, const Layout &layout, int64_t lowest,
                               int64_t highest) {
  // The worst inputs are the largest digit at every positive and zero at every
  // negative weight digit, and the reverse.
  int64_t largestDigit = findLargestDigit(layout);
  Integers tileOf = tileOfRow(layout.tiles), sliceOffsets = digitOffsets(layout.slices);
  for (int64_t g = 0; g < weights.shape()[0]; ++g)
    for (int64_t n = 0; n < weights.shape()[2]; ++n)
      for (size_t s = 0; s < layout.slices.size(); ++s)
        for (size_t t = 0; t < layout.tiles.size(); ++t) {
          int64_t most = 0, least = 0;
          for (int64_t k = 0; k < weights.shape()[1]; ++k) {
            if (tileOf[k] != int64_t(t))
              continue;
            int64_t code = weights.ints()[indexOf({g, k, n}, weights.shape())];
            int64_t w = digit(encodeWeight(code, layout), sliceOffsets[s], layout.slices[s]);
            (w > 0 ? most : least) += w * largestDigit;
          }
          if (most > highest || least < lowest)
            return false;
        }
  return true;
}

Tensor cim::reference::shiftAdd(const Tensor &codes, ArrayRef<int64_t> cycleWeights,
                                ArrayRef<int64_t> sliceWeights, bool sumSlices, bool sumTiles) {
  ArrayRef<int64_t> shape = codes.shape(); // T, S, B, M, N
  Tensor sums =
      makeIntegers({sumTiles ? 1 : shape[0], sumSlices ? 1 : shape[1], shape[3], shape[4]},
                   codes.type.getContext());
  for (int64_t i = 0; i < codes.size(); ++i) {
    Coordinates at = coordinatesOf(i, shape); // t, s, b, m, n
    int64_t t = sumTiles ? 0 : at[0], s = sumSlices ? 0 : at[1];
    int64_t weight = cycleWeights[at[2]] * (sumSlices ? sliceWeights[at[1]] : 1);
    sums.ints()[indexOf({t, s, at[3], at[4]}, sums.shape())] += weight * codes.ints()[i];
  }
  return sums;
}

Tensor cim::reference::addReference(const Tensor &reference, ArrayRef<int64_t> cycleWeights,
                                    bool sumTiles) {
  ArrayRef<int64_t> shape = reference.shape(); // T, B, M, G
  Tensor sums =
      makeIntegers({sumTiles ? 1 : shape[0], shape[2], shape[3]}, reference.type.getContext());
  for (int64_t i = 0; i < reference.size(); ++i) {
    Coordinates at = coordinatesOf(i, shape); // t, b, m, g
    sums.ints()[indexOf({sumTiles ? 0 : at[0], at[2], at[3]}, sums.shape())] +=
        cycleWeights[at[1]] * reference.ints()[i];
  }
  return sums;
}

/// R[T',M,G] at tile t, position m and the group of output n of `outputs`.
static int64_t referenceAt(const Tensor &reference, int64_t t, int64_t m, int64_t n,
                           int64_t outputs) {
  int64_t columns = outputs / reference.shape()[2];
  return reference.ints()[indexOf({t, m, n / columns}, reference.shape())];
}

Tensor cim::reference::joinReference(const Tensor &sums, const Tensor &reference,
                                     int64_t weightBits) {
  Tensor joined = sums;
  for (int64_t i = 0; i < sums.size(); ++i) {
    Coordinates at = coordinatesOf(i, sums.shape()); // t, 0, m, n
    joined.ints()[i] -= (int64_t(1) << (weightBits - 1)) *
                        referenceAt(reference, at[0], at[2], at[3], sums.shape()[3]);
  }
  return joined;
}

//===----------------------------------------------------------------------===//
// Dequantization
//===----------------------------------------------------------------------===//

double Factors::weightStep(int64_t t, int64_t n, int64_t outputs) const {
  double scale = weightScale.at(t, 0, n, outputs);
  return isOffset && weightBits == 1 ? 2 * scale : scale;
}

Tensor cim::reference::startValues(const Tensor &bias, const Tensor &weights,
                                   ArrayRef<int64_t> tiles, ArrayRef<int64_t> sliceWeights,
                                   ArrayRef<int64_t> cycleWeights, const Factors &factors) {
  int64_t columns = weights.shape()[2], outputs = weights.shape()[0] * columns;
  Integers tileOf = tileOfRow(tiles);
  double activationScale = factors.activationScale;
  int64_t cycleSum = sumOf(cycleWeights);
  Tensor start = bias;
  for (int64_t n = 0; n < outputs; ++n) {
    double value = bias.floats()[n];
    if (factors.zeroPoint.value_or(0) != 0) {
      double sum = 0;
      for (int64_t k = 0; k < weights.shape()[1]; ++k) {
        int64_t code = weights.ints()[indexOf({n / columns, k, n % columns}, weights.shape())];
        double weight =
            factors.weightScale.at(tileOf[k], 0, n, outputs) * static_cast<double>(code);
        sum += factors.beta ? weight + factors.beta->at(tileOf[k], 0, n, outputs) : weight;
      }
      value -= static_cast<double>(*factors.zeroPoint) * activationScale * sum;
    }
    if (factors.adcOffset)
      for (size_t t = 0; t < tiles.size(); ++t)
        for (size_t s = 0; s < sliceWeights.size(); ++s)
          value += factors.weightStep(t, n, outputs) * activationScale *
                   static_cast<double>(sliceWeights[s] * cycleSum) *
                   factors.adcOffset->at(t, s, n, outputs);
    start.floats()[n] = static_cast<float>(value);
  }
  return start;
}

Tensor cim::reference::headStartValues(const Tensor &start, const Tensor &weights,
                                       int64_t zeroPoint, float scale) {
  int64_t heads = weights.shape()[0], columns = weights.shape()[2];
  Tensor starts = makeTensor({heads, columns}, start.type.getElementType());
  for (int64_t h = 0; h < heads; ++h)
    for (int64_t n = 0; n < columns; ++n) {
      int64_t sum = 0;
      for (int64_t k = 0; k < weights.shape()[1]; ++k)
        sum += weights.ints()[indexOf({h, k, n}, weights.shape())];
      starts.floats()[h * columns + n] =
          std::fma(static_cast<float>(-zeroPoint * sum), scale, start.floats()[n]);
    }
  return starts;
}

Tensor cim::reference::headStartValues(const Tensor &bias, const Tensor &weights,
                                       ArrayRef<int64_t> tiles, ArrayRef<int64_t> sliceWeights,
                                       ArrayRef<int64_t> cycleWeights, const Factors &factors) {
  Factors withoutZeroPoint = factors;
  withoutZeroPoint.zeroPoint.reset();
  Tensor start =
      startValues(bias, headOf(weights, 0), tiles, sliceWeights, cycleWeights, withoutZeroPoint);
  if (!factors.zeroPoint) {
    SmallVector<Tensor> heads(weights.shape()[0], reshape(start, {1, start.size()}));
    return concat(
        heads, /*axis=*/0,
        RankedTensorType::get({weights.shape()[0], start.size()}, start.type.getElementType()));
  }
  double weightScale = factors.weightScale.at(0, 0, 0, bias.size());
  return headStartValues(start, weights, *factors.zeroPoint,
                         static_cast<float>(weightScale * factors.activationScale));
}

Tensor cim::reference::combinedScales(int64_t tiles, ArrayRef<int64_t> sliceWeights,
                                      int64_t outputs, const Factors &factors) {
  Tensor scales = makeTensor({tiles, int64_t(sliceWeights.size()), outputs},
                             Float32Type::get(factors.weightScale.values.type.getContext()));
  for (int64_t i = 0; i < scales.size(); ++i) {
    Coordinates at = coordinatesOf(i, scales.shape()); // t, s, n
    double scale = factors.weightStep(at[0], at[2], outputs);
    if (factors.adcScale)
      scale = factors.adcScale->at(at[0], at[1], at[2], outputs) * scale;
    scale = scale * static_cast<double>(factors.activationScale);
    scales.floats()[i] = static_cast<float>(scale * static_cast<double>(sliceWeights[at[1]]));
  }
  return scales;
}

Tensor cim::reference::referenceScales(int64_t tiles, int64_t outputs, const Factors &factors) {
  Tensor scales =
      makeTensor({tiles, outputs}, Float32Type::get(factors.weightScale.values.type.getContext()));
  for (int64_t t = 0; t < tiles; ++t)
    for (int64_t n = 0; n < outputs; ++n) {
      double factor = factors.beta ? factors.beta->at(t, 0, n, outputs) : 0;
      if (factors.isOffset)
        factor -= factors.weightScale.at(t, 0, n, outputs) *
                  static_cast<double>(int64_t(1) << (factors.weightBits - 1));
      scales.floats()[t * outputs + n] =
          static_cast<float>(factor * static_cast<double>(factors.activationScale));
    }
  return scales;
}

Tensor cim::reference::dequantize(const Tensor &sums, const Tensor &start, const Tensor &scale,
                                  const std::optional<Reference> &reference) {
  ArrayRef<int64_t> shape = sums.shape(); // T', S', M, N
  int64_t heads = start.size() / shape[3];
  Tensor result = makeTensor({shape[2], shape[3]}, start.type.getElementType());
  for (int64_t m = 0; m < shape[2]; ++m)
    for (int64_t n = 0; n < shape[3]; ++n) {
      int64_t head = m / (shape[2] / heads);
      float acc = start.floats()[head * shape[3] + n];
      for (int64_t t = 0; t < shape[0]; ++t) {
        for (int64_t s = 0; s < shape[1]; ++s)
          acc = std::fma(static_cast<float>(sums.ints()[indexOf({t, s, m, n}, shape)]),
                         scale.floats()[indexOf({t, s, n}, scale.shape())], acc);
        if (reference)
          acc = std::fma(static_cast<float>(referenceAt(reference->sums, t, m, n, shape[3])),
                         reference->scale.floats()[indexOf({t, n}, reference->scale.shape())], acc);
      }
      result.floats()[indexOf({m, n}, result.shape())] = acc;
    }
  return result;
}
