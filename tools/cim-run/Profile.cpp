//===- Profile.cpp - Where the time of a run goes -------------------------===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Times are those of threads, summed over them and over samples: a rate is that of one
// core. What threads do between instructions is the kind "other".
//
//===----------------------------------------------------------------------===//

#include "Profile.h"
#include "cim-mlir/Data/Arrays.h"

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <nlohmann/json.hpp>
#include <set>

using namespace cim::run;
using nlohmann::ordered_json;

static double toMilliseconds(uint64_t nanoseconds) {
  return static_cast<double>(nanoseconds) * 1e-6;
}

//===----------------------------------------------------------------------===//
// Traces
//===----------------------------------------------------------------------===//

void Trace::add(void *user, const cim_event *event) {
  auto *trace = static_cast<Trace *>(user);
  std::lock_guard<std::mutex> lock(trace->mutex);
  if (trace->count++ >= kMaxEvents)
    return;
  trace->events.push_back(*event);
  trace->events.back().first_sample += trace->firstSample;
}

/// An event as JSON, its time in microseconds since `start`.
static std::string describeEvent(const cim_event &event, uint64_t start, const std::string &name,
                                 const char *opcode) {
  auto microseconds = [](uint64_t nanoseconds) { return static_cast<double>(nanoseconds) * 1e-3; };
  char times[160], phases[120] = "";
  std::snprintf(times, sizeof(times), R"("ph":"X","pid":0,"tid":%d,"ts":%.3f,"dur":%.3f)",
                event.thread, microseconds(event.begin - start), microseconds(event.nanoseconds));
  if (!std::strcmp(opcode, "mvm"))
    std::snprintf(phases, sizeof(phases), R"(,"quantize_us":%.3f,"gather_us":%.3f)",
                  microseconds(event.quantize_nanoseconds), microseconds(event.gather_nanoseconds));
  return "{\"name\":" + name + ",\"cat\":\"" + opcode + "\"," + times +
         ",\"args\":{\"instruction\":" + std::to_string(event.instruction) +
         ",\"first_sample\":" + std::to_string(event.first_sample) +
         ",\"samples\":" + std::to_string(event.samples) + phases + "}}";
}

std::string Trace::write(const std::string &path, const cim_program *program) const {
  uint64_t start = UINT64_MAX;
  std::set<int32_t> threads;
  for (const cim_event &event : events) {
    start = std::min(start, event.begin);
    threads.insert(event.thread);
  }
  std::vector<std::string> names;
  for (int32_t i = 0, e = cim_program_num_instructions(program); i < e; ++i) {
    // Names come from a file and may not be UTF-8.
    ordered_json name = cim_program_instruction_name(program, i);
    names.push_back(name.dump(-1, ' ', false, ordered_json::error_handler_t::replace));
  }
  std::string text = "{\"displayTimeUnit\":\"ms\",\"traceEvents\":[";
  const char *separator = "\n";
  for (const cim_event &event : events) {
    text += separator + describeEvent(event, start, names[event.instruction],
                                      cim_program_instruction_opcode(program, event.instruction));
    separator = ",\n";
  }
  for (int32_t thread : threads) {
    std::string id = std::to_string(thread);
    text += ",\n{\"name\":\"thread_name\",\"ph\":\"M\",\"pid\":0,\"tid\":" + id +
            ",\"args\":{\"name\":\"thread " + id + "\"}}";
  }
  return data::writeFile(path, {text, "\n]}\n"});
}

//===----------------------------------------------------------------------===//
// Sums
//===----------------------------------------------------------------------===//

/// The kind of what is not a crossbar layer.
static const char *kindOf(const std::string &opcode) {
  return opcode == "write_arrays" ? "array_writes" : "digital";
}

ordered_json cim::run::makeProfile(const cim_program *program, const cim_executor *executor) {
  double total = toMilliseconds(cim_executor_nanoseconds(executor));
  ordered_json layers = ordered_json::array();
  ordered_json kinds = {{"products", 0.0},
                        {"quantize_and_gather", 0.0},
                        {"digital", 0.0},
                        {"array_writes", 0.0},
                        {"other", 0.0}};
  auto count = [&](const char *kind, double time) {
    kinds[kind] = kinds[kind].get<double>() + time;
  };
  double other = total;
  for (int32_t i = 0, e = cim_program_num_instructions(program); i < e; ++i) {
    cim_instruction_stats stats;
    if (cim_executor_stats(executor, i, &stats) != CIM_OK || stats.nanoseconds == 0)
      continue;
    double time = toMilliseconds(stats.nanoseconds);
    other -= time;
    const char *opcode = cim_program_instruction_opcode(program, i);
    ordered_json layer = {{"name", cim_program_instruction_name(program, i)},
                          {"opcode", opcode},
                          {"milliseconds", time},
                          {"share", time / total}};
    if (stats.macs > 0) {
      double quantize = toMilliseconds(stats.quantize_nanoseconds);
      double gather = toMilliseconds(stats.gather_nanoseconds);
      double products = time - quantize - gather;
      layer["milliseconds_by_phase"] = {
          {"quantize", quantize}, {"gather", gather}, {"products", products}};
      layer["macs"] = stats.macs;
      layer["macs_per_second"] = static_cast<double>(stats.macs) / time * 1e3;
      count("products", products);
      count("quantize_and_gather", quantize + gather);
    } else
      count(kindOf(opcode), time);
    layers.push_back(layer);
  }
  count("other", other);
  return {{"milliseconds", total}, {"milliseconds_by_kind", kinds}, {"layers", layers}};
}

//===----------------------------------------------------------------------===//
// The table
//===----------------------------------------------------------------------===//

/// The phases of a crossbar layer and its rate; nothing for others.
static std::string describePhases(const ordered_json &layer) {
  if (!layer.contains("macs"))
    return "";
  const ordered_json &phases = layer["milliseconds_by_phase"];
  char text[96];
  std::snprintf(text, sizeof(text), " %10.3f %10.3f %10.3f %9.1f", phases["quantize"].get<double>(),
                phases["gather"].get<double>(), phases["products"].get<double>(),
                layer["macs_per_second"].get<double>() * 1e-9);
  return text;
}

static std::string describeTime(const ordered_json &milliseconds, double total) {
  char text[64];
  double time = milliseconds;
  std::snprintf(text, sizeof(text), " %12.3f %7.2f", time, 100 * time / total);
  return text;
}

std::string cim::run::describeProfile(const ordered_json &profile) {
  double total = profile["milliseconds"];
  char line[160];
  std::snprintf(line, sizeof(line), "%-32s %-12s %12s %7s %10s %10s %10s %9s\n", "layer",
                "instruction", "ms", "%", "quantize", "gather", "products", "G MAC/s");
  std::string text = line;
  for (const ordered_json &layer : profile["layers"]) {
    std::snprintf(line, sizeof(line), "%-32.64s %-12s", layer["name"].get<std::string>().c_str(),
                  layer["opcode"].get<std::string>().c_str());
    text += line + describeTime(layer["milliseconds"], total) + describePhases(layer) + "\n";
  }
  for (auto &[kind, time] : profile["milliseconds_by_kind"].items()) {
    std::string label = kind;
    std::replace(label.begin(), label.end(), '_', ' ');
    std::snprintf(line, sizeof(line), "%-45s", label.c_str());
    text += line + describeTime(time, total) + "\n";
  }
  std::snprintf(line, sizeof(line), "%-45s", "sum over threads");
  return text + line + describeTime(total, total) + "\n";
}
