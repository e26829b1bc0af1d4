//===- MappingsTest.cpp - One layer under every mapping ---------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// With an ideal ADC a layer computes the exact sum of (xq - z) * wq however its weights and
// inputs are mapped. Random layers are evaluated by the reference and compiled and run under every
// kind of mapping and every encoding, with random tiles and slices: both give the same bits, for
// one encoding the same for all mappings; with scales that are powers of two they are
// the sums themselves, otherwise the sums to rounding. An ADC that converts outputs gives the
// levels of these sums.
//
//===----------------------------------------------------------------------===//

#include "Environment.h"
#include "Product.h"
#include "RandomLayer.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include <cmath>
#include <gtest/gtest.h>
#include <set>

using namespace mlir;
using namespace cim;
using cim::reference::Tensor;

namespace {

/// A layer, the exact sums it computes and its bias.
struct Problem {
  OwningOpRef<ModuleOp> module;
  SmallVector<Tensor> arguments;
  std::vector<test::ExactSum> sums;
  std::vector<float> bias;
  /// All scales are powers of two and the bias is zero: outputs are exact.
  bool exact = false;
};

} // namespace

/// The constant operand of a layer; its value can be replaced.
static tosa::ConstOp getConstantOp(LayerOpInterface layer, unsigned operand) {
  return layer->getOperand(operand).getDefiningOp<tosa::ConstOp>();
}

/// A scale by which numbers up to `largest` are of codes up to about `codes`.
static float drawScale(test::Draw &draw, bool exact, float largest, float codes) {
  float scale = std::ldexp(1.0f, static_cast<int>(std::floor(std::log2(largest / codes))));
  return exact ? scale : scale * draw.real(0.7f, 1.9f);
}

/// Widths, ranges and scales that every mapping allows.
static PrecisionAttr drawPrecision(test::Draw &draw, LayerOpInterface layer, float largestWeight,
                                   bool exact, bool allowBeta) {
  MLIRContext *context = layer.getContext();
  // Binary weights have other steps of rounding.
  bool binary = exact && !layer.isDynamic() && draw.chance(30);
  int64_t bits = binary ? 1 : draw.integer(2, 8);
  bool narrow = binary || layer.isDynamic() || draw.chance(50);
  bool perLayer = layer.isDynamic() || draw.chance(50);
  SmallVector<int64_t> shape;
  if (!perLayer)
    shape.push_back(layer.getLayerShape().outputs());
  auto codes = static_cast<float>(int64_t(1) << (bits - 1));
  auto scale = test::makeFloats(context, shape,
                                [&] { return drawScale(draw, exact, largestWeight, codes); });
  DenseElementsAttr split, beta;
  if (binary && draw.chance(70))
    split = test::makeFloats(context, shape, [&] { return draw.real(-2, 2); });
  if (binary && allowBeta && draw.chance(70)) {
    // Multiples of a step of alpha, so that sums stay exact.
    auto alphas = scale.getValues<float>();
    size_t next = 0;
    beta = test::makeFloats(context, shape, [&] {
      return alphas[next++] / test::kBetaSteps * static_cast<float>(draw.integer(-5, 5));
    });
  }
  auto weight = WeightAttr::get(context, bits, perLayer ? Granularity::Layer : Granularity::Channel,
                                narrow ? CodeRange::Narrow : CodeRange::Full, scale, split, beta);
  bits = draw.integer(1, 8);
  auto half = static_cast<float>(int64_t(1) << (bits - 1));
  float step = drawScale(draw, exact, 1.0f, half);
  auto activation = ActivationAttr::get(context, bits, /*zero_point=*/int64_t(1) << (bits - 1),
                                        Builder(context).getF32FloatAttr(step));
  auto ideal = AdcAttr::get(context, AdcKind::Ideal, 8, Granularity::Layer, CodeRange::Full);
  return PrecisionAttr::get(context, weight, activation, ideal);
}

static Problem drawProblem(test::Draw &draw, MLIRContext *context, uint64_t seed, bool allowBeta) {
  Problem problem;
  problem.module = test::makeRandomLayer(context, seed).module;
  problem.exact = draw.chance(50);
  LayerOpInterface layer = test::getLayer(*problem.module);
  ArrayRef<int64_t> shape = cast<ShapedType>(layer.getLayerWeight().getType()).getShape();
  constexpr float kLargestWeight = 4;
  layer.setPrecisionAttr(drawPrecision(draw, layer, kLargestWeight, problem.exact, allowBeta));
  auto function = *problem.module->getOps<func::FuncOp>().begin();
  problem.arguments = reference::makeRandomArguments(function, seed, -1.25f, 1.25f);
  problem.bias.assign(layer.getLayerShape().outputs(), 0);
  Tensor weight;
  if (layer.isDynamic()) {
    problem.arguments[1] =
        reference::makeRandomArguments(function, seed, -kLargestWeight, kLargestWeight)[1];
    weight = problem.arguments[1];
  } else {
    auto values = test::makeFloats(context, shape,
                                   [&] { return draw.real(-kLargestWeight, kLargestWeight); });
    getConstantOp(layer, 1).setValuesAttr(values);
    auto elements = values.getValues<float>();
    weight = {cast<RankedTensorType>(values.getType()),
              std::vector<float>(elements.begin(), elements.end())};
    if (!problem.exact)
      for (float &bias : problem.bias)
        bias = draw.real(-4, 4);
    getConstantOp(layer, 2).setValuesAttr(DenseElementsAttr::get(
        cast<ShapedType>(layer->getOperand(2).getType()), ArrayRef<float>(problem.bias)));
  }
  problem.sums = test::computeExactSums(layer, problem.arguments[0], weight);
  return problem;
}

