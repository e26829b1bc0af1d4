//===- TestProgram.h - Small programs for tests -----------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Builds a program in memory instruction by instruction, every tensor at a place of its
// own, loads it and runs it through the C API.
//
//===----------------------------------------------------------------------===//

#ifndef CIM_TEST_UNIT_RUNTIME_TESTPROGRAM_H
#define CIM_TEST_UNIT_RUNTIME_TESTPROGRAM_H

#include "RandomTest.h"
#include "cim-runtime/PackedWeights.h"
#include "cim-runtime/ProgramFile.h"
#include "cim-runtime/cim_runtime.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace format = cim::format;

using Shape = std::vector<int64_t>;

inline int64_t sizeOf(const Shape &shape) {
  int64_t size = 1;
  for (int64_t dim : shape)
    size *= dim;
  return size;
}

template <typename T> format::ElementType typeOf();
template <> inline format::ElementType typeOf<float>() { return format::ElementType_F32; }
template <> inline format::ElementType typeOf<int64_t>() { return format::ElementType_I64; }
template <> inline format::ElementType typeOf<int32_t>() { return format::ElementType_I32; }
template <> inline format::ElementType typeOf<int8_t>() { return format::ElementType_I8; }
template <> inline format::ElementType typeOf<uint8_t>() { return format::ElementType_U8; }
template <> inline format::ElementType typeOf<bool>() { return format::ElementType_Bool; }

struct CloseProgram {
  void operator()(cim_program *program) const { cim_program_close(program); }
};
struct DestroyExecutor {
  void operator()(cim_executor *executor) const { cim_executor_destroy(executor); }
};
using ProgramHandle = std::unique_ptr<cim_program, CloseProgram>;
using ExecutorHandle = std::unique_ptr<cim_executor, DestroyExecutor>;

/// Bytes at a 64-byte-aligned address.
class AlignedBytes {
public:
  AlignedBytes() = default;
  explicit AlignedBytes(const std::vector<uint8_t> &bytes)
      : memory(static_cast<uint8_t *>(std::aligned_alloc(64, (bytes.size() / 64 + 1) * 64)), free) {
    std::copy(bytes.begin(), bytes.end(), memory.get()); // There may be none.
  }
  const uint8_t *data() const { return memory.get(); }

private:
  std::shared_ptr<uint8_t> memory;
};

class TestProgram {
public:
  TestProgram() {
    data.strings = {"", "in", "out", "layer"};
    EXPECT_EQ(writer.open(""), "");
  }

  uint32_t arena(format::ElementType type, const Shape &shape) {
    uint32_t index = addTensor(type, shape, format::Space_Arena, data.arenaBytes);
    data.arenaBytes += (sizeOf(shape) * 8 + 63) / 64 * 64;
    return index;
  }
  template <typename T> uint32_t input(const Shape &shape) {
    data.inputs.emplace_back(arena(typeOf<T>(), shape), 1);
    return data.inputs.back().tensor();
  }
  template <typename T> uint32_t result(const Shape &shape) { return arena(typeOf<T>(), shape); }
  template <typename T> uint32_t constant(const Shape &shape, const T *values) {
    return addTensor(typeOf<T>(), shape, format::Space_File,
                     section(values, sizeOf(shape) * sizeof(T)));
  }
  uint64_t section(const void *values, uint64_t bytes) {
    uint64_t offset = 0;
    EXPECT_EQ(writer.addSection(values, bytes, offset), "");
    return offset;
  }
  void output(uint32_t tensor) { data.outputs.emplace_back(tensor, 2); }

  uint32_t ints(const std::vector<int64_t> &values) {
    data.ints.insert(data.ints.end(), values.begin(), values.end());
    return data.ints.size() - values.size();
  }
  format::Span span(const std::vector<int64_t> &values) {
    return format::Span(ints(values), values.size());
  }
  uint32_t window(int kernel, int stride, std::array<int32_t, 4> pad, int dilation = 1,
                  int groups = 1) {
    std::array<int32_t, 2> k = {kernel, kernel}, s = {stride, stride}, d = {dilation, dilation};
    data.windows.emplace_back(k, s, pad, d, groups);
    return data.windows.size() - 1;
  }
  void add(format::Opcode opcode, const std::vector<uint32_t> &operands, uint32_t result,
           uint32_t params = 0, int kind = 0, double value = 0) {
    format::Span span(data.operands.size(), operands.size());
    data.operands.insert(data.operands.end(), operands.begin(), operands.end());
    data.instructions.emplace_back(span, result, params, 3, value, opcode, kind);
  }

