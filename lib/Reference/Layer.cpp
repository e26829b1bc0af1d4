//===- Layer.cpp - Section 2 of a whole layer -------------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See Layer.h. Tiles, slices and cycles are derived here anew rather than taken
// from dialects/cim/Analysis, so that an error there is found by comparison.
//
//===----------------------------------------------------------------------===//

#include "Layer.h"

using namespace mlir;
using namespace cim;
using namespace cim::reference;

//===----------------------------------------------------------------------===//
// What the attributes declare
//===----------------------------------------------------------------------===//

Window cim::reference::toWindow(WindowAttr window) {
  Window result;
  llvm::copy(window.getKernel(), result.kernel.begin());
  llvm::copy(window.getStride(), result.stride.begin());
  llvm::copy(window.getPad(), result.pad.begin());
  llvm::copy(window.getDilation(), result.dilation.begin());
  return result;
}

/// `total` in consecutive pieces of `size`, the last taking the rest.
static Integers cut(int64_t total, int64_t size) {
  Integers pieces;
  for (; total > 0; total -= size)
    pieces.push_back(std::min(size, total));
  return pieces;
}

Integers cim::reference::rowTiles(MappingAttr mapping, int64_t rows, int64_t kernelArea) {
  // A row pair holds one weight of differential_row.
  int64_t rowsPerWeight = mapping.getKind() == MappingKind::DifferentialRow ? 2 : 1;
  int64_t available = mapping.getCrossbar().getRows() / rowsPerWeight;
  int64_t active = mapping.getCrossbar().getActiveRows() / rowsPerWeight;
  int64_t wholeChannels = available / kernelArea;
  int64_t tileRows = available;
  if (mapping.getTiling() == Tiling::KernelIntact && wholeChannels > 0)
    tileRows = wholeChannels * kernelArea;
  Integers tiles;
  for (int64_t tile : cut(rows, tileRows))
    tiles.append(cut(tile, active));
  return tiles;
}

Integers cim::reference::weightSlices(MappingAttr mapping, int64_t weightBits) {
  bool hasSignSlice = mapping.getKind() == MappingKind::TwosComplement;
  bool hasNoSign = hasSignSlice || mapping.getSliceRule() == SliceRule::Magnitude;
  int64_t left = hasNoSign ? weightBits - 1 : weightBits;
  Integers slices;
  if (!mapping.getSlices())
    slices = cut(left, mapping.getCrossbar().getCellBits());
  else
    for (int64_t i = 0; left > 0 && i < mapping.getSlices().size(); left -= slices.back(), ++i)
      slices.push_back(std::min(mapping.getSlices()[i], left));
  if (hasSignSlice)
    slices.push_back(1);
  return slices;
}

Integers cim::reference::inputCycles(MappingAttr mapping, int64_t activationBits) {
  int64_t width = mapping.getCrossbar().getDacBits();
  if (mapping.getInputEncoding() != InputEncoding::TwosComplement)
    return cut(activationBits, width);
  Integers cycles = cut(activationBits - 1, width);
  cycles.push_back(1);
  return cycles;
}

/// True if partial sums and their codes have no sign [2.6].
static bool hasUnsignedCodes(MappingKind kind) {
  return kind == MappingKind::Offset || kind == MappingKind::TwosComplement;
}

/// Lowest and highest of signed codes [2.3, 2.6].
static std::pair<int64_t, int64_t> codeRange(int64_t bits, CodeRange range) {
  int64_t highest = (int64_t(1) << (bits - 1)) - 1;
  return {range == CodeRange::Full ? -highest - 1 : -highest, highest};
}

static bool dependsOnTile(Granularity granularity) {
  return granularity == Granularity::Array || granularity == Granularity::Column;
}

bool cim::reference::isCalibrated(PrecisionAttr precision) {
  return precision && precision.getWeight().getScale() && precision.getActivation().getScale() &&
         (precision.getAdc().getKind() == AdcKind::Ideal || precision.getAdc().getScale());
}

//===----------------------------------------------------------------------===//
// Scales
//===----------------------------------------------------------------------===//

/// Verifiers have checked this with dialects/cim/Analysis; if they disagree with the
/// tiles and slices of this file, it is an error here rather than a stray read.
static bool shapeFits(ArrayRef<int64_t> shape, Granularity granularity, int64_t tiles,
                      int64_t slices, int64_t outputs) {
  switch (granularity) {
  case Granularity::Layer:
    return shape.empty();
  case Granularity::Channel:
    return shape == ArrayRef<int64_t>{outputs};
  case Granularity::Array:
    return shape == ArrayRef<int64_t>{tiles} ||
           (shape.size() == 2 && shape[1] == tiles && outputs % shape[0] == 0);
  case Granularity::Column:
    return slices == 0 ? shape == ArrayRef<int64_t>{tiles, outputs}
                       : shape == ArrayRef<int64_t>{tiles, slices, outputs};
  }
  return false;
}

