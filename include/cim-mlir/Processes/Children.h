//===- Children.h - Work in processes of its own ----------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A crash, an abort or a hang ends the child that it happens in, and nothing else. Children end
// with the process that started them.
//
//===----------------------------------------------------------------------===//

#ifndef CIM_MLIR_PROCESSES_CHILDREN_H
#define CIM_MLIR_PROCESSES_CHILDREN_H

#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/StringRef.h"
#include <cstdint>
#include <string>

namespace cim {

/// Whether memory is limited: not under AddressSanitizer, whose shadow needs terabytes.
#if defined(__SANITIZE_ADDRESS__)
inline constexpr bool kLimitsMemory = false;
#elif defined(__has_feature)
inline constexpr bool kLimitsMemory = !__has_feature(address_sanitizer);
#else
inline constexpr bool kLimitsMemory = true;
#endif

/// What a child may use before it is ended; 0: any amount.
struct ChildLimits {
  unsigned seconds = 0;
  /// Of address space.
  uint64_t bytes = 0;
};

/// How a child ended: with a result, or with the reason why there is none.
struct ChildOutcome {
  std::string result;
  std::string death;
};

/// How a child tells something: a text without null characters.
using Send = llvm::function_ref<void(llvm::StringRef)>;

/// Calls `work` for 0..count-1, each in a child process of its own, at most `jobs` at a time. In
/// the caller `received` gets each text that a child sends, as soon as it has come, and `ended` how
/// the child died, or an empty string if its work came to its end.
void runInChildren(size_t count, unsigned jobs, const ChildLimits &limits,
                   llvm::function_ref<void(size_t, Send)> work,
                   llvm::function_ref<void(size_t, llvm::StringRef)> received,
                   llvm::function_ref<void(size_t, const std::string &death)> ended);

/// The same for work with one result. `done` is called in the order of the numbers.
void runInChildren(size_t count, unsigned jobs, const ChildLimits &limits,
                   llvm::function_ref<std::string(size_t)> work,
                   llvm::function_ref<void(size_t, const ChildOutcome &)> done);

} // namespace cim

#endif // CIM_MLIR_PROCESSES_CHILDREN_H
