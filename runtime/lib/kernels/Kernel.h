//===- Kernel.h - One instruction, ready to run -----------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A kernel is made once for an instruction and then shared by all threads: it keeps no
// state between calls. Factories are grouped as the files of this folder are.
//
//===----------------------------------------------------------------------===//

#ifndef CIM_RUNTIME_LIB_KERNELS_KERNEL_H
#define CIM_RUNTIME_LIB_KERNELS_KERNEL_H

#include "Instructions.h"
#include "Mvm.h"
#include "Program.h"

#include <memory>
#include <stdexcept>
#include <utility>

namespace dnnl {
struct engine;
struct stream;
} // namespace dnnl

namespace cim::runtime {

struct InstructionStats {
  MvmStats mvm;
  uint64_t writes = 0; ///< Arrays that were written.
  uint64_t nanoseconds = 0;
};

/// What one thread passes to a kernel.
struct KernelCall {
  const void *const *inputs;
  void *output;     ///< Null for an array write.
  uint8_t *cells;   ///< Of computed weights: what an array write makes and an mvm reads.
  uint8_t *scratch; ///< Kernel::scratchBytes() bytes, 64-byte aligned.
  dnnl::stream &stream;
  InstructionStats *stats; ///< May be null.
  int64_t samples;         ///< One behind the other; 1 but for those that run blocks.
  int64_t first;           ///< The number of the first, since the executor was made.

  template <typename T> const T *input(size_t index) const {
    return static_cast<const T *>(inputs[index]);
  }
};

/// Thrown by a kernel whose operands hold what it cannot work with; ends the run.
struct DataError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

class Kernel {
public:
  virtual ~Kernel() = default;
  /// True if a call may be for many samples.
  virtual bool runsBlocks() const { return false; }
  /// For so many samples in a call, or one where blocks are not run.
  virtual size_t scratchBytes(int64_t samples) const { return 0; }
  virtual void run(const KernelCall &call) const = 0;
};

/// What a kernel is made from.
struct KernelSpec {
  const LoadedProgram &program;
  const format::Instruction &instruction;

  const format::Tensor &input(size_t index) const {
    const format::ProgramData &data = program.data;
    return data.tensors[data.operands[instruction.operands().begin() + index]];
  }
  const format::Tensor &output() const { return program.data.tensors[instruction.result()]; }
  const int64_t *ints() const { return program.data.ints.data() + instruction.params(); }
  /// "instruction 3 (gather 'embedding')", for messages.
  std::string describe() const {
    const format::ProgramData &data = program.data;
    return "instruction " + std::to_string(&instruction - data.instructions.data()) + " (" +
           format::opcodeName(instruction.opcode()) + " '" + data.strings[instruction.name()] +
           "')";
  }
};

/// A kernel without scratch from a function of KernelCall.
template <typename Function> std::unique_ptr<Kernel> makeKernel(Function function) {
  class FunctionKernel : public Kernel {
  public:
    explicit FunctionKernel(Function function) : function(std::move(function)) {}
    void run(const KernelCall &call) const override { function(call); }

  private:
    Function function;
  };
  return std::make_unique<FunctionKernel>(std::move(function));
}

/// Calls `function` with a value of the C++ type of `type`. Elements of type bool are
/// always 0 or 1: inputs are normalized, constants verified.
template <typename Function> auto dispatch(format::ElementType type, Function function) {
  switch (type) {
  case format::ElementType_I64:
    return function(int64_t());
  case format::ElementType_I32:
    return function(int32_t());
  case format::ElementType_I8:
    return function(int8_t());
  case format::ElementType_U8:
    return function(uint8_t());
  case format::ElementType_Bool:
    return function(bool());
  case format::ElementType_F32:
    break;
  }
  return function(float());
}

/// Constants in the layouts that products want, each once for all products that read it. Needed
/// only while kernels are made.
struct ReorderedWeights;
std::shared_ptr<ReorderedWeights> makeReorderedWeights();

/// The kernel of an instruction; null where nothing is to be done.
std::unique_ptr<Kernel> makeKernelFor(const LoadedProgram &program, size_t index,
                                      const dnnl::engine &engine, ReorderedWeights &shared);

std::unique_ptr<Kernel> makeConv2D(const KernelSpec &spec, const dnnl::engine &engine,
                                   ReorderedWeights &shared);
std::unique_ptr<Kernel> makeMatmul(const KernelSpec &spec, const dnnl::engine &engine,
                                   ReorderedWeights &shared);
std::unique_ptr<Kernel> makePool(const KernelSpec &spec);

std::unique_ptr<Kernel> makeUnary(const KernelSpec &spec);
std::unique_ptr<Kernel> makeClamp(const KernelSpec &spec);
std::unique_ptr<Kernel> makeCast(const KernelSpec &spec);
std::unique_ptr<Kernel> makeBinary(const KernelSpec &spec);
std::unique_ptr<Kernel> makeSelect(const KernelSpec &spec);
std::unique_ptr<Kernel> makeReduce(const KernelSpec &spec);

std::unique_ptr<Kernel> makeTranspose(const KernelSpec &spec);
std::unique_ptr<Kernel> makeSlice(const KernelSpec &spec);
std::unique_ptr<Kernel> makePad(const KernelSpec &spec);
std::unique_ptr<Kernel> makeConcat(const KernelSpec &spec);
std::unique_ptr<Kernel> makeGather(const KernelSpec &spec);
std::unique_ptr<Kernel> makeScatter(const KernelSpec &spec);

} // namespace cim::runtime

#endif // CIM_RUNTIME_LIB_KERNELS_KERNEL_H
