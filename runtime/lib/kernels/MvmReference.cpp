//===- MvmReference.cpp - What reference columns read ---------------------===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Offset arrays have a column of ones. Its weighted sums of digits are the sums of
// what the digits of all cycles stand for: no kernel needs to multiply for them.
//
//===----------------------------------------------------------------------===//

#include "MvmGather.h"

#include <utility>
#include <vector>

using namespace cim;
using namespace cim::runtime;

/// Adds up bytes, as 32-bit numbers as long as they fit.
static int64_t sumBytes(const uint8_t *bytes, int64_t count) {
  int64_t sum = 0;
  while (count > 0) {
    int64_t length = std::min<int64_t>(count, 1 << 16);
    uint32_t part = 0;
    for (int64_t i = 0; i < length; ++i)
      part += bytes[i];
    sum += part;
    bytes += length;
    count -= length;
  }
  return sum;
}

void cim::runtime::sumInputs(const MvmPlan &plan, const MvmImage &image, const uint8_t *codes,
                             float *sums) {
  std::vector<int64_t> tiles = plan.tiles;
  if (plan.sumTiles)
    tiles = {plan.rows};
  // Encodings without a zero-point term feed x - z.
  int64_t zero = plan.encoding == format::InputEncoding_Offset ? 0 : plan.zeroPoint;
  int64_t first = 0;
  std::vector<std::pair<int64_t, int64_t>> runs; // Offset and length, of every patch of a tile.
  for (int64_t rows : tiles) {
    for (int64_t group = 0; group < plan.groups; ++group) {
      runs.clear();
      auto visit = [&](int64_t y, int64_t x, int64_t channel, int64_t length) {
        runs.emplace_back(codeOffset(plan, image, y, x, channel), length);
      };
      forEachRun(plan, image, group, first, rows, visit);
      for (int64_t m = 0, e = numPositions(image); m < e; ++m) {
        const uint8_t *patch = codes + patchBase(plan, image, m);
        int64_t sum = -zero * rows;
        for (auto [offset, length] : runs)
          sum += sumBytes(patch + offset, length);
        *sums++ = static_cast<float>(sum);
      }
    }
    first += rows;
  }
}
