//===- VariationTest.cpp - Drawn cells of loaded programs -----------------===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The C API of device variation: what it must not depend on, and what it refuses. That the bits
// are right is tested against the reference by test/unit/Integration, formulas of single cells
// here.
//
//===----------------------------------------------------------------------===//

#include "Variation.h"
#include "TestLayer.h"

#include <cmath>
#include <limits>

namespace {

constexpr int64_t kSamples = 37, kInputs = 144, kOutputs = 180;

/// A program of one layer and inputs for it.
class Varied {
public:
  explicit Varied(const std::function<void(TestLayer &)> &change = {}) {
    Random random(5);
    TestLayer layer(random);
    if (change)
      change(layer);
    TestProgram source;
    buildLayerProgram(source, layer);
    std::vector<uint8_t> file = source.bytes();
    memory = AlignedBytes(file);
    cim_message message = {};
    EXPECT_EQ(cim_program_from_memory(memory.data(), file.size(), &program, &message), CIM_OK)
        << message.text;
    x = randomFloats(random, kSamples * kInputs);
  }
  ~Varied() { cim_program_close(program); }

  /// The message of a failure, else nothing.
  std::string vary(const cim_variation &variation) {
    cim_message message = {};
    cim_status status = cim_program_vary(program, &variation, &message);
    EXPECT_EQ(status == CIM_OK, message.text[0] == 0);
    EXPECT_TRUE(status == CIM_OK || status == CIM_ERROR_ARGUMENT);
    return message.text;
  }

  cim_executor *executor(int32_t threads = 1) const {
    cim_executor_options options = {};
    options.threads = threads;
    cim_executor *made = nullptr;
    EXPECT_EQ(cim_executor_create(program, &options, &made, nullptr), CIM_OK);
    return made;
  }

  /// All samples, so many at a time.
  std::vector<float> run(cim_executor *executor, int64_t step = kSamples) {
    std::vector<float> y(kSamples * kOutputs);
    for (int64_t first = 0; first < kSamples; first += step) {
      cim_tensor input = cim_program_input(program, 0), output = cim_program_output(program, 0);
      input.data = x.data() + first * kInputs;
      output.data = y.data() + first * kOutputs;
      int64_t count = std::min(step, kSamples - first);
      EXPECT_EQ(cim_executor_run(executor, count, &input, 1, &output, 1, nullptr), CIM_OK);
    }
    cim_executor_destroy(executor);
    return y;
  }

  std::vector<float> runVaried(const cim_variation &variation) {
    EXPECT_EQ(vary(variation), "");
    return run(executor());
  }

