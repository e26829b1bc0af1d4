//===- NodeTest.h - One of ONNX's node tests --------------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A folder with a model, inputs and expected outputs, compiled and executed here.
//
//===----------------------------------------------------------------------===//

#ifndef CIM_MLIR_CONFORMANCE_NODETEST_H
#define CIM_MLIR_CONFORMANCE_NODETEST_H

#include "llvm/ADT/StringRef.h"
#include <string>
#include <vector>

namespace cim::conformance {

enum class Verdict { Pass, Refused, Wrong, Crashed };

/// "pass", "refused", ...
llvm::StringRef stringify(Verdict verdict);

struct TestResult {
  Verdict verdict = Verdict::Pass;
  /// The diagnostic, the difference or the signal; empty if it passed.
  std::string detail;
  /// Inputs that a converter took as constants.
  std::vector<std::string> frozen;
};

/// Runs the test in `folder`: imports model.onnx, compiles it with every layer digital, and
/// executes and compares each data set. A crash is the caller's.
TestResult runNodeTest(llvm::StringRef folder);

/// One line of text, and back.
std::string serialize(const TestResult &result);
TestResult parseResult(llvm::StringRef text);

} // namespace cim::conformance

#endif // CIM_MLIR_CONFORMANCE_NODETEST_H
