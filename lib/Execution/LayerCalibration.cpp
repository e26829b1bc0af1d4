//===- LayerCalibration.cpp - The calibration of one layer ------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See LayerCalibration.h.
//
//===----------------------------------------------------------------------===//

#include "LayerCalibration.h"
#include "Random.h"
#include "cim-mlir/Execution/Execution.h"
#include "cim-mlir/Quant/Weight.h"
#include "cim/Analysis/Elements.h"
#include "cim/Analysis/QuantizedLayer.h"
#include "cim/Analysis/WeightMatrix.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/Threading.h"
#include <limits>

using namespace mlir;
using namespace cim;

LayerCalibration::LayerCalibration(LayerOpInterface layer, uint64_t number, const Options &options)
    : layer(layer), number(number), options(options), precision(layer.getPrecisionAttr()),
      dynamic(layer.isDynamic()), mapping(layer.getMapping()), shape(layer.getLayerShape()) {
  tiles = getRowTiles(mapping, shape.rows, shape.kernelArea);
}

void LayerCalibration::replace(WeightAttr weight, ActivationAttr activation, AdcAttr adc) {
  precision = PrecisionAttr::get(layer.getContext(), weight, activation, adc);
}

void LayerCalibration::setWeightScale(ElementsAttr scale, ElementsAttr split, ElementsAttr beta) {
  WeightAttr weight = precision.getWeight();
  replace(WeightAttr::get(layer.getContext(), weight.getBits(), weight.getGranularity(),
                          weight.getRange(), scale, split, beta),
          precision.getActivation(), precision.getAdc());
}

ElementsAttr LayerCalibration::makeScale(ArrayRef<int64_t> scaleShape, std::vector<float> scales,
                                         StringRef what) {
  auto type = RankedTensorType::get(scaleShape, Float32Type::get(layer.getContext()));
  return makeElements(type, std::move(scales), (layer.getLayer() + "." + what).str());
}

ElementsAttr LayerCalibration::makeIntegers(ArrayRef<int64_t> integersShape,
                                            std::vector<int32_t> integers, StringRef what) {
  auto type = RankedTensorType::get(integersShape, IntegerType::get(layer.getContext(), 32));
  return makeElements(type, std::move(integers), (layer.getLayer() + "." + what).str());
}

//===----------------------------------------------------------------------===//
// Weights
//===----------------------------------------------------------------------===//

quant::RowMoments LayerCalibration::getRowMoments(int64_t firstRow, int64_t rows) const {
  quant::RowMoments result;
  result.groupRows = std::min(rows, shape.rows);
  for (int64_t k = firstRow; k < firstRow + rows; ++k) {
    // Channels of all groups in order are rows of all groups in order.
    result.mean.push_back(moments->mean(k / shape.kernelArea));
    result.variance.push_back(moments->variance(k / shape.kernelArea));
  }
  return result;
}

float LayerCalibration::chooseWeightScale(ArrayRef<float> weights, int64_t firstRow,
                                          int64_t rows) const {
  auto [minCode, maxCode] = getWeightCodeRange(precision.getWeight());
  switch (options.weight) {
  case quant::Method::MinMax:
    return quant::minMaxWeight(weights.data(), weights.size(), minCode, maxCode);
  case quant::Method::Percentile:
    return quant::percentileWeight(weights.data(), weights.size(), minCode, maxCode);
  case quant::Method::Mse:
    return quant::mseWeight(weights.data(), weights.size(), minCode, maxCode);
  case quant::Method::OutputError:
    return quant::outputErrorWeight(weights.data(), weights.size() / rows,
                                    getRowMoments(firstRow, rows), minCode, maxCode);
  }
  return 1;
}

quant::BinaryLevels LayerCalibration::chooseWeightLevels(ArrayRef<float> weights, int64_t firstRow,
                                                         int64_t rows) const {
  if (precision.getWeight().getBits() == 1)
    return quant::splitWeights(options.binary, weights.data(), weights.size());
  return {chooseWeightScale(weights, firstRow, rows)};
}

