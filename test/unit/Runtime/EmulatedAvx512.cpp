//===- EmulatedAvx512.cpp - The AVX-512 kernels on any machine ------------===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Compiles the AVX-512 kernels with the portable intrinsics of SIMDe, so that their
// source is tested on machines without AVX-512.
//
//===----------------------------------------------------------------------===//

#define SIMDE_ENABLE_NATIVE_ALIASES
#include <cmath>
#include <cstdint>
#include <cstring>
#include <simde/x86/avx2.h>
#include <simde/x86/avx512.h>

/// The one intrinsic that Debian's SIMDe lacks.
static simde__m512i convertToInt(simde__m512 values) {
  float from[16];
  int32_t to[16];
  std::memcpy(from, &values, sizeof(from));
  for (int i = 0; i < 16; ++i)
    to[i] = from[i] >= -0x1p31f && from[i] < 0x1p31f ? static_cast<int32_t>(std::nearbyint(from[i]))
                                                     : INT32_MIN;
  simde__m512i result;
  std::memcpy(&result, to, sizeof(to));
  return result;
}
#define _mm512_cvtps_epi32 convertToInt

#include "kernels/MvmAvx512.cpp"

#include <gtest/gtest.h>

TEST(EmulatedAvx512, CountsAsSupported) {
  EXPECT_NE(cim::runtime::findMvmKernels("avx512vnni"), nullptr);
}
