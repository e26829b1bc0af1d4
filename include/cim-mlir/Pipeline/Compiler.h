//===- Compiler.h - A model file to a program file --------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The whole of cim-compile but its command line.
//
//===----------------------------------------------------------------------===//

#ifndef CIM_MLIR_PIPELINE_COMPILER_H
#define CIM_MLIR_PIPELINE_COMPILER_H

#include "cim-mlir/Cost/Cost.h"
#include "cim-mlir/Execution/Passes.h"
#include "cim-mlir/Target/TargetDescription.h"
#include "cim/IR/CimDialect.h"
#include "cim/Transforms/Passes.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/IR/OwningOpRef.h"
#include "llvm/Support/LogicalResult.h"
#include <functional>
#include <optional>
#include <set>
#include <string>

namespace cim {

/// The levels at which compilation can stop, in order. Mapped layers have no scales yet: they
/// are calibrated for a program but not for its costs, and not written.
enum class Stage { Tosa, Mapped, Cim, Arrays, Xbar, Program };

struct CompileOptions {
  /// An ONNX model, or MLIR if it ends in .mlir or .mlirbc.
  std::string input;
  /// Inputs of an ONNX model that become constants, as NAME=FILE.
  std::vector<std::string> freeze;
  /// Shapes of inputs of an ONNX model, as NAME=1x3x224x224.
  std::vector<std::string> shapes;
  /// Program file, or MLIR text of a stage ("-" or empty: standard output).
  std::string output;
  /// YAML target file; empty: the target of the module, else the default target.
  std::string target;
  /// What replaces keys of the target file, or of the default target.
  std::vector<TargetSetting> targetSettings;
  /// How signed inputs are fed, if not as the target says.
  std::optional<InputEncoding> inputEncoding;
  /// Where the policy of the compiled layers goes ("-": standard output); empty: nowhere.
  std::string dumpPolicy;
  /// That policy has scales.
  bool withScales = false;
  /// JSON report file; empty: none, "-": standard output.
  std::string report;
  /// Whether to print the costs to standard output.
  bool table = false;
  Stage emit = Stage::Program;
  /// Leave every layer digital.
  bool digital = false;
  /// Uniform widths.
  AssignPrecisionPassOptions precision;
  /// Policy file that overrides them, layer by layer: .json, .csv or .npy; empty: none.
  std::string policy;
  /// Calibration data: a .npy, .npz or IDX file; empty: 4 random inputs, with a warning.
  std::string calibration;
  /// The samples of that file if they have been read already, else null.
  std::shared_ptr<CalibrationData> calibrationData;
  /// How scales are chosen, and from how many samples.
  CalibratePassOptions calibrate;
  /// Factor from integer calibration data to inputs; 0: 1/255 for uint8, else 1.
  double scaleInput = 0;
  /// Names of the options that were given (Options.h): one without effect deserves a warning.
  std::set<std::string> given;
  /// Called with what is being done, in a few words; may be empty.
  std::function<void(llvm::StringRef)> showProgress;
};

/// Reads the model. Errors are emitted on the context.
mlir::OwningOpRef<mlir::ModuleOp> loadModel(const CompileOptions &options,
                                            mlir::MLIRContext *context);

/// Reads the calibration samples of the options into memory, if they fit into `maxBytes`: for
/// modules with the same inputs. Null if they do not fit, cannot be read or there are none.
std::shared_ptr<CalibrationData>
keepCalibrationData(mlir::ModuleOp module, const CompileOptions &options, int64_t maxBytes);

/// Lowers a module from the level that it has to `options.emit`, and sums up what its mapped layers
/// cost. Reads and writes no model.
mlir::FailureOr<ProgramCost> lower(mlir::ModuleOp module, const CompileOptions &options);

/// Compiles. Errors are emitted on the context; no output file is then touched.
llvm::LogicalResult compile(const CompileOptions &options, mlir::MLIRContext *context);

} // namespace cim

#endif // CIM_MLIR_PIPELINE_COMPILER_H
