//===- Execution.h - Networks executed by the compiler ----------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A module compiled to a program in memory and run with the runtime's C API: how
// calibration sees the tensors of a network.
//
//===----------------------------------------------------------------------===//

#ifndef CIM_MLIR_EXECUTION_EXECUTION_H
#define CIM_MLIR_EXECUTION_EXECUTION_H

#include "cim-mlir/Execution/CalibrationData.h"
#include "cim-runtime/cim_runtime.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"
#include "xbar/IR/XbarOps.h"
#include "llvm/Support/MemoryBuffer.h"
#include <functional>
#include <memory>
#include <vector>

namespace cim {

/// Number of elements of a tensor of the runtime.
int64_t countElements(const cim_tensor &tensor);

/// A network that is loaded in the runtime.
class Network {
public:
  /// Lowers the function of `module` to a program and loads it. Layers are executed in
  /// float: what they say of precision is not looked at. The module is used up, its resources
  /// must outlive the network.
  static mlir::FailureOr<Network> compile(mlir::OwningOpRef<mlir::ModuleOp> module);

  /// Loads a program whose memory is planned. Its resources are used in place.
  static mlir::FailureOr<Network> load(xbar::ProgramOp program);

  /// Called after each instruction of each sample, from the thread that ran it. The
  /// tensors are valid during the call only.
  using Observer = std::function<void(int64_t sample, int32_t instruction,
                                      llvm::ArrayRef<cim_tensor> inputs, const cim_tensor &output)>;

  /// Runs `samples` samples, evenly spaced over `data`, a batch at a time, and calls `endBatch`
  /// after each. Every input must be f32. Samples are numbered from 0.
  llvm::LogicalResult stream(CalibrationData &data, int64_t samples, const Observer &observer,
                             const std::function<void()> &endBatch) const;

  /// The elements of each output of a network without inputs, in memory for eight bytes each.
  mlir::FailureOr<std::vector<std::vector<uint64_t>>> evaluate() const;

  const cim_program *program() const { return handle.get(); }
  cim_program *program() { return handle.get(); }

private:
  struct Close {
    void operator()(cim_program *program) const { cim_program_close(program); }
  };

  mlir::Location location;
  std::unique_ptr<llvm::MemoryBuffer> file;
  std::unique_ptr<cim_program, Close> handle;

  explicit Network(mlir::Location location) : location(location) {}
};

} // namespace cim

#endif // CIM_MLIR_EXECUTION_EXECUTION_H
