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
// With W the bits of all slices, slice s of code w is
//   differential mappings  sign(w) * bits s of |w|
//   offset                 bits s of w + 2^(W-1), less 128 if the slice has 8 bits: a byte is
//                          signed; for W = 1, where w is -1 or 1, it is (w + 1) / 2
//   two's complement       bits s of w modulo 2^W, the last slice being the sign bit
// and a whole code is w, but that of offset with W = 1, which is (w + 1) / 2.
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
  MappingKind kind = MappingKind_DifferentialColumn;

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

inline bool isDifferential(MappingKind kind) {
  return kind == MappingKind_DifferentialColumn || kind == MappingKind_DifferentialRow;
}

/// How the codes w of a layer become the digits of one plane, and the reverse: the digit is what
/// bits [begin, end) of w + bias (differential: of |w|, with the sign of w) exceed `lift` by, and
/// w + bias is the sum of (digit + lift) * weight over the planes.
struct Plane {
  int32_t begin, end, bias, lift, weight;
};
std::vector<Plane> makePlanes(const PackedShape &shape);

/// True if codes are -1 and 1 and stored as 0 and 1.
bool hasSignCodes(const PackedShape &shape);

/// True if digits have signs: those of differential mappings, and whole codes.
bool hasSignedDigits(const PackedShape &shape);

/// The rows of the tile that begins at row `first` and has `count` rows, in the
/// order in which they are stored.
std::vector<int64_t> storedRowOrder(int64_t first, int64_t count, int64_t kernelArea);

/// Packs codes [groups][rows][columns] into `out` of shape.bytes() bytes.
void packWeights(const PackedShape &shape, const int8_t *codes, int8_t *out);

/// The inverse: recovers codes [groups][rows][columns] from a section.
void unpackWeights(const PackedShape &shape, const int8_t *section, int8_t *codes);

} // namespace cim::format

#endif // CIM_RUNTIME_PACKEDWEIGHTS_H
