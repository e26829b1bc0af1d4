//===- ReportTest.cpp - Tests of tables of results --------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Which diagnostics are alike, and how rows are ordered.
//
//===----------------------------------------------------------------------===//

#include "cim-mlir/Conformance/Report.h"
#include "gtest/gtest.h"

using namespace cim;
using namespace cim::conformance;

static conformance::Test refused(const char *op, const char *detail) {
  return {"test", op, false, {Verdict::Refused, detail, {}}};
}

TEST(Reasons, AreAlikeWithoutNamesAndNumbers) {
  conformance::Test tests[] = {
      refused("Conv", "node 'a' (Conv): input 'x' must have rank 4, got shape [2, 3]"),
      refused("Pad", "node 'b' (Conv): input 'y' must have rank 5, got shape []"),
      refused("Pad", "node 'b' (Pad): attribute 'mode' must be 0.5, got -1"),
      refused("Max", "'y': no digital instruction for 'tosa.intdiv'"),
      refused("Max", "a | b"),
  };
  EXPECT_EQ(getReasons(tests), "| tests | refused because | operators |\n|--:|---|---|\n"
                               "| 2 | input '_' must have rank N, got shape [_] | Conv (2) |\n"
                               "| 1 | a \\| b | Max |\n"
                               "| 1 | attribute 'mode' must be N, got N | Pad |\n"
                               "| 1 | no digital instruction for 'tosa.intdiv' | Max |\n");
}

TEST(Operators, CountTestsAndFunctionBodies) {
  conformance::Test tests[] = {
      {"a", "Add", false, {Verdict::Pass, "", {}}},
      {"b", "Add", false, {Verdict::Wrong, "output", {}}},
      {"c", "Add", true, {Verdict::Refused, "not shown", {}}},
      {"d", "Abs", false, {Verdict::Crashed, "signal", {}}},
      {"e", "Neg", true, {Verdict::Pass, "", {"k"}}},
  };
  EXPECT_EQ(getOperators(tests), "| operator | tests | function body | remark |\n"
                                 "|---|--:|--:|---|\n"
                                 "| Abs | 0/1 | - | crashed |\n"
                                 "| Add | 1/2 | 0/1 | wrong |\n"
                                 "| Neg | - | 1/1 |  |\n");
  EXPECT_EQ(getSummary(tests), "2 pass, 1 refused, 1 wrong, 1 crashed");
  EXPECT_EQ(countFrozen(tests), 1u);
  EXPECT_EQ(getLine(tests[1]), "WRONG b: output");
}
