//===- AttentionBench.cpp - Speed of the products of attention ------------===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Scores (queries times keys) and their mix of values in a small ViT and in ViT-B/32,
// one thread. Writes apart from products: what a write at run time costs.
//
//===----------------------------------------------------------------------===//

#include "Layers.h"

#include <benchmark/benchmark.h>
#include <random>

using namespace cim;
using namespace cim::bench;
using namespace cim::runtime;

namespace {

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
    plan.planes = format::makePlanes(plan.kind, plan.slices);
    plan.sumSlices = plan.sumTiles = !adc;
    plan.qmin = -128;
    plan.qmax = 127;
    plan.activationScale = plan.correctionScale = 0.01f;
    plan.activationBits = 8;
    plan.zeroPoint = 128;
    plan.computed = true;
    write = {heads, {1, k, n, 1, plan.tiles}, 0.01f, 127, 1};
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

// The write and the product apart.
#define ATTENTION(NAME, ...)                                                                       \
  BENCHMARK_CAPTURE(runProduct, NAME / write, __VA_ARGS__, true)                                   \
      ->Name("attention/" #NAME "/write")                                                          \
      ->Unit(benchmark::kMillisecond);                                                             \
  BENCHMARK_CAPTURE(runProduct, NAME, __VA_ARGS__, false)                                          \
      ->Name("attention/" #NAME)                                                                   \
      ->Unit(benchmark::kMillisecond)
ATTENTION(small_scores, 4, 50, 16, 50, true);
ATTENTION(small_mix, 4, 50, 50, 16, true);
ATTENTION(small_scores_ideal, 4, 50, 16, 50, false);
ATTENTION(base_scores, 12, 50, 64, 50, true);
ATTENTION(base_mix, 12, 50, 50, 64, true);
ATTENTION(base_scores_ideal, 12, 50, 64, 50, false);