/// True if the ADC converts outputs instead of partial sums [2.6].
static bool isPreactivation(AdcAttr adc) {
  return adc.getPlacement() == AdcPlacement::Preactivation;
}

/// How the scales of an ADC are laid out: the columns of outputs have neither t nor s.
static Granularity scaleLayout(AdcAttr adc) {
  if (isPreactivation(adc) && adc.getGranularity() == Granularity::Column)
    return Granularity::Channel;
  return adc.getGranularity();
}

FailureOr<Scale> cim::reference::readScale(StringRef field, Granularity granularity,
                                           ElementsAttr values, int64_t tiles, int64_t slices,
                                           int64_t outputs, EmitError emitError) {
  FailureOr<Tensor> tensor = readConstant(values, emitError);
  if (failed(tensor))
    return failure();
  if (!shapeFits(tensor->shape(), granularity, tiles, slices, outputs))
    return emitError() << "'" << field << "' of granularity " << stringifyGranularity(granularity)
                       << " must fit " << tiles << " tiles, " << slices << " slices and " << outputs
                       << " outputs, got " << tensor->type;
  return Scale{granularity, *tensor};
}

FailureOr<Factors> cim::reference::readFactors(PrecisionAttr precision, InputEncoding encoding,
                                               int64_t tiles, int64_t slices, int64_t outputs,
                                               EmitError emitError) {
  WeightAttr weight = precision.getWeight();
  AdcAttr adc = precision.getAdc();
  Factors factors;
  factors.weightBits = weight.getBits();
  factors.activationScale = precision.getActivation().getScale().getValue().convertToFloat();
  if (encoding == InputEncoding::Offset)
    factors.zeroPoint = precision.getActivation().getZeroPoint();
  FailureOr<Scale> weightScale = readScale("weight.scale", weight.getGranularity(),
                                           weight.getScale(), tiles, 0, outputs, emitError);
  if (failed(weightScale))
    return failure();
  factors.weightScale = *weightScale;
  if (weight.getBeta()) {
    FailureOr<Scale> beta = readScale("weight.beta", weight.getGranularity(), weight.getBeta(),
                                      tiles, 0, outputs, emitError);
    if (failed(beta))
      return failure();
    factors.beta = *beta;
  }
  if (adc.getKind() == AdcKind::Ideal)
    return factors;
  FailureOr<Scale> adcScale =
      readScale("adc.scale", scaleLayout(adc), adc.getScale(), tiles, slices, outputs, emitError);
  if (failed(adcScale))
    return failure();
  factors.adcScale = *adcScale;
  return factors;
}

FailureOr<Adc> cim::reference::readAdc(AdcAttr adc, bool unsignedCodes, int64_t tiles,
                                       int64_t slices, int64_t outputs, EmitError emitError) {
  FailureOr<Scale> scale = readScale("adc.scale", adc.getGranularity(), adc.getScale(), tiles,
                                     slices, outputs, emitError);
  if (failed(scale))
    return failure();
  MLIRContext *context = adc.getContext();
  Integers shape{tiles, slices, outputs};
  Adc result{makeTensor(shape, Float32Type::get(context)),
             makeTensor(shape, IntegerType::get(context, 32))};
  std::tie(result.lowest, result.highest) = codeRange(adc.getBits(), adc.getRange());
  if (unsignedCodes)
    std::tie(result.lowest, result.highest) =
        std::pair<int64_t, int64_t>(0, (int64_t(1) << adc.getBits()) - 1);
  std::optional<Scale> offset;
  if (adc.getOffset()) {
    FailureOr<Scale> read = readScale("adc.offset", adc.getGranularity(), adc.getOffset(), tiles,
                                      slices, outputs, emitError);
    if (failed(read))
      return failure();
    offset = *read;
  }
  for (int64_t i = 0; i < result.reciprocal.size(); ++i) {
    Coordinates at = coordinatesOf(i, shape); // t, s, n
    result.reciprocal.floats()[i] =
        static_cast<float>(1.0 / scale->at(at[0], at[1], at[2], outputs));
    if (offset)
      result.offset.ints()[i] = static_cast<int64_t>(offset->at(at[0], at[1], at[2], outputs));
  }
  return result;
}

