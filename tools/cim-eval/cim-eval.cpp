//===- cim-eval.cpp - The reference evaluator as a tool ---------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Runs the public functions and programs of a file on seeded random arguments and
// prints the results, or compares them with those of a second file. Functions of
// the two files correspond by position.
//
//===----------------------------------------------------------------------===//

#include "cim-mlir/Reference/Reference.h"
#include "cim/IR/CimOps.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Quant/IR/Quant.h"
#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "mlir/Parser/Parser.h"
#include "xbar/IR/XbarOps.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/SourceMgr.h"

using namespace mlir;
using namespace cim::reference;
namespace cl = llvm::cl;

namespace {

struct Options {
  cl::OptionCategory category{"cim-eval options"};
  cl::list<std::string> files{cl::Positional, cl::desc("A.mlir [B.mlir]"), cl::cat(category)};
  cl::opt<uint64_t> seed{"seed", cl::desc("Seed of the arguments of the first run (default 1)"),
                         cl::init(1), cl::cat(category)};
  cl::opt<unsigned> runs{"runs", cl::desc("Number of runs; each adds 1 to the seed (default 1)"),
                         cl::init(1), cl::cat(category)};
  cl::opt<float> low{"low", cl::desc("Smallest float argument (default -2)"), cl::init(-2),
                     cl::cat(category)};
  cl::opt<float> high{"high", cl::desc("Largest float argument (default 2)"), cl::init(2),
                      cl::cat(category)};
  cl::opt<double> tolerance{"tolerance",
                            cl::desc("Accept max|a-b| <= F * max|b| (default 0: same bits)"),
                            cl::value_desc("F"), cl::init(0), cl::cat(category)};
  cl::opt<bool> verify{"verify", cl::desc("Print nothing if the files agree"), cl::cat(category)};
};

/// A parsed file and the functions to run.
struct File {
  std::string name;
  OwningOpRef<ModuleOp> module;
  SmallVector<Operation *> functions;
};

} // namespace

static LogicalResult fail(const Twine &message) {
  llvm::errs() << "cim-eval: " << message << "\n";
  return failure();
}

/// The reference makes and compares tensors of f32 and integers.
static LogicalResult checkArguments(Operation *function) {
  for (BlockArgument argument : function->getRegion(0).getArguments()) {
    auto type = dyn_cast<RankedTensorType>(argument.getType());
    if (!type || !type.hasStaticShape() ||
        !(type.getElementType().isF32() || type.getElementType().isInteger()))
      return function->emitOpError("argument ")
             << argument.getArgNumber() << " must be a static tensor of f32 or integers, got "
             << argument.getType();
  }
  return success();
}

static FailureOr<File> parseFile(const std::string &name, MLIRContext &context) {
  File file{name, parseSourceFile<ModuleOp>(name, &context), {}};
  if (!file.module)
    return failure();
  for (Operation &op : file.module->getOps()) {
    auto function = dyn_cast<func::FuncOp>(op);
    if (!(function && function.isPublic() && !function.isDeclaration()) &&
        !isa<xbar::ProgramOp>(op))
      continue;
    if (failed(checkArguments(&op)))
      return failure();
    file.functions.push_back(&op);
  }
  if (file.functions.empty())
    return fail(name + ": no public function or program");
  return file;
}

static StringRef nameOf(Operation *function) {
  return function->getAttrOfType<StringAttr>(SymbolTable::getSymbolAttrName()).getValue();
}

static void print(Operation *function, ArrayRef<Tensor> outputs) {
  for (auto [index, output] : llvm::enumerate(outputs)) {
    llvm::outs() << "@" << nameOf(function) << "#" << index << " : " << output.type << " = [";
    for (int64_t i = 0; i < output.size(); ++i)
      llvm::outs() << (i ? ", " : "") << elementToString(output, i);
    llvm::outs() << "]\n";
  }
}

/// Runs a function on the arguments that a seed gives.
static FailureOr<SmallVector<Tensor>> run(Operation *function, uint64_t seed,
                                          const Options &options) {
  return evaluate(function, makeRandomArguments(function, seed, options.low, options.high));
}

/// Runs two functions on the same arguments and compares their outputs.
static LogicalResult compareOnce(Operation *a, Operation *b, uint64_t seed,
                                 const Options &options) {
  FailureOr<SmallVector<Tensor>> left = run(a, seed, options), right = run(b, seed, options);
  if (failed(left) || failed(right))
    return failure();
  auto types = [](ArrayRef<Tensor> tensors) {
    return llvm::map_to_vector(tensors, [](const Tensor &t) { return t.type; });
  };
  std::string where = ("@" + nameOf(a) + " and @" + nameOf(b)).str();
  if (types(*left) != types(*right))
    return fail(where + ": types of outputs differ");
  for (auto [index, tensors] : llvm::enumerate(llvm::zip(*left, *right))) {
    std::string difference = compare(std::get<0>(tensors), std::get<1>(tensors), options.tolerance);
    if (!difference.empty())
      return fail(where + " differ in output " + Twine(index) + ", " + difference +
                  " (--seed=" + Twine(seed) + ")");
  }
  if (!options.verify)
    llvm::outs() << "equal (" << left->size() << " outputs, seed " << seed << ")\n";
  return success();
}

static LogicalResult compareFiles(const File &a, const File &b, const Options &options) {
  if (a.functions.size() != b.functions.size())
    return fail(a.name + " and " + b.name + ": numbers of functions differ");
  for (auto [left, right] : llvm::zip(a.functions, b.functions)) {
    if (left->getRegion(0).getArgumentTypes() != right->getRegion(0).getArgumentTypes())
      return fail("@" + nameOf(left) + " and @" + nameOf(right) + ": types of arguments differ");
    for (unsigned i = 0; i < options.runs; ++i)
      if (failed(compareOnce(left, right, options.seed + i, options)))
        return failure();
  }
  return success();
}

static LogicalResult printFile(const File &file, const Options &options) {
  for (Operation *function : file.functions)
    for (unsigned i = 0; i < options.runs; ++i) {
      FailureOr<SmallVector<Tensor>> outputs = run(function, options.seed + i, options);
      if (failed(outputs))
        return failure();
      print(function, *outputs);
    }
  return success();
}

static LogicalResult evaluateFiles(const Options &options) {
  DialectRegistry registry;
  registry.insert<func::FuncDialect, tosa::TosaDialect, mlir::quant::QuantDialect, cim::CimDialect,
                  xbar::XbarDialect>();
  MLIRContext context(registry);
  llvm::SourceMgr sources;
  SourceMgrDiagnosticHandler handler(sources, &context, llvm::errs());
  SmallVector<File> files;
  for (const std::string &name : options.files) {
    FailureOr<File> file = parseFile(name, context);
    if (failed(file))
      return failure();
    files.push_back(std::move(*file));
  }
  return files.size() == 1 ? printFile(files[0], options)
                           : compareFiles(files[0], files[1], options);
}

int main(int argc, char **argv) {
  llvm::InitLLVM init(argc, argv);
  Options options;
  cl::HideUnrelatedOptions(options.category);
  if (!cl::ParseCommandLineOptions(argc, argv, "cim-mlir reference evaluator\n", &llvm::errs()))
    return 2;
  if (options.files.empty() || options.files.size() > 2) {
    llvm::errs() << "cim-eval: one or two files are expected, got " << options.files.size() << "\n";
    return 2;
  }
  return failed(evaluateFiles(options)) ? 1 : 0;
}
