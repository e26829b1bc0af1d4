//===- TargetDescription.cpp - Hardware descriptions ------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// YAML to #cim.target: our own form and the hardware_config.yaml of CIM-AQ. The keys, their
// bounds and their documentation are listed once, where they are read. What goes together
// is left to cim/IR/Validity.h. Nothing that yaml-cpp throws leaves.
//
//===----------------------------------------------------------------------===//

#include "Section.h"
#include "cim/IR/Limits.h"
#include "cim/IR/Validity.h"
#include "mlir/IR/Builders.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"

using namespace mlir;
using namespace cim;

//===----------------------------------------------------------------------===//
// Values
//===----------------------------------------------------------------------===//

namespace {

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
  std::vector<int64_t> slices = {};
  AdcKind adcKind = AdcKind::Ideal;
  AdcPlacement adcPlacement = AdcPlacement::PartialSum;
  int64_t adcBits = 8;
  Granularity adcGranularity = Granularity::Layer;
  CodeRange adcRange = CodeRange::Full;
  int64_t referenceUnit = 1;
  ColumnsRule columnsRule = ColumnsRule::Published;
  WeightStorage weightStorage = WeightStorage::Rewritten;
  SmallVector<double> costs =
      llvm::map_to_vector(getCostKeys(), [](const CostKeyInfo &key) { return key.defaultValue; });

  Description() = default;
  explicit Description(TargetAttr target);

  CrossbarAttr makeCrossbar(MLIRContext *context) const;
  TargetAttr makeTarget(MLIRContext *context) const;
};

} // namespace

Description::Description(TargetAttr target) {
  MappingAttr mapping = target.getMapping();
  CrossbarAttr crossbar = mapping.getCrossbar();
  WeightAttr weight = target.getPrecision().getWeight();
  AdcAttr adc = target.getPrecision().getAdc();
  rows = crossbar.getRows();
  columns = crossbar.getColumns();
  activeRows = crossbar.getActiveRows();
  cellBits = crossbar.getCellBits();
  dacBits = crossbar.getDacBits();
  writeLatencyUs = crossbar.getWriteLatencyUs().getValueAsDouble();
  mvmLatencyUs = crossbar.getMvmLatencyUs().getValueAsDouble();
  kind = mapping.getKind();
  tiling = mapping.getTiling();
  inputEncoding = mapping.getInputEncoding();
  weightGranularity = weight.getGranularity();
  weightRange = weight.getRange();
  sliceRule = mapping.getSliceRule();
  if (mapping.getSlices())
    slices = mapping.getSlices().asArrayRef();
  adcKind = adc.getKind();
  adcPlacement = adc.getPlacement();
  adcBits = adc.getBits();
  adcGranularity = adc.getGranularity();
  adcRange = adc.getRange();
  referenceUnit = adc.getReferenceUnit();
  columnsRule = target.getColumnsRule();
  weightStorage = target.getCosts().getWeights();
  costs.assign(target.getCosts().getValues().asArrayRef().begin(),
               target.getCosts().getValues().asArrayRef().end());
}

CrossbarAttr Description::makeCrossbar(MLIRContext *context) const {
  Builder builder(context);
  return CrossbarAttr::get(context, rows, columns, activeRows, cellBits, dacBits,
                           builder.getF64FloatAttr(writeLatencyUs),
                           builder.getF64FloatAttr(mvmLatencyUs));
}

TargetAttr Description::makeTarget(MLIRContext *context) const {
  auto slicesAttr = slices.empty() ? nullptr : DenseI64ArrayAttr::get(context, slices);
  auto mapping = MappingAttr::get(context, kind, tiling, inputEncoding, sliceRule, slicesAttr,
                                  makeCrossbar(context));
  auto weight = WeightAttr::get(context, /*bits=*/8, weightGranularity, weightRange, {});
  auto activation = ActivationAttr::get(context, /*bits=*/8, /*zero_point=*/0, {});
  auto adc = AdcAttr::get(context, adcKind, adcBits, adcGranularity, adcRange, {}, {}, {}, {},
                          adcPlacement, referenceUnit);
  auto precision = PrecisionAttr::get(context, weight, activation, adc);
  auto costsAttr = CostsAttr::get(context, weightStorage, DenseF64ArrayAttr::get(context, costs));
  return TargetAttr::get(context, mapping, precision, columnsRule, costsAttr);
}

