//===- BlocksTest.cpp - Running blocks of samples ---------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Outputs, statistics and failures do not depend on how many samples a thread takes at a
// time, and blocks are used where they fit.
//
//===----------------------------------------------------------------------===//

#include "Executor.h"
#include "TestLayer.h"

namespace runtime = cim::runtime;

namespace {

/// A program in memory, with schedules and executors for blocks of any size.
class Blocks {
public:
  explicit Blocks(TestProgram &source) {
    std::vector<uint8_t> file = source.bytes();
    memory = AlignedBytes(file);
    EXPECT_EQ(program.load(format::FileView(memory.data(), file.size())), "");
  }

  std::unique_ptr<runtime::Executor> executor(int threads, int64_t mostSamples) const {
    cim_executor_options options = {threads, /*statistics=*/1, nullptr, nullptr, nullptr, nullptr};
    return std::make_unique<runtime::Executor>(program, options, mostSamples);
  }

  /// All outputs of `samples` samples.
  std::vector<float> run(runtime::Executor &executor, int64_t samples,
                         const std::vector<const void *> &inputs) const {
    cim_tensor views[3] = {};
    for (size_t i = 0; i < inputs.size(); ++i)
      views[i].data = const_cast<void *>(inputs[i]);
    int64_t bytes = tensorBytes(program.data.tensors[program.data.outputs[0].tensor()]);
    std::vector<float> values(samples * bytes / 4);
    cim_tensor output = {};
    output.data = values.data();
    executor.run(samples, views, &output);
    return values;
  }