/// Compares outputs with the exact sums: exactly, or to the rounding of a few operations.
static void compareWithSums(const Problem &problem, ActivationAttr activation,
                            const Tensor &output) {
  double step = activation.getScale().getValueAsDouble();
  auto zeroPoint = static_cast<double>(activation.getZeroPoint());
  ASSERT_EQ(problem.sums.size(), output.floats().size());
  for (auto [i, sum] : llvm::enumerate(problem.sums)) {
    double scale = step * sum.scale, bias = problem.bias[i % problem.bias.size()];
    double wanted = scale * static_cast<double>(sum.sum) + bias;
    double terms = scale * (static_cast<double>(sum.magnitude) +
                            2 * zeroPoint * static_cast<double>(sum.weights));
    double tolerance = problem.exact ? 0 : 0x1p-22 * (terms + std::abs(bias));
    ASSERT_LE(std::abs(output.floats()[i] - wanted), tolerance)
        << "output " << i << " is " << output.floats()[i] << ", not " << wanted;
  }
}

namespace {

/// An ADC that converts outputs: one table for all, or one for each column.
struct OutputAdc {
  float scale;
  std::vector<std::set<int32_t>> thresholds;
  std::vector<std::vector<int32_t>> levels;
  /// The zero point is a part of the sums.
  bool addsZeroPoint;
};

} // namespace

/// Thresholds are near the sums of the problem.
static OutputAdc drawOutputAdc(test::Draw &draw, const Problem &problem, int64_t zeroPoint,
                               bool addsZeroPoint) {
  size_t outputs = problem.bias.size(), length = draw.integer(1, 40);
  OutputAdc adc{problem.exact ? 0.25f : draw.real(0.1f, 2), {}, {}, addsZeroPoint};
  adc.thresholds.resize(draw.chance(50) ? 1 : outputs);
  for (auto [column, thresholds] : llvm::enumerate(adc.thresholds)) {
    int64_t last = problem.sums.size() / outputs - 1;
    while (thresholds.size() < length) {
      const test::ExactSum &sum = problem.sums[draw.integer(0, last) * outputs + column];
      int64_t value = sum.sum + (addsZeroPoint ? zeroPoint * sum.signedWeights : 0);
      thresholds.insert(static_cast<int32_t>(value + draw.integer(-20, 20)));
    }
    std::vector<int32_t> &levels = adc.levels.emplace_back(length + 1);
    for (int32_t &level : levels)
      level = static_cast<int32_t>(draw.integer(-500, 500));
  }
  return adc;
}

static AdcAttr makeAdc(MLIRContext *context, const OutputAdc &adc) {
  std::vector<int32_t> thresholds, levels;
  for (auto [ofColumn, levelsOfColumn] : llvm::zip_equal(adc.thresholds, adc.levels)) {
    llvm::append_range(thresholds, ofColumn);
    llvm::append_range(levels, levelsOfColumn);
  }
  bool perLayer = adc.thresholds.size() == 1;
  SmallVector<int64_t> shape;
  if (!perLayer)
    shape.push_back(adc.thresholds.size());
  auto makeTable = [&](ArrayRef<int32_t> values, int64_t length) {
    SmallVector<int64_t> dims(shape);
    dims.push_back(length);
    return DenseElementsAttr::get(RankedTensorType::get(dims, IntegerType::get(context, 32)),
                                  values);
  };
  int64_t length = adc.thresholds[0].size();
  return AdcAttr::get(
      context, AdcKind::Table, /*bits=*/6, perLayer ? Granularity::Layer : Granularity::Column,
      CodeRange::Full, test::makeFloats(context, shape, [&] { return adc.scale; }), /*offset=*/{},
      makeTable(thresholds, length), makeTable(levels, length + 1), AdcPlacement::Preactivation);
}

