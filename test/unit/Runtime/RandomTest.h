//===- RandomTest.h - Seeds of randomised tests -----------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Seeds start at CIM_TEST_SEED (default 1) and CIM_TEST_RUNS of them are tried.
// A failure prints its seed: CIM_TEST_SEED=<seed> CIM_TEST_RUNS=1 repeats it.
//
//===----------------------------------------------------------------------===//

#ifndef CIM_TEST_UNIT_RUNTIME_RANDOMTEST_H
#define CIM_TEST_UNIT_RUNTIME_RANDOMTEST_H

#include <gtest/gtest.h>

#include <cstdlib>
#include <random>

inline uint64_t environmentNumber(const char *name, uint64_t otherwise) {
  const char *text = std::getenv(name);
  return text ? std::strtoull(text, nullptr, 10) : otherwise;
}

/// Random numbers that are the same everywhere: no std distribution.
class Random {
public:
  explicit Random(uint64_t seed) : engine(seed) {}
  int64_t in(int64_t low, int64_t high) {
    return low + static_cast<int64_t>(engine() % (static_cast<uint64_t>(high - low) + 1));
  }
  bool flip() { return engine() & 1; }
  float unit() { return static_cast<float>(engine() >> 40) / 16777216.0f; }

private:
  std::mt19937_64 engine;
};

/// Calls test(random) for each seed until one fails.
template <typename Test> void forEachSeed(uint64_t runs, Test test) {
  uint64_t first = environmentNumber("CIM_TEST_SEED", 1);
  runs = environmentNumber("CIM_TEST_RUNS", runs);
  for (uint64_t seed = first; seed < first + runs; ++seed) {
    SCOPED_TRACE("CIM_TEST_SEED=" + std::to_string(seed) + " CIM_TEST_RUNS=1");
    Random random(seed);
    test(random);
    if (testing::Test::HasFailure())
      return;
  }
}

#endif // CIM_TEST_UNIT_RUNTIME_RANDOMTEST_H
