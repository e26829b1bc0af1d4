//===- TargetDescriptionTest.cpp - Reading target files ---------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The example files, and one case for each diagnostic with both sides of bounds.
//
//===----------------------------------------------------------------------===//

#include "cim-mlir/Target/TargetDescription.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/MLIRContext.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/raw_ostream.h"
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace cim;

namespace {

std::string example(const std::string &name) {
  return CIM_TEST_SOURCE "/Target/Description/" + name;
}

class TargetDescription : public ::testing::Test {
protected:
  TargetAttr read(const std::string &path) {
    mlir::ScopedDiagnosticHandler handler(&context, [&](mlir::Diagnostic &diagnostic) {
      llvm::raw_string_ostream os(error);
      if (auto loc = mlir::dyn_cast<mlir::FileLineColLoc>(diagnostic.getLocation()))
        os << loc.getLine() << ":" << loc.getColumn() << ": ";
      os << diagnostic.str();
      return mlir::success();
    });
    error.clear();
    auto target = readTarget(path, &context);
    return mlir::succeeded(target) ? *target : TargetAttr();
  }

  TargetAttr parse(const std::string &text) {
    llvm::SmallString<64> path;
    int fd;
    llvm::sys::fs::createTemporaryFile("target", "yaml", fd, path);
    llvm::raw_fd_ostream(fd, /*shouldClose=*/true) << text;
    TargetAttr target = read(path.str().str());
    llvm::sys::fs::remove(path);
    return target;
  }

  /// Expects that reading `text` fails with exactly this message.
  void refuses(const std::string &text, const std::string &message) {
    EXPECT_FALSE(parse(text)) << text;
    EXPECT_EQ(error, message) << text;
  }

  void accepts(const std::string &text) { EXPECT_TRUE(parse(text)) << text << "\n" << error; }

