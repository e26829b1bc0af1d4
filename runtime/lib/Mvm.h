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

#include "cim-runtime/program_generated.h"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace cim::runtime {

/// Everything the fused kernel needs of one mvm instruction, resolved to pointers
/// into the mapped file. Made once when a program is loaded.
struct MvmPlan {
  int64_t groups, rows, columns; ///< Rows and columns of one group: K and N / G.
  int64_t kernelArea;
  std::vector<int64_t> tiles;          ///< Rows of each tile.
  std::vector<int64_t> slices, cycles; ///< Bits of each, least significant first.
  /// Whole: no ADC and one plane; if also `sumTiles`, the section holds one tile of
  /// all rows whatever `tiles` says.
  format::WeightLayout layout;
  const int8_t *weights; ///< The packed section, see PackedWeights.h.
  bool sumSlices, sumTiles, adc;
  int32_t qmin, qmax;
  float activationScale;
  int32_t activationBits, zeroPoint;
  /// Shapes as in program.fbs. `reciprocal` is null without an ADC, `offsets` where they are zero.
  const float *start, *scale, *reciprocal;
  const int32_t *offsets;
  int32_t minCode, maxCode; ///< Of the weights.

  // A convolution of an NHWC input, or a matrix product: no window, height 1,
  // `width` positions and `channels` = K.
  bool hasWindow;
  int64_t batch, height, width, channels; ///< Of the input.
  int64_t outHeight, outWidth;
  format::Window window;
};

struct MvmStats {
  uint64_t conversions = 0, clipped = 0;
};

/// Bytes of scratch that one thread needs; the scratch is 64-byte aligned.
size_t mvmScratchBytes(const MvmPlan &plan);

/// Runs one sample. `input` is NHWC or [M, K], `output` [M, N]; `stats` may be null.
void runMvm(const MvmPlan &plan, const float *input, float *output, uint8_t *scratch,
            MvmStats *stats);

/// "avx512vnni", "avx2" or "generic"; the environment variable CIM_RUNTIME_ISA forces one
/// that the CPU has.
const char *mvmIsa();

} // namespace cim::runtime

#endif // CIM_RUNTIME_LIB_MVM_H
