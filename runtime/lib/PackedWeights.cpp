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

/// The bit at which each plane begins, and in the end their sum.
static std::vector<int64_t> planeOffsets(const PackedShape &shape) {
  std::vector<int64_t> offsets = {0};
  for (int64_t plane = 0; plane < shape.planes(); ++plane)
    offsets.push_back(shape.layout == WeightLayout_Whole ? 8
                                                         : offsets.back() + shape.slices[plane]);
  return offsets;
}

/// Bits [begin, end) of the magnitude of a code, with its sign.
static int8_t digitOf(int8_t code, int begin, int end) {
  int16_t magnitude = static_cast<int16_t>(code < 0 ? -code : code);
  int16_t digit = static_cast<int16_t>((magnitude & ((1 << end) - 1)) >> begin);
  return static_cast<int8_t>(code < 0 ? -digit : digit);
}

/// Stores one plane of four rows, column by column: written so that compilers vectorize it.
static void interleave(const int8_t *const (&rows)[kRowBlock], int64_t columns, int begin, int end,
                       int8_t *__restrict out) {
  const int8_t *a = rows[0], *b = rows[1], *c = rows[2], *d = rows[3];
  for (int64_t i = 0; i < columns; ++i) {
    out[i * kRowBlock] = digitOf(a[i], begin, end);
    out[i * kRowBlock + 1] = digitOf(b[i], begin, end);
    out[i * kRowBlock + 2] = digitOf(c[i], begin, end);
    out[i * kRowBlock + 3] = digitOf(d[i], begin, end);
  }
}

void cim::format::packWeights(const PackedShape &shape, const int8_t *codes, int8_t *out) {
  std::memset(out, 0, shape.bytes());
  std::vector<int64_t> offsets = planeOffsets(shape);
  const std::vector<int8_t> none(shape.columns);
  forEachQuad(shape, [&](int64_t plane, const int64_t *rows, int64_t count, int64_t offset) {
    const int8_t *from[kRowBlock];
    for (int64_t i = 0; i < kRowBlock; ++i)
      from[i] = i < count ? codes + rows[i] * shape.columns : none.data();
    interleave(from, shape.columns, offsets[plane], offsets[plane + 1], out + offset);
  });
}

void cim::format::unpackWeights(const PackedShape &shape, const int8_t *section, int8_t *codes) {
  std::memset(codes, 0, shape.groups * shape.rows * shape.columns);
  std::vector<int64_t> offsets = planeOffsets(shape);
  forEachQuad(shape, [&](int64_t plane, const int64_t *rows, int64_t count, int64_t offset) {
    for (int64_t i = 0; i < count; ++i)
      for (int64_t column = 0; column < shape.columns; ++column) {
        int8_t &code = codes[rows[i] * shape.columns + column];
        int digit = section[offset + column * kRowBlock + i];
        code = static_cast<int8_t>(code + digit * (1 << offsets[plane]));
      }
  });
}
