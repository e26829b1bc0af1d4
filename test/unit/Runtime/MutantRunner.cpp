//===- MutantRunner.cpp - Refused or harmless -------------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See MutantRunner.h. CIM_TEST_TRACE=1 prints each mutant before it is tried.
//
//===----------------------------------------------------------------------===//

#include "MutantRunner.h"
#include "Instructions.h"
#include "Mutants.h"
#include "TestProgram.h"

#include <atomic>
#include <cstdio>
#include <new>
#include <sanitizer/asan_interface.h>
#include <unistd.h>

using namespace cim;
using namespace cim::test;

//===----------------------------------------------------------------------===//
// Counted allocations
//===----------------------------------------------------------------------===//

static std::atomic<uint64_t> allocated;

uint64_t cim::test::allocatedBytes() { return allocated; }

void *operator new(size_t bytes) {
  allocated += bytes;
  if (void *memory = std::malloc(bytes ? bytes : 1))
    return memory;
  throw std::bad_alloc();
}
void operator delete(void *memory) noexcept { std::free(memory); }
void operator delete(void *memory, size_t) noexcept { std::free(memory); }

//===----------------------------------------------------------------------===//
// One program
//===----------------------------------------------------------------------===//

/// A file at an aligned address with nothing behind it.
struct MutantRunner::Bytes {
  explicit Bytes(const std::vector<uint8_t> &file) : size(file.size()) {
    void *memory = nullptr;
    if (posix_memalign(&memory, 64, std::max<size_t>(size, 1)) != 0)
      throw std::bad_alloc();
    data.reset(static_cast<uint8_t *>(memory));
    std::copy(file.begin(), file.end(), data.get());
  }

  struct Free {
    void operator()(void *memory) const { std::free(memory); }
  };
  std::unique_ptr<uint8_t, Free> data;
  uint64_t size;
};

/// More than the bytes and the steps that a run of the program takes.
static uint64_t estimateWork(const format::ProgramData &data) {
  double work = data.arenaBytes;
  for (const format::Instruction &instruction : data.instructions) {
    if (instruction.result() >= data.tensors.size())
      continue;
    double widest = 1;
    for (uint32_t i = 0; i < instruction.operands().count(); ++i) {
      uint32_t operand = data.operands[instruction.operands().begin() + i];
      widest = std::max<double>(widest, format::numElements(data.tensors[operand]));
    }
    for (const format::Window &window : data.windows)
      widest = std::max(widest, double(window.kernel()->Get(0)) * window.kernel()->Get(1));
    work += widest * format::numElements(data.tensors[instruction.result()]);
  }
  for (const auto &ports : {data.inputs, data.outputs})
    for (const format::Port &port : ports)
      work += format::tensorBytes(data.tensors[port.tensor()]);
  return std::min(work, 1e18);
}

void MutantRunner::corrupt(const std::vector<uint8_t> &valid, uint64_t seed, uint64_t stride) {
  format::ProgramData data;
  ASSERT_EQ(format::readProgram(valid.data(), valid.size(), data), "");
  budget = std::max(uint64_t(1) << 26, 4 * estimateWork(data));
  forEachMutant(valid, seed, stride, [&](const Mutant &mutant) { run(mutant); });
}

static constexpr int64_t kSamples = 3;

/// Memory for all inputs or outputs of a program, filled with small numbers.
static std::vector<std::vector<uint8_t>> makeTensors(const std::vector<cim_tensor> &ports) {
  Random random(1);
  std::vector<std::vector<uint8_t>> memory;
  for (const cim_tensor &port : ports) {
    int64_t elements = sizeOf(Shape(port.dims, port.dims + port.rank));
    memory.emplace_back(kSamples * elements *
                        format::elementBytes(static_cast<format::ElementType>(port.type)));
    for (int64_t i = 0; i < kSamples * elements; ++i) {
      float number = random.unit() * 4 - 2;
      if (port.type == CIM_F32)
        std::memcpy(memory.back().data() + i * sizeof(number), &number, sizeof(number));
      else
        memory.back()[i] = random.in(0, 3);
    }
  }
  return memory;
}

