//===- cim-opt.cpp - Pass pipelines on MLIR files ---------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// mlir-opt with the dialects, passes and pipelines of this project and those of
// upstream that our pipelines use.
//
//===----------------------------------------------------------------------===//

#include "cim-mlir/Pipeline/Pipelines.h"
#include "mlir/Tools/mlir-opt/MlirOptMain.h"

int main(int argc, char **argv) {
  mlir::DialectRegistry registry;
  cim::registerAllDialects(registry);
  cim::registerAllPasses();
  return mlir::asMainReturnCode(
      mlir::MlirOptMain(argc, argv, "cim-mlir optimizer driver\n", registry));
}
