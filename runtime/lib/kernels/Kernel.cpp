//===- Kernel.cpp - The kernel of an instruction --------------------------===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Crossbar layers and writes of arrays as kernels, and the choice of kernels by opcode.
//
//===----------------------------------------------------------------------===//

#include "Kernel.h"

using namespace cim::format;
using namespace cim::runtime;

namespace {

class MvmKernel : public Kernel {
public:
  MvmKernel(const MvmPlan &plan, std::shared_ptr<const VariedLayer> drawn)
      : plan(plan), drawn(std::move(drawn)) {}
  bool runsBlocks() const override { return !plan.computed && plan.matrices == 1; }
  size_t scratchBytes(int64_t samples) const override { return mvmScratchBytes(plan, samples); }
  void run(const KernelCall &call) const override {
    runMvm(plan, call.cells, call.input<float>(0), static_cast<float *>(call.output), call.scratch,
           call.stats ? &call.stats->mvm : nullptr, call.samples, call.first);
  }

private:
  const MvmPlan &plan;
  std::shared_ptr<const VariedLayer> drawn; ///< What has the plan, if cells were drawn.
};

class WriteKernel : public Kernel {
public:
  explicit WriteKernel(const WritePlan &plan) : plan(plan) {}
  size_t scratchBytes(int64_t) const override { return writeScratchBytes(plan); }
  void run(const KernelCall &call) const override {
    writeArrays(plan, call.input<float>(0), call.cells, call.scratch);
    if (call.stats)
      call.stats->writes += plan.arrays;
  }

private:
  const WritePlan &plan;
};

} // namespace

std::unique_ptr<Kernel> cim::runtime::makeKernelFor(const LoadedProgram &program, size_t index,
                                                    const dnnl::engine &engine,
                                                    ReorderedWeights &shared) {
  KernelSpec spec = {program, program.data.instructions[index]};
  switch (spec.instruction.opcode()) {
  case Opcode_WriteArrays:
    if (const auto &plan = program.writePlans[spec.instruction.params()])
      return std::make_unique<WriteKernel>(*plan);
    return nullptr;    // The weights are in the file as kernels want them.
  case Opcode_Reshape: // The result is the operand's buffer.
    return nullptr;
  case Opcode_Mvm:
    if (!program.varied.empty())
      return std::make_unique<MvmKernel>(program.varied[index]->getPlan(), program.varied[index]);
    return std::make_unique<MvmKernel>(*program.plans[index], nullptr);
  case Opcode_Conv2D:
    return makeConv2D(spec, engine, shared);
  case Opcode_Matmul:
    return makeMatmul(spec, engine, shared);
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