  runtime::LoadedProgram program;

private:
  AlignedBytes memory;
};

TEST(Blocks, GiveTheSameOutputsAndStatistics) {
  constexpr int64_t kSamples = 45;
  Random random(11);
  TestLayer layer(random);
  TestProgram source;
  uint32_t product = layer.addTo(source, source.input<float>({1, 6, 6, 4}));
  std::vector<float> weight = randomFloats(random, 7 * 9 * 5), bias = randomFloats(random, 7);
  uint32_t w = source.constant({7, 3, 3, 5}, weight.data()), b = source.constant({7}, bias.data());
  uint32_t result = source.result<float>({1, 6, 6, 7});
  source.add(format::Opcode_Conv2D, {product, w, b}, result, source.window(3, 1, {1, 1, 1, 1}));
  source.output(result);
  Blocks blocks(source);
  std::vector<float> x = randomFloats(random, kSamples * 144);
  auto first = blocks.executor(1, 1);
  std::vector<float> expected = blocks.run(*first, kSamples, {x.data()});
  const runtime::MvmStats before = first->stats(1).mvm;
  for (int threads : {1, 2, 3})
    for (int64_t mostSamples : {1, 2, 3, 7, 8, 23, 64}) {
      auto executor = blocks.executor(threads, mostSamples);
      EXPECT_EQ(blocks.run(*executor, kSamples, {x.data()}), expected) << mostSamples;
      const runtime::MvmStats after = executor->stats(1).mvm;
      EXPECT_EQ(after.conversions, before.conversions);
      EXPECT_EQ(after.macs, before.macs);
      EXPECT_TRUE(std::equal(after.clipped, std::end(after.clipped), before.clipped));
      // Fewer samples than before in the same memory.
      std::vector<float> some = blocks.run(*executor, 5, {x.data()});
      EXPECT_TRUE(std::equal(some.begin(), some.end(), expected.begin()));
    }
}

TEST(Blocks, TheFirstSampleThatFailsIsReportedWhereverItFails) {
  TestProgram source;
  uint32_t values = source.input<float>({1, 5, 1});
  uint32_t first = source.input<int32_t>({1, 1}), second = source.input<int32_t>({1, 1});
  uint32_t middle = source.result<float>({1, 1, 1}), result = source.result<float>({1, 1, 1});
  source.add(format::Opcode_Gather, {values, first}, middle);
  source.add(format::Opcode_Gather, {values, second}, result);
  source.output(result);
  Blocks blocks(source);
  std::vector<float> x(40 * 5);
  std::vector<int32_t> a(40), b(40);
  b[3] = 103; // In the second instruction.
  a[5] = 105;
  a[30] = 130;
  for (int threads : {1, 2})
    for (int64_t mostSamples : {1, 2, 8, 64})
      try {
        blocks.run(*blocks.executor(threads, mostSamples), 40, {x.data(), a.data(), b.data()});
        ADD_FAILURE() << "no failure";
      } catch (const runtime::DataError &error) {
        EXPECT_STREQ(error.what(),
                     "instruction 1 (gather 'layer'): indices must be in 0..4, got 103");
      }
}

/// A clamp of a large image, its pooling and two clamps of the result, in the place of the image.
void buildNarrowing(TestProgram &program) {
  constexpr int64_t kLarge = 1 << 20, kSmall = 1 << 12;
  auto place = [&](std::array<int64_t, 6> dims, int64_t offset) {
    program.data.tensors.emplace_back(offset, dims, 4, format::ElementType_F32,
                                      format::Space_Arena);
    return uint32_t(program.data.tensors.size() - 1);
  };
  auto large = [&](int64_t offset) { return place({1, 128, 128, 16, 1, 1}, offset); };
  auto small = [&](int64_t offset) { return place({1, 8, 8, 16, 1, 1}, offset); };
  program.data.arenaBytes = 2 * kLarge;
  uint32_t chain[] = {large(0), large(kLarge), small(0), small(kSmall), small(0)};
  program.data.inputs.emplace_back(chain[0], 1);
  for (int32_t i = 0; i < 4; ++i)
    if (i == 1) {
      std::array<int32_t, 2> kernel = {16, 16}, dilation = {1, 1};
      std::array<int32_t, 4> pad = {};
      program.data.windows.emplace_back(kernel, kernel, pad, dilation, 1);
      program.add(format::Opcode_Pool, {chain[i]}, chain[i + 1], 0, /*average*/ 1);
    } else {
      program.data.clamps.emplace_back(-0.9 + 0.1 * i, 0.8);
      program.add(format::Opcode_Clamp, {chain[i]}, chain[i + 1], program.data.clamps.size() - 1);
    }
  program.output(chain[4]);
  static_assert(8 * 8 * 16 * 4 == kSmall, "");
}

TEST(Blocks, BeginWhereTensorsAreSmall) {
  TestProgram source;
  buildNarrowing(source);
  Blocks blocks(source);
  runtime::Schedule::Kernels kernels(4);
  auto schedule = [&](int64_t mostSamples) {
    return runtime::Schedule(blocks.program, kernels, mostSamples);
  };
  // From the pooling's result on; what the clamp of one sample needs is in the first level.
  runtime::Schedule two = schedule(64);
  ASSERT_EQ(two.levels.size(), 2u);
  EXPECT_EQ(two.levels[0].begin, 0u);
  EXPECT_EQ(two.levels[0].block, 1);
  EXPECT_EQ(two.levels[0].bytes, int64_t(2) << 20);
  EXPECT_EQ(two.levels[1].begin, 2u);
  EXPECT_EQ(two.tensorLevels, (std::vector<size_t>{0, 0, 1, 1, 1}));
  EXPECT_LE(two.levels[1].bytes, runtime::kBlockBytes);
  EXPECT_EQ(schedule(1).levels.size(), 1u);
  EXPECT_EQ(schedule(5).levels.back().block, 5);
  Random random(12);
  std::vector<float> x = randomFloats(random, 20 * (1 << 18));
  std::vector<float> expected = blocks.run(*blocks.executor(1, 1), 20, {x.data()});
  for (int64_t mostSamples : {2, 7, 64})
    EXPECT_EQ(blocks.run(*blocks.executor(2, mostSamples), 20, {x.data()}), expected);
}

} // namespace
