//===- MvmGeneric.cpp - Crossbar kernels for any CPU ----------------------===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The templates with plain loops: the fallback, and what the other instruction
// sets are compared with.
//
//===----------------------------------------------------------------------===//

#include "MvmDot.h"

using namespace cim::runtime;

namespace {
struct Generic {
  static constexpr int64_t kPositions = 1;

  template <bool Digits>
  static void dot(const int8_t *weights, int64_t stride, int64_t quads, const uint8_t *patch,
                  int64_t patchStride, int shift, uint32_t mask,
                  int32_t (&out)[kPositions][kColumns]) {
    std::memset(out, 0, sizeof(out));
    for (int64_t q = 0; q < quads; ++q)
      for (int64_t n = 0; n < kColumns; ++n)
        for (int64_t k = 0; k < 4; ++k) {
          int32_t x = patch[q * patchStride + k];
          if (Digits)
            x = (x >> shift) & (mask & 0xff);
          out[0][n] += x * weights[q * stride + n * 4 + k];
        }
  }
};
} // namespace

const MvmKernels cim::runtime::genericMvmKernels = {"generic", quantizeActivations,
                                                    runDot<Generic>};
