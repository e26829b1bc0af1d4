//===- Limits.h - Bounds that verifiers and passes share --------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// How large things may be, so that all arithmetic on them is exact.
//
//===----------------------------------------------------------------------===//

#ifndef CIM_IR_LIMITS_H
#define CIM_IR_LIMITS_H

#include <cstdint>

namespace cim {

/// Partial sums that a non-ideal ADC converts, and its window offsets, stay below this in
/// magnitude: float32 holds such integers exactly.
constexpr int64_t kPartialSumLimit = int64_t(1) << 24;

/// Sums of a layer with an ideal ADC over all of its rows stay below this in magnitude: the
/// runtime adds them up in int32.
constexpr int64_t kIdealSumLimit = int64_t(1) << 31;

/// Largest unit of the thresholds of an ADC: 2^16 - 1 multiples of it fit kPartialSumLimit.
constexpr int64_t kMaxReferenceUnit = 256;

/// Elements of a tensor: products of a few sizes stay within int64.
constexpr int64_t kMaxElements = int64_t(1) << 48;

/// Rows of one weight matrix of a layer: its tiles are listed in memory.
constexpr int64_t kMaxRows = int64_t(1) << 24;

/// Most of a kernel, a stride, a dilation or a pad of a window along one axis.
constexpr int64_t kMaxWindow = 65536;

} // namespace cim

#endif // CIM_IR_LIMITS_H
