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

/// The smallest scale with which 1 - 2 * kTail of the weights fit the codes: of fewer than 1000,
/// or if all others are zero, all.
float percentileWeight(const float *weights, size_t count, int minCode, int maxCode);

/// The scale with the least squared error, of codes -1..1 that of all scales, else among 1, 0.99,
/// ... 0.21 times that of minMaxWeight; the largest of equals.
float mseWeight(const float *weights, size_t count, int minCode, int maxCode);
float mseWeight(const Histogram &histogram, int minCode, int maxCode);

/// The squared error of quantizing weights with a scale, or a part of it that is `limit` or
/// more.
double squaredError(const float *weights, size_t count, float scale, int minCode, int maxCode,
                    double limit = std::numeric_limits<double>::infinity());

/// Sums over the values of each channel of a layer's input, in fixed point: whatever the order in
/// which values arrive, the moments are the same.
class ChannelMoments {
public:
  /// Values are within the range.
  ChannelMoments(size_t channels, const Range &range);

  /// Value i is of channel i % channels.
  void add(const float *values, size_t count);
  void merge(const ChannelMoments &other);

  size_t channels() const { return sums.size(); }
  /// Of a single value, which tells nothing of the variance: 0 and its square.
  double mean(size_t channel) const;
  double variance(size_t channel) const;

private:
  float unit;
  uint64_t count = 0;
  std::vector<int64_t> sums, squares;
};

/// Mean and variance of the input that each row of weights is multiplied with. Each `groupRows`
/// rows feed outputs of their own; there is a multiple of them.
struct RowMoments {
  std::vector<double> mean, variance;
  size_t groupRows;
};

/// The error that quantized weights [rows, columns] cause in outputs, squared and summed over
/// outputs: of e = w - scale * code, that is the expectation of (sum_k x_k e_k)^2 for inputs that
/// are uncorrelated, sum_k variance_k e_k^2 + (sum_k mean_k e_k)^2. Or a part of it that is `limit`
/// or more.
double outputError(const float *weights, size_t columns, const RowMoments &rows, float scale,
                   int minCode, int maxCode,
                   double limit = std::numeric_limits<double>::infinity());

/// The scale with the least error of outputs on the grid of mseWeight.
float outputErrorWeight(const float *weights, size_t columns, const RowMoments &rows, int minCode,
                        int maxCode);

} // namespace cim::quant

#endif // CIM_MLIR_QUANT_WEIGHT_H
