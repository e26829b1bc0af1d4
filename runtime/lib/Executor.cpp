//===- Executor.cpp - Running a program on samples --------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See Executor.h. oneDNN is told to use one thread, by the OpenMP setting that it reads
// when a primitive is made and when it runs.
//
//===----------------------------------------------------------------------===//

#include "Executor.h"

#include <algorithm>
#include <atomic>
#include <cfenv>
#include <cstring>
#include <dnnl.hpp>
#include <exception>
#include <thread>

using namespace cim::format;
using namespace cim::runtime;

// From the OpenMP library that oneDNN is linked to; its header may belong to another.
extern "C" void omp_set_num_threads(int);
extern "C" int omp_get_max_threads(void);

//===----------------------------------------------------------------------===//
// Kernels
//===----------------------------------------------------------------------===//

namespace {

class MvmKernel : public Kernel {
public:
  explicit MvmKernel(const MvmPlan &plan) : plan(plan) {}
  size_t scratchBytes() const override { return mvmScratchBytes(plan); }
  void run(const KernelCall &call) const override {
    runMvm(plan, call.cells, call.input<float>(0), static_cast<float *>(call.output), call.scratch,
           call.stats ? &call.stats->mvm : nullptr);
  }

private:
  const MvmPlan &plan;
};

class WriteKernel : public Kernel {
public:
  explicit WriteKernel(const WritePlan &plan) : plan(plan) {}
  size_t scratchBytes() const override { return writeScratchBytes(plan); }
  void run(const KernelCall &call) const override {
    writeArrays(plan, call.input<float>(0), call.cells, call.scratch);
    if (call.stats)
      call.stats->writes += plan.arrays;
  }

private:
  const WritePlan &plan;
};

/// What kernels are made and run under: oneDNN on the calling thread, rounding to nearest,
/// denormals kept. The thread gets its own settings back.
class KernelSettings {
public:
  KernelSettings() : threads(omp_get_max_threads()) {
    omp_set_num_threads(1);
    std::fegetenv(&environment);
    std::fesetenv(FE_DFL_ENV);
  }
  ~KernelSettings() {
    std::fesetenv(&environment);
    omp_set_num_threads(threads);
  }
  KernelSettings(const KernelSettings &) = delete;
  KernelSettings &operator=(const KernelSettings &) = delete;

private:
  int threads;
  std::fenv_t environment;
};

} // namespace

static std::unique_ptr<Kernel> makeKernelFor(const LoadedProgram &program, size_t index,
                                             const dnnl::engine &engine) {
  KernelSpec spec = {program, program.data.instructions[index]};
  switch (spec.instruction.opcode()) {
  case Opcode_WriteArrays:
    if (const auto &plan = program.writePlans[spec.instruction.params()])
      return std::make_unique<WriteKernel>(*plan);
    return nullptr;    // The weights are in the file as kernels want them.
  case Opcode_Reshape: // The result is the operand's buffer.
    return nullptr;
  case Opcode_Mvm:
    return std::make_unique<MvmKernel>(*program.plans[index]);
  case Opcode_Conv2D:
    return makeConv2D(spec, engine);
  case Opcode_Matmul:
    return makeMatmul(spec, engine);
  case Opcode_Unary:
    return makeUnary(spec);
  case Opcode_Binary:
    return makeBinary(spec);
  case Opcode_Clamp:
    return makeClamp(spec);
  case Opcode_Cast:
    return makeCast(spec);
  case Opcode_Select:
    return makeSelect(spec);
  case Opcode_Reduce:
    return makeReduce(spec);
  case Opcode_Pool:
    return makePool(spec);
  case Opcode_Transpose:
    return makeTranspose(spec);
  case Opcode_Slice:
    return makeSlice(spec);
  case Opcode_Pad:
    return makePad(spec);
  case Opcode_Concat:
    return makeConcat(spec);
  case Opcode_Gather:
    return makeGather(spec);
  case Opcode_Scatter:
    return makeScatter(spec);
  }
  return nullptr;
}

//===----------------------------------------------------------------------===//
// Executor
//===----------------------------------------------------------------------===//

/// What one thread owns; kept between runs.
struct Executor::Worker {
  Worker(const dnnl::engine &engine, size_t index) : index(int32_t(index)), stream(engine) {}