//===----------------------------------------------------------------------===//
// Our own form
//===----------------------------------------------------------------------===//

static constexpr int64_t kMaxArraySide = 65536;
static constexpr double kMaxLatencyUs = 1e9;

static void readCrossbar(Section section, Description &d) {
  section.integer({"rows", "rows", "rows of one array", "CIM-AQ"}, 1, kMaxArraySide, d.rows);
  section.integer({"columns", "columns", "columns of one array; even with differential_column",
                   "CIM-AQ", "columns"},
                  1, kMaxArraySide, d.columns);
  // An array is read whole unless the file says otherwise.
  if (section.isPresent())
    d.activeRows = d.rows;
  section.integer({"active_rows", "rows",
                   "rows that are read at once, at most `rows`; default: `rows`", "ours",
                   "active_rows"},
                  1, kMaxArraySide, d.activeRows);
  section.check("active_rows", d.activeRows <= d.rows,
                "at most the " + Twine(d.rows) + " 'crossbar.rows'");
  section.integer({"cell_bits", "bits", "bits of one cell", "CIM-AQ"}, 1, 8, d.cellBits);
  section.integer({"dac_bits", "bits", "bits of an input digit: one cycle each", "CIM-AQ"}, 1, 8,
                  d.dacBits);
  section.number({"write_latency_us", "us", "time to write one array", "CIM-AQ"}, 0, kMaxLatencyUs,
                 d.writeLatencyUs);
  section.number({"mvm_latency_us", "us", "time of one cycle of one array", "CIM-AQ"}, 0,
                 kMaxLatencyUs, d.mvmLatencyUs);
  section.finish();
}

static void readMapping(Section &root, Description &d) {
  root.choice<MappingKind>({"mapping", "", "how signed weights become cells", "CIM-AQ", "kind"},
                           {{"differential_column", MappingKind::DifferentialColumn},
                            {"differential_row", MappingKind::DifferentialRow},
                            {"offset", MappingKind::Offset},
                            {"twos_complement", MappingKind::TwosComplement}},
                           d.kind);
  root.choice<Tiling>(
      {"tiling", "", "how the rows of a layer are cut: whole kernels of channels, or anywhere",
       "ColumnQuant"},
      {{"kernel_intact", Tiling::KernelIntact}, {"dense", Tiling::Dense}}, d.tiling);
  root.choice<InputEncoding>({"input_encoding", "", "how activation codes become digits", "ours"},
                             {{"offset", InputEncoding::Offset},
                              {"twos_complement", InputEncoding::TwosComplement},
                              {"differential", InputEncoding::Differential}},
                             d.inputEncoding);
}

static void readWeights(Section section, Description &d) {
  section.choice<Granularity>(
      {"granularity", "", "what shares a scale", "ours", "weight.granularity"},
      {{"layer", Granularity::Layer},
       {"channel", Granularity::Channel},
       {"array", Granularity::Array},
       {"column", Granularity::Column}},
      d.weightGranularity);
  section.choice<CodeRange>(
      {"range", "", "codes of W bits: from -(2^(W-1)-1), or from -2^(W-1)", "ours", "weight.range"},
      {{"narrow", CodeRange::Narrow}, {"full", CodeRange::Full}}, d.weightRange);
  section.choice<SliceRule>(
      {"slice_rule", "", "W bits are cut to cells, or the W-1 of the magnitude", "CIM-AQ",
       "slice_rule"},
      {{"published", SliceRule::Published}, {"magnitude", SliceRule::Magnitude}}, d.sliceRule);
  section.integers(
      {"slices", "bits",
       "bits of each cell of a weight, least significant first, at most `cell_bits`; a layer "
       "takes as many as it needs; empty: cut by `cell_bits`",
       "ours", "slices"},
      1, 8, d.slices);
  section.check("slices", llvm::all_of(d.slices, [&](int64_t bits) { return bits <= d.cellBits; }),
                "of at most " + Twine(d.cellBits) + " 'crossbar.cell_bits' each");
  section.finish();
}

