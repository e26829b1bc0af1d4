//===- WeightMatrix.h - The weights of a layer as matrices ------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Reads the constant weights of a layer in the order of its crossbar rows, without
// a copy of all of them, and quantizes them (section 2.3 of the design contract).
//
//===----------------------------------------------------------------------===//

#ifndef CIM_ANALYSIS_WEIGHTMATRIX_H
#define CIM_ANALYSIS_WEIGHTMATRIX_H

#include "cim/Analysis/Elements.h"
#include "cim/Analysis/Layout.h"

namespace cim {

/// A view of the float weights of a layer as matrices of K rows, k = (c*KH + kh)*KW + kw with
/// c counted within the group, and N outputs counted over all groups.
struct WeightMatrix {
  LayerShape shape;
  ElementsView<float> elements;
  /// Distances in `elements`.
  int64_t outputStride, channelStride, pixelStride;

  /// The weights of row k of some outputs.
  void read(int64_t k, int64_t first, int64_t count, float *out) const;
  /// The weights of some outputs, [count, K].
  std::vector<float> readOutputs(int64_t first, int64_t count) const;
  /// Some rows, counted over all groups, [count, N / G].
  std::vector<float> readRows(int64_t first, int64_t count) const;
};

/// Reads the weights of a layer. It is an error, reported at the layer, if they
/// are not constant, if their resource is missing or if one is not finite. The view lives
/// as long as the constant.
mlir::FailureOr<WeightMatrix> readWeightMatrix(LayerOpInterface layer);

/// The row tile t of every row k.
llvm::SmallVector<int32_t> getTileOfRow(llvm::ArrayRef<int64_t> tiles);

/// The code of one weight: clamp(roundeven(weight / scale), range).
int8_t quantizeWeight(float weight, float scale, std::pair<int64_t, int64_t> range);

/// The codes of a layer, [G, K, N / G], for scales of the shape that the granularity of
/// `weight` asks for, where t counts `tiles`. Of 1 bit `steps` are not scales but the least weights
/// of code 1, the others having -1; none stand for zeros.
std::vector<int8_t> quantizeWeights(const WeightMatrix &matrix, WeightAttr weight,
                                    llvm::ArrayRef<float> steps, llvm::ArrayRef<int64_t> tiles);

} // namespace cim

#endif // CIM_ANALYSIS_WEIGHTMATRIX_H
