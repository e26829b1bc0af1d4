//===- ComparisonTest.cpp - Tests of comparisons ----------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Both sides of the tolerances, and every element type.
//
//===----------------------------------------------------------------------===//

#include "cim-mlir/Conformance/Comparison.h"
#include "gtest/gtest.h"
#include <cmath>
#include <cstring>

using namespace cim;
using conformance::compare;
using data::Array;
using data::ElementType;

template <typename T>
static Array makeArray(ElementType type, std::vector<int64_t> shape, const std::vector<T> &values) {
  Array array{type, std::move(shape), std::vector<uint8_t>(values.size() * sizeof(T))};
  std::memcpy(array.bytes.data(), values.data(), array.bytes.size());
  return array;
}

static std::string compareFloats(float expected, float got) {
  return compare(makeArray<float>(ElementType::F32, {}, {expected}),
                 makeArray<float>(ElementType::F32, {}, {got}));
}

TEST(Comparison, FloatsHaveTolerances) {
  EXPECT_EQ(compareFloats(0, 0.9e-7f), "");
  EXPECT_NE(compareFloats(0, 1.1e-7f), "");
  EXPECT_EQ(compareFloats(100, 100.09f), "");
  EXPECT_EQ(compareFloats(100, 99.91f), "");
  EXPECT_EQ(compareFloats(100, 100.11f), "index []: expected 100, got 100.110001");
  EXPECT_EQ(compareFloats(0.0f, -0.0f), "");
}

TEST(Comparison, SpecialFloatsAreThemselves) {
  float infinity = INFINITY, nan = NAN;
  EXPECT_EQ(compareFloats(nan, nan), "");
  EXPECT_EQ(compareFloats(nan, 0), "index []: expected nan, got 0");
  EXPECT_NE(compareFloats(0, nan), "");
  EXPECT_EQ(compareFloats(infinity, infinity), "");
  EXPECT_EQ(compareFloats(-infinity, -infinity), "");
  EXPECT_NE(compareFloats(infinity, -infinity), "");
  EXPECT_NE(compareFloats(infinity, 3e38f), "");
  EXPECT_NE(compareFloats(3e38f, infinity), "");
}

template <typename T> static void testIntegers(ElementType type, T low, T high) {
  Array array = makeArray<T>(type, {2, 2}, {low, high, 0, 1});
  EXPECT_EQ(compare(array, array), "");
  EXPECT_EQ(compare(array, makeArray<T>(type, {2, 2}, {low, high, 1, 1})),
            "index [1, 0]: expected 0, got 1");
  EXPECT_EQ(compare(array, makeArray<T>(type, {2, 2}, {low, low, 0, 1})),
            "index [0, 1]: expected " + std::to_string(high) + ", got " + std::to_string(low));
}

TEST(Comparison, IntegersAreEqual) {
  testIntegers<int64_t>(ElementType::I64, INT64_MIN, INT64_MAX);
  testIntegers<int32_t>(ElementType::I32, INT32_MIN, INT32_MAX);
  testIntegers<int8_t>(ElementType::I8, INT8_MIN, INT8_MAX);
  testIntegers<uint8_t>(ElementType::U8, 0, UINT8_MAX);
  testIntegers<uint8_t>(ElementType::Bool, 0, 1);
}

TEST(Comparison, TypesAndShapesAreEqual) {
  Array floats = makeArray<float>(ElementType::F32, {2, 1}, {1, 2});
  EXPECT_EQ(compare(floats, makeArray<float>(ElementType::F32, {2}, {1, 2})),
            "expected shape [2, 1], got [2]");
  EXPECT_EQ(compare(floats, makeArray<int32_t>(ElementType::I32, {2, 1}, {1, 2})),
            "expected element type float32, got int32");
  Array empty = makeArray<float>(ElementType::F32, {0, 3}, {});
  EXPECT_EQ(compare(empty, empty), "");
  Array doubles = makeArray<double>(ElementType::F64, {1}, {1});
  EXPECT_EQ(compare(doubles, doubles), "cannot compare elements of type float64");
}
