//===- WeightMatrix.h - The weights of a layer as matrices ------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Brings the constant weights of a layer into the order of its crossbar rows
// and quantizes them (section 2.3 of the design contract).
//
//===----------------------------------------------------------------------===//

#ifndef CIM_ANALYSIS_WEIGHTMATRIX_H
#define CIM_ANALYSIS_WEIGHTMATRIX_H

#include "cim/Analysis/Layout.h"

namespace cim {

/// The float weights of a layer, [G, K, N / G], with k = (c*KH + kh)*KW + kw and c
/// counted within the group.
struct WeightMatrix {
  LayerShape shape;
  std::vector<float> data;

  /// The weight of row k for output n, counted over all groups.
  float at(int64_t k, int64_t n) const {
    return data[(n / shape.columns * shape.rows + k) * shape.columns + n % shape.columns];
  }
};

/// Reads the weights of a layer. It is an error, reported at the layer, if they
/// are not constant, if their resource is missing or if one is not finite.
mlir::FailureOr<WeightMatrix> readWeightMatrix(LayerOpInterface layer);

/// The row tile t of every row k.
llvm::SmallVector<int32_t> getTileOfRow(llvm::ArrayRef<int64_t> tiles);

/// The code of one weight: clamp(roundeven(weight / scale), range).
int8_t quantizeWeight(float weight, float scale, std::pair<int64_t, int64_t> range);

/// The codes of a layer, [G, K, N / G], for scales of the shape that the
/// granularity of `weight` asks for, where t counts `tiles`. Of 1 bit they are signs.
std::vector<int8_t> quantizeWeights(const WeightMatrix &matrix, WeightAttr weight,
                                    llvm::ArrayRef<float> scales, llvm::ArrayRef<int64_t> tiles);

} // namespace cim

#endif // CIM_ANALYSIS_WEIGHTMATRIX_H
