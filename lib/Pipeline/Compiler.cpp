//===- Compiler.cpp - A model file to a program file ------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Loads a model, runs the stages up to the one asked for, writes what it gives.
// Outputs are written last and renamed into place, the report after the program, so
// that an error leaves nothing.
//
//===----------------------------------------------------------------------===//

#include "cim-mlir/Pipeline/Compiler.h"

#include "CalibrationFile.h"
#include "cim-mlir/Cost/Report.h"
#include "cim-mlir/Frontend/ONNX/Import.h"
#include "cim-mlir/Pipeline/Pipelines.h"
#include "cim-mlir/Policy/Policy.h"
#include "cim-mlir/Target/Program.h"
#include "cim-mlir/Target/TargetDescription.h"
#include "cim-mlir/Target/TextFile.h"
#include "cim/Analysis/Layout.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/Verifier.h"
#include "mlir/Parser/Parser.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;
using namespace cim;

static Location fileLocation(StringRef path, MLIRContext *context) {
  return FileLineColLoc::get(context, path, 0, 0);
}

//===----------------------------------------------------------------------===//
// Input
//===----------------------------------------------------------------------===//

static OwningOpRef<ModuleOp> loadOnnx(const CompileOptions &options, MLIRContext *context) {
  onnx_frontend::ImportOptions importOptions;
  std::string error =
      onnx_frontend::readInputOptions(options.freeze, options.shapes, importOptions);
  if (!error.empty()) {
    emitError(fileLocation(options.input, context)) << error;
    return {};
  }
  return onnx_frontend::importOnnx(options.input, context, importOptions);
}

OwningOpRef<ModuleOp> cim::loadModel(const CompileOptions &options, MLIRContext *context) {
  StringRef path = options.input;
  if (!path.ends_with(".mlir") && !path.ends_with(".mlirbc"))
    return loadOnnx(options, context);
  if (!options.freeze.empty()) {
    emitError(fileLocation(path, context)) << "only inputs of ONNX models can be frozen";
    return {};
  }
  if (!options.shapes.empty()) {
    emitError(fileLocation(path, context)) << "only inputs of ONNX models can be given shapes";
    return {};
  }
  if (!llvm::sys::fs::is_regular_file(path)) {
    emitError(fileLocation(path, context)) << "there is no such regular file";
    return {};
  }
  return parseSourceFile<ModuleOp>(path, context);
}

static TargetAttr withEncoding(TargetAttr target, InputEncoding encoding) {
  return TargetAttr::get(target.getContext(), getWithEncoding(target.getMapping(), encoding),
                         target.getPrecision(), target.getColumnsRule(), target.getCosts());
}

/// Sets the target of the module: the file given, else its own, else the default; with the
/// encoding that the options ask for.
static LogicalResult setTarget(ModuleOp module, const CompileOptions &options) {
  MLIRContext *context = module.getContext();
  auto own = module->getAttrOfType<TargetAttr>(CimDialect::kTargetAttrName);
  FailureOr<TargetAttr> target = own ? own : getDefaultTarget(context);
  if (!options.target.empty() || !options.targetSettings.empty())
    target = readTarget(options.target, context, options.targetSettings);
  if (failed(target))
    return failure();
  if (options.inputEncoding)
    target = withEncoding(*target, *options.inputEncoding);
  module->setAttr(CimDialect::kTargetAttrName, *target);
  return success();
}

/// Layers that a module has already keep their mapping and precision: an option that
/// would change them is an error rather than of no effect.
static LogicalResult checkLayers(ModuleOp module, const CompileOptions &options) {
  const char *option = nullptr;
  const AssignPrecisionPassOptions &precision = options.precision;
  if (precision.weightBits != 0 || precision.activationBits != 0 || precision.adcBits != 0)
    option = "--precision";
  if (options.digital)
    option = "--digital";
  if (options.inputEncoding)
    option = "--input-encoding";
  if (!options.target.empty())
    option = "--target";
  if (!options.targetSettings.empty())
    option = "--set";
  if (!option)
    return success();
  WalkResult result = module.walk([&](Operation *op) {
    if (!isa_and_present<CimDialect>(op->getDialect()) ||
        isa<QuantizeOp, DequantizeOp, StorageCastOp>(op))
      return WalkResult::advance();
    op->emitError() << "'" << option << "' cannot change '" << op->getName()
                    << "', which is mapped already";
    return WalkResult::interrupt();
  });
  return success(!result.wasInterrupted());
}

