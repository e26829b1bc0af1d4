//===- MvmGather.h - Patches of the quantized input -------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Quantizes numbers and gathers the patch rows of a tile for a block of
// output positions. Weights are stored by kernel position, then channel, so a
// patch is a few runs of neighbouring channels. Compiled once per ISA, hence the
// unnamed namespace.
//
//===----------------------------------------------------------------------===//

#ifndef CIM_RUNTIME_LIB_KERNELS_MVMGATHER_H
#define CIM_RUNTIME_LIB_KERNELS_MVMGATHER_H

#include "MvmKernels.h"

#include <cstring>

namespace cim::runtime {
namespace {

/// Adds the time of its life to a phase of a layer, if statistics are wanted.
class PhaseTimer {
public:
  PhaseTimer(MvmStats *stats, uint64_t MvmStats::*phase)
      : stats(stats), phase(phase), begin(stats ? readClock() : 0) {}
  ~PhaseTimer() {
    if (stats)
      stats->*phase += readClock() - begin;
  }
  PhaseTimer(const PhaseTimer &) = delete;
  PhaseTimer &operator=(const PhaseTimer &) = delete;

private:
  MvmStats *stats;
  uint64_t MvmStats::*phase;
  uint64_t begin;
};

/// Added to |v| < 2^22 it leaves roundeven(v) in the low bits: floats from 2^23 to 2^24 are
/// the integers.
constexpr float kRoundingBias = 12582912.0f; // 1.5 * 2^23

inline int32_t roundToInt(float value) {
  float biased = value + kRoundingBias, bias = kRoundingBias;
  int32_t bits, biasBits;
  std::memcpy(&bits, &biased, 4);
  std::memcpy(&biasBits, &bias, 4);
  return bits - biasBits;
}

inline void quantize(const float *input, int64_t count, float scale, int32_t low, int32_t high,
                     int32_t zeroPoint, uint8_t *codes) {
  float lowest = static_cast<float>(low), highest = static_cast<float>(high);
  for (int64_t i = 0; i < count; ++i) {
    // Bounds are integers: clamping before rounding is the same.
    float value = input[i] / scale;
    value = value < lowest ? lowest : value;
    value = value > highest ? highest : value;
    value = value == value ? value : 0.0f;
    codes[i] = static_cast<uint8_t>(roundToInt(value) + zeroPoint);
  }
}

/// Where the patch of a position begins in the image.
inline int64_t patchBase(const MvmPlan &plan, const MvmImage &image, int64_t position) {
  int64_t x = position % image.outWidth, row = position / image.outWidth;
  int64_t y = row % image.outHeight, sample = row / image.outHeight;
  int64_t line = sample * image.height + y * image.strideHeight;
  return (line * image.width + x * image.strideWidth) * plan.channels;
}

/// Calls visit(y, x, channel, length) for the runs of neighbouring channels, in stored order, that
/// rows [first, first + count) of `group` are; y and x count pixels of the patch.
template <typename Visitor>
inline void forEachRun(const MvmPlan &plan, const MvmImage &image, int64_t group, int64_t first,
                       int64_t count, Visitor visit) {
  int64_t area = plan.kernelArea;
  for (int64_t position = 0; position < area; ++position) {
    int64_t row = first + (position - first % area + area) % area;
    if (row >= first + count)
      continue;
    int64_t length = (first + count - row + area - 1) / area;
    int64_t y = position / image.kernelWidth * image.dilationHeight;
    int64_t x = position % image.kernelWidth * image.dilationWidth;
    int64_t channel = group * (plan.rows / area) + row / area;
    visit(y, x, channel, length);
  }
}

/// The offset of a channel of a pixel.
inline int64_t codeOffset(const MvmPlan &plan, const MvmImage &image, int64_t y, int64_t x,
                          int64_t channel) {
  return (y * image.width + x) * plan.channels + channel;
}

/// Copies bytes, few of them without a call: runs of grouped convolutions are short.
inline void copyBytes(const uint8_t *from, int64_t count, uint8_t *to) {
  auto copyEnds = [&](auto word) {
    std::memcpy(&word, from + count - sizeof(word), sizeof(word));
    std::memcpy(to, from, sizeof(word));
    std::memcpy(to + count - sizeof(word), &word, sizeof(word));
  };
  if (count > 16)
    std::memcpy(to, from, count);
  else if (count >= 8)
    copyEnds(uint64_t());
  else if (count >= 4)
    copyEnds(uint32_t());
  else
    for (int64_t i = 0; i < count; ++i)
      to[i] = from[i];
}

/// Some rows of a tile: `count` from `begin` on, in stored order, of those of `group` that are
/// [firstRow, firstRow + tileRows).
struct PatchRows {
  int64_t group, firstRow, tileRows, begin, count;
};

/// Gathers rows of the patches that begin at `bases` into patch[positions][stride]; the last four
/// are filled up with zeros.
inline void gatherRows(const MvmPlan &plan, const MvmImage &image, const uint8_t *codes,
                       const PatchRows &rows, const int64_t *bases, int64_t positions,
                       int64_t stride, uint8_t *patch) {
  for (int64_t p = 0; p < positions; ++p)
    std::memset(patch + p * stride + (rows.count - 1) / 4 * 4, 0, 4);
  int64_t begin = 0, end = 0, at = -rows.begin; // Of the run, and its place in what is gathered.
  auto copyRun = [&] {
    int64_t first = std::max<int64_t>(at, 0), last = std::min(at + end - begin, rows.count);
    for (int64_t p = 0; first < last && p < positions; ++p)
      copyBytes(codes + bases[p] + begin + first - at, last - first, patch + p * stride + first);
    at += end - begin;
  };
  auto visit = [&](int64_t y, int64_t x, int64_t channel, int64_t length) {
    int64_t offset = codeOffset(plan, image, y, x, channel);
    if (offset != end) { // Else all channels of neighbouring pixels are one run.
      copyRun();
      begin = offset;
    }
    end = offset + length;
  };
  forEachRun(plan, image, rows.group, rows.firstRow, rows.tileRows, visit);
  copyRun();
}

} // namespace
} // namespace cim::runtime

#endif // CIM_RUNTIME_LIB_KERNELS_MVMGATHER_H
