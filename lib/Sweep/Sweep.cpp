//===- Sweep.cpp - Running the points of a grid -----------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The points that the journal does not have are grouped by model and by program. The parent
// reads a model, forks a child for each of its programs and writes the journal.
//
//===----------------------------------------------------------------------===//

#include "cim-mlir/Sweep/Sweep.h"

#include "Journal.h"
#include "Worker.h"
#include "cim-mlir/Processes/Children.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/FormatVariadic.h"
#include <chrono>

using namespace mlir;
using namespace cim;
using namespace cim::sweep;
using Clock = std::chrono::steady_clock;

/// Sets of calibration samples that are kept in memory, and bytes of each.
static constexpr size_t kMaxKept = 4;
static constexpr int64_t kMaxSampleBytes = int64_t(64) << 20;

namespace {

/// Points with the same program.
using Group = std::vector<const Point *>;

/// One call of runSweep.
class Sweep {
public:
  Sweep(const Grid &grid, const SweepOptions &options, MLIRContext *context)
      : grid(grid), options(options), context(context) {}

  FailureOr<size_t> run();

private:
  /// Groups of the points that are still to run, by model.
  using Plan = llvm::MapVector<StringRef, std::vector<Group>>;
  Plan plan() const;
  void runModel(StringRef model, ArrayRef<Group> groups);
  void finish(StringRef key, const Result &result);
  void showProgress() const;

  const Grid &grid;
  const SweepOptions &options;
  MLIRContext *context;
  Journal journal;
  /// Results of points that died: they are not written down.
  llvm::StringMap<Result> dead;
  Clock::time_point begin = Clock::now();
  size_t wanted = 0, finished = 0, failed = 0;
  std::string journalError;
};

} // namespace

Sweep::Plan Sweep::plan() const {
  Plan plan;
  llvm::StringMap<llvm::StringMap<size_t>> numbers;
  llvm::StringSet<> seen;
  for (const Point &point : grid.points) {
    if (journal.find(point.key) || !seen.insert(point.key).second)
      continue;
    std::vector<Group> &groups = plan[point.compile.input];
    auto [number, isNew] = numbers[point.compile.input].try_emplace(point.program, groups.size());
    if (isNew)
      groups.emplace_back();
    groups[number->second].push_back(&point);
  }
  return plan;
}

/// Reads and cleans up a model; what is wrong with it goes to `error`.
static OwningOpRef<ModuleOp> load(StringRef model, MLIRContext *context, std::string &error) {
  ErrorCollector errors(context, model.str());
  CompileOptions options;
  options.input = model.str();
  options.emit = Stage::Tosa;
  OwningOpRef<ModuleOp> module = loadModel(options, context);
  if (module)
    (void)lower(*module, options);
  error = errors.getError();
  return module;
}

/// What decides which samples calibration uses.
static std::string getSamplesKey(const CompileOptions &options) {
  return llvm::formatv("{0}\n{1}\n{2}", options.calibration, options.calibrate.samples,
                       options.scaleInput);
}

/// Reads the samples that points are calibrated on, as far as they fit: each child would read them
/// several times.
static llvm::StringMap<std::shared_ptr<CalibrationData>> keepSamples(ModuleOp module,
                                                                     ArrayRef<Group> groups) {
  llvm::StringMap<std::shared_ptr<CalibrationData>> samples;
  for (const Group &group : groups) {
    const CompileOptions &options = group.front()->compile;
    auto [entry, isNew] = samples.try_emplace(getSamplesKey(options));
    if (isNew && samples.size() <= kMaxKept)
      entry->second = keepCalibrationData(module, options, kMaxSampleBytes);
  }
  return samples;
}

void Sweep::runModel(StringRef model, ArrayRef<Group> groups) {
  std::string error;
  OwningOpRef<ModuleOp> module = load(model, context, error);
  if (!error.empty()) {
    for (const Group &group : groups)
      for (const Point *point : group)
        finish(point->key, {{}, error});
    return;
  }
  auto samples = keepSamples(*module, groups);
  unsigned jobs = std::min<size_t>(options.jobs, groups.size());
  auto work = [&](size_t group, Send send) {
    CompileOptions compile = groups[group].front()->compile;
    compile.calibrationData = samples.lookup(getSamplesKey(compile));
    runPoints(
        *module, compile, groups[group], std::max(1u, options.jobs / jobs),
        [&](const Point &point, const Result &result) { send(printLine(point.key, result)); });
  };
  auto received = [&](size_t, StringRef line) {
    std::string key;
    Result result;
    if (parseLine(line, key, result))
      finish(key, result);
  };
  auto ended = [&](size_t group, const std::string &death) {
    for (const Point *point : groups[group])
      if (!journal.find(point->key)) {
        dead[point->key].error = death;
        ++finished, ++failed;
      }
    showProgress();
  };
  runInChildren(groups.size(), jobs, {}, work, received, ended);
}

void Sweep::finish(StringRef key, const Result &result) {
  if (std::string error = journal.add(key, result); !error.empty() && journalError.empty())
    journalError = error;
  ++finished;
  failed += !result.error.empty();
  showProgress();
}

/// "12 of 96 points, 2 failed, 0:12:30 left"
void Sweep::showProgress() const {
  if (!options.showProgress)
    return;
  std::string text = llvm::formatv("{0} of {1} points", finished, wanted);
  if (failed > 0)
    text += llvm::formatv(", {0} failed", failed).str();
  if (finished > 0) {
    double elapsed = std::chrono::duration<double>(Clock::now() - begin).count();
    auto left = int64_t(elapsed / double(finished) * double(wanted - finished));
    text += llvm::formatv(", {0}:{1:02}:{2:02} left", left / 3600, left / 60 % 60, left % 60).str();
  }
  options.showProgress(text);
}

FailureOr<size_t> Sweep::run() {
  auto fail = [&](const std::string &error) {
    return emitError(UnknownLoc::get(context)) << error;
  };
  if (std::string error = journal.open(options.output + ".journal"); !error.empty())
    return fail(error);
  Plan models = plan();
  for (const auto &[model, groups] : models)
    for (const Group &group : groups)
      wanted += group.size();
  showProgress();
  for (const auto &[model, groups] : models)
    runModel(model, groups);
  if (options.showProgress)
    options.showProgress("");
  if (!journalError.empty())
    return fail(journalError);
  std::vector<Result> results;
  for (const Point &point : grid.points) {
    const Result *found = journal.find(point.key);
    results.push_back(found ? *found : dead.lookup(point.key));
  }
  if (std::string error = writeTables(grid, results, options.output); !error.empty())
    return fail(error);
  return llvm::count_if(results, [](const Result &result) { return !result.error.empty(); });
}

FailureOr<size_t> cim::sweep::runSweep(const Grid &grid, const SweepOptions &options,
                                       MLIRContext *context) {
  return Sweep(grid, options, context).run();
}
