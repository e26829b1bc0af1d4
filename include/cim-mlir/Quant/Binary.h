//===- Binary.h - Weights of two and of three levels ------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The levels of one group of weights, a layer, a channel, an array or a column, with the least
// squared error: closed forms, no search over scales. Two levels as in "BWMA" (arXiv 2508.21524).
//
//===----------------------------------------------------------------------===//

#ifndef CIM_MLIR_QUANT_BINARY_H
#define CIM_MLIR_QUANT_BINARY_H

#include <cstddef>

namespace cim::quant {

/// Where the weights of a group are split into two levels: at their mean, or where the
/// squared error is least.
enum class BinarySplit { Mean, Free };

/// Weights of at least `split` are alpha + beta, the others beta - alpha.
struct BinaryLevels {
  float alpha = 1, beta = 0, split = 0;
};

/// Levels around the mean mu: split = beta = mu, alpha = mean |w - mu|, which has the least error
/// of any alpha for these.
BinaryLevels meanSplit(const float *weights, size_t count);

/// The levels with the least error of all: the means of both sides of the best of all splits,
/// which is found by sorting; the first of equals.
BinaryLevels freeSplit(const float *weights, size_t count);

inline BinaryLevels splitWeights(BinarySplit split, const float *weights, size_t count) {
  return split == BinarySplit::Mean ? meanSplit(weights, count) : freeSplit(weights, count);
}

/// The scale with the least error of the codes -1, 0 and 1: alpha = mean of the k largest |w|
/// for the k with the greatest (sum of them)^2 / k, the first of equals. At the best k they are
/// those of at least alpha / 2, so rounding w / alpha finds them.
float ternaryScale(const float *weights, size_t count);

} // namespace cim::quant

#endif // CIM_MLIR_QUANT_BINARY_H
