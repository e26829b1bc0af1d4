//===- MvmAvx2.cpp - Crossbar kernels for AVX2 ----------------------------===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Products of bytes are widened to 16 bits first, so that no code saturates.
//
//===----------------------------------------------------------------------===//

#include "MvmDot.h"
#include "MvmLookup.h"

#include <immintrin.h>

using namespace cim::runtime;

namespace {
struct Avx2 {
  static constexpr int64_t kPositions = 2, kLanes = 32;
  using V = Vectors<kLanes>;

  static V::U8 repeat(const uint8_t *table) {
    return (V::U8)_mm256_broadcastsi128_si256(
        _mm_loadu_si128(reinterpret_cast<const __m128i *>(table)));
  }
  static V::U8 lookup(V::U8 table, V::U8 index) {
    return (V::U8)_mm256_shuffle_epi8((__m256i)table, (__m256i)index);
  }
  static V::U16 unpackLow(V::U16 a, V::U16 b) {
    return (V::U16)_mm256_unpacklo_epi16((__m256i)a, (__m256i)b);
  }
  static V::U16 unpackHigh(V::U16 a, V::U16 b) {
    return (V::U16)_mm256_unpackhi_epi16((__m256i)a, (__m256i)b);
  }
  static V::I32 round(V::F32 values) { return (V::I32)_mm256_cvtps_epi32((__m256)values); }
  static V::I16 pack(V::I32 a, V::I32 b) {
    return (V::I16)_mm256_packs_epi32((__m256i)a, (__m256i)b);
  }

  /// Four digits as 16-bit numbers, repeated.
  template <bool Digits> static __m256i load(const uint8_t *quad, __m128i shift, __m128i mask) {
    int32_t bytes;
    std::memcpy(&bytes, quad, 4);
    __m128i x = _mm_set1_epi32(bytes);
    if (Digits)
      x = _mm_and_si128(_mm_srl_epi32(x, shift), mask);
    return _mm256_cvtepu8_epi16(x);
  }

  template <bool Digits>
  static void dot(const int8_t *weights, int64_t stride, int64_t quads, const uint8_t *patch,
                  int64_t patchStride, int shift, uint32_t mask,
                  int32_t (&out)[kPositions][kColumns]) {
    __m256i sum[kPositions][4] = {};
    __m128i shiftBy = _mm_cvtsi32_si128(shift), maskBy = _mm_set1_epi32(mask);
    for (int64_t q = 0; q < quads; ++q, weights += stride, patch += patchStride) {
      __m256i x0 = load<Digits>(patch, shiftBy, maskBy);
      __m256i x1 = load<Digits>(patch + 4, shiftBy, maskBy);
      for (int i = 0; i < 4; ++i) {
        __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i *>(weights) + i);
        __m256i w = _mm256_cvtepi8_epi16(bytes);
        sum[0][i] = _mm256_add_epi32(sum[0][i], _mm256_madd_epi16(x0, w));
        sum[1][i] = _mm256_add_epi32(sum[1][i], _mm256_madd_epi16(x1, w));
      }
    }
    // Each column is two neighbours: add them; hadd works within halves of the register.
    for (int p = 0; p < kPositions; ++p)
      for (int i = 0; i < 2; ++i) {
        __m256i pairs = _mm256_hadd_epi32(sum[p][2 * i], sum[p][2 * i + 1]);
        pairs = _mm256_permute4x64_epi64(pairs, 0xd8);
        _mm256_storeu_si256(reinterpret_cast<__m256i *>(out[p] + 8 * i), pairs);
      }
  }
};
} // namespace

const MvmKernels cim::runtime::avx2MvmKernels = {"avx2", quantize, runDot<Avx2>, runLookup<Avx2>};
