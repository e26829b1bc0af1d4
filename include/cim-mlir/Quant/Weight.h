//===- Weight.h - Weight scales ---------------------------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The scale of one group of weights: a layer, a channel, an array or a column; and
// of a computed weight, from statistics of the values seen.
//
//===----------------------------------------------------------------------===//

#ifndef CIM_MLIR_QUANT_WEIGHT_H
#define CIM_MLIR_QUANT_WEIGHT_H

#include "cim-mlir/Quant/Activation.h"
#include <cstddef>
#include <limits>

namespace cim::quant {

/// The smallest scale with which every weight fits the codes minCode..maxCode
/// (minCode < 0 < maxCode): max|w| / Q for a narrow range.
float minMaxWeight(const float *weights, size_t count, int minCode, int maxCode);

float minMaxWeight(const Range &range, int minCode, int maxCode);

/// The scale with the least squared error among 1, 0.99, ... 0.21 times that of
/// minMaxWeight; the largest of equals.
float mseWeight(const float *weights, size_t count, int minCode, int maxCode);
float mseWeight(const Histogram &histogram, int minCode, int maxCode);

/// The squared error of quantizing weights with a scale, or a part of it that is `limit` or
/// more.
double squaredError(const float *weights, size_t count, float scale, int minCode, int maxCode,
                    double limit = std::numeric_limits<double>::infinity());

} // namespace cim::quant

#endif // CIM_MLIR_QUANT_WEIGHT_H
