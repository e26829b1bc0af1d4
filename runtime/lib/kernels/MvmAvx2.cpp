//===- MvmAvx2.cpp - Crossbar kernels for AVX2 ----------------------------===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Bytes are multiplied as they are where sums of 16 bits hold their products.
//
//===----------------------------------------------------------------------===//

#include "MvmDot.h"
#include "MvmLookup.h"

#include <immintrin.h>

using namespace cim::runtime;

namespace {
struct Avx2 {
  static constexpr int64_t kLanes = 32;
  using V = Vectors<kLanes>;

  static V::U8 repeat(const uint8_t *table) {
    return (V::U8)_mm256_broadcastsi128_si256(
        _mm_loadu_si128(reinterpret_cast<const __m128i *>(table)));
  }
  static V::U8 lookup(V::U8 table, V::U8 index) {
    return (V::U8)_mm256_shuffle_epi8((__m256i)table, (__m256i)index);
  }
  static V::U8 unpackLow8(V::U8 a, V::U8 b) {
    return (V::U8)_mm256_unpacklo_epi8((__m256i)a, (__m256i)b);
  }
  static V::U8 unpackHigh8(V::U8 a, V::U8 b) {
    return (V::U8)_mm256_unpackhi_epi8((__m256i)a, (__m256i)b);
  }
  static V::I8 pack8(V::I16 a, V::I16 b) {
    return (V::I8)_mm256_packs_epi16((__m256i)a, (__m256i)b);
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

  /// Sums of bytes in 16 bits.
  struct Narrow {
    using Input = uint8_t;
    using Weight = int8_t;
    using Vector = __m256i;
    using Sums = Vector;
    static constexpr int64_t kLanes = 6, kVectors = 2, kColumns = 8, kLargestSum = INT16_MAX / 2;

    static Vector load(const int8_t *weights) {
      return _mm256_loadu_si256(reinterpret_cast<const __m256i *>(weights));
    }
    static Vector repeat(const uint8_t *quad) {
      int32_t bytes;
      std::memcpy(&bytes, quad, sizeof(bytes));
      return _mm256_set1_epi32(bytes);
    }
    static Sums multiplyAdd(Sums sums, Vector inputs, Vector weights) {
      return _mm256_add_epi16(sums, _mm256_maddubs_epi16(inputs, weights));
    }
    static V::I32 columns(Sums sums) {
      return (V::I32)_mm256_madd_epi16(sums, _mm256_set1_epi16(1));
    }
  };

  /// Sums in 32 bits of bytes that are widened first, so that no product saturates.
  struct Wide {
    using Input = int16_t;
    using Weight = int16_t;
    using Vector = __m256i;
    using Sums = Vector;
    static constexpr int64_t kLanes = 6, kVectors = 2, kColumns = 4, kLargestSum = INT32_MAX / 4;

    static Vector load(const int16_t *weights) {
      return _mm256_loadu_si256(reinterpret_cast<const __m256i *>(weights));
    }
    static Vector repeat(const int16_t *quad) {
      int64_t bytes;
      std::memcpy(&bytes, quad, sizeof(bytes));
      return _mm256_set1_epi64x(bytes);
    }
    static Sums multiplyAdd(Sums sums, Vector inputs, Vector weights) {
      return _mm256_add_epi32(sums, _mm256_madd_epi16(inputs, weights));
    }
    static Vectors<16>::I32 columns(Sums sums) {
      return (Vectors<16>::I32)_mm_hadd_epi32(_mm256_castsi256_si128(sums),
                                              _mm256_extracti128_si256(sums, 1));
    }
  };
  struct Cells : Wide {};
};
} // namespace

const MvmKernels cim::runtime::avx2MvmKernels = {"avx2", quantize, runDot<Avx2>, runLookup<Avx2>};
