//===- TargetDescription.cpp - Hardware descriptions ------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// YAML to #cim.target: our own form and the hardware_config.yaml of CIM-AQ. Each
// map of the file is a Section: the keys that are asked of it are those it may
// have. The first error ends the reading. yaml-cpp throws; nothing thrown leaves.
//
//===----------------------------------------------------------------------===//

#include "cim-mlir/Target/TargetDescription.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/Diagnostics.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include <algorithm>
#include <yaml-cpp/yaml.h>

using namespace mlir;
using namespace cim;

//===----------------------------------------------------------------------===//
// Sections
//===----------------------------------------------------------------------===//

namespace {

/// Where errors go, and whether there was one: only the first is reported.
struct Reader {
  StringRef path;
  MLIRContext *context;
  bool failed = false;

  void error(const YAML::Mark &mark, const Twine &message) {
    if (!failed)
      emitError(FileLineColLoc::get(context, path, std::max(mark.line, 0) + 1,
                                    std::max(mark.column, 0) + 1))
          << message;
    failed = true;
  }
};

/// One map of the file. Accessors leave `value` alone if the key is absent.
class Section {
public:
  Section(Reader &reader, YAML::Node node, std::string name = "")
      : reader(reader), node(node), name(std::move(name)) {
    if (node.IsDefined() && !node.IsNull() && !node.IsMap())
      reader.error(node.Mark(), (this->name.empty() ? "a target file" : "'" + this->name + "'") +
                                    " must be a map, got " + text(node));
  }

  Section section(StringRef key) { return Section(reader, find(key), qualified(key)); }

  bool has(StringRef key) { return find(key).IsDefined(); }

  void require(StringRef key) {
    if (!has(key))
      reader.error(node.IsDefined() ? node.Mark() : YAML::Mark::null_mark(),
                   "the key '" + qualified(key) + "' is missing");
  }

  /// Requires `holds` of the value of a key.
  void check(StringRef key, bool holds, const Twine &rule) {
    YAML::Node found = find(key);
    if (found.IsDefined() && !holds)
      reader.error(found.Mark(),
                   "'" + qualified(key) + "' must be " + rule + ", got " + text(found));
  }

  void integer(StringRef key, int64_t min, int64_t max, int64_t &value) {
    YAML::Node found = find(key);
    int64_t parsed = value;
    bool valid = found.IsDefined() && found.IsScalar() &&
                 !StringRef(found.Scalar()).getAsInteger(10, parsed);
    check(key, valid, "an integer");
    check(key, min <= parsed && parsed <= max, "in " + Twine(min) + ".." + Twine(max));
    value = parsed;
  }

  void latency(StringRef key, double &value) {
    YAML::Node found = find(key);
    double parsed = value;
    bool valid =
        found.IsDefined() && found.IsScalar() && !StringRef(found.Scalar()).getAsDouble(parsed);
    check(key, valid, "a number");
    check(key, parsed >= 0 && parsed <= 1e9, "in 0..1000000000");
    value = parsed;
  }

  /// One word of `choices`; several words may mean the same.
  template <typename T>
  void choice(StringRef key, ArrayRef<std::pair<StringRef, T>> choices, T &value) {
    YAML::Node found = find(key);
    bool valid = false;
    for (auto [word, meaning] : choices)
      if (found.IsDefined() && found.IsScalar() && found.Scalar() == word) {
        value = meaning;
        valid = true;
      }
    check(key, valid, "one of " + llvm::join(llvm::make_first_range(choices), ", "));
  }

  /// Refuses keys that nobody asked for, and keys given twice.
  void finish() {
    if (!node.IsDefined() || !node.IsMap())
      return;
    llvm::SmallVector<std::string> seen;
    for (const auto &entry : node) {
      std::string key = entry.first.IsScalar() ? entry.first.Scalar() : text(entry.first);
      if (!llvm::is_contained(known, key))
        reader.error(entry.first.Mark(), "unknown key '" + qualified(key) + "', expected one of " +
                                             llvm::join(known, ", "));
      if (llvm::is_contained(seen, key))
        reader.error(entry.first.Mark(), "the key '" + qualified(key) + "' is given twice");
      seen.push_back(key);
    }
  }

private:
  /// The value of a key, undefined if it is absent.
  YAML::Node find(StringRef key) {
    if (!llvm::is_contained(known, key))
      known.push_back(key.str());
    if (node.IsDefined() && node.IsMap())
      for (const auto &entry : node)
        if (entry.first.IsScalar() && entry.first.Scalar() == key)
          return entry.second;
    return YAML::Node(YAML::NodeType::Undefined);
  }

  std::string qualified(StringRef key) const {
    return name.empty() ? key.str() : name + "." + key.str();
  }

