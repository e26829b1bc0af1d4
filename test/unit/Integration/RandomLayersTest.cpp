//===- RandomLayersTest.cpp - Every level of random layers ------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A random layer is evaluated by the reference, lowered pass by pass with an
// evaluation after each, and run by the runtime: every bit must be the same.
// Counts of what was compared are printed; README.md tells how to run it.
//
//===----------------------------------------------------------------------===//

#include "Environment.h"
#include "RandomLayer.h"
#include "mlir/Pass/Pass.h"
#include <gtest/gtest.h>

using namespace mlir;
using namespace cim;
using cim::reference::Tensor;

namespace {

/// A layer on its way down, and what it must compute.
class Lowering {
public:
  Lowering(test::RandomLayer &layer, const Tensor &expected)
      : layer(layer), expected(expected), computed(expected) {}

  /// Runs the stages of the compiler on the calibrated layer, with a check after each pass.
  void run() {
    FailureOr<Tensor> output =
        test::compileAndRun(*layer.module, layer.arguments, std::make_unique<AfterEachPass>(*this));
    ASSERT_TRUE(succeeded(output));
    EXPECT_EQ(reference::compare(expected, *output, 0), "") << "runtime";
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
    FailureOr<Tensor> actual = test::evaluate(*layer.module, layer.arguments);
    ASSERT_TRUE(succeeded(actual)) << pass.str();
    // Before it has its ADC, the array level computes what an ideal one would give.
    if (pass == "cim-quantize" && wantsAdc())
      computed = *actual;
    if (pass == "cim-insert-partial-sum-quantization")
      computed = expected;
    EXPECT_EQ(reference::compare(computed, *actual, 0), "") << pass.str();
  }

  test::RandomLayer &layer;
  /// Of the layer, and of its present stage.
  Tensor expected, computed;
};

} // namespace

/// The mapping of a layer and the kind of its ADC.
static std::string describe(LayerOpInterface layer) {
  MappingAttr mapping = layer.getMapping();
  PrecisionAttr precision = layer.getPrecisionAttr();
  bool ofOutputs = precision.getAdc().getPlacement() == AdcPlacement::Preactivation;
  return test::describe(mapping.getKind(), mapping.getInputEncoding()) + ", " +
         (precision.getWeight().getBits() == 1 ? "binary, " : "") +
         (precision.getWeight().getBeta() ? "beta, " : "") +
         stringifyAdcKind(precision.getAdc().getKind()).str() + " ADC" +
         (ofOutputs ? " of outputs" : "");
}

static void checkEveryLevel(MLIRContext *context, uint64_t seed, test::Counts &counts) {
  test::RandomLayer layer = test::makeRandomLayer(context, seed);
  FailureOr<Tensor> expected = test::evaluate(*layer.module, layer.arguments);
  ASSERT_TRUE(succeeded(expected));
  ++counts[describe(test::getLayer(*layer.module))];
  Lowering(layer, *expected).run();
}

TEST(RandomLayers, EveryLevelHasTheSameBits) {
  test::forEachSeed(200, "layers with the same bits after every pass and in the runtime",
                    checkEveryLevel);
}
