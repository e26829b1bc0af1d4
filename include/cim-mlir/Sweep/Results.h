//===- Results.h - Rows, tables and the Pareto front ------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What is found out about a point, and how it is written.
//
//===----------------------------------------------------------------------===//

#ifndef CIM_MLIR_SWEEP_RESULTS_H
#define CIM_MLIR_SWEEP_RESULTS_H

#include "cim-mlir/Cost/Cost.h"
#include "cim-mlir/Sweep/Grid.h"
#include "llvm/Support/JSON.h"
#include <optional>

namespace cim::sweep {

/// Numbers by name: costs and, of a point with data, samples, correct and top1.
using Numbers = std::vector<std::pair<std::string, llvm::json::Value>>;

/// The totals of a report; where it has parts, their total.
Numbers getCosts(const ProgramCost &cost);
std::vector<std::string> getCostNames(mlir::MLIRContext *context);

/// How a point ended: with numbers or with an error.
struct Result {
  Numbers numbers;
  std::string error;

  /// A number; none if the point has no such number.
  std::optional<double> get(llvm::StringRef name) const;
};

/// A line of the journal, with its end, and back: false if it is none.
std::string printLine(llvm::StringRef key, const Result &result);
bool parseLine(llvm::StringRef line, std::string &key, Result &result);

/// Marks those pairs of accuracy and cost that no other one beats: none has at least the accuracy
/// at no more cost and is better in one of them.
std::vector<bool> getParetoFront(llvm::ArrayRef<std::pair<double, double>> points);

/// Writes `output`.csv and `output`.jsonl, a line for each point of the grid. Returns an empty
/// string or the reason of failure.
std::string writeTables(const Grid &grid, llvm::ArrayRef<Result> results, llvm::StringRef output);

} // namespace cim::sweep

#endif // CIM_MLIR_SWEEP_RESULTS_H