  static std::string text(const YAML::Node &value) {
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

  Reader &reader;
  YAML::Node node;
  std::string name;
  llvm::SmallVector<std::string> known;
};

//===----------------------------------------------------------------------===//
// The two forms
//===----------------------------------------------------------------------===//

/// The values of all keys; these are the defaults.
struct Description {
  int64_t rows = 256, columns = 256, activeRows = 256, cellBits = 2, dacBits = 1;
  double writeLatencyUs = 56, mvmLatencyUs = 1.4;
  MappingKind kind = MappingKind::DifferentialColumn;
  Tiling tiling = Tiling::KernelIntact;
  InputEncoding inputEncoding = InputEncoding::Offset;
  Granularity weightGranularity = Granularity::Channel;
  CodeRange weightRange = CodeRange::Narrow;
  SliceRule sliceRule = SliceRule::Published;
  AdcKind adcKind = AdcKind::Ideal;
  int64_t adcBits = 8;
  Granularity adcGranularity = Granularity::Layer;
  CodeRange adcRange = CodeRange::Full;
  ColumnsRule columnsRule = ColumnsRule::Published;

  bool isDifferential() const {
    return kind == MappingKind::DifferentialColumn || kind == MappingKind::DifferentialRow;
  }
};

} // namespace

static constexpr int64_t kMaxArraySide = 65536;

/// The sides of an array. A differential mapping needs two rows or an even number
/// of columns, a reference column one more column.
static void readSides(Section &section, StringRef rowsKey, StringRef columnsKey, Description &d) {
  section.integer(rowsKey, d.kind == MappingKind::DifferentialRow ? 2 : 1, kMaxArraySide, d.rows);
  section.integer(columnsKey, d.kind == MappingKind::Offset ? 2 : 1, kMaxArraySide, d.columns);
  section.check(columnsKey, d.kind != MappingKind::DifferentialColumn || d.columns % 2 == 0,
                "even with differential columns");
}

static void readCrossbar(Section section, Description &d) {
  readSides(section, "rows", "columns", d);
  d.activeRows = d.rows;
  section.integer("active_rows", d.kind == MappingKind::DifferentialRow ? 2 : 1, d.rows,
                  d.activeRows);
  section.integer("cell_bits", 1, 8, d.cellBits);
  section.integer("dac_bits", 1, 8, d.dacBits);
  section.latency("write_latency_us", d.writeLatencyUs);
  section.latency("mvm_latency_us", d.mvmLatencyUs);
  section.finish();
}

static void readWeights(Section section, Description &d) {
  section.choice<Granularity>("granularity",
                              {{"layer", Granularity::Layer},
                               {"channel", Granularity::Channel},
                               {"array", Granularity::Array},
                               {"column", Granularity::Column}},
                              d.weightGranularity);
  section.choice<CodeRange>("range", {{"narrow", CodeRange::Narrow}, {"full", CodeRange::Full}},
                            d.weightRange);
  section.choice<SliceRule>(
      "slice_rule", {{"published", SliceRule::Published}, {"magnitude", SliceRule::Magnitude}},
      d.sliceRule);
  bool magnitudes = d.isDifferential() && d.weightRange == CodeRange::Narrow;
  section.check("slice_rule", magnitudes || d.sliceRule != SliceRule::Magnitude,
                "published unless the mapping is differential and 'weights.range' is narrow");
  section.finish();
}

static void readAdc(Section section, bool present, Description &d) {
  if (!present)
    return;
  section.require("kind");
  section.choice<AdcKind>(
      "kind", {{"ideal", AdcKind::Ideal}, {"linear", AdcKind::Linear}, {"table", AdcKind::Table}},
      d.adcKind);
  section.check("kind", d.adcKind != AdcKind::Table,
                "ideal or linear (table is not supported yet)");
  section.integer("bits", 2, 16, d.adcBits);
  section.choice<Granularity>("granularity",
                              {{"layer", Granularity::Layer},
                               {"array", Granularity::Array},
                               {"column", Granularity::Column}},
                              d.adcGranularity);
  section.choice<CodeRange>("range", {{"full", CodeRange::Full}, {"narrow", CodeRange::Narrow}},
                            d.adcRange);
  section.finish();
}

static void readOwnForm(Section &root, Description &d) {
  root.choice<MappingKind>("mapping",
                           {{"differential_column", MappingKind::DifferentialColumn},
                            {"differential_row", MappingKind::DifferentialRow},
                            {"offset", MappingKind::Offset},
                            {"twos_complement", MappingKind::TwosComplement}},
                           d.kind);
  root.choice<Tiling>("tiling", {{"kernel_intact", Tiling::KernelIntact}, {"dense", Tiling::Dense}},
                      d.tiling);
  root.choice<InputEncoding>("input_encoding",
                             {{"offset", InputEncoding::Offset},
                              {"twos_complement", InputEncoding::TwosComplement},
                              {"differential", InputEncoding::Differential}},
                             d.inputEncoding);
  root.choice<ColumnsRule>(
      "columns_rule", {{"published", ColumnsRule::Published}, {"physical", ColumnsRule::Physical}},
      d.columnsRule);
  readCrossbar(root.section("crossbar"), d);
  readWeights(root.section("weights"), d);
  readAdc(root.section("adc"), root.has("adc"), d);
}

/// hardware_config.yaml of CIM-AQ: m counts columns (outputs), n rows (inputs).
static void readCimAqForm(Section &root, Description &d) {
  d.tiling = Tiling::Dense;
  root.require("crossbar");
  root.require("mapper");
  Section mapper = root.section("mapper");
  mapper.require("mapping_type");
  mapper.choice<MappingKind>("mapping_type",
                             {{"of", MappingKind::Offset},
                              {"offset", MappingKind::Offset},
                              {"dc", MappingKind::DifferentialColumn},
                              {"differential-column", MappingKind::DifferentialColumn},
                              {"dr", MappingKind::DifferentialRow},
                              {"differential-row", MappingKind::DifferentialRow}},
                             d.kind);
  mapper.finish();
  Section crossbar = root.section("crossbar");
  for (StringRef key : {"size", "resolution_weight_bits", "resolution_input_bits",
                        "mvm_write_latency", "mvm_execute_latency"})
    crossbar.require(key);
  Section size = crossbar.section("size");
  size.require("m");
  size.require("n");
  readSides(size, "n", "m", d);
  size.finish();
  d.activeRows = d.rows;
  crossbar.integer("resolution_weight_bits", 1, 8, d.cellBits);
  crossbar.integer("resolution_input_bits", 1, 8, d.dacBits);
  crossbar.latency("mvm_write_latency", d.writeLatencyUs);
  crossbar.latency("mvm_execute_latency", d.mvmLatencyUs);
  crossbar.finish();
}

static bool isCimAqForm(Reader &reader, const YAML::Node &file) {
  Section root(reader, file);
  return root.has("mapper") || root.section("crossbar").has("size");
}

//===----------------------------------------------------------------------===//
// Attributes
//===----------------------------------------------------------------------===//

static TargetAttr makeTarget(const Description &d, MLIRContext *context) {
  Builder builder(context);
  auto crossbar = CrossbarAttr::get(context, d.rows, d.columns, d.activeRows, d.cellBits, d.dacBits,
                                    builder.getF64FloatAttr(d.writeLatencyUs),
                                    builder.getF64FloatAttr(d.mvmLatencyUs));
  auto mapping =
      MappingAttr::get(context, d.kind, d.tiling, d.inputEncoding, d.sliceRule, crossbar);
  auto weight = WeightAttr::get(context, /*bits=*/8, d.weightGranularity, d.weightRange, {});
  auto activation = ActivationAttr::get(context, /*bits=*/8, /*zero_point=*/0, {});
  auto adc = AdcAttr::get(context, d.adcKind, d.adcBits, d.adcGranularity, d.adcRange, {}, {});
  auto precision = PrecisionAttr::get(context, weight, activation, adc);
  return TargetAttr::get(context, mapping, precision, d.columnsRule,
                         CostsAttr::getDefault(context));
}

TargetAttr cim::getDefaultTarget(MLIRContext *context) {
  context->loadDialect<CimDialect>();
  return makeTarget(Description(), context);
}

/// The text of the file; empty after an error.
static std::string readText(Reader &reader) {
  bool regular; // Reading a device may never end.
  if (!llvm::sys::fs::is_regular_file(reader.path, regular) && !regular) {
    reader.error(YAML::Mark::null_mark(), "cannot read the file: not a regular file");
    return "";
  }
  auto buffer = llvm::MemoryBuffer::getFile(reader.path);
  if (buffer)
    return (*buffer)->getBuffer().str();
  reader.error(YAML::Mark::null_mark(), "cannot read the file: " + buffer.getError().message());
  return "";
}

FailureOr<TargetAttr> cim::readTarget(StringRef path, MLIRContext *context) {
  context->loadDialect<CimDialect>();
  Reader reader{path, context};
  std::string text = readText(reader);
  Description description;
  try {
    std::vector<YAML::Node> documents = YAML::LoadAll(text);
    if (documents.size() > 1)
      reader.error(documents[1].Mark(),
                   "a target file must be one document, got " + Twine(documents.size()));
    YAML::Node file = documents.empty() ? YAML::Node() : documents[0];
    Section root(reader, file);
    if (isCimAqForm(reader, file))
      readCimAqForm(root, description);
    else
      readOwnForm(root, description);
    root.finish();
  } catch (const YAML::Exception &error) {
    reader.error(error.mark, "invalid YAML: " + error.msg);
  }
  if (reader.failed)
    return failure();
  return makeTarget(description, context);
}
