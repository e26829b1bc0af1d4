//===- PartialSumCalibration.cpp - Partial sums of a layer ------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// For each tile the weights are expanded to rows of digits [S, N/G]; a position adds
// the rows of its non-zero input digits, cycle by cycle. Sums are int16 where a bound
// proves it, so that the inner loop is a short vector addition.
//
//===----------------------------------------------------------------------===//

#include "PartialSumCalibration.h"
#include <cmath>
#include <limits>

using namespace cim;

static constexpr int64_t lowBits(int64_t bits) { return (int64_t(1) << bits) - 1; }

PartialSumCalibration::PartialSumCalibration(PartialSumLayer source, size_t bins, bool hasBatches)
    : layer(std::move(source)), bins(bins),
      cycleWeights(convertsOutputs(layer.adc) ? llvm::SmallVector<int64_t>{1}
                                              : getCycleWeights(layer.encoding, layer.cycles)),
      mutexes(new std::mutex[countSets()]),
      statistics(countSets(), quant::PartialSums(groupsOfSet(), bins)) {
  if (!hasBatches)
    return;
  batch = statistics;
  ranges.assign(countSets(), std::vector<quant::MovingRange>(groupsOfSet()));
}

void PartialSumCalibration::endBatch() {
  for (auto [sums, rangesOfSet] : llvm::zip(batch, ranges)) {
    for (auto [group, range] : llvm::enumerate(rangesOfSet))
      range.add(sums.samples(group));
    sums = quant::PartialSums(groupsOfSet(), bins);
  }
}

size_t PartialSumCalibration::countSets() const {
  return indexOf(layer.shape.groups - 1, layer.tiles.size() - 1, layer.slices.size() - 1) + 1;
}

size_t PartialSumCalibration::indexOf(int64_t group, int64_t tile, int64_t slice) const {
  int64_t tiles = layer.tiles.size(), slices = layer.slices.size();
  switch (layer.adc.getGranularity()) {
  case Granularity::Array:
    return group * tiles + tile;
  case Granularity::Column:
    return (group * tiles + tile) * slices + slice;
  default:
    return 0;
  }
}

/// Section 2.2.
static uint8_t quantize(float value, float scale, float zeroPoint, float top) {
  float code = value / scale;
  if (std::isnan(code))
    code = 0;
  code = std::min(std::max(code, -zeroPoint), top - zeroPoint);
  return static_cast<uint8_t>(quant::roundToCode(code) + zeroPoint);
}

void PartialSumCalibration::gather(const float *input, int64_t position, uint8_t *codes) const {
  float scale = static_cast<float>(layer.activation.getScale().getValueAsDouble());
  auto zeroPoint = static_cast<float>(layer.activation.getZeroPoint());
  auto top = static_cast<float>(lowBits(layer.activation.getBits()));
  if (!layer.window) {
    for (int64_t k = 0; k < layer.shape.rows; ++k)
      codes[k] = quantize(input[position * layer.shape.rows + k], scale, zeroPoint, top);
    return;
  }
  auto [outHeight, outWidth] = layer.outputSize;
  int64_t height = layer.inputShape[1], width = layer.inputShape[2], depth = layer.inputShape[3];
  const float *image = input + position / (outHeight * outWidth) * height * width * depth;
  int64_t oy = position / outWidth % outHeight, ox = position % outWidth;
  auto kernel = layer.window.getKernel(), stride = layer.window.getStride();
  auto pad = layer.window.getPad(), dilation = layer.window.getDilation();
  int64_t area = layer.window.getArea();
  for (int64_t kh = 0; kh < kernel[0]; ++kh)
    for (int64_t kw = 0; kw < kernel[1]; ++kw) {
      int64_t y = oy * stride[0] - pad[0] + kh * dilation[0];
      int64_t x = ox * stride[1] - pad[2] + kw * dilation[1];
      bool inside = y >= 0 && y < height && x >= 0 && x < width;
      // Channels of all groups in order are rows of all groups in order.
      uint8_t *code = codes + kh * kernel[1] + kw;
      for (int64_t c = 0; c < depth; ++c, code += area)
        *code = quantize(inside ? image[(y * width + x) * depth + c] : 0.0f, scale, zeroPoint, top);
    }
}

