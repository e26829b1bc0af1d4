//===- TargetDescription.h - Hardware descriptions --------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Reads a YAML target file into a validated #cim.target.
//
//===----------------------------------------------------------------------===//

#ifndef CIM_MLIR_TARGET_TARGETDESCRIPTION_H
#define CIM_MLIR_TARGET_TARGETDESCRIPTION_H

#include "cim/IR/CimDialect.h"
#include "llvm/ADT/StringRef.h"

namespace cim {

/// The target of an empty file: 256x256, 2-bit cells, 1-bit DAC, differential
/// columns, kernel-intact tiles, channel-wise 8-bit weights, an ideal ADC.
TargetAttr getDefaultTarget(mlir::MLIRContext *context);

/// Reads a target file. Errors are emitted at file, line and column and name the
/// key, its bound and the value.
mlir::FailureOr<TargetAttr> readTarget(llvm::StringRef path, mlir::MLIRContext *context);

} // namespace cim

#endif // CIM_MLIR_TARGET_TARGETDESCRIPTION_H
