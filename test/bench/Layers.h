//===- Layers.h - Crossbar layers of well-known networks --------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Layers as the compiler maps them to arrays of a size, with random weights and inputs.
//
//===----------------------------------------------------------------------===//

#ifndef CIM_TEST_BENCH_LAYERS_H
#define CIM_TEST_BENCH_LAYERS_H

#include "Mvm.h"

#include <cstdlib>
#include <memory>

namespace cim::bench {

/// Quantization and arrays; inputs come in cycles of one bit.
struct Mapping {
  int64_t bits;     ///< Of weights and activations.
  int64_t cellBits; ///< Of a slice.
  int64_t rows;     ///< Of an array.
  int64_t adcBits;
  enum Adc { Ideal, Linear, Table, Outputs } adc = Linear; ///< Outputs: a table that converts them.
  format::MappingKind kind = format::MappingKind_DifferentialColumn;
};

/// A 3x3 convolution of stride 1 with a border, or a matrix product.
struct LayerShape {
  int64_t size;   ///< Of a square image, or positions of a product.
  int64_t inputs; ///< Channels, or rows of the right matrix.
  int64_t outputs;
  bool isProduct = false;
  int64_t samples = 1; ///< Blocks of images, as late layers of a network run.

  int64_t positions() const { return isProduct ? size : samples * size * size; }
  int64_t area() const { return isProduct ? 1 : 9; }
  int64_t rows() const { return inputs * area(); }
};

using Memory = std::unique_ptr<uint8_t, decltype(&std::free)>;
Memory allocate(size_t bytes);

/// A layer that is ready to run.
class Layer {
public:
  Layer(const LayerShape &shape, const Mapping &mapping);
  void run() {
    runtime::runMvm(plan, nullptr, input.data(), output.data(), scratch.get(), nullptr,
                    shape.samples);
  }

  /// Multiplications of cells with digits; with an ideal ADC those of codes.
  double multiplications() const;

  /// The greatest share of the time that multiplications can have: on N rows they are
  /// N / 4 instructions (of four rows and 16 columns), and an ADC is at least 7 more.
  double bound() const;

private:
  void planTiles(const Mapping &mapping);
  void planAdc(const Mapping &mapping);
  void packWeights(const Mapping &mapping);

  LayerShape shape;
  runtime::MvmPlan plan = {};
  std::vector<int8_t> section;
  std::vector<int32_t> thresholds, levels;
  std::vector<float> scales, input, output;
  Memory scratch;
};

} // namespace cim::bench

#endif // CIM_TEST_BENCH_LAYERS_H
