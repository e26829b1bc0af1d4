//===- Tables.h - The tables of a crossbar layer ----------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Everything about a layer that does not depend on its input, as float32.
//
//===----------------------------------------------------------------------===//

#ifndef LIB_CONVERSION_CIMTOXBAR_TABLES_H
#define LIB_CONVERSION_CIMTOXBAR_TABLES_H

#include "cim/Analysis/Elements.h"
#include "cim/Analysis/LayerChain.h"
#include <optional>
#include <vector>

namespace cim {

/// The operands of an xbar.mvm besides its arrays.
struct LayerTables {
  /// [N]: bias, zero point (unless the encoding has no such term) and window offsets. The zero
  /// point is left out if the weight is computed; then `correctionScale` is its factor s_w * s_a.
  std::vector<float> start;
  std::optional<float> correctionScale;
  /// [T', S', N], where a summed axis has size 1.
  std::vector<float> scale;
  /// [T', N], factors of the sums of digits of an offset mapping; empty where these join the
  /// others.
  std::vector<float> reference;
  /// [T, S, N] of a linear ADC; `offsets` is empty where they are all zero.
  std::vector<float> reciprocal;
  std::vector<int32_t> offsets;
  /// Of a non-linear ADC: [T, S, N, L] and [T, S, N, L+1], with size 1 along axes on which they
  /// do not depend.
  llvm::SmallVector<int64_t> thresholdShape, levelShape;
  std::vector<int32_t> thresholds, levels;
};

/// Folds the scales, offsets, codes and bias of a layer. It is an error, reported
/// at `mvm`, if one of them cannot be read.
mlir::FailureOr<LayerTables> foldTables(LayerChain &chain);

} // namespace cim

#endif // LIB_CONVERSION_CIMTOXBAR_TABLES_H
