//===- MvmKernels.h - One set of crossbar kernels per ISA -------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What Mvm.cpp prepares for the kernels, and the table of functions that every
// instruction set fills in from the same templates (MvmDot.h, MvmLookup.h).
//
//===----------------------------------------------------------------------===//

#ifndef CIM_RUNTIME_LIB_KERNELS_MVMKERNELS_H
#define CIM_RUNTIME_LIB_KERNELS_MVMKERNELS_H

#include "../Mvm.h"

#include <algorithm>

namespace cim::runtime {

/// The quantized input of a block of samples, NHWC, with a border that holds the code z: a
/// patch is read without looking at bounds. A matrix product has the height 1. With an ADC
/// the codes are those that the DACs are fed, two images for two passes.
struct MvmImage {
  int64_t batch, height, width; ///< With the border.
  int64_t outHeight, outWidth;
  int64_t strideHeight, strideWidth, dilationHeight, dilationWidth;
  int64_t padTop, padLeft, kernelWidth;
  const uint8_t *codes[2];
};

/// What is in the cells of one matrix and where its sums begin.
struct MvmCells {
  const int8_t *weights; ///< Packed, see PackedWeights.h.
  const float *start;    ///< One per output.
  /// [stored tiles][groups][columns] if hasSignedSums(), else null.
  const int32_t *columnSums;
  /// What the reference column reads at each position, [T'][groups][positions], see
  /// readReference(); of no meaning without a reference.
  const float *inputSums;

  // Where cells were drawn:
  const int16_t *drawn = nullptr;  ///< See CellLayout.
  const int64_t *joined = nullptr; ///< What sums are less, like `inputSums`; null for nothing.
  int64_t samples = 1, firstSample = 0, matrix = 0; ///< What noise belongs to.
};

struct MvmKernels {
  const char *isa;
  /// Quantizes numbers (sections 2.2 and 2.3): clamp(roundeven(x / scale), low, high) + zeroPoint,
  /// of which the low byte is stored; not-a-number gives zeroPoint.
  void (*quantize)(const float *input, int64_t count, float scale, int32_t low, int32_t high,
                   int32_t zeroPoint, uint8_t *codes);
  /// Computes all outputs of one matrix, and counts what is clipped; serves every layer.
  void (*dot)(const MvmPlan &plan, const MvmCells &cells, const MvmImage &image, float *output,
              uint8_t *scratch, MvmStats *stats);
  /// The same, faster, for layers that canLookUp() accepts.
  void (*lookup)(const MvmPlan &plan, const MvmCells &cells, const MvmImage &image, float *output,
                 uint8_t *scratch, MvmStats *stats);
};

extern const MvmKernels genericMvmKernels, avx2MvmKernels, avx512MvmKernels, neonMvmKernels;

/// The kernels of an instruction set, the best ones if `isa` is null; null if this
/// CPU cannot run them.
const MvmKernels *findMvmKernels(const char *isa);

/// runMvm and writeArrays with given kernels.
void runMvmWith(const MvmKernels &kernels, const MvmPlan &plan, const uint8_t *cells,
                const float *input, float *output, uint8_t *scratch, MvmStats *stats,
                int64_t samples = 1, int64_t first = 0);
void writeArraysWith(const MvmKernels &kernels, const WritePlan &plan, const float *weights,
                     uint8_t *cells, uint8_t *scratch);

/// Bytes of what the reference column of one matrix reads.
size_t inputSumBytes(const MvmPlan &plan, const MvmImage &image);
/// Fills them in from `codes`, the first image before it becomes what DACs are fed: the floats of
/// the term of the reference column, or integers that join sums of drawn cells. Kernels find them
/// in `cells`, which says what matrix it is.
void readReference(const MvmPlan &plan, const MvmImage &image, const uint8_t *codes,
                   uint8_t *memory, MvmCells &cells);

/// True if int32 holds every sum of codes, by the bounds of section 2.7.
bool hasSmallSums(const MvmPlan &plan);

/// The widest digits of inputs.
int32_t widestMask(const MvmPlan &plan);

/// Columns whose weights the dot kernel brings into its order at once.
constexpr int64_t kPanelColumns = 64;

/// Where the dot kernel keeps what it makes, in small caches.
struct DotScratch {
  DotScratch(const MvmPlan &plan, uint8_t *scratch);

  int64_t positions, rows; ///< At once.
  int64_t stride;          ///< Between lanes.
  int64_t *bases;
  uint8_t *patch, *lanes, *panel, *sums;
  int8_t *digits;
  size_t bytes;
};

/// Levels of a large table that the lookup kernel writes at once.
constexpr int64_t kLevelBlock = 16;

/// The largest register of the lookup kernel.
constexpr int64_t kMaxLookupLanes = 64;

/// The order of the pixels of an image in a plane of indices, see MvmIndices.h: those that are one
/// stride apart are neighbours, so that neighbouring outputs read neighbouring bytes.
struct PlaneOrder {
  explicit PlaneOrder(const MvmImage &image)
      : strideHeight(image.strideHeight), strideWidth(image.strideWidth), batch(image.batch),
        height((image.height - 1) / strideHeight + 1), width((image.width - 1) / strideWidth + 1) {
    int64_t pixels = strideHeight * strideWidth * batch * height * width;
    // Registers are stored behind the last pixel of each run.
    bool oneRun = strideHeight == 1 && strideWidth == 1;
    planeBytes = (pixels + 63) / 64 * 64 + (oneRun ? 0 : 64);
  }

