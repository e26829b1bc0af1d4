//===- WeightMatrix.cpp - The weights of a layer as matrices ----*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See WeightMatrix.h.
//
//===----------------------------------------------------------------------===//

#include "cim/Analysis/WeightMatrix.h"
#include <cmath>

using namespace mlir;
using namespace cim;

FailureOr<WeightMatrix> cim::readWeightMatrix(LayerOpInterface layer) {
  auto fail = [&](StringRef rule) {
    return layer.emitOpError("layer '") << layer.getLayer() << "': 'weight' must be " << rule;
  };
  ElementsAttr attr = getConstant(layer.getLayerWeight());
  if (!attr)
    return fail("a constant, got a computed value");
  FailureOr<ElementsView<float>> view = viewElements<float>(attr);
  if (failed(view))
    return fail("a constant whose data is present, got a missing or damaged resource");
  for (float value : view->data)
    if (!std::isfinite(value))
      return fail("finite, got ") << value;
  LayerShape shape = layer.getLayerShape();
  int64_t channels = shape.rows / shape.kernelArea;
  if (layer.getWindowOrNull()) // [OC, KH, KW, C]
    return WeightMatrix{shape, *view, shape.kernelArea * channels, 1, channels};
  return WeightMatrix{shape, *view, 1, shape.columns, 0};
}

std::vector<float> WeightMatrix::readOutputs(int64_t first, int64_t count) const {
  std::vector<float> values(count * shape.rows);
  int64_t area = shape.kernelArea;
  for (int64_t k = 0; k < shape.rows; ++k)
    for (int64_t i = 0; i < count; ++i)
      values[i * shape.rows + k] = at(k / area, k % area, first + i);
  return values;
}

std::vector<float> WeightMatrix::readRows(int64_t first, int64_t count) const {
  std::vector<float> values;
  values.reserve(count * shape.columns);
  for (int64_t row = first; row < first + count; ++row) {
    int64_t k = row % shape.rows, n = row / shape.rows * shape.columns;
    for (int64_t i = 0; i < shape.columns; ++i)
      values.push_back(at(k / shape.kernelArea, k % shape.kernelArea, n + i));
  }
  return values;
}

SmallVector<int32_t> cim::getTileOfRow(ArrayRef<int64_t> tiles) {
  SmallVector<int32_t> tileOfRow;
  for (auto [t, rows] : llvm::enumerate(tiles))
    tileOfRow.append(rows, t);
  return tileOfRow;
}

int8_t cim::quantizeWeight(float weight, float scale, std::pair<int64_t, int64_t> range) {
  // The sum with 1.5 * 2^23 rounds to an integer, to even as the contract says; a code is one
  // already at the ends of its range.
  float code = std::clamp<float>(weight / scale, range.first, range.second);
  return static_cast<int8_t>((code + 0x1.8p23f) - 0x1.8p23f);
}

std::vector<int8_t> cim::quantizeWeights(const WeightMatrix &matrix, WeightAttr weight,
                                         ArrayRef<float> scales, ArrayRef<int64_t> tiles) {
  constexpr int64_t kBlock = 64; // Outputs that are read together, for the cache.
  const LayerShape &shape = matrix.shape;
  ScaleIndex index{weight.getGranularity(), shape.groups, int64_t(tiles.size()), 0,
                   shape.outputs()};
  auto range = getWeightCodeRange(weight);
  bool binary = weight.getBits() == 1;
  SmallVector<int32_t> tileOfRow = getTileOfRow(tiles);
  std::vector<int8_t> codes(matrix.elements.size);
  int64_t area = shape.kernelArea;
  for (int64_t first = 0; first < shape.outputs(); first += kBlock)
    for (int64_t k = 0; k < shape.rows; ++k)
      for (int64_t n = first; n < std::min(first + kBlock, shape.outputs()); ++n) {
        int64_t row = n / shape.columns * shape.rows + k;
        float value = matrix.at(k / area, k % area, n);
        codes[row * shape.columns + n % shape.columns] =
            binary ? (value >= 0 ? 1 : -1)
                   : quantizeWeight(value, scales[index(tileOfRow[k], 0, n)], range);
      }
  return codes;
}
