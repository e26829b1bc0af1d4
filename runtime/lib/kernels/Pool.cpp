//===- Pool.cpp - Pooling over windows --------------------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Loops over NHWC with the channels innermost. Averages are of the pixels inside the
// image, summed in row-major order of the window.
//
//===----------------------------------------------------------------------===//

#include "Extrema.h"
#include "Kernel.h"

#include <algorithm>

using namespace cim::format;
using namespace cim::runtime;

namespace {

class PoolKernel : public Kernel {
public:
  explicit PoolKernel(const KernelSpec &spec)
      : window(spec.program.data.windows[spec.instruction.params()]),
        isMax(static_cast<PoolKind>(spec.instruction.kind()) == PoolKind::Max),
        input(shapeOf(spec.input(0))), output(shapeOf(spec.output())) {}

  void run(const KernelCall &call) const override {
    float *to = static_cast<float *>(call.output);
    for (int64_t n = 0; n < output[0]; ++n)
      for (int64_t y = 0; y < output[1]; ++y)
        for (int64_t x = 0; x < output[2]; ++x, to += output[3])
          runPixel(call.input<float>(0) + n * input[1] * input[2] * input[3], y, x, to);
  }

private:
  struct Range {
    int64_t begin, end;
  };

  /// The input rows (axis 0) or columns (axis 1) of an output position.
  Range rangeOf(int axis, int64_t position) const {
    int64_t begin = position * window.stride()->Get(axis) - window.pad()->Get(2 * axis);
    return {std::max<int64_t>(begin, 0),
            std::min(begin + window.kernel()->Get(axis), input[axis + 1])};
  }

  void runPixel(const float *image, int64_t y, int64_t x, float *to) const {
    Range rows = rangeOf(0, y), columns = rangeOf(1, x);
    if (!isMax)
      return average(image, rows, columns, to);
    int64_t channels = input[3];
    bool first = true;
    for (int64_t i = rows.begin; i < rows.end; ++i)
      for (int64_t j = columns.begin; j < columns.end; ++j, first = false) {
        const float *from = image + (i * input[2] + j) * channels;
        if (first)
          std::copy(from, from + channels, to);
        else
          for (int64_t c = 0; c < channels; ++c)
            to[c] = maximum(to[c], from[c]);
      }
  }

  /// Sums are in double: windows may be whole images. Some channels at a time.
  void average(const float *image, Range rows, Range columns, float *to) const {
    constexpr int64_t kChannels = 64;
    double count = double((rows.end - rows.begin) * (columns.end - columns.begin));
    for (int64_t first = 0; first < input[3]; first += kChannels) {
      double sums[kChannels] = {};
      int64_t channels = std::min(kChannels, input[3] - first);
      for (int64_t i = rows.begin; i < rows.end; ++i)
        for (int64_t j = columns.begin; j < columns.end; ++j) {
          const float *from = image + (i * input[2] + j) * input[3] + first;
          for (int64_t c = 0; c < channels; ++c)
            sums[c] += from[c];
        }
      for (int64_t c = 0; c < channels; ++c)
        to[first + c] = float(sums[c] / count);
    }
  }

  Window window;
  bool isMax;
  std::vector<int64_t> input, output;
};

} // namespace

std::unique_ptr<Kernel> cim::runtime::makePool(const KernelSpec &spec) {
  return std::make_unique<PoolKernel>(spec);
}
