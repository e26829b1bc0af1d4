//===- TargetDescription.h - Hardware descriptions --------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Reads a YAML target file into a validated #cim.target, and documents its keys.
//
//===----------------------------------------------------------------------===//

#ifndef CIM_MLIR_TARGET_TARGETDESCRIPTION_H
#define CIM_MLIR_TARGET_TARGETDESCRIPTION_H

#include "cim/IR/CimDialect.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include <string>
#include <utility>

namespace cim {

/// The target of an empty file: 256x256, 2-bit cells, 1-bit DAC, differential
/// columns, kernel-intact tiles, channel-wise 8-bit weights, an ideal ADC.
TargetAttr getDefaultTarget(mlir::MLIRContext *context);

/// The value of a key that replaces that of a target file: {"crossbar.rows", "128"}, both as
/// they would stand there.
using TargetSetting = std::pair<std::string, std::string>;

/// Reads a target file, or an empty one if `path` is empty, with `settings` in place of what it
/// says. Errors are emitted at file, line and column and name the key, its bound and the value.
/// `checksCombination`: also refuses values that do not go together.
mlir::FailureOr<TargetAttr> readTarget(llvm::StringRef path, mlir::MLIRContext *context,
                                       llvm::ArrayRef<TargetSetting> settings = {},
                                       bool checksCombination = true);

/// One key of a target file, with the value that a target has for it.
struct TargetKey {
  std::string name; // with its section, such as "crossbar.rows"
  std::string unit, range, value, meaning, source;
};

/// Every key that a target file may have, in the order of the documentation.
std::vector<TargetKey> getTargetKeys(TargetAttr target);

/// The same for the keys of CIM-AQ's hardware_config.yaml, with the values that it was
/// published with.
std::vector<TargetKey> getCimAqKeys();

/// Writes a target as a file of all keys, each with a comment. Reading it gives the target.
void printTarget(TargetAttr target, llvm::raw_ostream &os);

} // namespace cim

#endif // CIM_MLIR_TARGET_TARGETDESCRIPTION_H