/// Thresholds or levels of an ADC as [T',S',N',L], with size 1 along axes without a granularity.
static FailureOr<Tensor> readTable(StringRef field, AdcAttr adc, ElementsAttr values, int64_t tiles,
                                   int64_t slices, int64_t outputs, EmitError emitError) {
  FailureOr<Tensor> tensor = readConstant(values, emitError);
  if (failed(tensor))
    return failure();
  ArrayRef<int64_t> given = tensor->shape();
  int64_t length = given.back();
  if (!shapeFits(given.drop_back(), scaleLayout(adc), tiles, slices, outputs))
    return emitError() << "'" << field << "' must fit " << tiles << " tiles, " << slices
                       << " slices and " << outputs << " outputs, got " << tensor->type;
  if (given.size() == 1)
    return reshape(*tensor, {1, 1, 1, length});
  if (isPreactivation(adc))
    return reshape(*tensor, {1, 1, outputs, length});
  if (given.size() == 2)
    return reshape(*tensor, {tiles, 1, 1, length});
  if (given.size() == 4)
    return tensor;
  // Groups have tables of their own: [G,T,L].
  int64_t columns = outputs / given[0];
  Tensor result = makeTensor({tiles, 1, outputs, length}, tensor->type.getElementType());
  for (int64_t i = 0; i < result.size(); ++i) {
    Coordinates at = coordinatesOf(i, result.shape()); // t, 0, n, l
    result.ints()[i] = tensor->ints()[indexOf({at[2] / columns, at[0], at[3]}, given)];
  }
  return result;
}

FailureOr<AdcTable> cim::reference::readAdcTable(AdcAttr adc, int64_t tiles, int64_t slices,
                                                 int64_t outputs, EmitError emitError) {
  FailureOr<Tensor> thresholds =
      readTable("adc.thresholds", adc, adc.getThresholds(), tiles, slices, outputs, emitError);
  FailureOr<Tensor> levels =
      readTable("adc.levels", adc, adc.getLevels(), tiles, slices, outputs, emitError);
  if (failed(thresholds) || failed(levels))
    return failure();
  return AdcTable{*thresholds, *levels};
}

FailureOr<Tensor> cim::reference::convert(const Tensor &sums, AdcAttr attr, bool unsignedCodes,
                                          EmitError emitError) {
  ArrayRef<int64_t> shape = sums.shape(); // T, S, B, M, N or 1, 1, M, N
  if (attr.getKind() == AdcKind::Table) {
    FailureOr<AdcTable> table = readAdcTable(attr, shape[0], shape[1], shape.back(), emitError);
    if (failed(table))
      return failure();
    return isPreactivation(attr) ? convertOutputs(sums, *table) : convert(sums, *table);
  }
  FailureOr<Adc> adc = readAdc(attr, unsignedCodes, shape[0], shape[1], shape[4], emitError);
  if (failed(adc))
    return failure();
  return convert(sums, *adc);
}

//===----------------------------------------------------------------------===//
// The layer
//===----------------------------------------------------------------------===//

Tensor cim::reference::quantizeActivations(const Tensor &input, ActivationAttr activation) {
  float scale = activation.getScale().getValue().convertToFloat();
  Tensor codes = makeTensor(input.shape(),
                            IntegerType::get(activation.getContext(), 8, IntegerType::Unsigned));
  for (int64_t i = 0; i < input.size(); ++i)
    codes.ints()[i] = quantizeActivation(input.floats()[i], scale, activation.getBits(),
                                         activation.getZeroPoint());
  return codes;
}

FailureOr<Tensor> cim::reference::quantizeWeights(const Tensor &weights, WeightAttr precision,
                                                  const Scale &scale, ArrayRef<int64_t> tiles,
                                                  EmitError emitError) {
  std::optional<Scale> split;
  if (precision.getSplit()) {
    FailureOr<Scale> read =
        readScale("weight.split", precision.getGranularity(), precision.getSplit(), tiles.size(), 0,
                  weights.shape()[0] * weights.shape()[2], emitError);
    if (failed(read))
      return failure();
    split = *read;
  }
  auto [lowest, highest] = codeRange(precision.getBits(), precision.getRange());
  Tensor codes = makeTensor(weights.shape(), IntegerType::get(precision.getContext(), 8));
  int64_t rows = weights.shape()[1], columns = weights.shape()[2];
  int64_t outputs = weights.shape()[0] * columns;
  for (int64_t g = 0; g < weights.shape()[0]; ++g)
    for (int64_t n = 0; n < columns; ++n) {
      int64_t k = 0;
      for (size_t t = 0; t < tiles.size(); ++t)
        for (int64_t last = k + tiles[t]; k < last; ++k) {
          int64_t i = (g * rows + k) * columns + n;
          float w = weights.floats()[i];
          double s = scale.at(t, 0, g * columns + n, outputs);
          double least = split ? split->at(t, 0, g * columns + n, outputs) : 0;
          codes.ints()[i] = precision.getBits() == 1
                                ? signCode(w, static_cast<float>(least))
                                : quantizeWeight(w, static_cast<float>(s), lowest, highest);
        }
    }
  return codes;
}

