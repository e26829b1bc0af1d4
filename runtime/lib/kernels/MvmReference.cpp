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

#include <numeric>
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

namespace {

/// What the cells of the reference column count, in the order of stored rows.
class ReferenceCells {
public:
  /// Those of some rows of the column of a group or matrix.
  ReferenceCells(const MvmPlan &plan, int64_t column, int64_t first, int64_t rows) {
    if (!plan.variation || plan.variation->reference.empty())
      return;
    const int32_t *all = plan.variation->reference.data() + column * plan.rows;
    for (int64_t row : format::storedRowOrder(first, rows, plan.kernelArea))
      cells.push_back(all[row]);
  }

  /// Of the row `begin` in this order and those that follow it.
  int64_t multiply(int64_t begin, const uint8_t *bytes, int64_t count) const {
    if (cells.empty())
      return sumBytes(bytes, count);
    int64_t sum = 0;
    for (int64_t i = 0; i < count; ++i)
      sum += int64_t(cells[begin + i]) * bytes[i];
    return sum;
  }

  /// The sum of `rows` cells.
  int64_t sum(int64_t rows) const {
    return cells.empty() ? rows : std::accumulate(cells.begin(), cells.end(), int64_t(0));
  }

private:
  std::vector<int32_t> cells; ///< Empty if all are 1.
};

} // namespace

/// Sums the inputs of each tile, or of all (section 2.4): those of the digits of all cycles,
/// weighted.
template <typename Number>
static void sumInputs(const MvmPlan &plan, const MvmImage &image, const uint8_t *codes,
                      int64_t matrix, Number *sums) {
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
      ReferenceCells cells(plan, matrix * plan.groups + group, first, rows);
      for (int64_t m = 0, e = numPositions(image); m < e; ++m) {
        const uint8_t *patch = codes + patchBase(plan, image, m);
        int64_t sum = -zero * cells.sum(rows), row = 0;
        for (auto [offset, length] : runs) {
          sum += cells.multiply(row, patch + offset, length);
          row += length;
        }
        *sums++ = static_cast<Number>(sum);
      }
    }
    first += rows;
  }
}

/// True if what the reference column reads joins the sums of drawn cells.
static bool joinsReference(const MvmPlan &plan) {
  return plan.variation && plan.kind == format::MappingKind_Offset && !plan.reference;
}

size_t cim::runtime::inputSumBytes(const MvmPlan &plan, const MvmImage &image) {
  size_t rows = plan.sumTiles ? 1 : plan.tiles.size();
  size_t sums = rows * plan.groups * numPositions(image);
  if (joinsReference(plan))
    return roundUp(sums * sizeof(int64_t), 64);
  return plan.reference ? roundUp(sums * sizeof(float), 64) : 0;
}

void cim::runtime::readReference(const MvmPlan &plan, const MvmImage &image, const uint8_t *codes,
                                 uint8_t *memory, MvmCells &cells) {
  if (!joinsReference(plan)) {
    auto *sums = reinterpret_cast<float *>(memory);
    if (plan.reference)
      sumInputs(plan, image, codes, cells.matrix, sums);
    cells.inputSums = sums;
    return;
  }
  auto *sums = reinterpret_cast<int64_t *>(memory);
  sumInputs(plan, image, codes, cells.matrix, sums);
  int64_t count = (plan.sumTiles ? 1 : plan.tiles.size()) * plan.groups * numPositions(image);
  for (int64_t i = 0; i < count; ++i)
    sums[i] *= int64_t(1) << plan.variation->joinedShift;
  cells.joined = sums;
}
