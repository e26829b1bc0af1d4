//===- Bounds.h - What the compiler is ready to execute ---------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A line of text can ask for any amount of memory and time. What a program needs where it
// runs is not the compiler's business; what it executes itself is.
//
//===----------------------------------------------------------------------===//

#ifndef CIM_LIB_EXECUTION_BOUNDS_H
#define CIM_LIB_EXECUTION_BOUNDS_H

#include "xbar/IR/XbarOps.h"

namespace cim {

/// Most bytes of the arena of a network, and of the inputs and outputs of a batch. VGG-16 needs 39
/// MB.
inline constexpr int64_t kMaxExecutionBytes = int64_t(1) << 31;

/// Most elements that the instructions of a network read for their results, counted as often as
/// they are read. VGG-16 reads 2^34.
inline constexpr double kMaxExecutionReads = 0x1p40;

/// Fails with a diagnostic if a program needs more. Its memory is planned.
llvm::LogicalResult checkBounds(xbar::ProgramOp program);

} // namespace cim

#endif // CIM_LIB_EXECUTION_BOUNDS_H
