//===- PolicyTest.cpp - Tests of policies -----------------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Policies as calls: scales of a calibrated module replaced, every float32 written and read
// back, and texts that are damaged at random. The seed is CIM_TEST_SEED.
//
//===----------------------------------------------------------------------===//

#include "cim-mlir/Policy/Policy.h"
#include "cim/Analysis/Elements.h"
#include "cim/IR/CimOps.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Parser/Parser.h"
#include "llvm/Support/FileSystem.h"
#include "gtest/gtest.h"
#include <cmath>
#include <cstring>
#include <random>
#include <regex>

using namespace mlir;
using namespace cim;

/// A module with the calibrated layer `fc`, of one row.
static OwningOpRef<ModuleOp> makeModule(MLIRContext *context, int64_t outputs) {
  static const std::string source = R"mlir(
    func.func @main(%x: tensor<1x1x1xf32>, %w: tensor<1x1xNxf32>, %b: tensor<Nxf32>)
        -> tensor<1x1xNxf32> {
      %y = cim.matmul %x, %w, %b {layer = "fc", mapping = #cim.mapping<crossbar = <>>,
        precision = #cim.precision<weight = <bits = 4, scale = dense<0.5> : tensor<Nxf32>>,
          activation = <bits = 4, scale = 1.0 : f32>,
          adc = <kind = linear, scale = dense<2.0> : tensor<f32>>>}
        : (tensor<1x1x1xf32>, tensor<1x1xNxf32>, tensor<Nxf32>) -> tensor<1x1xNxf32>
      return %y : tensor<1x1xNxf32>
    })mlir";
  std::string sized = std::regex_replace(source, std::regex("N"), std::to_string(outputs));
  return parseSourceString<ModuleOp>(sized, context);
}

static PrecisionAttr getPrecision(ModuleOp module) {
  PrecisionAttr precision;
  module.walk([&](LayerOpInterface layer) { precision = layer.getPrecisionAttr(); });
  return precision;
}

static uint64_t getSeed() {
  const char *seed = std::getenv("CIM_TEST_SEED");
  return seed ? std::strtoull(seed, nullptr, 10) : 1;
}

namespace {

class PolicyTest : public testing::Test {
protected:
  PolicyTest() : random(getSeed()) {
    context.loadDialect<CimDialect, func::FuncDialect>();
    module = makeModule(&context, /*outputs=*/4);
    EXPECT_FALSE(llvm::sys::fs::createTemporaryFile("policy", "json", path));
  }
  ~PolicyTest() override { llvm::sys::fs::remove(path); }

  void write(StringRef text) {
    std::error_code error;
    llvm::raw_fd_ostream(path, error) << text;
    ASSERT_FALSE(error);
  }

  std::string dump() {
    std::string text;
    llvm::raw_string_ostream os(text);
    EXPECT_TRUE(succeeded(writePolicy(*module, /*withScales=*/true, os)));
    return text;
  }

  MLIRContext context;
  OwningOpRef<ModuleOp> module;
  llvm::SmallString<64> path;
  std::mt19937_64 random;
};

} // namespace

TEST_F(PolicyTest, SetsScalesOfACalibratedModule) {
  Policy policy;
  LayerPolicy layer;
  layer.name = "fc";
  layer.weight.bits = 3;
  layer.weight.granularity = Granularity::Layer;
  layer.weight.scale = {{}, {0.25f}};
  layer.activation.bits = 2; // Its scale holds it.
  layer.adc.bits = 5;        // Its scale goes.
  policy.layers.push_back(layer);
  ScopedDiagnosticHandler handler(&context, [](Diagnostic &) { return success(); });
  ASSERT_TRUE(succeeded(applyPolicy(*module, policy)));
  PrecisionAttr precision = getPrecision(*module);
  EXPECT_EQ(precision.getWeight().getBits(), 3);
  EXPECT_EQ(readF32(precision.getWeight().getScale())->front(), 0.25f);
  EXPECT_EQ(precision.getActivation().getBits(), 4);
  EXPECT_EQ(precision.getAdc().getBits(), 5);
  EXPECT_FALSE(precision.getAdc().getScale());
}

TEST_F(PolicyTest, FloatsReadBackUnchanged) {
  constexpr int64_t kOutputs = 4000;
  module = makeModule(&context, kOutputs);
  PolicyNumbers<float> scales{{kOutputs}, {}};
  while (int64_t(scales.values.size()) < kOutputs) {
    uint32_t bits = static_cast<uint32_t>(random()) & 0x7fffffff;
    float value;
    std::memcpy(&value, &bits, sizeof(value));
    if (std::isnormal(value))
      scales.values.push_back(value);
  }
  Policy policy;
  policy.defaults.weight.scale = scales;
  ASSERT_TRUE(succeeded(applyPolicy(*module, policy)));
  write(dump());
  FailureOr<Policy> read = readPolicy(path, &context);
  ASSERT_TRUE(succeeded(read));
  EXPECT_EQ(read->layers.front().weight.scale->values, scales.values);
  ASSERT_TRUE(succeeded(applyPolicy(*module, *read)));
  EXPECT_EQ(ArrayRef<float>(*readF32(getPrecision(*module).getWeight().getScale())),
            ArrayRef<float>(scales.values));
}

/// Texts one step away from a policy are read or refused with one error.
TEST_F(PolicyTest, DamagedTextsAreReadOrRefused) {
  std::string text = dump();
  int errors = 0, read = 0, refused = 0;
  ScopedDiagnosticHandler handler(&context, [&](Diagnostic &diagnostic) {
    errors += diagnostic.getSeverity() == DiagnosticSeverity::Error;
    return success();
  });
  static constexpr StringRef kPieces[] = {"{", "}",     "[",   "]",    "\"",   ",", ":",
                                          "-", "1e400", "\\u", "\xff", "null", "0", "[[[[[["};
  for (int i = 0; i < 3000; ++i) {
    std::string damaged = text;
    size_t place = random() % damaged.size();
    if (random() % 2)
      damaged.erase(place, random() % 8);
    if (random() % 2)
      damaged.insert(place, kPieces[random() % std::size(kPieces)]);
    write(damaged);
    errors = 0;
    FailureOr<Policy> policy = readPolicy(path, &context);
    OwningOpRef<ModuleOp> copy = module->clone();
    bool valid = succeeded(policy) && succeeded(applyPolicy(*copy, *policy));
    ASSERT_EQ(errors, valid ? 0 : 1) << damaged;
    ++(valid ? read : refused);
  }
  std::printf("%d damaged policies read, %d refused\n", read, refused);
}
