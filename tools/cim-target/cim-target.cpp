//===- cim-target.cpp - Target files checked and explained ------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Checks a target file and prints it with every key that it may have, each with its value
// and meaning. Without a file these are the defaults. Prints the documentation's tables too.
//
//===----------------------------------------------------------------------===//

#include "cim-mlir/Target/TargetDescription.h"
#include "cim/Analysis/ValidityMatrix.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/MLIRContext.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/SourceMgr.h"

using namespace mlir;
using namespace cim;
namespace cl = llvm::cl;

namespace {

struct Options {
  cl::OptionCategory category{"cim-target options"};
  cl::opt<std::string> file{cl::Positional, cl::desc("[TARGET.yaml]"), cl::cat(category)};
  cl::opt<bool> keys{"keys", cl::desc("Print the tables of keys"), cl::cat(category)};
  cl::opt<bool> matrix{"matrix", cl::desc("Print which mappings and precisions go together"),
                       cl::cat(category)};
};

} // namespace

static void printKeys(ArrayRef<TargetKey> keys, StringRef valueTitle) {
  llvm::outs() << "| key | meaning | unit | range | " << valueTitle << " | source |\n"
               << "|---|---|---|---|---|---|\n";
  for (const TargetKey &key : keys)
    llvm::outs() << "| `" << key.name << "` | " << key.meaning << " | " << key.unit << " | "
                 << key.range << " | " << key.value << " | " << key.source << " |\n";
  llvm::outs() << "\n";
}

/// Prints the target of a file, or the default.
static LogicalResult printFile(StringRef file) {
  MLIRContext context;
  llvm::SourceMgr sources;
  SourceMgrDiagnosticHandler handler(sources, &context, llvm::errs());
  FailureOr<TargetAttr> target = getDefaultTarget(&context);
  if (!file.empty())
    target = readTarget(file, &context);
  if (failed(target))
    return failure();
  printTarget(*target, llvm::outs());
  return success();
}

int main(int argc, char **argv) {
  llvm::InitLLVM init(argc, argv);
  Options options;
  cl::HideUnrelatedOptions(options.category);
  if (!cl::ParseCommandLineOptions(argc, argv, "Checks and explains a target file\n",
                                   &llvm::errs()))
    return 2;
  if (options.keys) {
    MLIRContext context;
    printKeys(getTargetKeys(getDefaultTarget(&context)), "default");
    printKeys(getCimAqKeys(), "published");
  }
  if (options.matrix)
    printValidityMatrix(llvm::outs());
  if (options.keys || options.matrix)
    return 0;
  return failed(printFile(options.file)) ? 1 : 0;
}