void LayerCalibration::chooseArrayLevels(const WeightMatrix &matrix,
                                         MutableArrayRef<quant::BinaryLevels> levels) {
  SmallVector<int64_t> firstRows;
  for (int64_t t = 0, row = 0; t < int64_t(tiles.size()); row += tiles[t++])
    firstRows.push_back(row);
  parallelFor(layer.getContext(), 0, levels.size(), [&](size_t i) {
    size_t t = i % tiles.size();
    int64_t row = i / tiles.size() * shape.rows + firstRows[t];
    levels[i] = chooseWeightLevels(matrix.readRows(row, tiles[t]), row, tiles[t]);
  });
}

void LayerCalibration::chooseColumnLevels(const WeightMatrix &matrix, ArrayRef<int64_t> cuts,
                                          MutableArrayRef<quant::BinaryLevels> levels) {
  constexpr int64_t kBlock = 64; // Outputs that are in memory at a time.
  int64_t blocks = llvm::divideCeil(shape.outputs(), kBlock);
  parallelFor(layer.getContext(), 0, blocks, [&](size_t block) {
    int64_t first = block * kBlock, count = std::min(kBlock, shape.outputs() - first);
    std::vector<float> weights = matrix.readOutputs(first, count);
    ArrayRef<float> left = weights;
    for (int64_t i = 0; i < count; ++i) {
      int64_t row = (first + i) / shape.columns * shape.rows;
      for (auto [t, rows] : llvm::enumerate(cuts)) {
        levels[t * shape.outputs() + first + i] =
            chooseWeightLevels(left.take_front(rows), row, rows);
        left = left.drop_front(rows);
        row += rows;
      }
    }
  });
}

LogicalResult LayerCalibration::chooseWeights() {
  WeightAttr weight = precision.getWeight();
  if (weight.getScale() || dynamic)
    return success();
  FailureOr<WeightMatrix> matrix = readWeightMatrix(layer);
  if (failed(matrix))
    return failure();
  SmallVector<int64_t> scaleShape = getScaleShape(weight.getGranularity(), shape, tiles.size(), 0);
  std::vector<quant::BinaryLevels> levels(ShapedType::getNumElements(scaleShape));
  switch (weight.getGranularity()) {
  case Granularity::Layer:
    levels[0] = chooseWeightLevels(matrix->readRows(0, shape.groups * shape.rows), 0,
                                   shape.groups * shape.rows);
    break;
  case Granularity::Array:
    chooseArrayLevels(*matrix, levels);
    break;
  case Granularity::Channel:
    chooseColumnLevels(*matrix, shape.rows, levels);
    break;
  case Granularity::Column:
    chooseColumnLevels(*matrix, tiles, levels);
    break;
  }
  auto make = [&](float quant::BinaryLevels::*level, StringRef what) {
    std::vector<float> numbers;
    for (const quant::BinaryLevels &group : levels)
      numbers.push_back(group.*level);
    return makeScale(scaleShape, std::move(numbers), what);
  };
  ElementsAttr scale = make(&quant::BinaryLevels::alpha, "weight_scale");
  if (weight.getBits() == 1)
    setWeightScale(scale, make(&quant::BinaryLevels::split, "weight_split"),
                   make(&quant::BinaryLevels::beta, "weight_beta"));
  else
    setWeightScale(scale);
  return success();
}

//===----------------------------------------------------------------------===//
// Activations
//===----------------------------------------------------------------------===//

static quant::Range getRange(const cim_tensor &tensor) {
  quant::Range range;
  range.add(static_cast<const float *>(tensor.data), countElements(tensor));
  return range;
}

void LayerCalibration::addRanges(ArrayRef<cim_tensor> operands) {
  quant::Range input = getRange(operands[0]);
  quant::Range weight = dynamic ? getRange(operands[1]) : quant::Range();
  std::lock_guard<std::mutex> lock(mutex);
  inputs.range.merge(input);
  weights.range.merge(weight);
}

FailureOr<std::vector<uint32_t>> LayerCalibration::getImportance() {
  FailureOr<WeightMatrix> matrix = readWeightMatrix(layer);
  if (failed(matrix))
    return failure();
  std::vector<double> squares(shape.groups * shape.rows / shape.kernelArea);
  for (int64_t row = 0; row < shape.groups * shape.rows; ++row)
    for (float weight : matrix->readRows(row, 1))
      squares[row / shape.kernelArea] += double(weight) * weight;
  return quant::channelImportance(squares);
}

