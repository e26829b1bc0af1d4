//===- Profile.h - Where the time of a run goes -----------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Times of instructions and their phases: as a table, as JSON, and one by one as a
// trace that chrome://tracing and Perfetto load.
//
//===----------------------------------------------------------------------===//

#ifndef CIM_TOOLS_CIM_RUN_PROFILE_H
#define CIM_TOOLS_CIM_RUN_PROFILE_H

#include "cim-runtime/cim_runtime.h"

#include <mutex>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

namespace cim::run {

/// What executors report of instructions, from whichever thread.
class Trace {
public:
  /// A cim_tracer; `user` is a Trace.
  static void add(void *user, const cim_event *event);

  /// The sample that the next run of the executor begins with.
  void setFirstSample(int64_t sample) { firstSample = sample; }
  /// Writes the trace in Chrome's format. Returns an empty string or the reason of failure.
  std::string write(const std::string &path, const cim_program *program) const;

  /// What viewers can still load. Later events are counted only.
  static constexpr size_t kMaxEvents = 1 << 18;
  size_t numEvents() const { return count; }

private:
  std::mutex mutex;
  std::vector<cim_event> events;
  size_t count = 0;
  int64_t firstSample = 0;
};

/// Times of the instructions that take any, and their sums by kind. Keys: milliseconds,
/// milliseconds_by_kind and layers, each with name, opcode, milliseconds, share (a fraction); of
/// crossbar layers also milliseconds_by_phase, macs and macs_per_second.
nlohmann::ordered_json makeProfile(const cim_program *program, const cim_executor *executor);

/// The same as a table.
std::string describeProfile(const nlohmann::ordered_json &profile);

} // namespace cim::run

#endif // CIM_TOOLS_CIM_RUN_PROFILE_H