/// Compares outputs with the levels of the exact sums.
static void compareWithLevels(const Problem &problem, ActivationAttr activation,
                              const OutputAdc &adc, const Tensor &output) {
  double step = activation.getScale().getValueAsDouble();
  int64_t zeroPoint = adc.addsZeroPoint ? activation.getZeroPoint() : 0;
  for (auto [i, sum] : llvm::enumerate(problem.sums)) {
    size_t column = i % problem.bias.size(), table = adc.thresholds.size() == 1 ? 0 : column;
    int64_t converted = sum.sum + zeroPoint * sum.signedWeights;
    int64_t below = llvm::count_if(adc.thresholds[table], [&](int64_t t) { return t < converted; });
    double scale = step * sum.scale, bias = problem.bias[column];
    double level = scale * adc.scale * adc.levels[table][below];
    double correction = scale * static_cast<double>(zeroPoint * sum.signedWeights);
    double terms =
        std::abs(level) + std::abs(bias) + scale * static_cast<double>(zeroPoint * sum.weights);
    ASSERT_LE(std::abs(output.floats()[i] - (level - correction + bias)),
              problem.exact ? 0 : 0x1p-22 * terms)
        << "output " << i << " is " << output.floats()[i];
  }
}

/// Evaluates and runs a problem under one mapping, with an ideal ADC or one that converts outputs;
/// `first` are the outputs of an earlier one with the same encoding.
static void checkMapping(Problem &problem, MappingAttr mapping, const OutputAdc *adc,
                         std::optional<Tensor> &first) {
  OwningOpRef<ModuleOp> module = problem.module->clone();
  LayerOpInterface layer = test::getLayer(*module);
  layer.setMappingAttr(mapping);
  PrecisionAttr precision = layer.getPrecisionAttr();
  if (adc)
    layer.setPrecisionAttr(PrecisionAttr::get(layer.getContext(), precision.getWeight(),
                                              precision.getActivation(),
                                              makeAdc(layer.getContext(), *adc)));
  FailureOr<Tensor> evaluated = test::evaluate(*module, problem.arguments);
  FailureOr<Tensor> computed = test::compileAndRun(*module, problem.arguments);
  ASSERT_TRUE(succeeded(evaluated) && succeeded(computed));
  EXPECT_EQ(reference::compare(*evaluated, *computed, 0), "") << "runtime";
  if (adc)
    compareWithLevels(problem, precision.getActivation(), *adc, *evaluated);
  else
    compareWithSums(problem, precision.getActivation(), *evaluated);
  if (!first)
    first = *evaluated;
  EXPECT_EQ(reference::compare(*first, *evaluated, 0), "") << "another mapping";
}

/// One random layer under every kind of mapping and every encoding.
static void checkEveryMapping(MLIRContext *context, uint64_t seed, bool ofOutputs,
                              test::Counts &counts) {
  test::Draw draw(seed);
  // What an ADC of outputs converts has no beta yet.
  Problem problem = drawProblem(draw, context, seed, /*allowBeta=*/!ofOutputs);
  PrecisionAttr precision = test::getLayer(*problem.module).getPrecisionAttr();
  WeightAttr weight = precision.getWeight();
  bool binary = weight.getBits() == 1;
  for (InputEncoding encoding : test::kEncodings) {
    std::optional<OutputAdc> adc;
    if (ofOutputs)
      adc = drawOutputAdc(draw, problem, precision.getActivation().getZeroPoint(),
                          encoding == InputEncoding::Offset);
    std::optional<Tensor> first;
    for (MappingKind kind : test::kKinds) {
      // Binary weights in offset cells are sums of 0 and 1, of which the table has the levels.
      if (binary &&
          (kind == MappingKind::TwosComplement || (ofOutputs && kind == MappingKind::Offset)))
        continue;
      std::string name = test::describe(kind, encoding) + (binary ? ", binary" : "") +
                         (weight.getBeta() ? " with beta" : "");
      SCOPED_TRACE(name);
      bool allowMagnitude = !binary && weight.getRange() == CodeRange::Narrow;
      checkMapping(problem, test::drawMapping(draw, context, kind, encoding, allowMagnitude),
                   adc ? &*adc : nullptr, first);
      ++counts[name];
    }
  }
}

TEST(Mappings, AnIdealAdcGivesTheExactSum) {
  auto check = [](MLIRContext *context, uint64_t seed, test::Counts &counts) {
    checkEveryMapping(context, seed, /*ofOutputs=*/false, counts);
  };
  test::forEachSeed(100, "layers with an ideal ADC whose outputs are the exact sums", check);
}

TEST(Mappings, AnAdcOfOutputsGivesTheLevelsOfExactSums) {
  auto check = [](MLIRContext *context, uint64_t seed, test::Counts &counts) {
    checkEveryMapping(context, seed, /*ofOutputs=*/true, counts);
  };
  test::forEachSeed(50, "layers whose ADC converts outputs", check);
}
