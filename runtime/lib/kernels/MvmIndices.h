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
  static constexpr int64_t kLanes = Isa::kLanes;
  using U8 = typename Vectors<kLanes>::U8;
  using U16 = typename Vectors<kLanes>::U16;
  using U32 = typename Vectors<kLanes>::U32;
  using I32 = typename Vectors<kLanes>::I32;

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
    switch (int64_t number = findSegments(position, count, offsets, lanes)) {
    case 1:
      return gatherFrom(Segments<1>(number, offsets, lanes), indices);
    case 2:
      return gatherFrom(Segments<2>(number, offsets, lanes), indices);
    case 3:
      return gatherFrom(Segments<3>(number, offsets, lanes), indices);
    default:
      return gatherFrom(Segments<kLanes>(number, offsets, lanes), indices);
    }
  }

private:
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
      for (int64_t i = 0; i < number; ++i) {
        offsets[i] = begins[i];
        for (int64_t lane = 0; lane < kLanes; ++lane)
          masks[i][lane] = lane < lanes[i] ? 0 : 0xff;
      }
    }

    U16 load(const uint8_t *plane) const {
      U8 bytes = loadVector<U8>(plane + offsets[0]);
      for (int64_t i = 1; i < (Most < kLanes ? Most : number); ++i)
        bytes = masks[i] ? loadVector<U8>(plane + offsets[i]) : bytes;
      return (U16)bytes;
    }

    int64_t number, offsets[Most];
    typename Vectors<kLanes>::I8 masks[Most];
  };

  template <typename Source> void gatherFrom(const Source source, uint8_t *indices) const {
    const int64_t cycles = numCycles, planeBytes = order.planeBytes;
    for (const IndexPiece *first = pieces, *end; first != endPiece; first = end) {
      for (end = first + 1; !end[-1].last; ++end)
        ;
      const uint8_t *plane = planes;
      if (first->mask == 15)
        for (int64_t b = 0; b < cycles; ++b, plane += planeBytes, indices += kLanes) {
          U16 index = source.load(plane + first->offset);
          std::memcpy(indices, &index, kLanes);
        }
      else
        for (int64_t b = 0; b < cycles; ++b, plane += planeBytes, indices += kLanes) {
          U16 index = {};
          for (const IndexPiece *piece = first; piece != end; ++piece)
            index |= select(source.load(plane + piece->offset), *piece);
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
    for (int64_t first = 0; first < count; first += kLanes) {
      // The order in which packing brings 32-bit lanes to bytes; pixels beyond the last repeat it.
      int64_t sources[kLanes];
      for (int64_t slot = 0; slot < kLanes; ++slot) {
        int64_t quarter = slot / (kLanes / 4), i = slot % (kLanes / 4);
        int64_t lane = (i / 4 * 8 + quarter % 2 * 4 + i % 4) * 2 + quarter / 2;
        int64_t source = pixel + std::min(first + lane, count - 1) * order.strideWidth;
        sources[slot] = source * plan.channels;
      }
      for (int64_t channel = 0; channel < plan.channels; channel += 4)
        for (int32_t i = 0; i < numImages(plan); ++i) {
          U32 slots[4];
          auto *words = reinterpret_cast<unsigned char *>(slots);
          for (int64_t slot = 0; slot < kLanes; ++slot)
            std::memcpy(words + slot * 4, image.codes[i] + sources[slot] + channel, 4);
          makeIndices(i, slots, channel / 4, offset + first);
        }
    }
  }

  /// The indices of four channels of one image, whose cycles alone are written.
  void makeIndices(int32_t imageIndex, const U32 (&slots)[4], int64_t quad, int64_t offset) {
    U16 codes[4]; // Of each channel.
    for (int64_t j = 0; j < 4; ++j) {
      I32 bytes[4];
      for (int64_t i = 0; i < 4; ++i)
        bytes[i] = (I32)((slots[i] >> (8 * j)) & 0xff);
      codes[j] = (U16)Isa::pack(bytes[0], bytes[1]) | ((U16)Isa::pack(bytes[2], bytes[3]) << 8);
    }
    uint8_t *plane = planes + quad * field * numCycles * order.planeBytes + offset;
    for (int64_t part = 0; part < field; ++part)
      for (const MvmCycle &cycle : plan.cycles) {
        if (cycle.image == imageIndex) {
          U16 index = makeIndex(codes + part * numRows, cycle);
          std::memcpy(plane, &index, kLanes);
        }
        plane += order.planeBytes;
      }
  }

  /// The digits of a few channels in one cycle, side by side.
  U16 makeIndex(const U16 *codes, const MvmCycle &cycle) const {
    U16 index = {};
    auto mask = static_cast<uint16_t>(cycle.mask * 0x0101);
    for (int64_t r = numRows - 1; r >= 0; --r)
      index = (index << static_cast<uint16_t>(field)) |
              ((codes[r] >> static_cast<uint16_t>(cycle.shift)) & mask);
    return index;
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
