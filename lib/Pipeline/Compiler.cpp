//===- Compiler.cpp - A model file to a program file ------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Loads a model, runs the stages up to the one asked for, writes what it gives.
// Outputs are written last and renamed into place, so that an error leaves nothing.
//
//===----------------------------------------------------------------------===//

#include "cim-mlir/Pipeline/Compiler.h"

#include "CalibrationFile.h"
#include "cim-mlir/Cost/Cost.h"
#include "cim-mlir/Execution/Passes.h"
#include "cim-mlir/Frontend/ONNX/Import.h"
#include "cim-mlir/Pipeline/Pipelines.h"
#include "cim-mlir/Target/Program.h"
#include "cim-mlir/Target/TargetDescription.h"
#include "cim-mlir/Target/TextFile.h"
#include "cim/IR/CimDialect.h"
#include "mlir/IR/BuiltinOps.h"
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

static OwningOpRef<ModuleOp> loadModel(const CompileOptions &options, MLIRContext *context) {
  StringRef path = options.input;
  if (!path.ends_with(".mlir") && !path.ends_with(".mlirbc"))
    return onnx_frontend::importOnnx(path, context);
  if (!llvm::sys::fs::is_regular_file(path)) {
    emitError(fileLocation(path, context)) << "there is no such regular file";
    return {};
  }
  return parseSourceFile<ModuleOp>(path, context);
}

/// Sets the target of the module: the file given, else its own, else the default.
static LogicalResult setTarget(ModuleOp module, const CompileOptions &options) {
  MLIRContext *context = module.getContext();
  FailureOr<TargetAttr> target = getDefaultTarget(context);
  if (!options.target.empty())
    target = readTarget(options.target, context);
  else if (module->hasAttr(CimDialect::kTargetAttrName))
    return success();
  if (failed(target))
    return failure();
  module->setAttr(CimDialect::kTargetAttrName, *target);
  return success();
}

//===----------------------------------------------------------------------===//
// Stages
//===----------------------------------------------------------------------===//

static LogicalResult run(ModuleOp module, llvm::function_ref<void(OpPassManager &)> populate) {
  PassManager manager(module.getContext());
  populate(manager);
  return manager.run(module);
}

/// Maps layers, gives them precisions and scales.
static LogicalResult mapAndCalibrate(ModuleOp module, const CompileOptions &options) {
  MapPipelineOptions map;
  map.weightBits = options.weightBits;
  map.activationBits = options.activationBits;
  map.adcBits = options.adcBits;
  if (failed(run(module, [&](OpPassManager &manager) { populateMapPipeline(manager, map); })))
    return failure();
  FailureOr<std::shared_ptr<CalibrationData>> data = openCalibrationData(module, options);
  if (failed(data))
    return failure();
  return run(module, [&](OpPassManager &manager) {
    manager.addPass(createCalibratePass(options.calibrate, *data));
  });
}

/// Runs the stages up to `options.emit`; `atLayerLevel` sees the mapped module.
static LogicalResult runStages(ModuleOp module, const CompileOptions &options,
                               llvm::function_ref<LogicalResult()> atLayerLevel) {
  if (failed(run(module, populateCleanUpPipeline)))
    return failure();
  if (options.emit == Stage::Tosa)
    return success();
  if (!options.digital && failed(mapAndCalibrate(module, options)))
    return failure();
  if (failed(atLayerLevel()))
    return failure();
  if (options.emit == Stage::Cim)
    return success();
  if (failed(run(module, populateArrayPipeline)))
    return failure();
  if (options.emit == Stage::Arrays)
    return success();
  return run(module, populateProgramPipeline);
}

//===----------------------------------------------------------------------===//
// Output
//===----------------------------------------------------------------------===//

/// Writes text to a file; "" is standard output.
static LogicalResult writeText(StringRef path, MLIRContext *context,
                               llvm::function_ref<void(raw_ostream &)> print) {
  std::string error = writeTextFile(path.empty() ? "-" : path, print);
  if (error.empty())
    return success();
  return emitError(fileLocation(path, context)) << error;
}

/// Names of nodes are locations until the xbar level, where they are attributes.
static OpPrintingFlags getPrintingFlags(Stage stage) {
  OpPrintingFlags flags;
  return stage < Stage::Xbar ? flags.enableDebugInfo() : flags;
}

LogicalResult cim::compile(const CompileOptions &options, MLIRContext *context) {
  OwningOpRef<ModuleOp> module = loadModel(options, context);
  if (!module || failed(setTarget(*module, options)))
    return failure();
  ProgramCost cost;
  auto estimate = [&]() -> LogicalResult {
    FailureOr<ProgramCost> estimated = getProgramCost(*module);
    if (succeeded(estimated))
      cost = std::move(*estimated);
    return estimated;
  };
  if (failed(runStages(*module, options, estimate)))
    return failure();
  if (options.emit == Stage::Program) {
    xbar::ProgramOp program = *module->getOps<xbar::ProgramOp>().begin();
    if (failed(writeProgram(program, options.output)))
      return failure();
  } else if (failed(writeText(options.output, context, [&](raw_ostream &os) {
               module->print(os, getPrintingFlags(options.emit));
               os << '\n';
             }))) {
    return failure();
  }
  if (options.report.empty())
    return success();
  return writeText(options.report, context, [&](raw_ostream &os) {
    os << llvm::formatv("{0:2}", llvm::json::Value(toJson(cost))) << "\n";
  });
}
