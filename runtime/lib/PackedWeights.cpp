//===- PackedWeights.cpp - Layout of weights in a program file ------------===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Packing and its inverse walk the same cells in the same order; see the header
// for the layout.
//
//===----------------------------------------------------------------------===//

#include "cim-runtime/PackedWeights.h"

#include <algorithm>
#include <cstring>
#include <numeric>

using namespace cim::format;

int64_t PackedShape::bytes() const {
  int64_t sum = 0;
  for (int64_t tile : tiles)
    sum += blockBytes(tile);
  return groups * planes() * sum;
}

std::vector<int64_t> cim::format::storedRowOrder(int64_t first, int64_t count, int64_t kernelArea) {
  std::vector<int64_t> order;
  order.reserve(count);
  for (int64_t position = 0; position < kernelArea; ++position) {
    // The first row of this kernel position that is not before the tile.
    int64_t skip = (position - first % kernelArea + kernelArea) % kernelArea;
    for (int64_t row = first + skip; row < first + count; row += kernelArea)
      order.push_back(row);
  }
  return order;
}

/// Calls visit(plane, rows, count, offset) for every block of up to four rows, which are stored
/// together: rows of all groups as one matrix, and where in the section column 0 begins.
template <typename Visitor> static void forEachQuad(const PackedShape &shape, Visitor visit) {
  int64_t block = 0;
  for (int64_t group = 0; group < shape.groups; ++group) {
    int64_t first = group * shape.rows;
    for (int64_t tile : shape.tiles) {
      std::vector<int64_t> order = storedRowOrder(first, tile, shape.kernelArea);
      for (int64_t plane = 0; plane < shape.planes(); ++plane) {
        for (int64_t i = 0; i < tile; i += kRowBlock)
          visit(plane, &order[i], std::min(kRowBlock, tile - i), block + i * shape.paddedColumns());
        block += shape.blockBytes(tile);
      }
      first += tile;
    }
  }
}

bool cim::format::hasSignCodes(const PackedShape &shape) {
  return shape.kind == MappingKind_Offset && shape.slices == std::vector<int64_t>{1};
}

std::vector<Plane> cim::format::makePlanes(const PackedShape &shape) {
  int32_t bits = std::accumulate(shape.slices.begin(), shape.slices.end(), 0);
  bool isOffset = shape.kind == MappingKind_Offset;
  // These become 0 and 2: bit 1 counts.
  if (hasSignCodes(shape))
    return {{1, 2, 1, 0, 2}};
  if (shape.layout == WeightLayout_Whole)
    return {{0, 8, 0, 0, 1}};
  std::vector<Plane> planes;
  int32_t begin = 0;
  for (int64_t width : shape.slices) {
    auto end = static_cast<int32_t>(begin + width);
    planes.push_back(
        {begin, end, isOffset ? 1 << (bits - 1) : 0, isOffset && width == 8 ? 128 : 0, 1 << begin});
    begin = end;
  }
  if (shape.kind == MappingKind_TwosComplement)
    planes.back().weight *= -1;
  return planes;
}

bool cim::format::hasSignedDigits(const PackedShape &shape) {
  return isDifferential(shape.kind) || (shape.layout == WeightLayout_Whole && !hasSignCodes(shape));
}

template <bool Signed> static int8_t digitOf(int8_t code, const Plane &plane) {
  auto value = static_cast<int16_t>(Signed && code < 0 ? -code : code + plane.bias);
  auto digit = static_cast<int16_t>((value & ((1 << plane.end) - 1)) >> plane.begin);
  return static_cast<int8_t>(Signed && code < 0 ? -digit : digit - plane.lift);
}

/// Stores one plane of four rows, column by column: written so that compilers vectorize it.
template <bool Signed>
static void interleave(const int8_t *const (&rows)[kRowBlock], int64_t columns, Plane plane,
                       int8_t *__restrict out) {
  const int8_t *a = rows[0], *b = rows[1], *c = rows[2], *d = rows[3];
  for (int64_t i = 0; i < columns; ++i) {
    out[i * kRowBlock] = digitOf<Signed>(a[i], plane);
    out[i * kRowBlock + 1] = digitOf<Signed>(b[i], plane);
    out[i * kRowBlock + 2] = digitOf<Signed>(c[i], plane);
    out[i * kRowBlock + 3] = digitOf<Signed>(d[i], plane);
  }
}

void cim::format::packWeights(const PackedShape &shape, const int8_t *codes, int8_t *out) {
  std::memset(out, 0, shape.bytes());
  std::vector<Plane> planes = makePlanes(shape);
  // Missing rows are those of a code whose digits are zero.
  auto zero = static_cast<int8_t>(planes[0].lift - planes[0].bias);
  const std::vector<int8_t> none(shape.columns, zero);
  auto *store = hasSignedDigits(shape) ? interleave<true> : interleave<false>;
  forEachQuad(shape, [&](int64_t plane, const int64_t *rows, int64_t count, int64_t offset) {
    const int8_t *from[kRowBlock];
    for (int64_t i = 0; i < kRowBlock; ++i)
      from[i] = i < count ? codes + rows[i] * shape.columns : none.data();
    store(from, shape.columns, planes[plane], out + offset);
  });
}

void cim::format::unpackWeights(const PackedShape &shape, const int8_t *section, int8_t *codes) {
  std::vector<Plane> planes = makePlanes(shape);
  std::memset(codes, -planes[0].bias, shape.groups * shape.rows * shape.columns);
  forEachQuad(shape, [&](int64_t index, const int64_t *rows, int64_t count, int64_t offset) {
    const Plane &plane = planes[index];
    for (int64_t i = 0; i < count; ++i)
      for (int64_t column = 0; column < shape.columns; ++column) {
        int8_t &code = codes[rows[i] * shape.columns + column];
        int digit = section[offset + column * kRowBlock + i] + plane.lift;
        code = static_cast<int8_t>(code + digit * plane.weight);
      }
  });
}
