//===- PartialSumCalibrationTest.cpp - Partial sums of a layer --*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The partial sums that calibration sees, against sums written straight from
// section 2 of the design contract: min-max scales reveal the extremes.
//
//===----------------------------------------------------------------------===//

#include "PartialSumCalibration.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/MLIRContext.h"
#include <cmath>
#include <gtest/gtest.h>
#include <map>
#include <random>

using namespace cim;

namespace {

struct Case {
  int64_t groups = 1, channels = 3, outputs = 4, kernel = 3, side = 6, stride = 1, pad = 1,
          dilation = 1;
  int64_t weightBits = 4, activationBits = 4, cellBits = 2, dacBits = 1, zeroPoint = 0;
  int64_t tileRows = 9;
  MappingKind kind = MappingKind::DifferentialColumn;
  Granularity granularity = Granularity::Column;
  InputEncoding encoding = InputEncoding::Offset;

  quant::Codes codes() const {
    bool isUnsigned = kind == MappingKind::Offset || kind == MappingKind::TwosComplement;
    return isUnsigned ? quant::Codes{0, 3} : quant::Codes{-2, 1};
  }
};

class PartialSumCalibrationTest : public ::testing::Test {
protected:
  PartialSumCalibrationTest() { context.loadDialect<CimDialect>(); }

  static llvm::SmallVector<int64_t> cut(int64_t total, int64_t width) {
    llvm::SmallVector<int64_t> parts;
    for (int64_t at = 0; at < total; at += width)
      parts.push_back(std::min(width, total - at));
    return parts;
  }

  PartialSumLayer makeLayer(const Case &c) {
    mlir::Builder builder(&context);
    PartialSumLayer layer;
    layer.inputShape = {1, c.side, c.side, c.groups * c.channels};
    layer.window = WindowAttr::get(&context, {c.kernel, c.kernel}, {c.stride, c.stride},
                                   {c.pad, c.pad, c.pad, c.pad}, {c.dilation, c.dilation});
    layer.outputSize = layer.window.getOutputSize(c.side, c.side);
    layer.shape = {c.groups, c.channels * c.kernel * c.kernel, c.outputs, c.kernel * c.kernel,
                   layer.outputSize.first * layer.outputSize.second};
    layer.tiles = cut(layer.shape.rows, c.tileRows);
    layer.kind = c.kind;
    layer.slices = cut(c.weightBits, c.cellBits);
    if (c.kind == MappingKind::TwosComplement) {
      layer.slices = cut(c.weightBits - 1, c.cellBits);
      layer.slices.push_back(1);
    }
    layer.cycles = cut(c.activationBits, c.dacBits);
    layer.encoding = c.encoding;
    if (c.encoding == InputEncoding::TwosComplement) {
      layer.cycles = cut(c.activationBits - 1, c.dacBits);
      layer.cycles.push_back(1);
    }
    layer.activation = ActivationAttr::get(&context, c.activationBits, c.zeroPoint,
                                           builder.getF32FloatAttr(0.125f));
    layer.adc = AdcAttr::get(&context, AdcKind::Linear, 2, c.granularity, CodeRange::Full, {}, {});
    int64_t q = (1 << (c.weightBits - 1)) - 1;
    for (int64_t i = 0; i < c.groups * layer.shape.rows * c.outputs; ++i)
      layer.codes.push_back(int64_t(random() % uint32_t(2 * q + 1)) - q);
    return layer;
  }

  std::vector<float> makeInput(const PartialSumLayer &layer) {
    std::vector<float> input(layer.inputShape[1] * layer.inputShape[2] * layer.inputShape[3]);
    for (float &value : input)
      value = float(random() % 64) / 16 - 1.5f;
    return input;
  }

  /// Two random inputs, seen in one order by one and in the other by the other.
  void addInBothOrders(const PartialSumLayer &layer, PartialSumCalibration &forward,
                       PartialSumCalibration &backward) {
    std::vector<float> first = makeInput(layer), second = makeInput(layer);
    forward.add(first.data(), {0, 5, 9});
    forward.add(second.data(), {1, 2});
    backward.add(second.data(), {2, 1});
    backward.add(first.data(), {9, 5, 0});
  }

