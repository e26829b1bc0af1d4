//===- cim-onnx-conformance.cpp - ONNX's node tests -------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The command line of lib/Conformance. Exit codes: 0, 1 if a test is wrong or crashes or
// fewer pass than asked for, 2 for wrong usage.
//
//===----------------------------------------------------------------------===//

#include "cim-mlir/Conformance/Report.h"
#include "cim-mlir/Processes/Children.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/Regex.h"
#include "llvm/Support/raw_ostream.h"

#include <CLI/CLI.hpp>
#include <thread>

using namespace cim;
using namespace cim::conformance;

namespace {

struct Options {
  std::string data = "/usr/share/libonnx-testdata/data/node", filter;
  std::vector<std::string> names;
  unsigned jobs = std::max(1u, std::thread::hardware_concurrency());
  ChildLimits limits = {30, uint64_t(1) << 33};
  size_t minPass = 0;
  bool quiet = false, json = false, reasons = false, operators = false;
};

} // namespace

static void addOptions(CLI::App &app, Options &options) {
  app.add_option("tests", options.names, "names of tests (default: all)");
  app.add_option("--data", options.data, "folder of the tests")->capture_default_str();
  app.add_option("--filter", options.filter, "only tests whose name matches a regular expression")
      ->check([](const std::string &text) {
        std::string error;
        return llvm::Regex(text).isValid(error) ? std::string() : error;
      });
  app.add_option("--jobs", options.jobs, "tests that run at a time (default: one per core)")
      ->check(CLI::Range(1, 4096));
  app.add_option("--time-limit", options.limits.seconds, "seconds that a test may take")
      ->check(CLI::Range(1, 86400))
      ->capture_default_str();
  app.add_option("--min-pass", options.minPass, "fail if fewer tests pass");
  app.add_flag("--quiet", options.quiet, "show only tests that are wrong or crash");
  app.add_flag("--reasons", options.reasons, "print why tests are refused, as a Markdown table");
  app.add_flag("--operators", options.operators, "print a Markdown table of operators");
  app.add_flag("--json", options.json, "print results as JSON, and nothing else");
}

/// Keeps the tests that are asked for; returns an empty string or the reason of failure.
static std::string select(const Options &options, std::vector<Test> &tests) {
  for (const std::string &name : options.names)
    if (llvm::none_of(tests, [&](const Test &test) { return test.name == name; }))
      return options.data + ": there is no test '" + name + "'";
  llvm::Regex filter(options.filter);
  llvm::erase_if(tests, [&](const Test &test) {
    return (!options.names.empty() && !llvm::is_contained(options.names, test.name)) ||
           (!options.filter.empty() && !filter.match(test.name));
  });
  return tests.empty() ? options.data + ": no test is selected" : "";
}

static void runTests(const Options &options, std::vector<Test> &tests) {
  auto run = [&](size_t i) { return serialize(runNodeTest(options.data + "/" + tests[i].name)); };
  auto report = [&](size_t i, const ChildOutcome &outcome) {
    TestResult &result = tests[i].result;
    result = outcome.death.empty() ? parseResult(outcome.result)
                                   : TestResult{Verdict::Crashed, outcome.death, {}};
    bool shown =
        !options.quiet || result.verdict == Verdict::Wrong || result.verdict == Verdict::Crashed;
    if (shown && !options.json)
      llvm::outs() << getLine(tests[i]) << "\n";
  };
  runInChildren(tests.size(), options.jobs, options.limits, run, report);
}

static void printResults(const Options &options, const std::vector<Test> &tests) {
  if (options.json) {
    llvm::outs() << llvm::formatv("{0:2}", toJson(tests)) << "\n";
    return;
  }
  if (options.reasons)
    llvm::outs() << "\n" << getReasons(tests) << "\n";
  if (options.operators)
    llvm::outs() << "\n" << getOperators(tests) << "\n";
  llvm::outs() << countFrozen(tests) << " of those that pass took an input as a constant\n"
               << getSummary(tests) << "\n";
}

int main(int argc, char **argv) {
  Options options;
  CLI::App app("Runs ONNX's node tests through importer, compiler and runtime.",
               "cim-onnx-conformance");
  addOptions(app, options);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError &error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  std::vector<Test> tests;
  std::string error = findTests(options.data, tests);
  if (error.empty())
    error = select(options, tests);
  if (!error.empty()) {
    llvm::errs() << "cim-onnx-conformance: error: " << error << "\n";
    return 1;
  }
  runTests(options, tests);
  printResults(options, tests);
  bool good = count(tests, Verdict::Wrong) == 0 && count(tests, Verdict::Crashed) == 0 &&
              count(tests, Verdict::Pass) >= options.minPass;
  return good ? 0 : 1;
}
