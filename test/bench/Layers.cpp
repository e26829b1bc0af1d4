//===- Layers.cpp - Crossbar layers of well-known networks ----------------===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What the loader of the runtime would make of a program: scales of each column, which
// is what the default target has and the most work for kernels.
//
//===----------------------------------------------------------------------===//

#include "Layers.h"

#include <algorithm>
#include <random>

using namespace cim;
using namespace cim::bench;

Memory cim::bench::allocate(size_t bytes) {
  return Memory(static_cast<uint8_t *>(std::aligned_alloc(64, (bytes + 63) / 64 * 64)), &std::free);
}

Layer::Layer(const LayerShape &shape, const Mapping &mapping)
    : shape(shape), scratch(nullptr, &std::free) {
  plan.matrices = plan.groups = plan.batch = 1;
  plan.kernelArea = shape.area();
  plan.rows = shape.rows();
  plan.columns = shape.outputs;
  plan.kind = mapping.kind;
  plan.slices.assign((mapping.bits + mapping.cellBits - 1) / mapping.cellBits, mapping.cellBits);
  plan.cycles =
      runtime::makeCycles(format::InputEncoding_Offset, std::vector<int64_t>(mapping.bits, 1));
  plan.activationScale = 0.01f;
  plan.activationBits = static_cast<int32_t>(mapping.bits);
  plan.hasWindow = !shape.isProduct;
  plan.height = plan.outHeight = shape.isProduct ? 1 : shape.size;
  plan.width = plan.outWidth = shape.size;
  plan.channels = shape.inputs;
  std::array<int32_t, 2> three = {3, 3}, one = {1, 1};
  plan.window = format::Window(three, one, std::array<int32_t, 4>{1, 1, 1, 1}, one, 1);
  planTiles(mapping);
  planAdc(mapping);
  packWeights(mapping);
  std::mt19937 random(2);
  for (int64_t i = 0; i < shape.samples * plan.height * plan.width * plan.channels; ++i)
    input.push_back(static_cast<float>(random() % (1 << mapping.bits)) * 0.01f);
  output.resize(shape.positions() * plan.columns);
  scratch = allocate(runtime::mvmScratchBytes(plan, shape.samples));
}

/// Whole channels, where kernels are intact.
void Layer::planTiles(const Mapping &mapping) {
  int64_t height = mapping.rows / shape.area() * shape.area();
  for (int64_t left = plan.rows; left > 0; left -= plan.tiles.back())
    plan.tiles.push_back(std::min(left, height));
}

void Layer::planAdc(const Mapping &mapping) {
  plan.adc = mapping.adc == Mapping::Linear || mapping.adc == Mapping::Table;
  plan.convertsOutputs = mapping.adc == Mapping::Outputs;
  plan.planes = format::makePlanes(plan.kind, plan.slices);
  plan.sumSlices = plan.sumTiles = !plan.adc;
  plan.qmax = (1 << (mapping.adcBits - 1)) - 1;
  plan.qmin = -plan.qmax - 1;
  scales.assign(plan.tiles.size() * plan.slices.size() * plan.columns, 0.25f);
  plan.start = plan.scale = plan.reciprocal = scales.data();
  if (plan.adc && plan.kind == format::MappingKind_Offset)
    plan.reference = scales.data();
  if (mapping.adc != Mapping::Table && mapping.adc != Mapping::Outputs)
    return;
  int32_t step = mapping.adc == Mapping::Table ? 4 : 40000;
  for (int32_t i = 1; i < 1 << mapping.adcBits; ++i)
    thresholds.push_back(step * (i + plan.qmin));
  for (int32_t i = 0; i < 1 << mapping.adcBits; ++i)
    levels.push_back((256 >> mapping.adcBits) * (i + plan.qmin)); // As calibrators round them.
  plan.thresholds = thresholds.data();
  plan.levels = levels.data();
  plan.qmin = levels.front();
  plan.qmax = levels.back();
  for (int64_t &size : plan.levelsShape)
    size = 1;
  plan.levelsShape[3] = static_cast<int64_t>(levels.size());
}

void Layer::packWeights(const Mapping &mapping) {
  std::mt19937 random(1);
  format::PackedShape packed = {1,
                                plan.rows,
                                plan.columns,
                                plan.kernelArea,
                                plan.adc ? plan.tiles : std::vector<int64_t>{plan.rows},
                                format::hasSignCodes(plan.kind, plan.slices)};
  std::vector<int8_t> codes(plan.rows * plan.columns);
  int32_t limit = (1 << (mapping.bits - 1)) - 1;
  for (int8_t &code : codes)
    code = static_cast<int8_t>(mapping.bits == 1 ? (random() & 2) - 1
                                                 : random() % (2 * limit + 1) - limit);
  section.resize(packed.bytes());
  format::packWeights(packed, codes.data(), section.data());
  plan.weights = section.data();
}

double Layer::multiplications() const {
  double codes =
      static_cast<double>(shape.positions()) * static_cast<double>(shape.rows() * shape.outputs);
  return plan.adc ? codes * static_cast<double>(plan.slices.size() * plan.cycles.size()) : codes;
}

double Layer::bound() const {
  double multiply = 0, convert = 0;
  for (int64_t rows : plan.tiles) {
    multiply += static_cast<double>(rows) / 4;
    convert += static_cast<double>((rows + 3) / 4 - rows / 4.0) + (plan.adc ? 7 : 0);
  }
  return multiply / (multiply + convert);
}
