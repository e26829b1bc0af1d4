//===- cim-sweep.cpp - A grid of compilations and runs ----------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The command line of lib/Sweep. Exit codes: 0, 1 if the grid is refused or a point fails, 2 for
// wrong usage.
//
//===----------------------------------------------------------------------===//

#include "cim-mlir/Pipeline/Diagnostics.h"
#include "cim-mlir/Pipeline/Pipelines.h"
#include "cim-mlir/Sweep/Sweep.h"

#include <CLI/CLI.hpp>
#include <cstdio>
#include <cstdlib>
#include <new>
#include <thread>

/// Code without exceptions cannot tell its callers.
static void endWithoutMemory() {
  std::fputs("cim-sweep: error: out of memory\n", stderr);
  std::_Exit(1);
}

int main(int argc, char **argv) {
  std::set_new_handler(endWithoutMemory);
  std::string path;
  cim::sweep::SweepOptions options;
  options.jobs = std::max(1u, std::thread::hardware_concurrency());
  CLI::App app("Compiles and runs every point of a grid.", "cim-sweep");
  app.add_option("grid", path, "grid (YAML)")->required();
  app.add_option(
         "-o,--output", options.output,
         "what the names of the results begin with: NAME.csv, NAME.jsonl, and NAME.journal, "
         "which keeps finished points for the next call")
      ->required()
      ->option_text("NAME");
  app.add_option("--jobs", options.jobs, "programs at a time (default: one per core)")
      ->check(CLI::Range(1, 4096));
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError &error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  mlir::DialectRegistry registry;
  cim::registerAllDialects(registry);
  // Threads would not be there in the children.
  mlir::MLIRContext context(registry, mlir::MLIRContext::Threading::DISABLED);
  context.printOpOnDiagnostic(false);
  cim::DiagnosticPrinter printer(&context, path);
  options.showProgress = [&](llvm::StringRef text) { printer.showProgress(text); };
  mlir::FailureOr<cim::sweep::Grid> grid = cim::sweep::readGrid(path, &context);
  if (mlir::failed(grid))
    return 1;
  mlir::FailureOr<size_t> failed = cim::sweep::runSweep(*grid, options, &context);
  if (mlir::failed(failed))
    return 1;
  if (*failed > 0)
    std::fprintf(stderr, "cim-sweep: error: %zu of %zu points failed, see %s.csv\n", *failed,
                 grid->points.size(), options.output.c_str());
  return *failed > 0 ? 1 : 0;
}