static void readAdc(Section section, Description &d) {
  if (section.isPresent())
    section.require("kind");
  section.choice<AdcKind>(
      {"kind", "",
       "ideal changes nothing, table has calibrated thresholds and levels; required in a map `adc`",
       "CIM-AQ"},
      {{"ideal", AdcKind::Ideal}, {"linear", AdcKind::Linear}, {"table", AdcKind::Table}},
      d.adcKind);
  section.choice<AdcPlacement>(
      {"placement", "",
       "what is converted: each partial sum, or, tables only, each output before its activation",
       "BS-KMQ"},
      {{"partial_sum", AdcPlacement::PartialSum}, {"preactivation", AdcPlacement::Preactivation}},
      d.adcPlacement);
  section.integer(
      {"bits", "bits", "width of a code; at least 2 with differential mappings", "ISAAC"}, 1, 16,
      d.adcBits);
  section.choice<Granularity>({"granularity", "", "what shares a step and a window", "ours"},
                              {{"layer", Granularity::Layer},
                               {"array", Granularity::Array},
                               {"column", Granularity::Column}},
                              d.adcGranularity);
  section.choice<CodeRange>(
      {"range", "", "codes of P bits: from -2^(P-1), or, differential only, from -(2^(P-1)-1)",
       "ours"},
      {{"full", CodeRange::Full}, {"narrow", CodeRange::Narrow}}, d.adcRange);
  section.check("range", d.adcKind != AdcKind::Table || d.adcRange == CodeRange::Full,
                "full with 'adc.kind' table");
  section.integer({"reference_unit", "cells",
                   "every threshold of a table is a multiple of it, as references are made of "
                   "whole cells; 1 with other kinds",
                   "BS-KMQ"},
                  1, kMaxReferenceUnit, d.referenceUnit);
  section.check("reference_unit", d.adcKind == AdcKind::Table || d.referenceUnit == 1,
                "1 unless 'adc.kind' is table");
  section.finish();
}

/// What components cost: the keys are those of the attribute.
static void readCosts(Section section, Description &d) {
  section.choice<WeightStorage>(
      {"weights", "", "constant weights are written once an inference, or stay in their arrays",
       "CIM-AQ"},
      {{"rewritten", WeightStorage::Rewritten}, {"resident", WeightStorage::Resident}},
      d.weightStorage);
  for (auto [info, value] : llvm::zip_equal(getCostKeys(), d.costs)) {
    Key key{info.name, info.unit, info.meaning, info.source};
    if (!info.integral) {
      section.number(key, info.low, info.high, value);
      continue;
    }
    int64_t integer = value;
    section.integer(key, info.low, info.high, integer);
    value = integer;
  }
  section.finish();
}

static void readOwnForm(Section &root, Description &d) {
  readCrossbar(root.section("crossbar"), d);
  readMapping(root, d);
  readWeights(root.section("weights"), d);
  readAdc(root.section("adc"), d);
  root.choice<ColumnsRule>(
      {"columns_rule", "", "how the cost model counts columns", "CIM-AQ"},
      {{"published", ColumnsRule::Published}, {"physical", ColumnsRule::Physical}}, d.columnsRule);
  readCosts(root.section("costs"), d);
  root.finish();
}

//===----------------------------------------------------------------------===//
// The form of CIM-AQ
//===----------------------------------------------------------------------===//

