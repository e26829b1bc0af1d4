//===- Scale.h - Stored scales ----------------------------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What every stored scale must be, and how it is chosen.
//
//===----------------------------------------------------------------------===//

#ifndef CIM_MLIR_QUANT_SCALE_H
#define CIM_MLIR_QUANT_SCALE_H

#include <cfloat>

namespace cim::quant {

/// How a scale is chosen: the smallest that clips nothing, the smallest that clips few values,
/// the one with the least squared error, or with the least that it causes in the layer's output.
enum class Method { MinMax, Percentile, Mse, OutputError };

/// The share of values that Method::Percentile leaves beyond each end of a range.
constexpr double kTail = 0.0005;

/// The normal positive float32 nearest to a wanted scale. 0, the wish of a tensor of
/// zeros, gives 1.
inline float toScale(double wanted) {
  if (wanted == 0)
    return 1.0f;
  if (wanted < FLT_MIN)
    return FLT_MIN;
  return wanted > FLT_MAX ? FLT_MAX : static_cast<float>(wanted);
}

/// Rounds half to even; |value| < 2^22. Unlike nearbyint, which it equals there, it is
/// no call and becomes a vector instruction on any machine.
inline float roundToCode(float value) { return (value + 0x1.8p23f) - 0x1.8p23f; }
inline double roundToCode(double value) { return (value + 0x1.8p52) - 0x1.8p52; }

} // namespace cim::quant

#endif // CIM_MLIR_QUANT_SCALE_H
