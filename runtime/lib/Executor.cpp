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

namespace {

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

/// What one thread owns; kept between runs.
struct Executor::Worker {
  Worker(const dnnl::engine &engine, size_t index) : index(int32_t(index)), stream(engine) {}

  int32_t index;
  dnnl::stream stream;
  AlignedBuffer scratch;
  std::vector<AlignedBuffer> arenas;   ///< Per level of the schedule.
  std::vector<AlignedBuffer> cells;    ///< Per arrays, empty but for computed weights.
  std::vector<const void *> inputs;    ///< Of the current instruction.
  std::vector<cim_tensor> views;       ///< The same for the observer.
  std::vector<InstructionStats> stats; ///< Per instruction.
  uint64_t nanoseconds = 0;
  std::exception_ptr failure;
  int64_t sample; ///< The one that is run, or the first of the block; -1 before the first.
};

/// One call of run().
struct Executor::Job {
  int64_t samples;
  const cim_tensor *inputs, *outputs;
  std::atomic<int64_t> next{0};
};

Executor::Executor(const LoadedProgram &program, const cim_executor_options &options,
                   int64_t mostSamples)
    : program(program), options(options), mostSamples(mostSamples) {
  if (this->options.threads == 0)
    this->options.threads = std::max(1u, std::thread::hardware_concurrency());
  KernelSettings settings;
  engine = std::make_unique<dnnl::engine>(dnnl::engine::kind::cpu, 0);
  std::shared_ptr<ReorderedWeights> shared = makeReorderedWeights();
  for (size_t i = 0; i < program.data.instructions.size(); ++i)
    kernels.push_back(makeKernelFor(program, i, *engine, *shared));
}

Executor::~Executor() = default;

//===----------------------------------------------------------------------===//
// Memory
//===----------------------------------------------------------------------===//

/// Memory is allocated by the thread that uses it.
void Executor::prepare(Worker &worker) const {
  auto reserve = [](AlignedBuffer &buffer, size_t bytes) {
    if (buffer.size() >= bytes)
      return;
    buffer = AlignedBuffer(); // The old one goes first.
    buffer = AlignedBuffer(bytes);
  };
  worker.arenas.resize(std::max(worker.arenas.size(), schedule->levels.size()));
  for (size_t i = 0; i < schedule->levels.size(); ++i) {
    reserve(worker.arenas[i], schedule->levels[i].bytes);
    reserve(worker.scratch, schedule->levels[i].scratchBytes);
  }
  worker.stats.resize(program.data.instructions.size());
  worker.cells.resize(program.writePlans.size());
  for (size_t i = 0; i < worker.cells.size(); ++i)
    if (const std::unique_ptr<WritePlan> &plan = program.writePlans[i])
      reserve(worker.cells[i], cellStep(*plan) * schedule->levels[schedule->cellLevels[i]].block);
}

/// Where the tensor of a sample of a block is: samples are one behind the other, so that each
/// place of an arena is as many times as large.
uint8_t *Executor::addressOf(const Worker &worker, uint32_t index, int64_t inBlock) const {
  const Tensor &tensor = program.data.tensors[index];
  if (tensor.space() == Space_File)
    return const_cast<uint8_t *>(program.bytes.at(tensor.offset()));
  size_t level = schedule->tensorLevels[index];
  int64_t block = schedule->levels[level].block;
  return worker.arenas[level].data() + tensor.offset() * block +
         inBlock % block * tensorBytes(tensor);
}

/// The same of computed weights; null for others.
uint8_t *Executor::cellsOf(const Worker &worker, uint32_t arrays, int64_t inBlock) const {
  const std::unique_ptr<WritePlan> &plan = program.writePlans[arrays];
  int64_t block = schedule->levels[schedule->cellLevels[arrays]].block;
  return plan ? worker.cells[arrays].data() + inBlock % block * cellStep(*plan) : nullptr;
}

//===----------------------------------------------------------------------===//
// Samples
//===----------------------------------------------------------------------===//

void Executor::observe(Worker &worker, size_t index) const {
  const ProgramData &data = program.data;
  const Instruction &instruction = data.instructions[index];
  auto view = [&](uint32_t tensor) {
    return viewOf(data.tensors[tensor], addressOf(worker, tensor, 0));
  };
  worker.views.clear();
  for (size_t i = 0; i < instruction.operands().count(); ++i)
    worker.views.push_back(view(data.operands[instruction.operands().begin() + i]));
  cim_tensor output = {};
  if (instruction.opcode() != Opcode_WriteArrays)
    output = view(instruction.result());
  options.observer(options.observer_user, worker.sample, int32_t(index), worker.views.data(),
                   int32_t(worker.views.size()), &output);
}

/// Calls a kernel for `count` samples of a block.
void Executor::runKernel(Worker &worker, size_t index, int64_t first, int64_t count) const {
  const ProgramData &data = program.data;
  const Instruction &instruction = data.instructions[index];
  worker.inputs.clear();
  for (size_t i = 0; i < instruction.operands().count(); ++i)
    worker.inputs.push_back(
        addressOf(worker, data.operands[instruction.operands().begin() + i], first));
  KernelCall call = {worker.inputs.data(), nullptr, nullptr, worker.scratch.data(),
                     worker.stream,        nullptr, count,   firstSample + worker.sample + first};
  if (instruction.opcode() == Opcode_WriteArrays)
    call.cells = cellsOf(worker, instruction.params(), first);
  else
    call.output = addressOf(worker, instruction.result(), first);
  if (instruction.opcode() == Opcode_Mvm)
    call.cells = cellsOf(worker, data.mvms[instruction.params()].arrays(), first);
  if (options.statistics)
    call.stats = &worker.stats[index];
  kernels[index]->run(call);
}

/// Runs an instruction on `count` samples of a block, from `first` on.
void Executor::runInstruction(Worker &worker, size_t index, int64_t first, int64_t count) const {
  if (kernels[index]->runsBlocks())
    return runKernel(worker, index, first, count);
  for (int64_t i = 0; i < count; ++i)
    runKernel(worker, index, first + i, 1);
}

/// The same, and takes the time.
void Executor::measure(Worker &worker, size_t index, int64_t first, int64_t count) const {
  InstructionStats &stats = worker.stats[index], before = stats;
  uint64_t begin = readClock();
  runInstruction(worker, index, first, count);
  uint64_t time = readClock() - begin;
  stats.nanoseconds += time;
  if (!options.tracer)
    return;
  cim_event event = {int32_t(index),
                     worker.index,
                     worker.sample + first,
                     count,
                     begin,
                     time,
                     stats.mvm.quantizing - before.mvm.quantizing,
                     stats.mvm.gathering - before.mvm.gathering};
  options.tracer(options.tracer_user, &event);
}

/// Copies a tensor in or out. Elements of type bool become 0 or 1.
static void copyTensor(const Tensor &tensor, const uint8_t *from, uint8_t *to) {
  int64_t bytes = tensorBytes(tensor);
  if (tensor.type() == ElementType_Bool)
    std::transform(from, from + bytes, to, [](uint8_t value) { return value != 0; });
  else
    memcpy(to, from, bytes);
}

/// Copies `count` samples of a block, from `first` on, in or out.
void Executor::copyPorts(const Worker &worker, const std::vector<Port> &ports,
                         const cim_tensor *given, int64_t first, int64_t count, bool in) const {
  for (size_t i = 0; i < ports.size(); ++i) {
    const Tensor &tensor = program.data.tensors[ports[i].tensor()];
    for (int64_t b = first; b < first + count; ++b) {
      uint8_t *outside =
          static_cast<uint8_t *>(given[i].data) + (worker.sample + b) * tensorBytes(tensor);
      uint8_t *inside = addressOf(worker, ports[i].tensor(), b);
      copyTensor(tensor, in ? outside : inside, in ? inside : outside);
    }
  }
}

/// Runs the instructions up to the end of a level on `count` samples of a block, from `first` on.
void Executor::runLevel(Worker &worker, const Job &job, size_t level, int64_t first,
                        int64_t count) const {
  const std::vector<Schedule::Level> &levels = schedule->levels;
  if (level == 0)
    copyPorts(worker, program.data.inputs, job.inputs, first, count, /*in=*/true);
  else
    for (int64_t i = 0, part = levels[level - 1].block; i < count; i += part)
      runLevel(worker, job, level - 1, first + i, std::min(part, count - i));
  size_t end = level + 1 < levels.size() ? levels[level + 1].begin : kernels.size();
  // All samples go through one instruction before the next: places that tensors share are not the
  // same for each sample.
  for (size_t i = levels[level].begin; i < end; ++i) {
    if (kernels[i] && options.statistics)
      measure(worker, i, first, count);
    else if (kernels[i])
      runInstruction(worker, i, first, count);
    if (options.observer)
      observe(worker, i);
  }
}

/// Runs `count` samples from the current one on.
void Executor::runBlock(Worker &worker, const Job &job, int64_t count) const {
  runLevel(worker, job, schedule->levels.size() - 1, 0, count);
  copyPorts(worker, program.data.outputs, job.outputs, 0, count, /*in=*/false);
}

/// Runs samples on the calling thread until none is left.
void Executor::work(Worker &worker, Job &job) const {
  KernelSettings settings;
  uint64_t begin = readClock();
  worker.sample = -1;
  try {
    prepare(worker);
    const int64_t block = schedule->levels.back().block;
    while ((worker.sample = job.next.fetch_add(block)) < job.samples) {
      int64_t end = std::min(worker.sample + block, job.samples);
      try {
        runBlock(worker, job, end - worker.sample);
      } catch (const DataError &) {
        // Another sample of the block may have failed in an instruction that comes later.
        for (; worker.sample < end; ++worker.sample)
          runBlock(worker, job, 1);
      }
    }
  } catch (...) {
    worker.failure = std::current_exception();
    job.next = job.samples;
  }
  worker.nanoseconds += readClock() - begin;
}

/// Makes the schedule for so many samples: one at a time for an observer, at least two blocks for
/// each thread.
void Executor::plan(int64_t samples) {
  int64_t share = (samples - 1) / std::min<int64_t>(options.threads, samples) + 1;
  int64_t most =
      options.observer ? 1 : std::min({(share + 1) / 2, mostSamples, Schedule::kMostSamples});
  if (!schedule || schedule->mostSamples != most)
    schedule = std::make_unique<Schedule>(program, kernels, most);
}

void Executor::run(int64_t samples, const cim_tensor *inputs, const cim_tensor *outputs) {
  size_t count = std::min<int64_t>(options.threads, samples);
  while (workers.size() < count)
    workers.push_back(std::make_unique<Worker>(*engine, workers.size()));
  if (count == 0)
    return;
  plan(samples);
  Job job = {samples, inputs, outputs};
  std::vector<std::thread> threads;
  threads.reserve(count);
  std::exception_ptr failure;
  try {
    for (size_t i = 1; i < count; ++i)
      threads.emplace_back([this, &job, i] { work(*workers[i], job); });
  } catch (...) { // No more threads: those that run stop after their block.
    failure = std::current_exception();
    job.next = samples;
  }
  work(*workers[0], job); // One sample needs no thread.
  for (std::thread &thread : threads)
    thread.join();
  // Samples are begun in order: the first of those that failed fails for any number of threads.
  int64_t first = samples;
  for (size_t i = 0; i < count; ++i)
    if (std::exception_ptr reason = std::exchange(workers[i]->failure, nullptr);
        reason && workers[i]->sample < first) {
      failure = reason;
      first = workers[i]->sample;
    }
  firstSample += samples;
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