/// hardware_config.yaml: m counts columns (outputs), n rows (inputs). Every key is required: it
/// has no documented defaults.
static void readCimAqForm(Section &root, Description &d) {
  d.tiling = Tiling::Dense;
  Section crossbar = root.section("crossbar");
  Section size = crossbar.section("size");
  StringRef source = "hardware_config.yaml";
  size.integer({"m", "columns", "as `crossbar.columns`", source, "columns"}, 1, kMaxArraySide,
               d.columns);
  size.integer({"n", "rows", "as `crossbar.rows`", source, "active_rows"}, 1, kMaxArraySide,
               d.rows);
  size.finish();
  d.activeRows = d.rows;
  crossbar.integer({"resolution_weight_bits", "bits", "as `crossbar.cell_bits`", source}, 1, 8,
                   d.cellBits);
  crossbar.integer({"resolution_input_bits", "bits", "as `crossbar.dac_bits`", source}, 1, 8,
                   d.dacBits);
  crossbar.number({"mvm_write_latency", "us", "as `crossbar.write_latency_us`", source}, 0,
                  kMaxLatencyUs, d.writeLatencyUs);
  crossbar.number({"mvm_execute_latency", "us", "as `crossbar.mvm_latency_us`", source}, 0,
                  kMaxLatencyUs, d.mvmLatencyUs);
  crossbar.finish();
  Section mapper = root.section("mapper");
  mapper.choice<MappingKind>({"mapping_type", "", "as `mapping`", source, "kind"},
                             {{"dc", MappingKind::DifferentialColumn},
                              {"differential-column", MappingKind::DifferentialColumn},
                              {"dr", MappingKind::DifferentialRow},
                              {"differential-row", MappingKind::DifferentialRow},
                              {"of", MappingKind::Offset},
                              {"offset", MappingKind::Offset}},
                             d.kind);
  mapper.finish();
  root.finish();
  // In the end: where a key is misspelt, its name is the better message.
  for (StringRef key : {"crossbar", "mapper"})
    root.require(key);
  for (StringRef key : {"size", "resolution_weight_bits", "resolution_input_bits",
                        "mvm_write_latency", "mvm_execute_latency"})
    crossbar.require(key);
  for (StringRef key : {"m", "n"})
    size.require(key);
  mapper.require("mapping_type");
}

static bool isCimAqForm(Reader &reader, const YAML::Node &file) {
  Section root(reader, file);
  return root.has("mapper") || root.section("crossbar").has("size");
}

//===----------------------------------------------------------------------===//
// Reading
//===----------------------------------------------------------------------===//

/// Refuses what does not go together, at the key that decides the field or, if the file leaves
/// that one out, at its mapping.
static void checkCombination(Reader &reader, const Description &d) {
  Combination combination;
  combination.kind = d.kind;
  combination.inputEncoding = d.inputEncoding;
  combination.sliceRule = d.sliceRule;
  combination.crossbar = d.makeCrossbar(reader.context);
  combination.weightRange = d.weightRange;
  combination.weightGranularity = d.weightGranularity;
  combination.adcKind = d.adcKind;
  combination.adcPlacement = d.adcPlacement;
  combination.adcGranularity = d.adcGranularity;
  combination.adcBits = d.adcBits;
  combination.adcRange = d.adcRange;
  std::optional<Violation> violation = findViolation(combination);
  if (!violation)
    return;
  auto find = [&](StringRef field) -> const KeyRecord & {
    return *llvm::find_if(reader.keys, [&](const KeyRecord &key) { return key.field == field; });
  };
  const KeyRecord &key = find(violation->field);
  YAML::Node node = key.node.IsDefined() ? key.node : find("kind").node;
  reader.error(node.Mark(), "'" + key.documentation.name + "' must be " + violation->rule +
                                ", got '" + violation->value + "'");
}

/// Far above any target: a file takes two hundred times its size in memory.
static constexpr uint64_t kMaxBytes = uint64_t(1) << 20;

