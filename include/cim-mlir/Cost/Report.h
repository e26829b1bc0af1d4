//===- Report.h - Costs for machines and for people -------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The cost of a program as JSON and as a table; lib/Cost/README.md has the schema.
//
//===----------------------------------------------------------------------===//

#ifndef CIM_MLIR_COST_REPORT_H
#define CIM_MLIR_COST_REPORT_H

#include "cim-mlir/Cost/Cost.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/raw_ostream.h"

namespace cim {

llvm::json::Object toJson(const ProgramCost &cost);

/// One line a layer, then the totals and where energy and area go.
void printTable(const ProgramCost &cost, llvm::raw_ostream &os);

} // namespace cim

#endif // CIM_MLIR_COST_REPORT_H
