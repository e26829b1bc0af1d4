//===- RuntimeTensors.h - The runtime on the reference's tensors -*- C++ -*-==//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Runs a program through the C API on tensors of lib/Reference, one inference at
// a time, optionally looking at every instruction.
//
//===----------------------------------------------------------------------===//

#ifndef CIM_TEST_TOOLS_RUNTIMETENSORS_H
#define CIM_TEST_TOOLS_RUNTIMETENSORS_H

#include "cim-mlir/Reference/Reference.h"
#include "cim-runtime/cim_runtime.h"
#include <functional>
#include <memory>

namespace cim::test {

using reference::Tensor;

/// A loaded program; null if loading failed.
using Program = std::unique_ptr<cim_program, decltype(&cim_program_close)>;

/// Sees each instruction: its index, inputs and output.
using Observer = std::function<void(int32_t, llvm::ArrayRef<Tensor>, const Tensor &)>;

/// Runs one inference. Returns an empty string or the reason of failure.
std::string run(const cim_program *program, llvm::ArrayRef<Tensor> arguments,
                mlir::MLIRContext *context, llvm::SmallVectorImpl<Tensor> &outputs,
                const Observer &observer = {});

/// Runs one inference of a program file that is in memory, with drawn cells if `variation` is
/// there.
std::string runMemory(llvm::ArrayRef<uint8_t> file, llvm::ArrayRef<Tensor> arguments,
                      mlir::MLIRContext *context, llvm::SmallVectorImpl<Tensor> &outputs,
                      const cim_variation *variation = nullptr);

} // namespace cim::test

#endif // CIM_TEST_TOOLS_RUNTIMETENSORS_H
