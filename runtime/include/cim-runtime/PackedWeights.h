//===- PackedWeights.h - Layout of weights in a program file ----*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The layout that kernels read. A section is a sequence of blocks, one for each
// group, tile and plane, in this order, the plane fastest. A plane is one slice
// (WeightLayout::Slices) or the whole code (WeightLayout::Whole).
//
// A block is int8 [ceil(rows / 4)][columns rounded up to 16][4]: four
// consecutive rows of one column are neighbours, as dot-product instructions
// want them. Rows of a tile are stored in the order (kernel position, channel):
// row k = channel * area + position of the weight matrix, sorted by position,
// then channel, so that a patch is gathered in runs of neighbouring channels. Missing
// rows and columns are zero.
//
// Slice s of code w (differential mappings) is sign(w) * bits s of |w|.
//
//===----------------------------------------------------------------------===//

#ifndef CIM_RUNTIME_PACKEDWEIGHTS_H
#define CIM_RUNTIME_PACKEDWEIGHTS_H

#include "cim-runtime/program_generated.h"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace cim::format {

constexpr int64_t kRowBlock = 4;
constexpr int64_t kColumnBlock = 16;

/// What packing needs to know of a layer; see struct Arrays of program.fbs.
struct PackedShape {
  int64_t groups, rows, columns, kernelArea;
  std::vector<int64_t> tiles;
  std::vector<int64_t> slices;
  WeightLayout layout;

  int64_t paddedColumns() const {
    return (columns + kColumnBlock - 1) / kColumnBlock * kColumnBlock;
  }
  int64_t planes() const {
    return layout == WeightLayout_Whole ? 1 : static_cast<int64_t>(slices.size());
  }
  int64_t blockBytes(int64_t tileRows) const {
    return (tileRows + kRowBlock - 1) / kRowBlock * kRowBlock * paddedColumns();
  }
  /// Bytes of the whole section.
  int64_t bytes() const;
};

/// The rows of the tile that begins at row `first` and has `count` rows, in the
/// order in which they are stored.
std::vector<int64_t> storedRowOrder(int64_t first, int64_t count, int64_t kernelArea);

/// Packs codes [groups][rows][columns] into `out` of shape.bytes() bytes.
void packWeights(const PackedShape &shape, const int8_t *codes, int8_t *out);

/// The inverse: recovers codes [groups][rows][columns] from a section.
void unpackWeights(const PackedShape &shape, const int8_t *section, int8_t *codes);

} // namespace cim::format

#endif // CIM_RUNTIME_PACKEDWEIGHTS_H