Tensor cim::reference::inputMatrices(const Tensor &codes, std::optional<Window> window,
                                     int64_t groups, int64_t zeroPoint, RankedTensorType type) {
  if (!window)
    return patches(codes);
  return patches(codes, *window, groups, zeroPoint, type.getDimSize(1), type.getDimSize(2));
}

/// [2.6] A linear ADC that changes no partial sum of these weights is ideal.
static bool isLossless(const Factors &factors, const Adc &adc, const Tensor &weights,
                       const Layout &layout) {
  auto isOne = [](float scale) { return scale == 1; };
  auto isZero = [](int64_t offset) { return offset == 0; };
  return llvm::all_of(factors.adcScale->values.floats(), isOne) &&
         llvm::all_of(adc.offset.ints(), isZero) &&
         fitsCodes(weights, layout, adc.lowest, adc.highest);
}

static Layout layoutOf(MappingAttr mapping, PrecisionAttr precision, int64_t rows,
                       int64_t kernelArea) {
  return {rowTiles(mapping, rows, kernelArea),
          weightSlices(mapping, precision.getWeight().getBits()),
          inputCycles(mapping, precision.getActivation().getBits()),
          mapping.getInputEncoding(),
          precision.getActivation().getZeroPoint(),
          mapping.getKind()};
}

/// [2.6] What the ADC, if it is one of partial sums, makes of those of `outputs` outputs. If it is
/// proved lossless for the weight codes `weights`, its scale is removed from `factors`; else its
/// offset joins them.
static FailureOr<Tensor> applyAdc(const Tensor &sums, const Tensor &weights, const Layout &layout,
                                  AdcAttr attr, int64_t outputs, Factors &factors,
                                  EmitError emitError) {
  if (!factors.adcScale || isPreactivation(attr))
    return sums;
  if (attr.getKind() == AdcKind::Table)
    return convert(sums, attr, hasUnsignedCodes(layout.kind), emitError);
  FailureOr<Adc> adc = readAdc(attr, hasUnsignedCodes(layout.kind), layout.tiles.size(),
                               layout.slices.size(), outputs, emitError);
  if (failed(adc))
    return failure();
  if (isLossless(factors, *adc, weights, layout)) {
    factors.adcScale.reset();
    return sums;
  }
  if (attr.getOffset())
    factors.adcOffset = Scale{attr.getGranularity(), *readConstant(attr.getOffset(), emitError)};
  return convert(sums, *adc);
}

/// [2.7] Outputs of ADC codes q[T,S,B,M,N] that begin at `start`. Declared granularity
/// decides which axes are summed as integers. An offset mapping and binary weights with beta have
/// a `reference` R[T,B,M,G].
static FailureOr<Tensor> addAndDequantize(const Tensor &q, const std::optional<Tensor> &reference,
                                          const Tensor &start, const Layout &layout,
                                          PrecisionAttr precision, const Factors &factors,
                                          RankedTensorType type, EmitError emitError) {
  AdcAttr adc = precision.getAdc();
  bool exact = !factors.adcScale || isPreactivation(adc);
  bool sumSlices = exact || adc.getGranularity() != Granularity::Column;
  bool sumTiles = !dependsOnTile(precision.getWeight().getGranularity()) &&
                  (exact || !dependsOnTile(adc.getGranularity()));
  Integers weights = sliceWeights(layout);
  Tensor sums = shiftAdd(q, cycleWeights(layout), weights, sumSlices, sumTiles);
  std::optional<Tensor> added;
  if (reference)
    added = addReference(*reference, cycleWeights(layout), sumTiles);
  if (isPreactivation(adc)) {
    // As with an ideal ADC, R joins I but for binary weights.
    if (added && factors.weightBits > 1) {
      sums = joinReference(sums, *added, factors.weightBits);
      added.reset();
    }
    FailureOr<Tensor> codes = convert(sums, adc, /*unsignedCodes=*/false, emitError);
    if (failed(codes))
      return failure();
    sums = *codes;
  }
  return reshape(dequantize(sums, added, start, sumSlices ? Integers{1} : weights, factors),
                 type.getShape());
}

