//===- MvmRandomLayer.cpp - Random crossbar layers ------------------------===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See MvmLayer.h. Every mapping, encoding, ADC and geometry, with values that are often ties.
//
//===----------------------------------------------------------------------===//

#include "MvmLayer.h"

#include <cmath>
#include <numeric>

using namespace cim;
using namespace cim::runtime;
using cim::test::Layer;

namespace {

std::vector<int64_t> randomParts(Random &random, int64_t sum, int64_t largest) {
  std::vector<int64_t> parts;
  for (; sum > 0; sum -= parts.back())
    parts.push_back(random.in(1, std::min(sum, largest)));
  return parts;
}

/// Equal parts with a smaller rest, or random ones.
std::vector<int64_t> digits(Random &random, int64_t bits) {
  if (random.in(0, 3) == 0)
    return randomParts(random, bits, 8);
  int64_t each = random.in(1, 4);
  std::vector<int64_t> parts;
  for (int64_t left = bits; left > 0; left -= each)
    parts.push_back(each);
  return parts;
}

void randomGeometry(Random &random, MvmPlan &plan) {
  plan.hasWindow = random.flip();
  plan.matrices = 1;
  plan.batch = random.in(1, 2);
  if (!plan.hasWindow) {
    plan.groups = plan.kernelArea = plan.height = 1;
    plan.rows = plan.channels = random.in(1, 60);
    plan.width = random.in(1, 80);
    plan.computed = random.flip();
    if (plan.batch == 1)
      plan.matrices = random.in(1, 3);
    return;
  }
  int32_t number[10];
  for (int32_t &i : number)
    i = static_cast<int32_t>(random.in(1, 3));
  std::array<int32_t, 2> kernel = {number[0], number[1]}, stride = {number[2], number[3]},
                         dilation = {number[4], number[5]};
  std::array<int32_t, 4> pad = {number[6] - 1, number[7] - 1, number[8] - 1, number[9] - 1};
  plan.groups = random.in(0, 3) ? 1 : random.in(2, 3);
  plan.window = format::Window(kernel, stride, pad, dilation, static_cast<int32_t>(plan.groups));
  plan.kernelArea = kernel[0] * kernel[1];
  int64_t channels = random.flip() ? random.in(1, 5) : 4 * random.in(1, 3);
  plan.rows = channels * plan.kernelArea;
  plan.channels = channels * plan.groups;
  plan.outHeight = random.in(1, 8);
  plan.outWidth = random.in(1, 9);
  // The last stride may leave a rest that no window reaches.
  auto inputSize = [&](int64_t out, int axis) {
    int64_t size = (out - 1) * stride[axis] + (kernel[axis] - 1) * dilation[axis] + 1 -
                   pad[2 * axis] - pad[2 * axis + 1] + random.in(0, stride[axis] - 1);
    return std::max<int64_t>(size, 1);
  };
  plan.height = inputSize(plan.outHeight, 0);
  plan.width = inputSize(plan.outWidth, 1);
}

/// A table, for each tile, slice and output or for some of them together; of outputs for one or all
/// of them.
void randomTable(Random &random, Layer &layer) {
  MvmPlan &plan = layer.plan;
  int64_t each[] = {int64_t(plan.tiles.size()), int64_t(plan.slices.size()), layer.outputs()};
  for (int axis = 0; axis < 3; ++axis)
    plan.levelsShape[axis] = random.flip() || (!plan.adc && axis < 2) ? 1 : each[axis];
  const int64_t limits[] = {16, 31, 63, 127, 255, 300};
  int64_t limit = limits[random.in(0, 5)], thresholds = random.flip() ? limit : random.in(1, limit);
  plan.levelsShape[3] = thresholds + 1;
  int64_t rows = plan.levelsShape[0] * plan.levelsShape[1] * plan.levelsShape[2];
  int64_t widest = random.in(1, plan.adc ? 9 : 500), largest = random.in(0, 3) ? 100 : 32767;
  int64_t middle = largest == 100 && random.flip() ? random.in(-32000, 32000) : 0;
  for (int64_t row = 0; row < rows; ++row) {
    int64_t threshold = random.in(plan.adc ? -60 : -9000, 5);
    for (int64_t i = 0; i < thresholds; ++i)
      layer.thresholds.push_back(static_cast<int32_t>(threshold += random.in(1, widest)));
    for (int64_t i = 0; i <= thresholds; ++i)
      layer.levels.push_back(static_cast<int32_t>(middle + random.in(-largest - 1, largest)));
  }
  plan.thresholds = layer.thresholds.data();
  plan.levels = layer.levels.data();
  auto [least, most] = std::minmax_element(layer.levels.begin(), layer.levels.end());
  plan.qmin = *least;
  plan.qmax = *most;
}

void randomAdc(Random &random, Layer &layer) {
  MvmPlan &plan = layer.plan;
  if (random.in(0, 3) == 0)
    return randomTable(random, layer);
  bool isSigned = format::isDifferential(plan.kind);
  int64_t bits = random.in(1, 3) == 1 ? random.in(9, 16) : random.in(isSigned ? 2 : 1, 8);
  plan.qmax = (1 << (isSigned ? bits - 1 : bits)) - 1;
  plan.qmin = !isSigned ? 0 : random.flip() ? -plan.qmax : -plan.qmax - 1;
  int64_t count = plan.tiles.size() * plan.slices.size() * layer.outputs();
  bool ties = random.flip(), large = random.in(0, 15) == 0;
  for (int64_t i = 0; i < count; ++i) {
    float scale = ties ? static_cast<float>(1 << random.in(0, 4)) : 1 + 9 * random.unit();
    layer.reciprocal.push_back((large ? 300.0f : 1.0f) / scale);
    layer.offsets.push_back(
        static_cast<int32_t>(large ? random.in(-16777215, 16777215) : random.in(-20, 20)));
  }
  plan.reciprocal = layer.reciprocal.data();
  plan.offsets = random.flip() ? layer.offsets.data() : nullptr;
}

/// Numbers that are quantized to the codes of the layer, up to ties and beyond the largest code.
void computeWeights(Random &random, const format::PackedShape &shape, int32_t limit, Layer &layer) {
  bool ties = random.flip();
  layer.write = {shape.groups, shape, ties ? 0.25f : 0.1f + random.unit(), limit, 1};
  layer.write.shape.groups = 1;
  layer.plan.correctionScale = random.unit();
  for (int8_t &code : layer.codes) {
    float steps = ties ? static_cast<float>(random.in(-3 * limit, 3 * limit)) / 2
                       : static_cast<float>(code) + 0.9f * random.unit() - 0.45f;
    float weight = steps * layer.write.scale, special[] = {NAN, INFINITY, -INFINITY, 3e38f};
    if (random.in(0, 60) == 0)
      weight = special[random.in(0, 3)];
    layer.weights.push_back(weight);
    float rounded = std::nearbyint(weight / layer.write.scale), bound = static_cast<float>(limit);
    code =
        static_cast<int8_t>(std::isnan(rounded) ? 0 : std::fmin(std::fmax(rounded, -bound), bound));
  }
}

/// A mapping and slices of codes of `bits` bits, which become one bit now and then.
void randomMapping(Random &random, MvmPlan &plan, int64_t &bits) {
  const format::MappingKind kinds[] = {
      format::MappingKind_DifferentialColumn, format::MappingKind_DifferentialRow,
      format::MappingKind_Offset, format::MappingKind_TwosComplement};
  plan.kind = kinds[random.in(0, 3)];
  bool isOffset = plan.kind == format::MappingKind_Offset;
  if (isOffset && !plan.computed && random.in(0, 4) == 0)
    bits = 1;
  if (format::isDifferential(plan.kind))
    plan.slices = digits(random, bits);
  else if (isOffset)
    plan.slices =
        random.in(0, 3) ? randomParts(random, bits, random.in(1, 4)) : std::vector<int64_t>{bits};
  else {
    plan.slices = randomParts(random, bits - 1, random.in(1, 7));
    plan.slices.push_back(1);
  }
}

void randomWeights(Random &random, Layer &layer) {
  MvmPlan &plan = layer.plan;
  plan.columns = random.in(1, 40);
  plan.tiles = random.flip() ? std::vector<int64_t>{plan.rows} : randomParts(random, plan.rows, 40);
  plan.adc = random.in(0, 3) != 0;
  plan.sumSlices = !plan.adc || random.flip();
  plan.sumTiles = plan.sumSlices && random.flip();
  int64_t bits = random.in(2, 8);
  randomMapping(random, plan, bits);
  plan.planes = format::makePlanes(plan.kind, plan.slices);
  int64_t limit = (1 << (bits - 1)) - 1, blocks = plan.matrices * plan.groups;
  bool full = !plan.computed && (!format::isDifferential(plan.kind) || random.flip());
  for (int64_t i = 0; i < blocks * plan.rows * plan.columns; ++i) {
    int64_t code = random.in(0, 5) ? random.in(full ? -limit - 1 : -limit, limit) : limit;
    if (bits == 1)
      code = random.flip() ? 1 : -1;
    layer.codes.push_back(static_cast<int8_t>(code));
  }
  bool merged = !plan.adc && plan.sumTiles;
  format::PackedShape shape = {blocks,
                               plan.rows,
                               plan.columns,
                               plan.kernelArea,
                               merged ? std::vector<int64_t>{plan.rows} : plan.tiles,
                               format::hasSignCodes(plan.kind, plan.slices)};
  if (plan.computed)
    return computeWeights(random, shape, static_cast<int32_t>(limit), layer);
  layer.section.resize(shape.bytes());
  format::packWeights(shape, layer.codes.data(), layer.section.data());
  plan.weights = layer.section.data();
}

/// An encoding without a zero-point term, and what it asks of z and the last cycle.
void randomEncoding(Random &random, Layer &layer) {
  MvmPlan &plan = layer.plan;
  int32_t levels = 1 << plan.activationBits;
  if (random.flip()) {
    plan.encoding = format::InputEncoding_Differential;
    const int32_t edges[] = {1, levels / 2, levels - 1,
                             static_cast<int32_t>(random.in(1, levels - 1))};
    plan.zeroPoint = edges[random.in(0, 3)];
    return;
  }
  plan.encoding = format::InputEncoding_TwosComplement;
  plan.zeroPoint = levels / 2;
  layer.cycles = randomParts(random, plan.activationBits - 1, random.in(1, 4));
  layer.cycles.push_back(1);
}

void randomActivations(Random &random, Layer &layer) {
  MvmPlan &plan = layer.plan;
  plan.activationBits = static_cast<int32_t>(random.in(1, 8));
  layer.cycles = digits(random, plan.activationBits);
  int64_t levels = 1 << plan.activationBits;
  plan.zeroPoint = random.flip() ? 0 : static_cast<int32_t>(random.in(0, levels - 1));
  if (random.flip())
    randomEncoding(random, layer);
  plan.cycles = makeCycles(plan.encoding, layer.cycles);
  if (hasSignedSums(plan) && !plan.computed) {
    layer.columnSums = sumColumns(plan);
    plan.columnSums = layer.columnSums.data();
  }
  bool ties = random.flip();
  plan.activationScale = ties ? 0.25f : 0.1f + random.unit();
  layer.input.resize(plan.matrices * plan.batch * plan.height * plan.width * plan.channels);
  float special[] = {NAN, INFINITY, -INFINITY, 3e38f, -0.0f, 1e-40f};
  for (float &x : layer.input) {
    float steps = ties ? static_cast<float>(random.in(-2 * levels, 4 * levels)) / 2
                       : static_cast<float>(levels) * (1.3f * random.unit() - 0.2f) -
                             static_cast<float>(plan.zeroPoint);
    x = random.in(0, 60) ? steps * plan.activationScale : special[random.in(0, 5)];
  }
}

} // namespace

