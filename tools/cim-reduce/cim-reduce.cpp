//===- cim-reduce.cpp - Smallest module that shows a fault ------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// mlir-reduce with the dialects, passes and pipelines of this project: cuts and removes
// operations, or runs passes, as long as a script still finds the module interesting.
//
//===----------------------------------------------------------------------===//

#include "CutFunctions.h"
#include "cim-mlir/Pipeline/Pipelines.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/Tools/mlir-reduce/MlirReduceMain.h"
#include "llvm/Support/SourceMgr.h"

int main(int argc, char **argv) {
  mlir::DialectRegistry registry;
  cim::registerAllDialects(registry);
  cim::registerAllPasses();
  cim::registerCutFunctionsPass();
  // One thread: reduction-tree looks at the whole module even when it runs on one function.
  mlir::MLIRContext context(registry, mlir::MLIRContext::Threading::DISABLED);
  // MLIR alone would not print the warning that a module is not interesting.
  llvm::SourceMgr sources;
  mlir::SourceMgrDiagnosticHandler handler(sources, &context);
  return mlir::failed(mlir::mlirReduceMain(argc, argv, context));
}
