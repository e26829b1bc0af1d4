//===- Grid.h - The points of a sweep ---------------------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A grid is a YAML map of keys to values or lists of values; a list is an axis. Keys:
// - model, dataset, labels: files, relative to the grid's folder; images: how many of the data,
// - variation: of devices, as cim-run has it, or none; seed, trials: how often it is drawn,
// - the options of cim-compile that decide what is compiled (Pipeline/Options.h),
// - keys of a target file, such as adc.bits,
// - blocks: a list of maps of these keys, each a product of its own axes and the common ones,
//   which it may replace,
// - cost: what the Pareto front holds against accuracy (default: latency_us).
//
//===----------------------------------------------------------------------===//

#ifndef CIM_MLIR_SWEEP_GRID_H
#define CIM_MLIR_SWEEP_GRID_H

#include "cim-mlir/Pipeline/Compiler.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/Support/LLVM.h"
#include <string>
#include <utility>
#include <vector>

namespace cim::sweep {

/// One combination of values.
struct Point {
  /// Keys and values as the grid has them, in its order.
  std::vector<std::pair<std::string, std::string>> settings;
  /// What they mean: the model and all that decides the program.
  CompileOptions compile;
  /// Data that the program is run on; none if empty: only costs are wanted.
  std::string dataset, labels;
  /// So many of the data; 0: all.
  int64_t images = 0;
  /// How devices vary; not at all if empty.
  std::string variation;
  int64_t seed = 0, trials = 1;
  /// Hashes of what decides the program, and of all that decides the result.
  std::string program, key;
};

struct Grid {
  std::string cost = "latency_us";
  std::vector<Point> points;
};

/// Reads a grid. Errors are emitted at file, line and column.
mlir::FailureOr<Grid> readGrid(llvm::StringRef path, mlir::MLIRContext *context);

} // namespace cim::sweep

#endif // CIM_MLIR_SWEEP_GRID_H
