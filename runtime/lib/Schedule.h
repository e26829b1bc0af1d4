//===- Schedule.h - Which instructions run on how many samples --*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Late layers have few positions: they run on blocks of samples, as many as their tensors
// have room for, while early ones, whose tensors fill the cache, run on one sample after
// the other. A program is cut into levels of ascending blocks. A level that is to run on a
// block runs the level before it on all parts of the block first, and keeps what it needs
// of each sample.
//
//===----------------------------------------------------------------------===//

#ifndef CIM_RUNTIME_LIB_SCHEDULE_H
#define CIM_RUNTIME_LIB_SCHEDULE_H

#include "kernels/Kernel.h"

#include <memory>
#include <vector>

namespace cim::runtime {

/// Bytes that one sample has of computed weights.
inline int64_t cellStep(const WritePlan &plan) {
  return (static_cast<int64_t>(cellBytes(plan)) + 63) / 64 * 64;
}

/// What blocks may take in a thread beside the first level, tensors and scratch together.
constexpr int64_t kBlockBytes = int64_t(10) << 20;

class Schedule {
public:
  static constexpr int64_t kMostSamples = 64;
  using Kernels = std::vector<std::unique_ptr<Kernel>>;

  struct Level {
    size_t begin;  ///< Its first instruction; the last is that before the next level.
    int64_t block; ///< A multiple of that of the level before.
    int64_t bytes = 0, scratchBytes = 0; ///< Of the arena of a block.
  };

  /// Samples of which tensors are kept in levels of their own have the places in an arena that
  /// the program says, times the block.
  Schedule(const LoadedProgram &program, const Kernels &kernels, int64_t mostSamples);

  int64_t mostSamples;
  std::vector<Level> levels;
  /// The level of the last instruction that uses them, per tensor and per arrays.
  std::vector<size_t> tensorLevels, cellLevels;
};

} // namespace cim::runtime

#endif // CIM_RUNTIME_LIB_SCHEDULE_H
