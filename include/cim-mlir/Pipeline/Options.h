//===- Options.h - The options of the compiler by name ----------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The options that decide what is compiled, each given once: cim-compile has `NAME` as `--NAME`,
// a grid of cim-sweep as a key.
//
//===----------------------------------------------------------------------===//

#ifndef CIM_MLIR_PIPELINE_OPTIONS_H
#define CIM_MLIR_PIPELINE_OPTIONS_H

#include "cim-mlir/Pipeline/Compiler.h"
#include "llvm/ADT/StringRef.h"
#include <functional>
#include <string>
#include <vector>

namespace cim {

struct NamedOption {
  /// Flags are true or false; the values of files are names of files to read.
  enum class Kind { Value, Flag, File };

  std::string name;
  Kind kind;
  /// What the values look like, such as "minmax|mse"; may be empty.
  std::string values;
  std::string help;
  /// Puts a value into the options. Returns an empty string or the rule that it breaks, which
  /// reads on from the name of the option: "must be true or false".
  std::function<std::string(llvm::StringRef value, CompileOptions &options)> read;
};

/// All of them, in the order of `cim-compile --help`.
const std::vector<NamedOption> &getNamedOptions();

/// "'NAME' RULE, got 'VALUE'", `name` being as the user wrote it; empty if no rule is broken.
std::string readOption(const NamedOption &option, llvm::StringRef name, llvm::StringRef value,
                       CompileOptions &options);

} // namespace cim

#endif // CIM_MLIR_PIPELINE_OPTIONS_H
