//===- cim-lsp-server.cpp - Language server for editors ---------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// MLIR's language server with the dialects of this project: hover, completion,
// definitions and diagnostics of our .mlir files in any editor that speaks LSP.
//
//===----------------------------------------------------------------------===//

#include "cim-mlir/Pipeline/Pipelines.h"
#include "mlir/Tools/mlir-lsp-server/MlirLspServerMain.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/LogicalResult.h"

int main(int argc, char **argv) {
  // The shared LLVM has registered the options of every back end; the server adds its own below.
  llvm::cl::HideUnrelatedOptions({});
  mlir::DialectRegistry registry;
  cim::registerAllDialects(registry);
  return mlir::failed(mlir::MlirLspServerMain(argc, argv, registry));
}
