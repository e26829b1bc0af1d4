//===- ChildrenTest.cpp - Tests of work in processes ------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Work that ends in every way that a process can end.
//
//===----------------------------------------------------------------------===//

#include "cim-mlir/Processes/Children.h"
#include "gtest/gtest.h"
#include <csignal>
#include <cstdlib>
#include <sys/mman.h>
#include <unistd.h>
#include <vector>

using namespace cim;

/// The outcomes of 0..count-1, after checking that they are reported in order.
static std::vector<ChildOutcome> run(size_t count, unsigned jobs, const ChildLimits &limits,
                                     llvm::function_ref<std::string(size_t)> work) {
  std::vector<ChildOutcome> outcomes;
  runInChildren(count, jobs, limits, work, [&](size_t task, const ChildOutcome &outcome) {
    EXPECT_EQ(task, outcomes.size());
    outcomes.push_back(outcome);
  });
  return outcomes;
}

static ChildOutcome runOne(const ChildLimits &limits, llvm::function_ref<std::string()> work) {
  return run(1, 1, limits, [&](size_t) { return work(); }).front();
}

TEST(Children, ResultsAreReportedInOrder) {
  for (unsigned jobs : {1, 3, 50}) {
    std::vector<ChildOutcome> outcomes = run(20, jobs, {}, [](size_t task) {
      usleep(task % 4 * 3000);
      return std::to_string(task);
    });
    ASSERT_EQ(outcomes.size(), 20u);
    for (size_t task = 0; task < 20; ++task) {
      EXPECT_EQ(outcomes[task].result, std::to_string(task));
      EXPECT_EQ(outcomes[task].death, "");
    }
  }
  EXPECT_TRUE(run(0, 2, {}, [](size_t) { return ""; }).empty());
}

TEST(Children, ResultsMayBeEmptyOrLargerThanAPipe) {
  ChildOutcome empty = runOne({}, [] { return ""; });
  EXPECT_EQ(empty.result + empty.death, "");
  std::string large(5000000, 'x');
  EXPECT_EQ(runOne({}, [&] { return large; }).result, large);
}

TEST(Children, ACrashEndsOneChild) {
  std::vector<ChildOutcome> outcomes = run(3, 2, {}, [](size_t task) -> std::string {
    if (task == 1)
      std::abort();
    return "fine";
  });
  EXPECT_EQ(outcomes[0].result, "fine");
  EXPECT_EQ(outcomes[1].result, "");
  EXPECT_EQ(outcomes[1].death, "signal 6 (Aborted)");
  EXPECT_EQ(outcomes[2].result, "fine");
  ChildOutcome outcome = runOne({}, []() -> std::string {
    signal(SIGSEGV, SIG_DFL); // AddressSanitizer would exit.
    raise(SIGSEGV);
    return "";
  });
  EXPECT_EQ(outcome.death, "signal 11 (Segmentation fault)");
}

TEST(Children, AnExitIsNoResult) {
  EXPECT_EQ(runOne({}, []() -> std::string { _exit(0); }).death, "exit with status 0");
  EXPECT_EQ(runOne({}, []() -> std::string { _exit(3); }).death, "exit with status 3");
}

TEST(Children, TextsComeOneByOne) {
  std::vector<std::string> texts[3];
  std::vector<std::string> deaths(3);
  auto work = [](size_t task, Send send) {
    for (size_t i = 0; i < 100; ++i)
      send(std::string(i * 1000, 'a' + task));
    if (task == 1)
      _exit(0);
  };
  runInChildren(
      3, 2, {}, work, [&](size_t task, llvm::StringRef text) { texts[task].push_back(text.str()); },
      [&](size_t task, const std::string &death) { deaths[task] = death; });
  for (size_t task = 0; task < 3; ++task) {
    ASSERT_EQ(texts[task].size(), 100u);
    for (size_t i = 0; i < 100; ++i)
      EXPECT_EQ(texts[task][i], std::string(i * 1000, 'a' + task));
    EXPECT_EQ(deaths[task], task == 1 ? "exit with status 0" : "");
  }
}

TEST(Children, AHangIsEnded) {
  ChildLimits limits;
  limits.seconds = 1;
  std::vector<ChildOutcome> outcomes = run(2, 2, limits, [](size_t task) -> std::string {
    while (task == 0)
      pause();
    return "fine";
  });
  EXPECT_EQ(outcomes[0].death, "longer than 1 s");
  EXPECT_EQ(outcomes[1].result, "fine");
}

TEST(Children, MemoryIsLimited) {
  if (!kLimitsMemory)
    GTEST_SKIP() << "memory is not limited";
  ChildLimits limits;
  limits.bytes = uint64_t(1) << 30;
  auto allocate = [] {
    void *memory = mmap(nullptr, size_t(1) << 31, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return std::string(memory == MAP_FAILED ? "none" : "memory");
  };
  EXPECT_EQ(runOne(limits, allocate).result, "none");
  limits.bytes = uint64_t(1) << 33;
  EXPECT_EQ(runOne(limits, allocate).result, "memory");
}
