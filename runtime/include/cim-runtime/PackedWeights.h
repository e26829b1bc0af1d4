//===- PackedWeights.h - Layout of weights in a program file ----*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The layout that kernels read: whole codes, one byte each, however many cells hold
// them. A section is a sequence of blocks, one for each group and tile, the tile
// fastest. Layers that sum their tiles as integers without an ADC have one tile of all
// rows.
//
// A block is int8 [ceil(rows / 4)][columns rounded up to 16][4]: four
// consecutive rows of one column are neighbours, as dot-product instructions
// want them. Rows of a tile are stored in the order (kernel position, channel):
// row k = channel * area + position of the weight matrix, sorted by position,
// then channel, so that a patch is gathered in runs of neighbouring channels. Missing
// rows and columns are zero. Where the offset mapping has codes of one bit, -1 and 1,
// they are stored as what the cells hold, 0 and 1.
//
// Kernels cut codes into the digits of one slice when they need them (kernels/MvmDigits.h).
// With W the bits of all slices, the digit of slice s of code w is
//   differential mappings  sign(w) * bits s of |w|
//   offset                 bits s of w + 2^(W-1), less 128 if the slice has 8 bits: a byte is
//                          signed; for W = 1 it is the stored bit
//   two's complement       bits s of w modulo 2^W, the last slice being the sign bit
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
  bool signs = false; ///< Codes are -1 and 1.

  int64_t paddedColumns() const {
    return (columns + kColumnBlock - 1) / kColumnBlock * kColumnBlock;
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

/// How stored codes become the digits of one slice: `value >> shift & mask` of code + bias less
/// `lift`, or of the magnitude of the code with its sign.
struct Plane {
  bool isSigned;
  uint8_t shift, mask, bias, lift;
};
std::vector<Plane> makePlanes(MappingKind kind, const std::vector<int64_t> &slices);

/// True if codes are -1 and 1.
inline bool hasSignCodes(MappingKind kind, const std::vector<int64_t> &slices) {
  return kind == MappingKind_Offset && slices == std::vector<int64_t>{1};
}

/// The rows of the tile that begins at row `first` and has `count` rows, in the
/// order in which they are stored.
std::vector<int64_t> storedRowOrder(int64_t first, int64_t count, int64_t kernelArea);

/// Packs codes [groups][rows][columns] into `out` of shape.bytes() bytes.
void packWeights(const PackedShape &shape, const int8_t *codes, int8_t *out);

/// The inverse: recovers codes [groups][rows][columns] from a section.
void unpackWeights(const PackedShape &shape, const int8_t *section, int8_t *codes);

} // namespace cim::format

#endif // CIM_RUNTIME_PACKEDWEIGHTS_H
