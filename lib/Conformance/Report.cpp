//===- Report.cpp - Results of many tests -----------------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Diagnostics are alike if they are equal without the node, quoted names but those of
// attributes and operations, and numbers.
//
//===----------------------------------------------------------------------===//

#include "cim-mlir/Conformance/Report.h"

#include "cim-mlir/Frontend/ONNX/Files.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include <map>
#include <regex>

using namespace cim;
using namespace cim::conformance;
using llvm::ArrayRef;
using llvm::StringRef;

//===----------------------------------------------------------------------===//
// Finding tests
//===----------------------------------------------------------------------===//

/// The operator of the only node but constants, or nothing.
static std::string getOnlyOperator(StringRef model) {
  onnx_frontend::ModelOutline outline;
  if (!onnx_frontend::readOutline(model, outline).empty())
    return "";
  std::vector<std::string> &ops = outline.operators;
  if (ops.size() > 1)
    llvm::erase(ops, "Constant");
  return ops.size() == 1 ? ops.front() : "";
}

std::string conformance::findTests(StringRef folder, std::vector<Test> &tests) {
  std::error_code error;
  llvm::StringMap<std::string> operators;
  for (llvm::sys::fs::directory_iterator it(folder, error), end; it != end && !error;
       it.increment(error)) {
    std::string model = it->path() + "/model.onnx";
    if (!llvm::sys::fs::exists(model))
      continue;
    Test test{llvm::sys::path::filename(it->path()).str(), getOnlyOperator(model), false, {}};
    operators[test.name] = test.op;
    tests.push_back(std::move(test));
  }
  if (error)
    return folder.str() + ": " + error.message();
  if (tests.empty())
    return folder.str() + ": no folder here has a model.onnx";
  llvm::sort(tests, [](const Test &a, const Test &b) { return a.name < b.name; });
  for (Test &test : tests) {
    auto [base, rest] = StringRef(test.name).split("_expanded");
    test.expanded = base != test.name && operators.contains(base);
    if (test.expanded)
      test.op = operators[base];
    if (test.op.empty())
      test.op = "several";
  }
  return "";
}

//===----------------------------------------------------------------------===//
// Lines
//===----------------------------------------------------------------------===//

std::string conformance::getLine(const Test &test) {
  std::string line = stringify(test.result.verdict).upper() + " " + test.name;
  return test.result.detail.empty() ? line : line + ": " + test.result.detail;
}

size_t conformance::countFrozen(ArrayRef<Test> tests) {
  return llvm::count_if(tests, [](const Test &test) {
    return test.result.verdict == Verdict::Pass && !test.result.frozen.empty();
  });
}

size_t conformance::count(ArrayRef<Test> tests, Verdict verdict) {
  return llvm::count_if(tests, [&](const Test &test) { return test.result.verdict == verdict; });
}

std::string conformance::getSummary(ArrayRef<Test> tests) {
  std::string summary;
  for (Verdict verdict : {Verdict::Pass, Verdict::Refused, Verdict::Wrong, Verdict::Crashed})
    summary += (summary.empty() ? "" : ", ") + std::to_string(count(tests, verdict)) + " " +
               stringify(verdict).str();
  return summary;
}

//===----------------------------------------------------------------------===//
// Tables
//===----------------------------------------------------------------------===//

namespace {

/// Why a test is refused.
struct Reason {
  std::string op; ///< The operator that the diagnostic names, else the test's.
  std::string text;
};

} // namespace

/// The diagnostic of a test without what differs from model to model.
static Reason getReason(const Test &test) {
  static const std::regex place("^('[^']*': )?(node '[^']*' \\((\\w+)\\): )?"),
      quoted("(attribute )?'([^']*)'"), operation("[a-z]+\\.[a-z0-9_]+"), shape("\\[[-0-9, ]*\\]"),
      number("-?\\b[0-9]+(\\.[0-9]+)?\\b");
  std::smatch found;
  std::regex_search(test.result.detail, found, place);
  std::string op = found[3].matched ? found[3].str() : test.op, rest = found.suffix(), text;
  auto next = rest.cbegin();
  for (std::sregex_iterator it(rest.begin(), rest.end(), quoted), end; it != end; ++it) {
    // Attributes and operations say what is missing; other names are the model's.
    bool keep = (*it)[1].matched || std::regex_match((*it)[2].str(), operation);
    text.append(next, rest.cbegin() + it->position()) += keep ? it->str() : "'_'";
    next = rest.cbegin() + it->position() + it->length();
  }
  text.append(next, rest.cend());
  return {op, std::regex_replace(std::regex_replace(text, shape, "[_]"), number, "N")};
}

