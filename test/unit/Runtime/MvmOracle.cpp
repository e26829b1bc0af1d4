//===- MvmOracle.cpp - A crossbar layer by the book -----------------------===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See MvmLayer.h. One sum after the other, in the letters of the contract.
//
//===----------------------------------------------------------------------===//

#include "MvmLayer.h"

#include <cmath>
#include <numeric>

using namespace cim;
using namespace cim::runtime;
using cim::test::Layer;

namespace {

int64_t quantize(const MvmPlan &plan, float x) {
  float high = static_cast<float>((1 << plan.activationBits) - 1 - plan.zeroPoint);
  float value = std::nearbyint(x / plan.activationScale);
  if (std::isnan(value))
    return plan.zeroPoint;
  value = std::fmin(std::fmax(value, static_cast<float>(-plan.zeroPoint)), high);
  return static_cast<int64_t>(value) + plan.zeroPoint;
}

/// The activation code of position m and row k of a group.
int64_t activationCode(const Layer &layer, int64_t m, int64_t group, int64_t k) {
  const MvmPlan &plan = layer.plan;
  if (!plan.hasWindow)
    return quantize(plan, layer.input[m * plan.channels + k]);
  const format::Window &window = plan.window;
  int64_t c = group * (plan.rows / plan.kernelArea) + k / plan.kernelArea;
  int64_t kernelWidth = window.kernel()->Get(1), kernel = k % plan.kernelArea;
  int64_t sample = m / (plan.outHeight * plan.outWidth);
  int64_t y = m / plan.outWidth % plan.outHeight * window.stride()->Get(0) +
              kernel / kernelWidth * window.dilation()->Get(0) - window.pad()->Get(0);
  int64_t x = m % plan.outWidth * window.stride()->Get(1) +
              kernel % kernelWidth * window.dilation()->Get(1) - window.pad()->Get(2);
  if (y < 0 || y >= plan.height || x < 0 || x >= plan.width)
    return plan.zeroPoint;
  int64_t pixel = (sample * plan.height + y) * plan.width + x;
  return quantize(plan, layer.input[pixel * plan.channels + c]);
}

/// What the DACs are fed for an activation code, section 2.2.
int64_t feed(const MvmPlan &plan, int64_t code, int64_t pass) {
  int64_t value = code - plan.zeroPoint;
  switch (plan.encoding) {
  case format::InputEncoding_TwosComplement:
    return value & ((1 << plan.activationBits) - 1);
  case format::InputEncoding_Differential:
    return std::max<int64_t>(pass == 0 ? value : -value, 0);
  default:
    return code;
  }
}

/// One cycle of one pass: the bits of what is fed, and the weight of its digit.
struct Cycle {
  int64_t pass, begin, bits, weight;

