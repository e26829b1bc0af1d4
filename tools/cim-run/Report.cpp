//===- Report.cpp - What a run has to tell --------------------------------===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// JSON keys: samples, seconds, images_per_second, isa; with labels correct and
// top1 (a fraction); with statistics conversions, clipped, clip_rate, writes (arrays
// written at run time) and layers, those of crossbars with the clipped conversions of each
// input cycle; with a profile what Profile.h says; with device variation `variation`, and with
// labels top1_std and top1_worst beside top1, which is the mean of the trials.
//
//===----------------------------------------------------------------------===//

#include "Report.h"
#include "Profile.h"
#include "cim-mlir/Data/Feed.h"

#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>

using namespace cim;
using namespace cim::run;
using nlohmann::ordered_json;

/// Clipped conversions of each input cycle (0 where ADCs are ideal); none for what is not a
/// crossbar layer.
static std::vector<uint64_t> countCycles(const cim_program *program, const cim_executor *executor,
                                         int32_t instruction, uint64_t conversions) {
  std::vector<uint64_t> clipped(conversions > 0 ? cim_program_num_cycles(program, instruction) : 0);
  if (!clipped.empty())
    cim_executor_cycle_stats(executor, instruction, clipped.data(), int32_t(clipped.size()));
  return clipped;
}

/// Adds the statistics of every instruction, and the totals of conversions.
static void addStatistics(ordered_json &report, const cim_program *program,
                          const cim_executor *executor) {
  uint64_t conversions = 0, clipped = 0, writes = 0;
  ordered_json layers = ordered_json::array();
  for (int32_t i = 0, e = cim_program_num_instructions(program); i < e; ++i) {
    cim_instruction_stats stats;
    if (cim_executor_stats(executor, i, &stats) != CIM_OK)
      continue;
    conversions += stats.conversions;
    clipped += stats.clipped;
    writes += stats.writes;
    layers.push_back({{"name", cim_program_instruction_name(program, i)},
                      {"opcode", cim_program_instruction_opcode(program, i)},
                      {"milliseconds", static_cast<double>(stats.nanoseconds) * 1e-6},
                      {"conversions", stats.conversions},
                      {"clipped", stats.clipped},
                      {"clipped_by_cycle", countCycles(program, executor, i, stats.conversions)},
                      {"writes", stats.writes}});
  }
  report["conversions"] = conversions;
  report["clipped"] = clipped;
  if (conversions > 0)
    report["clip_rate"] = static_cast<double>(clipped) / static_cast<double>(conversions);
  report["writes"] = writes;
  report["layers"] = layers;
}

static std::string percent(uint64_t part, uint64_t whole, int digits = 4) {
  char text[32] = "-";
  if (whole > 0)
    std::snprintf(text, sizeof(text), "%.*f", digits,
                  100 * static_cast<double>(part) / static_cast<double>(whole));
  return text;
}

/// Percentages of the conversions of each cycle.
static std::string percentByCycle(const ordered_json &clipped, uint64_t conversions) {
  std::string text;
  for (const ordered_json &count : clipped)
    text += " " + percent(count, conversions / clipped.size(), 2);
  return text;
}

static std::string describeLayers(const ordered_json &layers) {
  char line[256];
  std::snprintf(line, sizeof(line), "%-32s %-12s %12s %16s %10s  %s\n", "layer", "instruction",
                "ms", "conversions", "clipped %", "by cycle");
  std::string text = line;
  for (const ordered_json &layer : layers) {
    uint64_t conversions = layer["conversions"];
    std::snprintf(line, sizeof(line), "%-32.64s %-12s %12.3f %16llu %10s ",
                  layer["name"].get<std::string>().c_str(),
                  layer["opcode"].get<std::string>().c_str(), layer["milliseconds"].get<double>(),
                  static_cast<unsigned long long>(conversions),
                  percent(layer["clipped"], conversions).c_str());
    text += line + percentByCycle(layer["clipped_by_cycle"], conversions) + "\n";
  }
  return text;
}