  cim_program *program = nullptr;

private:
  AlignedBytes memory;
  std::vector<float> x;
};

cim_variation lognormal(double sigma, uint64_t seed = 0) {
  cim_variation variation = {};
  variation.cell_lognormal = sigma;
  variation.seed = seed;
  return variation;
}

TEST(Variation, OfNothingChangesNoBit) {
  for (format::MappingKind kind :
       {format::MappingKind_DifferentialColumn, format::MappingKind_Offset})
    for (format::InputEncoding encoding :
         {format::InputEncoding_Offset, format::InputEncoding_TwosComplement,
          format::InputEncoding_Differential})
      for (int adc : {0, 1, 2}) {
        Varied layer([&](TestLayer &layer) {
          layer.kind = kind;
          layer.encoding = encoding;
          layer.adc = adc > 0;
          layer.table = adc == 2;
        });
        std::vector<float> ideal = layer.run(layer.executor());
        EXPECT_EQ(layer.runVaried({}), ideal);
        EXPECT_EQ(cim_program_fraction_bits(layer.program, 1), 8);
        EXPECT_EQ(cim_program_fraction_bits(layer.program, 0), -1);
        EXPECT_EQ(cim_program_fraction_bits(layer.program, 99), -1);
        if (kind != format::MappingKind_Offset) // All of whose outputs the clamp may clip.
          EXPECT_NE(layer.runVaried(lognormal(0.5)), ideal);
      }
}

TEST(Variation, DependsOnSeedAndTrialOnly) {
  Varied layer;
  std::vector<float> ideal = layer.run(layer.executor());
  std::vector<float> first = layer.runVaried(lognormal(0.3, 1));
  EXPECT_NE(first, ideal);
  cim_executor *earlier = layer.executor();
  std::vector<float> second = layer.runVaried(lognormal(0.3, 2));
  EXPECT_NE(second, first);
  cim_variation trial = lognormal(0.3, 1);
  trial.trial = 1;
  std::vector<float> third = layer.runVaried(trial);
  EXPECT_NE(third, first);
  EXPECT_NE(third, second);
  EXPECT_EQ(layer.runVaried(lognormal(0.3, 1)), first);
  EXPECT_EQ(cim_program_vary(layer.program, nullptr, nullptr), CIM_OK);
  EXPECT_EQ(layer.run(layer.executor()), ideal);
  EXPECT_EQ(layer.run(earlier), first) << "executors keep what they were made with";
}

TEST(Variation, NoiseDependsOnNeitherThreadsNorBatches) {
  Varied layer;
  cim_variation variation = lognormal(0.2);
  std::vector<float> quiet = layer.runVaried(variation);
  variation.read_noise = 0.8;
  std::vector<float> noisy = layer.runVaried(variation);
  EXPECT_NE(noisy, quiet);
  for (int32_t threads : {1, 2, 3})
    for (int64_t step : {int64_t(1), int64_t(5), int64_t(16), kSamples})
      EXPECT_EQ(layer.run(layer.executor(threads), step), noisy) << threads << " " << step;
}

TEST(Variation, LargeCellsHaveFewerBits) {
  Varied layer;
  cim_variation variation = {};
  int32_t before = 8;
  for (auto [gaussian, least, most] :
       {std::array{100., 8., 8.}, std::array{20000., 4., 7.}, std::array{65536., 2., 6.}}) {
    variation.gaussian = gaussian;
    EXPECT_EQ(layer.vary(variation), "");
    int32_t bits = cim_program_fraction_bits(layer.program, 1);
    EXPECT_TRUE(bits >= least && bits <= most && bits <= before) << bits;
    before = bits;
  }
  EXPECT_EQ(layer.vary(lognormal(100)),
            "layer 'layer': drawn cells must have partial sums below 2^24");
  EXPECT_EQ(cim_program_fraction_bits(layer.program, 1), -1) << "ideal after a failure";
}

TEST(Variation, ConstantsOfDrawnCellsAreNotReplaced) {
  Varied layer;
  std::vector<float> start(TestLayer::kColumns, 1);
  cim_tensor value = {CIM_F32, 1, {TestLayer::kColumns, 1, 1, 1, 1, 1}, start.data()};
  auto replace = [&] {
    cim_message message = {};
    cim_program_replace(layer.program, 1, "start", &value, &message);
    return std::string(message.text);
  };
  EXPECT_EQ(layer.vary({}), "");
  EXPECT_EQ(replace(), "constants of a program with drawn cells cannot be replaced");
  EXPECT_EQ(cim_program_vary(layer.program, nullptr, nullptr), CIM_OK);
  EXPECT_EQ(replace(), "");
}

TEST(Variation, OptionsHaveBounds) {
  Varied layer;
  const double infinity = std::numeric_limits<double>::infinity();
  auto refuse = [&](double cim_variation::*option, double value, const std::string &reason) {
    cim_variation variation = {};
    variation.*option = value;
    EXPECT_EQ(layer.vary(variation), reason);
  };
  for (double value : {-0.1, 100.5, infinity, -infinity})
    EXPECT_NE(layer.vary(lognormal(value)), "");
  refuse(&cim_variation::weight_lognormal, NAN, "'weight_lognormal' must be in 0..100, got nan");
  refuse(&cim_variation::proportional, -1, "'proportional' must be in 0..100, got -1");
  refuse(&cim_variation::gaussian, 65537, "'gaussian' must be in 0..65536, got 65537");
  refuse(&cim_variation::read_noise, 65537, "'read_noise' must be in 0..65536, got 65537");
  refuse(&cim_variation::stuck_off, 1.5, "'stuck_off' must be in 0..1, got 1.5");
  refuse(&cim_variation::stuck_on, -0.5, "'stuck_on' must be in 0..1, got -0.5");
  refuse(&cim_variation::on_off_ratio, 1, "'on_off_ratio' must be greater than 1, got 1");
  refuse(&cim_variation::drift_time, 0.5, "'drift_time' must be at least 1, got 0.5");
  refuse(&cim_variation::drift_nu, 101, "'drift_nu' must be in 0..100, got 101");
  refuse(&cim_variation::drift_nu_sigma, -1, "'drift_nu_sigma' must be in 0..100, got -1");
  refuse(&cim_variation::reference_variation, 0.5, "'reference_variation' must be 0 or 1, got 0.5");
  refuse(&cim_variation::drift_nu, 0.1, "'drift_nu' needs 'drift_time', got none");
  refuse(&cim_variation::drift_nu_sigma, 0.1, "'drift_nu_sigma' needs 'drift_time', got none");
  cim_variation stuck = {};
  stuck.stuck_off = stuck.stuck_on = 0.75;
  EXPECT_EQ(layer.vary(stuck), "'stuck_off' and 'stuck_on' must sum up to at most 1, got 1.5");
  stuck.stuck_on = 0.25;
  EXPECT_EQ(layer.vary(stuck), "");
  EXPECT_EQ(cim_program_vary(nullptr, &stuck, nullptr), CIM_ERROR_ARGUMENT);
}

TEST(Variation, IsReadFromText) {
  auto parse = [](const char *text, cim_variation *variation) {
    cim_message message = {};
    cim_variation_parse(text, variation, &message);
    return std::string(message.text);
  };
  cim_variation variation = lognormal(7, 9);
  EXPECT_EQ(parse("weight_lognormal=0.25,stuck_off=1e-3", &variation), "");
  EXPECT_EQ(variation.weight_lognormal, 0.25);
  EXPECT_EQ(variation.stuck_off, 1e-3);
  EXPECT_EQ(variation.cell_lognormal, 0);
  EXPECT_EQ(variation.seed, 0u);
  EXPECT_EQ(parse("gaussian", &variation), "'gaussian' must be a number, got ''");
  EXPECT_EQ(parse("gaussian=", &variation), "'gaussian' must be a number, got ''");
  EXPECT_EQ(parse("gaussian=1x", &variation), "'gaussian' must be a number, got '1x'");
  EXPECT_EQ(parse("gaussian=1e999", &variation), "'gaussian' must be a number, got '1e999'");
  EXPECT_EQ(parse("gaussian=nan", &variation), "'gaussian' must be in 0..65536, got nan");
  EXPECT_EQ(parse("gaussian=1,gaussian=2", &variation), "'gaussian' is given twice");
  EXPECT_EQ(parse("gaussian=1,", &variation),
            "variations must be key=value,key=value..., got 'gaussian=1,'");
  EXPECT_EQ(parse("", &variation), "variations must be key=value,key=value..., got ''");
  EXPECT_EQ(parse("on_off_ratio=0.5", &variation),
            "'on_off_ratio' must be greater than 1, got 0.5");
  EXPECT_EQ(parse("on_off_ratio=0", &variation), "'on_off_ratio' must be greater than 1, got 0");
  EXPECT_EQ(parse("drift_time=0,drift_nu=0", &variation), "'drift_time' must be at least 1, got 0");
  EXPECT_EQ(parse("drift_nu=0.1", &variation), "'drift_nu' needs 'drift_time', got none");
  EXPECT_EQ(parse("drift_time=9", &variation),
            "'drift_time' needs 'drift_nu' or 'drift_nu_sigma', got neither");
  for (const char *nothing :
       {"drift_nu=0", "drift_nu_sigma=0", "drift_time=9,drift_nu=0", "drift_time=1,drift_nu=0.1",
        "cell_lognormal=0", "stuck_on=0", "reference_variation=0", "read_noise=0"})
    EXPECT_EQ(parse(nothing, &variation), "");
  EXPECT_EQ(parse("seed=1", &variation).substr(0, 48),
            "unknown variation 'seed', must be one of cell_lo");
  EXPECT_EQ(cim_variation_parse(nullptr, &variation, nullptr), CIM_ERROR_ARGUMENT);
}

//===----------------------------------------------------------------------===//
// Single cells
//===----------------------------------------------------------------------===//

/// What a cell of two bits has that was to hold `value`, in steps.
double readCell(const cim_variation &variation, uint32_t output, int32_t value) {
  constexpr int32_t fraction = 20;
  cim::runtime::CellDraws draws(variation, 4);
  return draws.read({output, 7, 1, 0, 2}, value, fraction) * 0x1p-20;
}

/// Mean and deviation over many cells.
std::pair<double, double> measure(const cim_variation &variation, int32_t value, bool logarithms) {
  constexpr uint32_t cells = 20000;
  double sum = 0, squares = 0;
  for (uint32_t n = 0; n < cells; ++n) {
    double g = readCell(variation, n, value);
    double x = logarithms ? std::log(g / value) : g;
    sum += x;
    squares += x * x;
  }
  double mean = sum / cells;
  return {mean, std::sqrt(squares / cells - mean * mean)};
}

TEST(Variation, CellsDoNotDependOnThreads) {
  cim::runtime::CellLayout layout = {
      format::MappingKind_DifferentialColumn, 2, 40, 21, 4, {16, 16, 8}, {2, 2}};
  std::vector<int8_t> codes(2 * 40 * 21);
  Random random(1);
  for (int8_t &code : codes)
    code = static_cast<int8_t>(random.in(-7, 7));
  cim::runtime::CellDraws draws(lognormal(0.3), 0);
  auto draw = [&](size_t threads) {
    std::vector<int16_t> cells(2 * layout.groupSize());
    drawCells(draws, layout, codes.data(), 5, 8, cells.data(), threads);
    return cells;
  };
  std::vector<int16_t> expected = draw(1);
  for (size_t threads : {2, 3, 100})
    EXPECT_EQ(draw(threads), expected);
}

/// Tables of upper bits serve most words: what they cannot tell is drawn one by one.
TEST(Variation, NoiseIsRoundedNormalNumbers) {
  for (double sigma : {0.001, 0.2, 3., 300., 65536.}) {
    cim_variation variation = {};
    variation.read_noise = sigma;
    cim::runtime::ReadNoise noise(cim::runtime::CellDraws(variation, 0), 8);
    const cim::runtime::PhiloxKey key = noise.keyOf(3);
    for (uint32_t n = 0; n < 20000; ++n) {
      int32_t sum = 0;
      noise.add(key, 1, 2, 3, 4, n, 1, &sum);
      uint32_t word = cim::runtime::philox({n / 4, 1, 2, 3 << 8 | 4}, key)[n % 4];
      ASSERT_EQ(sum, std::nearbyint(sigma * 256 * cim::runtime::normalOf(word))) << sigma;
    }
  }
}

TEST(Variation, CellsFollowTheirDistributions) {
  auto [mean, deviation] = measure(lognormal(0.3), 3, /*logarithms=*/true);
  EXPECT_NEAR(mean, 0, 0.01);
  EXPECT_NEAR(deviation, 0.3, 0.01);
  cim_variation variation = {};
  variation.proportional = 0.1;
  std::tie(mean, deviation) = measure(variation, 2, false);
  EXPECT_NEAR(mean, 2, 0.01);
  EXPECT_NEAR(deviation, 0.2, 0.005);
  variation = {};
  variation.gaussian = 0.1;
  std::tie(mean, deviation) = measure(variation, 2, false);
  EXPECT_NEAR(mean, 2, 0.005);
  EXPECT_NEAR(deviation, 0.1, 0.003);
  variation = {};
  variation.stuck_off = 0.25;
  variation.stuck_on = 0.5;
  std::tie(mean, deviation) = measure(variation, 1, false); // 0, 3 or 1.
  EXPECT_NEAR(mean, 0.5 * 3 + 0.25, 0.03);
}

TEST(Variation, CellsFollowTheirFormulas) {
  cim_variation variation = {};
  variation.on_off_ratio = 10;
  EXPECT_NEAR(readCell(variation, 0, 0), 0.3, 1e-6); // (2^2 - 1) / 10
  EXPECT_NEAR(readCell(variation, 0, 3), 3, 1e-6);
  EXPECT_NEAR(readCell(variation, 0, 1), 0.9 + 0.3, 1e-6);
  variation.stuck_off = 1;
  EXPECT_NEAR(readCell(variation, 0, 3), 0.3, 1e-6);
  variation = {};
  variation.drift_time = 1000;
  variation.drift_nu = 0.05;
  EXPECT_NEAR(readCell(variation, 0, 2), 2 * std::pow(1000, -0.05), 1e-6);
  variation.drift_time = 1;
  EXPECT_EQ(readCell(variation, 0, 2), 2);
}

TEST(Variation, CellsOfAWeightShareItsDraw) {
  cim_variation shared = {}, own = lognormal(0.3);
  shared.weight_lognormal = 0.3;
  auto read = [](const cim_variation &variation, uint32_t slice, uint32_t polarity) {
    return cim::runtime::CellDraws(variation, 0).read({1, 2, slice, polarity, 2}, 3, 20);
  };
  EXPECT_EQ(read(shared, 0, 0), read(shared, 1, 0));
  EXPECT_EQ(read(shared, 0, 0), read(shared, 3, 1));
  EXPECT_NE(read(own, 0, 0), read(own, 1, 0));
  EXPECT_NE(read(own, 0, 0), read(own, 0, 1));
}

} // namespace