LogicalResult LayerCalibration::startHistograms() {
  if (options.activation != quant::Method::MinMax && needsActivation())
    inputs.histogram.emplace(inputs.range);
  if (options.weight != quant::Method::MinMax && needsDynamicWeight())
    weights.histogram.emplace(weights.range);
  if (needsMoments())
    moments.emplace(shape.groups * shape.rows / shape.kernelArea, inputs.range);
  if (options.activation != quant::Method::OutputError || !inputs.histogram || dynamic)
    return success();
  FailureOr<std::vector<uint32_t>> computed = getImportance();
  if (succeeded(computed))
    importance = std::move(*computed);
  return computed;
}

void LayerCalibration::addHistogram(Statistics &statistics, const cim_tensor &tensor,
                                    const std::vector<uint32_t> &importance) {
  if (!statistics.histogram)
    return;
  quant::Histogram seen(statistics.range);
  seen.add(static_cast<const float *>(tensor.data), countElements(tensor), importance);
  std::lock_guard<std::mutex> lock(mutex);
  statistics.histogram->merge(seen);
}

void LayerCalibration::addHistograms(ArrayRef<cim_tensor> operands) {
  addHistogram(inputs, operands[0], importance);
  if (dynamic)
    addHistogram(weights, operands[1], {});
  if (!moments)
    return;
  quant::ChannelMoments seen(moments->channels(), inputs.range);
  seen.add(static_cast<const float *>(operands[0].data), countElements(operands[0]));
  std::lock_guard<std::mutex> lock(mutex);
  moments->merge(seen);
}

void LayerCalibration::chooseOperands() {
  if (needsActivation())
    chooseActivation();
  if (needsDynamicWeight())
    chooseDynamicWeight();
}

/// By the smallest range that will do, or by the least squared error: of outputs if values count by
/// their importance.
template <typename MinMax, typename Mse>
static auto chooseFrom(const quant::Range &range, const std::optional<quant::Histogram> &histogram,
                       quant::Method method, MinMax minMax, Mse mse) {
  switch (method) {
  case quant::Method::MinMax:
    return minMax(range);
  case quant::Method::Percentile:
    return minMax(histogram->percentileRange());
  case quant::Method::Mse:
  case quant::Method::OutputError:
    return mse(*histogram);
  }
  return minMax(range);
}

void LayerCalibration::chooseDynamicWeight() {
  auto range = getWeightCodeRange(precision.getWeight());
  int64_t low = range.first, high = range.second;
  float scale = chooseFrom(
      weights.range, weights.histogram, options.weight,
      [&](const quant::Range &seen) { return quant::minMaxWeight(seen, low, high); },
      [&](const quant::Histogram &seen) { return quant::mseWeight(seen, low, high); });
  setWeightScale(makeScale({}, {scale}, "weight_scale"));
}

void LayerCalibration::chooseActivation() {
  ActivationAttr activation = precision.getActivation();
  int bits = activation.getBits();
  if (inputs.range.min == 0)
    mapping = getWithEncoding(mapping, InputEncoding::Offset);
  bool symmetric = mapping.getInputEncoding() != InputEncoding::Offset;
  auto *mse = symmetric ? quant::mseSymmetricActivation : quant::mseActivation;
  auto *minMax = symmetric ? quant::minMaxSymmetricActivation : quant::minMaxActivation;
  quant::ActivationScale chosen = chooseFrom(
      inputs.range, inputs.histogram, options.activation,
      [&](const quant::Range &seen) { return minMax(seen, bits); },
      [&](const quant::Histogram &seen) { return mse(seen, bits); });
  FloatAttr scale = Builder(layer.getContext()).getF32FloatAttr(chosen.scale);
  replace(precision.getWeight(),
          ActivationAttr::get(layer.getContext(), bits, chosen.zeroPoint, scale),
          precision.getAdc());
}

//===----------------------------------------------------------------------===//
// Partial sums
//===----------------------------------------------------------------------===//

SmallVector<int64_t> LayerCalibration::getAdcScaleShape() {
  int64_t slices = getWeightSlices(mapping, precision.getWeight()).size();
  return getScaleShape(getAdcLayout(precision.getAdc()), shape, tiles.size(), slices);
}

int64_t LayerCalibration::countPartialSumGroups() {
  return ShapedType::getNumElements(getAdcScaleShape());
}