static std::vector<cim_tensor> portsOf(const cim_program *program, bool outputs) {
  std::vector<cim_tensor> ports;
  int32_t count = outputs ? cim_program_num_outputs(program) : cim_program_num_inputs(program);
  for (int32_t i = 0; i < count; ++i)
    ports.push_back(outputs ? cim_program_output(program, i) : cim_program_input(program, i));
  return ports;
}

static void pointTo(std::vector<std::vector<uint8_t>> &memory, std::vector<cim_tensor> &tensors) {
  for (size_t i = 0; i < memory.size(); ++i)
    tensors[i].data = memory[i].data();
}

/// The outputs, or the reason why there are none.
static std::vector<std::vector<uint8_t>> runWith(const cim_program *program, int threads,
                                                 std::string &reason) {
  std::vector<cim_tensor> inputs = portsOf(program, false), outputs = portsOf(program, true);
  auto from = makeTensors(inputs), to = makeTensors(outputs);
  pointTo(from, inputs);
  pointTo(to, outputs);
  cim_executor_options options = {threads, /*statistics=*/1, nullptr, nullptr, nullptr, nullptr};
  cim_executor *executor = nullptr;
  cim_message message = {};
  cim_status status = cim_executor_create(program, &options, &executor, &message);
  ExecutorHandle handle(executor);
  if (status == CIM_OK)
    status = cim_executor_run(executor, kSamples, inputs.data(), inputs.size(), outputs.data(),
                              outputs.size(), &message);
  EXPECT_NE(status, CIM_ERROR_ARGUMENT) << message.text;
  EXPECT_EQ(status == CIM_OK, message.text[0] == 0) << message.text;
  reason = message.text;
  return to;
}

void MutantRunner::runAccepted(const cim_program *program, const Bytes &file) {
  format::ProgramData data;
  ASSERT_EQ(format::readProgram(file.data.get(), file.size, data), "");
  if (estimateWork(data) > budget) {
    ++large;
    return;
  }
  format::FileHeader header;
  std::memcpy(&header, file.data.get(), sizeof(header));
  uint8_t *metadata = file.data.get() + header.metadataOffset;
  const std::vector<uint8_t> sections(file.data.get(), metadata);
  // All of it was copied when the program was loaded.
  ASAN_POISON_MEMORY_REGION(metadata, header.metadataBytes);
  std::string one, two;
  auto expected = runWith(program, 1, one);
  auto actual = runWith(program, 2, two);
  ASAN_UNPOISON_MEMORY_REGION(metadata, header.metadataBytes);
  EXPECT_EQ(one, two);
  EXPECT_TRUE(!one.empty() || actual == expected) << "one thread and two give different results";
  EXPECT_TRUE(std::equal(sections.begin(), sections.end(), file.data.get()))
      << "a constant was written to";
}

void MutantRunner::run(const Mutant &mutant) {
  SCOPED_TRACE(mutant.field + ": " + mutant.change);
  if (std::getenv("CIM_TEST_TRACE"))
    fprintf(stderr, "%s: %s\n", mutant.field.c_str(), mutant.change.c_str());
  alarm(60); // Ends a program that hangs.
  Bytes file(mutant.file);
  cim_program *loaded = nullptr;
  cim_message message = {};
  uint64_t before = allocatedBytes();
  cim_status status = cim_program_from_memory(file.data.get(), file.size, &loaded, &message);
  EXPECT_LE(allocatedBytes() - before, (1 << 16) + 32 * file.size);
  ProgramHandle program(loaded);
  if (status == CIM_OK) {
    ++harmless;
    refusedOf.insert({mutant.field, 0});
    EXPECT_FALSE(mutant.mustBeRefused);
    runAccepted(loaded, file);
  } else {
    ++refused;
    ++refusedOf[mutant.field];
    EXPECT_EQ(status, CIM_ERROR_PROGRAM);
    EXPECT_GE(std::strlen(message.text), 8u) << message.text;
  }
  alarm(0);
}

std::string MutantRunner::summary() const {
  return std::to_string(numMutants()) + " mutants: " + std::to_string(refused) + " refused, " +
         std::to_string(harmless) + " harmless, of which " + std::to_string(large) +
         " are too large to run";
}

std::set<std::string> MutantRunner::neverRefused() const {
  std::set<std::string> fields;
  for (auto &[field, count] : refusedOf)
    if (count == 0)
      fields.insert(field);
  return fields;
}
