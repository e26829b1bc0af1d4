//===- cim-opt.cpp - Pass pipelines on MLIR files ---------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// mlir-opt with the dialects and passes of this project and those of upstream
// that our pipelines use.
//
//===----------------------------------------------------------------------===//

#include "cim-mlir/Conversion/Passes.h"
#include "cim-mlir/Execution/Passes.h"
#include "cim/IR/CimOps.h"
#include "cim/Transforms/Passes.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Quant/IR/Quant.h"
#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "mlir/IR/DialectRegistry.h"
#include "mlir/Tools/mlir-opt/MlirOptMain.h"
#include "mlir/Transforms/Passes.h"
#include "xbar/IR/XbarOps.h"
#include "xbar/Transforms/Passes.h"

int main(int argc, char **argv) {
  mlir::DialectRegistry registry;
  registry.insert<mlir::func::FuncDialect, mlir::tosa::TosaDialect, mlir::quant::QuantDialect,
                  cim::CimDialect, xbar::XbarDialect>();
  mlir::registerTransformsPasses();
  cim::registerCimPasses();
  cim::registerConversionPasses();
  cim::registerExecutionPasses();
  xbar::registerXbarPasses();
  return mlir::asMainReturnCode(
      mlir::MlirOptMain(argc, argv, "cim-mlir optimizer driver\n", registry));
}
