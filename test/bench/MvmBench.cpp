//===- MvmBench.cpp - Speed of the fused kernel ---------------------------===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// One thread on layers of ResNet-20 as the default target maps them: 2-bit cells,
// 1-bit DAC, kernel-intact tiles of 256 rows. Reports crossbar multiply-accumulates
// per second, m * k * n * slices * cycles; CIM_RUNTIME_ISA chooses the kernels.
// Attention products of a small ViT and of ViT-B/32 tell what a write at run time costs.
//
//===----------------------------------------------------------------------===//

#include "Mvm.h"
#include "cim-runtime/PackedWeights.h"

#include <benchmark/benchmark.h>
#include <cstdlib>
#include <memory>
#include <random>

using namespace cim;
using namespace cim::runtime;

namespace {

struct Layer {
  MvmPlan plan = {};
  std::vector<int8_t> section;
  std::vector<float> scales, input, output;

  /// A 3x3 convolution of stride 1.
  Layer(int64_t size, int64_t inputs, int64_t outputs, int64_t bits, bool adc) {
    plan.matrices = plan.groups = plan.batch = 1;
    plan.kernelArea = 9;
    plan.rows = inputs * plan.kernelArea;
    plan.columns = outputs;
    for (int64_t left = plan.rows; left > 0; left -= plan.tiles.back())
      plan.tiles.push_back(std::min<int64_t>(left, 252));
    plan.slices.assign(bits / 2, 2);
    plan.cycles = makeCycles(format::InputEncoding_Offset, std::vector<int64_t>(bits, 1));
    plan.adc = adc;
    plan.layout = adc ? format::WeightLayout_Slices : format::WeightLayout_Whole;
    plan.sumSlices = plan.sumTiles = !adc;
    plan.qmax = (1 << (bits - 1)) - 1;
    plan.qmin = -plan.qmax - 1;
    plan.activationScale = 0.01f;
    plan.activationBits = static_cast<int32_t>(bits);
    plan.hasWindow = true;
    plan.height = plan.width = plan.outHeight = plan.outWidth = size;
    plan.channels = inputs;
    std::array<int32_t, 2> three = {3, 3}, one = {1, 1};
    plan.window = format::Window(three, one, std::array<int32_t, 4>{1, 1, 1, 1}, one, 1);
    fill(bits);
  }

  double multiplications() const {
    return static_cast<double>(plan.outHeight * plan.outWidth * plan.rows * plan.columns *
                               plan.slices.size() * plan.cycles.size());
  }

private:
  void fill(int64_t bits) {
    std::mt19937_64 random(1);
    format::PackedShape shape = {1,
                                 plan.rows,
                                 plan.columns,
                                 plan.kernelArea,
                                 plan.adc ? plan.tiles : std::vector<int64_t>{plan.rows},
                                 plan.slices,
                                 plan.layout};
    std::vector<int8_t> codes(plan.rows * plan.columns);
    for (int8_t &code : codes)
      code = static_cast<int8_t>(static_cast<int64_t>(random() % ((1 << bits) - 1)) -
                                 ((1 << (bits - 1)) - 1));
    section.resize(shape.bytes());
    format::packWeights(shape, codes.data(), section.data());
    plan.weights = section.data();
    scales.assign(plan.tiles.size() * plan.slices.size() * plan.columns, 0.25f);
    plan.start = plan.scale = plan.reciprocal = scales.data();
    for (int64_t i = 0; i < plan.height * plan.width * plan.channels; ++i)
      input.push_back(static_cast<float>(random() % 256) * 0.01f);
    output.resize(plan.outHeight * plan.outWidth * plan.columns);
  }
};

using Memory = std::unique_ptr<uint8_t, decltype(&std::free)>;

Memory allocate(size_t bytes) {
  return Memory(static_cast<uint8_t *>(std::aligned_alloc(64, (bytes + 63) / 64 * 64)), &std::free);
}

void runLayer(benchmark::State &state, int64_t size, int64_t inputs, int64_t outputs, int64_t bits,
              bool adc) {
  Layer layer(size, inputs, outputs, bits, adc);
  Memory scratch = allocate(mvmScratchBytes(layer.plan));
  for (auto _ : state)
    runMvm(layer.plan, nullptr, layer.input.data(), layer.output.data(), scratch.get(), nullptr);
  state.counters["MAC/s"] =
      benchmark::Counter(layer.multiplications(), benchmark::Counter::kIsIterationInvariantRate);
  state.SetLabel(mvmIsa());
}

/// The products of attention: `heads` of [m, k] times [k, n].
struct Product {
  MvmPlan plan = {};
  WritePlan write;
  std::vector<float> constants, input, weights, output;

