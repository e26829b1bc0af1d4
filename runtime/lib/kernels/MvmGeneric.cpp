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
#include "MvmLookup.h"

#ifdef __aarch64__
#include <arm_neon.h>
#endif

using namespace cim::runtime;

namespace {
struct Generic {
  static constexpr int64_t kLanes = 16;
  using V = Vectors<kLanes>;

  static V::U8 repeat(const uint8_t *table) { return loadVector<V::U8>(table); }

  static V::U8 lookup(V::U8 table, V::U8 index) {
    V::U8 out;
    for (int i = 0; i < 16; ++i)
      out[i] = index[i] & 0x80 ? 0 : table[index[i] & 15];
    return out;
  }

  static V::U8 unpackLow8(V::U8 a, V::U8 b) {
    V::U8 out;
    for (int i = 0; i < 16; ++i)
      out[i] = i % 2 ? b[i / 2] : a[i / 2];
    return out;
  }
  static V::U8 unpackHigh8(V::U8 a, V::U8 b) {
    V::U8 out;
    for (int i = 0; i < 16; ++i)
      out[i] = i % 2 ? b[8 + i / 2] : a[8 + i / 2];
    return out;
  }
  static V::I8 pack8(V::I16 a, V::I16 b) {
    V::I8 out;
    for (int i = 0; i < 16; ++i)
      out[i] = static_cast<int8_t>(std::clamp<int16_t>(i < 8 ? a[i] : b[i - 8], -128, 127));
    return out;
  }

  static V::U16 unpackLow(V::U16 a, V::U16 b) {
    return V::U16{a[0], b[0], a[1], b[1], a[2], b[2], a[3], b[3]};
  }
  static V::U16 unpackHigh(V::U16 a, V::U16 b) {
    return V::U16{a[4], b[4], a[5], b[5], a[6], b[6], a[7], b[7]};
  }

  static V::I32 round(V::F32 values) {
    V::I32 out;
    for (int i = 0; i < 4; ++i)
      out[i] = static_cast<int32_t>(std::nearbyint(values[i]));
    return out;
  }

  static V::I16 pack(V::I32 a, V::I32 b) {
    V::I16 out;
    for (int i = 0; i < 8; ++i) {
      int32_t value = i < 4 ? a[i] : b[i - 4];
      out[i] = static_cast<int16_t>(std::clamp(value, -32768, 32767));
    }
    return out;
  }

  /// Written so that compilers find instructions that multiply and add pairs.
  struct Narrow {
    using Input = int16_t;
    using Weight = int16_t;
    using Vector = V::I16;
    using Sums = V::I32;
    static constexpr int64_t kLanes = 6, kVectors = 2, kColumns = 2, kLargestSum = INT32_MAX / 4;

    static Vector load(const int16_t *weights) { return loadVector<Vector>(weights); }
    static Vector repeat(const int16_t *quad) {
      int64_t rows;
      std::memcpy(&rows, quad, sizeof(rows));
      typedef int64_t I64 __attribute__((vector_size(16)));
      return (Vector)(I64{} + rows);
    }
    static Sums multiplyAdd(Sums sums, Vector inputs, Vector weights) {
      using Products = Vectors<32>::I32;
      Products products =
          __builtin_convertvector(inputs, Products) * __builtin_convertvector(weights, Products);
      return sums + (__builtin_shufflevector(products, products, 0, 2, 4, 6) +
                     __builtin_shufflevector(products, products, 1, 3, 5, 7));
    }
    static Vectors<8>::I32 columns(Sums sums) {
      return Vectors<8>::I32{sums[0] + sums[1], sums[2] + sums[3]};
    }
  };
  using Wide = Narrow;
  struct Cells : Narrow {};
};
} // namespace

const MvmKernels cim::runtime::genericMvmKernels = {"generic", quantize, runDot<Generic>,
                                                    runLookup<Generic>};

#ifdef __aarch64__
namespace {
/// The same with the instructions that compilers do not find.
struct Neon : Generic {
  static V::U8 lookup(V::U8 table, V::U8 index) {
    return (V::U8)vqtbl1q_u8((uint8x16_t)table, (uint8x16_t)index);
  }
  static V::I32 round(V::F32 values) { return (V::I32)vcvtnq_s32_f32((float32x4_t)values); }
  static V::I16 pack(V::I32 a, V::I32 b) {
    return (V::I16)vqmovn_high_s32(vqmovn_s32((int32x4_t)a), (int32x4_t)b);
  }
};
} // namespace

const MvmKernels cim::runtime::neonMvmKernels = {"neon", quantize, runDot<Neon>, runLookup<Neon>};
#endif
