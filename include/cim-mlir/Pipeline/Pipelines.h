//===- Pipelines.h - The stages of the compiler -----------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// One function per stage; see lib/Pipeline/README.md for what goes in and out.
//
//===----------------------------------------------------------------------===//

#ifndef CIM_MLIR_PIPELINE_PIPELINES_H
#define CIM_MLIR_PIPELINE_PIPELINES_H

#include "cim-mlir/Execution/Passes.h"
#include "cim-mlir/Policy/Passes.h"
#include "cim/Transforms/Passes.h"
#include "mlir/IR/DialectRegistry.h"
#include "mlir/Pass/PassManager.h"

namespace cim {

/// Any tosa module to verified tosa with folded constants.
void populateCleanUpPipeline(mlir::OpPassManager &manager);

/// Verified tosa to layers with mapping and precision; needs `cim.target`.
void populateMapPipeline(mlir::OpPassManager &manager, const AssignPrecisionPassOptions &precision,
                         const ApplyPolicyPassOptions &policy);

/// Layers with precision to layers with scales. Without `data`, they are chosen on random inputs.
/// `errors`, if there, are what ADCs lose.
void populateCalibratePipeline(mlir::OpPassManager &manager, const CalibratePassOptions &options,
                               std::shared_ptr<CalibrationData> data, AdcErrors *errors = nullptr);

/// Layers with scales to layers with ideal ADCs where one loses nothing.
void populateSimplifyPipeline(mlir::OpPassManager &manager);

/// Calibrated layers to the array level.
void populateArrayPipeline(mlir::OpPassManager &manager);

/// A function of tosa and cim operations to a memory-planned xbar.program.
void populateProgramPipeline(mlir::OpPassManager &manager);

/// Registers the pipelines above and every pass of the project for `cim-opt`.
void registerAllPasses();

/// Registers every dialect that a module of this project may use.
void registerAllDialects(mlir::DialectRegistry &registry);

} // namespace cim

#endif // CIM_MLIR_PIPELINE_PIPELINES_H
