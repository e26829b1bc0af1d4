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

#include "mlir/IR/DialectRegistry.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Pass/PassOptions.h"

namespace cim {

/// The uniform precision of mapped layers; 0 takes the width of the target.
struct MapPipelineOptions : mlir::PassPipelineOptions<MapPipelineOptions> {
  Option<int64_t> weightBits{*this, "weight-bits",
                             llvm::cl::desc("Bits of weights, 0: the target's"), llvm::cl::init(0)};
  Option<int64_t> activationBits{*this, "activation-bits",
                                 llvm::cl::desc("Bits of activations, 0: the target's"),
                                 llvm::cl::init(0)};
  Option<int64_t> adcBits{*this, "adc-bits", llvm::cl::desc("Bits of the ADC, 0: the target's"),
                          llvm::cl::init(0)};
};

/// Any tosa module to verified tosa with folded constants.
void populateCleanUpPipeline(mlir::OpPassManager &manager);

/// Verified tosa to layers with mapping and precision; needs `cim.target`.
void populateMapPipeline(mlir::OpPassManager &manager, const MapPipelineOptions &options);

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
