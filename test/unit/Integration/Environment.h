//===- Environment.h - Seeds and counts of property tests -------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// CIM_TEST_SEED is the first seed of a property test (a failure prints it), CIM_TEST_RUNS how many
// there are. What was tested is counted and printed.
//
//===----------------------------------------------------------------------===//

#ifndef CIM_TEST_UNIT_INTEGRATION_ENVIRONMENT_H
#define CIM_TEST_UNIT_INTEGRATION_ENVIRONMENT_H

#include "cim-mlir/Pipeline/Pipelines.h"
#include "cim/IR/CimDialect.h"
#include "mlir/IR/MLIRContext.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/raw_ostream.h"
#include <cstdlib>
#include <gtest/gtest.h>
#include <map>

namespace cim::test {

/// How many comparisons of each kind there were.
using Counts = std::map<std::string, int64_t>;

/// Tries a property on `runs` seeds until one fails, each with a context of one thread and all
/// dialects, and prints what was counted.
inline void
forEachSeed(uint64_t runs, llvm::StringRef what,
            llvm::function_ref<void(mlir::MLIRContext *, uint64_t, Counts &)> property) {
  auto read = [](const char *name, uint64_t otherwise) -> uint64_t {
    const char *text = std::getenv(name);
    return text ? std::strtoull(text, nullptr, 10) : otherwise;
  };
  uint64_t first = read("CIM_TEST_SEED", 1), last = first + read("CIM_TEST_RUNS", runs) - 1;
  mlir::DialectRegistry registry;
  registerAllDialects(registry);
  Counts counts;
  for (uint64_t seed = first; seed <= last && !testing::Test::HasFailure(); ++seed) {
    SCOPED_TRACE("reproduce with CIM_TEST_SEED=" + std::to_string(seed) + " CIM_TEST_RUNS=1");
    mlir::MLIRContext context(registry, mlir::MLIRContext::Threading::DISABLED);
    context.loadAllAvailableDialects();
    property(&context, seed, counts);
  }
  llvm::outs() << "seeds " << first << ".." << last << ", " << what << ":\n";
  int64_t total = 0;
  for (auto &[name, count] : counts) {
    llvm::outs() << llvm::formatv("{0,8}  {1}\n", count, name);
    total += count;
  }
  llvm::outs() << llvm::formatv("{0,8}  in all\n", total);
  llvm::outs().flush();
}

inline std::string describe(MappingKind kind, InputEncoding encoding) {
  return (stringifyMappingKind(kind) + ", " + stringifyInputEncoding(encoding) + " inputs").str();
}

} // namespace cim::test

#endif // CIM_TEST_UNIT_INTEGRATION_ENVIRONMENT_H
