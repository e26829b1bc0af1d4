//===- SumsTest.cpp - Bounds of integer sums --------------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Both sides of each bound: from the range of codes, from the codes themselves, and in
// programs that are loaded.
//
//===----------------------------------------------------------------------===//

#include "TestProgram.h"
#include "Verify.h"

#include <tuple>

namespace {

/// A layer whose sums are checked: by default one tile, slice and cycle, all of 8 bits.
struct Layer {
  int64_t rows;
  int64_t code = 127;
  bool ideal = false;
  std::vector<int64_t> slices = {8}, cycles = {8};
  int32_t bits = 8;
  format::InputEncoding encoding = format::InputEncoding_Offset;
  int32_t zeroPoint = 0;
  std::vector<int64_t> tiles = {rows};

  format::PackedShape shape(int64_t columns) const { return {1, rows, columns, 1, tiles}; }

  /// `codes` are [rows][columns], or unknown.
  std::string check(const std::vector<int8_t> &codes = {}) const {
    format::ProgramData data;
    auto span = [&](const std::vector<int64_t> &values) {
      data.ints.insert(data.ints.end(), values.begin(), values.end());
      return format::Span(data.ints.size() - values.size(), values.size());
    };
    int64_t columns = std::max<int64_t>(codes.size() / rows, 1);
    data.arrays.emplace_back(1, rows, columns, 1, span(tiles), span(slices), 0, 0, 0, 0, 1,
                             format::MappingKind_DifferentialColumn, /*whole=*/true, 0, 0, 0);
    format::Mvm mvm(0, -1, span(cycles), 0, 0, -1, -1, 0, 0, 1, bits, zeroPoint,
                    ideal ? format::AdcKind_Ideal : format::AdcKind_Linear, true, true, encoding);
    std::vector<int8_t> section(codes.empty() ? 0 : shape(columns).bytes());
    if (!codes.empty())
      format::packWeights(shape(columns), codes.data(), section.data());
    return format::checkSums(data, mvm, -code, code, codes.empty() ? nullptr : section.data());
  }
};

/// Both sides of the bound on partial sums: `rows` are the most that may be.
void expectMostRows(Layer layer, const std::string &beyond) {
  EXPECT_EQ(layer.check(), "");
  layer.tiles = {++layer.rows};
  EXPECT_EQ(layer.check(), "partial sums must be below 2^24, got up to " + beyond);
}

TEST(Sums, PartialSums) {
  expectMostRows({518}, "16807815"); // Each row adds up to 255 * 127.
  Layer digits{798915, 7, false, {1, 3}, {1, 3}, 4};
  expectMostRows(digits, "16777236"); // 3 * 7
  digits.cycles = {3, 1};
  expectMostRows(digits, "16777236");
  // Differential inputs are at most 8 for z = 8: digits 0 and 4, or 7 and 1.
  digits.encoding = format::InputEncoding_Differential;
  digits.zeroPoint = 8;
  expectMostRows(digits, "16777236");
  digits.cycles = {1, 3};
  digits.rows = 1398101;
  digits.tiles = {digits.rows};
  expectMostRows(digits, "16777224");
  // At most 254, 128 or, in the second pass alone, 255.
  const std::tuple<int32_t, int64_t, const char *> differential[] = {
      {1, 520, "16806418"}, {128, 1032, "16792448"}, {255, 518, "16807815"}};
  for (auto [zeroPoint, rows, beyond] : differential) {
    Layer layer{rows};
    layer.encoding = format::InputEncoding_Differential;
    layer.zeroPoint = zeroPoint;
    expectMostRows(layer, beyond);
  }
}

TEST(Sums, IdealSums) {
  Layer layer{66311, 127, true};
  EXPECT_EQ(layer.check(), "");
  layer.tiles.assign(66311, 1);
  EXPECT_EQ(layer.check(), "");
  layer.tiles.push_back(1);
  ++layer.rows;
  EXPECT_EQ(layer.check(), "sums of an ideal layer must be below 2^31, got up to 2147514120");
}

/// Two columns of 1038 rows: 519 of 127 would be too many in one sum.
std::vector<int8_t> alternatingCodes() {
  std::vector<int8_t> codes(2 * 1038);
  for (size_t i = 0; i < codes.size(); ++i)
    codes[i] = static_cast<int8_t>(i / 2 % 2 == i % 2 ? 127 : -127);
  codes[0] = 7; // 518 * 127 + 7 = (2^24 - 1) / 255
  codes[1] = -7;
  codes[2] = -7;
  codes[3] = 7;
  return codes;
}

TEST(Sums, PartialSumsOfCodes) {
  Layer layer{1038};
  std::vector<int8_t> codes = alternatingCodes();
  EXPECT_EQ(layer.check(codes), "");
  for (size_t i = 0; i < 4; ++i) { // The sums of either sign of both columns.
    std::vector<int8_t> more = codes;
    more[i] = static_cast<int8_t>(more[i] > 0 ? 8 : -8);
    EXPECT_EQ(layer.check(more), "partial sums must be below 2^24, got up to 16777470");
  }
  codes.assign(2 * 1038, 127);
  layer.tiles = {518, 2, 518};
  EXPECT_EQ(layer.check(codes), "");
  layer.tiles = {517, 519, 2};
  EXPECT_EQ(layer.check(codes), "partial sums must be below 2^24, got up to 16807815");
}

/// A product with weights of 8 bits in one slice and one tile.
void buildWideProgram(TestProgram &program, const std::vector<int8_t> &codes, bool adc) {
  format::PackedShape shape = {1, 1038, 2, 1, {1038}};
  std::vector<int8_t> packed(shape.bytes());
  format::packWeights(shape, codes.data(), packed.data());
  uint64_t section = program.section(packed.data(), packed.size());
  program.data.arrays.emplace_back(1, 1038, 2, 1, program.span({1038}), program.span({8}), section,
                                   packed.size(), 0, 0, 1, format::MappingKind_DifferentialColumn,
                                   /*whole=*/true, -127, 127, 0);
  std::vector<float> ones(2, 1.0f);
  uint32_t x = program.input<float>({1, 1038}), y = program.result<float>({1, 2});
  uint32_t start = program.constant({2}, ones.data());
  uint32_t scale = program.constant({1, 1, 2}, ones.data());
  program.data.mvms.emplace_back(0, -1, program.span({8}), start, scale, adc ? int32_t(scale) : -1,
                                 -1, -128, 127, 1.0f, 8, 0,
                                 adc ? format::AdcKind_Linear : format::AdcKind_Ideal, true, true,
                                 format::InputEncoding_Offset);
  program.add(format::Opcode_WriteArrays, {}, 0, 0);
  program.add(format::Opcode_Mvm, {x}, y, 0);
  program.output(y);
}

TEST(Sums, LoadsWhatCodesAllow) {
  auto refusalOf = [](const std::vector<int8_t> &codes, bool adc) {
    TestProgram program;
    buildWideProgram(program, codes, adc);
    return refusal(program.bytes());
  };
  std::vector<int8_t> codes = alternatingCodes(), more = codes;
  more[0] = 8;
  const std::string reason = "partial sums must be below 2^24, got up to 16777470";
  EXPECT_EQ(refusalOf(codes, true), "");
  EXPECT_EQ(refusalOf(more, true), "instruction 1 (mvm 'layer'): " + reason);
  EXPECT_EQ(refusalOf(std::vector<int8_t>(2 * 1038, 127), false), "");
  TestProgram program;
  buildWideProgram(program, std::vector<int8_t>(2 * 1038), true);
  LoadedTest loaded(program);
  auto replace = [&](std::vector<int8_t> &values) {
    cim_tensor view = {CIM_I8, 3, {1, 1038, 2}, values.data()};
    cim_message message = {};
    cim_program_replace(loaded.program.get(), 1, "weight_codes", &view, &message);
    return std::string(message.text);
  };
  EXPECT_EQ(replace(codes), "");
  EXPECT_EQ(replace(more), reason);
}

} // namespace
