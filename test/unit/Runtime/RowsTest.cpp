//===- RowsTest.cpp - Gather and scatter ------------------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Random tensors of every type against naive loops, and indices out of range.
//
//===----------------------------------------------------------------------===//

#include "TestProgram.h"

namespace {

struct RowsCase {
  int64_t batches, rows, count, size;
  Shape all() const { return {batches, rows, size}; }
  Shape chosen() const { return {batches, count, size}; }
  Shape indices() const { return {batches, count}; }
};

template <typename T> std::unique_ptr<T[]> randomElements(Random &random, int64_t size) {
  std::unique_ptr<T[]> elements(new T[size]);
  for (int64_t i = 0; i < size; ++i)
    elements[i] = static_cast<T>(random.in(0, 100));
  return elements;
}

template <typename T, typename Index> void checkRows(Random &random) {
  RowsCase c = {random.in(1, 3), random.in(1, 6), random.in(1, 9), random.in(1, 5)};
  auto values = randomElements<T>(random, sizeOf(c.all()));
  auto input = randomElements<T>(random, sizeOf(c.chosen()));
  std::vector<Index> indices(sizeOf(c.indices()));
  for (Index &index : indices)
    index = random.in(0, c.rows - 1);
  std::vector<T> gathered, scattered(values.get(), values.get() + sizeOf(c.all()));
  for (int64_t i = 0; i < sizeOf(c.chosen()); ++i) {
    int64_t at = i / c.size, row = at / c.count * c.rows + indices[at];
    gathered.push_back(values[row * c.size + i % c.size]);
    scattered[row * c.size + i % c.size] = input[i];
  }
  for (bool isGather : {true, false}) {
    TestProgram program;
    std::vector<uint32_t> operands = {program.input<T>(c.all()), program.input<Index>(c.indices())};
    std::vector<const void *> data = {values.get(), indices.data()};
    if (!isGather) {
      operands.push_back(program.input<T>(c.chosen()));
      data.push_back(input.get());
    }
    uint32_t result = program.result<T>(isGather ? c.chosen() : c.all());
    program.add(isGather ? format::Opcode_Gather : format::Opcode_Scatter, operands, result);
    program.output(result);
    LoadedTest loaded(program);
    EXPECT_EQ(loaded.run<T>(loaded.executor(1).get(), 1, data), isGather ? gathered : scattered);
  }
}

TEST(Rows, AgreeWithNaiveLoops) {
  forEachSeed(10, [](Random &random) {
    checkRows<float, int32_t>(random);
    checkRows<int64_t, int64_t>(random);
    checkRows<int32_t, int64_t>(random);
    checkRows<int8_t, int32_t>(random);
    checkRows<uint8_t, int64_t>(random);
    checkRows<bool, int32_t>(random);
  });
}

/// Runs `samples` scatters of one row each on `threads` threads. Returns the message of the run.
template <typename Index> std::string runScatters(const std::vector<Index> &indices, int threads) {
  TestProgram program;
  std::vector<uint32_t> operands = {program.input<float>({1, 5, 1}), program.input<Index>({1, 1}),
                                    program.input<float>({1, 1, 1})};
  uint32_t result = program.result<float>({1, 5, 1});
  program.add(format::Opcode_Scatter, operands, result);
  program.output(result);
  LoadedTest loaded(program);
  std::vector<float> values(5 * indices.size()), input(indices.size()), output(values.size());
  std::vector<cim_tensor> inputs;
  for (int i = 0; i < 3; ++i)
    inputs.push_back(cim_program_input(loaded.program.get(), i));
  inputs[0].data = values.data();
  inputs[1].data = const_cast<Index *>(indices.data());
  inputs[2].data = input.data();
  cim_tensor to = cim_program_output(loaded.program.get(), 0);
  to.data = output.data();
  ExecutorHandle executor = loaded.executor(threads);
  cim_message message = {};
  cim_status status =
      cim_executor_run(executor.get(), indices.size(), inputs.data(), 3, &to, 1, &message);
  EXPECT_EQ(status, message.text[0] ? CIM_ERROR_DATA : CIM_OK);
  // An executor that has failed runs again.
  std::vector<Index> zeros(indices.size());
  inputs[1].data = zeros.data();
  EXPECT_EQ(cim_executor_run(executor.get(), zeros.size(), inputs.data(), 3, &to, 1, nullptr),
            CIM_OK);
  return message.text;
}

TEST(Rows, IndicesOutOfRangeEndTheRun) {
  const std::string reason = "instruction 0 (scatter 'layer'): indices must be in 0..4, got ";
  EXPECT_EQ(runScatters<int32_t>({0, 4}, 1), "");
  EXPECT_EQ(runScatters<int32_t>({5}, 1), reason + "5");
  EXPECT_EQ(runScatters<int32_t>({-1}, 1), reason + "-1");
  EXPECT_EQ(runScatters<int64_t>({int64_t(1) << 32}, 1), reason + "4294967296");
  EXPECT_EQ(runScatters<int64_t>({INT64_MIN}, 1), reason + "-9223372036854775808");
}

TEST(Rows, TheFirstSampleThatFailsIsReported) {
  std::vector<int32_t> indices(50);
  for (int32_t i = 7; i < 50; ++i)
    indices[i] = i;
  for (int threads : {1, 2, 5})
    for (int i = 0; i < 20; ++i)
      EXPECT_EQ(runScatters(indices, threads),
                "instruction 0 (scatter 'layer'): indices must be in 0..4, got 7");
}

} // namespace
