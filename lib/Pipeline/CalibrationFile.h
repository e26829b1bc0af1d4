//===- CalibrationFile.h - Calibration data from files ----------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The samples that `--calibration` names, for the inputs of a network.
//
//===----------------------------------------------------------------------===//

#ifndef CIM_LIB_PIPELINE_CALIBRATIONFILE_H
#define CIM_LIB_PIPELINE_CALIBRATIONFILE_H

#include "cim-mlir/Execution/CalibrationData.h"
#include "cim-mlir/Pipeline/Compiler.h"
#include "mlir/IR/BuiltinOps.h"
#include <memory>

namespace cim {

/// The samples of the calibration file; null if the options name none. Errors are
/// emitted at the file.
mlir::FailureOr<std::shared_ptr<CalibrationData>>
openCalibrationData(mlir::ModuleOp module, const CompileOptions &options);

} // namespace cim

#endif // CIM_LIB_PIPELINE_CALIBRATIONFILE_H
