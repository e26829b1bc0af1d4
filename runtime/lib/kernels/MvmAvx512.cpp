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
  static constexpr int64_t kLanes = 64;
  using V = Vectors<kLanes>;

  static V::U8 repeat(const uint8_t *table) {
    return (V::U8)_mm512_broadcast_i32x4(_mm_loadu_si128(reinterpret_cast<const __m128i *>(table)));
  }
  static V::U8 lookup(V::U8 table, V::U8 index) {
    return (V::U8)_mm512_shuffle_epi8((__m512i)table, (__m512i)index);
  }
  static V::U8 unpackLow8(V::U8 a, V::U8 b) {
    return (V::U8)_mm512_unpacklo_epi8((__m512i)a, (__m512i)b);
  }
  static V::U8 unpackHigh8(V::U8 a, V::U8 b) {
    return (V::U8)_mm512_unpackhi_epi8((__m512i)a, (__m512i)b);
  }
  static V::I8 pack8(V::I16 a, V::I16 b) {
    return (V::I8)_mm512_packs_epi16((__m512i)a, (__m512i)b);
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

  struct Narrow {
    using Input = uint8_t;
    using Weight = int8_t;
    using Vector = __m512i;
    using Sums = Vector;
    static constexpr int64_t kLanes = 12, kVectors = 2, kColumns = 16, kLargestSum = INT32_MAX / 4;

    static Vector load(const int8_t *weights) { return _mm512_loadu_si512(weights); }
    static Vector repeat(const uint8_t *quad) {
      int32_t bytes;
      std::memcpy(&bytes, quad, sizeof(bytes));
      return _mm512_set1_epi32(bytes);
    }
    static Sums multiplyAdd(Sums sums, Vector inputs, Vector weights) {
      return _mm512_dpbusd_epi32(sums, inputs, weights);
    }
    static V::I32 columns(Sums sums) { return (V::I32)sums; }
  };
  using Wide = Narrow;

  struct Cells {
    using Input = int16_t;
    using Weight = int16_t;
    using Vector = __m512i;
    using Sums = Vector;
    static constexpr int64_t kLanes = 12, kVectors = 2, kColumns = 8, kLargestSum = INT32_MAX / 4;

    static Vector load(const int16_t *weights) { return _mm512_loadu_si512(weights); }
    static Vector repeat(const int16_t *quad) {
      int64_t rows;
      std::memcpy(&rows, quad, sizeof(rows));
      return _mm512_set1_epi64(rows);
    }
    static Sums multiplyAdd(Sums sums, Vector inputs, Vector weights) {
      return _mm512_dpwssd_epi32(sums, inputs, weights);
    }
    static Vectors<32>::I32 columns(Sums sums) {
      return (Vectors<32>::I32)_mm512_cvtepi64_epi32(
          _mm512_add_epi64(sums, _mm512_srli_epi64(sums, 32)));
    }
  };
};
} // namespace

const MvmKernels cim::runtime::avx512MvmKernels = {"avx512vnni", quantize, runDot<Avx512>,
                                                   runLookup<Avx512>};
