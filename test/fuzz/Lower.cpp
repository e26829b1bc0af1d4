//===- Lower.cpp - What the fuzzers of the compiler share -------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See Lower.h.
//
//===----------------------------------------------------------------------===//

#include "Lower.h"
#include "cim-mlir/Execution/Execution.h"
#include "cim-mlir/Pipeline/Compiler.h"
#include "cim-mlir/Pipeline/Pipelines.h"
#include "xbar/IR/XbarOps.h"
#include <cstdlib>

using namespace mlir;

/// MLIR's library is not built with the sanitizer: memory that inlined code of its allocators
/// poisons here would never be unpoisoned there. Nor is it built with assertions, with which
/// statistics of passes have a flag that it leaves as it is.
extern "C" const char *__asan_default_options() {
  return "allow_user_poisoning=0:malloc_fill_byte=0";
}

cim::fuzz::Context::Context() : context(MLIRContext::Threading::DISABLED) {
  DialectRegistry registry;
  registerAllDialects(registry);
  context.appendDialectRegistry(registry);
  context.getDiagEngine().registerHandler([this](Diagnostic &diagnostic) {
    errors += diagnostic.getSeverity() == DiagnosticSeverity::Error;
    if (getenv("CIM_FUZZ_VERBOSE"))
      llvm::errs() << diagnostic.getLocation() << ": " << diagnostic << "\n";
    return success();
  });
}

void cim::fuzz::Context::check(bool ok) {
  if (ok == (errors == 0))
    return;
  llvm::errs() << (ok ? "success after an error\n" : "failure without an error\n");
  std::abort();
}

/// More elements or operations make a slow run, not a finding.
static bool isSmall(ModuleOp module) {
  constexpr int64_t maxElements = 1 << 12, maxOperations = 256;
  int64_t operations = 0;
  WalkResult walked = module.walk([&](Operation *op) {
    if (++operations > maxOperations)
      return WalkResult::interrupt();
    for (TypeRange types : {TypeRange(op->getOperandTypes()), TypeRange(op->getResultTypes())})
      for (Type type : types)
        if (auto tensor = dyn_cast<RankedTensorType>(type);
            tensor && tensor.hasStaticShape() && tensor.getNumElements() > maxElements)
          return WalkResult::interrupt();
    return WalkResult::advance();
  });
  return !walked.wasInterrupted();
}

void cim::fuzz::lower(Context &context, ModuleOp module, size_t choice) {
  if (!isSmall(module))
    return;
  CompileOptions options;
  options.emit = Stage::Xbar;
  options.digital = choice % 3 == 0;
  if (choice % 3 == 1)
    options.precision = {4, 4, 4};
  options.calibrate.samples = 1;
  bool ok = succeeded(cim::lower(module, options));
  context.check(ok);
  if (!ok)
    return;
  context.check(succeeded(Network::load(*module.getOps<xbar::ProgramOp>().begin())));
}
