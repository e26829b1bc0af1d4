//===- WeightMatrix.cpp - The weights of a layer as matrices ----*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See WeightMatrix.h.
//
//===----------------------------------------------------------------------===//

#include "cim/Analysis/WeightMatrix.h"
#include "cim/Analysis/Elements.h"
#include <cmath>

using namespace mlir;
using namespace cim;

/// The weight of a convolution, [OC, KH, KW, C], in the order of its rows.
static std::vector<float> reorder(const ElementsView<float> &weight, const LayerShape &shape) {
  std::vector<float> data(weight.size);
  int64_t area = shape.kernelArea, channels = shape.rows / area, i = 0;
  for (int64_t n = 0; n < shape.outputs(); ++n)
    for (int64_t pixel = 0; pixel < area; ++pixel)
      for (int64_t c = 0; c < channels; ++c, ++i) {
        int64_t row = n / shape.columns * shape.rows + c * area + pixel;
        data[row * shape.columns + n % shape.columns] = weight[i];
      }
  return data;
}

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
  WeightMatrix matrix{layer.getLayerShape(), {}};
  if (layer.getWindowOrNull())
    matrix.data = reorder(*view, matrix.shape);
  else if (view->splat)
    matrix.data.assign(view->size, view->data[0]);
  else
    matrix.data.assign(view->data.begin(), view->data.end());
  for (float value : matrix.data)
    if (!std::isfinite(value))
      return fail("finite, got ") << value;
  return matrix;
}

SmallVector<int32_t> cim::getTileOfRow(ArrayRef<int64_t> tiles) {
  SmallVector<int32_t> tileOfRow;
  for (auto [t, rows] : llvm::enumerate(tiles))
    tileOfRow.append(rows, t);
  return tileOfRow;
}

int8_t cim::quantizeWeight(float weight, float scale, std::pair<int64_t, int64_t> range) {
  float code = std::nearbyint(weight / scale);
  return static_cast<int8_t>(std::clamp<float>(code, range.first, range.second));
}

std::vector<int8_t> cim::quantizeWeights(const WeightMatrix &matrix, WeightAttr weight,
                                         ArrayRef<float> scales, ArrayRef<int64_t> tiles) {
  const LayerShape &shape = matrix.shape;
  ScaleIndex index{weight.getGranularity(), shape.groups, int64_t(tiles.size()), 0,
                   shape.outputs()};
  auto range = getWeightCodeRange(weight);
  SmallVector<int32_t> tileOfRow = getTileOfRow(tiles);
  std::vector<int8_t> codes(matrix.data.size());
  size_t i = 0;
  for (int64_t g = 0; g < shape.groups; ++g)
    for (int64_t k = 0; k < shape.rows; ++k)
      for (int64_t n = g * shape.columns; n < (g + 1) * shape.columns; ++n, ++i)
        codes[i] = weight.getBits() == 1
                       ? (matrix.data[i] >= 0 ? 1 : -1)
                       : quantizeWeight(matrix.data[i], scales[index(tileOfRow[k], 0, n)], range);
  return codes;
}