/// Rows of a tile as digits [rows, S, columns], signed if the kind is differential.
template <typename T>
static std::vector<T> expandDigits(const int8_t *codes, int64_t rows, int64_t columns,
                                   MappingKind kind, llvm::ArrayRef<int64_t> slices) {
  std::vector<T> digits(rows * columns * slices.size());
  int64_t weightBits = llvm::sum_of(slices);
  T *out = digits.data();
  for (int64_t k = 0; k < rows; ++k, codes += columns) {
    int64_t offset = 0;
    for (int64_t bits : slices) {
      for (int64_t n = 0; n < columns; ++n) {
        int stored = getStoredWeight(kind, codes[n], weightBits);
        int magnitude = std::abs(stored) >> offset & int(lowBits(bits));
        *out++ = static_cast<T>(stored < 0 ? -magnitude : magnitude);
      }
      offset += bits;
    }
  }
  return digits;
}

/// What the DACs are fed for a code (section 2.2).
static int feed(const PartialSumLayer &layer, int code, int64_t pass) {
  int zeroPoint = layer.activation.getZeroPoint();
  switch (layer.encoding) {
  case InputEncoding::Offset:
    return code;
  case InputEncoding::TwosComplement:
    return code ^ zeroPoint; // The top bit.
  case InputEncoding::Differential:
    return std::max(pass == 0 ? code - zeroPoint : zeroPoint - code, 0);
  }
  return code;
}

template <typename T> static void addRow(T *sums, const T *row, int64_t size, int digit) {
  for (int64_t i = 0; i < size; ++i)
    sums[i] = static_cast<T>(sums[i] + digit * row[i]);
}

template <typename T>
void PartialSumCalibration::addTile(const int8_t *codes, int64_t group, int64_t tile,
                                    int64_t firstRow, const std::vector<uint8_t> &patches,
                                    int64_t positions) {
  int64_t columns = layer.shape.columns, slices = layer.slices.size();
  int64_t passes = getNumPasses(layer.encoding), cycles = cycleWeights.size();
  int64_t rows = layer.tiles[tile], allRows = layer.shape.groups * layer.shape.rows;
  int64_t row = group * layer.shape.rows + firstRow, size = slices * columns;
  std::vector<T> digits =
      expandDigits<T>(codes + row * columns, rows, columns, layer.kind, layer.slices);
  std::vector<T> sums(positions * cycles * size);
  for (int64_t m = 0; m < positions; ++m)
    for (int64_t k = 0; k < rows; ++k) {
      int code = patches[m * allRows + row + k];
      for (int64_t pass = 0; pass < passes; ++pass) {
        T *out = sums.data() + (m * passes + pass) * layer.cycles.size() * size;
        int left = feed(layer, code, pass);
        for (int64_t b = 0; left != 0; left >>= layer.cycles[b], ++b, out += size)
          if (int digit = left & int(lowBits(layer.cycles[b])))
            addRow(out, digits.data() + k * size, size, digit);
      }
    }
  addSums(sums.data(), group, tile, positions);
}

template <typename T>
void PartialSumCalibration::addSums(const T *sums, int64_t group, int64_t tile, int64_t positions) {
  if (errors.empty())
    addStatistics(sums, group, tile, positions);
  else
    addErrors(sums, group, tile, positions);
}

template <typename T>
void PartialSumCalibration::addStatistics(const T *sums, int64_t group, int64_t tile,
                                          int64_t positions) {
  int64_t columns = layer.shape.columns, slices = layer.slices.size();
  for (int64_t s = 0; s < slices; ++s) {
    size_t set = indexOf(group, tile, s);
    std::lock_guard<std::mutex> lock(mutexes[set]);
    for (auto *sets : {&statistics, &batch})
      for (int64_t i = 0; !sets->empty() && i < positions * int64_t(cycleWeights.size()); ++i)
        (*sets)[set].add(sums + (i * slices + s) * columns, columns);
  }
}

/// Numbers as parts of the one of the largest magnitude.
static std::vector<float> normalize(llvm::ArrayRef<int64_t> weights) {
  int64_t largest = 0;
  for (int64_t weight : weights)
    largest = std::max(largest, std::abs(weight));
  std::vector<float> parts;
  for (int64_t weight : weights)
    parts.push_back(float(weight) / float(largest));
  return parts;
}

