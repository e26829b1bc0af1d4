//===- QuantizedLayer.h - A layer as codes in arrays ------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Checks that a layer can be executed by crossbars and gives the weight codes
// that its arrays will hold.
//
//===----------------------------------------------------------------------===//

#ifndef CIM_ANALYSIS_QUANTIZEDLAYER_H
#define CIM_ANALYSIS_QUANTIZEDLAYER_H

#include "cim/Analysis/Lossless.h"

namespace cim {

/// What the arrays of a layer hold and how they are cut in the end.
struct QuantizedLayer {
  LayerShape shape;
  /// Weight codes [G, K, N / G]; none if the layer is dynamic.
  std::vector<int8_t> codes;
  llvm::SmallVector<int64_t> tiles;

  /// Least and greatest partial sum of the layer that this was made from; looks at all
  /// codes.
  PartialSumRange getRange(LayerOpInterface layer) const;
};

/// Quantizes the weights of a layer. It is an error, reported at the layer, if
/// its precision is not complete, a scale cannot be used or its weights cannot be read.
mlir::FailureOr<QuantizedLayer> quantizeLayer(LayerOpInterface layer);

} // namespace cim

#endif // CIM_ANALYSIS_QUANTIZEDLAYER_H
