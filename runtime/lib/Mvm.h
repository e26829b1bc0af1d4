//===- Mvm.h - The fused crossbar layer -------------------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The boundary between the executor and the fused kernel: quantize, multiply,
// convert, shift, add and dequantize one layer of one sample without partial sums
// ever going to memory.
//
//===----------------------------------------------------------------------===//

#ifndef CIM_RUNTIME_LIB_MVM_H
#define CIM_RUNTIME_LIB_MVM_H

#include "Variation.h"

namespace cim::runtime {

/// How computed weights are written into arrays.
struct WritePlan {
  int64_t matrices;          ///< G
  format::PackedShape shape; ///< Of one matrix.
  float scale;               ///< s_w
  int32_t limit;             ///< Codes are -limit .. limit.
  int64_t arrays;            ///< How many are written.
};

/// One input cycle of one pass (section 2.2): its digit is `image >> shift & mask`.
struct MvmCycle {
  int32_t image; ///< 0, or 1 in the second pass.
  int32_t shift, mask;
  int32_t weight; ///< Of the digit: a power of two, negative where the cycle is subtracted.
};

/// The cycles of all passes over digits of the given widths.
std::vector<MvmCycle> makeCycles(format::InputEncoding encoding,
                                 const std::vector<int64_t> &widths);

struct MvmVariation;

/// Everything the fused kernel needs of one mvm instruction, resolved to pointers
/// into the mapped file. Made once when a program is loaded.
struct MvmPlan {
  int64_t matrices;              ///< Of a product, each for its part of the input; else 1.
  int64_t groups, rows, columns; ///< Rows and columns of one group: K and N / G.
  int64_t kernelArea;
  format::MappingKind kind;
  std::vector<int64_t> tiles;        ///< Rows of each tile.
  std::vector<int64_t> slices;       ///< Bits of each, least significant first.
  std::vector<MvmCycle> cycles;      ///< Least significant first in each pass.
  std::vector<format::Plane> planes; ///< Of each slice; see cutPlane().
  /// The packed section, see PackedWeights.h; null if computed. Without an ADC and with
  /// `sumTiles` it holds one tile of all rows whatever `tiles` says.
  const int8_t *weights;
  bool computed;         ///< Weights are written at run time, by writeArrays().
  float correctionScale; ///< Of the zero-point term of computed weights.
  /// sumColumns() of stored weights, if hasSignedSums().
  const int32_t *columnSums;
  bool sumSlices, sumTiles;
  bool adc;             ///< One that is not ideal converts partial sums.
  bool convertsOutputs; ///< A table converts sums over all rows instead.
  int32_t qmin, qmax;   ///< Codes of the ADC, or the least and the greatest level.
  float activationScale;
  int32_t activationBits, zeroPoint;
  format::InputEncoding encoding;
  /// Shapes as in program.fbs. `reciprocal` is null without an ADC, `offsets` where they are zero.
  const float *start, *scale, *reciprocal;
  const int32_t *offsets;
  const float *reference;             ///< [T', N], null without the term.
  const int32_t *thresholds, *levels; ///< Null unless the ADC has a table.
  int64_t levelsShape[4];             ///< The first three are 1, or T, S and N.

  /// Of cells that were drawn, null if they are ideal. Then there are always an ADC and tiles, and
  /// all of the above fits sums in units of the cells.
  const MvmVariation *variation;

  // A convolution of an NHWC input, or a matrix product: no window, height 1,
  // `width` positions (of one matrix) and `channels` = K.
  bool hasWindow;
  int64_t batch, height, width, channels; ///< Of the input.
  int64_t outHeight, outWidth;
  format::Window window;
};

/// Where drawn cells come from.
struct MvmVariation {
  MvmVariation(CellDraws draws, CellLayout layout)
      : draws(std::move(draws)), layout(std::move(layout)) {}

  CellDraws draws;
  CellLayout layout;    ///< Of the cells of one matrix.
  int32_t fraction = 8; ///< Cells are multiples of 2^-fraction steps.
  ReadNoise noise;
  std::vector<int16_t> cells;  ///< Of all matrices; empty if weights are computed.
  format::PackedShape written; ///< How the codes of a matrix of computed weights are packed.
  bool converts = true;        ///< There is an ADC.
  /// Offset arrays without a term of the reference column: it joins the sums, times 2^this.
  int32_t joinedShift = 0;
  /// What the cells of the reference column hold [groups][rows]; empty if they are ideal.
  std::vector<int32_t> reference;
  std::vector<int64_t> longOffsets;      ///< Offsets of the ADC, where they are no int32.
  std::vector<int64_t> outputThresholds; ///< Of an ADC that converts outputs.
};

constexpr size_t kMaxCycles = 16; ///< Two passes of 8.

struct MvmStats {
  uint64_t conversions = 0; ///< Equally many in every cycle.
  uint64_t clipped[kMaxCycles] = {};
  uint64_t macs = 0; ///< Products of one cell or pair of cells and one input digit.
  /// Nanoseconds of making codes of inputs and what DACs are fed, and of bringing these into the
  /// order that products want. The rest of a layer is its products.
  uint64_t quantizing = 0, gathering = 0;
};

/// Nanoseconds of a steady clock.
uint64_t readClock();

/// True if the sums are those of x - z: with an ideal ADC, kernels multiply the codes x and
/// subtract z times the sums of the columns.
inline bool hasSignedSums(const MvmPlan &plan) {
  return !plan.adc && plan.encoding != format::InputEncoding_Offset;
}

/// Sums of stored weight codes [matrices][stored tiles][groups][columns].
std::vector<int32_t> sumColumns(const MvmPlan &plan);

/// Bytes of scratch that one thread needs; the scratch is 64-byte aligned.
size_t mvmScratchBytes(const MvmPlan &plan, int64_t samples = 1);

/// Runs samples that are one behind the other; only one, if there are several matrices. `input` is
/// NHWC or [G, M, K], `output` [G, M, N]; `cells` is what writeArrays() has made of computed
/// weights, else null; `stats` may be null. Noise is that of samples `first` and following.
void runMvm(const MvmPlan &plan, const uint8_t *cells, const float *input, float *output,
            uint8_t *scratch, MvmStats *stats, int64_t samples = 1, int64_t first = 0);

/// Bytes that one thread keeps of computed weights: the packed codes of all matrices, then
/// the sum of each column of codes as int32 [G, stored tiles, N]. 64-byte aligned.
size_t cellBytes(const WritePlan &plan);
size_t writeScratchBytes(const WritePlan &plan);

/// Quantizes and packs `weights` [G, K, N].
void writeArrays(const WritePlan &plan, const float *weights, uint8_t *cells, uint8_t *scratch);

/// "avx512vnni", "avx2", "neon" or "generic"; the environment variable CIM_RUNTIME_ISA forces one
/// that the CPU has.
const char *mvmIsa();

} // namespace cim::runtime

#endif // CIM_RUNTIME_LIB_MVM_H