  /// The file, which the loader may refuse.
  std::vector<uint8_t> bytes() {
    (void)writer.finish(data);
    return writer.takeMemory();
  }

  format::ProgramData data;

private:
  uint32_t addTensor(format::ElementType type, const Shape &shape, format::Space space,
                     uint64_t offset) {
    std::array<int64_t, 6> dims = {1, 1, 1, 1, 1, 1};
    std::copy(shape.begin(), shape.end(), dims.begin());
    data.tensors.emplace_back(offset, dims, shape.size(), type, space);
    return data.tensors.size() - 1;
  }

  format::ProgramWriter writer;
};

/// A program that is loaded; refuses to be made from one that is not valid.
class LoadedTest {
public:
  explicit LoadedTest(TestProgram &source) : LoadedTest(source.bytes()) {}
  explicit LoadedTest(const std::vector<uint8_t> &file) {
    memory = AlignedBytes(file);
    cim_program *loaded = nullptr;
    cim_message message = {};
    EXPECT_EQ(cim_program_from_memory(memory.data(), file.size(), &loaded, &message), CIM_OK)
        << message.text;
    program.reset(loaded);
  }

  ExecutorHandle executor(int threads, int statistics = 0, cim_observer observer = nullptr,
                          void *user = nullptr) const {
    return makeExecutor({threads, statistics, observer, user, nullptr, nullptr});
  }

  ExecutorHandle makeExecutor(const cim_executor_options &options) const {
    cim_executor *made = nullptr;
    cim_message message = {};
    EXPECT_EQ(cim_executor_create(program.get(), &options, &made, &message), CIM_OK)
        << message.text;
    return ExecutorHandle(made);
  }

  /// Runs `samples` samples; all inputs and the one output are dense.
  template <typename Out>
  std::vector<Out> run(cim_executor *executor, int64_t samples,
                       const std::vector<const void *> &inputs) const {
    std::vector<cim_tensor> tensors;
    for (size_t i = 0; i < inputs.size(); ++i) {
      tensors.push_back(cim_program_input(program.get(), i));
      tensors.back().data = const_cast<void *>(inputs[i]);
    }
    cim_tensor output = cim_program_output(program.get(), 0);
    int64_t size = samples;
    for (int axis = 0; axis < output.rank; ++axis)
      size *= output.dims[axis];
    std::vector<Out> values(size);
    std::unique_ptr<Out[]> memory(new Out[size]);
    output.data = memory.get();
    cim_message message = {};
    EXPECT_EQ(
        cim_executor_run(executor, samples, tensors.data(), tensors.size(), &output, 1, &message),
        CIM_OK)
        << message.text;
    std::copy_n(memory.get(), size, values.begin());
    return values;
  }

  ProgramHandle program;

private:
  AlignedBytes memory;
};

/// What an observer has been called for. `fits` says whether the tensors of a call are
/// those of its instruction.
struct Observed {
  std::function<bool(int32_t instruction, int32_t count, const cim_tensor *inputs,
                     const cim_tensor &output)>
      fits;
  std::mutex mutex;
  std::set<std::pair<int64_t, int32_t>> calls;
  bool shapesFit = true;

  static void call(void *user, int64_t sample, int32_t instruction, const cim_tensor *inputs,
                   int32_t count, const cim_tensor *output) {
    auto *observed = static_cast<Observed *>(user);
    std::lock_guard<std::mutex> lock(observed->mutex);
    observed->calls.insert({sample, instruction});
    observed->shapesFit &= observed->fits(instruction, count, inputs, *output);
  }
};

/// The reason why a whole file is refused, or nothing.
inline std::string refusal(const std::vector<uint8_t> &file) {
  AlignedBytes memory(file);
  cim_program *program = nullptr;
  cim_message message = {};
  cim_status status = cim_program_from_memory(memory.data(), file.size(), &program, &message);
  EXPECT_TRUE(status == CIM_OK || status == CIM_ERROR_PROGRAM);
  cim_program_close(program);
  return message.text;
}

/// Random numbers in [-1, 1).
inline std::vector<float> randomFloats(Random &random, int64_t size) {
  std::vector<float> values(size);
  for (float &value : values)
    value = random.unit() * 2 - 1;
  return values;
}

#endif // CIM_TEST_UNIT_RUNTIME_TESTPROGRAM_H
