//===- BareLoops.h - Loops of nothing but multiplications -------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The rates that kernels are measured against: inner loops of products whose operands
// stay in the first cache, without an ADC, gathering, tables to make or a result to store.
//
//===----------------------------------------------------------------------===//

#ifndef CIM_TEST_BENCH_BARELOOPS_H
#define CIM_TEST_BENCH_BARELOOPS_H

#include <cstdint>

namespace cim::bench {

struct BareLoop {
  double multiplications; ///< Of one call.
  /// Reads kOperandBytes that are 64-byte aligned.
  void (*run)(const uint8_t *operands);
};

constexpr int64_t kOperandBytes = 16384;

struct BareLoops {
  const char *name; ///< The instructions of `dot`.
  BareLoop dot;     ///< Bytes, summed in 32 bits: vpdpbusd where the CPU has it.
  BareLoop digits;  ///< Bytes, summed in 16 bits, which is exact for narrow digits.
  BareLoop lookup;  ///< Sums of 4 cells times inputs of one bit, read from tables of bytes.
};

/// The loops of the widest instruction set of this CPU; null if it has none of them.
const BareLoops *findBareLoops();

} // namespace cim::bench

#endif // CIM_TEST_BENCH_BARELOOPS_H
