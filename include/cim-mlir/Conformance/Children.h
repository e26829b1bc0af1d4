//===- Children.h - Work in processes of its own ----------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A crash, an abort or a hang ends the child that it happens in, and nothing else.
//
//===----------------------------------------------------------------------===//

#ifndef CIM_MLIR_CONFORMANCE_CHILDREN_H
#define CIM_MLIR_CONFORMANCE_CHILDREN_H

#include "llvm/ADT/STLFunctionalExtras.h"
#include <cstdint>
#include <string>

namespace cim::conformance {

/// Whether memory is limited: not under AddressSanitizer, whose shadow needs terabytes.
#if defined(__SANITIZE_ADDRESS__)
inline constexpr bool kLimitsMemory = false;
#elif defined(__has_feature)
inline constexpr bool kLimitsMemory = !__has_feature(address_sanitizer);
#else
inline constexpr bool kLimitsMemory = true;
#endif

/// What a child may use before it is ended.
struct ChildLimits {
  unsigned seconds = 30;
  /// Of address space.
  uint64_t bytes = uint64_t(1) << 33;
};

/// How a child ended: with a result, or with the reason why there is none.
struct ChildOutcome {
  std::string result;
  std::string death;
};

/// Calls `work` for 0..count-1, each in a child process of its own, at most `jobs` at a time, and
/// `done` in the caller, in the order of the numbers.
void runInChildren(size_t count, unsigned jobs, const ChildLimits &limits,
                   llvm::function_ref<std::string(size_t)> work,
                   llvm::function_ref<void(size_t, const ChildOutcome &)> done);

} // namespace cim::conformance

#endif // CIM_MLIR_CONFORMANCE_CHILDREN_H
