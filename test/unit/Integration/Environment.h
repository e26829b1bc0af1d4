//===- Environment.h - Seeds, contexts and counts of tests ------*- C++ -*-===//
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
#include "llvm/ADT/Sequence.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/raw_ostream.h"
#include <cstdlib>
#include <map>
#include <memory>

namespace cim::test {

/// How many comparisons of each kind there were.
using Counts = std::map<std::string, int64_t>;

class Seeds {
public:
  /// `runs` is how many seeds there are by default.
  explicit Seeds(uint64_t runs)
      : first(read("CIM_TEST_SEED", 1)), runs(read("CIM_TEST_RUNS", runs)) {}

  auto begin() const { return llvm::seq(first, first + runs).begin(); }
  auto end() const { return llvm::seq(first, first + runs).end(); }

  static std::string reproduce(uint64_t seed) {
    return "reproduce with CIM_TEST_SEED=" + std::to_string(seed) + " CIM_TEST_RUNS=1";
  }

  void print(llvm::StringRef what, const Counts &counts) const {
    llvm::outs() << "seeds " << first << ".." << first + runs - 1 << ", " << what << ":\n";
    int64_t total = 0;
    for (auto &[name, count] : counts) {
      llvm::outs() << llvm::formatv("{0,8}  {1}\n", count, name);
      total += count;
    }
    llvm::outs() << llvm::formatv("{0,8}  in all\n", total);
    llvm::outs().flush();
  }

private:
  static uint64_t read(const char *name, uint64_t otherwise) {
    const char *text = std::getenv(name);
    return text ? std::strtoull(text, nullptr, 10) : otherwise;
  }

  uint64_t first, runs;
};

/// A context of one thread with all dialects.
inline std::unique_ptr<mlir::MLIRContext> makeContext() {
  mlir::DialectRegistry registry;
  registerAllDialects(registry);
  auto context =
      std::make_unique<mlir::MLIRContext>(registry, mlir::MLIRContext::Threading::DISABLED);
  context->loadAllAvailableDialects();
  return context;
}

inline std::string describe(MappingKind kind, InputEncoding encoding) {
  return (stringifyMappingKind(kind) + ", " + stringifyInputEncoding(encoding) + " inputs").str();
}

} // namespace cim::test

#endif // CIM_TEST_UNIT_INTEGRATION_ENVIRONMENT_H