  /// Where pixel (y, x) of the first sample is.
  int64_t offset(int64_t y, int64_t x) const {
    int64_t phase = y % strideHeight * strideWidth + x % strideWidth;
    return (phase * batch * height + y / strideHeight) * width + x / strideWidth;
  }

  int64_t strideHeight, strideWidth, batch;
  int64_t height, width; ///< Of the pixels of one phase.
  int64_t planeBytes;
};

/// Part of an index: the bits of rows that are neighbours in a plane,
/// (byte >> drop & mask) << shift.
struct IndexPiece {
  int64_t offset; ///< In the plane of the first cycle.
  uint8_t drop, mask, shift;
  bool last; ///< Of its index.
};

/// What the lookup kernel needs to convert the sums of one column, see MvmLookupAdc.h.
struct LookupAdc {
  float base, reciprocal; ///< Linear: p - o is sum + 2^23 - base.
  /// A small table: where sums are saturated to bytes; thresholds in the order of a tree, the low
  /// and the high bytes of levels, treeSize() of each. A large one: the level of each lifted sum.
  uint16_t center;
  int32_t middle; ///< Of the levels, from which they are counted.
  const uint8_t *table;
};

/// How the lookup kernel divides a layer, and where it keeps what it makes.
struct LookupScratch {
  LookupScratch(const MvmPlan &plan, const MvmImage &image, uint8_t *scratch);

  int64_t field;              ///< Bits of an index that belong to one row: 1 or 2.
  int64_t lookups;            ///< Of the tallest tile.
  int64_t columns, positions; ///< Of a part, whose tables and accumulators fit a cache.
  int64_t chunks[8];          ///< Of each slice: lookups whose sums fit a byte, 4 at most.
  int64_t numSums;            ///< That have levels in a large table; 0 without one.
  int64_t tableBytes;         ///< Of the table of one column.
  float *accumulators;
  int32_t *sums;
  LookupAdc *adcs;
  int8_t *digits;
  uint8_t *sizes, *below, *lifts, *tables, *indices, *planes, *adcTables;
  IndexPiece *pieces;
  size_t bytes;
};

/// True if the bounds of the lookup kernel hold: narrow digits, sums that fit 16 bits.
bool canLookUp(const MvmPlan &plan, const MvmImage &image);

inline int64_t roundUp(int64_t value, int64_t multiple) {
  return (value + multiple - 1) / multiple * multiple;
}

inline int64_t divideUp(int64_t value, int64_t divisor) { return (value + divisor - 1) / divisor; }

/// Images that the kernels read.
inline int64_t numImages(const MvmPlan &plan) {
  return plan.adc ? plan.cycles.back().image + 1 : 1;
}

/// Output positions of all samples of an image.
inline int64_t numPositions(const MvmImage &image) {
  return image.batch * image.outHeight * image.outWidth;
}

/// Rows of tile `t` as stored: merged if an ideal layer sums its tiles.
inline bool hasMergedTiles(const MvmPlan &plan) { return !plan.adc && plan.sumTiles; }
inline int64_t numStoredTiles(const MvmPlan &plan) {
  return hasMergedTiles(plan) ? 1 : static_cast<int64_t>(plan.tiles.size());
}
inline int64_t storedTileRows(const MvmPlan &plan, int64_t t) {
  return hasMergedTiles(plan) ? plan.rows : plan.tiles[t];
}

/// The rows of the tallest tile as stored, rounded up to four.
int64_t tallestTile(const MvmPlan &plan);

/// The table that converts slice `s` of output `n` of tile `t`.
inline int64_t tableRow(const MvmPlan &plan, int64_t t, int64_t s, int64_t n) {
  const int64_t *shape = plan.levelsShape;
  int64_t row = (shape[0] == 1 ? 0 : t) * shape[1] + (shape[1] == 1 ? 0 : s);
  return row * shape[2] + (shape[2] == 1 ? 0 : n);
}

/// A table of so many levels that the lookup kernel has them for each sum.
inline bool hasLargeTables(const MvmPlan &plan) { return plan.levels && plan.levelsShape[3] > 64; }

/// The least power of two above the thresholds of a small table, 16 or more; 0 without one.
inline int64_t treeSize(const MvmPlan &plan) {
  int64_t levels = plan.levels && !hasLargeTables(plan) ? plan.levelsShape[3] : 0;
  return levels == 0 ? 0 : levels <= 16 ? 16 : levels <= 32 ? 32 : 64;
}

/// What the lookup kernel subtracts from the levels of a table: no other is farther from it.
inline int32_t middleOf(int32_t least, int32_t most) { return least + (most - least) / 2; }

/// The integer weight of slice `s`, which begins at bit `shift`: 1 if slices are not summed.
inline int32_t sliceWeight(const MvmPlan &plan, int64_t s, int64_t shift) {
  bool isSignBit = plan.kind == format::MappingKind_TwosComplement && plan.adc &&
                   s + 1 == static_cast<int64_t>(plan.slices.size());
  return !plan.sumSlices ? 1 : isSignBit ? -(1 << shift) : 1 << shift;
}

/// Bytes of the packed weights of one group or matrix.
inline int64_t groupBytes(const MvmPlan &plan) {
  int64_t rows = 0;
  for (int64_t t = 0, e = numStoredTiles(plan); t < e; ++t)
    rows += roundUp(storedTileRows(plan, t), format::kRowBlock);
  return rows * roundUp(plan.columns, format::kColumnBlock);
}

} // namespace cim::runtime

#endif // CIM_RUNTIME_LIB_KERNELS_MVMKERNELS_H
