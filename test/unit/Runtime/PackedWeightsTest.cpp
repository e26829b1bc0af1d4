//===- PackedWeightsTest.cpp - Packing and its inverse --------------------===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Known layouts by hand, random ones there and back.
//
//===----------------------------------------------------------------------===//

#include "cim-runtime/PackedWeights.h"
#include "RandomTest.h"

using namespace cim::format;

TEST(PackedWeights, StoresRowsByKernelPositionThenChannel) {
  EXPECT_EQ(storedRowOrder(0, 6, 2), (std::vector<int64_t>{0, 2, 4, 1, 3, 5}));
  EXPECT_EQ(storedRowOrder(3, 4, 2), (std::vector<int64_t>{4, 6, 3, 5}));
  EXPECT_EQ(storedRowOrder(5, 3, 1), (std::vector<int64_t>{5, 6, 7}));
  EXPECT_EQ(storedRowOrder(4, 1, 9), (std::vector<int64_t>{4}));
}

TEST(PackedWeights, SlicesAreSignedDigits) {
  PackedShape shape = {1, 2, 1, 1, {2}, {2, 2}, WeightLayout_Slices};
  ASSERT_EQ(shape.bytes(), 2 * 4 * 16);
  std::vector<int8_t> codes = {5, -3}, section(shape.bytes(), 99);
  packWeights(shape, codes.data(), section.data());
  EXPECT_EQ(section[0], 1);
  EXPECT_EQ(section[1], -3);
  EXPECT_EQ(section[64], 1);
  EXPECT_EQ(section[65], 0);
  for (size_t i = 0; i < section.size(); ++i)
    if (i != 0 && i != 1 && i != 64)
      EXPECT_EQ(section[i], 0) << i;
}

/// Widths that hold `bits` bits of magnitude and perhaps more.
static std::vector<int64_t> randomSlices(Random &random, int64_t bits) {
  std::vector<int64_t> slices;
  for (int64_t sum = 0; sum < bits; sum += slices.back())
    slices.push_back(random.in(1, 4));
  return slices;
}

TEST(PackedWeights, SlicesOfOtherMappings) {
  auto pack = [](MappingKind kind, std::vector<int64_t> slices, std::vector<int8_t> codes,
                 WeightLayout layout = WeightLayout_Slices) {
    PackedShape shape = {1, 2, 1, 1, {2}, slices, layout, kind};
    std::vector<int8_t> section(shape.bytes(), 99), digits;
    packWeights(shape, codes.data(), section.data());
    for (size_t i = 0; i < section.size(); ++i) {
      if (i % 64 < 2)
        digits.push_back(section[i]);
      else
        EXPECT_EQ(section[i], 0) << i;
    }
    return digits;
  };
  using Digits = std::vector<int8_t>;
  // The worked example: u = (13, 5).
  EXPECT_EQ(pack(MappingKind_Offset, {2, 2}, {5, -3}), (Digits{1, 1, 3, 1}));
  EXPECT_EQ(pack(MappingKind_Offset, {1, 3}, {7, -8}), (Digits{1, 0, 7, 0}));
  EXPECT_EQ(pack(MappingKind_Offset, {8}, {127, -128}), (Digits{127, -128}));
  EXPECT_EQ(pack(MappingKind_Offset, {4, 4}, {127, -128}), (Digits{15, 0, 15, 0}));
  EXPECT_EQ(pack(MappingKind_Offset, {1}, {1, -1}), (Digits{1, 0}));
  EXPECT_EQ(pack(MappingKind_Offset, {1}, {1, -1}, WeightLayout_Whole), (Digits{1, 0}));
  EXPECT_EQ(pack(MappingKind_Offset, {2, 2}, {5, -3}, WeightLayout_Whole), (Digits{5, -3}));
  EXPECT_EQ(pack(MappingKind_TwosComplement, {2, 1, 1}, {5, -3}), (Digits{1, 1, 1, 1, 0, 1}));
  EXPECT_EQ(pack(MappingKind_TwosComplement, {7, 1}, {127, -128}), (Digits{127, 0, 0, 1}));
  EXPECT_EQ(pack(MappingKind_TwosComplement, {3, 1}, {5, -3}, WeightLayout_Whole), (Digits{5, -3}));
}

/// The same with slices of all bits of the codes.
static std::vector<int64_t> exactSlices(Random &random, int64_t bits) {
  std::vector<int64_t> slices;
  for (int64_t left = bits; left > 0; left -= slices.back())
    slices.push_back(random.in(1, left));
  return slices;
}

TEST(PackedWeights, UnpackingInvertsPackingOfOtherMappings) {
  forEachSeed(200, [](Random &random) {
    bool isOffset = random.flip();
    int64_t bits = random.in(isOffset ? 1 : 2, 8), half = int64_t(1) << (bits - 1);
    PackedShape shape = {random.in(1, 2),
                         random.in(1, 9),
                         random.in(1, 20),
                         1,
                         {},
                         exactSlices(random, isOffset ? bits : bits - 1),
                         random.flip() ? WeightLayout_Slices : WeightLayout_Whole,
                         isOffset ? MappingKind_Offset : MappingKind_TwosComplement};
    if (!isOffset)
      shape.slices.push_back(1);
    for (int64_t left = shape.rows; left > 0; left -= shape.tiles.back())
      shape.tiles.push_back(random.in(1, left));
    std::vector<int8_t> codes(shape.groups * shape.rows * shape.columns), back(codes.size(), 1);
    for (int8_t &code : codes)
      code = static_cast<int8_t>(bits == 1 ? 2 * random.in(0, 1) - 1 : random.in(-half, half - 1));
    std::vector<int8_t> section(shape.bytes(), 1);
    packWeights(shape, codes.data(), section.data());
    unpackWeights(shape, section.data(), back.data());
    EXPECT_EQ(codes, back);
  });
}

TEST(PackedWeights, UnpackingInvertsPacking) {
  forEachSeed(200, [](Random &random) {
    int64_t area = random.in(1, 9), rows = area * random.in(1, 20);
    PackedShape shape = {random.in(1, 3),
                         rows,
                         random.in(1, 40),
                         area,
                         {},
                         randomSlices(random, 8),
                         random.flip() ? WeightLayout_Slices : WeightLayout_Whole};
    for (int64_t left = rows; left > 0; left -= shape.tiles.back())
      shape.tiles.push_back(random.in(1, left));
    std::vector<int8_t> codes(shape.groups * rows * shape.columns), back(codes.size(), 1);
    for (int8_t &code : codes)
      code = static_cast<int8_t>(random.in(-128, 127));
    std::vector<int8_t> section(shape.bytes(), 1);
    packWeights(shape, codes.data(), section.data());
    unpackWeights(shape, section.data(), back.data());
    EXPECT_EQ(codes, back);
  });
}
