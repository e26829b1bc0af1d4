//===- ResultsTest.cpp - Tests of rows and the Pareto front -----*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The front against its definition, pair by pair, on few and on many distinct values; the journal's
// lines there and back.
//
//===----------------------------------------------------------------------===//

#include "cim-mlir/Sweep/Results.h"
#include "gtest/gtest.h"
#include <random>

using namespace cim::sweep;
using Pair = std::pair<double, double>; // Accuracy, cost.

static std::vector<bool> getFrontByDefinition(const std::vector<Pair> &points) {
  std::vector<bool> front;
  for (const Pair &point : points) {
    bool isBeaten = false;
    for (const Pair &other : points)
      isBeaten |= other.first >= point.first && other.second <= point.second && other != point;
    front.push_back(!isBeaten);
  }
  return front;
}

TEST(Pareto, IsWhatNoOtherPointBeats) {
  std::mt19937 random(0);
  for (int run = 0; run < 2000; ++run) {
    int values = run % 2 ? 4 : 1000; // Few values give ties.
    std::vector<Pair> points(random() % 30);
    for (Pair &point : points)
      point = {double(random() % values), double(random() % values)};
    EXPECT_EQ(getParetoFront(points), getFrontByDefinition(points)) << "run " << run;
  }
}

TEST(Pareto, KeepsEqualPoints) {
  EXPECT_EQ(getParetoFront({{0.9, 5}, {0.8, 5}, {0.9, 5}, {0.7, 1}, {0.7, 2}}),
            (std::vector<bool>{true, false, true, true, false}));
}

TEST(Lines, ReadBack) {
  Result result{{{"top1", 0.1}, {"correct", int64_t(7)}, {"latency_us", 1e300}}, ""};
  std::string line = printLine("abc", result), key;
  Result read;
  ASSERT_TRUE(parseLine(line, key, read));
  EXPECT_EQ(key, "abc");
  EXPECT_EQ(read.numbers, result.numbers);
  EXPECT_EQ(read.error, "");
  EXPECT_EQ(read.get("top1"), 0.1);
  EXPECT_EQ(read.get("absent"), std::nullopt);
  EXPECT_EQ(printLine("abc", read), line);
}

TEST(Lines, ReadErrorsBack) {
  std::string error = "m.onnx: error: 'a\"b',\n\xff", key;
  Result read;
  ASSERT_TRUE(parseLine(printLine("k", {{}, error}), key, read));
  EXPECT_EQ(read.error.substr(0, 22), error.substr(0, 22));
}

TEST(Lines, TornOnesAreRefused) {
  std::string line = printLine("abc", {{{"top1", 0.5}, {"correct", int64_t(1)}}, ""}), key;
  line.pop_back(); // The end of the line.
  for (size_t length = 0; length < line.size(); ++length) {
    Result read;
    EXPECT_FALSE(parseLine(llvm::StringRef(line).take_front(length), key, read));
  }
  Result read;
  for (const char *text :
       {"[]", "{}", R"({"key": 1})", R"({"key": "k"})", R"({"key": "k", "numbers": [1]})",
        R"({"key": "k", "numbers": [["a"]]})", R"({"key": "k", "numbers": [[1, 2]]})"})
    EXPECT_FALSE(parseLine(text, key, read)) << text;
}
