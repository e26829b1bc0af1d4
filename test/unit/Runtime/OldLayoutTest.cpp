//===- OldLayoutTest.cpp - Weights of old files ---------------------------===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Where there is an ADC, files of versions 1 to 4 have a block of digits for each slice of a
// tile. They are joined when they are read, and refused if they are not the digits of codes.
//
//===----------------------------------------------------------------------===//

#include "TestLayer.h"
#include "kernels/MvmDigits.h"

namespace {

constexpr int64_t kBlocks[] = {16 * format::kColumnBlock, 20 * format::kColumnBlock};

/// The digits of the codes, packed like codes.
std::vector<int8_t> packDigits(const TestLayer &layer, const format::Plane &plane) {
  TestLayer digits = layer;
  digits.codes.resize(192);
  cim::runtime::cutPlane(plane, digits.codes.data(), 0, 1, 48, digits.codes.data());
  return digits.packedCodes();
}

std::vector<int8_t> makeSlices(const TestLayer &layer) {
  std::vector<format::Plane> planes = format::makePlanes(layer.kind, {2, 2});
  std::vector<int8_t> slices[] = {packDigits(layer, planes[0]), packDigits(layer, planes[1])};
  std::vector<int8_t> section;
  int64_t begin = 0;
  for (int64_t block : kBlocks) {
    for (const std::vector<int8_t> &slice : slices)
      section.insert(section.end(), slice.begin() + begin, slice.begin() + begin + block);
    begin += block;
  }
  return section;
}

std::vector<uint8_t> withVersion(TestProgram &program, uint8_t version) {
  std::vector<uint8_t> file = program.bytes();
  file[offsetof(format::FileHeader, version)] = version;
  return file;
}

TEST(OldLayout, HasTheSameResults) {
  forEachSeed(20, [](Random &random) {
    TestLayer layer(random);
    layer.kind = random.flip() ? format::MappingKind_Offset : format::MappingKind_DifferentialRow;
    layer.table = random.flip();
    TestProgram now, before;
    buildLayerProgram(now, layer);
    layer.makeSection = makeSlices;
    buildLayerProgram(before, layer);
    std::vector<float> x = randomFloats(random, 3 * 6 * 6 * 4);
    LoadedTest expected(now), loaded(withVersion(before, 4));
    EXPECT_EQ(loaded.run<float>(loaded.executor(1).get(), 3, {x.data()}),
              expected.run<float>(expected.executor(1).get(), 3, {x.data()}));
  });
}

/// What the loader says of a file of version 4 with one other digit.
std::string refusalOf(size_t at, int8_t digit,
                      format::MappingKind kind = format::MappingKind_DifferentialRow) {
  Random random(1);
  TestLayer layer(random);
  layer.kind = kind;
  layer.makeSection = makeSlices;
  TestProgram program;
  buildLayerProgram(program, layer);
  std::vector<uint8_t> file = withVersion(program, 4);
  auto *section = reinterpret_cast<int8_t *>(file.data() + program.data.arrays[0].section_offset());
  int64_t block = kBlocks[0];
  section[0] = section[block] = 0; // The first code, or one of the offset mapping: -8.
  section[1] = section[block + 1] = 1;
  section[at] = digit;
  return refusal(file);
}

TEST(OldLayout, RefusesWhatAreNoDigits) {
  const std::string digits = "arrays 0: digits must fit their slices, have the sign of their code "
                             "and be 0 where there is no row or column";
  const size_t block = kBlocks[0], lastColumn = 15 * format::kRowBlock;
  EXPECT_EQ(refusalOf(0, 3), "");
  EXPECT_EQ(refusalOf(0, -3), "");
  EXPECT_EQ(refusalOf(0, 4), digits);
  EXPECT_EQ(refusalOf(0, -4), digits);
  EXPECT_EQ(refusalOf(1, 3), "");
  EXPECT_EQ(refusalOf(1, -1), digits); // 3 = -1 + 4 * 1
  EXPECT_EQ(refusalOf(lastColumn, 1), digits);
  EXPECT_EQ(refusalOf(block + lastColumn, 1), digits);
  EXPECT_EQ(refusalOf(1, 3, format::MappingKind_Offset),
            "instruction 1 (mvm 'layer'): weight codes "
            "must lie in -7..7 and be 0 where there is "
            "no row or column");
  EXPECT_EQ(refusalOf(0, -1, format::MappingKind_Offset), digits);
  EXPECT_EQ(refusalOf(0, 4, format::MappingKind_Offset), digits);
}

TEST(OldLayout, GoesWithTheVersion) {
  auto refusalOf = [](bool adc, bool sliced, uint8_t version) {
    Random random(1);
    TestLayer layer(random, adc);
    TestProgram program;
    if (sliced)
      layer.makeSection = makeSlices;
    buildLayerProgram(program, layer);
    return refusal(withVersion(program, version));
  };
  const std::string rule =
      "a program of version 4 or less must have 'whole' arrays exactly for ideal ADCs";
  for (uint8_t version = 1; version <= 4; ++version) {
    EXPECT_EQ(refusalOf(true, true, version), "");
    EXPECT_EQ(refusalOf(false, false, version), "");
    EXPECT_EQ(refusalOf(true, false, version), rule);
    EXPECT_EQ(refusalOf(false, true, version), rule);
  }
  EXPECT_EQ(refusalOf(true, false, 5), "");
  EXPECT_EQ(refusalOf(true, true, 5), "a program of version 5 or more must have 'whole' arrays");
}

TEST(OldLayout, RefusesSectionsOfOtherSizes) {
  Random random(1);
  TestLayer layer(random);
  layer.makeSection = makeSlices;
  TestProgram program;
  buildLayerProgram(program, layer);
  int64_t bytes = program.data.arrays[0].section_bytes();
  program.data.arrays[0].mutate_section_bytes(bytes / 2);
  EXPECT_EQ(refusal(withVersion(program, 4)),
            "arrays 0: 'section_bytes' must fit the arrays, got " + std::to_string(bytes / 2));
}

} // namespace
