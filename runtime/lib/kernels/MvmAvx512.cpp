//===- MvmAvx512.cpp - Crossbar kernels for AVX-512 VNNI ------------------===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// One instruction multiplies four rows by 16 columns exactly.
//
//===----------------------------------------------------------------------===//

#include "MvmDot.h"

#include <immintrin.h>

using namespace cim::runtime;

namespace {
struct Avx512 {
  static constexpr int64_t kPositions = 8;

  template <bool Digits>
  static void dot(const int8_t *weights, int64_t stride, int64_t quads, const uint8_t *patch,
                  int64_t patchStride, int shift, uint32_t mask,
                  int32_t (&out)[kPositions][kColumns]) {
    __m512i sum[kPositions] = {};
    __m128i shiftBy = _mm_cvtsi32_si128(shift);
    __m512i maskBy = _mm512_set1_epi32(mask);
    for (int64_t q = 0; q < quads; ++q, weights += stride, patch += patchStride) {
      __m512i w = _mm512_loadu_si512(weights);
      for (int p = 0; p < kPositions; ++p) {
        int32_t bytes;
        std::memcpy(&bytes, patch + p * 4, 4);
        __m512i x = _mm512_set1_epi32(bytes);
        if (Digits)
          x = _mm512_and_si512(_mm512_srl_epi32(x, shiftBy), maskBy);
        sum[p] = _mm512_dpbusd_epi32(sum[p], x, w);
      }
    }
    for (int p = 0; p < kPositions; ++p)
      _mm512_storeu_si512(out[p], sum[p]);
  }
};
} // namespace

const MvmKernels cim::runtime::avx512MvmKernels = {"avx512vnni", quantizeActivations,
                                                   runDot<Avx512>};