  int64_t digit(const MvmPlan &plan, int64_t code) const {
    return (feed(plan, code, pass) >> begin) & ((1 << bits) - 1);
  }
};

std::vector<Cycle> cyclesOf(const Layer &layer) {
  std::vector<Cycle> cycles;
  int64_t passes = layer.plan.encoding == format::InputEncoding_Differential ? 2 : 1;
  for (int64_t pass = 0; pass < passes; ++pass) {
    int64_t begin = 0;
    for (int64_t bits : layer.cycles) {
      cycles.push_back({pass, begin, bits, (pass == 1 ? -1 : 1) * (int64_t(1) << begin)});
      begin += bits;
    }
  }
  if (layer.plan.encoding == format::InputEncoding_TwosComplement)
    cycles.back().weight *= -1;
  return cycles;
}

/// W, the bits of a weight code.
int64_t weightBits(const MvmPlan &plan) {
  return std::accumulate(plan.slices.begin(), plan.slices.end(), int64_t(0));
}

/// The digit of weight code w in the slice of `bits` bits from `begin`, section 2.4.
int64_t weightDigit(const MvmPlan &plan, int64_t w, int64_t begin, int64_t bits) {
  int64_t width = weightBits(plan), mask = (1 << bits) - 1, half = int64_t(1) << (width - 1);
  switch (plan.kind) {
  case format::MappingKind_Offset:
    return ((width == 1 ? (w + 1) / 2 : w + half) >> begin) & mask;
  case format::MappingKind_TwosComplement:
    return ((w + 2 * half) >> begin) & mask;
  default:
    return w < 0 ? -((-w >> begin) & mask) : (w >> begin) & mask;
  }
}

/// The level of partial sum p of a table.
int64_t look(const Layer &layer, int64_t t, int64_t s, int64_t n, int64_t p) {
  const int64_t *shape = layer.plan.levelsShape;
  auto at = [&](int64_t axis, int64_t i) { return shape[axis] == 1 ? 0 : i; };
  int64_t row = (at(0, t) * shape[1] + at(1, s)) * shape[2] + at(2, n), code = 0;
  for (int64_t i = 0; i < shape[3] - 1; ++i)
    code += layer.plan.thresholds[row * (shape[3] - 1) + i] < p;
  return layer.plan.levels[row * shape[3] + code];
}

/// The code of partial sum (t, s, b, m, n).
int64_t convert(const Layer &layer, int64_t t, int64_t s, size_t b, int64_t n, int64_t p,
                MvmStats &stats) {
  const MvmPlan &plan = layer.plan;
  stats.conversions += !plan.convertsOutputs;
  if (!plan.adc)
    return p;
  if (plan.levels)
    return look(layer, t, s, n, p);
  int64_t index = (t * plan.slices.size() + s) * layer.outputs() + n;
  int32_t offset = plan.offsets ? plan.offsets[index] : 0;
  float value = std::nearbyint(static_cast<float>(p - offset) * plan.reciprocal[index]);
  stats.clipped[b] += value < plan.qmin || value > plan.qmax;
  return static_cast<int64_t>(
      std::fmin(std::fmax(value, static_cast<float>(plan.qmin)), static_cast<float>(plan.qmax)));
}

/// Where output n of a matrix begins, section 2.8.
float startOf(const Layer &layer, int64_t matrix, int64_t n) {
  const MvmPlan &plan = layer.plan;
  if (!plan.computed || plan.encoding != format::InputEncoding_Offset)
    return plan.start[n];
  int64_t sum = 0;
  for (int64_t k = 0; k < plan.rows; ++k)
    sum += layer.codes[(matrix * plan.rows + k) * plan.columns + n];
  return std::fma(static_cast<float>(-plan.zeroPoint * sum), plan.correctionScale, plan.start[n]);
}

/// Output (m, n) of the layer, section 2.7.
float evaluateOutput(const Layer &layer, const std::vector<int64_t> &x, int64_t matrix,
                     int64_t group, int64_t column, MvmStats &stats) {
  const MvmPlan &plan = layer.plan;
  std::vector<Cycle> cycles = cyclesOf(layer);
  int64_t n = group * plan.columns + column, numSlices = plan.slices.size();
  int64_t summedSlices = plan.sumSlices ? 1 : numSlices, width = weightBits(plan);
  bool isOffset = plan.kind == format::MappingKind_Offset, joins = isOffset && !plan.reference;
  std::vector<int64_t> sums(summedSlices);
  int64_t reference = 0, first = 0;
  float acc = startOf(layer, matrix, n);
  auto dequantize = [&](int64_t t) {
    if (joins) // The reference column joins the sum.
      sums[0] -= reference * (int64_t(1) << (width - 1));
    if (plan.convertsOutputs) {
      sums[0] = look(layer, t, 0, n, sums[0]);
      stats.conversions += 1 + (plan.reference && column == 0);
    }
    for (int64_t s = 0; s < summedSlices; ++s) {
      float scale = plan.scale[(t * summedSlices + s) * layer.outputs() + n];
      acc = std::fma(static_cast<float>(sums[s]), scale, acc);
      sums[s] = 0;
    }
    if (plan.reference)
      acc = std::fma(static_cast<float>(reference), plan.reference[t * layer.outputs() + n], acc);
    reference = 0;
  };
  for (size_t t = 0; t < plan.tiles.size(); first += plan.tiles[t++]) {
    for (size_t b = 0; b < cycles.size(); ++b) {
      for (int64_t k = first; k < first + plan.tiles[t]; ++k)
        reference += cycles[b].weight * cycles[b].digit(plan, x[k]);
      stats.conversions += (isOffset || plan.reference) && column == 0 && !plan.convertsOutputs;
      for (int64_t s = 0, begin = 0; s < numSlices; begin += plan.slices[s++]) {
        int64_t p = 0;
        for (int64_t k = first; k < first + plan.tiles[t]; ++k) {
          int64_t w = layer.codes[((matrix + group) * plan.rows + k) * plan.columns + column];
          p += cycles[b].digit(plan, x[k]) * weightDigit(plan, w, begin, plan.slices[s]);
        }
        bool isSign = plan.kind == format::MappingKind_TwosComplement && s == numSlices - 1;
        int64_t weight = plan.sumSlices ? (isSign ? -1 : 1) * (int64_t(1) << begin) : 1;
        sums[plan.sumSlices ? 0 : s] +=
            convert(layer, t, s, b, n, p, stats) * weight * cycles[b].weight;
      }
    }
    if (!plan.sumTiles)
      dequantize(t);
  }
  if (plan.sumTiles)
    dequantize(0);
  return acc;
}

} // namespace

std::vector<float> cim::test::evaluate(const Layer &layer, MvmStats &stats) {
  std::vector<float> output(layer.positions() * layer.outputs());
  std::vector<int64_t> x(layer.plan.rows);
  for (int64_t m = 0; m < layer.positions(); ++m)
    for (int64_t group = 0; group < layer.plan.groups; ++group) {
      for (int64_t k = 0; k < layer.plan.rows; ++k)
        x[k] = activationCode(layer, m, group, k);
      for (int64_t column = 0; column < layer.plan.columns; ++column)
        output[m * layer.outputs() + group * layer.plan.columns + column] = evaluateOutput(
            layer, x, m / (layer.positions() / layer.plan.matrices), group, column, stats);
    }
  return output;
}
