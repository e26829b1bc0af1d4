//===- VariationTest.cpp - Drawn cells of random layers ---------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A random layer with random device variation has the same bits in the runtime and by the
// reference, which draws and multiplies on its own; a variation of nothing changes no bit.
//
//===----------------------------------------------------------------------===//

#include "Environment.h"
#include "RandomLayer.h"
#include "RuntimeTensors.h"
#include "cim-mlir/Target/Program.h"
#include "mlir/IR/Builders.h"
#include "xbar/IR/XbarOps.h"

using namespace mlir;
using namespace cim;
using cim::reference::Tensor;

namespace {

/// Options with their names.
struct Option {
  const char *name;
  double cim_variation::*value;
  double low, high;
};

} // namespace

static constexpr Option kOptions[] = {
    {"cell_lognormal", &cim_variation::cell_lognormal, 0.01, 1.5},
    {"weight_lognormal", &cim_variation::weight_lognormal, 0.01, 1},
    {"proportional", &cim_variation::proportional, 0.01, 1.5},
    {"gaussian", &cim_variation::gaussian, 0.01, 2},
    {"stuck_off", &cim_variation::stuck_off, 0, 0.5},
    {"stuck_on", &cim_variation::stuck_on, 0, 0.5},
    {"on_off_ratio", &cim_variation::on_off_ratio, 1.5, 100},
    {"read_noise", &cim_variation::read_noise, 0.01, 10},
    {"drift_time", &cim_variation::drift_time, 1, 1e6},
    {"drift_nu", &cim_variation::drift_nu, 0, 0.1},
    {"drift_nu_sigma", &cim_variation::drift_nu_sigma, 0, 0.05},
    {"reference_variation", &cim_variation::reference_variation, 1, 1},
};

/// Some options, others not.
static cim_variation drawVariation(test::Draw &draw) {
  cim_variation variation = {};
  variation.seed = static_cast<uint64_t>(draw.integer(0, INT64_MAX - 1)) * 2 + 1;
  variation.trial = static_cast<uint32_t>(draw.integer(0, UINT32_MAX));
  int64_t percent = draw.oneOf({10, 30, 60});
  for (const Option &option : kOptions)
    if (draw.chance(percent))
      variation.*option.value =
          draw.real(static_cast<float>(option.low), static_cast<float>(option.high));
  if (variation.drift_time == 0)
    variation.drift_nu = variation.drift_nu_sigma = 0;
  return variation;
}

static DictionaryAttr toAttribute(MLIRContext *context, const cim_variation &variation) {
  Builder builder(context);
  NamedAttrList options;
  options.append("seed", builder.getI64IntegerAttr(static_cast<int64_t>(variation.seed)));
  options.append("trial", builder.getI64IntegerAttr(variation.trial));
  for (const Option &option : kOptions)
    options.append(option.name, builder.getF64FloatAttr(variation.*option.value));
  return options.getDictionary(context);
}

static void checkVariation(MLIRContext *context, uint64_t seed, test::Counts &counts) {
  test::Draw draw(seed);
  test::RandomLayer layer = test::makeRandomLayer(context, seed);
  LayerOpInterface op = test::getLayer(*layer.module);
  MappingAttr mapping = op.getMapping();
  PrecisionAttr precision = op.getPrecisionAttr();
  std::string name = test::describe(mapping.getKind(), mapping.getInputEncoding()) + ", " +
                     (op.isDynamic() ? "computed, " : "") +
                     stringifyAdcKind(precision.getAdc().getKind()).str() + " ADC";
  FailureOr<Tensor> ideal = test::compileAndRun(*layer.module, layer.arguments);
  ASSERT_TRUE(succeeded(ideal));
  auto program = *layer.module->getOps<xbar::ProgramOp>().begin();
  FailureOr<std::vector<uint8_t>> file = writeProgramToMemory(program);
  ASSERT_TRUE(succeeded(file));

  cim_variation variation = {};
  SmallVector<Tensor> outputs;
  ASSERT_EQ(test::runMemory(*file, layer.arguments, context, outputs, &variation), "");
  EXPECT_EQ(reference::compare(*ideal, outputs.front(), 0), "") << "no variation";

  variation = drawVariation(draw);
  program->setAttr("xbar.variation", toAttribute(context, variation));
  outputs.clear();
  std::string reason = test::runMemory(*file, layer.arguments, context, outputs, &variation);
  FailureOr<Tensor> expected = failure();
  {
    ScopedDiagnosticHandler quiet(context, [](Diagnostic &) { return success(); });
    expected = test::evaluate(*layer.module, layer.arguments);
  }
  ASSERT_EQ(succeeded(expected), reason.empty()) << reason;
  if (failed(expected)) {
    EXPECT_NE(reason.find("drawn cells must have partial sums below 2^24"), std::string::npos);
    ++counts["refused"];
    return;
  }
  EXPECT_EQ(reference::compare(*expected, outputs.front(), 0), "") << "variation";
  ++counts[name];
}

TEST(Variation, TheRuntimeDrawsWhatTheReferenceDraws) {
  test::forEachSeed(200, "layers with drawn cells that have the same bits by the reference",
                    checkVariation);
}