  Product(int64_t heads, int64_t m, int64_t k, int64_t n, bool adc) {
    plan.matrices = heads;
    plan.groups = plan.batch = plan.kernelArea = plan.height = plan.outHeight = 1;
    plan.rows = plan.channels = k;
    plan.columns = n;
    plan.width = plan.outWidth = m;
    plan.tiles = {k};
    plan.slices.assign(4, 2);
    plan.cycles = makeCycles(format::InputEncoding_Offset, std::vector<int64_t>(8, 1));
    plan.adc = adc;
    plan.layout = adc ? format::WeightLayout_Slices : format::WeightLayout_Whole;
    plan.sumSlices = plan.sumTiles = !adc;
    plan.qmin = -128;
    plan.qmax = 127;
    plan.activationScale = plan.correctionScale = 0.01f;
    plan.activationBits = 8;
    plan.zeroPoint = 128;
    plan.computed = true;
    write = {heads, {1, k, n, 1, plan.tiles, plan.slices, plan.layout}, 0.01f, 127, 1};
    constants.assign(plan.slices.size() * n, 0.25f);
    plan.start = plan.scale = plan.reciprocal = constants.data();
    std::mt19937_64 random(1);
    for (auto [values, size] : {std::pair(&input, heads * m * k), {&weights, heads * k * n}})
      for (int64_t i = 0; i < size; ++i)
        values->push_back(static_cast<float>(random() % 256) * 0.01f - 1.28f);
    output.resize(heads * m * n);
  }
};

void runProduct(benchmark::State &state, int64_t heads, int64_t m, int64_t k, int64_t n, bool adc,
                bool writes) {
  Product product(heads, m, k, n, adc);
  Memory cells = allocate(cellBytes(product.write));
  Memory scratch =
      allocate(std::max(mvmScratchBytes(product.plan), writeScratchBytes(product.write)));
  writeArrays(product.write, product.weights.data(), cells.get(), scratch.get());
  for (auto _ : state) {
    if (writes)
      writeArrays(product.write, product.weights.data(), cells.get(), scratch.get());
    else
      runMvm(product.plan, cells.get(), product.input.data(), product.output.data(), scratch.get(),
             nullptr);
  }
  state.SetLabel(mvmIsa());
}

} // namespace

BENCHMARK_CAPTURE(runLayer, 28x28x16_w8a8, 28, 16, 16, 8, true)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(runLayer, 14x14x32_w8a8, 14, 32, 32, 8, true)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(runLayer, 7x7x64_w8a8, 7, 64, 64, 8, true)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(runLayer, 28x28x64_w8a8, 28, 64, 64, 8, true)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(runLayer, 14x14x32_w6a6, 14, 32, 32, 6, true)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(runLayer, 14x14x32_w4a4, 14, 32, 32, 4, true)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(runLayer, 14x14x32_ideal, 14, 32, 32, 8, false)->Unit(benchmark::kMillisecond);

// Scores (queries times keys) and their mix of values, the write and the product apart.
#define PRODUCT(name, ...)                                                                         \
  BENCHMARK_CAPTURE(runProduct, name##_write, __VA_ARGS__, true)->Unit(benchmark::kMicrosecond);   \
  BENCHMARK_CAPTURE(runProduct, name, __VA_ARGS__, false)->Unit(benchmark::kMicrosecond)
PRODUCT(small_scores, 4, 50, 16, 50, true);
PRODUCT(small_mix, 4, 50, 50, 16, true);
PRODUCT(small_scores_ideal, 4, 50, 16, 50, false);
PRODUCT(base_scores, 12, 50, 64, 50, true);
PRODUCT(base_mix, 12, 50, 50, 64, true);
PRODUCT(base_scores_ideal, 12, 50, 64, 50, false);
BENCHMARK_MAIN();
