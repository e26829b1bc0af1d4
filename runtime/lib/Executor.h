//===- Executor.h - Running a program on samples ----------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Samples are independent: workers take one after the other and run it from the first
// instruction to the last in an arena of their own. The calling thread is one of them.
// Nothing in a result depends on which thread ran it.
//
//===----------------------------------------------------------------------===//

#ifndef CIM_RUNTIME_LIB_EXECUTOR_H
#define CIM_RUNTIME_LIB_EXECUTOR_H

#include "Program.h"
#include "kernels/Kernel.h"

#include <memory>
#include <vector>

namespace cim::runtime {

class Executor {
public:
  Executor(const LoadedProgram &program, const cim_executor_options &options);
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

  void prepare(Worker &worker, size_t scratchBytes) const;
  void runSample(Worker &worker, const Job &job, int64_t sample) const;
  void runInstruction(Worker &worker, size_t index, int64_t sample) const;
  void measure(const KernelCall &call, int32_t thread, size_t index, int64_t sample) const;
  KernelCall makeCall(Worker &worker, size_t index) const;
  void observe(Worker &worker, size_t index, int64_t sample) const;
  void work(Worker &worker, Job &job) const;

  const LoadedProgram &program;
  cim_executor_options options;
  std::unique_ptr<dnnl::engine> engine;
  std::vector<std::unique_ptr<Kernel>> kernels; ///< Null where nothing is to be done.
  std::vector<std::unique_ptr<Worker>> workers;
};

} // namespace cim::runtime

#endif // CIM_RUNTIME_LIB_EXECUTOR_H
