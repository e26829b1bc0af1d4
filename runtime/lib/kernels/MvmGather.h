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

/// Where the patches of a block of positions begin in the image. Lanes beyond `count`
/// repeat the first position.
template <int64_t Lanes> struct PatchBases {
  int64_t offset[Lanes];

  PatchBases(const MvmPlan &plan, const MvmImage &image, int64_t first, int64_t count) {
    for (int64_t lane = 0; lane < Lanes; ++lane) {
      int64_t position = first + (lane < count ? lane : 0);
      int64_t x = position % image.outWidth, row = position / image.outWidth;
      int64_t y = row % image.outHeight, sample = row / image.outHeight;
      int64_t line = sample * image.height + y * image.strideHeight;
      offset[lane] = (line * image.width + x * image.strideWidth) * plan.channels;
    }
  }
};

/// Copies `length` neighbouring channels of every lane to rows `at`, ... of `patch`.
template <int64_t Lanes>
inline void gatherRun(const uint8_t *source, const PatchBases<Lanes> &bases, int64_t at,
                      int64_t length, uint8_t *patch) {
  int64_t i = 0;
  while (i < length) {
    uint8_t *quad = patch + (at + i) / 4 * Lanes * 4 + (at + i) % 4;
    if ((at + i) % 4 == 0 && length - i >= 4) {
      for (int64_t lane = 0; lane < Lanes; ++lane)
        std::memcpy(quad + lane * 4, source + bases.offset[lane] + i, 4);
      i += 4;
    } else {
      for (int64_t lane = 0; lane < Lanes; ++lane)
        quad[lane * 4] = source[bases.offset[lane] + i];
      i += 1;
    }
  }
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

/// Gathers rows [first, first + count) of `group` of one image in stored order into
/// patch[ceil(count / 4)][Lanes][4].
template <int64_t Lanes>
void gatherTile(const MvmPlan &plan, const MvmImage &image, const uint8_t *codes,
                const PatchBases<Lanes> &bases, int64_t group, int64_t first, int64_t count,
                uint8_t *patch) {
  if (count % 4 != 0)
    std::memset(patch + count / 4 * Lanes * 4, 0, Lanes * 4);
  int64_t at = 0;
  auto visit = [&](int64_t y, int64_t x, int64_t channel, int64_t length) {
    gatherRun(codes + codeOffset(plan, image, y, x, channel), bases, at, length, patch);
    at += length;
  };
  forEachRun(plan, image, group, first, count, visit);
}

} // namespace
} // namespace cim::runtime

#endif // CIM_RUNTIME_LIB_KERNELS_MVMGATHER_H
