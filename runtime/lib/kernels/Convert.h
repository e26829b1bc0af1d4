//===- Convert.h - Conversion of numbers ------------------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The one rule by which values change their element type: to integers, half to even and
// saturating, not-a-number becomes 0; between integers, wrapping; to bool, x != 0.
//
//===----------------------------------------------------------------------===//

#ifndef CIM_RUNTIME_LIB_KERNELS_CONVERT_H
#define CIM_RUNTIME_LIB_KERNELS_CONVERT_H

#include <cmath>
#include <limits>
#include <type_traits>

namespace cim::runtime {

template <typename To, typename From> To convert(From value) {
  if constexpr (std::is_same_v<To, bool>)
    return value != 0;
  else if constexpr (std::is_floating_point_v<From> && std::is_integral_v<To>) {
    using Limits = std::numeric_limits<To>;
    From rounded = std::nearbyint(value);
    if (rounded >= std::ldexp(From(1), Limits::digits))
      return Limits::max();
    if (rounded <= static_cast<From>(Limits::min()))
      return Limits::min();
    return std::isnan(rounded) ? To(0) : static_cast<To>(rounded);
  } else
    return static_cast<To>(value);
}

} // namespace cim::runtime

#endif // CIM_RUNTIME_LIB_KERNELS_CONVERT_H
