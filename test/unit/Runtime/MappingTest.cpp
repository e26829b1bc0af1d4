//===- MappingTest.cpp - Offset arrays and tables in programs -------------===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What format version 4 added: what the loader refuses, what can be replaced, and what
// statistics count. MvmTest.cpp tests the arithmetic.
//
//===----------------------------------------------------------------------===//

#include "TestLayer.h"

#include <cmath>

namespace {

/// Offset arrays with a table.
TestLayer makeLayer(uint64_t seed) {
  Random random(seed);
  TestLayer layer(random);
  layer.kind = format::MappingKind_Offset;
  layer.table = true;
  for (float &scale : layer.scale)
    scale *= 1e-5f; // Of the largest levels.
  for (float &reference : layer.reference)
    reference *= 0.1f;
  return layer;
}

/// Why a program is refused after a change.
template <typename Change> std::string refusalOf(const TestLayer &layer, Change change) {
  TestProgram program;
  buildLayerProgram(program, layer);
  change(program.data);
  return refusal(program.bytes());
}
template <typename Change> std::string refusalOf(Change change) {
  return refusalOf(makeLayer(1), change);
}

const std::string mvm = "instruction 1 (mvm 'layer'): ";

TEST(Mapping, RefusesBadExtras) {
  using Data = format::ProgramData;
  auto extra = [](auto change) { return refusalOf([&](Data &data) { change(data.extras[0]); }); };
  const std::string reference =
      "'reference' must be there for offset arrays with an ADC of partial "
      "sums or codes of one bit, and may be for differential arrays of one slice of "
      "one bit, got ";
  const std::string table = "'thresholds' and 'levels' must be there exactly for a table ADC, got ";
  EXPECT_EQ(refusalOf([](Data &) {}), "");
  EXPECT_EQ(extra([](auto &e) { e.mutate_mvm(1); }),
            "extra 0: 'mvm' must ascend and be below 1, got 1");
  EXPECT_EQ(refusalOf([](Data &data) { data.extras.push_back(data.extras[0]); }),
            "extra 1: 'mvm' must ascend and be below 1, got 0");
  EXPECT_EQ(refusalOf([](Data &data) { data.extras = {{0, -1, -1, 5}}; }),
            "extra 0: must have a tensor, got none");
  EXPECT_EQ(refusalOf([](Data &data) { data.extras.clear(); }), mvm + reference + "-1");
  EXPECT_EQ(extra([](auto &e) { e.mutate_reference(-2); }),
            mvm + "'reference' must be below 8, got -2");
  EXPECT_EQ(extra([](auto &e) { e.mutate_reference(8); }),
            mvm + "'reference' must be below 8, got 8");
  EXPECT_EQ(extra([](auto &e) { e.mutate_reference(0); }), mvm + "'reference' must be a constant");
  EXPECT_EQ(extra([](auto &e) { e.mutate_reference(2); }),
            mvm + "'reference' must fit tiles, slices and outputs of the arrays, got 5xf32");
  EXPECT_EQ(extra([](auto &e) { e.mutate_levels(-1); }), mvm + table + "5 and -1");
  EXPECT_EQ(extra([](auto &e) { e.mutate_thresholds(-1); }), mvm + table + "-1 and 6");
  EXPECT_EQ(extra([](auto &e) { e.mutate_thresholds(8); }),
            mvm + "'thresholds' must be below 8, got 8");
  EXPECT_EQ(extra([](auto &e) { e.mutate_thresholds(2); }),
            mvm + "'thresholds' must have four axes, of 1 or all tiles, slices and outputs, and at "
                  "most 65535 entries, got 5xf32");
  EXPECT_EQ(extra([](auto &e) { e.mutate_levels(5); }),
            mvm + "'levels' must fit tiles, slices and outputs of the arrays, got 1x1x1x2xi32");
  EXPECT_EQ(refusalOf([](Data &data) { data.mvms[0].mutate_adc(format::AdcKind_Linear); }),
            mvm + "'reciprocal' must be below 8, got -1");
  EXPECT_EQ(refusalOf([](Data &data) { data.mvms[0].mutate_reciprocal(3); }),
            mvm + "an ADC that is not linear must have neither 'reciprocal' nor 'offsets'");
}

TEST(Mapping, RefusesBadElements) {
  auto refused = [](auto change) {
    TestLayer layer = makeLayer(1);
    change(layer);
    return refusalOf(layer, [](format::ProgramData &) {});
  };
  const int32_t limit = (1 << 24) - 1;
  auto none = [=](TestLayer &layer) {
    layer.thresholds = {-limit, limit};
    layer.levels = {-32768, 0, 32767};
  };
  EXPECT_EQ(refused(none), "");
  const std::string rule = mvm + "'thresholds' must be below 2^24 and strictly increasing, got ";
  EXPECT_EQ(refused([](auto &layer) { layer.thresholds = {3, 3}; }), rule + "3");
  EXPECT_EQ(refused([=](auto &layer) { layer.thresholds = {3, limit + 1}; }), rule + "16777216");
  EXPECT_EQ(refused([=](auto &layer) { layer.thresholds = {-limit - 1, 3}; }), rule + "-16777216");
  EXPECT_EQ(refused([](auto &layer) { layer.levels[2] = 32768; }),
            mvm + "'levels' must be in -32768..32767, got 32768");
  EXPECT_EQ(refused([](auto &layer) { layer.levels[0] = -32769; }),
            mvm + "'levels' must be in -32768..32767, got -32769");
  EXPECT_EQ(refused([](auto &layer) { layer.reference[4] = INFINITY; }),
            mvm + "'reference' must be finite, got inf");
}

TEST(Mapping, RefusesBadAdcsOfOutputs) {
  using Data = format::ProgramData;
  auto makeOutputAdc = [] {
    Random random(1);
    TestLayer layer(random, /*adc=*/false);
    layer.table = true;
    layer.thresholds = {INT32_MIN, INT32_MAX};
    return layer;
  };
  auto refused = [&](auto change) { return refusalOf(makeOutputAdc(), change); };
  EXPECT_EQ(refused([](Data &) {}), "");
  EXPECT_EQ(refused([](Data &data) { data.mvms[0].mutate_sum_slices(false); }),
            mvm + "an ADC of outputs or an ideal one must have 'sum_slices'");
  EXPECT_EQ(refused([](Data &data) { data.mvms[0].mutate_sum_tiles(false); }),
            mvm + "an ADC of outputs must have 'sum_tiles'");
  EXPECT_EQ(refused([](Data &data) { data.extras.clear(); }),
            mvm + "'thresholds' and 'levels' must be there exactly for a table ADC, got -1 and -1");
  EXPECT_EQ(refused([](Data &data) { data.extras[0].mutate_reference(2); }),
            mvm +
                "'reference' must be there for offset arrays with an ADC of partial sums or codes "
                "of one bit, and may be for differential arrays of one slice of one bit, got 2");
  const std::string axes = mvm + "'thresholds' must have four axes, of 1 or all tiles, slices and "
                                 "outputs, and at most 65535 entries, got ";
  EXPECT_EQ(refused([](Data &data) {
              for (size_t tensor : {data.extras[0].thresholds(), data.extras[0].levels()})
                data.tensors[tensor].mutable_dims()->Mutate(0, 2);
            }),
            axes + "2x1x1x2xi32");
  EXPECT_EQ(refused([](Data &data) {
              for (size_t tensor : {data.extras[0].thresholds(), data.extras[0].levels()})
                data.tensors[tensor].mutable_dims()->Mutate(1, 2);
            }),
            axes + "1x2x1x2xi32");
  TestLayer layer = makeOutputAdc();
  layer.thresholds = {7, 7};
  EXPECT_EQ(refusalOf(layer, [](Data &) {}),
            mvm + "'thresholds' must be strictly increasing, got 7");
  TestProgram program;
  buildLayerProgram(program, makeOutputAdc());
  std::vector<uint8_t> file = program.bytes();
  file[offsetof(format::FileHeader, version)] = 5;
  EXPECT_EQ(refusal(file),
            "a program of version 5 or less must have no ADC of outputs, got version 5");
}

TEST(Mapping, RefusesBadArrays) {
  auto arrays = [](auto change) {
    return refusalOf([&](format::ProgramData &data) { change(data, data.arrays[0]); });
  };
  EXPECT_EQ(arrays([](auto &, auto &a) { a.mutate_kind(format::MappingKind_TwosComplement); }),
            "arrays 0: 'slices' must sum up to at least 2 bits and end with 1 for two's "
            "complement, got 4 and 2");
  EXPECT_EQ(arrays([](auto &data, auto &a) { data.ints[a.slices().begin()] = 7; }),
            "arrays 0: 'slices' must sum up to at most 8 bits for this mapping, got 9");
  EXPECT_EQ(arrays([](auto &, auto &a) { a.mutate_max_code(8); }),
            mvm + "weight codes must fit the 4 bits of the slices, got -7..8");
  EXPECT_EQ(arrays([](auto &, auto &a) { a.mutate_min_code(-9); }),
            mvm + "weight codes must fit the 4 bits of the slices, got -9..7");
}

TEST(Mapping, ReplacesConstants) {
  TestLayer before = makeLayer(1), after = makeLayer(2);
  after.codes = before.codes;
  after.start = before.start;
  after.scale = before.scale;
  after.thresholds = {-1, 9};
  after.levels = {-32768, 5, 32767}; // Sums of these are no int32.
  Random random(3);
  std::vector<float> x = randomFloats(random, 3 * 6 * 6 * 4);
  TestProgram first, second;
  buildLayerProgram(first, before);
  buildLayerProgram(second, after);
  LoadedTest loaded(first), other(second);
  ExecutorHandle executor = loaded.executor(1); // Keeps its memory.
  auto run = [&] { return loaded.run<float>(executor.get(), 3, {x.data()}); };
  std::vector<float> expected = other.run<float>(other.executor(1).get(), 3, {x.data()});
  auto replace = [&](const char *what, cim_tensor value, cim_message *message = nullptr) {
    return cim_program_replace(loaded.program.get(), 1, what, &value, message);
  };
  auto view = [](cim_element_type type, const std::vector<int32_t> &shape, void *data) {
    cim_tensor tensor = {type, int32_t(shape.size()), {1, 1, 1, 1, 1, 1}, data};
    std::copy(shape.begin(), shape.end(), tensor.dims);
    return tensor;
  };
  EXPECT_NE(run(), expected);
  EXPECT_EQ(replace("reference", view(CIM_F32, {1, 5}, after.reference.data())), CIM_OK);
  EXPECT_EQ(replace("thresholds", view(CIM_I32, {1, 1, 1, 2}, after.thresholds.data())), CIM_OK);
  EXPECT_EQ(replace("levels", view(CIM_I32, {1, 1, 1, 3}, after.levels.data())), CIM_OK);
  EXPECT_EQ(run(), expected);
  cim_message message = {};
  after.thresholds = {9, 9};
  EXPECT_EQ(replace("thresholds", view(CIM_I32, {1, 1, 1, 2}, after.thresholds.data()), &message),
            CIM_ERROR_ARGUMENT);
  EXPECT_STREQ(message.text, "'thresholds' must be below 2^24 and strictly increasing, got 9");
  EXPECT_EQ(run(), expected);
}

TEST(Mapping, ReplacesCodesOfOneBit) {
  Random random(1);
  TestLayer layer(random, /*adc=*/false);
  layer.kind = format::MappingKind_Offset;
  for (int8_t &code : layer.codes)
    code &= 1; // As they are stored.
  TestProgram program;
  buildLayerProgram(program, layer);
  format::Arrays &arrays = program.data.arrays[0];
  arrays.mutable_slices().mutate_count(1);
  program.data.ints[arrays.slices().begin()] = 1;
  arrays.mutate_min_code(-1);
  arrays.mutate_max_code(1);
  uint32_t reference = program.constant({1, TestLayer::kColumns}, layer.reference.data());
  program.data.extras.emplace_back(0, reference, -1, -1);
  LoadedTest loaded(program);
  for (int8_t &code : layer.codes)
    code = random.in(0, 1) ? 1 : -1;
  cim_tensor codes = {CIM_I8, 3, {1, 36, 5, 1, 1, 1}, layer.codes.data()};
  cim_message message = {};
  EXPECT_EQ(cim_program_replace(loaded.program.get(), 1, "weight_codes", &codes, &message), CIM_OK);
  layer.codes[7] = 0;
  EXPECT_EQ(cim_program_replace(loaded.program.get(), 1, "weight_codes", &codes, &message),
            CIM_ERROR_ARGUMENT);
  EXPECT_STREQ(message.text, "weight codes of one bit must be -1 or 1, got 0");
}

} // namespace