/// Adds what was varied, and what trials gave.
static void addVariation(ordered_json &report, const Results &results, const cim_program *program) {
  ordered_json bits = ordered_json::object();
  for (size_t i = 0; i < results.fractionBits.size(); ++i)
    if (results.fractionBits[i] >= 0)
      bits[cim_program_instruction_name(program, int32_t(i))] = results.fractionBits[i];
  report["variation"] = {
      {"options", results.variation}, {"seed", results.seed}, {"fraction_bits", bits}};
  if (results.trials.empty())
    return;
  data::Spread spread(results.trials);
  report["variation"]["top1"] = results.trials;
  report["top1"] = spread.mean;
  report["top1_std"] = spread.deviation;
  report["top1_worst"] = spread.worst;
}

/// The same for people.
static std::string describeVariation(const ordered_json &report) {
  const ordered_json &variation = report["variation"];
  int least = 8, most = 0;
  for (const ordered_json &bits : variation["fraction_bits"]) {
    least = std::min<int>(least, bits);
    most = std::max<int>(most, bits);
  }
  char line[256];
  std::snprintf(line, sizeof(line), "cells drawn with seed %llu as multiples of 2^-%d",
                static_cast<unsigned long long>(variation["seed"].get<uint64_t>()), most);
  std::string text = line;
  if (least < most)
    text += " (some layers 2^-" + std::to_string(least) + ")";
  text += "\n";
  if (!variation.contains("top1"))
    return text;
  std::snprintf(line, sizeof(line),
                "top-1 of %zu trials: mean %.2f %%, standard deviation %.2f, worst %.2f %%\n",
                variation["top1"].size(), 100 * report["top1"].get<double>(),
                100 * report["top1_std"].get<double>(), 100 * report["top1_worst"].get<double>());
  return text + line;
}

std::string cim::run::makeReport(const Results &results, const cim_program *program,
                                 const cim_executor *executor, bool json) {
  ordered_json report = {
      {"samples", results.samples},
      {"seconds", results.seconds},
      {"images_per_second", static_cast<double>(results.samples) *
                                static_cast<double>(std::max<size_t>(results.trials.size(), 1)) /
                                std::max(results.seconds, 1e-9)},
      {"isa", cim_runtime_isa()}};
  if (results.hasLabels && results.variation.empty()) {
    report["correct"] = results.correct;
    report["top1"] = static_cast<double>(results.correct) / static_cast<double>(results.samples);
  }
  if (!results.variation.empty())
    addVariation(report, results, program);
  if (results.hasStatistics)
    addStatistics(report, program, executor);
  if (results.hasProfile)
    report["profile"] = makeProfile(program, executor);
  if (json)
    // Names come from a file and may not be UTF-8.
    return report.dump(2, ' ', false, ordered_json::error_handler_t::replace) + "\n";
  char line[128];
  std::string text;
  std::snprintf(line, sizeof(line), "%lld samples, %.1f per second\n",
                static_cast<long long>(results.samples), report["images_per_second"].get<double>());
  text += line;
  if (!results.variation.empty())
    text += describeVariation(report);
  else if (results.hasLabels) {
    std::snprintf(line, sizeof(line), "top-1 %.2f %% (%lld correct)\n",
                  100 * report["top1"].get<double>(), static_cast<long long>(results.correct));
    text += line;
  }
  if (results.hasStatistics)
    text += "clipped " + percent(report["clipped"], report["conversions"]) + " % of " +
            std::to_string(report["conversions"].get<uint64_t>()) + " conversions, wrote " +
            std::to_string(report["writes"].get<uint64_t>()) + " arrays at run time\n" +
            describeLayers(report["layers"]);
  if (results.hasProfile)
    text += describeProfile(report["profile"]);
  return text;
}
