//===- DrawsBits.cpp - A hash of many draws -------------------------------===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Prints a number that depends on every bit of the functions of Draws.h, for draws.test,
// which compiles it with several compilers.
//
//===----------------------------------------------------------------------===//

#include "Draws.h"

#include <cstdio>
#include <cstring>

using namespace cim::runtime;

int main() {
  uint64_t hash = 0;
  for (uint32_t i = 0; i < 200000; ++i) {
    PhiloxCounter words = philox({i, 0, 0, 0}, {1, 2});
    for (double value : {fixedLog(uniformOf(words[0]) * 1000), normalOf(words[1]),
                         fixedExp((uniformOf(words[2]) - 0.5) * 1500)}) {
      uint64_t bits;
      std::memcpy(&bits, &value, sizeof(bits));
      hash = (hash ^ bits) * 0x9e3779b97f4a7c15;
      hash ^= hash >> 29;
    }
  }
  std::printf("%016llx\n", static_cast<unsigned long long>(hash));
}
