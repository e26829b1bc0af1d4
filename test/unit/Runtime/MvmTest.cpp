//===- MvmTest.cpp - The fused kernel against the arithmetic --------------===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Random layers, each run with the kernels of every instruction set this CPU has
// and compared, bit for bit, with a direct transcription of section 2 of the
// design contract.
//
//===----------------------------------------------------------------------===//

#include "RandomTest.h"
#include "cim-runtime/PackedWeights.h"
#include "kernels/MvmKernels.h"

#include <cmath>
#include <cstring>
#include <memory>

using namespace cim;
using namespace cim::runtime;

namespace {

/// A layer with everything its plan points to.
struct Layer {
  MvmPlan plan = {};
  std::vector<int64_t> cycles;        // bits of each cycle of one pass
  std::vector<int8_t> codes, section; // codes are [G][K][N/G], G of groups or matrices
  std::vector<float> start, scale, reciprocal, input;
  WritePlan write = {};       // If weights are computed:
  std::vector<float> weights; // what codes are quantized from.
  std::vector<int32_t> offsets, columnSums;

  int64_t positions() const {
    return plan.matrices * plan.batch *
           (plan.hasWindow ? plan.outHeight * plan.outWidth : plan.height * plan.width);
  }
  int64_t outputs() const { return plan.groups * plan.columns; }
};

//===----------------------------------------------------------------------===//
// The oracle
//===----------------------------------------------------------------------===//

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

/// The code of partial sum (t, s, b, m, n).
int64_t convert(const Layer &layer, int64_t index, size_t b, int64_t p, MvmStats &stats) {
  const MvmPlan &plan = layer.plan;
  ++stats.conversions;
  if (!plan.adc)
    return p;
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
float evaluate(const Layer &layer, const std::vector<int64_t> &x, int64_t matrix, int64_t group,
               int64_t column, MvmStats &stats) {
  const MvmPlan &plan = layer.plan;
  int64_t n = group * plan.columns + column, numSlices = plan.slices.size();
  int64_t summedSlices = plan.sumSlices ? 1 : numSlices;
  std::vector<int64_t> sums(summedSlices);
  float acc = startOf(layer, matrix, n);
  auto dequantize = [&](int64_t t) {
    for (int64_t s = 0; s < summedSlices; ++s) {
      float scale = plan.scale[(t * summedSlices + s) * layer.outputs() + n];
      acc = std::fma(static_cast<float>(sums[s]), scale, acc);
      sums[s] = 0;
    }
  };
  int64_t first = 0;
  for (size_t t = 0; t < plan.tiles.size(); first += plan.tiles[t++]) {
    for (int64_t s = 0, slice = 0; s < numSlices; slice += plan.slices[s++]) {
      bool isDifferential = plan.encoding == format::InputEncoding_Differential;
      for (size_t b = 0, cycle = 0; b < layer.cycles.size() * (isDifferential ? 2 : 1); ++b) {
        size_t pass = b / layer.cycles.size(), last = layer.cycles.size() - 1;
        int64_t bits = layer.cycles[b % layer.cycles.size()], p = 0;
        cycle = b == layer.cycles.size() ? 0 : cycle;
        for (int64_t k = first; k < first + plan.tiles[t]; ++k) {
          int64_t w = layer.codes[((matrix + group) * plan.rows + k) * plan.columns + column];
          int64_t digit = (std::abs(w) >> slice) & ((1 << plan.slices[s]) - 1);
          p += ((feed(plan, x[k], pass) >> cycle) & ((1 << bits) - 1)) * (w < 0 ? -digit : digit);
        }
        int64_t q = convert(layer, (t * numSlices + s) * layer.outputs() + n, b, p, stats);
        bool isSign = plan.encoding == format::InputEncoding_TwosComplement && b == last;
        int64_t weight = int64_t(1) << (cycle + (plan.sumSlices ? slice : 0));
        sums[plan.sumSlices ? 0 : s] += q * (pass == 1 || isSign ? -weight : weight);
        cycle += bits;
      }
    }
    if (!plan.sumTiles)
      dequantize(t);
  }
  if (plan.sumTiles)
    dequantize(0);
  return acc;
}

std::vector<float> evaluate(const Layer &layer, MvmStats &stats) {
  std::vector<float> output(layer.positions() * layer.outputs());
  std::vector<int64_t> x(layer.plan.rows);
  for (int64_t m = 0; m < layer.positions(); ++m)
    for (int64_t group = 0; group < layer.plan.groups; ++group) {
      for (int64_t k = 0; k < layer.plan.rows; ++k)
        x[k] = activationCode(layer, m, group, k);
      for (int64_t column = 0; column < layer.plan.columns; ++column)
        output[m * layer.outputs() + group * layer.plan.columns + column] =
            evaluate(layer, x, m / (layer.positions() / layer.plan.matrices), group, column, stats);
    }
  return output;
}

//===----------------------------------------------------------------------===//
// Random layers
//===----------------------------------------------------------------------===//

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

void randomAdc(Random &random, Layer &layer) {
  MvmPlan &plan = layer.plan;
  int64_t bits = random.in(1, 3) == 1 ? random.in(9, 16) : random.in(2, 8);
  plan.qmax = (1 << (bits - 1)) - 1;
  plan.qmin = random.flip() ? -plan.qmax : -plan.qmax - 1;
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

void randomWeights(Random &random, Layer &layer) {
  MvmPlan &plan = layer.plan;
  plan.columns = random.in(1, 40);
  plan.tiles = random.flip() ? std::vector<int64_t>{plan.rows} : randomParts(random, plan.rows, 40);
  plan.adc = random.in(0, 3) != 0;
  plan.layout = plan.adc ? format::WeightLayout_Slices : format::WeightLayout_Whole;
  plan.sumSlices = !plan.adc || random.flip();
  plan.sumTiles = plan.sumSlices && random.flip();
  int64_t bits = random.in(2, 8), limit = (1 << (bits - 1)) - 1;
  plan.slices = digits(random, bits);
  bool full = random.flip() && !plan.computed;
  int64_t blocks = plan.matrices * plan.groups;
  for (int64_t i = 0; i < blocks * plan.rows * plan.columns; ++i)
    layer.codes.push_back(static_cast<int8_t>(
        random.in(0, 5) == 0 ? limit : random.in(full ? -limit - 1 : -limit, limit)));
  bool merged = !plan.adc && plan.sumTiles;
  format::PackedShape shape = {blocks,
                               plan.rows,
                               plan.columns,
                               plan.kernelArea,
                               merged ? std::vector<int64_t>{plan.rows} : plan.tiles,
                               plan.slices,
                               plan.layout};
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

void makeRandomLayer(Random &random, Layer &layer) {
  MvmPlan &plan = layer.plan;
  randomGeometry(random, plan);
  randomWeights(random, layer);
  randomActivations(random, layer);
  if (plan.adc)
    randomAdc(random, layer);
  for (int64_t n = 0; n < layer.outputs(); ++n)
    layer.start.push_back(random.unit() - 0.5f);
  int64_t scales = (plan.sumTiles ? 1 : plan.tiles.size()) *
                   (plan.sumSlices ? 1 : plan.slices.size()) * layer.outputs();
  for (int64_t i = 0; i < scales; ++i)
    layer.scale.push_back(0.001f + random.unit());
  plan.start = layer.start.data();
  plan.scale = layer.scale.data();
}

//===----------------------------------------------------------------------===//
// The tests
//===----------------------------------------------------------------------===//

/// Memory that ends in bytes which must survive.
class Guarded {
public:
  explicit Guarded(size_t size)
      : size(size),
        bytes(static_cast<uint8_t *>(std::aligned_alloc(64, roundUp(size + 64, 64))), &std::free) {
    std::memset(bytes.get(), guard, size + 64);
  }
  ~Guarded() {
    for (int i = 0; i < 64; ++i)
      EXPECT_EQ(bytes.get()[size + i], guard) << "memory is too small";
  }
  uint8_t *data() const { return bytes.get(); }

private:
  static constexpr uint8_t guard = 0x5a;
  size_t size;
  std::unique_ptr<uint8_t, decltype(&std::free)> bytes;
};

void compare(const MvmKernels &kernels, const Layer &layer, const std::vector<float> &expected,
             const MvmStats &expectedStats) {
  SCOPED_TRACE(kernels.isa);
  bool computed = layer.plan.computed;
  Guarded cells(computed ? cellBytes(layer.write) : 0), scratch(mvmScratchBytes(layer.plan));
  if (computed) {
    Guarded codes(writeScratchBytes(layer.write));
    writeArraysWith(kernels, layer.write, layer.weights.data(), cells.data(), codes.data());
  }
  std::vector<float> output(expected.size() + 1, 12345.0f);
  MvmStats stats;
  runMvmWith(kernels, layer.plan, cells.data(), layer.input.data(), output.data(), scratch.data(),
             &stats);
  for (size_t i = 0; i < expected.size(); ++i)
    ASSERT_EQ(std::memcmp(&output[i], &expected[i], 4), 0)
        << "output " << i << " is " << output[i] << ", not " << expected[i];
  EXPECT_EQ(output.back(), 12345.0f);
  EXPECT_EQ(stats.conversions, expectedStats.conversions);
  for (size_t b = 0; b < kMaxCycles; ++b)
    EXPECT_EQ(stats.clipped[b], expectedStats.clipped[b]) << "cycle " << b;
  std::vector<float> again(expected.size());
  runMvmWith(kernels, layer.plan, cells.data(), layer.input.data(), again.data(), scratch.data(),
             nullptr);
  EXPECT_EQ(std::memcmp(again.data(), output.data(), again.size() * 4), 0)
      << "statistics change results";
}

TEST(Mvm, RandomLayersOnEveryInstructionSet) {
  forEachSeed(400, [](Random &random) {
    Layer layer;
    makeRandomLayer(random, layer);
    MvmStats stats;
    std::vector<float> expected = evaluate(layer, stats);
    for (const char *isa : {"generic", "avx2", "avx512vnni"})
      if (const MvmKernels *kernels = findMvmKernels(isa))
        compare(*kernels, layer, expected, stats);
  });
}

/// The worked example of the design contract, as far as encodings agree on it.
void checkWorkedExample(format::InputEncoding encoding, std::vector<int64_t> cycles, float start,
                        float expected) {
  Layer layer;
  layer.cycles = std::move(cycles);
  layer.codes = {5, -3};
  layer.input = {1, -2};
  layer.start = {start};
  layer.scale = {2, 4};
  layer.reciprocal = {0.5f, 1};
  MvmPlan &plan = layer.plan;
  plan.matrices = plan.groups = plan.columns = plan.kernelArea = plan.batch = plan.height =
      plan.width = 1;
  plan.rows = plan.channels = 2;
  plan.tiles = {2};
  plan.slices = {2, 2};
  plan.encoding = encoding;
  plan.cycles = makeCycles(encoding, layer.cycles);
  plan.adc = true;
  plan.qmin = -32;
  plan.qmax = 31;
  plan.activationScale = 1;
  plan.activationBits = 4;
  plan.zeroPoint = 8;
  format::PackedShape shape = {1, 2, 1, 1, {2}, {2, 2}, format::WeightLayout_Slices};
  layer.section.resize(shape.bytes());
  format::packWeights(shape, layer.codes.data(), layer.section.data());
  plan.weights = layer.section.data();
  plan.start = layer.start.data();
  plan.scale = layer.scale.data();
  plan.reciprocal = layer.reciprocal.data();
  MvmStats stats;
  EXPECT_EQ(evaluate(layer, stats), std::vector<float>{expected});
  for (const char *isa : {"generic", "avx2", "avx512vnni"})
    if (const MvmKernels *kernels = findMvmKernels(isa))
      compare(*kernels, layer, {expected}, stats);
}

// By hand. Offset: codes (0,-2,-2,0) and (1,0,0,1) of sums (1,-3,-3,1) and (1,0,0,1).
// Two's complement of (1,-2) is (0001, 1110): sums (1,-3,-3,-3) and (1,0,0,0), codes (0,-2,-2,-2)
// and (1,0,0,0) with weights (1,2,4,-8): 4 and 1, 2*4 + 4*1 = 12.
// Differential feeds (1,0) and (0,2): sums (1,0,0,0) and (0,-3,0,0), (1,0,0,0) and (0,0,0,0);
// codes (0,0,0,0) and (0,-2,0,0): 4; (1,0,0,0) and 0: 1; 12 again, of a true 11.
TEST(Mvm, WorkedExample) {
  checkWorkedExample(format::InputEncoding_Offset, {1, 1, 1, 1}, -16, -4); // -z * (5 - 3)
  checkWorkedExample(format::InputEncoding_TwosComplement, {1, 1, 1, 1}, 0, 12);
  checkWorkedExample(format::InputEncoding_Differential, {1, 1, 1, 1}, 0, 12);
}

TEST(Mvm, FindsKernelsByName) {
  ASSERT_NE(findMvmKernels("generic"), nullptr);
  EXPECT_STREQ(findMvmKernels("generic")->isa, "generic");
  EXPECT_EQ(findMvmKernels("abacus"), nullptr);
  EXPECT_NE(findMvmKernels(nullptr), nullptr);
}

} // namespace