/// The text of the file; empty after an error.
static std::string readText(Reader &reader) {
  if (reader.path.empty())
    return "";
  bool regular; // Reading a device may never end.
  if (!llvm::sys::fs::is_regular_file(reader.path, regular) && !regular) {
    reader.error(YAML::Mark::null_mark(), "cannot read the file: not a regular file");
    return "";
  }
  uint64_t size;
  if (!llvm::sys::fs::file_size(reader.path, size) && size > kMaxBytes) {
    reader.error(YAML::Mark::null_mark(), "a target file must have at most " + Twine(kMaxBytes) +
                                              " bytes, got " + Twine(size));
    return "";
  }
  auto buffer = llvm::MemoryBuffer::getFile(reader.path);
  if (buffer)
    return (*buffer)->getBuffer().str();
  reader.error(YAML::Mark::null_mark(), "cannot read the file: " + buffer.getError().message());
  return "";
}

/// Puts a value in its place in the file, with the sections that it needs.
static void set(YAML::Node file, const TargetSetting &setting) {
  SmallVector<StringRef> keys;
  StringRef(setting.first).split(keys, '.');
  for (StringRef key : keys)
    file.reset(file[key.str()]);
  file = YAML::Load(setting.second);
}

FailureOr<TargetAttr> cim::readTarget(StringRef path, MLIRContext *context,
                                      ArrayRef<TargetSetting> settings, bool checksCombination) {
  context->loadDialect<CimDialect>();
  Reader reader{path, context};
  std::string text = readText(reader);
  Description description;
  try {
    std::vector<YAML::Node> documents = YAML::LoadAll(text);
    if (documents.size() > 1)
      reader.error(documents[1].Mark(),
                   "a target file must be one document, got " + Twine(documents.size()));
    YAML::Node file = documents.empty() ? YAML::Node(YAML::NodeType::Null) : documents[0];
    for (const TargetSetting &setting : settings)
      set(file, setting);
    Section root(reader, file);
    if (isCimAqForm(reader, file))
      readCimAqForm(root, description);
    else
      readOwnForm(root, description);
    if (!reader.failed && checksCombination)
      checkCombination(reader, description);
  } catch (const YAML::Exception &error) {
    reader.error(error.mark, "invalid YAML: " + error.msg);
  }
  if (reader.failed)
    return failure();
  return description.makeTarget(context);
}

TargetAttr cim::getDefaultTarget(MLIRContext *context) {
  context->loadDialect<CimDialect>();
  return Description().makeTarget(context);
}

//===----------------------------------------------------------------------===//
// Documentation
//===----------------------------------------------------------------------===//

/// The keys that `read` asks for, whose values are those of `description`.
static std::vector<TargetKey> getKeys(void (*read)(Section &, Description &),
                                      Description description) {
  Reader reader{"", nullptr};
  reader.failed = true; // Nothing is reported: keys that a file must have are missing.
  Section root(reader, YAML::Node(YAML::NodeType::Undefined));
  read(root, description);
  std::vector<TargetKey> keys;
  for (KeyRecord &key : reader.keys)
    keys.push_back(std::move(key.documentation));
  return keys;
}

std::vector<TargetKey> cim::getTargetKeys(TargetAttr target) {
  return getKeys(readOwnForm, Description(target));
}

std::vector<TargetKey> cim::getCimAqKeys() {
  Description published;
  published.cellBits = 4;
  return getKeys(readCimAqForm, published);
}

void cim::printTarget(TargetAttr target, raw_ostream &os) {
  os << "# Every key of a target file. A key that a file leaves out has the value in "
        "default.yaml.\n";
  std::string section;
  for (const TargetKey &key : getTargetKeys(target)) {
    auto [first, second] = StringRef(key.name).split('.');
    StringRef prefix = second.empty() ? "" : first, name = second.empty() ? first : second;
    if (prefix != section || prefix.empty())
      os << "\n";
    if (prefix != section && !prefix.empty())
      os << prefix << ":\n";
    section = prefix.str();
    std::string entry = (prefix.empty() ? "" : "  ") + name.str() + ": " + key.value;
    os << llvm::left_justify(entry, 30) << "  # " << key.meaning << " (" << key.range << ")\n";
  }
}
