//===- MvmAvx512.cpp - Crossbar kernels for AVX-512 VNNI ------------------===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// One instruction multiplies four rows by 16 columns exactly.
//
//===----------------------------------------------------------------------===//

#include "MvmDot.h"
#include "MvmLookup.h"

#include <immintrin.h>

using namespace cim::runtime;

namespace {
struct Avx512 {
  static constexpr int64_t kPositions = 8, kLanes = 64;
  using V = Vectors<kLanes>;

  static V::U8 repeat(const uint8_t *table) {
    return (V::U8)_mm512_broadcast_i32x4(_mm_loadu_si128(reinterpret_cast<const __m128i *>(table)));
  }
  static V::U8 lookup(V::U8 table, V::U8 index) {
    return (V::U8)_mm512_shuffle_epi8((__m512i)table, (__m512i)index);
  }
  static V::U16 unpackLow(V::U16 a, V::U16 b) {
    return (V::U16)_mm512_unpacklo_epi16((__m512i)a, (__m512i)b);
  }
  static V::U16 unpackHigh(V::U16 a, V::U16 b) {
    return (V::U16)_mm512_unpackhi_epi16((__m512i)a, (__m512i)b);
  }
  static V::I32 round(V::F32 values) { return (V::I32)_mm512_cvtps_epi32((__m512)values); }
  static V::I16 pack(V::I32 a, V::I32 b) {
    return (V::I16)_mm512_packs_epi32((__m512i)a, (__m512i)b);
  }

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

const MvmKernels cim::runtime::avx512MvmKernels = {"avx512vnni", quantize, runDot<Avx512>,
                                                   runLookup<Avx512>};