void cim::test::makeRandomLayer(Random &random, Layer &layer) {
  MvmPlan &plan = layer.plan;
  randomGeometry(random, plan);
  randomWeights(random, layer);
  randomActivations(random, layer);
  if (plan.adc)
    randomAdc(random, layer);
  plan.convertsOutputs = !plan.adc && plan.sumTiles && random.flip();
  if (plan.convertsOutputs)
    randomTable(random, layer);
  for (int64_t n = 0; n < layer.outputs(); ++n)
    layer.start.push_back(random.unit() - 0.5f);
  int64_t tiles = plan.sumTiles ? 1 : plan.tiles.size();
  int64_t slices = plan.sumSlices ? 1 : plan.slices.size();
  for (int64_t i = 0; i < tiles * slices * layer.outputs(); ++i) {
    bool isSign = !plan.sumSlices && plan.kind == format::MappingKind_TwosComplement &&
                  i / layer.outputs() % slices == slices - 1;
    layer.scale.push_back((isSign ? -1 : 1) * (0.001f + random.unit()));
  }
  plan.start = layer.start.data();
  plan.scale = layer.scale.data();
  bool binary = plan.slices == std::vector<int64_t>{1};
  bool isOffset = plan.kind == format::MappingKind_Offset;
  bool hasBeta = binary && format::isDifferential(plan.kind) && random.flip();
  if (!hasBeta && !(isOffset && (plan.adc || binary)))
    return;
  for (int64_t i = 0; i < tiles * layer.outputs(); ++i)
    layer.reference.push_back(random.unit() - 0.5f);
  plan.reference = layer.reference.data();
}
