//===- Report.h - Results of many tests -------------------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Which tests there are, and what is shown of their results.
//
//===----------------------------------------------------------------------===//

#ifndef CIM_MLIR_CONFORMANCE_REPORT_H
#define CIM_MLIR_CONFORMANCE_REPORT_H

#include "cim-mlir/Conformance/NodeTest.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/Support/JSON.h"

namespace cim::conformance {

/// A test of a folder of tests.
struct Test {
  std::string name;
  /// The operator that it tests: of its only node but constants. A test `X_expanded`, whose model
  /// is the body of an ONNX function, tests what X tests. "several" if neither names one.
  std::string op;
  bool expanded = false;
  TestResult result;
};

/// Finds the tests of a folder, sorted by name; returns an empty string or the reason of failure.
std::string findTests(llvm::StringRef folder, std::vector<Test> &tests);

/// "PASS name" or, say, "WRONG name: output 'y', index [0]: expected 1, got 2".
std::string getLine(const Test &test);

/// The passing tests of which an input was taken as a constant.
size_t countFrozen(llvm::ArrayRef<Test> tests);
size_t count(llvm::ArrayRef<Test> tests, Verdict verdict);
/// "P pass, R refused, W wrong, C crashed"
std::string getSummary(llvm::ArrayRef<Test> tests);

/// Markdown: the reasons of refusals, names and numbers left out, with how many tests they refuse
/// and at which operators: those of the nodes that are refused.
std::string getReasons(llvm::ArrayRef<Test> tests);
/// Markdown: a row per operator with the tests that pass, those of function bodies apart, and why
/// others are refused.
std::string getOperators(llvm::ArrayRef<Test> tests);

llvm::json::Value toJson(llvm::ArrayRef<Test> tests);

} // namespace cim::conformance

#endif // CIM_MLIR_CONFORMANCE_REPORT_H
