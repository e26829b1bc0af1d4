//===- CostTest.cpp - Costs of single layers --------------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Layers whose cost is worked out by hand, one per choice of the mapping, and
// the report of a module.
//
//===----------------------------------------------------------------------===//

#include "Layers.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/Parser/Parser.h"
#include <gtest/gtest.h>

using namespace cim;

namespace {

class Cost : public ::testing::Test {
protected:
  Cost() { context.loadDialect<CimDialect, mlir::func::FuncDialect, mlir::tosa::TosaDialect>(); }

  LayerCost cost(const LayerShape &shape, const Hardware &hardware,
                 ColumnsRule rule = ColumnsRule::Published) {
    return getLayerCost(shape, hardware.get(&context), makePrecision(&context, 8, 8), rule);
  }

  mlir::MLIRContext context;
};

// 64 to 128 channels, 3x3, 28x28 outputs: K = 576 is 3 dense tiles of 256 rows;
// 128 * 4 slices * 2 columns are 4 arrays; 8 cycles.
TEST_F(Cost, DifferentialColumn) {
  LayerCost c = cost(makeConv(64, 128, 3, 28), Hardware());
  EXPECT_EQ(c.arrays, 12);
  EXPECT_EQ(c.writes, 12);
  EXPECT_EQ(c.executes, 784 * 12 * 8);
  EXPECT_DOUBLE_EQ(c.latencyUs, 12 * 56.0 + 784 * 12 * 8 * 1.4);
  EXPECT_EQ(c.conversions, 784 * 3 * 8 * 512);
  EXPECT_EQ(c.dequantMultiplications, 784 * 128);
  EXPECT_DOUBLE_EQ(c.utilisation(), 576.0 * 1024 / (12.0 * 65536));
}

// 28 channels of 9 rows fit 256 rows: 28 + 28 + 8 channels are 3 tiles as well; with
// 128 rows it is 14 channels, 5 tiles, where dense needs 4.5.
TEST_F(Cost, KernelIntact) {
  Hardware hardware;
  hardware.tiling = Tiling::KernelIntact;
  EXPECT_EQ(cost(makeConv(64, 128, 3, 28), hardware).arrays, 12);
  hardware.rows = hardware.activeRows = 128;
  EXPECT_EQ(cost(makeConv(64, 128, 3, 28), hardware).arrays, 20);
  EXPECT_EQ(cost(makeConv(512, 128, 3, 28), hardware).arrays, 37 * 4);
}

// Active rows cut reads, not arrays: tiles of 256, 256, 64 rows are 4 + 4 + 1 chunks.
TEST_F(Cost, ActiveRows) {
  Hardware hardware;
  hardware.activeRows = 64;
  LayerCost c = cost(makeConv(64, 128, 3, 28), hardware);
  EXPECT_EQ(c.writes, 12);
  EXPECT_EQ(c.executes, 784 * 9 * 4 * 8);
}

// Pairs of rows: 128 weights to an array, K = 576 is 5 tiles; 512 columns are 2 arrays.
TEST_F(Cost, DifferentialRow) {
  Hardware hardware;
  hardware.kind = MappingKind::DifferentialRow;
  LayerCost c = cost(makeConv(64, 128, 3, 28), hardware);
  EXPECT_EQ(c.arrays, 10);
  EXPECT_DOUBLE_EQ(c.utilisation(), 2 * 576.0 * 512 / (10.0 * 65536));
}

// 512 sliced columns and one reference need 3 arrays; so do 512 columns and a
// reference in each. 510 columns need 2 physically, since 2 * 255 + 2 = 512.
TEST_F(Cost, Offset) {
  Hardware hardware;
  hardware.kind = MappingKind::Offset;
  LayerCost published = cost(makeMatmul(256, 128), hardware);
  EXPECT_EQ(published.arrays, 3);
  EXPECT_EQ(published.conversions, 8 * 513);
  EXPECT_DOUBLE_EQ(published.utilisation(), 513.0 / 768);
  LayerCost physical = cost(makeMatmul(256, 128), hardware, ColumnsRule::Physical);
  EXPECT_EQ(physical.arrays, 3);
  EXPECT_DOUBLE_EQ(physical.utilisation(), 515.0 / 768);
  hardware.cellBits = 8;
  EXPECT_EQ(cost(makeMatmul(256, 510), hardware).arrays, 2);
  EXPECT_EQ(cost(makeMatmul(256, 510), hardware, ColumnsRule::Physical).arrays, 2);
  EXPECT_EQ(cost(makeMatmul(256, 511), hardware).arrays, 2);
  EXPECT_EQ(cost(makeMatmul(256, 511), hardware, ColumnsRule::Physical).arrays, 3);
}

// The sign bit is a slice of its own: 1 + ceil(7 / 2) = 5 columns per weight.
TEST_F(Cost, TwosComplementWeights) {
  Hardware hardware;
  hardware.kind = MappingKind::TwosComplement;
  EXPECT_EQ(cost(makeMatmul(256, 256), hardware).arrays, 5);
}

// 1 + ceil(7 / 2) = 5 cycles, and twice ceil(8 / 2) = 4.
TEST_F(Cost, InputEncodings) {
  Hardware hardware;
  hardware.dacBits = 2;
  EXPECT_EQ(cost(makeMatmul(256, 32), hardware).executes, 4);
  hardware.encoding = InputEncoding::TwosComplement;
  EXPECT_EQ(cost(makeMatmul(256, 32), hardware).executes, 5);
  hardware.encoding = InputEncoding::Differential;
  EXPECT_EQ(cost(makeMatmul(256, 32), hardware).executes, 8);
}

// ceil(7 / 2) = 4 slices as before, but ceil((5 - 1) / 2) = 2 instead of 3.
TEST_F(Cost, SliceRule) {
  Hardware hardware;
  auto arrays = [&](int64_t bits) {
    return getLayerCost(makeMatmul(256, 128), hardware.get(&context),
                        makePrecision(&context, bits, 8), ColumnsRule::Published)
        .arrays;
  };
  EXPECT_EQ(arrays(5), 3);
  hardware.sliceRule = SliceRule::Magnitude;
  EXPECT_EQ(arrays(5), 2);
  EXPECT_EQ(arrays(8), 4);
}

TEST_F(Cost, GroupsAreRepeats) {
  LayerCost one = cost(makeMatmul(64, 50, 50), Hardware());
  LayerCost twelve = cost(makeMatmul(64, 50, 50, 12), Hardware());
  EXPECT_EQ(twelve.arrays, 12 * one.arrays);
  EXPECT_EQ(twelve.executes, 12 * one.executes);
  EXPECT_EQ(twelve.dequantMultiplications, 12 * one.dequantMultiplications);
  EXPECT_DOUBLE_EQ(twelve.utilisation(), one.utilisation());
}

// Per output 1, T, S * T multiplications (T = 3, S = 4).
TEST_F(Cost, DequantMultiplications) {
  auto multiplications = [&](Granularity weight, AdcKind kind, Granularity adc) {
    return getLayerCost(makeConv(64, 128, 3, 28), Hardware().get(&context),
                        makePrecision(&context, 8, 8, weight, kind, adc), ColumnsRule::Published)
               .dequantMultiplications /
           (784 * 128);
  };
  Granularity layer = Granularity::Layer, column = Granularity::Column;
  EXPECT_EQ(multiplications(layer, AdcKind::Ideal, column), 1);
  EXPECT_EQ(multiplications(column, AdcKind::Ideal, column), 3);
  EXPECT_EQ(multiplications(layer, AdcKind::Linear, layer), 1);
  EXPECT_EQ(multiplications(layer, AdcKind::Linear, Granularity::Array), 3);
  EXPECT_EQ(multiplications(layer, AdcKind::Linear, column), 12);
  EXPECT_EQ(multiplications(column, AdcKind::Linear, column), 12);
}

const char *kModule = R"mlir(
func.func @main(%x: tensor<1x1x64xf32>, %w: tensor<1x64x10xf32>, %b: tensor<10xf32>)
    -> tensor<1x10xf32> {
  %y = cim.matmul %x, %w, %b {layer = "fc", mapping = #cim.mapping<crossbar = <rows = 256>>,
    precision = #cim.precision<weight = <bits = 8>, activation = <bits = 4>,
                               adc = <kind = linear, bits = 6>>}
    : (tensor<1x1x64xf32>, tensor<1x64x10xf32>, tensor<10xf32>) -> tensor<1x1x10xf32>
  %shape = tosa.const_shape {values = dense<[1, 10]> : tensor<2xindex>} : () -> !tosa.shape<2>
  %row = tosa.reshape %y, %shape : (tensor<1x1x10xf32>, !tosa.shape<2>) -> tensor<1x10xf32>
  %e = tosa.exp %row : (tensor<1x10xf32>) -> tensor<1x10xf32>
  %sum = tosa.add %e, %row : (tensor<1x10xf32>, tensor<1x10xf32>) -> tensor<1x10xf32>
  %twice = tosa.add %sum, %sum : (tensor<1x10xf32>, tensor<1x10xf32>) -> tensor<1x10xf32>
  return %twice : tensor<1x10xf32>
})mlir";