//===----------------------------------------------------------------------===//
// Stages
//===----------------------------------------------------------------------===//

static LogicalResult run(ModuleOp module, llvm::function_ref<void(OpPassManager &)> populate,
                         bool verifyEach = true) {
  PassManager manager(module.getContext());
  manager.enableVerifier(verifyEach);
  populate(manager);
  return manager.run(module);
}

static void showProgress(const CompileOptions &options, StringRef text) {
  if (options.showProgress)
    options.showProgress(text);
}

namespace {

/// What is told about the layers of a network.
struct Summary {
  ProgramCost cost;
  /// The text of --dump-policy.
  std::string policy;
};

} // namespace

static LogicalResult calibrate(ModuleOp module, const CompileOptions &options, AdcErrors &errors) {
  FailureOr<std::shared_ptr<CalibrationData>> data = options.calibrationData;
  if (!*data)
    data = openCalibrationData(module, options);
  if (failed(data))
    return failure();
  showProgress(options, "calibrating");
  return run(module, [&](OpPassManager &manager) {
    populateCalibratePipeline(manager, options.calibrate, *data, &errors);
  });
}

/// Maps layers and gives them precisions.
static LogicalResult map(ModuleOp module, const CompileOptions &options) {
  showProgress(options, "mapping");
  // The target may have too few slices for its own widths, but enough for those of the policy.
  bool verifyEach = options.policy.empty();
  auto populate = [&](OpPassManager &manager) {
    populateMapPipeline(manager, options.precision, {options.policy});
  };
  return success(succeeded(run(module, populate, verifyEach)) &&
                 (verifyEach || succeeded(verify(module))));
}

/// Warns of a choice between quantizers that no layer has.
static void warnOfUnused(ModuleOp module, const CompileOptions &options) {
  bool hasTable = false, hasBinary = false;
  module.walk([&](LayerOpInterface layer) {
    if (PrecisionAttr precision = layer.getPrecisionAttr()) {
      hasTable |= precision.getAdc().getKind() == AdcKind::Table;
      hasBinary |= precision.getWeight().getBits() == 1;
    }
  });
  auto warn = [&](const char *option, bool isUsed, const char *reason) {
    if (options.given.count(option) && !isUsed)
      emitWarning(fileLocation(options.input, module.getContext()))
          << "'" << option << "' has no effect, " << reason;
  };
  warn("table-calibrator", hasTable, "no layer has a table ADC ('adc.kind=table')");
  warn("binary-split", hasBinary, "no layer has weights of 1 bit");
}

/// Maps layers, gives them precisions and, if they are wanted, scales; sums the layers up.
static FailureOr<Summary> mapAndSumUp(ModuleOp module, const CompileOptions &options) {
  Summary summary;
  if (!options.digital && failed(map(module, options)))
    return failure();
  warnOfUnused(module, options);
  LayerAdcs adcs = getLayerAdcs(module);
  AdcErrors errors;
  bool calibrates = !options.digital && (options.emit != Stage::Mapped || options.withScales);
  if (calibrates && failed(calibrate(module, options, errors)))
    return failure();
  // The policy tells the ADCs that were asked for, not those that are proved to be ideal.
  llvm::raw_string_ostream os(summary.policy);
  if (!options.dumpPolicy.empty() && failed(writePolicy(module, options.withScales, os)))
    return failure();
  if (calibrates && failed(run(module, populateSimplifyPipeline)))
    return failure();
  FailureOr<ProgramCost> cost = getProgramCost(module, adcs);
  if (failed(cost))
    return failure();
  for (ProgramCost::Layer &layer : cost->layers)
    if (auto found = errors.find(layer.name); found != errors.end()) {
      const auto &[all, interior, variance] = found->second;
      layer.adcError = {all.mean(), interior.mean(), variance.mean()};
    }
  summary.cost = std::move(*cost);
  return summary;
}

