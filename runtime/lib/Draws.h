//===- Draws.h - Random numbers with the same bits everywhere ---*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Philox4x32-10 (Salmon et al., Parallel random numbers: as easy as 1, 2, 3, SC 2011) makes four
// words of a counter and a key, without any state. A normal number is the inverse of the
// distribution function, algorithm AS 241 (Wichura, Applied Statistics 37, 1988). Nothing but the
// four operations and the square root of IEEE 754 is used, in a fixed order: no libm.
//
//===----------------------------------------------------------------------===//

#ifndef CIM_RUNTIME_LIB_DRAWS_H
#define CIM_RUNTIME_LIB_DRAWS_H

#include <array>
#include <cstdint>

namespace cim::runtime {

using PhiloxCounter = std::array<uint32_t, 4>;
using PhiloxKey = std::array<uint32_t, 2>;

inline PhiloxCounter philox(PhiloxCounter counter, PhiloxKey key) {
  for (int round = 0; round < 10; ++round) {
    uint64_t first = uint64_t(0xd2511f53) * counter[0];
    uint64_t second = uint64_t(0xcd9e8d57) * counter[2];
    counter = {uint32_t(second >> 32) ^ counter[1] ^ key[0], uint32_t(second),
               uint32_t(first >> 32) ^ counter[3] ^ key[1], uint32_t(first)};
    key = {key[0] + 0x9e3779b9, key[1] + 0xbb67ae85};
  }
  return counter;
}

/// The middle of the w-th of 2^32 parts of (0, 1).
inline double uniformOf(uint32_t word) { return (static_cast<double>(word) + 0.5) * 0x1p-32; }

/// The natural logarithm of a normal positive number.
double fixedLog(double x);
/// The exponential function of a number that is first brought to -700..700.
double fixedExp(double x);
/// The normal number whose distribution function is uniformOf(word): within 6.34.
double normalOf(uint32_t word);

} // namespace cim::runtime

#endif // CIM_RUNTIME_LIB_DRAWS_H