TEST_F(Cost, Report) {
  auto module = mlir::parseSourceString<mlir::ModuleOp>(kModule, &context);
  ASSERT_TRUE(module);
  auto cost = getProgramCost(*module);
  ASSERT_TRUE(succeeded(cost));
  llvm::json::Object report = toJson(*cost);
  const llvm::json::Object *total = report.getObject("total");
  EXPECT_EQ(total->getInteger("writes"), 1);
  EXPECT_EQ(total->getInteger("executes"), 4);
  EXPECT_EQ(total->getNumber("latency_us"), 56 + 4 * 1.4);
  EXPECT_EQ(total->getInteger("arrays"), 1);
  EXPECT_EQ(total->getInteger("conversions"), 4 * 40);
  EXPECT_EQ(total->getInteger("dequantize_multiplications"), 10);
  EXPECT_EQ(total->getNumber("utilisation"), 64.0 * 80 / 65536);
  const llvm::json::Object *layer = report.getArray("layers")->front().getAsObject();
  EXPECT_EQ(layer->getString("name"), "fc");
  EXPECT_EQ(layer->getInteger("writes"), 1);
  EXPECT_EQ(layer->getInteger("weight_bits"), 8);
  EXPECT_EQ(layer->getInteger("activation_bits"), 4);
  EXPECT_EQ(layer->getInteger("adc_bits"), 6);
  EXPECT_EQ(*report.getObject("digital"), (llvm::json::Object{{"tosa.add", 2}, {"tosa.exp", 1}}));
}

/// The message of the failure of getProgramCost on a module.
std::string getError(mlir::MLIRContext &context, const std::string &source) {
  auto module = mlir::parseSourceString<mlir::ModuleOp>(source, &context);
  std::string message;
  mlir::ScopedDiagnosticHandler handler(
      &context, [&](mlir::Diagnostic &diagnostic) { message = diagnostic.str(); });
  EXPECT_TRUE(failed(getProgramCost(*module)));
  return message;
}

TEST_F(Cost, Errors) {
  std::string source = kModule;
  size_t precision = source.find(",\n    precision");
  std::string none = source;
  none.erase(precision, source.find(">>}") + 2 - precision);
  EXPECT_EQ(getError(context, none),
            "'cim.matmul' op must have a 'precision' to have a cost, got none");
}

} // namespace
