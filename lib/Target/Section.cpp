//===- Section.cpp - Maps of a target file ----------------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See Section.h.
//
//===----------------------------------------------------------------------===//

#include "Section.h"
#include "mlir/IR/Diagnostics.h"
#include "llvm/Support/FormatVariadic.h"
#include <algorithm>
#include <charconv>

using namespace mlir;
using namespace cim;

void Reader::error(const YAML::Mark &mark, const Twine &message) {
  if (failed)
    return;
  Location location = UnknownLoc::get(context);
  if (!path.empty())
    location = FileLineColLoc::get(context, path, std::max(mark.line, 0) + 1,
                                   std::max(mark.column, 0) + 1);
  emitError(location) << message;
  failed = true;
}

static std::string describe(const YAML::Node &value) {
  switch (value.Type()) {
  case YAML::NodeType::Scalar:
    return "'" + value.Scalar() + "'";
  case YAML::NodeType::Sequence:
    return "a list";
  case YAML::NodeType::Map:
    return "a map";
  default:
    return "nothing";
  }
}

/// The shortest decimal that reads back to the same value.
static std::string print(double value) {
  char text[32];
  return std::string(text, std::to_chars(text, std::end(text), value).ptr);
}

/// Reads a decimal integer; leading zeros may mean octal elsewhere.
static bool parseInteger(const YAML::Node &node, int64_t &value) {
  if (!node.IsDefined() || !node.IsScalar())
    return false;
  StringRef text = node.Scalar(), digits = text;
  digits.consume_front("-");
  return (digits.size() <= 1 || digits.front() != '0') && !text.getAsInteger(10, value);
}

Section::Section(Reader &reader, YAML::Node node, std::string name)
    : reader(reader), node(node), name(std::move(name)) {
  if (node.IsDefined() && !node.IsNull() && !node.IsMap())
    reader.error(node.Mark(), (this->name.empty() ? "a target file" : "'" + this->name + "'") +
                                  " must be a map, got " + describe(node));
}

void Section::require(StringRef key) {
  if (!has(key))
    reader.error(node.IsDefined() ? node.Mark() : YAML::Mark::null_mark(),
                 "the key '" + qualified(key) + "' is missing");
}

void Section::check(StringRef key, bool holds, const Twine &rule) {
  YAML::Node found = find(key);
  if (found.IsDefined() && !holds)
    reader.error(found.Mark(),
                 "'" + qualified(key) + "' must be " + rule + ", got " + describe(found));
}

void Section::integer(const Key &key, int64_t min, int64_t max, int64_t &value) {
  YAML::Node found = find(key.name);
  int64_t parsed = value;
  check(key.name, parseInteger(found, parsed), "an integer");
  std::string range = llvm::formatv("{0}..{1}", min, max);
  check(key.name, min <= parsed && parsed <= max, "in " + range);
  value = parsed;
  record(key, range, std::to_string(value));
}

void Section::integers(const Key &key, int64_t min, int64_t max, std::vector<int64_t> &values) {
  YAML::Node found = find(key.name);
  bool isList = found.IsDefined() && found.IsSequence();
  check(key.name, isList, "a list");
  std::string range = llvm::formatv("{0}..{1}", min, max);
  for (size_t i = 0; isList && i < found.size(); ++i) {
    int64_t parsed = 0;
    if (!parseInteger(found[i], parsed) || parsed < min || parsed > max)
      reader.error(found[i].Mark(), "'" + qualified(key.name) + "' must be integers in " + range +
                                        ", got " + describe(found[i]));
    values.push_back(parsed);
  }
  record(key, "lists of " + range,
         llvm::formatv("[{0:$[, ]}]", llvm::make_range(values.begin(), values.end())));
}

void Section::number(const Key &key, double min, double max, double &value) {
  YAML::Node found = find(key.name);
  double parsed = value;
  bool valid =
      found.IsDefined() && found.IsScalar() && !StringRef(found.Scalar()).getAsDouble(parsed);
  check(key.name, valid, "a number");
  std::string range = print(min) + ".." + print(max);
  check(key.name, parsed >= min && parsed <= max, "in " + range);
  value = parsed;
  record(key, range, print(value));
}

void Section::finish() {
  if (!node.IsDefined() || !node.IsMap())
    return;
  llvm::SmallVector<std::string> seen;
  for (const auto &entry : node) {
    std::string key = entry.first.IsScalar() ? entry.first.Scalar() : describe(entry.first);
    if (!llvm::is_contained(known, key))
      reader.error(entry.first.Mark(), "unknown key '" + qualified(key) + "', expected one of " +
                                           llvm::join(known, ", "));
    if (llvm::is_contained(seen, key))
      reader.error(entry.first.Mark(), "the key '" + qualified(key) + "' is given twice");
    if (reader.failed) // A file may have any number of unknown keys.
      return;
    seen.push_back(key);
  }
}

YAML::Node Section::find(StringRef key) {
  if (!llvm::is_contained(known, key))
    known.push_back(key.str());
  if (node.IsDefined() && node.IsMap())
    for (const auto &entry : node)
      if (entry.first.IsScalar() && entry.first.Scalar() == key)
        return entry.second;
  return YAML::Node(YAML::NodeType::Undefined);
}

std::string Section::qualified(StringRef key) const {
  return name.empty() ? key.str() : name + "." + key.str();
}

void Section::record(const Key &key, std::string range, std::string value) {
  std::string path = qualified(key.name);
  reader.keys.push_back({{path, key.unit.str(), std::move(range), std::move(value),
                          key.meaning.str(), key.source.str()},
                         key.field.empty() ? path : key.field.str(),
                         find(key.name)});
}