LogicalResult LayerCalibration::startPartialSums(size_t bins) {
  // The codes are those of a layer that is complete but for its ADC.
  layer.setPrecisionAttr(getWithIdealAdc(precision));
  layer.setMappingAttr(mapping);
  FailureOr<QuantizedLayer> quantized = quantizeLayer(layer);
  if (failed(quantized))
    return failure();
  PartialSumLayer sums;
  sums.shape = shape;
  sums.window = layer.getWindowOrNull();
  sums.inputShape = cast<ShapedType>(layer.getLayerInput().getType()).getShape().vec();
  if (sums.window)
    sums.outputSize = sums.window.getOutputSize(sums.inputShape[1], sums.inputShape[2]);
  sums.kind = mapping.getKind();
  sums.codes = std::move(quantized->codes);
  sums.tiles = tiles;
  sums.slices = getWeightSlices(mapping, precision.getWeight());
  if (convertsOutputs(precision.getAdc())) {
    sums.tiles = {shape.rows};
    sums.slices = {precision.getWeight().getBits()};
  }
  sums.cycles = getInputCycles(mapping, precision.getActivation());
  sums.encoding = mapping.getInputEncoding();
  sums.activation = precision.getActivation();
  sums.adc = precision.getAdc();
  partialSums.emplace(std::move(sums), bins,
                      hasTable() && options.table == quant::TableMethod::BsKmq);
  return success();
}

SmallVector<int64_t> LayerCalibration::choosePositions(int64_t sample) const {
  int64_t available = shape.allPositions();
  int64_t count = std::min(options.positions, available);
  uint64_t stream = hash(hash(options.seed + number) + sample);
  SmallVector<int64_t> positions;
  // One of each of `count` equal parts, so that they differ and cover the output.
  for (int64_t i = 0; i < count; ++i) {
    int64_t begin = i * available / count, end = (i + 1) * available / count;
    positions.push_back(begin + int64_t(hash(stream + i) % uint64_t(end - begin)));
  }
  return positions;
}

/// The weight codes of one head, as they are written at run time.
std::vector<int8_t> LayerCalibration::quantizeHead(const float *weight) const {
  auto range = getWeightCodeRange(precision.getWeight());
  float scale = readF32(precision.getWeight().getScale())->front();
  std::vector<int8_t> codes(shape.rows * shape.columns);
  for (auto [code, value] : llvm::zip_equal(codes, ArrayRef(weight, codes.size())))
    code = std::isnan(value) ? 0 : quantizeWeight(value, scale, range);
  return codes;
}

void LayerCalibration::addPartialSums(int64_t sample, ArrayRef<cim_tensor> operands) {
  const auto *input = static_cast<const float *>(operands[0].data);
  SmallVector<int64_t> positions = choosePositions(sample);
  if (!dynamic)
    return partialSums->add(input, positions);
  const auto *weight = static_cast<const float *>(operands[1].data);
  for (int64_t head = 0; head < shape.heads; ++head) {
    SmallVector<int64_t> ofHead;
    for (int64_t position : positions)
      if (position / shape.positions == head)
        ofHead.push_back(position % shape.positions);
    if (!ofHead.empty())
      partialSums->add(input + head * shape.positions * shape.rows,
                       quantizeHead(weight + head * shape.rows * shape.columns).data(), ofHead);
  }
}

quant::Codes LayerCalibration::getCodes() const {
  auto [min, max] = getAdcCodeRange(precision.getAdc(), mapping.getKind());
  return {min, max};
}

/// Signed codes are centred on the most frequent sum.
std::optional<int32_t> LayerCalibration::getFixedOffset() const {
  return getCodes().min < 0 ? std::optional<int32_t>(0) : std::nullopt;
}

static quant::Window chooseWindow(quant::Method method, const quant::Samples &samples,
                                  quant::Codes codes, std::optional<int32_t> offset) {
  switch (method) {
  case quant::Method::MinMax:
    return quant::minMaxWindow(samples, codes, offset);
  case quant::Method::Percentile:
    return quant::percentileWindow(samples, codes, offset);
  case quant::Method::Mse:
  case quant::Method::OutputError: // Which refines it.
    return quant::mseWindow(samples, codes, offset);
  }
  return {};
}

quant::AdcTable LayerCalibration::chooseTable(const quant::Samples &samples, quant::Window window,
                                              const quant::Interval &range) const {
  AdcAttr adc = precision.getAdc();
  quant::TableOptions tableOptions{options.table, int(adc.getBits()), adc.getReferenceUnit()};
  if (convertsOutputs(adc))
    tableOptions.limit = std::numeric_limits<int32_t>::max();
  return quant::chooseTable(samples, window, getCodes(), range, tableOptions);
}

