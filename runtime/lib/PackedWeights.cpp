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
  return groups * sum;
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

/// Calls visit(rows, count, offset) for every block of up to four rows, which are stored
/// together: rows of all groups as one matrix, and where in the section column 0 begins.
template <typename Visitor> static void forEachQuad(const PackedShape &shape, Visitor visit) {
  int64_t block = 0;
  for (int64_t group = 0; group < shape.groups; ++group) {
    int64_t first = group * shape.rows;
    for (int64_t tile : shape.tiles) {
      std::vector<int64_t> order = storedRowOrder(first, tile, shape.kernelArea);
      for (int64_t i = 0; i < tile; i += kRowBlock)
        visit(&order[i], std::min(kRowBlock, tile - i), block + i * shape.paddedColumns());
      block += shape.blockBytes(tile);
      first += tile;
    }
  }
}

std::vector<Plane> cim::format::makePlanes(MappingKind kind, const std::vector<int64_t> &slices) {
  if (hasSignCodes(kind, slices))
    return {{false, 0, 1, 0, 0}};
  bool isOffset = kind == MappingKind_Offset;
  int64_t bits = std::accumulate(slices.begin(), slices.end(), int64_t(0)), begin = 0;
  std::vector<Plane> planes;
  for (int64_t width : slices) {
    // No bit beyond the byte, where codes have none.
    int32_t mask = begin < 8 ? ((1 << width) - 1) & (0xff >> begin) : 0;
    planes.push_back({isDifferential(kind), static_cast<uint8_t>(begin & 7),
                      static_cast<uint8_t>(mask),
                      static_cast<uint8_t>(isOffset ? 1 << (bits - 1) : 0),
                      static_cast<uint8_t>(isOffset && width == 8 ? 128 : 0)});
    begin += width;
  }
  return planes;
}

/// Stores four rows, column by column: written so that compilers vectorize it.
static void interleave(const int8_t *const (&rows)[kRowBlock], int64_t columns,
                       int8_t *__restrict out) {
  const int8_t *a = rows[0], *b = rows[1], *c = rows[2], *d = rows[3];
  for (int64_t i = 0; i < columns; ++i) {
    out[i * kRowBlock] = a[i];
    out[i * kRowBlock + 1] = b[i];
    out[i * kRowBlock + 2] = c[i];
    out[i * kRowBlock + 3] = d[i];
  }
}

void cim::format::packWeights(const PackedShape &shape, const int8_t *codes, int8_t *out) {
  int64_t bytes = shape.bytes();
  std::memset(out, 0, bytes);
  // A missing row is that of stored zeros.
  const std::vector<int8_t> none(shape.columns, shape.signs ? -1 : 0);
  forEachQuad(shape, [&](const int64_t *rows, int64_t count, int64_t offset) {
    const int8_t *from[kRowBlock];
    for (int64_t i = 0; i < kRowBlock; ++i)
      from[i] = i < count ? codes + rows[i] * shape.columns : none.data();
    interleave(from, shape.columns, out + offset);
  });
  for (int64_t i = 0; shape.signs && i < bytes; ++i)
    out[i] = out[i] > 0;
}

void cim::format::unpackWeights(const PackedShape &shape, const int8_t *section, int8_t *codes) {
  forEachQuad(shape, [&](const int64_t *rows, int64_t count, int64_t offset) {
    for (int64_t i = 0; i < count; ++i)
      for (int64_t column = 0; column < shape.columns; ++column) {
        int8_t code = section[offset + column * kRowBlock + i];
        codes[rows[i] * shape.columns + column] =
            static_cast<int8_t>(shape.signs ? 2 * code - 1 : code);
      }
  });
}
