//===- Results.cpp - Rows, tables and the Pareto front ----------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See Results.h. A column is a key of the grid or a number of some point, in the order in
// which they first occur; where a row has none it is left out (JSON) or empty (CSV).
//
//===----------------------------------------------------------------------===//

#include "cim-mlir/Sweep/Results.h"

#include "cim-mlir/Cost/Report.h"
#include "cim-mlir/Target/TargetDescription.h"
#include "cim-mlir/Target/TextFile.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/StringMap.h"
#include <charconv>
#include <numeric>

using namespace mlir;
using namespace cim;
using namespace cim::sweep;
namespace json = llvm::json;

//===----------------------------------------------------------------------===//
// Numbers
//===----------------------------------------------------------------------===//

Numbers cim::sweep::getCosts(const ProgramCost &cost) {
  Numbers numbers;
  json::Object report = toJson(cost);
  for (auto &[name, value] : *report.getObject("total")) {
    const json::Object *parts = value.getAsObject();
    const json::Value *number = parts ? parts->get("total") : &value;
    if (number)
      numbers.emplace_back(name.str(), *number);
  }
  llvm::sort(numbers, llvm::less_first());
  return numbers;
}

std::vector<std::string> cim::sweep::getCostNames(MLIRContext *context) {
  std::vector<std::string> names;
  ProgramCost none;
  none.model.costs = getDefaultTarget(context).getCosts();
  for (auto &[name, value] : getCosts(none))
    names.push_back(name);
  return names;
}

std::optional<double> Result::get(StringRef name) const {
  for (const auto &[key, value] : numbers)
    if (key == name)
      return value.getAsNumber();
  return std::nullopt;
}

/// The shortest text that reads back to the same number.
static std::string print(const json::Value &value) {
  char text[32];
  if (std::optional<int64_t> integer = value.getAsInteger())
    return std::to_string(*integer);
  double number = value.getAsNumber().value_or(0);
  return std::string(text, std::to_chars(text, std::end(text), number).ptr);
}

//===----------------------------------------------------------------------===//
// The journal
//===----------------------------------------------------------------------===//

std::string cim::sweep::printLine(StringRef key, const Result &result) {
  json::Object line{{"key", key}};
  if (result.error.empty()) {
    json::Array numbers;
    for (const auto &[name, value] : result.numbers)
      numbers.push_back(json::Array{name, value});
    line["numbers"] = std::move(numbers);
  } else
    line["error"] = json::fixUTF8(result.error);
  std::string text;
  llvm::raw_string_ostream(text) << json::Value(std::move(line)) << "\n";
  return text;
}

bool cim::sweep::parseLine(StringRef line, std::string &key, Result &result) {
  llvm::Expected<json::Value> parsed = json::parse(line);
  if (!parsed) {
    llvm::consumeError(parsed.takeError());
    return false;
  }
  const json::Object *object = parsed->getAsObject();
  if (!object || !object->getString("key"))
    return false;
  key = object->getString("key")->str();
  result.error = object->getString("error").value_or("").str();
  if (const json::Array *numbers = object->getArray("numbers"))
    for (const json::Value &entry : *numbers) {
      const json::Array *pair = entry.getAsArray();
      if (!pair || pair->size() != 2 || !(*pair)[0].getAsString())
        return false;
      result.numbers.emplace_back((*pair)[0].getAsString()->str(), (*pair)[1]);
    }
  return !result.numbers.empty() || !result.error.empty();
}

//===----------------------------------------------------------------------===//
// The Pareto front
//===----------------------------------------------------------------------===//

std::vector<bool> cim::sweep::getParetoFront(llvm::ArrayRef<std::pair<double, double>> points) {
  std::vector<size_t> order(points.size());
  std::iota(order.begin(), order.end(), 0);
  // From cheap to expensive, the most accurate of the same cost first.
  llvm::sort(order, [&](size_t a, size_t b) {
    return points[a].second != points[b].second ? points[a].second < points[b].second
                                                : points[a].first > points[b].first;
  });
  std::vector<bool> front(points.size());
  const std::pair<double, double> *last = nullptr; // On the front.
  for (size_t index : order) {
    front[index] = !last || points[index].first > last->first || points[index] == *last;
    if (front[index])
      last = &points[index];
  }
  return front;
}