/// The conversions of a tile that share a window and an output are summed before they are squared:
/// of all cycles, and of all slices unless each has its own.
template <typename T>
void PartialSumCalibration::addErrors(const T *sums, int64_t group, int64_t tile,
                                      int64_t positions) {
  int64_t columns = layer.shape.columns, slices = layer.slices.size();
  bool eachSlice = layer.adc.getGranularity() == Granularity::Column;
  llvm::SmallVector<int64_t> weights;
  for (int64_t cycle : cycleWeights)
    for (int64_t slice : getSliceWeights(layer.kind, layer.slices))
      if (!eachSlice)
        weights.push_back(cycle * slice);
  std::vector<float> parts = normalize(eachSlice ? cycleWeights : weights);
  int64_t sets = eachSlice ? slices : 1, stride = columns * sets;
  for (int64_t s = 0; s < sets; ++s) {
    size_t set = indexOf(group, tile, s);
    std::lock_guard<std::mutex> lock(mutexes[set]);
    for (int64_t m = 0; m < positions; ++m)
      errors[set].add(sums + m * cycleWeights.size() * slices * columns + s * columns, columns,
                      stride, parts);
  }
}

/// Sums over all rows as an ideal ADC gives them, of x - z for encodings without a zero-point term.
void PartialSumCalibration::addOutputs(const int8_t *codes, int64_t group,
                                       const std::vector<uint8_t> &patches, int64_t positions) {
  int64_t columns = layer.shape.columns, rows = layer.shape.rows;
  int64_t allRows = layer.shape.groups * rows;
  int zero = layer.encoding == InputEncoding::Offset ? 0 : layer.activation.getZeroPoint();
  std::vector<int32_t> sums(positions * columns), row(columns);
  // Binary weights in offset cells are 0 and 1, and have the reference column apart.
  bool isStored = layer.kind == MappingKind::Offset && layer.slices.front() == 1;
  for (int64_t k = 0; k < rows; ++k) {
    const int8_t *weights = codes + (group * rows + k) * columns;
    for (int64_t n = 0; n < columns; ++n)
      row[n] = isStored ? getStoredWeight(layer.kind, weights[n], 1) : weights[n];
    for (int64_t m = 0; m < positions; ++m)
      if (int input = patches[m * allRows + group * rows + k] - zero)
        addRow(sums.data() + m * columns, row.data(), columns, input);
  }
  addSums(sums.data(), group, /*tile=*/0, positions);
}

void PartialSumCalibration::add(const float *input, const int8_t *codes,
                                llvm::ArrayRef<int64_t> positions) {
  int64_t allRows = layer.shape.groups * layer.shape.rows;
  std::vector<uint8_t> patches(positions.size() * allRows);
  for (auto [m, position] : llvm::enumerate(positions))
    gather(input, position, patches.data() + m * allRows);
  if (convertsOutputs(layer.adc)) {
    for (int64_t group = 0; group < layer.shape.groups; ++group)
      addOutputs(codes, group, patches, positions.size());
    return;
  }
  int64_t digit = lowBits(*llvm::max_element(layer.cycles));
  int64_t cell = lowBits(*llvm::max_element(layer.slices));
  for (int64_t group = 0; group < layer.shape.groups; ++group) {
    int64_t firstRow = 0;
    for (auto [tile, rows] : llvm::enumerate(layer.tiles)) {
      if (rows * digit * cell <= std::numeric_limits<int16_t>::max())
        addTile<int16_t>(codes, group, tile, firstRow, patches, positions.size());
      else
        addTile<int32_t>(codes, group, tile, firstRow, patches, positions.size());
      firstRow += rows;
    }
  }
}

std::vector<PartialSumCalibration::Group> PartialSumCalibration::getGroups() const {
  int64_t tiles = layer.tiles.size(), slices = layer.slices.size();
  Granularity granularity = layer.adc.getGranularity();
  ScaleIndex index{granularity, layer.shape.groups, tiles, slices, layer.shape.outputs()};
  std::vector<Group> groups(
      mlir::ShapedType::getNumElements(getScaleShape(granularity, layer.shape, tiles, slices)));
  for (int64_t n = 0; n < layer.shape.outputs(); ++n)
    for (int64_t t = 0; t < tiles; ++t)
      for (int64_t s = 0; s < slices; ++s) {
        int64_t i = index(t, s, n);
        groups[i] = {i, indexOf(n / layer.shape.columns, t, s), n % groupsOfSet()};
      }
  return groups;
}

void PartialSumCalibration::startErrors(llvm::ArrayRef<quant::Window> windows, quant::Codes codes,
                                        std::optional<int32_t> offset) {
  std::vector<std::vector<quant::Window>> sets(countSets(),
                                               std::vector<quant::Window>(groupsOfSet()));
  for (const Group &group : getGroups())
    sets[group.set][group.number] = windows[group.index];
  statistics = batch = {};
  for (std::vector<quant::Window> &set : sets)
    errors.emplace_back(std::move(set), codes, offset);
}
