//===- cim-check-program.cpp - Every instruction of a program ---*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Runs a program on samples and evaluates every instruction again with the
// reference, on the runtime's own inputs: crossbar layers must have the same bits,
// digital instructions agree within max|a-b| <= 1e-5 * max|b|. Comparing operator by
// operator keeps one last bit of a softmax from flipping a later rounding.
//
//===----------------------------------------------------------------------===//

#include "RuntimeTensors.h"
#include "cim-mlir/Data/Arrays.h"
#include "cim-mlir/Target/Program.h"
#include "cim/IR/CimOps.h"
#include "mlir/IR/Diagnostics.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/InitLLVM.h"

using namespace mlir;
using namespace cim;
using namespace cim::test;
namespace cl = llvm::cl;

static constexpr double kDigitalTolerance = 1e-5;

namespace {

struct Options {
  cl::opt<std::string> program{cl::Positional, cl::Required, cl::desc("PROGRAM.cim")};
  cl::opt<std::string> input{"input", cl::Required, cl::desc("Samples: .npy or IDX")};
  cl::opt<int64_t> images{"images", cl::desc("Number of samples (default 1)"), cl::init(1)};
  cl::opt<unsigned> layers{"layers",
                           cl::desc("Number of crossbar layers, evenly spaced; 0: all (default)"),
                           cl::init(0)};
};

/// Evaluates instructions of one program.
class Checker {
public:
  Checker(xbar::ProgramOp program, unsigned layers);

  /// Checks one instruction that the runtime has executed.
  void check(int32_t instruction, ArrayRef<Tensor> inputs, const Tensor &output);

  int64_t numCrossbar = 0, numDigital = 0, numFailures = 0;

private:
  bool isChecked(Operation *op) const { return !isa<xbar::MvmOp>(op) || chosen.contains(op); }
  void evaluateKnown(Operation *op, ArrayRef<Tensor> operands);
  void fail(Operation *op, int32_t instruction, const Twine &reason);

  SmallVector<Operation *> instructions;
  llvm::DenseSet<Operation *> chosen;  ///< crossbar layers to check
  llvm::DenseMap<Value, Tensor> known; ///< constants, and what is in arrays
};

} // namespace

/// Constants and arrays are known without running; what is left are instructions.
Checker::Checker(xbar::ProgramOp program, unsigned layers) {
  SmallVector<Operation *> crossbar;
  for (Operation &op : program.getBody().front().without_terminator()) {
    if (!isa<xbar::ConstantOp>(op))
      instructions.push_back(&op);
    if (isa<xbar::MvmOp>(op))
      crossbar.push_back(&op);
    if (!isa<xbar::ConstantOp, xbar::WriteArraysOp>(op))
      continue;
    evaluateKnown(&op,
                  llvm::map_to_vector(op.getOperands(), [&](Value value) { return known[value]; }));
  }
  size_t count = layers ? std::min<size_t>(layers, crossbar.size()) : crossbar.size();
  for (size_t i = 0; i < count; ++i)
    chosen.insert(crossbar[i * crossbar.size() / count]);
}

void Checker::evaluateKnown(Operation *op, ArrayRef<Tensor> operands) {
  FailureOr<SmallVector<Tensor>> results = reference::evaluateOp(op, operands);
  if (failed(results))
    ++numFailures;
  else
    known[op->getResult(0)] = std::move(results->front());
}

void Checker::fail(Operation *op, int32_t instruction, const Twine &reason) {
  ++numFailures;
  auto name = op->getAttrOfType<StringAttr>(isa<xbar::MvmOp>(op) ? "layer" : "name");
  llvm::errs() << "instruction " << instruction << " (" << op->getName() << " '"
               << (name ? name.getValue() : "") << "'): " << reason << "\n";
}

void Checker::check(int32_t instruction, ArrayRef<Tensor> inputs, const Tensor &output) {
  Operation *op = instructions[instruction];
  if (isa<xbar::WriteArraysDynamicOp>(op))
    return evaluateKnown(op, inputs);
  if (isa<xbar::WriteArraysOp>(op) || !isChecked(op))
    return;
  bool isCrossbar = isa<xbar::MvmOp>(op);
  SmallVector<Tensor> operands(inputs);
  // The runtime shows the input of a crossbar layer; its other operands are known.
  if (isCrossbar) {
    operands.resize(1);
    for (Value operand : op->getOperands().drop_front())
      operands.push_back(known[operand]);
  }
  FailureOr<SmallVector<Tensor>> expected = reference::evaluateOp(op, operands);
  if (failed(expected))
    return fail(op, instruction, "the reference failed");
  ++(isCrossbar ? numCrossbar : numDigital);
  std::string difference =
      reference::compare(output, expected->front(), isCrossbar ? 0 : kDigitalTolerance);
  if (!difference.empty())
    fail(op, instruction, difference + " (runtime and reference)");
}

static LogicalResult fail(const Twine &message) {
  llvm::errs() << "cim-check-program: " << message << "\n";
  return failure();
}

/// Runs the samples, one after the other.
static LogicalResult runSamples(const Options &options, xbar::ProgramOp op, Checker &checker) {
  cim_program *opened = nullptr;
  cim_message message = {};
  if (cim_program_open(options.program.c_str(), &opened, &message) != CIM_OK)
    return fail(message.text);
  Program program(opened, cim_program_close);
  data::ArrayReader reader;
  data::Array rows;
  int64_t samples = 0;
  auto type = cast<RankedTensorType>(op.getBody().getArgument(0).getType());
  std::string error = reader.open(options.input);
  if (error.empty())
    error = reader.readRows(options.images, rows);
  if (error.empty())
    error = data::countSamples(rows.shape, type.getShape().vec(), samples);
  if (!error.empty())
    return fail(error);
  std::vector<float> values = data::toFloats(rows, /*scale=*/0);
  int64_t elements = type.getNumElements();
  for (int64_t i = 0; i < samples; ++i) {
    auto begin = values.begin() + i * elements;
    Tensor argument{type, std::vector<float>(begin, begin + elements)};
    SmallVector<Tensor> outputs;
    error = run(program.get(), argument, op.getContext(), outputs,
                [&](int32_t instruction, ArrayRef<Tensor> inputs, const Tensor &output) {
                  checker.check(instruction, inputs, output);
                });
    if (!error.empty())
      return fail(error);
  }
  return success();
}

int main(int argc, char **argv) {
  llvm::InitLLVM init(argc, argv);
  Options options;
  cl::ParseCommandLineOptions(argc, argv, "cim-mlir program checker\n");
  DialectRegistry registry;
  registry.insert<CimDialect, xbar::XbarDialect>();
  MLIRContext context(registry);
  context.loadAllAvailableDialects();
  OwningOpRef<ModuleOp> module = readProgramFile(options.program, &context);
  if (!module)
    return 1;
  auto program = *module->getOps<xbar::ProgramOp>().begin();
  Checker checker(program, options.layers);
  if (failed(runSamples(options, program, checker)))
    return 1;
  llvm::outs() << "checked " << checker.numCrossbar << " crossbar and " << checker.numDigital
               << " digital executions, " << checker.numFailures << " differ\n";
  return checker.numFailures ? 1 : 0;
}
