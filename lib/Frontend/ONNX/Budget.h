//===- Budget.h - What a model may have made ---------------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A few bytes of a model can ask for a large constant, and a thousand nodes for a thousand of
// them: each node is bounded by its converter, all of them together are bounded here.
//
//===----------------------------------------------------------------------===//

#ifndef CIM_LIB_FRONTEND_ONNX_BUDGET_H
#define CIM_LIB_FRONTEND_ONNX_BUDGET_H

#include "Constant.h"
#include "mlir/IR/Block.h"
#include "llvm/ADT/DenseSet.h"

namespace cim::onnx_frontend {

/// Most nodes of a graph.
inline constexpr int kMaxNodes = 1 << 17;
/// Most inputs and most outputs of a node.
inline constexpr int kMaxPorts = 1 << 16;
/// Most operations that the nodes of a graph become.
inline constexpr int64_t kMaxOperations = 1 << 20;
/// Most bytes of constants that are not in the file; four times what is in the file on top.
inline constexpr int64_t kMaxComputedBytes = int64_t(1) << 30;

class Budget {
public:
  /// Counts a constant of the file.
  void addStored(const Constant &constant);
  /// Counts a constant that a converter computed, unless it shares bytes that are counted. Throws
  /// ImportError.
  void addComputed(const Constant &constant);
  /// Counts operations from the end of a block back to, but without, `last`, which may be null:
  /// all of them. Throws ImportError.
  void addOperations(mlir::Block &block, mlir::Operation *last);

private:
  void charge(const void *bytes, int64_t size);

  int64_t operations = 0, computed = 0, allowed = kMaxComputedBytes;
  llvm::DenseSet<const void *> counted;
};

} // namespace cim::onnx_frontend

#endif // CIM_LIB_FRONTEND_ONNX_BUDGET_H
