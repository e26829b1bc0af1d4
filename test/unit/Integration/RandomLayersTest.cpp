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
#include "cim-mlir/Conversion/Passes.h"
#include "cim-mlir/Target/Program.h"
#include "cim/IR/CimOps.h"
#include "cim/Transforms/Passes.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "mlir/Pass/PassManager.h"
#include "xbar/IR/XbarOps.h"
#include "xbar/Transforms/Passes.h"
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
      : context(context), layer(test::makeRandomLayer(context, seed)) {}

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

  void apply(llvm::function_ref<void(OpPassManager &)> addPasses) {
    PassManager manager(context);
    addPasses(manager);
    EXPECT_TRUE(succeeded(manager.run(*layer.module)));
  }

  /// Checks that the module still computes `expected`, bit for bit.
  void check(const std::vector<float> &expected, const char *stage) {
    std::vector<float> actual = evaluate();
    compare(expected, actual, stage);
  }

  void checkRuntime(const std::vector<float> &expected) {
    auto program = *layer.module->getOps<xbar::ProgramOp>().begin();
    FailureOr<std::vector<uint8_t>> file = writeProgramToMemory(program);
    ASSERT_TRUE(succeeded(file));
    SmallVector<Tensor> outputs;
    ASSERT_EQ(test::runMemory(*file, layer.arguments, context, outputs), "");
    compare(expected, outputs.front().floats(), "runtime");
  }

private:
  void compare(const std::vector<float> &expected, const std::vector<float> &actual,
               const char *stage) {
    ASSERT_EQ(expected.size(), actual.size()) << stage;
    EXPECT_EQ(reference::compare({type, expected}, {type, actual}, 0), "") << stage;
  }

  MLIRContext *context;
  test::RandomLayer layer;
  RankedTensorType type;
};

} // namespace

static void checkLayer(MLIRContext *context, uint64_t seed) {
  Lowering layer(context, seed);
  std::vector<float> expected = layer.evaluate();
  layer.apply([](OpPassManager &pm) { pm.addPass(createSimplifyAdcPass()); });
  layer.check(expected, "cim-simplify-adc");
  // Before it has its ADC, the array level computes what an ideal one would give.
  layer.apply([](OpPassManager &pm) { pm.addPass(createQuantizePass()); });
  std::vector<float> ideal = layer.evaluate();
  layer.apply([](OpPassManager &pm) { pm.addPass(createTilePass()); });
  layer.check(ideal, "cim-tile");
  layer.apply([](OpPassManager &pm) { pm.addPass(createBitSlicePass()); });
  layer.check(ideal, "cim-bit-slice");
  layer.apply([](OpPassManager &pm) { pm.addPass(createInsertPartialSumQuantizationPass()); });
  layer.check(expected, "cim-insert-partial-sum-quantization");
  layer.apply([](OpPassManager &pm) { pm.addPass(createConvertCimToXbarPass()); });
  layer.check(expected, "convert-cim-to-xbar");
  layer.apply([](OpPassManager &pm) { pm.addPass(xbar::createPlanMemoryPass()); });
  layer.checkRuntime(expected);
}

TEST(RandomLayers, EveryLevelHasTheSameBits) {
  uint64_t seed = environment("CIM_TEST_SEED", 1), runs = environment("CIM_TEST_RUNS", 200);
  DialectRegistry registry;
  registry.insert<func::FuncDialect, tosa::TosaDialect, CimDialect, xbar::XbarDialect>();
  for (uint64_t last = seed + runs; seed < last && !HasFailure(); ++seed) {
    SCOPED_TRACE("reproduce with CIM_TEST_SEED=" + std::to_string(seed) + " CIM_TEST_RUNS=1");
    MLIRContext context(registry, MLIRContext::Threading::DISABLED);
    context.loadAllAvailableDialects();
    checkLayer(&context, seed);
  }
}
