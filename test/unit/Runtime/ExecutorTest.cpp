//===- ExecutorTest.cpp - Running programs ----------------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Independence of threads, observer, statistics, replaced constants, arguments.
//
//===----------------------------------------------------------------------===//

#include "TestLayer.h"

#include <cmath>

namespace {

constexpr int64_t kSamples = 13, kInput = 144, kOutput = 36 * TestLayer::kColumns;

std::vector<float> runLayer(const TestLayer &layer, const std::vector<float> &x, int threads = 1) {
  TestProgram program;
  buildLayerProgram(program, layer);
  LoadedTest loaded(program);
  return loaded.run<float>(loaded.executor(threads).get(), kSamples, {x.data()});
}

TEST(Executor, ResultsDoNotDependOnThreadsOrBatch) {
  Random random(3);
  TestLayer layer(random);
  std::vector<float> x = randomFloats(random, kSamples * kInput);
  TestProgram program;
  uint32_t in = program.input<float>({1, 6, 6, 4});
  uint32_t product = layer.addTo(program, in);
  std::vector<float> weight = randomFloats(random, 7 * 9 * 5), bias = randomFloats(random, 7);
  uint32_t w = program.constant({7, 3, 3, 5}, weight.data()),
           b = program.constant({7}, bias.data());
  uint32_t result = program.result<float>({1, 6, 6, 7});
  program.add(format::Opcode_Conv2D, {product, w, b}, result, program.window(3, 1, {1, 1, 1, 1}));
  program.output(result);
  LoadedTest loaded(program);
  std::vector<float> one = loaded.run<float>(loaded.executor(1).get(), kSamples, {x.data()});
  for (int threads : {2, 3, 20})
    EXPECT_EQ(loaded.run<float>(loaded.executor(threads).get(), kSamples, {x.data()}), one);
  ExecutorHandle executor = loaded.executor(2);
  for (int64_t i = 0; i < kSamples; ++i) {
    std::vector<float> single = loaded.run<float>(executor.get(), 1, {x.data() + i * kInput});
    EXPECT_TRUE(std::equal(single.begin(), single.end(), one.begin() + i * 36 * 7));
  }
  EXPECT_TRUE(loaded.run<float>(executor.get(), 0, {x.data()}).empty());
}

TEST(Executor, ObserverSeesEveryInstructionOfEverySample) {
  Random random(4);
  TestProgram program;
  buildLayerProgram(program, TestLayer(random));
  LoadedTest loaded(program);
  std::vector<float> x = randomFloats(random, kSamples * kInput);
  Observed observed;
  observed.fits = [](int32_t instruction, int32_t count, const cim_tensor *inputs,
                     const cim_tensor &output) {
    return instruction != 1 || (count == 1 && inputs[0].dims[3] == 4 && output.dims[3] == 5 &&
                                output.type == CIM_F32 && output.data);
  };
  loaded.run<float>(loaded.executor(2, 0, Observed::call, &observed).get(), kSamples, {x.data()});
  EXPECT_EQ(observed.calls.size(), size_t(kSamples * 3));
  EXPECT_TRUE(observed.shapesFit);
  EXPECT_STREQ(cim_program_instruction_opcode(loaded.program.get(), 0), "write_arrays");
  EXPECT_STREQ(cim_program_instruction_opcode(loaded.program.get(), 2), "clamp");
  EXPECT_STREQ(cim_program_instruction_name(loaded.program.get(), 1), "layer");
}

/// The statistics of a layer that has run on all samples.
cim_instruction_stats layerStats(bool adc) {
  Random random(5);
  TestProgram program;
  buildLayerProgram(program, TestLayer(random, adc));
  LoadedTest loaded(program);
  std::vector<float> x = randomFloats(random, kSamples * kInput);
  ExecutorHandle executor = loaded.executor(2, 1);
  loaded.run<float>(executor.get(), kSamples, {x.data()});
  cim_instruction_stats stats = {};
  EXPECT_EQ(cim_executor_stats(executor.get(), 3, &stats), CIM_ERROR_ARGUMENT);
  EXPECT_EQ(cim_executor_stats(executor.get(), 1, &stats), CIM_OK);
  return stats;
}

/// Tiles, slices, cycles.
constexpr uint64_t kConversions = uint64_t(kSamples * kOutput * 2 * 2 * 4);

TEST(Executor, StatisticsCountConversions) {
  cim_instruction_stats stats = layerStats(/*adc=*/true);
  EXPECT_EQ(stats.conversions, kConversions);
  EXPECT_GT(stats.clipped, 0u);
  EXPECT_LT(stats.clipped, stats.conversions);
  EXPECT_EQ(stats.macs, kConversions / 2 * TestLayer::kRows); // Of all tiles.
  EXPECT_GT(stats.quantize_nanoseconds, 0u);
  EXPECT_GT(stats.gather_nanoseconds, 0u);
  EXPECT_LT(stats.quantize_nanoseconds + stats.gather_nanoseconds, stats.nanoseconds);
}

TEST(Executor, IdealAdcsConvertAsOftenAsOthers) {
  cim_instruction_stats stats = layerStats(/*adc=*/false);
  EXPECT_EQ(stats.conversions, kConversions);
  EXPECT_EQ(stats.clipped, 0u);
}

/// The activation code of row k at output pixel (y, x) of one sample.
int64_t inputCode(const float *sample, int64_t y, int64_t x, int64_t k) {
  y += k % 9 / 3 - 1;
  x += k % 3 - 1;
  if (y < 0 || y >= 6 || x < 0 || x >= 6)
    return 8;
  float steps = std::nearbyint(sample[(y * 6 + x) * 4 + k / 9] / 0.125f);
  return static_cast<int64_t>(std::clamp(steps, -8.0f, 7.0f)) + 8;
}

/// Conversions of one sample that are clipped in cycle b, one partial sum after the other.
uint64_t countClipped(const TestLayer &layer, const float *sample, int64_t b) {
  uint64_t clipped = 0;
  for (int64_t pixel = 0; pixel < 36; ++pixel)
    for (int64_t i = 0; i < 2 * 2 * TestLayer::kColumns; ++i) { // [tile][slice][column]
      int64_t slice = i / TestLayer::kColumns % 2, n = i % TestLayer::kColumns, sum = 0;
      bool first = i < 2 * TestLayer::kColumns;
      for (int64_t k = first ? 0 : 16; k < (first ? 16 : TestLayer::kRows); ++k) {
        int64_t code = layer.codes[k * TestLayer::kColumns + n];
        int64_t digit = std::abs(code) >> (2 * slice) & 3;
        int64_t bit = inputCode(sample, pixel / 6, pixel % 6, k) >> b & 1;
        sum += bit * (code < 0 ? -digit : digit);
      }
      float rounded = std::nearbyint(static_cast<float>(sum) * layer.reciprocal[i]);
      clipped += rounded < -8 || rounded > 7;
    }
  return clipped;
}

TEST(Executor, StatisticsTellWhichCycleClips) {
  Random random(5);
  TestProgram program;
  TestLayer layer(random);
  buildLayerProgram(program, layer);
  LoadedTest loaded(program);
  ASSERT_EQ(cim_program_num_cycles(loaded.program.get(), 1), 4);
  EXPECT_EQ(cim_program_num_cycles(loaded.program.get(), 2), 0);
  std::vector<float> x = randomFloats(random, kSamples * kInput);
  ExecutorHandle executor = loaded.executor(2, 1);
  loaded.run<float>(executor.get(), kSamples, {x.data()});
  cim_instruction_stats stats = {};
  ASSERT_EQ(cim_executor_stats(executor.get(), 1, &stats), CIM_OK);
  uint64_t clipped[4];
  ASSERT_EQ(cim_executor_cycle_stats(executor.get(), 1, clipped, 4), CIM_OK);
  for (int64_t b = 0; b < 4; ++b) {
    uint64_t expected = 0;
    for (int64_t i = 0; i < kSamples; ++i)
      expected += countClipped(layer, x.data() + i * kInput, b);
    EXPECT_GT(expected, 0u);
    EXPECT_EQ(clipped[b], expected) << "cycle " << b;
  }
  EXPECT_EQ(clipped[0] + clipped[1] + clipped[2] + clipped[3], stats.clipped);
  EXPECT_EQ(cim_executor_cycle_stats(executor.get(), 1, clipped, 3), CIM_ERROR_ARGUMENT);
  EXPECT_EQ(cim_executor_cycle_stats(executor.get(), 2, clipped, 0), CIM_ERROR_ARGUMENT);
}

cim_tensor viewOf(cim_element_type type, Shape shape, const void *data) {
  cim_tensor view = {type, int32_t(shape.size()), {}, const_cast<void *>(data)};
  std::copy(shape.begin(), shape.end(), view.dims);
  return view;
}

TEST(Executor, ReplacedConstantsGiveTheProgramOfTheNewOnes) {
  for (auto [adc, encoding] : {std::pair(true, format::InputEncoding_Offset),
                               std::pair(false, format::InputEncoding_Offset),
                               std::pair(false, format::InputEncoding_Differential)}) {
    Random random(6);
    TestLayer before(random, adc), after(random, adc);
    before.encoding = after.encoding = encoding;
    std::vector<float> x = randomFloats(random, kSamples * kInput);
    TestProgram program;
    buildLayerProgram(program, before);
    LoadedTest loaded(program);
    ExecutorHandle executor = loaded.executor(2);
    EXPECT_EQ(loaded.run<float>(executor.get(), kSamples, {x.data()}), runLayer(before, x));
    const Shape each = {2, 2, TestLayer::kColumns};
    const std::pair<const char *, cim_tensor> changes[] = {
        {"weight_codes", viewOf(CIM_I8, {1, 36, TestLayer::kColumns}, after.codes.data())},
        {"start", viewOf(CIM_F32, {TestLayer::kColumns}, after.start.data())},
        {"scale", viewOf(CIM_F32, {1, 1, TestLayer::kColumns}, after.scale.data())},
        {"reciprocal", viewOf(CIM_F32, each, after.reciprocal.data())}};
    for (auto &[what, value] : changes)
      EXPECT_EQ(cim_program_replace(loaded.program.get(), 1, what, &value, nullptr),
                what == std::string("reciprocal") && !adc ? CIM_ERROR_ARGUMENT : CIM_OK)
          << what;
    EXPECT_EQ(loaded.run<float>(executor.get(), kSamples, {x.data()}), runLayer(after, x));
  }
}

TEST(Executor, ReplaceRefusesWhatTheLoaderWould) {
  Random random(6);
  TestLayer layer(random);
  TestProgram program;
  buildLayerProgram(program, layer);
  LoadedTest loaded(program);
  auto refuses = [&](int32_t instruction, const char *what, cim_tensor value) {
    cim_message message = {};
    EXPECT_EQ(cim_program_replace(loaded.program.get(), instruction, what, &value, &message),
              CIM_ERROR_ARGUMENT);
    return std::string(message.text);
  };
  layer.codes[3] = 17;
  layer.scale[0] = -1;
  cim_tensor codes = viewOf(CIM_I8, {1, 36, TestLayer::kColumns}, layer.codes.data());
  EXPECT_EQ(refuses(1, "weight_codes", codes),
            "weight codes must fit the 4 bits of the slices, got -7..17");
  EXPECT_EQ(refuses(2, "weight_codes", codes), "instruction 2 is not an mvm");
  EXPECT_EQ(refuses(1, "bias", codes), "'bias' is not a constant of an mvm");
  EXPECT_EQ(refuses(1, "offsets", codes), "the layer has no 'offsets'");
  EXPECT_EQ(refuses(3, "start", codes), "no such instruction or null argument");
  EXPECT_EQ(refuses(1, "start", codes), "'start' must have the type and shape of the constant");
  EXPECT_EQ(refuses(1, "scale", viewOf(CIM_F32, {1, 1, 5}, layer.scale.data())),
            "'scale' must be normal and positive, got -1");
}

TEST(Executor, RunRefusesTensorsThatDoNotFit) {
  Random random(6);
  TestProgram program;
  buildLayerProgram(program, TestLayer(random));
  LoadedTest loaded(program);
  ExecutorHandle executor = loaded.executor(0);
  std::vector<float> x(kInput), y(kOutput);
  cim_tensor input = viewOf(CIM_F32, {1, 6, 6, 4}, x.data());
  cim_tensor output = viewOf(CIM_F32, {1, 6, 6, 5}, y.data());
  cim_message message = {};
  EXPECT_EQ(cim_executor_run(executor.get(), 1, &input, 2, &output, 1, &message),
            CIM_ERROR_ARGUMENT);
  EXPECT_STREQ(message.text, "the program has 1 inputs, got 2");
  EXPECT_EQ(cim_executor_run(executor.get(), 1, &output, 1, &output, 1, &message),
            CIM_ERROR_ARGUMENT);
  EXPECT_STREQ(message.text, "input 'in' must have data and be 1x6x6x4xf32");
  EXPECT_EQ(cim_executor_run(executor.get(), -1, &input, 1, &output, 1, &message),
            CIM_ERROR_ARGUMENT);
  cim_executor_options options = {-1, 0, nullptr, nullptr, nullptr, nullptr};
  cim_executor *made = nullptr;
  EXPECT_EQ(cim_executor_create(loaded.program.get(), &options, &made, &message),
            CIM_ERROR_ARGUMENT);
  EXPECT_STREQ(message.text, "'threads' must be in 0..4096, got -1");
}

} // namespace
