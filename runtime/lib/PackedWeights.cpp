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

#include <cstdlib>
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

/// Calls visit(group, row, column, plane, byte offset in the section) for every cell.
template <typename Visitor> static void forEachCell(const PackedShape &shape, Visitor visit) {
  int64_t padded = shape.paddedColumns(), block = 0;
  for (int64_t group = 0; group < shape.groups; ++group) {
    int64_t first = 0;
    for (int64_t tile : shape.tiles) {
      std::vector<int64_t> order = storedRowOrder(first, tile, shape.kernelArea);
      for (int64_t plane = 0; plane < shape.planes(); ++plane) {
        for (int64_t i = 0; i < tile; ++i)
          for (int64_t column = 0; column < shape.columns; ++column)
            visit(group, order[i], column, plane,
                  block + (i / kRowBlock * padded + column) * kRowBlock + i % kRowBlock);
        block += shape.blockBytes(tile);
      }
      first += tile;
    }
  }
}

/// The bit at which each plane begins.
static std::vector<int64_t> planeOffsets(const PackedShape &shape) {
  std::vector<int64_t> offsets = {0};
  for (int64_t plane = 1; plane < shape.planes(); ++plane)
    offsets.push_back(offsets.back() + shape.slices[plane - 1]);
  return offsets;
}

void cim::format::packWeights(const PackedShape &shape, const int8_t *codes, int8_t *out) {
  std::memset(out, 0, shape.bytes());
  std::vector<int64_t> offsets = planeOffsets(shape);
  forEachCell(shape, [&](int64_t group, int64_t row, int64_t column, int64_t plane, int64_t cell) {
    int code = codes[(group * shape.rows + row) * shape.columns + column];
    if (shape.layout == WeightLayout_Slices) {
      int64_t mask = (int64_t(1) << shape.slices[plane]) - 1;
      int digit = static_cast<int>((std::abs(code) >> offsets[plane]) & mask);
      code = code < 0 ? -digit : digit;
    }
    out[cell] = static_cast<int8_t>(code);
  });
}

void cim::format::unpackWeights(const PackedShape &shape, const int8_t *section, int8_t *codes) {
  std::memset(codes, 0, shape.groups * shape.rows * shape.columns);
  std::vector<int64_t> offsets = planeOffsets(shape);
  forEachCell(shape, [&](int64_t group, int64_t row, int64_t column, int64_t plane, int64_t cell) {
    int8_t &code = codes[(group * shape.rows + row) * shape.columns + column];
    code = static_cast<int8_t>(code + section[cell] * (1 << offsets[plane]));
  });
}