/// What may stand in a cell of a Markdown table.
static std::string toCell(std::string text) {
  static const std::regex bar("\\|");
  return std::regex_replace(text, bar, "\\|");
}

/// The texts by their counts, the largest first, joined.
static std::string joinByCount(const std::map<std::string, size_t> &counts, size_t most) {
  std::vector<std::pair<std::string, size_t>> sorted(counts.begin(), counts.end());
  llvm::sort(sorted, [](auto &a, auto &b) {
    return std::make_pair(b.second, a.first) < std::make_pair(a.second, b.first);
  });
  std::string text;
  for (auto &[name, count] : ArrayRef(sorted).take_front(most))
    text +=
        (text.empty() ? "" : ", ") + name + (count > 1 ? " (" + std::to_string(count) + ")" : "");
  return text + (sorted.size() > most ? ", ..." : "");
}

std::string conformance::getReasons(ArrayRef<Test> tests) {
  std::map<std::string, std::map<std::string, size_t>> reasons;
  for (const Test &test : tests)
    if (test.result.verdict == Verdict::Refused) {
      Reason reason = getReason(test);
      ++reasons[reason.text][reason.op];
    }
  std::vector<std::pair<size_t, std::string>> rows;
  for (auto &[reason, operators] : reasons) {
    size_t total = 0;
    for (auto &[op, count] : operators)
      total += count;
    rows.emplace_back(total, toCell(reason) + " | " + joinByCount(operators, operators.size()));
  }
  llvm::sort(rows, [](auto &a, auto &b) {
    return std::make_pair(b.first, a.second) < std::make_pair(a.first, b.second);
  });
  std::string table = "| tests | refused because | operators |\n|--:|---|---|\n";
  for (auto &[total, row] : rows)
    table += "| " + std::to_string(total) + " | " + row + " |\n";
  return table;
}

std::string conformance::getOperators(ArrayRef<Test> tests) {
  struct Row {
    size_t passed[2] = {}, total[2] = {}; // By whether the test is expanded.
    std::map<std::string, size_t> remarks;
  };
  std::map<std::string, Row> rows;
  for (const Test &test : tests) {
    Row &row = rows[test.op];
    ++row.total[test.expanded];
    row.passed[test.expanded] += test.result.verdict == Verdict::Pass;
    if (test.result.verdict == Verdict::Refused && !test.expanded)
      ++row.remarks[getReason(test).text];
    else if (test.result.verdict == Verdict::Wrong || test.result.verdict == Verdict::Crashed)
      ++row.remarks[stringify(test.result.verdict).str()];
  }
  std::string table = "| operator | tests | function body | remark |\n|---|--:|--:|---|\n";
  for (auto &[op, row] : rows) {
    table += "| " + op;
    for (bool expanded : {false, true})
      table += row.total[expanded] == 0 ? std::string(" | -")
                                        : " | " + std::to_string(row.passed[expanded]) + "/" +
                                              std::to_string(row.total[expanded]);
    table += " | " + toCell(joinByCount(row.remarks, 3)) + " |\n";
  }
  return table;
}

llvm::json::Value conformance::toJson(ArrayRef<Test> tests) {
  llvm::json::Array list;
  for (const Test &test : tests)
    list.push_back(llvm::json::Object{{"name", llvm::json::fixUTF8(test.name)},
                                      {"operator", llvm::json::fixUTF8(test.op)},
                                      {"expanded", test.expanded},
                                      {"verdict", stringify(test.result.verdict)},
                                      {"detail", llvm::json::fixUTF8(test.result.detail)},
                                      {"frozen", llvm::json::Array(test.result.frozen)}});
  llvm::json::Object report{{"tests", std::move(list)}, {"frozen", countFrozen(tests)}};
  for (Verdict verdict : {Verdict::Pass, Verdict::Refused, Verdict::Wrong, Verdict::Crashed})
    report[stringify(verdict)] = count(tests, verdict);
  return report;
}
