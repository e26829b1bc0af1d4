//===- Random.h - Seeded choices --------------------------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A counter-based generator: a choice depends on what it is for, not on when it is made.
//
//===----------------------------------------------------------------------===//

#ifndef CIM_LIB_EXECUTION_RANDOM_H
#define CIM_LIB_EXECUTION_RANDOM_H

#include <cstdint>

namespace cim {

/// SplitMix64 (Steele, Lea, Flood 2014) of one counter.
inline uint64_t hash(uint64_t counter) {
  uint64_t z = counter + 0x9e3779b97f4a7c15u;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return z ^ (z >> 31);
}

} // namespace cim

#endif // CIM_LIB_EXECUTION_RANDOM_H
