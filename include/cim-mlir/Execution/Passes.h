//===- Passes.h - Passes that execute networks ------------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Constructors, options and registration, generated from Passes.td.
//
//===----------------------------------------------------------------------===//

#ifndef CIM_MLIR_EXECUTION_PASSES_H
#define CIM_MLIR_EXECUTION_PASSES_H

#include "cim-mlir/Execution/CalibrationData.h"
#include "cim-mlir/Quant/AdcTable.h"
#include "cim-mlir/Quant/Binary.h"
#include "cim-mlir/Quant/Scale.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/Pass.h"
#include <map>
#include <memory>

namespace cim {

#define GEN_PASS_DECL
#define GEN_PASS_REGISTRATION
#include "cim-mlir/Execution/Passes.h.inc"

/// What the ADCs lose of the partial sums that calibration sees, by the name of the layer.
using AdcErrors = std::map<std::string, quant::QuantizationError>;

/// `cim-calibrate` on the samples of `data`; without, on random inputs. Fills in `errors`, if
/// they are there, of layers whose ADC it chooses from histograms.
std::unique_ptr<mlir::Pass> createCalibratePass(CalibratePassOptions options,
                                                std::shared_ptr<CalibrationData> data,
                                                AdcErrors *errors = nullptr);

} // namespace cim

#endif // CIM_MLIR_EXECUTION_PASSES_H
