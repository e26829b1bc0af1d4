//===- PackedWeightsTest.cpp - Packing, its inverse and digits -------------===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Known layouts by hand, random ones there and back, and the digits of codes.
//
//===----------------------------------------------------------------------===//

#include "cim-runtime/PackedWeights.h"
#include "RandomTest.h"
#include "kernels/MvmDigits.h"

#include <numeric>

using namespace cim::format;
using cim::runtime::cutPlane;

TEST(PackedWeights, StoresRowsByKernelPositionThenChannel) {
  EXPECT_EQ(storedRowOrder(0, 6, 2), (std::vector<int64_t>{0, 2, 4, 1, 3, 5}));
  EXPECT_EQ(storedRowOrder(3, 4, 2), (std::vector<int64_t>{4, 6, 3, 5}));
  EXPECT_EQ(storedRowOrder(5, 3, 1), (std::vector<int64_t>{5, 6, 7}));
  EXPECT_EQ(storedRowOrder(4, 1, 9), (std::vector<int64_t>{4}));
}

TEST(PackedWeights, StoresFourRowsOfAColumnTogether) {
  PackedShape shape = {1, 5, 2, 1, {5}};
  ASSERT_EQ(shape.bytes(), 2 * 4 * 16);
  std::vector<int8_t> codes = {1, 2, 3, 4, 5, 6, 7, 8, -9, -10}, section(shape.bytes(), 99);
  packWeights(shape, codes.data(), section.data());
  std::vector<int8_t> expected(section.size());
  const int8_t first[] = {1, 3, 5, 7, 2, 4, 6, 8};
  std::copy(std::begin(first), std::end(first), expected.begin());
  expected[64] = -9;
  expected[68] = -10;
  EXPECT_EQ(section, expected);
}

TEST(PackedWeights, StoresCodesOfOneBitAsTheCellsHoldThem) {
  PackedShape shape = {1, 2, 1, 1, {2}, true};
  std::vector<int8_t> codes = {-1, 1}, section(shape.bytes(), 99);
  packWeights(shape, codes.data(), section.data());
  std::vector<int8_t> expected(section.size());
  expected[1] = 1;
  EXPECT_EQ(section, expected);
}

/// The digits of codes in one slice after the other.
static std::vector<int> cut(MappingKind kind, const std::vector<int64_t> &slices,
                            const std::vector<int8_t> &codes) {
  std::vector<int> digits;
  for (const Plane &plane : makePlanes(kind, slices)) {
    std::vector<int8_t> padded(128), out(128);
    std::copy(codes.begin(), codes.end(), padded.begin() + 60);
    cutPlane(plane, padded.data(), 64, 2, 16, out.data());
    for (size_t i = 0; i < codes.size(); ++i)
      digits.push_back(out[60 + i]);
  }
  return digits;
}

TEST(PackedWeights, DigitsOfSlices) {
  using Digits = std::vector<int>;
  EXPECT_EQ(cut(MappingKind_DifferentialColumn, {2, 2}, {5, -3}), (Digits{1, -3, 1, 0}));
  EXPECT_EQ(cut(MappingKind_DifferentialRow, {8}, {-128, 127}), (Digits{-128, 127}));
  EXPECT_EQ(cut(MappingKind_DifferentialRow, {4, 5, 7}, {-128, 127}), (Digits{0, 15, -8, 7, 0, 0}));
  // The worked example: u = (13, 5).
  EXPECT_EQ(cut(MappingKind_Offset, {2, 2}, {5, -3}), (Digits{1, 1, 3, 1}));
  EXPECT_EQ(cut(MappingKind_Offset, {1, 3}, {7, -8}), (Digits{1, 0, 7, 0}));
  EXPECT_EQ(cut(MappingKind_Offset, {8}, {127, -128}), (Digits{127, -128}));
  EXPECT_EQ(cut(MappingKind_Offset, {4, 4}, {127, -128}), (Digits{15, 0, 15, 0}));
  EXPECT_EQ(cut(MappingKind_Offset, {1}, {1, 0}), (Digits{1, 0}));
  EXPECT_EQ(cut(MappingKind_TwosComplement, {2, 1, 1}, {5, -3}), (Digits{1, 1, 1, 1, 0, 1}));
  EXPECT_EQ(cut(MappingKind_TwosComplement, {7, 1}, {127, -128}), (Digits{127, 0, 0, 1}));
}

/// Every code is the sum of its weighted digits.
TEST(PackedWeights, DigitsAddUpToCodes) {
  std::vector<int8_t> codes(256);
  std::iota(codes.begin(), codes.end(), -128);
  forEachSeed(50, [&](Random &random) {
    auto kind = static_cast<MappingKind>(random.in(1, 3));
    std::vector<int64_t> slices;
    for (int64_t left = kind == MappingKind_TwosComplement ? 7 : 8; left > 0; left -= slices.back())
      slices.push_back(random.in(1, left));
    if (kind == MappingKind_TwosComplement)
      slices.push_back(1);
    std::vector<Plane> planes = makePlanes(kind, slices);
    std::vector<int> sums(codes.size(), -planes[0].bias);
    std::vector<int8_t> digits(codes.size());
    for (size_t s = 0, shift = 0; s < slices.size(); shift += slices[s++]) {
      bool isSignBit = kind == MappingKind_TwosComplement && s + 1 == slices.size();
      cutPlane(planes[s], codes.data(), 64, 4, 16, digits.data());
      for (size_t i = 0; i < codes.size(); ++i)
        sums[i] += (digits[i] + planes[s].lift) * (isSignBit ? -1 : 1) * (1 << shift);
    }
    EXPECT_EQ(sums, std::vector<int>(codes.begin(), codes.end()));
  });
}

TEST(PackedWeights, UnpackingInvertsPacking) {
  forEachSeed(200, [](Random &random) {
    int64_t area = random.in(1, 9), rows = area * random.in(1, 20);
    PackedShape shape = {random.in(1, 3), rows, random.in(1, 40), area, {}, random.flip()};
    for (int64_t left = rows; left > 0; left -= shape.tiles.back())
      shape.tiles.push_back(random.in(1, left));
    std::vector<int8_t> codes(shape.groups * rows * shape.columns), back(codes.size(), 99);
    for (int8_t &code : codes)
      code = static_cast<int8_t>(shape.signs ? 2 * random.in(0, 1) - 1 : random.in(-128, 127));
    std::vector<int8_t> section(shape.bytes(), 1);
    packWeights(shape, codes.data(), section.data());
    unpackWeights(shape, section.data(), back.data());
    EXPECT_EQ(codes, back);
  });
}
