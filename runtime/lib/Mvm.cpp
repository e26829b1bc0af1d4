//===- Mvm.cpp - The fused crossbar layer ---------------------------------===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Quantizes the input of a sample once into an image with a border, then runs the
// kernels of this CPU on it.
//
//===----------------------------------------------------------------------===//

#include "kernels/MvmKernels.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <cstring>

using namespace cim;
using namespace cim::runtime;

//===----------------------------------------------------------------------===//
// Choice of kernels
//===----------------------------------------------------------------------===//

const MvmKernels *cim::runtime::findMvmKernels(const char *isa) {
  auto wanted = [&](const MvmKernels &kernels) { return !isa || !strcmp(isa, kernels.isa); };
#ifdef __x86_64__
  if (wanted(avx512MvmKernels) && __builtin_cpu_supports("avx512f") &&
      __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") &&
      __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vnni"))
    return &avx512MvmKernels;
  if (wanted(avx2MvmKernels) && __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
    return &avx2MvmKernels;
#endif
  return wanted(genericMvmKernels) ? &genericMvmKernels : nullptr;
}

static const MvmKernels &chosenKernels() {
  static const MvmKernels *const chosen = [] {
    const char *forced = std::getenv("CIM_RUNTIME_ISA");
    const MvmKernels *kernels = forced ? findMvmKernels(forced) : nullptr;
    return kernels ? kernels : findMvmKernels(nullptr);
  }();
  return *chosen;
}

const char *cim::runtime::mvmIsa() { return chosenKernels().isa; }

//===----------------------------------------------------------------------===//
// The quantized image
//===----------------------------------------------------------------------===//

static MvmImage makeImage(const MvmPlan &plan) {
  if (!plan.hasWindow)
    return {plan.height, plan.width, plan.height, plan.width, 1, 1, 1, 1, 0, 0, 1, nullptr};
  const format::Window &window = plan.window;
  MvmImage image = {};
  image.outHeight = plan.outHeight;
  image.outWidth = plan.outWidth;
  image.strideHeight = window.stride()->Get(0);
  image.strideWidth = window.stride()->Get(1);
  image.dilationHeight = window.dilation()->Get(0);
  image.dilationWidth = window.dilation()->Get(1);
  image.padTop = window.pad()->Get(0);
  image.padLeft = window.pad()->Get(2);
  image.kernelWidth = window.kernel()->Get(1);
  // As far as windows reach.
  image.height = (image.outHeight - 1) * image.strideHeight +
                 (window.kernel()->Get(0) - 1) * image.dilationHeight + 1;
  image.width =
      (image.outWidth - 1) * image.strideWidth + (image.kernelWidth - 1) * image.dilationWidth + 1;
  return image;
}

static size_t imageBytes(const MvmPlan &plan, const MvmImage &image) {
  return roundUp(plan.batch * image.height * image.width * plan.channels, 64);
}

static void fillImage(const MvmKernels &kernels, const MvmPlan &plan, const MvmImage &image,
                      const float *input, uint8_t *codes) {
  if (plan.hasWindow)
    std::memset(codes, plan.zeroPoint, imageBytes(plan, image));
  int64_t rows = std::min(plan.height, image.height - image.padTop);
  int64_t columns = std::min(plan.width, image.width - image.padLeft);
  if (columns <= 0)
    return;
  for (int64_t sample = 0; sample < plan.batch; ++sample)
    for (int64_t y = 0; y < rows; ++y) {
      int64_t line = (sample * image.height + y + image.padTop) * image.width + image.padLeft;
      kernels.quantize(input + (sample * plan.height + y) * plan.width * plan.channels,
                       columns * plan.channels, plan.activationScale, -plan.zeroPoint,
                       (1 << plan.activationBits) - 1 - plan.zeroPoint, plan.zeroPoint,
                       codes + line * plan.channels);
    }
}

//===----------------------------------------------------------------------===//
// The layer
//===----------------------------------------------------------------------===//

/// 1 + 2^widths[0] + 2^(widths[0] + widths[1]) ..., the sum of the weights of digits.
static double digitWeights(const std::vector<int64_t> &widths) {
  double sum = 0, digit = 1;
  for (int64_t width : widths) {
    sum += digit;
    digit *= 1 << width;
  }
  return sum;
}

/// The largest sum of the codes of all cycles of one slice.
static double largestCycleSum(const MvmPlan &plan) {
  return std::max(std::abs(plan.qmin), std::abs(plan.qmax)) * digitWeights(plan.cycles);
}

bool cim::runtime::hasSmallSums(const MvmPlan &plan) {
  if (!plan.adc)
    return true; // Verified when the program is loaded: an ideal sum is an int32.
  return largestCycleSum(plan) * (plan.sumSlices ? digitWeights(plan.slices) : 1) *
             (plan.sumTiles ? plan.tiles.size() : 1) <
         2147483648.0;
}

static int64_t tallestTile(const MvmPlan &plan) {
  int64_t tallest = 0;
  for (int64_t t = 0, e = numStoredTiles(plan); t < e; ++t)
    tallest = std::max(tallest, roundUp(storedTileRows(plan, t), 4));
  return tallest;
}

bool cim::runtime::canLookUp(const MvmPlan &plan, const MvmImage &image) {
  // Tables pay off from some positions on.
  constexpr int64_t fewestPositions = 8;
  int64_t widestCycle = *std::max_element(plan.cycles.begin(), plan.cycles.end());
  int64_t widestSlice = *std::max_element(plan.slices.begin(), plan.slices.end());
  if (!plan.adc || numPositions(plan, image) < fewestPositions || widestCycle > 2 ||
      widestSlice > 5 || plan.slices.size() > 8 || (plan.sumTiles && !plan.sumSlices))
    return false;
  int64_t largestSum = tallestTile(plan) * ((1 << widestSlice) - 1) * ((1 << widestCycle) - 1);
  if (largestSum > UINT16_MAX || largestCycleSum(plan) >= INT16_MAX || !hasSmallSums(plan))
    return false;
  // p - o must be exact after lifting and within int32 after scaling.
  int64_t count = plan.tiles.size() * plan.slices.size() * plan.groups * plan.columns;
  float largest = *std::max_element(plan.reciprocal, plan.reciprocal + count);
  int32_t offset = 0;
  for (int64_t i = 0; plan.offsets && i < count; ++i)
    offset = std::max(offset, std::abs(plan.offsets[i]));
  return offset < (1 << 22) && (UINT16_MAX + offset) * static_cast<double>(largest) < INT32_MAX;
}

cim::runtime::LookupScratch::LookupScratch(const MvmPlan &plan, uint8_t *scratch) {
  field = *std::max_element(plan.cycles.begin(), plan.cycles.end()) > 1 ? 2 : 1;
  for (size_t s = 0; s < std::min<size_t>(plan.slices.size(), 8); ++s)
    steps[s] = UINT8_MAX / ((field == 1 ? 4 : 6) * ((1 << plan.slices[s]) - 1));
  size_t numSlices = plan.slices.size(), rows = tallestTile(plan);
  bytes = 0;
  auto take = [&](size_t size) {
    uint8_t *part = scratch ? scratch + bytes : nullptr;
    bytes += roundUp(size, 64);
    return part;
  };
  size_t block = kLookupPositions * kLookupColumns;
  accumulators = reinterpret_cast<float *>(take(block * sizeof(float)));
  sums = reinterpret_cast<int32_t *>(take(block * sizeof(int32_t)));
  lifts = reinterpret_cast<int32_t *>(take(numSlices * kLookupColumns * sizeof(int32_t)));
  tables = take(numSlices * kLookupColumns * rows / 4 * field * 16);
  indices = take(rows / 4 * field * plan.cycles.size() * kMaxLookupLanes);
  patch = take(rows * kMaxLookupLanes);
}

size_t cim::runtime::dotScratchBytes(const MvmPlan &plan) {
  int64_t columns = roundUp(plan.columns, format::kColumnBlock);
  int64_t sums = (plan.sumSlices ? 1 : plan.slices.size()) * sizeof(int64_t);
  return kDotLanes * (columns * (sizeof(float) + sums) + tallestTile(plan));
}

/// Bytes of the start values of one matrix of computed weights.
static size_t startBytes(const MvmPlan &plan) {
  return plan.computed ? roundUp(plan.columns * sizeof(float), 64) : 0;
}

size_t cim::runtime::mvmScratchBytes(const MvmPlan &plan) {
  // Replaced constants may change which kernel serves a layer with an ADC.
  size_t kernel = dotScratchBytes(plan);
  if (plan.adc)
    kernel = std::max(kernel, LookupScratch(plan, nullptr).bytes);
  return startBytes(plan) + imageBytes(plan, makeImage(plan)) + kernel;
}

static void runMatrix(const MvmKernels &kernels, const MvmPlan &plan, const MvmCells &cells,
                      const float *input, float *output, uint8_t *scratch, MvmStats *stats) {
  MvmImage image = makeImage(plan);
  fillImage(kernels, plan, image, input, scratch);
  image.codes = scratch;
  auto *run = canLookUp(plan, image) ? kernels.lookup : kernels.dot;
  run(plan, cells, image, output, scratch + imageBytes(plan, image), stats);
}

/// Where the sums of one matrix of computed weights begin (section 2.8).
static void correctStart(const MvmPlan &plan, const int32_t *columnSums, float *start) {
  for (int64_t n = 0; n < plan.columns; ++n) {
    auto term = static_cast<float>(-int64_t(plan.zeroPoint) * columnSums[n]);
    start[n] = std::fma(term, plan.correctionScale, plan.start[n]);
  }
}

void cim::runtime::runMvmWith(const MvmKernels &kernels, const MvmPlan &plan, const uint8_t *cells,
                              const float *input, float *output, uint8_t *scratch,
                              MvmStats *stats) {
  const int8_t *weights = plan.computed ? reinterpret_cast<const int8_t *>(cells) : plan.weights;
  int64_t bytes = groupBytes(plan);
  for (int64_t g = 0; g < plan.matrices; ++g) {
    MvmCells matrix = {weights + g * bytes, plan.start};
    if (plan.computed) {
      auto *start = reinterpret_cast<float *>(scratch);
      const auto *sums = reinterpret_cast<const int32_t *>(weights + plan.matrices * bytes);
      correctStart(plan, sums + g * plan.columns, start);
      matrix.start = start;
    }
    runMatrix(kernels, plan, matrix, input + g * plan.width * plan.rows,
              output + g * plan.width * plan.columns, scratch + startBytes(plan), stats);
  }
}

void cim::runtime::runMvm(const MvmPlan &plan, const uint8_t *cells, const float *input,
                          float *output, uint8_t *scratch, MvmStats *stats) {
  runMvmWith(chosenKernels(), plan, cells, input, output, scratch, stats);
}

//===----------------------------------------------------------------------===//
// Computed weights
//===----------------------------------------------------------------------===//

size_t cim::runtime::cellBytes(const WritePlan &plan) {
  return plan.matrices * (plan.shape.bytes() + plan.shape.columns * sizeof(int32_t));
}

size_t cim::runtime::writeScratchBytes(const WritePlan &plan) {
  return plan.shape.rows * plan.shape.columns;
}

void cim::runtime::writeArraysWith(const MvmKernels &kernels, const WritePlan &plan,
                                   const float *weights, uint8_t *cells, uint8_t *scratch) {
  int64_t columns = plan.shape.columns, size = plan.shape.rows * columns;
  int64_t bytes = plan.shape.bytes();
  const auto *codes = reinterpret_cast<const int8_t *>(scratch);
  auto *sums = reinterpret_cast<int32_t *>(cells + plan.matrices * bytes);
  std::memset(sums, 0, plan.matrices * columns * sizeof(int32_t));
  for (int64_t g = 0; g < plan.matrices; ++g, sums += columns) {
    kernels.quantize(weights + g * size, size, plan.scale, -plan.limit, plan.limit, 0, scratch);
    format::packWeights(plan.shape, codes, reinterpret_cast<int8_t *>(cells + g * bytes));
    for (int64_t k = 0; k < plan.shape.rows; ++k)
      for (int64_t n = 0; n < columns; ++n)
        sums[n] += codes[k * columns + n];
  }
}

void cim::runtime::writeArrays(const WritePlan &plan, const float *weights, uint8_t *cells,
                               uint8_t *scratch) {
  writeArraysWith(chosenKernels(), plan, weights, cells, scratch);
}