  mlir::MLIRContext context;
  std::string error;
};

TEST_F(TargetDescription, EmptyFileIsDefault) {
  EXPECT_EQ(parse(""), getDefaultTarget(&context));
  EXPECT_EQ(parse("crossbar:\nweights: {}\n"), getDefaultTarget(&context));
}

TEST_F(TargetDescription, DocumentedDefaultsAreTheDefaults) {
  EXPECT_EQ(read(CIM_TARGETS "/default.yaml"), getDefaultTarget(&context)) << error;
}

TEST_F(TargetDescription, ColumnWise) {
  TargetAttr target = read(example("column-wise.yaml"));
  ASSERT_TRUE(target) << error;
  EXPECT_EQ(target.getPrecision().getWeight().getGranularity(), Granularity::Column);
  EXPECT_EQ(target.getPrecision().getAdc().getKind(), AdcKind::Linear);
  EXPECT_EQ(target.getPrecision().getAdc().getGranularity(), Granularity::Column);
}

TEST_F(TargetDescription, EveryKeyIsRead) {
  TargetAttr target = parse(
      "crossbar: {rows: 128, columns: 64, active_rows: 32, cell_bits: 4, dac_bits: 3,\n"
      "  write_latency_us: 0, mvm_latency_us: 2.5}\n"
      "mapping: differential_row\ntiling: dense\ninput_encoding: differential\n"
      "weights: {granularity: array, range: narrow, slice_rule: magnitude}\n"
      "adc: {kind: linear, bits: 5, granularity: array, range: narrow}\ncolumns_rule: physical\n"
      "costs: {weights: resident, adc_columns: 64, adc_pj: 2.5}\n");
  ASSERT_TRUE(target) << error;
  std::string text;
  llvm::raw_string_ostream(text) << target;
  EXPECT_EQ(text,
            "#cim.target<mapping = <kind = differential_row, tiling = dense, input_encoding = "
            "differential, slice_rule = magnitude, crossbar = <rows = 128, columns = 64, "
            "active_rows = 32, cell_bits = 4, dac_bits = 3, write_latency_us = 0.000000e+00 : f64, "
            "mvm_latency_us = 2.500000e+00 : f64>>, precision = <weight = <granularity = array>, "
            "activation = <>, adc = <kind = linear, bits = 5, granularity = array, range = "
            "narrow>>, columns_rule = physical, costs = <weights = resident, adc_columns = 64, "
            "adc_pj = 2.500000e+00>>");
  std::string path = testing::TempDir() + "target" + std::to_string(getpid());
  std::error_code code;
  llvm::raw_fd_ostream file(path, code);
  printTarget(target, file);
  file.close();
  EXPECT_EQ(read(path), target) << error;
  std::remove(path.c_str());
}

TEST_F(TargetDescription, ActiveRowsFollowRows) {
  TargetAttr target = parse("crossbar: {rows: 64}");
  ASSERT_TRUE(target) << error;
  EXPECT_EQ(target.getMapping().getCrossbar().getActiveRows(), 64);
}

/// The structure of the published hardware_config.yaml, in its order and style.
TEST_F(TargetDescription, CimAqAsPublished) {
  TargetAttr target = parse("---\n# Parameters of the crossbar\ncrossbar:\n  size:  # M x N\n"
                            "    m: 256  # columns\n    n: 256  # rows\n"
                            "  resolution_weight_bits: 4  # a cell\n"
                            "  resolution_input_bits: 1\n  mvm_write_latency: 56  # us\n"
                            "  mvm_execute_latency: 1.4  # us\n# Parameters of the mapper\n"
                            "mapper:\n  # offset (of), differential-column (dc), ...\n"
                            "  mapping_type: dc\n");
  ASSERT_TRUE(target) << error;
  EXPECT_EQ(target, read(CIM_TARGETS "/cim-aq-4bit.yaml")) << error;
}

TEST_F(TargetDescription, CimAqCombinations) {
  auto file = [](const std::string &m, const std::string &n, const std::string &kind) {
    return "mapper: {mapping_type: " + kind + "}\ncrossbar: {size: {m: " + m + ", n: " + n +
           "}, resolution_weight_bits: 2, resolution_input_bits: 1, mvm_write_latency: 56, "
           "mvm_execute_latency: 1.4}\n";
  };
  refuses(file("255", "256", "dc"),
          "2:22: 'crossbar.size.m' must be even for kind differential_column, got '255'");
  refuses(file("256", "1", "dr"),
          "2:30: 'crossbar.size.n' must be at least 2 for kind differential_row, got '1'");
  refuses(file("1", "256", "of"),
          "2:22: 'crossbar.size.m' must be at least 2 for kind offset, got '1'");
  refuses(file("0", "256", "of"), "2:22: 'crossbar.size.m' must be in 1..65536, got '0'");
  refuses(file("256", "65537", "of"), "2:30: 'crossbar.size.n' must be in 1..65536, got '65537'");
}

TEST_F(TargetDescription, CimAqForm) {
  TargetAttr target = read(example("cim-aq.yaml"));
  ASSERT_TRUE(target) << error;
  CrossbarAttr crossbar = target.getMapping().getCrossbar();
  EXPECT_EQ(crossbar.getRows(), 128);
  EXPECT_EQ(crossbar.getActiveRows(), 128);
  EXPECT_EQ(crossbar.getColumns(), 256);
  EXPECT_EQ(crossbar.getCellBits(), 4);
  EXPECT_EQ(crossbar.getDacBits(), 1);
  EXPECT_EQ(crossbar.getWriteLatencyUs().getValueAsDouble(), 56.0);
  EXPECT_EQ(crossbar.getMvmLatencyUs().getValueAsDouble(), 1.4);
  EXPECT_EQ(target.getMapping().getKind(), MappingKind::DifferentialColumn);
  EXPECT_EQ(target.getMapping().getTiling(), Tiling::Dense);
  EXPECT_EQ(target.getMapping().getSliceRule(), SliceRule::Published);
  EXPECT_EQ(target.getColumnsRule(), ColumnsRule::Published);
  EXPECT_EQ(target.getPrecision().getAdc().getKind(), AdcKind::Ideal);
}

TEST_F(TargetDescription, CimAqMappings) {
  std::string crossbar =
      "crossbar: {size: {m: 256, n: 256}, resolution_weight_bits: 2,\n"
      "  resolution_input_bits: 1, mvm_write_latency: 56, mvm_execute_latency: 1.4}\n";
  std::pair<const char *, MappingKind> words[] = {
      {"of", MappingKind::Offset},
      {"offset", MappingKind::Offset},
      {"dc", MappingKind::DifferentialColumn},
      {"differential-column", MappingKind::DifferentialColumn},
      {"dr", MappingKind::DifferentialRow},
      {"differential-row", MappingKind::DifferentialRow}};
  for (auto [word, kind] : words) {
    TargetAttr target = parse(crossbar + "mapper: {mapping_type: " + word + "}\n");
    ASSERT_TRUE(target) << error;
    EXPECT_EQ(target.getMapping().getKind(), kind);
  }
  refuses(
      crossbar + "mapper: {mapping_type: xy}\n",
      "3:24: 'mapper.mapping_type' must be one of dc, differential-column, dr, differential-row, "
      "of, offset, got 'xy'");
  refuses(crossbar + "mapper: {mapping_type: dc}\ntiling: dense\n",
          "4:1: unknown key 'tiling', expected one of crossbar, mapper");
  refuses(crossbar, "1:1: the key 'mapper' is missing");
  refuses("crossbar: {size: {m: 256}}\nmapper: {mapping_type: dc}\n",
          "1:11: the key 'crossbar.resolution_weight_bits' is missing");
  refuses("mapper: {mapping_type: dc}\n", "1:1: the key 'crossbar' is missing");
  refuses(
      "crossbar: {size: {m: 256, n: 256}, resolution_weight_bits: 2,\n  mvm_write_latencies: 56}\n"
      "mapper: {mapping_type: dc}\n",
      "2:3: unknown key 'crossbar.mvm_write_latencies', expected one of size, "
      "resolution_weight_bits, resolution_input_bits, mvm_write_latency, mvm_execute_latency");
}

TEST_F(TargetDescription, Structure) {
  refuses("- 1\n", "1:1: a target file must be a map, got a list");
  refuses("tiling: dense\ncrossbar: 5\n", "2:11: 'crossbar' must be a map, got '5'");
  refuses("tiling: dense\ncrossbar:\n  row: 128\n",
          "3:3: unknown key 'crossbar.row', expected one of rows, columns, active_rows, cell_bits, "
          "dac_bits, write_latency_us, mvm_latency_us");
  refuses("tilings: dense\n",
          "1:1: unknown key 'tilings', expected one of crossbar, mapping, tiling, "
          "input_encoding, weights, adc, columns_rule, costs");
  refuses("tiling: dense\ntiling: dense\n", "2:1: the key 'tiling' is given twice");
  refuses("tiling: [\n", "2:1: invalid YAML: end of sequence flow not found");
}

TEST_F(TargetDescription, Types) {
  refuses("crossbar: {rows: many}", "1:18: 'crossbar.rows' must be an integer, got 'many'");
  refuses("crossbar: {rows: 010}", "1:18: 'crossbar.rows' must be an integer, got '010'");
  refuses("weights: {slices: [1, 01]}",
          "1:23: 'weights.slices' must be integers in 1..8, got '01'");
  refuses("crossbar: {rows: 1.5}", "1:18: 'crossbar.rows' must be an integer, got '1.5'");
  refuses("crossbar: {rows: [1]}", "1:18: 'crossbar.rows' must be an integer, got a list");
  refuses("crossbar: {rows: }", "1:18: 'crossbar.rows' must be an integer, got nothing");
  refuses("crossbar: {rows: 99999999999999999999}",
          "1:18: 'crossbar.rows' must be an integer, got '99999999999999999999'");
  refuses("crossbar: {mvm_latency_us: fast}",
          "1:28: 'crossbar.mvm_latency_us' must be a number, got 'fast'");
  refuses("tiling: {a: b}", "1:9: 'tiling' must be one of kernel_intact, dense, got a map");
}

TEST_F(TargetDescription, CrossbarRanges) {
  refuses("crossbar: {rows: 0}", "1:18: 'crossbar.rows' must be in 1..65536, got '0'");
  accepts("crossbar: {rows: 1}");
  accepts("crossbar: {rows: 65536}");
  refuses("crossbar: {rows: 65537}", "1:18: 'crossbar.rows' must be in 1..65536, got '65537'");
  refuses("mapping: differential_row\ncrossbar: {rows: 1}",
          "1:10: 'crossbar.active_rows' must be at least 2 for kind differential_row, got '1'");
  refuses("crossbar: {columns: 0}", "1:21: 'crossbar.columns' must be in 1..65536, got '0'");
  refuses("crossbar: {columns: 65537}",
          "1:21: 'crossbar.columns' must be in 1..65536, got '65537'");
  refuses("crossbar: {columns: 255}",
          "1:21: 'crossbar.columns' must be even for kind differential_column, got '255'");
  accepts("mapping: twos_complement\ncrossbar: {columns: 255}");
  refuses("mapping: offset\ncrossbar: {columns: 1}",
          "2:21: 'crossbar.columns' must be at least 2 for kind offset, got '1'");
  refuses("crossbar: {rows: 64, active_rows: 65}",
          "1:35: 'crossbar.active_rows' must be at most the 64 'crossbar.rows', got '65'");
  accepts("crossbar: {rows: 64, active_rows: 64}");
  refuses("crossbar: {active_rows: 0}",
          "1:25: 'crossbar.active_rows' must be in 1..65536, got '0'");
  refuses("mapping: differential_row\ncrossbar: {active_rows: 1}",
          "2:25: 'crossbar.active_rows' must be at least 2 for kind differential_row, got '1'");
  refuses("crossbar: {cell_bits: 0}", "1:23: 'crossbar.cell_bits' must be in 1..8, got '0'");
  accepts("crossbar: {cell_bits: 8, dac_bits: 8}");
  refuses("crossbar: {cell_bits: 9}", "1:23: 'crossbar.cell_bits' must be in 1..8, got '9'");
  refuses("crossbar: {dac_bits: 0}", "1:22: 'crossbar.dac_bits' must be in 1..8, got '0'");
  refuses("crossbar: {dac_bits: 9}", "1:22: 'crossbar.dac_bits' must be in 1..8, got '9'");
  accepts("crossbar: {write_latency_us: 0}");
  refuses("crossbar: {write_latency_us: -0.5}",
          "1:30: 'crossbar.write_latency_us' must be in 0..1e+09, got '-0.5'");
  accepts("crossbar: {write_latency_us: 1e9, mvm_latency_us: 1000000000}");
  refuses("crossbar: {write_latency_us: 1000000001}",
          "1:30: 'crossbar.write_latency_us' must be in 0..1e+09, got '1000000001'");
  refuses("crossbar: {mvm_latency_us: inf}",
          "1:28: 'crossbar.mvm_latency_us' must be in 0..1e+09, got 'inf'");
  refuses("crossbar: {mvm_latency_us: nan}",
          "1:28: 'crossbar.mvm_latency_us' must be in 0..1e+09, got 'nan'");
}

/// A file with one key. A map `adc` must say its kind.
std::string makeFile(llvm::StringRef key, llvm::StringRef value) {
  auto [section, name] = key.split('.');
  if (name.empty())
    return (key + ": " + value).str();
  bool needsKind = section == "adc" && name != "kind";
  return (section + ": {" + (needsKind ? "kind: linear, " : "") + name + ": " + value + "}").str();
}

TEST_F(TargetDescription, Slices) {
  TargetAttr target = parse("crossbar: {cell_bits: 4}\nweights: {slices: [1, 3, 4]}");
  ASSERT_TRUE(target) << error;
  EXPECT_EQ(target.getMapping().getSlices().asArrayRef(), llvm::ArrayRef<int64_t>({1, 3, 4}));
  accepts("crossbar: {cell_bits: 8}\nweights: {slices: [8]}");
  accepts("weights: {slices: [1]}"); // Layers say how many bits they need.
  EXPECT_EQ(parse("weights: {slices: []}"), getDefaultTarget(&context));
  refuses("weights: {slices: 2}", "1:19: 'weights.slices' must be a list, got '2'");
  refuses("weights: {slices: [2, 0]}", "1:23: 'weights.slices' must be integers in 1..8, got '0'");
  refuses("weights: {slices: [2, 9]}", "1:23: 'weights.slices' must be integers in 1..8, got '9'");
  refuses("weights: {slices: [2, x]}", "1:23: 'weights.slices' must be integers in 1..8, got 'x'");
  refuses("weights: {slices: [2, 3]}", "1:19: 'weights.slices' must be of at most 2 "
                                       "'crossbar.cell_bits' each, got a list");
}

TEST_F(TargetDescription, EveryKeyHasItsBounds) {
  for (const TargetKey &key : getTargetKeys(getDefaultTarget(&context))) {
    EXPECT_FALSE(key.meaning.empty() || key.source.empty() || key.range.empty()) << key.name;
    auto refusesValue = [&](const std::string &value, const std::string &rule,
                            const std::string &shown) {
      std::string file = makeFile(key.name, value);
      refuses(file, "1:" + std::to_string(file.rfind(value) + 1) + ": '" + key.name + "' must be " +
                        rule + ", got " + shown);
    };
    if (key.name == "weights.slices") // Has a test of its own.
      continue;
    auto [low, high] = llvm::StringRef(key.range).split("..");
    if (high.empty()) {
      refusesValue("sideways", "one of " + key.range, "'sideways'");
      refusesValue("[1]", "one of " + key.range, "a list");
      continue;
    }
    bool integral =
        key.unit == "rows" || key.unit == "columns" || key.unit == "bits" || key.unit == "cells";
    refusesValue("[1]", integral ? "an integer" : "a number", "a list");
    refusesValue("many", integral ? "an integer" : "a number", "'many'");
    std::string below = std::to_string(std::stoll(low.str()) - 1);
    std::string above = std::to_string(int64_t(std::stod(high.str())) + 1);
    refusesValue(below, "in " + key.range, "'" + below + "'");
    refusesValue(above, "in " + key.range, "'" + above + "'");
    for (llvm::StringRef bound : {low, high}) {
      parse(makeFile(key.name, bound));
      EXPECT_EQ(error.find("must be in"), std::string::npos) << key.name << ": " << error;
    }
  }
}

TEST_F(TargetDescription, Words) {
  refuses("mapping: sideways", "1:10: 'mapping' must be one of differential_column, "
                               "differential_row, offset, twos_complement, got 'sideways'");
  refuses("input_encoding: x", "1:17: 'input_encoding' must be one of offset, twos_complement, "
                               "differential, got 'x'");
  refuses("columns_rule: x", "1:15: 'columns_rule' must be one of published, physical, got 'x'");
  refuses("weights: {granularity: x}",
          "1:24: 'weights.granularity' must be one of layer, channel, array, column, got 'x'");
  refuses("weights: {range: x}", "1:18: 'weights.range' must be one of narrow, full, got 'x'");
  refuses("weights: {slice_rule: x}",
          "1:23: 'weights.slice_rule' must be one of published, magnitude, got 'x'");
}

TEST_F(TargetDescription, Combinations) {
  refuses("weights: {range: full, slice_rule: magnitude}",
          "1:18: 'weights.range' must be narrow for slice_rule magnitude, got 'full'");
  refuses("mapping: offset\nweights: {slice_rule: magnitude}",
          "2:23: 'weights.slice_rule' must be published unless the kind is differential, got "
          "'magnitude'");
  refuses("adc: {kind: linear, bits: 1}", "1:27: 'adc.bits' must be at least 2 for the signed "
                                          "codes of a differential kind, got '1'");
  accepts("mapping: offset\nadc: {kind: linear, bits: 1}");
  refuses("adc: {kind: linear, range: narrow}\nmapping: twos_complement",
          "1:28: 'adc.range' must be full for the unsigned codes of kind twos_complement, got "
          "'narrow'");
}

TEST_F(TargetDescription, Adc) {
  refuses("adc: {bits: 8}", "1:6: the key 'adc.kind' is missing");
  refuses("adc: {kind: x}", "1:13: 'adc.kind' must be one of ideal, linear, table, got 'x'");
  refuses("adc: {kind: linear, placement: preactivation}",
          "1:32: 'adc.placement' must be partial_sum unless the kind of the ADC is table, got "
          "'preactivation'");
  refuses("adc: {kind: linear, placement: x}",
          "1:32: 'adc.placement' must be one of partial_sum, preactivation, got 'x'");
  accepts("adc: {kind: table, bits: 1}");
  refuses("adc: {kind: table, range: narrow}",
          "1:27: 'adc.range' must be full with 'adc.kind' table, got 'narrow'");
  accepts("adc: {kind: table, reference_unit: 256}");
  for (const char *unit : {"0", "257"})
    refuses(std::string("adc: {kind: table, reference_unit: ") + unit + "}",
            std::string("1:36: 'adc.reference_unit' must be in 1..256, got '") + unit + "'");
  refuses("adc: {kind: linear, reference_unit: 2}",
          "1:37: 'adc.reference_unit' must be 1 unless 'adc.kind' is table, got '2'");
  refuses("adc: {kind: linear, bits: 0}", "1:27: 'adc.bits' must be in 1..16, got '0'");
  accepts("adc: {kind: linear, bits: 2}");
  accepts("adc: {kind: linear, bits: 16}");
  refuses("adc: {kind: linear, bits: 17}", "1:27: 'adc.bits' must be in 1..16, got '17'");
  refuses("adc: {kind: linear, granularity: channel}",
          "1:34: 'adc.granularity' must be one of layer, array, column, got 'channel'");
  refuses("adc: {kind: linear, range: x}",
          "1:28: 'adc.range' must be one of full, narrow, got 'x'");
}

TEST_F(TargetDescription, Documents) {
  accepts("---\ntiling: dense\n...\n");
  refuses("tiling: dense\n---\ntiling: dense\n", "3:1: a target file must be one document, got 2");
}

TEST_F(TargetDescription, UnreadableFiles) {
  EXPECT_FALSE(read("no/such/target.yaml"));
  EXPECT_EQ(error, "1:1: cannot read the file: No such file or directory");
  EXPECT_FALSE(read(testing::TempDir()));
  EXPECT_EQ(error, "1:1: cannot read the file: not a regular file");
  std::string fifo = testing::TempDir() + "target" + std::to_string(getpid());
  ASSERT_EQ(mkfifo(fifo.c_str(), 0600), 0);
  EXPECT_FALSE(read(fifo));
  EXPECT_EQ(error, "1:1: cannot read the file: not a regular file");
  std::remove(fifo.c_str());
  accepts(std::string(1 << 20, '#'));
  refuses(std::string((1 << 20) + 1, '#'),
          "1:1: a target file must have at most 1048576 bytes, got 1048577");
}

} // namespace
