//===- Executor.h - Running a program on samples ----------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Samples are independent: workers take a block of a few after the other and run it from
// the first instruction to the last in an arena of their own. The calling thread is one of
// them. Nothing in a result depends on which thread ran it, or on the size of blocks:
// crossbar layers see a block as so many more positions, other kernels sample by sample.
//
//===----------------------------------------------------------------------===//

#ifndef CIM_RUNTIME_LIB_EXECUTOR_H
#define CIM_RUNTIME_LIB_EXECUTOR_H

#include "Schedule.h"

#include <memory>
#include <vector>

namespace cim::runtime {

class Executor {
public:
  /// `mostSamples` bounds blocks.
  Executor(const LoadedProgram &program, const cim_executor_options &options,
           int64_t mostSamples = INT64_MAX);
  ~Executor();

  /// Throws std::bad_alloc, std::system_error (threads), dnnl::error or DataError.
  void run(int64_t samples, const cim_tensor *inputs, const cim_tensor *outputs);

  /// Summed over threads.
  InstructionStats stats(size_t instruction) const;
  uint64_t nanoseconds() const;
  const LoadedProgram &getProgram() const { return program; }

private:
  struct Worker;
  struct Job;

  void plan(int64_t samples);
  void prepare(Worker &worker) const;
  uint8_t *addressOf(const Worker &worker, uint32_t index, int64_t inBlock) const;
  uint8_t *cellsOf(const Worker &worker, uint32_t arrays, int64_t inBlock) const;
  void observe(Worker &worker, size_t index) const;
  void runKernel(Worker &worker, size_t index, int64_t first, int64_t count) const;
  void runInstruction(Worker &worker, size_t index, int64_t first, int64_t count) const;
  void measure(Worker &worker, size_t index, int64_t first, int64_t count) const;
  void copyPorts(const Worker &worker, const std::vector<format::Port> &ports,
                 const cim_tensor *given, int64_t first, int64_t count, bool in) const;
  void runLevel(Worker &worker, const Job &job, size_t level, int64_t first, int64_t count) const;
  void runBlock(Worker &worker, const Job &job, int64_t count) const;
  void work(Worker &worker, Job &job) const;

  const LoadedProgram &program;
  cim_executor_options options;
  int64_t mostSamples;
  int64_t firstSample = 0; ///< Of the current run: samples of all runs are counted.
  std::unique_ptr<dnnl::engine> engine;
  Schedule::Kernels kernels;          ///< Null where nothing is to be done.
  std::unique_ptr<Schedule> schedule; ///< Of the current run.
  std::vector<std::unique_ptr<Worker>> workers;
};

} // namespace cim::runtime

#endif // CIM_RUNTIME_LIB_EXECUTOR_H
