//===- MvmTest.cpp - The fused kernel against the arithmetic --------------===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Random layers, each run with the kernels of every instruction set this CPU has
// and compared, bit for bit, with the oracle.
//
//===----------------------------------------------------------------------===//

#include "MvmLayer.h"
#include "VariedLayer.h"

#include <cstring>
#include <memory>

using namespace cim;
using namespace cim::runtime;
using namespace cim::test;

namespace {

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

/// A block of samples is as many samples, one after the other.
void compareBlock(Random &random, const MvmKernels &kernels, const Layer &layer, size_t outputs) {
  SCOPED_TRACE(kernels.isa);
  int64_t samples = random.in(2, 5), inputs = layer.input.size();
  std::vector<float> input = layer.input, block(samples * outputs), single(samples * outputs);
  for (int64_t i = 1; i < samples; ++i)
    for (int64_t k = 0; k < inputs; ++k)
      input.push_back(layer.input[(k * 7 + i) % inputs]);
  Guarded scratch(mvmScratchBytes(layer.plan, samples));
  MvmStats ofBlock, ofSamples;
  runMvmWith(kernels, layer.plan, nullptr, input.data(), block.data(), scratch.data(), &ofBlock,
             samples);
  for (int64_t i = 0; i < samples; ++i)
    runMvmWith(kernels, layer.plan, nullptr, input.data() + i * inputs, single.data() + i * outputs,
               scratch.data(), &ofSamples);
  EXPECT_EQ(std::memcmp(block.data(), single.data(), block.size() * 4), 0);
  EXPECT_EQ(ofBlock.conversions, ofSamples.conversions);
  EXPECT_TRUE(std::equal(ofBlock.clipped, std::end(ofBlock.clipped), ofSamples.clipped));
}

TEST(Mvm, BlocksOfSamplesOnEveryInstructionSet) {
  forEachSeed(200, [](Random &random) {
    Layer layer;
    makeRandomLayer(random, layer);
    if (layer.plan.computed || layer.plan.matrices > 1)
      return;
    MvmStats stats;
    size_t outputs = evaluate(layer, stats).size();
    for (const char *isa : {"generic", "avx2", "avx512vnni", "neon"})
      if (const MvmKernels *kernels = findMvmKernels(isa))
        compareBlock(random, *kernels, layer, outputs);
  });
}

TEST(Mvm, RandomLayersOnEveryInstructionSet) {
  forEachSeed(400, [](Random &random) {
    Layer layer;
    makeRandomLayer(random, layer);
    MvmStats stats;
    std::vector<float> expected = evaluate(layer, stats);
    for (const char *isa : {"generic", "avx2", "avx512vnni", "neon"})
      if (const MvmKernels *kernels = findMvmKernels(isa))
        compare(*kernels, layer, expected, stats);
  });
}

/// Device variation that makes cells small, or too large for 16 bits.
cim_variation drawVariation(Random &random) {
  cim_variation variation = {};
  variation.seed = random.in(0, INT64_MAX);
  variation.cell_lognormal = random.unit();
  variation.gaussian = random.in(0, 3) == 0 ? 1000 * random.unit() : random.unit();
  variation.read_noise = random.flip() ? 0 : random.unit();
  variation.reference_variation = static_cast<double>(random.in(0, 1));
  return variation;
}

TEST(Mvm, DrawnCellsOnEveryInstructionSet) {
  forEachSeed(200, [](Random &random) {
    Layer layer, drawn;
    makeRandomLayer(random, layer);
    MvmStats stats;
    std::vector<float> expected = evaluate(layer, stats);
    for (bool varies : {false, true}) {
      VariedLayer cells(layer.plan, varies ? drawVariation(random) : cim_variation(), 3);
      if (!cells.draw(layer.codes, layer.write.shape))
        return;
      drawn.plan = cells.getPlan();
      drawn.write = layer.write;
      drawn.weights = layer.weights;
      drawn.input = layer.input;
      if (varies) {
        stats = {};
        Guarded written(layer.plan.computed ? cellBytes(layer.write) : 0);
        Guarded codes(layer.plan.computed ? writeScratchBytes(layer.write) : 0);
        Guarded scratch(mvmScratchBytes(drawn.plan));
        if (layer.plan.computed)
          writeArraysWith(genericMvmKernels, layer.write, layer.weights.data(), written.data(),
                          codes.data());
        runMvmWith(genericMvmKernels, drawn.plan, written.data(), layer.input.data(),
                   expected.data(), scratch.data(), &stats);
      }
      for (const char *isa : {"generic", "avx2", "avx512vnni", "neon"})
        if (const MvmKernels *kernels = findMvmKernels(isa))
          compare(*kernels, drawn, expected, stats);
    }
  });
}

/// A product of one column and some positions, all of whose codes and inputs are the same.
Layer makeProduct(int64_t rows, int64_t positions, int8_t code, int32_t bits,
                  std::vector<int64_t> cycles, std::vector<int64_t> slices) {
  Layer layer;
  layer.cycles = std::move(cycles);
  layer.codes.assign(rows, code);
  layer.input.assign(rows * positions, 1);
  layer.start = {0.5f};
  layer.scale = {1};
  MvmPlan &plan = layer.plan;
  plan.matrices = plan.groups = plan.columns = plan.kernelArea = plan.batch = plan.height = 1;
  plan.width = positions;
  plan.rows = plan.channels = rows;
  plan.tiles = {rows};
  plan.slices = std::move(slices);
  plan.planes = format::makePlanes(plan.kind, plan.slices);
  plan.cycles = makeCycles(plan.encoding, layer.cycles);
  plan.adc = plan.sumSlices = plan.sumTiles = true;
  plan.activationScale = 1;
  plan.activationBits = bits;
  format::PackedShape shape = {1, rows, 1, 1, {rows}};
  layer.section.resize(shape.bytes());
  format::packWeights(shape, layer.codes.data(), layer.section.data());
  return layer;
}

/// Vectors do not move, so their plans point to them only now.
void check(Layer &layer) {
  MvmPlan &plan = layer.plan;
  plan.weights = layer.section.data();
  plan.start = layer.start.data();
  plan.scale = layer.scale.data();
  plan.reciprocal = layer.reciprocal.data();
  plan.offsets = layer.offsets.empty() ? nullptr : layer.offsets.data();
  if (!layer.levels.empty()) {
    plan.thresholds = layer.thresholds.data();
    plan.levels = layer.levels.data();
  }
  MvmStats stats;
  std::vector<float> expected = evaluate(layer, stats);
  for (const char *isa : {"generic", "avx2", "avx512vnni", "neon"})
    if (const MvmKernels *kernels = findMvmKernels(isa))
      compare(*kernels, layer, expected, stats);
}

/// A table of thresholds `threshold` and following, and levels -1, 1, 3 and so on.
void checkThreshold(int64_t rows, int8_t code, int32_t threshold, int32_t numThresholds = 1) {
  SCOPED_TRACE(std::to_string(rows) + " of " + std::to_string(code) + ", " +
               std::to_string(threshold));
  Layer layer = makeProduct(rows, 64, code, 1, {1}, {5});
  layer.levels = {-1};
  for (int32_t i = 0; i < numThresholds; ++i) {
    layer.thresholds.push_back(threshold + i);
    layer.levels.push_back(2 * i + 1);
  }
  layer.plan.qmin = -1;
  layer.plan.qmax = layer.levels.back();
  int64_t shape[] = {1, 1, 1, numThresholds + 1};
  std::copy(shape, shape + 4, layer.plan.levelsShape);
  check(layer);
}

TEST(Mvm, ThresholdsFarFromSums) {
  // On both sides of what the lookup kernel takes, sums of 16244 and 16368.
  for (int64_t rows : {524, 528})
    for (int32_t threshold : {16243, 16244, 16319, 16320, 16383})
      for (int8_t code : {31, -31}) {
        checkThreshold(rows, code, threshold);
        checkThreshold(rows, code, -threshold);
      }
}

TEST(Mvm, LargeTablesFarFromSums) {
  // On both sides of what the lookup kernel takes, sums of 8184 and 8308.
  for (int64_t rows : {264, 268})
    for (int32_t size : {64, 127, 255})
      for (int8_t code : {31, -31})
        for (int32_t sum : {-(1 << 24), -8309, -8308, -8185, -8184, 0, 8183, 8184, 8307, 8308}) {
          checkThreshold(rows, code, sum, size);
          checkThreshold(rows, code, sum - size + 1, size);
        }
}

TEST(Mvm, SumsOfCodesBeyondInt32) {
  // Eight cycles of codes of 65535: the sum of their weights is 38229.
  Layer layer = makeProduct(4, 3, 1, 8, {2, 2, 2, 2, 2, 2, 3, 1}, {2});
  layer.reciprocal = {1};
  layer.offsets = {-65535};
  layer.plan.qmax = 65535;
  check(layer);
}

TEST(Mvm, ScratchServesReplacedLevels) {
  Layer layer = makeProduct(1, 1, 1, 8, std::vector<int64_t>(8, 1), std::vector<int64_t>(8, 1));
  layer.levels = {0, 0};
  MvmPlan small = layer.plan;
  small.columns = 4000;
  small.levels = layer.levels.data();
  small.levelsShape[3] = 2;
  MvmPlan large = small;
  large.qmin = -65536; // Of one tile: no level is as large.
  EXPECT_FALSE(hasSmallSums(large));
  EXPECT_TRUE(hasSmallSums(small));
  EXPECT_EQ(mvmScratchBytes(small), mvmScratchBytes(large));
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
  plan.planes = format::makePlanes(plan.kind, plan.slices);
  plan.encoding = encoding;
  plan.cycles = makeCycles(encoding, layer.cycles);
  plan.adc = true;
  plan.qmin = -32;
  plan.qmax = 31;
  plan.activationScale = 1;
  plan.activationBits = 4;
  plan.zeroPoint = 8;
  format::PackedShape shape = {1, 2, 1, 1, {2}};
  layer.section.resize(shape.bytes());
  format::packWeights(shape, layer.codes.data(), layer.section.data());
  plan.weights = layer.section.data();
  plan.start = layer.start.data();
  plan.scale = layer.scale.data();
  plan.reciprocal = layer.reciprocal.data();
  MvmStats stats;
  EXPECT_EQ(evaluate(layer, stats), std::vector<float>{expected});
  for (const char *isa : {"generic", "avx2", "avx512vnni", "neon"})
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
#ifdef __aarch64__
  EXPECT_STREQ(findMvmKernels(nullptr)->isa, "neon");
#endif
}

} // namespace
