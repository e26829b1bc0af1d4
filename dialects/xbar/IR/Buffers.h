//===- Buffers.h - Buffers of a program and their lifetimes -----*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Pure queries shared by the verifier of xbar.program, memory planning and the
// exporter: which values own a buffer in the arena, how large it is and from which
// instruction to which it is alive.
//
//===----------------------------------------------------------------------===//

#ifndef XBAR_IR_BUFFERS_H
#define XBAR_IR_BUFFERS_H

#include "xbar/IR/XbarOps.h"

namespace xbar {

/// Buffers begin at multiples of this in the arena and in the program file.
constexpr int64_t kBufferAlignment = 64;

/// The buffer of one input or one instruction. Instructions are numbered in the
/// order of the program; inputs are there before the first.
struct Buffer {
  mlir::Value value;
  int64_t bytes;
  int64_t first; ///< Instruction that writes it, -1 for an input.
  int64_t last;  ///< Last instruction that uses it or a reshape of it.

  bool isAliveWith(const Buffer &other) const { return first <= other.last && other.first <= last; }
};

/// Bytes of a tensor: elements are packed, an i1 takes one byte.
int64_t getBytes(mlir::RankedTensorType type);

/// The value whose buffer `value` shares: follows reshapes.
mlir::Value getBufferOwner(mlir::Value value);

/// All buffers that live in the arena: inputs, then results in program order.
/// Constants and reshapes own none.
llvm::SmallVector<Buffer> getArenaBuffers(ProgramOp program);

/// The place in the arena of an owner, if memory has been planned.
std::optional<int64_t> getArenaOffset(mlir::Value owner);

} // namespace xbar

#endif // XBAR_IR_BUFFERS_H
