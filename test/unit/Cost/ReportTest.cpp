//===- ReportTest.cpp - Costs of modules, as JSON and table -----*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The costs of a small module: totals, digital operations, the report's keys, the table.
//
//===----------------------------------------------------------------------===//

#include "cim-mlir/Cost/Report.h"
#include "Layers.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/Parser/Parser.h"
#include <gtest/gtest.h>

using namespace cim;

namespace {

class Report : public ::testing::Test {
protected:
  Report() { context.loadDialect<CimDialect, mlir::func::FuncDialect, mlir::tosa::TosaDialect>(); }

  mlir::MLIRContext context;
};

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

TEST_F(Report, Json) {
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

TEST_F(Report, Table) {
  auto module = mlir::parseSourceString<mlir::ModuleOp>(kModule, &context);
  std::string text;
  llvm::raw_string_ostream os(text);
  printTable(*getProgramCost(*module), os);
  EXPECT_NE(text.find("fc          8/4/6       1   7.8       1           4          61.6 100.0"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("tiling dense: 1 arrays, 61.6 us\n"), std::string::npos) << text;
  EXPECT_NE(text.find("digital: tosa.add 2, tosa.exp 1\n"), std::string::npos) << text;
}

// A layer whose ADC was proved lossless keeps the width of the ADC that is there.
TEST_F(Report, LosslessAdc) {
  std::string source = kModule;
  source.replace(source.find("kind = linear, bits = 6"), 23, "kind = ideal");
  auto module = mlir::parseSourceString<mlir::ModuleOp>(source, &context);
  auto linear =
      AdcAttr::get(&context, AdcKind::Linear, 6, Granularity::Column, CodeRange::Full, {}, {});
  auto get = [&](const LayerAdcs &declared) {
    return toJson(*getProgramCost(*module, declared)).getArray("layers")->front();
  };
  llvm::json::Value ideal = get({}), proved = get({{"fc", linear}});
  const llvm::json::Object &layer = *proved.getAsObject();
  EXPECT_EQ(layer.getString("adc_kind"), "linear");
  EXPECT_EQ(layer.getInteger("adc_bits"), 6);
  EXPECT_EQ(layer.getBoolean("adc_lossless"), true);
  EXPECT_EQ(layer.getInteger("dequantize_multiplications"), 10);
  EXPECT_EQ(ideal.getAsObject()->getString("adc_kind"), "ideal");
  EXPECT_EQ(ideal.getAsObject()->getInteger("adc_bits"), 9); // 64 rows of -3..3.
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

TEST_F(Report, Errors) {
  std::string source = kModule;
  size_t precision = source.find(",\n    precision");
  std::string none = source;
  none.erase(precision, source.find(">>}") + 2 - precision);
  EXPECT_EQ(getError(context, none),
            "'cim.matmul' op must have a 'precision' to have a cost, got none");
}

} // namespace
