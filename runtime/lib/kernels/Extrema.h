//===- Extrema.h - Maxima and minima ----------------------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The one rule of elementwise extrema, reductions and pools: not-a-number is kept.
//
//===----------------------------------------------------------------------===//

#ifndef CIM_RUNTIME_LIB_KERNELS_EXTREMA_H
#define CIM_RUNTIME_LIB_KERNELS_EXTREMA_H

namespace cim::runtime {

template <typename T> T maximum(T a, T b) { return a > b || a != a ? a : b; }

template <typename T> T minimum(T a, T b) { return a < b || a != a ? a : b; }

} // namespace cim::runtime

#endif // CIM_RUNTIME_LIB_KERNELS_EXTREMA_H
