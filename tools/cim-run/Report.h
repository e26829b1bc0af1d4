//===- Report.h - What a run has to tell ------------------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Results of a run, for people or as JSON.
//
//===----------------------------------------------------------------------===//

#ifndef CIM_TOOLS_CIM_RUN_REPORT_H
#define CIM_TOOLS_CIM_RUN_REPORT_H

#include "cim-runtime/cim_runtime.h"

#include <string>
#include <vector>

namespace cim::run {

struct Results {
  int64_t samples = 0, correct = 0;
  bool hasLabels = false, hasStatistics = false, hasProfile = false;
  double seconds = 0; ///< In the executor.

  // With device variation:
  std::string variation; ///< As given; empty without.
  uint64_t seed = 0;
  std::vector<double> trials;        ///< The fraction that is right, if there are labels.
  std::vector<int32_t> fractionBits; ///< Per instruction: the fewest of all trials, -1 without.
};

/// The report as text; `json` selects the form. Statistics and profile come from the executor.
std::string makeReport(const Results &results, const cim_program *program,
                       const cim_executor *executor, bool json);

} // namespace cim::run

#endif // CIM_TOOLS_CIM_RUN_REPORT_H
