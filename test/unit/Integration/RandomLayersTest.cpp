//===- RandomLayersTest.cpp - Every level of random layers ------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A random layer is evaluated by the reference, lowered pass by pass with an
// evaluation after each, and run by the runtime: every bit must be the same.
// CIM_TEST_SEED sets the first seed (a failure prints it), CIM_TEST_RUNS the count.
//
//===----------------------------------------------------------------------===//

#include "RandomLayer.h"
#include "RuntimeTensors.h"
#include "cim-mlir/Pipeline/Pipelines.h"
#include "cim-mlir/Target/Program.h"
#include "cim/IR/CimOps.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Pass/PassInstrumentation.h"
#include "xbar/IR/XbarOps.h"
#include <cstdlib>
#include <gtest/gtest.h>

using namespace mlir;
using namespace cim;
using cim::reference::Tensor;

static uint64_t environment(const char *name, uint64_t otherwise) {
  const char *text = std::getenv(name);
  return text ? std::strtoull(text, nullptr, 10) : otherwise;
}

namespace {

/// A layer on its way down, and what it must compute.
class Lowering {
public:
  Lowering(MLIRContext *context, uint64_t seed)
      : context(context), layer(test::makeRandomLayer(context, seed)), expected(evaluate()),
        computed(expected) {}

  /// Runs the stages of the compiler on the calibrated layer, with a check after each pass.
  void run() {
    PassManager manager(context);
    populateCalibratePipeline(manager, {}, nullptr);
    populateSimplifyPipeline(manager);
    populateArrayPipeline(manager);
    populateProgramPipeline(manager);
    manager.addInstrumentation(std::make_unique<AfterEachPass>(*this));
    ASSERT_TRUE(succeeded(manager.run(*layer.module)));
    auto program = *layer.module->getOps<xbar::ProgramOp>().begin();
    FailureOr<std::vector<uint8_t>> file = writeProgramToMemory(program);
    ASSERT_TRUE(succeeded(file));
    SmallVector<Tensor> outputs;
    ASSERT_EQ(test::runMemory(*file, layer.arguments, context, outputs), "");
    compare(expected, outputs.front().floats(), "runtime");
  }

private:
  struct AfterEachPass : PassInstrumentation {
    explicit AfterEachPass(Lowering &lowering) : lowering(lowering) {}
    void runAfterPass(Pass *pass, Operation *) override { lowering.check(pass->getArgument()); }
    Lowering &lowering;
  };

  bool wantsAdc() {
    bool found = false;
    layer.module->walk(
        [&](cim::MvmOp mvm) { found |= mvm.getPrecision().getAdc().getKind() != AdcKind::Ideal; });
    return found;
  }

  void check(StringRef pass) {
    // Before it has its ADC, the array level computes what an ideal one would give.
    if (pass == "cim-quantize" && wantsAdc())
      computed = evaluate();
    if (pass == "cim-insert-partial-sum-quantization")
      computed = expected;
    compare(computed, evaluate(), pass);
  }

  /// Evaluates whatever the module holds now.
  std::vector<float> evaluate() {
    Operation *function = &layer.module->getBody()->front();
    for (Operation &op : layer.module->getOps())
      if (isa<func::FuncOp, xbar::ProgramOp>(op))
        function = &op;
    FailureOr<SmallVector<Tensor>> outputs = reference::evaluate(function, layer.arguments);
    if (failed(outputs)) {
      ADD_FAILURE() << "the reference failed";
      return {};
    }
    type = outputs->front().type;
    return outputs->front().floats();
  }

  void compare(const std::vector<float> &wanted, const std::vector<float> &actual,
               StringRef stage) {
    ASSERT_EQ(wanted.size(), actual.size()) << stage.str();
    EXPECT_EQ(reference::compare({type, wanted}, {type, actual}, 0), "") << stage.str();
  }

  MLIRContext *context;
  test::RandomLayer layer;
  RankedTensorType type;
  /// Of the layer, and of its present stage.
  std::vector<float> expected, computed;
};

} // namespace

TEST(RandomLayers, EveryLevelHasTheSameBits) {
  uint64_t seed = environment("CIM_TEST_SEED", 1), runs = environment("CIM_TEST_RUNS", 200);
  DialectRegistry registry;
  registerAllDialects(registry);
  for (uint64_t last = seed + runs; seed < last && !HasFailure(); ++seed) {
    SCOPED_TRACE("reproduce with CIM_TEST_SEED=" + std::to_string(seed) + " CIM_TEST_RUNS=1");
    MLIRContext context(registry, MLIRContext::Threading::DISABLED);
    context.loadAllAvailableDialects();
    Lowering(&context, seed).run();
  }
}
