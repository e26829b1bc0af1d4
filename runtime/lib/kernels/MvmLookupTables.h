//===- MvmLookupTables.h - Tables of sums of weights ------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Makes the 16 sums that four rows of a column can have, and measures the weights:
// lookups are divided into segments whose sums fit a byte, by the weights that there are. Most
// tiles of 256 rows and cells of two bits need one or two segments, where the largest weights
// would need four. Sums of a segment start at its lift, minus the least that they can be.
//
//===----------------------------------------------------------------------===//

#ifndef CIM_RUNTIME_LIB_KERNELS_MVMLOOKUPTABLES_H
#define CIM_RUNTIME_LIB_KERNELS_MVMLOOKUPTABLES_H

#include "MvmKernels.h"
#include "MvmVectors.h"

namespace cim::runtime {
namespace {

/// What is made of 16 columns.
struct LookupTables {
  uint8_t *tables; ///< [16 / width][lookups][width][16]
  /// The weights of each chunk of lookups [chunks][16]: sums of their sizes, and of the sizes of
  /// those below zero. They fit a byte whatever the weights are.
  uint8_t *sizes, *below;
};

template <typename Isa> class TableMaker {
  static constexpr int64_t kLanes = Isa::kLanes, kTables = kLanes / 16, kBytes = 64;
  using U8 = typename Vectors<kLanes>::U8;
  using I8 = typename Vectors<kLanes>::I8;

  struct Chunk {
    U8 sizes[kBytes / kLanes] = {}, below[kBytes / kLanes] = {};
  };

public:
  /// `width` tables are read together: kTables or twice as many.
  TableMaker(int64_t field, int64_t width)
      : field(field), width(width), isWide(width > kTables ? 1 : 0) {
    for (int64_t i = 0; i < kLanes; ++i) {
      for (int64_t group = 0; group < 4 / kTables; ++group)
        for (int64_t j = 0; j < 4; ++j) // Bit j of the index picks weight j or zero.
          patterns[group][j][i] =
              static_cast<uint8_t>(i >> j & 1 ? (group * kTables + i / 16) * 4 + j : 0x80);
      for (int64_t part = 0; part < 2; ++part)
        spread[part][i] = static_cast<uint8_t>(i % 16 / 4 * 4 + part * 2 + i % 4 / 2);
      odd[i] = i % 2 ? 0xff : 0;
    }
  }

  /// `digits` are [quads][16][4].
  void make(const int8_t *digits, int64_t lookups, int64_t chunk, LookupTables out) const {
    for (int64_t first = 0; first < lookups; first += chunk) {
      Chunk sums;
      for (int64_t i = first; i < std::min(first + chunk, lookups); ++i) {
        uint8_t *tables = out.tables + i * width * 16;
        if (field == 1)
          makeLookup(digits + i * kBytes, tables, lookups * width * 16, sums);
        else
          makeHalf(digits + i / 2 * kBytes, i % 2, tables, lookups * width * 16, sums);
      }
      sumQuads(sums.sizes, out.sizes);
      sumQuads(sums.below, out.below);
      out.sizes += 16;
      out.below += 16;
    }
  }

private:
  /// The sums of four neighbours.
  static void sumQuads(const U8 (&bytes)[kBytes / kLanes], uint8_t *sums) {
    uint32_t quads[16];
    std::memcpy(quads, bytes, sizeof(quads));
    for (int64_t n = 0; n < 16; ++n)
      sums[n] =
          static_cast<uint8_t>(quads[n] + (quads[n] >> 8) + (quads[n] >> 16) + (quads[n] >> 24));
  }

  /// One lookup of 16 columns, of the weights that the four bits of an index stand for.
  void makeLookup(const int8_t *bits, uint8_t *tables, int64_t stride, Chunk &sums) const {
    for (int64_t i = 0; i < kBytes / kLanes; ++i) {
      I8 weights = loadVector<I8>(bits + i * kLanes);
      I8 below = weights < 0 ? -weights : I8{};
      sums.sizes[i] += (U8)(weights + 2 * below);
      sums.below[i] += (U8)below;
    }
    for (int64_t n = 0; n < 16; n += kTables) {
      U8 weights = Isa::repeat(reinterpret_cast<const uint8_t *>(bits) + n / 4 * 16);
      const U8(&pattern)[4] = patterns[n % 4 / kTables];
      U8 table = (Isa::lookup(weights, pattern[0]) + Isa::lookup(weights, pattern[1])) +
                 (Isa::lookup(weights, pattern[2]) + Isa::lookup(weights, pattern[3]));
      int64_t pair = n / kTables;
      std::memcpy(tables + (pair >> isWide) * stride + (pair & isWide) * kLanes, &table, kLanes);
    }
  }

  /// With digits of two bits, the bits of an index stand for the weight and for twice the weight
  /// of two rows.
  void makeHalf(const int8_t *quad, int64_t part, uint8_t *tables, int64_t stride,
                Chunk &sums) const {
    alignas(64) int8_t bits[kBytes];
    for (int64_t i = 0; i < kBytes; i += kLanes) {
      U8 weights = Isa::lookup(loadVector<U8>(quad + i), spread[part]);
      weights += weights & odd;
      std::memcpy(bits + i, &weights, kLanes);
    }
    makeLookup(bits, tables, stride, sums);
  }

  int64_t field, width, isWide;
  U8 patterns[4 / kTables][4], spread[2], odd;
};

} // namespace
} // namespace cim::runtime

#endif // CIM_RUNTIME_LIB_KERNELS_MVMLOOKUPTABLES_H