/// Lowers the mapped module to `options.emit`.
static LogicalResult lowerLayers(ModuleOp module, const CompileOptions &options) {
  if (options.emit == Stage::Mapped || options.emit == Stage::Cim)
    return success();
  showProgress(options, "lowering");
  if (failed(run(module, populateArrayPipeline)))
    return failure();
  if (options.emit == Stage::Arrays)
    return success();
  return run(module, populateProgramPipeline);
}

/// lower() that also sums up the mapped layers.
static FailureOr<Summary> lowerAndSumUp(ModuleOp module, const CompileOptions &options) {
  if (failed(checkLayers(module, options)) || failed(setTarget(module, options)))
    return failure();
  showProgress(options, "simplifying");
  if (failed(run(module, populateCleanUpPipeline)))
    return failure();
  if (options.emit == Stage::Tosa)
    return Summary();
  FailureOr<Summary> summary = mapAndSumUp(module, options);
  if (failed(summary) || failed(lowerLayers(module, options)))
    return failure();
  return summary;
}

FailureOr<ProgramCost> cim::lower(ModuleOp module, const CompileOptions &options) {
  FailureOr<Summary> summary = lowerAndSumUp(module, options);
  if (failed(summary))
    return failure();
  return std::move(summary->cost);
}

//===----------------------------------------------------------------------===//
// Output
//===----------------------------------------------------------------------===//

static LogicalResult check(StringRef path, MLIRContext *context, const std::string &error) {
  if (error.empty())
    return success();
  return emitError(fileLocation(path, context)) << error;
}

/// Names of nodes are locations until the xbar level, where they are attributes.
static OpPrintingFlags getPrintingFlags(Stage stage) {
  OpPrintingFlags flags;
  return stage < Stage::Xbar ? flags.enableDebugInfo() : flags;
}

/// The program, or the text of the level asked for.
static LogicalResult writeOutput(ModuleOp module, const CompileOptions &options) {
  if (options.emit == Stage::Mapped)
    return success();
  if (options.emit == Stage::Program)
    return writeProgram(*module.getOps<xbar::ProgramOp>().begin(), options.output);
  return check(options.output, module.getContext(),
               writeTextFile(options.output.empty() ? "-" : options.output, [&](raw_ostream &os) {
                 module.print(os, getPrintingFlags(options.emit));
                 os << '\n';
               }));
}

LogicalResult cim::compile(const CompileOptions &options, MLIRContext *context) {
  showProgress(options, "reading the model");
  OwningOpRef<ModuleOp> module = loadModel(options, context);
  if (!module)
    return failure();
  FailureOr<Summary> summary = lowerAndSumUp(*module, options);
  if (failed(summary))
    return failure();
  // Texts may go to the terminal that shows progress.
  showProgress(options, options.emit == Stage::Program ? "writing" : "");
  TextFile report, policy; // Written first: if they cannot be, there is no program either.
  auto write = [&](TextFile &file, StringRef path, llvm::function_ref<void(raw_ostream &)> print) {
    return check(path, context, path.empty() || path == "-" ? "" : file.write(path, print));
  };
  auto printReport = [&](raw_ostream &os) {
    os << llvm::formatv("{0:2}", llvm::json::Value(toJson(summary->cost))) << "\n";
  };
  auto printPolicy = [&](raw_ostream &os) { os << summary->policy; };
  if (failed(write(report, options.report, printReport)) ||
      failed(write(policy, options.dumpPolicy, printPolicy)) ||
      failed(writeOutput(*module, options)) ||
      failed(check(options.report, context, report.publish())) ||
      failed(check(options.dumpPolicy, context, policy.publish())))
    return failure();
  showProgress(options, "");
  if (options.table)
    printTable(summary->cost, llvm::outs());
  if (options.report == "-")
    printReport(llvm::outs());
  if (options.dumpPolicy == "-")
    printPolicy(llvm::outs());
  return success();
}