void LayerCalibration::choosePartialSums() {
  std::vector<PartialSumCalibration::Group> groups = partialSums->getGroups();
  std::vector<quant::Window> windows(groups.size());
  std::vector<quant::AdcTable> tables(hasTable() ? groups.size() : 0);
  std::vector<quant::QuantizationError> errors(groups.size());
  quant::Codes codes = getCodes();
  std::optional<int32_t> offset = getFixedOffset();
  bool isLinear = !hasTable() || options.table == quant::TableMethod::Linear;
  parallelForEach(layer.getContext(), groups, [&](const PartialSumCalibration::Group &group) {
    quant::Samples samples = partialSums->getSamples(group);
    quant::Window &window = windows[group.index];
    if (isLinear)
      window = chooseWindow(options.partialSum, samples, codes, offset);
    quant::Quantizer quantizer = [=](double sum) { return quant::linearValue(window, codes, sum); };
    if (hasTable()) {
      quant::AdcTable &table = tables[group.index];
      table = chooseTable(samples, window, partialSums->getRange(group, samples));
      quantizer = table.toLevels();
    }
    errors[group.index] = quant::measureError(samples, quantizer);
  });
  if (isLinear && options.partialSum == quant::Method::OutputError)
    return partialSums->startErrors(windows, codes, offset);
  if (partialSums->hasHistograms())
    for (const quant::QuantizationError &error : errors) // In order: sums of floats depend on it.
      (adcError ? *adcError : adcError.emplace()) += error;
  partialSums.reset();
  hasTable() ? setTables(tables) : setWindows(windows);
}

void LayerCalibration::refinePartialSums() {
  std::vector<quant::Window> windows;
  std::vector<quant::AdcTable> tables;
  for (const PartialSumCalibration::Group &group : partialSums->getGroups()) {
    windows.push_back(partialSums->getBest(group));
    if (hasTable())
      tables.push_back(chooseTable({}, windows.back(), {}));
  }
  partialSums.reset();
  hasTable() ? setTables(tables) : setWindows(windows);
}

void LayerCalibration::setWindows(ArrayRef<quant::Window> windows) {
  std::vector<float> scales;
  std::vector<int32_t> offsets;
  for (quant::Window window : windows) {
    scales.push_back(window.scale);
    offsets.push_back(window.offset);
  }
  AdcAttr adc = precision.getAdc();
  SmallVector<int64_t> scaleShape = getAdcScaleShape();
  ElementsAttr offset;
  if (llvm::any_of(offsets, [](int32_t offset) { return offset != 0; }))
    offset = makeIntegers(scaleShape, std::move(offsets), "adc_offset");
  replace(precision.getWeight(), precision.getActivation(),
          AdcAttr::get(layer.getContext(), adc.getKind(), adc.getBits(), adc.getGranularity(),
                       adc.getRange(), makeScale(scaleShape, std::move(scales), "adc_scale"),
                       offset));
}

void LayerCalibration::setTables(ArrayRef<quant::AdcTable> tables) {
  std::vector<float> steps;
  std::vector<int32_t> thresholds, levels;
  for (const quant::AdcTable &table : tables) {
    steps.push_back(table.step);
    llvm::append_range(thresholds, table.thresholds);
    llvm::append_range(levels, table.levels);
  }
  AdcAttr adc = precision.getAdc();
  SmallVector<int64_t> scaleShape = getAdcScaleShape(), thresholdShape = scaleShape,
                       levelShape = scaleShape;
  thresholdShape.push_back(tables[0].thresholds.size());
  levelShape.push_back(tables[0].levels.size());
  replace(precision.getWeight(), precision.getActivation(),
          AdcAttr::get(layer.getContext(), adc.getKind(), adc.getBits(), adc.getGranularity(),
                       adc.getRange(), makeScale(scaleShape, std::move(steps), "adc_scale"),
                       /*offset=*/{},
                       makeIntegers(thresholdShape, std::move(thresholds), "adc_thresholds"),
                       makeIntegers(levelShape, std::move(levels), "adc_levels"),
                       adc.getPlacement(), adc.getReferenceUnit()));
}
