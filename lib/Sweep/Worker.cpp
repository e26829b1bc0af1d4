//===- Worker.cpp - A program and the points that run it --------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Compiles as cim-compile does and runs as cim-run does, without a file between them.
//
//===----------------------------------------------------------------------===//

#include "Worker.h"

#include "cim-mlir/Data/Feed.h"
#include "cim-mlir/Execution/Execution.h"
#include "llvm/ADT/STLExtras.h"

using namespace mlir;
using namespace cim;
using namespace cim::sweep;

/// Samples per call of the executor.
static constexpr int64_t kChunk = 512;

ErrorCollector::ErrorCollector(MLIRContext *context, std::string file)
    : os(text), printer(context, std::move(file), os) {}

std::string ErrorCollector::getError() const {
  SmallVector<StringRef> lines;
  StringRef(text).split(lines, '\n');
  auto *found = llvm::find_if(lines, [](StringRef line) { return line.contains(": error: "); });
  return found == lines.end() ? "" : found->str();
}

//===----------------------------------------------------------------------===//
// Running
//===----------------------------------------------------------------------===//

namespace {

struct DestroyExecutor {
  void operator()(cim_executor *executor) const { cim_executor_destroy(executor); }
};

/// One point with data. Calls return an empty string or the reason of failure.
class DataRun {
public:
  DataRun(cim_program *program, const Point &point, unsigned threads)
      : program(program), point(point), threads(threads) {}

  std::string run(Numbers &numbers);

private:
  std::string runTrial(int64_t trial);
  std::string vary(int64_t trial);
  std::string runSamples(cim_executor *executor, data::Feed &feed, const data::Labels &labels);
  void countConversions(const cim_executor *executor);

  cim_program *program;
  const Point &point;
  unsigned threads;
  int64_t samples = 0, correct = 0; // Of the last trial.
  std::vector<double> accuracies;   // Of each trial.
  uint64_t conversions = 0, clipped = 0;
};

} // namespace

/// Draws the cells of a trial, or makes them what the program says.
std::string DataRun::vary(int64_t trial) {
  cim_message message = {};
  cim_variation variation;
  const cim_variation *wanted = nullptr;
  if (!point.variation.empty()) {
    if (cim_variation_parse(point.variation.c_str(), &variation, &message) != CIM_OK)
      return message.text;
    variation.seed = point.seed;
    variation.trial = uint32_t(trial);
    wanted = &variation;
  }
  return cim_program_vary(program, wanted, &message) == CIM_OK ? "" : message.text;
}

void DataRun::countConversions(const cim_executor *executor) {
  for (int32_t i = 0, e = cim_program_num_instructions(program); i < e; ++i) {
    cim_instruction_stats stats;
    if (cim_executor_stats(executor, i, &stats) != CIM_OK)
      continue;
    conversions += stats.conversions;
    clipped += stats.clipped;
  }
}

std::string DataRun::runSamples(cim_executor *executor, data::Feed &feed,
                                const data::Labels &labels) {
  correct = 0;
  double seconds = 0;
  std::vector<std::vector<uint8_t>> outputs;
  for (int64_t first = 0; first < samples; first += kChunk) {
    int64_t count = std::min(kChunk, samples - first);
    std::string error = feed.run(executor, count, outputs, seconds);
    if (error.empty())
      error = labels.count(first, count, outputs[0], correct);
    if (!error.empty())
      return error;
  }
  return "";
}

std::string DataRun::runTrial(int64_t trial) {
  data::Feed feed(program);
  data::Labels labels;
  std::string error = feed.bind(point.dataset, point.compile.scaleInput);
  if (error.empty())
    error = feed.finish();
  if (error.empty())
    error = labels.read(point.labels, feed, program);
  if (error.empty())
    error = vary(trial);
  if (!error.empty())
    return error;
  samples = point.images > 0 ? point.images : feed.samples();
  if (samples > feed.samples())
    return "'images' must be at most the " + std::to_string(feed.samples()) + " samples of " +
           point.dataset + ", got " + std::to_string(samples);
  cim_executor_options options = {};
  options.threads = int32_t(threads);
  options.statistics = 1;
  cim_executor *handle = nullptr;
  cim_message message = {};
  if (cim_executor_create(program, &options, &handle, &message) != CIM_OK)
    return message.text;
  std::unique_ptr<cim_executor, DestroyExecutor> executor(handle);
  error = runSamples(handle, feed, labels);
  countConversions(handle);
  return error;
}

std::string DataRun::run(Numbers &numbers) {
  bool varies = !point.variation.empty();
  for (int64_t trial = 0; trial < (varies ? point.trials : 1); ++trial) {
    if (std::string error = runTrial(trial); !error.empty())
      return error;
    accuracies.push_back(double(correct) / double(samples));
  }
  data::Spread spread(accuracies);
  numbers = {{"top1", spread.mean}};
  if (varies) {
    numbers.emplace_back("top1_std", spread.deviation);
    numbers.emplace_back("top1_worst", spread.worst);
  } else
    numbers.emplace_back("correct", correct);
  numbers.emplace_back("samples", samples);
  numbers.emplace_back("clip_rate", conversions == 0 ? 0.0 : double(clipped) / double(conversions));
  return "";
}

//===----------------------------------------------------------------------===//
// Compiling
//===----------------------------------------------------------------------===//

/// How far a program is compiled: costs need no scales unless they are asked for.
static Stage getStage(const Point &point) {
  if (!point.dataset.empty())
    return Stage::Xbar;
  bool calibrates = point.compile.calibrate.random || !point.compile.calibration.empty();
  return calibrates ? Stage::Cim : Stage::Mapped;
}

void cim::sweep::runPoints(ModuleOp model, CompileOptions options, ArrayRef<const Point *> points,
                           unsigned threads,
                           llvm::function_ref<void(const Point &, const Result &)> done) {
  ErrorCollector errors(model.getContext(), options.input);
  options.emit = Stage::Mapped;
  for (const Point *point : points)
    options.emit = std::max(options.emit, getStage(*point));
  FailureOr<ProgramCost> cost = lower(model, options);
  std::optional<Network> network;
  if (succeeded(cost) && options.emit == Stage::Xbar)
    if (FailureOr<Network> loaded = Network::load(*model.getOps<xbar::ProgramOp>().begin());
        succeeded(loaded))
      network = std::move(*loaded);
  for (const Point *point : points) {
    Result result;
    result.error = errors.getError();
    if (result.error.empty() && !point->dataset.empty())
      result.error = DataRun(network->program(), *point, threads).run(result.numbers);
    if (result.error.empty())
      llvm::append_range(result.numbers, getCosts(*cost));
    done(*point, result);
  }
}
