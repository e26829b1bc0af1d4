//===- MvmIndices.h - Indices of the lookup kernel --------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The digits of a few neighbouring channels in one cycle are an index. Those of an input are made
// once for each pixel, in planes: one byte a pixel for every cycle and every few channels. A patch
// of many positions is then gathered by copying runs of bytes, however often windows overlap and
// columns come by. Compiled once per ISA, hence the unnamed namespace.
//
//===----------------------------------------------------------------------===//

#ifndef CIM_RUNTIME_LIB_KERNELS_MVMINDICES_H
#define CIM_RUNTIME_LIB_KERNELS_MVMINDICES_H

#include "MvmGather.h"
#include "MvmVectors.h"

namespace cim::runtime {
namespace {

/// The planes of one input, and what is gathered from them.
template <typename Isa> class IndexPlanes {
  /// Fewer segments than this have loops of their own.
  static constexpr int64_t kLanes = Isa::kLanes, kUnrolled = 7;
  using U8 = typename Vectors<kLanes>::U8;
  using I8 = typename Vectors<kLanes>::I8;
  using U16 = typename Vectors<kLanes>::U16;

public:
  IndexPlanes(const MvmPlan &plan, const MvmImage &image, const LookupScratch &layout)
      : plan(plan), image(image), order(image), field(layout.field), numRows(4 / field),
        numCycles(static_cast<int64_t>(plan.cycles.size())), planes(layout.planes),
        pieces(layout.pieces) {}

  /// Makes the planes of all images.
  void make() {
    if (order.strideHeight == 1 && order.strideWidth == 1)
      return makeRun(0, image.batch * image.height * image.width, 0);
    for (int64_t y = 0; y < std::min(order.strideHeight, image.height); ++y)
      for (int64_t x = 0; x < std::min(order.strideWidth, image.width); ++x)
        makePhase(y, x);
  }

  /// Looks up where rows [first, first + count) of `group` are, in stored order.
  void setTile(int64_t group, int64_t first, int64_t count) {
    IndexPiece *piece = pieces;
    int64_t at = 0;
    auto add = [&](int64_t offset, int64_t channel, int64_t rows, int64_t mask) {
      auto bits = [&](int64_t row) { return static_cast<uint8_t>(row % numRows * field); };
      *piece++ = {offset, bits(channel), static_cast<uint8_t>(mask), bits(at),
                  (at + rows) % numRows == 0};
      at += rows;
    };
    auto visit = [&](int64_t y, int64_t x, int64_t channel, int64_t length) {
      while (length > 0) {
        int64_t rows = std::min({length, numRows - at % numRows, numRows - channel % numRows});
        int64_t plane = channel / numRows * numCycles;
        add(plane * order.planeBytes + order.offset(y, x), channel, rows, (1 << rows * field) - 1);
        channel += rows;
        length -= rows;
      }
    };
    forEachRun(plan, image, group, first, count, visit);
    while (at % 4 != 0) // No row: bits are 0.
      add(0, 0, numRows - at % numRows, 0);
    endPiece = piece;
  }

  /// Gathers the indices of the tile at `count` positions: [lookups][cycles][kLanes].
  void gather(int64_t position, int64_t count, uint8_t *indices) const {
    int64_t offsets[kLanes], lanes[kLanes];
    int64_t number = findSegments(position, count, offsets, lanes);
    gatherAtMost<1>(number, offsets, lanes, indices);
  }

private:
  /// Gathers from `number` segments, at least `Most` of them.
  template <int64_t Most>
  void gatherAtMost(int64_t number, const int64_t *offsets, const int64_t *lanes,
                    uint8_t *indices) const {
    if constexpr (Most < kUnrolled)
      if (number > Most)
        return gatherAtMost<Most + 1>(number, offsets, lanes, indices);
    constexpr int64_t size = Most < kUnrolled ? Most : kLanes;
    gatherFrom(Segments<size>(number, offsets, lanes), indices);
  }

  /// Finds runs of positions that are neighbours in planes: lanes[i], ... are at offsets[i] +
  /// lanes[i], ...
  int64_t findSegments(int64_t position, int64_t count, int64_t *offsets, int64_t *lanes) const {
    int64_t x = position % image.outWidth, row = position / image.outWidth, number = 0;
    int64_t y = row % image.outHeight, sample = row / image.outHeight;
    for (int64_t lane = 0; lane < count; x = 0) {
      int64_t offset = (sample * order.height + y) * order.width + x - lane;
      if (number == 0 || offset != offsets[number - 1]) {
        lanes[number] = lane;
        offsets[number++] = offset;
      }
      lane += image.outWidth - x;
      if (++y == image.outHeight) {
        y = 0;
        ++sample;
      }
    }
    return number;
  }

  /// Loads the bytes of kLanes positions that are in at most `Most` segments. Lanes that a segment
  /// does not have are read as well, up to kLanes before a plane.
  template <int64_t Most> struct Segments {
    Segments(int64_t given, const int64_t *begins, const int64_t *lanes) : number(given) {
      int8_t ones[2 * kLanes]; // Behind as many zeros.
      std::memset(ones, 0, kLanes);
      std::memset(ones + kLanes, 0xff, kLanes);
      for (int64_t i = 0; i < number; ++i) {
        offsets[i] = begins[i];
        masks[i] = loadVector<I8>(ones + kLanes - lanes[i]);
      }
    }

    U16 load(const uint8_t *plane) const {
      U8 bytes = loadVector<U8>(plane + offsets[0]);
      for (int64_t i = 1; i < (Most < kLanes ? Most : number); ++i)
        bytes = masks[i] ? loadVector<U8>(plane + offsets[i]) : bytes;
      return (U16)bytes;
    }

    int64_t number, offsets[Most];
    I8 masks[Most];
  };

  /// A function of its own with a copy of masks and offsets, for them to stay in registers: stores
  /// of indices cannot change it.
  template <typename Source>
  __attribute__((noinline)) void gatherFrom(const Source &source, uint8_t *indices) const {
    const int64_t cycles = numCycles, planeBytes = order.planeBytes;
    const Source segments = source;
    for (const IndexPiece *first = pieces, *end; first != endPiece; first = end) {
      for (end = first + 1; !end[-1].last; ++end)
        ;
      const uint8_t *plane = planes;
      const int64_t offset = first->offset;
      if (first->mask == 15)
        for (int64_t b = 0; b < cycles; ++b, plane += planeBytes, indices += kLanes) {
          U16 index = segments.load(plane + offset);
          std::memcpy(indices, &index, kLanes);
        }
      else
        for (int64_t b = 0; b < cycles; ++b, plane += planeBytes, indices += kLanes) {
          U16 index = {};
          for (const IndexPiece *piece = first; piece != end; ++piece)
            index |= select(segments.load(plane + piece->offset), *piece);
          std::memcpy(indices, &index, kLanes);
        }
    }
  }

  static U16 select(U16 bytes, const IndexPiece &piece) {
    return ((bytes >> uint16_t(piece.drop)) & uint16_t(piece.mask * 0x0101))
           << uint16_t(piece.shift);
  }

  /// The indices of the pixels that are some strides from (y, x), in ascending order.
  void makePhase(int64_t y, int64_t x) {
    int64_t count = (image.width - x - 1) / order.strideWidth + 1;
    for (int64_t sample = 0; sample < image.batch; ++sample)
      for (int64_t row = y; row < image.height; row += order.strideHeight)
        makeRun((sample * image.height + row) * image.width + x, count,
                order.offset(row, x) + sample * order.height * order.width);
  }

  /// The indices of `count` pixels that are one stride apart, from the given one on.
  void makeRun(int64_t pixel, int64_t count, int64_t offset) {
    int64_t step = order.strideWidth * plan.channels;
    for (int64_t first = 0; first < count; first += kLanes)
      for (int64_t channel = 0; channel < plan.channels; channel += 16)
        for (int32_t i = 0; i < numImages(plan); ++i) {
          const uint8_t *codes = image.codes[i] + pixel * plan.channels + first * step + channel;
          U8 rows[16];
          loadRows(codes, step, count - first, rows);
          for (int64_t j = 0; j < std::min<int64_t>(16, plan.channels - channel); j += 4)
            makeIndices(i, rows + j, (channel + j) / 4, offset + first);
        }
  }

  /// The codes of 16 channels of kLanes pixels, a register for each channel. Pixels beyond `count`
  /// repeat the last; channels that do not exist may have any codes.
  static void loadRows(const uint8_t *codes, int64_t step, int64_t count, U8 (&rows)[16]) {
    int64_t offsets[kLanes];
    for (int64_t lane = 0; lane < kLanes; ++lane)
      offsets[lane] = std::min(lane, count - 1) * step;
    U8 pixels[16];
    for (int64_t i = 0; i < 16; ++i)
      for (int64_t block = 0; block < kLanes; block += 16)
        std::memcpy(reinterpret_cast<uint8_t *>(&pixels[i]) + block, codes + offsets[block + i],
                    16);
    // Four times interleaving the halves transposes blocks of 16 bytes.
    for (int round = 0; round < 2; ++round) {
      interleave(pixels, rows);
      interleave(rows, pixels);
    }
    std::memcpy(rows, pixels, sizeof(rows));
  }

  static void interleave(const U8 (&from)[16], U8 (&to)[16]) {
    for (int i = 0; i < 8; ++i) {
      to[2 * i] = Isa::unpackLow8(from[i], from[i + 8]);
      to[2 * i + 1] = Isa::unpackHigh8(from[i], from[i + 8]);
    }
  }

  /// The indices of four channels of one image, whose cycles alone are written.
  void makeIndices(int32_t imageIndex, const U8 *rows, int64_t quad, int64_t offset) {
    U8 bits[8];
    if (field == 1)
      splitBits(rows, bits);
    uint8_t *plane = planes + quad * field * numCycles * order.planeBytes + offset;
    for (int64_t part = 0; part < field; ++part)
      for (const MvmCycle &cycle : plan.cycles) {
        if (cycle.image == imageIndex) {
          U8 index = cycle.mask == 0 ? U8{}
                     : field == 1    ? bits[cycle.shift]
                                     : joinPair(rows + 2 * part, cycle);
          std::memcpy(plane, &index, kLanes);
        }
        plane += order.planeBytes;
      }
  }

  /// Masks follow, which drop what 16-bit lanes shift from one byte to the other.
  static U8 shiftRight(U8 bytes, int count) { return (U8)((U16)bytes >> uint16_t(count)); }
  static U8 shiftLeft(U8 bytes, int count) { return (U8)((U16)bytes << uint16_t(count)); }

  /// Bit b of four channels, side by side, for all b: bits of two channels are interleaved, then
  /// pairs.
  static void splitBits(const U8 *rows, U8 (&bits)[8]) {
    const uint8_t one = 0x55, two = 0x33, four = 0x0f;
    for (int parity = 0; parity < 2; ++parity) {
      U8 pairs[2];
      for (int i = 0; i < 2; ++i)
        pairs[i] = (shiftRight(rows[2 * i], parity) & one) |
                   shiftLeft(shiftRight(rows[2 * i + 1], parity) & one, 1);
      for (int b = parity; b < 4; b += 2) {
        U8 quads = (shiftRight(pairs[0], b - parity) & two) |
                   shiftLeft(shiftRight(pairs[1], b - parity) & two, 2);
        bits[b] = quads & four;
        bits[b + 4] = shiftRight(quads, 4) & four;
      }
    }
  }

  /// The digits of two channels in one cycle, side by side.
  static U8 joinPair(const U8 *rows, const MvmCycle &cycle) {
    auto mask = static_cast<uint8_t>(cycle.mask);
    return (shiftRight(rows[0], cycle.shift) & mask) |
           shiftLeft(shiftRight(rows[1], cycle.shift) & mask, 2);
  }

  const MvmPlan &plan;
  const MvmImage &image;
  PlaneOrder order;
  int64_t field, numRows, numCycles; ///< Bits of a row in an index, rows of an index.
  uint8_t *planes;
  IndexPiece *pieces, *endPiece = nullptr;
};

} // namespace
} // namespace cim::runtime

#endif // CIM_RUNTIME_LIB_KERNELS_MVMINDICES_H
