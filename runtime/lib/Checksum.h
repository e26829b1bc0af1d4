//===- Checksum.h - Checksum of a program's metadata ------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// FNV-1a with 64 bits (Fowler, Noll, Vo): finds accidents, not attackers.
//
//===----------------------------------------------------------------------===//

#ifndef CIM_RUNTIME_LIB_CHECKSUM_H
#define CIM_RUNTIME_LIB_CHECKSUM_H

#include <cstdint>

namespace cim::format {

inline uint64_t checksum(const uint8_t *data, uint64_t bytes) {
  uint64_t hash = 0xcbf29ce484222325u;
  for (uint64_t i = 0; i < bytes; ++i)
    hash = (hash ^ data[i]) * 0x100000001b3u;
  return hash;
}

} // namespace cim::format

#endif // CIM_RUNTIME_LIB_CHECKSUM_H
