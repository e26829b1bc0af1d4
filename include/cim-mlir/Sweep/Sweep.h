//===- Sweep.h - Running the points of a grid -------------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The whole of cim-sweep but its command line.
//
//===----------------------------------------------------------------------===//

#ifndef CIM_MLIR_SWEEP_SWEEP_H
#define CIM_MLIR_SWEEP_SWEEP_H

#include "cim-mlir/Sweep/Grid.h"
#include <functional>

namespace cim::sweep {

struct SweepOptions {
  /// What the names of the journal and of the tables begin with.
  std::string output;
  /// Points that run at a time.
  unsigned jobs = 1;
  /// Called with what is being done, in a few words; may be empty.
  std::function<void(llvm::StringRef)> showProgress;
};

/// Runs the points that the journal does not have yet, writes the tables. Returns how many points
/// have failed. The context must have no threads.
mlir::FailureOr<size_t> runSweep(const Grid &grid, const SweepOptions &options,
                                 mlir::MLIRContext *context);

} // namespace cim::sweep

#endif // CIM_MLIR_SWEEP_SWEEP_H