  int32_t index;
  dnnl::stream stream;
  AlignedBuffer arena, scratch;
  std::vector<AlignedBuffer> cells;    ///< Per arrays, empty but for computed weights.
  std::vector<uint8_t *> addresses;    ///< Per tensor.
  std::vector<const void *> inputs;    ///< Of the current instruction.
  std::vector<cim_tensor> views;       ///< The same for the observer.
  std::vector<InstructionStats> stats; ///< Per instruction.
  uint64_t nanoseconds = 0;
  std::exception_ptr failure;
  int64_t failedSample; ///< Of the failure; -1 if it was before the first.
};

/// One call of run().
struct Executor::Job {
  int64_t samples;
  const cim_tensor *inputs, *outputs;
  std::atomic<int64_t> next{0};
};

Executor::Executor(const LoadedProgram &program, const cim_executor_options &options)
    : program(program), options(options) {
  if (this->options.threads == 0)
    this->options.threads = std::max(1u, std::thread::hardware_concurrency());
  KernelSettings settings;
  engine = std::make_unique<dnnl::engine>(dnnl::engine::kind::cpu, 0);
  for (size_t i = 0; i < program.data.instructions.size(); ++i)
    kernels.push_back(makeKernelFor(program, i, *engine));
}

Executor::~Executor() = default;

/// Memory is allocated by the thread that uses it.
void Executor::prepare(Worker &worker, size_t scratchBytes) const {
  const ProgramData &data = program.data;
  if (worker.scratch.size() < scratchBytes)
    worker.scratch = AlignedBuffer(scratchBytes);
  if (!worker.addresses.empty())
    return;
  worker.arena = AlignedBuffer(data.arenaBytes);
  worker.stats.resize(data.instructions.size());
  worker.cells.resize(program.writePlans.size());
  for (size_t i = 0; i < worker.cells.size(); ++i)
    if (const std::unique_ptr<WritePlan> &plan = program.writePlans[i])
      worker.cells[i] = AlignedBuffer(cellBytes(*plan));
  for (const Tensor &tensor : data.tensors)
    worker.addresses.push_back(tensor.space() == Space_File
                                   ? const_cast<uint8_t *>(program.bytes.at(tensor.offset()))
                                   : worker.arena.data() + tensor.offset());
}

void Executor::observe(Worker &worker, size_t index, int64_t sample) const {
  const ProgramData &data = program.data;
  const Instruction &instruction = data.instructions[index];
  worker.views.clear();
  for (size_t i = 0; i < instruction.operands().count(); ++i) {
    uint32_t tensor = data.operands[instruction.operands().begin() + i];
    worker.views.push_back(viewOf(data.tensors[tensor], worker.addresses[tensor]));
  }
  cim_tensor output = {};
  if (instruction.opcode() != Opcode_WriteArrays)
    output = viewOf(data.tensors[instruction.result()], worker.addresses[instruction.result()]);
  options.observer(options.observer_user, sample, int32_t(index), worker.views.data(),
                   int32_t(worker.views.size()), &output);
}

/// What an instruction has to work with.
KernelCall Executor::makeCall(Worker &worker, size_t index) const {
  const ProgramData &data = program.data;
  const Instruction &instruction = data.instructions[index];
  worker.inputs.clear();
  for (size_t i = 0; i < instruction.operands().count(); ++i)
    worker.inputs.push_back(worker.addresses[data.operands[instruction.operands().begin() + i]]);
  KernelCall call = {worker.inputs.data(),  nullptr,       nullptr,
                     worker.scratch.data(), worker.stream, nullptr};
  if (instruction.opcode() == Opcode_WriteArrays)
    call.cells = worker.cells[instruction.params()].data();
  else
    call.output = worker.addresses[instruction.result()];
  if (instruction.opcode() == Opcode_Mvm)
    call.cells = worker.cells[data.mvms[instruction.params()].arrays()].data();
  if (options.statistics)
    call.stats = &worker.stats[index];
  return call;
}

/// Runs an instruction and takes its time.
void Executor::measure(const KernelCall &call, int32_t thread, size_t index, int64_t sample) const {
  InstructionStats before = *call.stats;
  uint64_t begin = readClock();
  kernels[index]->run(call);
  uint64_t time = readClock() - begin;
  call.stats->nanoseconds += time;
  if (!options.tracer)
    return;
  const MvmStats &mvm = call.stats->mvm;
  cim_event event = {int32_t(index),
                     thread,
                     sample,
                     1,
                     begin,
                     time,
                     mvm.quantizing - before.mvm.quantizing,
                     mvm.gathering - before.mvm.gathering};
  options.tracer(options.tracer_user, &event);
}

