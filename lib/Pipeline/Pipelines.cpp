//===- Pipelines.cpp - The stages of the compiler ---------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The only place that orders passes.
//
//===----------------------------------------------------------------------===//

#include "cim-mlir/Pipeline/Pipelines.h"

#include "cim-mlir/Conversion/Passes.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Quant/IR/Quant.h"
#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "mlir/Dialect/Tosa/Transforms/Passes.h"
#include "mlir/Pass/PassOptions.h"
#include "mlir/Pass/PassRegistry.h"
#include "mlir/Transforms/Passes.h"
#include "xbar/IR/XbarOps.h"
#include "xbar/Transforms/Passes.h"

using namespace mlir;

void cim::populateCleanUpPipeline(OpPassManager &manager) {
  manager.addPass(createImportQuantPass());
  manager.addPass(createImportFloatsPass());
  manager.addPass(createImportNamesPass());
  manager.addPass(createVerifyInputPass());
  manager.addPass(createImportIntegersPass());
  manager.addPass(createSinkBroadcastsPass());
  manager.addPass(createFoldConstantsPass());
  manager.addPass(createFoldScalesPass());
  manager.addNestedPass<func::FuncOp>(tosa::createTosaReduceTransposes());
  manager.addPass(createCanonicalizerPass());
  manager.addPass(createCSEPass());
}

void cim::populateMapPipeline(OpPassManager &manager, const AssignPrecisionPassOptions &precision,
                              const ApplyPolicyPassOptions &policy) {
  manager.addPass(createConvertTosaToCimPass());
  manager.addPass(createAssignPrecisionPass(precision));
  manager.addPass(createApplyPolicyPass(policy));
}

void cim::populateCalibratePipeline(OpPassManager &manager, const CalibratePassOptions &options,
                                    std::shared_ptr<CalibrationData> data, AdcErrors *errors) {
  manager.addPass(createCalibratePass(options, std::move(data), errors));
}

void cim::populateSimplifyPipeline(OpPassManager &manager) {
  manager.addPass(createSimplifyAdcPass());
}

void cim::populateArrayPipeline(OpPassManager &manager) {
  manager.addPass(createQuantizePass());
  manager.addPass(createTilePass());
  manager.addPass(createBitSlicePass());
  manager.addPass(createInsertPartialSumQuantizationPass());
}

void cim::populateProgramPipeline(OpPassManager &manager) {
  manager.addPass(createConvertCimToXbarPass());
  manager.addPass(xbar::createPlanMemoryPass());
}

namespace {

/// The options of cim-map-pipeline in `cim-opt`.
struct MapPipelineOptions : PassPipelineOptions<MapPipelineOptions> {
  Option<int64_t> weightBits{*this, "weight-bits",
                             llvm::cl::desc("Bits of weights, 0: the target's"), llvm::cl::init(0)};
  Option<int64_t> activationBits{*this, "activation-bits",
                                 llvm::cl::desc("Bits of activations, 0: the target's"),
                                 llvm::cl::init(0)};
  Option<int64_t> adcBits{*this, "adc-bits", llvm::cl::desc("Bits of the ADC, 0: the target's"),
                          llvm::cl::init(0)};
  Option<std::string> policy{*this, "policy", llvm::cl::desc("Policy: .json, .csv or .npy")};
};

} // namespace

void cim::registerAllPasses() {
  registerTransformsPasses();
  tosa::registerTosaReduceTransposes();
  registerCimPasses();
  registerConversionPasses();
  registerExecutionPasses();
  registerPolicyPasses();
  xbar::registerXbarPasses();
  PassPipelineRegistration<>("cim-clean-up-pipeline", "Verify and simplify a tosa module",
                             populateCleanUpPipeline);
  PassPipelineRegistration<MapPipelineOptions>(
      "cim-map-pipeline", "Map layers to crossbars and assign precisions",
      [](OpPassManager &manager, const MapPipelineOptions &options) {
        populateMapPipeline(manager, {options.weightBits, options.activationBits, options.adcBits},
                            {options.policy});
      });
  PassPipelineRegistration<>("cim-array-pipeline", "Lower calibrated layers to arrays",
                             populateArrayPipeline);
  PassPipelineRegistration<>("cim-program-pipeline", "Lower to a crossbar program",
                             populateProgramPipeline);
}

void cim::registerAllDialects(DialectRegistry &registry) {
  registry.insert<func::FuncDialect, tosa::TosaDialect, mlir::quant::QuantDialect, CimDialect,
                  xbar::XbarDialect>();
}