/// What the points that are compared with each other have in common.
static std::string getFamily(const Point &point) {
  return point.compile.input + "\n" + point.dataset + "\n" + point.labels + "\n" +
         std::to_string(point.images) + "\n" + point.variation + "\n" + std::to_string(point.seed) +
         "\n" + std::to_string(point.trials);
}

/// Whether each point is on the front of those it can be compared with; none if it is not compared.
static std::vector<std::optional<bool>> markFront(const Grid &grid, ArrayRef<Result> results) {
  llvm::MapVector<StringRef, std::vector<size_t>> families;
  std::vector<std::string> names;
  for (const Point &point : grid.points)
    names.push_back(getFamily(point));
  for (size_t i = 0; i < names.size(); ++i)
    if (results[i].get("top1") && results[i].get("executes").value_or(0) > 0)
      families[names[i]].push_back(i);
  std::vector<std::optional<bool>> marks(grid.points.size());
  for (const auto &[name, members] : families) {
    std::vector<std::pair<double, double>> points;
    for (size_t i : members)
      points.emplace_back(*results[i].get("top1"), results[i].get(grid.cost).value_or(0));
    for (auto [i, mark] : llvm::zip_equal(members, getParetoFront(points)))
      marks[i] = mark;
  }
  return marks;
}

//===----------------------------------------------------------------------===//
// Tables
//===----------------------------------------------------------------------===//

namespace {

/// A cell as JSON has it; texts are also as CSV has them.
struct Cell {
  std::string text;
  bool isText = false;
};

using Row = llvm::StringMap<Cell>;

/// All rows, and the names of their columns in order.
struct Table {
  llvm::SetVector<StringRef> columns;
  std::vector<Row> rows;

  void set(size_t row, StringRef column, std::string text, bool isText) {
    rows[row][column] = {std::move(text), isText};
    columns.insert(column);
  }
};

} // namespace

static Table makeTable(const Grid &grid, ArrayRef<Result> results) {
  Table table;
  table.rows.resize(grid.points.size());
  for (auto [row, point] : llvm::enumerate(grid.points))
    for (const auto &[key, value] : point.settings)
      table.set(row, key, value, /*isText=*/true);
  table.columns.insert("pareto");
  for (auto [row, mark] : llvm::enumerate(markFront(grid, results))) {
    if (mark)
      table.set(row, "pareto", *mark ? "true" : "false", /*isText=*/false);
    for (const auto &[name, value] : results[row].numbers)
      table.set(row, name, print(value), /*isText=*/false);
  }
  for (auto [row, result] : llvm::enumerate(results))
    if (!result.error.empty())
      table.set(row, "error", result.error, /*isText=*/true);
  table.columns.insert("error");
  return table;
}

static void printJson(const Table &table, llvm::raw_ostream &os) {
  for (const Row &row : table.rows) {
    json::OStream stream(os);
    stream.objectBegin();
    for (StringRef column : table.columns)
      if (auto cell = row.find(column); cell != row.end()) {
        stream.attributeBegin(column);
        if (cell->second.isText)
          stream.value(json::fixUTF8(cell->second.text));
        else
          stream.rawValue(cell->second.text);
        stream.attributeEnd();
      }
    stream.objectEnd();
    stream.flush();
    os << "\n";
  }
}

/// As RFC 4180 has it: quotes where they are needed.
static std::string quote(StringRef text) {
  if (text.find_first_of(",\"\n\r") == StringRef::npos)
    return text.str();
  std::string quoted = "\"";
  for (char c : text)
    quoted += c == '"' ? "\"\"" : std::string(1, c);
  return quoted + "\"";
}

static void printCsv(const Table &table, llvm::raw_ostream &os) {
  llvm::interleave(table.columns, os, [&](StringRef column) { os << quote(column); }, ",");
  os << "\n";
  for (const Row &row : table.rows) {
    llvm::interleave(
        table.columns, os, [&](StringRef column) { os << quote(row.lookup(column).text); }, ",");
    os << "\n";
  }
}

std::string cim::sweep::writeTables(const Grid &grid, ArrayRef<Result> results, StringRef output) {
  Table table = makeTable(grid, results);
  std::string error = writeTextFile((output + ".jsonl").str(),
                                    [&](llvm::raw_ostream &os) { printJson(table, os); });
  if (!error.empty())
    return output.str() + ".jsonl: " + error;
  error =
      writeTextFile((output + ".csv").str(), [&](llvm::raw_ostream &os) { printCsv(table, os); });
  return error.empty() ? "" : output.str() + ".csv: " + error;
}
