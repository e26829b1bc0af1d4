//===- WeightMatrix.cpp - The weights of a layer as matrices ----*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See WeightMatrix.h.
//
//===----------------------------------------------------------------------===//

#include "cim/Analysis/WeightMatrix.h"
#include "mlir/IR/Threading.h"
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

void WeightMatrix::read(int64_t k, int64_t first, int64_t count, float *out) const {
  int64_t stride = elements.splat ? 0 : outputStride, area = shape.kernelArea;
  const float *from = elements.data.data();
  if (!elements.splat)
    from += first * outputStride + k / area * channelStride + k % area * pixelStride;
  for (int64_t i = 0; i < count; ++i)
    out[i] = from[i * stride];
}

std::vector<float> WeightMatrix::readOutputs(int64_t first, int64_t count) const {
  std::vector<float> values(count * shape.rows), row(count);
  for (int64_t k = 0; k < shape.rows; ++k) {
    read(k, first, count, row.data());
    for (int64_t i = 0; i < count; ++i)
      values[i * shape.rows + k] = row[i];
  }
  return values;
}

std::vector<float> WeightMatrix::readRows(int64_t first, int64_t count) const {
  std::vector<float> values(count * shape.columns);
  for (int64_t row = 0; row < count; ++row)
    read((first + row) % shape.rows, (first + row) / shape.rows * shape.columns, shape.columns,
         values.data() + row * shape.columns);
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
  float code = weight / scale, low = range.first, high = range.second;
  code = code < low ? low : code;
  code = code > high ? high : code;
  return static_cast<int8_t>((code + 0x1.8p23f) - 0x1.8p23f);
}

std::vector<int8_t> cim::quantizeWeights(const WeightMatrix &matrix, WeightAttr weight,
                                         ArrayRef<float> steps, ArrayRef<int64_t> tiles) {
  // What is read together, for the cache: outputs are neighbours or far apart.
  constexpr int64_t kRows = 512, kMaxOutputs = 1024;
  const int64_t width = matrix.outputStride == 1 ? kMaxOutputs : 64;
  const LayerShape &shape = matrix.shape;
  ScaleIndex index{weight.getGranularity(), shape.groups, int64_t(tiles.size()), 0,
                   shape.outputs()};
  SmallVector<int32_t> tileOfRow = getTileOfRow(tiles);
  std::vector<int8_t> codes(matrix.elements.size);
  int64_t across = llvm::divideCeil(shape.columns, width),
          down = llvm::divideCeil(shape.rows, kRows);
  parallelFor(weight.getContext(), 0, shape.groups * across * down, [&](size_t block) {
    int64_t group = block / (across * down), firstRow = block / across % down * kRows;
    int64_t column = block % across * width, first = group * shape.columns + column;
    int64_t count = std::min(width, shape.columns - column);
    int8_t *out = codes.data() + (group * shape.rows + firstRow) * shape.columns + column;
    auto range = getWeightCodeRange(weight);
    bool binary = weight.getBits() == 1;
    float values[kMaxOutputs], stepOf[kMaxOutputs];
    for (int64_t k = firstRow; k < std::min(firstRow + kRows, shape.rows); ++k) {
      matrix.read(k, first, count, values);
      if (k == firstRow || tileOfRow[k] != tileOfRow[k - 1])
        for (int64_t i = 0; i < count; ++i)
          stepOf[i] = steps.empty() ? 0 : steps[index(tileOfRow[k], 0, first + i)];
      for (int64_t i = 0; i < count; ++i)
        out[i] = binary ? (values[i] >= stepOf[i] ? 1 : -1)
                        : quantizeWeight(values[i], stepOf[i], range);
      out += shape.columns;
    }
  });
  return codes;
}