Tensor cim::reference::dequantize(const Tensor &sums, const std::optional<Tensor> &reference,
                                  const Tensor &start, ArrayRef<int64_t> sliceWeights,
                                  const Factors &factors) {
  int64_t tiles = sums.shape()[0], outputs = sums.shape()[3];
  Tensor scale = combinedScales(tiles, sliceWeights, outputs, factors);
  if (!reference)
    return dequantize(sums, start, scale);
  if (!factors.separatesReference())
    return dequantize(joinReference(sums, *reference, factors.weightBits), start, scale);
  return dequantize(sums, start, scale,
                    Reference{*reference, referenceScales(tiles, outputs, factors)});
}

FailureOr<Tensor> cim::reference::crossbarLayer(const Tensor &input, const Tensor &weights,
                                                const Tensor &bias, std::optional<Window> window,
                                                PrecisionAttr precision, MappingAttr mapping,
                                                RankedTensorType type, EmitError emitError) {
  int64_t groups = weights.shape()[0], rows = weights.shape()[1];
  int64_t outputs = groups * weights.shape()[2];
  Layout layout =
      layoutOf(mapping, precision, rows, window ? window->kernel[0] * window->kernel[1] : 1);
  FailureOr<Factors> factors = readFactors(precision, layout.encoding, layout.tiles.size(),
                                           layout.slices.size(), outputs, emitError);
  if (failed(factors))
    return failure();
  factors->isOffset = layout.kind == MappingKind::Offset;
  Tensor xq = quantizeActivations(input, precision.getActivation());
  FailureOr<Tensor> wq = quantizeWeights(weights, precision.getWeight(), factors->weightScale,
                                         layout.tiles, emitError);
  if (failed(wq))
    return failure();
  Tensor inputs = inputMatrices(xq, window, groups, layout.zeroPoint, type);
  Tensor sums = partialSums(inputs, *wq, layout);
  std::optional<Tensor> reference;
  if (factors->isOffset || factors->beta)
    reference = referenceSums(inputs, layout);
  FailureOr<Tensor> q =
      applyAdc(sums, *wq, layout, precision.getAdc(), outputs, *factors, emitError);
  if (failed(q))
    return failure();
  Tensor start =
      startValues(bias, *wq, layout.tiles, sliceWeights(layout), cycleWeights(layout), *factors);
  return addAndDequantize(*q, reference, start, layout, precision, *factors, type, emitError);
}

/// [2.6] Weight codes [3,K,1] that cause the greatest and the least partial sums: the same in
/// every row, Q, whose magnitude bits and those of Q + 2^(W-1) are all set, -Q, and -1, all of
/// whose bits are set in two's complement.
static Tensor extremeWeights(WeightAttr weight, int64_t rows) {
  int64_t largest = codeRange(weight.getBits(), CodeRange::Narrow).second;
  Tensor codes = makeTensor({3, rows, 1}, IntegerType::get(weight.getContext(), 8));
  for (int64_t i = 0; i < codes.size(); ++i)
    codes.ints()[i] = Integers{largest, -largest, -1}[i / rows];
  return codes;
}

FailureOr<Tensor> cim::reference::dynamicLayer(const Tensor &input, const Tensor &weights,
                                               PrecisionAttr precision, MappingAttr mapping,
                                               RankedTensorType type, EmitError emitError) {
  int64_t rows = weights.shape()[1], outputs = weights.shape()[2];
  Layout layout = layoutOf(mapping, precision, rows, /*kernelArea=*/1);
  FailureOr<Factors> factors = readFactors(precision, layout.encoding, layout.tiles.size(),
                                           layout.slices.size(), outputs, emitError);
  if (failed(factors))
    return failure();
  factors->isOffset = layout.kind == MappingKind::Offset;
  Tensor xq = quantizeActivations(input, precision.getActivation());
  FailureOr<Tensor> wq = quantizeWeights(weights, precision.getWeight(), factors->weightScale,
                                         layout.tiles, emitError);
  if (failed(wq))
    return failure();
  std::optional<Tensor> reference;
  if (factors->isOffset)
    reference = headReferenceSums(xq, layout);
  FailureOr<Tensor> q =
      applyAdc(headSums(xq, *wq, layout), extremeWeights(precision.getWeight(), rows), layout,
               precision.getAdc(), outputs, *factors, emitError);
  if (failed(q))
    return failure();
  Tensor zeros = makeTensor({outputs}, input.type.getElementType());
  Tensor start = headStartValues(zeros, *wq, layout.tiles, sliceWeights(layout),
                                 cycleWeights(layout), *factors);
  return addAndDequantize(*q, reference, start, layout, precision, *factors, type, emitError);
}