  std::mt19937 random{5};
  mlir::MLIRContext context;
};

/// The code of row k of a group at an output position.
int64_t inputCode(const Case &c, const PartialSumLayer &layer, const std::vector<float> &input,
                  int64_t position, int64_t group, int64_t k) {
  int64_t channel = k / layer.shape.kernelArea, kh = k / c.kernel % c.kernel, kw = k % c.kernel;
  int64_t y = position / layer.outputSize.second * c.stride - c.pad + kh * c.dilation;
  int64_t x = position % layer.outputSize.second * c.stride - c.pad + kw * c.dilation;
  if (y < 0 || y >= c.side || x < 0 || x >= c.side)
    return c.zeroPoint;
  float value = input[(y * c.side + x) * c.groups * c.channels + group * c.channels + channel];
  double top = double((1 << c.activationBits) - 1);
  return int64_t(std::clamp(std::nearbyint(double(value / 0.125f)), -double(c.zeroPoint),
                            top - double(c.zeroPoint))) +
         c.zeroPoint;
}

/// What is fed for a code in one pass: the code, its signed value's bits, or its distance from z.
int64_t fed(const Case &c, int64_t code, int64_t pass) {
  int64_t value = code - c.zeroPoint;
  if (c.encoding == InputEncoding::TwosComplement)
    return value & ((1 << c.activationBits) - 1);
  if (c.encoding == InputEncoding::Differential)
    return std::max<int64_t>(pass == 0 ? value : -value, 0);
  return code;
}

/// The min-max scale of every scale index from sums computed one by one.
std::vector<float> expectedScales(const Case &c, const PartialSumLayer &layer,
                                  const std::vector<float> &input) {
  int64_t tiles = layer.tiles.size(), slices = layer.slices.size();
  ScaleIndex index{c.granularity, c.groups, tiles, slices, layer.shape.outputs()};
  std::vector<float> scales(
      mlir::ShapedType::getNumElements(getScaleShape(c.granularity, layer.shape, tiles, slices)),
      1.0f);
  for (int64_t m = 0; m < layer.shape.positions; ++m)
    for (int64_t n = 0; n < layer.shape.outputs(); ++n)
      for (int64_t b = 0, e = layer.cycles.size(); b < e * getNumPasses(c.encoding); ++b)
        for (int64_t t = 0; t < tiles; ++t)
          for (int64_t s = 0; s < slices; ++s) {
            int64_t group = n / c.outputs, sum = 0;
            for (int64_t k = t * c.tileRows; k < t * c.tileRows + layer.tiles[t]; ++k) {
              int64_t code = inputCode(c, layer, input, m, group, k);
              // The sign bit follows the others, however they are cut.
              int64_t bit = std::min(b % e * c.dacBits, c.activationBits - layer.cycles[b % e]);
              int64_t digit = fed(c, code, b / e) >> bit & ((1 << layer.cycles[b % e]) - 1);
              int64_t weight =
                  layer.codes[(group * layer.shape.rows + k) * c.outputs + n % c.outputs];
              if (c.kind == MappingKind::Offset)
                weight += 1 << (c.weightBits - 1);
              if (c.kind == MappingKind::TwosComplement)
                weight &= (1 << c.weightBits) - 1;
              int64_t from = std::min(s * c.cellBits, c.weightBits - layer.slices[s]);
              int64_t cell = std::abs(weight) >> from & ((1 << layer.slices[s]) - 1);
              sum += digit * (weight < 0 ? -cell : cell);
            }
            float &scale = scales[index(t, s, n)];
            auto [low, high] = c.codes();
            scale = std::max(scale, float(double(sum) / double(high)));
            if (low < 0)
              scale = std::max(scale, float(double(sum) / double(low)));
          }
  return scales;
}

/// The scales of windows from zero.
std::vector<float> getScales(const PartialSumCalibration &calibration, quant::Codes codes,
                             decltype(quant::minMaxWindow) *choose) {
  std::vector<float> scales;
  for (const PartialSumCalibration::Group &group : calibration.getGroups()) {
    EXPECT_EQ(group.index, int64_t(scales.size()));
    scales.push_back(choose(calibration.getSamples(group), codes, 0).scale);
  }
  return scales;
}

TEST_F(PartialSumCalibrationTest, MatchesTheDefinition) {
  std::vector<Case> cases(16);
  cases[1].granularity = Granularity::Array;
  cases[2].granularity = Granularity::Layer;
  cases[3].zeroPoint = 7; // padding is not zero
  cases[4].groups = 2;
  cases[5].groups = 2, cases[5].granularity = Granularity::Array;
  cases[6].stride = 2, cases[6].dilation = 2, cases[6].dacBits = 3, cases[6].tileRows = 10;
  // Digits so wide that sums need 32 bits.
  cases[7].weightBits = cases[7].cellBits = cases[7].activationBits = cases[7].dacBits = 8;
  cases[7].tileRows = 27;
  cases[8].encoding = InputEncoding::TwosComplement, cases[8].zeroPoint = 8, cases[8].dacBits = 2;
  cases[9].encoding = InputEncoding::Differential, cases[9].zeroPoint = 8;
  cases[10].encoding = InputEncoding::Differential, cases[10].zeroPoint = 1, cases[10].dacBits = 3;
  cases[11].kind = MappingKind::Offset;
  cases[12].kind = MappingKind::TwosComplement, cases[12].granularity = Granularity::Layer;
  cases[13].kind = MappingKind::Offset, cases[13].groups = 2, cases[13].zeroPoint = 7;
  cases[14].kind = MappingKind::Offset, cases[14].encoding = InputEncoding::Differential;
  cases[14].zeroPoint = 8;
  // Unsigned digits of 8 bits.
  cases[15].kind = MappingKind::Offset, cases[15].weightBits = cases[15].cellBits = 8;
  for (const Case &c : cases) {
    PartialSumLayer layer = makeLayer(c);
    std::vector<float> input = makeInput(layer);
    PartialSumCalibration calibration(layer, /*bins=*/0);
    llvm::SmallVector<int64_t> positions;
    for (int64_t m = 0; m < layer.shape.positions; ++m)
      positions.push_back(m);
    calibration.add(input.data(), positions);
    EXPECT_EQ(getScales(calibration, c.codes(), quant::minMaxWindow),
              expectedScales(c, layer, input))
        << "case " << &c - cases.data();
  }
}

// Every sum over all rows is counted: of codes, or of what they stand for where encodings feed
// that.
TEST_F(PartialSumCalibrationTest, OutputsOfAnAdcThatConvertsThem) {
  for (Granularity granularity : {Granularity::Layer, Granularity::Column})
    for (InputEncoding encoding :
         {InputEncoding::Offset, InputEncoding::TwosComplement, InputEncoding::Differential}) {
      Case c;
      c.groups = 2, c.zeroPoint = 8, c.encoding = encoding;
      PartialSumLayer layer = makeLayer(c);
      layer.tiles = {layer.shape.rows};
      layer.slices = {c.weightBits};
      layer.adc = AdcAttr::get(&context, AdcKind::Table, 2, granularity, CodeRange::Full, {}, {},
                               {}, {}, AdcPlacement::Preactivation);
      std::vector<float> input = makeInput(layer);
      PartialSumCalibration calibration(layer, /*bins=*/1 << 14);
      calibration.add(input.data(), {3, 17, 30});
      bool perLayer = granularity == Granularity::Layer;
      std::vector<std::map<double, double>> expected(perLayer ? 1 : layer.shape.outputs());
      for (int64_t m : {3, 17, 30})
        for (int64_t n = 0; n < layer.shape.outputs(); ++n) {
          int64_t sum = 0, group = n / c.outputs;
          for (int64_t k = 0; k < layer.shape.rows; ++k) {
            int64_t code = inputCode(c, layer, input, m, group, k);
            sum += (encoding == InputEncoding::Offset ? code : code - c.zeroPoint) *
                   layer.codes[(group * layer.shape.rows + k) * c.outputs + n % c.outputs];
          }
          ++expected[perLayer ? 0 : n][double(sum)];
        }
      std::vector<PartialSumCalibration::Group> groups = calibration.getGroups();
      ASSERT_EQ(groups.size(), expected.size());
      for (auto [group, counts] : llvm::zip_equal(groups, expected)) {
        std::map<double, double> actual;
        for (quant::Sample sample : calibration.getSamples(group))
          actual[sample.value] = sample.count;
        EXPECT_EQ(actual, counts);
      }
    }
}

TEST_F(PartialSumCalibrationTest, Matmul) {
  PartialSumLayer layer = makeLayer(Case());
  layer.window = {};
  layer.shape = {1, 27, 4, 1, 2};
  layer.inputShape = {1, 2, 27};
  std::vector<float> input(54, 0.0f);
  input[27 + 3] = 0.125f; // row 3 of the second token has code 1
  PartialSumCalibration calibration(layer, /*bins=*/0);
  calibration.add(input.data(), {0, 1});
  std::vector<float> scales = getScales(calibration, Case().codes(), quant::minMaxWindow);
  for (int64_t n = 0; n < 4; ++n)
    for (int64_t s = 0; s < 2; ++s) {
      int weight = layer.codes[3 * 4 + n], cell = std::abs(weight) >> (2 * s) & 3;
      double expected = weight < 0 ? cell / 2.0 : cell;
      EXPECT_EQ(scales[s * 4 + n], std::max(1.0f, float(expected)));
    }
}

TEST_F(PartialSumCalibrationTest, MseDoesNotDependOnOrder) {
  for (Granularity granularity : {Granularity::Layer, Granularity::Array, Granularity::Column}) {
    Case c;
    c.granularity = granularity;
    PartialSumLayer layer = makeLayer(c);
    PartialSumCalibration forward(layer, 64), backward(layer, 64);
    addInBothOrders(layer, forward, backward);
    EXPECT_EQ(getScales(forward, c.codes(), quant::mseWindow),
              getScales(backward, c.codes(), quant::mseWindow));
    for (float scale : getScales(forward, c.codes(), quant::mseWindow))
      EXPECT_GE(scale, 1.0f);
  }
}

// The second look at the same sums improves windows, whatever its order.
TEST_F(PartialSumCalibrationTest, WindowErrors) {
  for (Granularity granularity : {Granularity::Layer, Granularity::Array, Granularity::Column}) {
    Case c;
    c.granularity = granularity;
    PartialSumLayer layer = makeLayer(c);
    PartialSumCalibration forward(layer, 64), backward(layer, 64);
    std::vector<quant::Window> wide(forward.getGroups().size(), {8, 0});
    for (PartialSumCalibration *calibration : {&forward, &backward})
      calibration->startErrors(wide, c.codes(), 0);
    addInBothOrders(layer, forward, backward);
    bool improved = false;
    for (const PartialSumCalibration::Group &group : forward.getGroups()) {
      EXPECT_EQ(forward.getBest(group).scale, backward.getBest(group).scale);
      improved |= forward.getBest(group).scale != 8;
    }
    EXPECT_TRUE(improved);
  }
}

} // namespace