void Executor::runInstruction(Worker &worker, size_t index, int64_t sample) const {
  if (kernels[index]) {
    KernelCall call = makeCall(worker, index);
    if (call.stats)
      measure(call, worker.index, index, sample);
    else
      kernels[index]->run(call);
  }
  if (options.observer)
    observe(worker, index, sample);
}

/// Copies a tensor in or out. Elements of type bool become 0 or 1.
static void copyTensor(const Tensor &tensor, const uint8_t *from, uint8_t *to) {
  int64_t bytes = tensorBytes(tensor);
  if (tensor.type() == ElementType_Bool)
    std::transform(from, from + bytes, to, [](uint8_t value) { return value != 0; });
  else
    memcpy(to, from, bytes);
}

void Executor::runSample(Worker &worker, const Job &job, int64_t sample) const {
  const ProgramData &data = program.data;
  for (size_t i = 0; i < data.inputs.size(); ++i) {
    const Tensor &tensor = data.tensors[data.inputs[i].tensor()];
    const auto *from = static_cast<const uint8_t *>(job.inputs[i].data);
    copyTensor(tensor, from + sample * tensorBytes(tensor),
               worker.addresses[data.inputs[i].tensor()]);
  }
  for (size_t i = 0; i < data.instructions.size(); ++i)
    runInstruction(worker, i, sample);
  for (size_t i = 0; i < data.outputs.size(); ++i) {
    const Tensor &tensor = data.tensors[data.outputs[i].tensor()];
    auto *to = static_cast<uint8_t *>(job.outputs[i].data);
    copyTensor(tensor, worker.addresses[data.outputs[i].tensor()],
               to + sample * tensorBytes(tensor));
  }
}

/// Runs samples on the calling thread until none is left.
void Executor::work(Worker &worker, Job &job) const {
  KernelSettings settings;
  uint64_t begin = readClock();
  int64_t sample = -1;
  try {
    size_t scratchBytes = 0;
    for (const std::unique_ptr<Kernel> &kernel : kernels)
      scratchBytes = std::max(scratchBytes, kernel ? kernel->scratchBytes() : 0);
    prepare(worker, scratchBytes);
    while ((sample = job.next++) < job.samples)
      runSample(worker, job, sample);
  } catch (...) {
    worker.failure = std::current_exception();
    worker.failedSample = sample;
    job.next = job.samples;
  }
  worker.nanoseconds += readClock() - begin;
}

void Executor::run(int64_t samples, const cim_tensor *inputs, const cim_tensor *outputs) {
  size_t count = std::min<int64_t>(options.threads, samples);
  while (workers.size() < count)
    workers.push_back(std::make_unique<Worker>(*engine, workers.size()));
  Job job = {samples, inputs, outputs};
  std::vector<std::thread> threads;
  threads.reserve(count);
  std::exception_ptr failure;
  try {
    for (size_t i = 1; i < count; ++i)
      threads.emplace_back([this, &job, i] { work(*workers[i], job); });
  } catch (...) { // No more threads: those that run stop after their sample.
    failure = std::current_exception();
    job.next = samples;
  }
  if (count > 0) // One sample needs no thread.
    work(*workers[0], job);
  for (std::thread &thread : threads)
    thread.join();
  // Samples are begun in order: the first of those that failed fails for any number of threads.
  int64_t first = samples;
  for (size_t i = 0; i < count; ++i)
    if (std::exception_ptr reason = std::exchange(workers[i]->failure, nullptr);
        reason && workers[i]->failedSample < first) {
      failure = reason;
      first = workers[i]->failedSample;
    }
  if (failure)
    std::rethrow_exception(failure);
}

InstructionStats Executor::stats(size_t instruction) const {
  InstructionStats sum;
  for (const std::unique_ptr<Worker> &worker : workers) {
    if (worker->stats.empty())
      continue;
    const InstructionStats &stats = worker->stats[instruction];
    sum.nanoseconds += stats.nanoseconds;
    sum.mvm.conversions += stats.mvm.conversions;
    sum.mvm.macs += stats.mvm.macs;
    sum.mvm.quantizing += stats.mvm.quantizing;
    sum.mvm.gathering += stats.mvm.gathering;
    sum.writes += stats.writes;
    for (size_t b = 0; b < kMaxCycles; ++b)
      sum.mvm.clipped[b] += stats.mvm.clipped[b];
  }
  return sum;
}

uint64_t Executor::nanoseconds() const {
  uint64_t sum = 0;
  for (const std::unique_ptr<Worker> &worker : workers)
    sum += worker->nanoseconds;
  return sum;
}
