//===- cim-run.cpp - Executes crossbar programs ---------------------------===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Feeds arrays or a labelled data set to a program, chunk by chunk. Exit codes: 0,
// 1 for an error in a file or program, 2 for wrong usage. Knows only the runtime's
// C API and the data room: no LLVM.
//
//===----------------------------------------------------------------------===//

#include "Profile.h"
#include "Report.h"
#include "cim-mlir/Data/Feed.h"
#include "cim-runtime/OutputFile.h"

#include <CLI/CLI.hpp>
#include <cmath>
#include <cstdio>
#include <unistd.h>

using namespace cim;
using namespace cim::data;
using namespace cim::run;

/// Samples per call of the executor.
static constexpr int64_t kChunk = 512;

namespace {

struct Options {
  std::string program, dataset, labels;
  std::vector<std::string> inputs, outputs;
  int64_t images = 0;
  int32_t threads = 0;
  bool stats = false, json = false, profile = false;
  std::string trace; ///< Where the trace goes; none if empty.
  double scaleInput = 0;
  std::string variation; ///< Device variation; none if empty.
  uint64_t seed = 0;
  uint32_t trials = 1;
};

/// One run: the program, its executor and what is collected. Every function returns an
/// empty string or the reason of failure.
class Runner {
public:
  explicit Runner(const Options &options) : options(options) {}
  ~Runner() {
    cim_executor_destroy(executor);
    cim_program_close(program);
  }

  std::string run() {
    std::string reason = open();
    if (reason.empty())
      reason = readLabels();
    for (uint32_t trial = 0; trial < options.trials && reason.empty(); ++trial)
      reason = runTrial(trial);
    if (reason.empty())
      reason = writeOutputs();
    return reason.empty() ? writeTrace() : reason;
  }

  std::string report() const { return makeReport(results, program, executor, options.json); }

private:
  std::string open();
  std::string bindInputs();
  std::string bindOutputs();
  std::string checkReplaced(const std::string &path, const std::string &what) const;
  std::string readLabels();
  std::string runTrial(uint32_t trial);
  std::string vary(uint32_t trial);
  std::string makeExecutor();
  std::string runChunks(uint32_t trial);
  std::string runChunk(int64_t first, int64_t count);
  std::string writeOutputs() const;
  std::string writeTrace() const;

  const Options &options;
  cim_program *program = nullptr;
  cim_executor *executor = nullptr;
  std::unique_ptr<Feed> feed;
  int64_t samples = 0;
  Labels labels;
  std::vector<std::string> outputPaths;        // of each output, may be empty
  std::vector<std::vector<uint8_t>> chunk;     // values of each output
  std::vector<std::vector<uint8_t>> collected; // of the outputs that have a path
  Trace trace;
  Results results;
};

std::string Runner::open() {
  cim_message message = {};
  cim_status status = cim_program_open(options.program.c_str(), &program, &message);
  if (status == CIM_ERROR_IO) // Names the file itself.
    return message.text;
  if (status != CIM_OK)
    return options.program + ": " + message.text;
  if (cim_program_uncalibrated(program))
    std::fprintf(stderr,
                 "cim-run: warning: %s: compiled without calibration data, results mean little\n",
                 options.program.c_str());
  std::string reason = bindInputs();
  if (reason.empty())
    reason = bindOutputs();
  if (reason.empty() && !options.trace.empty())
    reason = checkReplaced(options.trace, "the trace");
  results.hasStatistics = options.stats;
  results.hasProfile = options.profile;
  results.variation = options.variation;
  results.seed = options.seed;
  return reason;
}

std::string Runner::makeExecutor() {
  cim_executor_destroy(executor);
  executor = nullptr;
  bool measures = options.stats || options.profile;
  cim_executor_options settings = {options.threads, measures, nullptr, nullptr, nullptr, &trace};
  if (!options.trace.empty())
    settings.tracer = Trace::add;
  cim_message message = {};
  bool made = cim_executor_create(program, &settings, &executor, &message) == CIM_OK;
  return made ? "" : options.program + ": " + message.text;
}

/// Draws the cells of one trial.
std::string Runner::vary(uint32_t trial) {
  cim_variation variation;
  cim_message message = {};
  if (cim_variation_parse(options.variation.c_str(), &variation, &message) != CIM_OK)
    return std::string("'--variation': ") + message.text;
  variation.seed = options.seed;
  variation.trial = trial;
  if (cim_program_vary(program, &variation, &message) != CIM_OK)
    return options.program + ": " + message.text;
  results.fractionBits.resize(cim_program_num_instructions(program), INT32_MAX);
  for (size_t i = 0; i < results.fractionBits.size(); ++i)
    results.fractionBits[i] =
        std::min(results.fractionBits[i], cim_program_fraction_bits(program, int32_t(i)));
  return "";
}

/// Runs all samples, those of later trials from the beginning.
std::string Runner::runTrial(uint32_t trial) {
  results.correct = 0;
  std::string reason = trial == 0 ? "" : bindInputs();
  if (reason.empty() && !options.variation.empty())
    reason = vary(trial);
  if (reason.empty())
    reason = makeExecutor();
  if (reason.empty())
    reason = runChunks(trial);
  if (reason.empty() && results.hasLabels)
    results.trials.push_back(static_cast<double>(results.correct) / static_cast<double>(samples));
  return reason;
}

std::string Runner::bindInputs() {
  feed = std::make_unique<Feed>(program);
  std::vector<std::string> files = options.inputs;
  if (!options.dataset.empty())
    files.push_back(options.dataset);
  for (const std::string &file : files) {
    std::string reason = feed->bind(file, options.scaleInput);
    if (!reason.empty())
      return reason;
  }
  std::string reason = feed->finish();
  if (!reason.empty())
    return options.program + ": " + reason;
  samples = options.images ? options.images : feed->samples();
  if (samples > feed->samples())
    return files[0] + ": '--images' must be at most the " + std::to_string(feed->samples()) +
           " samples of the file, got " + std::to_string(samples);
  return "";
}

std::string Runner::bindOutputs() {
  std::vector<std::string> names;
  for (int32_t i = 0; i < cim_program_num_outputs(program); ++i)
    names.push_back(cim_program_output_name(program, i));
  outputPaths.resize(names.size());
  collected.resize(names.size());
  chunk.resize(names.size());
  for (const std::string &text : options.outputs) {
    Binding binding = parseBinding(text, names);
    auto found = std::find(names.begin(), names.end(), binding.name);
    if (!binding.name.empty() && found == names.end())
      return text + ": the program has no output '" + binding.name + "', it has " + join(names);
    if (binding.path.empty())
      return "'--output' must name a file, got '" + text + "'";
    if (binding.name.empty() && names.size() != 1)
      return binding.path + ": say which output it is with name=file; the program has " +
             join(names);
    size_t index = binding.name.empty() ? 0 : found - names.begin();
    if (!outputPaths[index].empty())
      return binding.path + ": output '" + names[index] + "' is given twice";
    std::string reason = checkReplaced(binding.path, "output '" + names[index] + "'");
    if (!reason.empty())
      return reason;
    outputPaths[index] = binding.path;
  }
  return "";
}

/// Refuses to write `what` where it would replace a file that is read or an output.
std::string Runner::checkReplaced(const std::string &path, const std::string &what) const {
  if (isSameFile(path, options.program) || isSameFile(path, options.labels) || feed->reads(path))
    return path + ": " + what + " would replace a file that is read";
  for (const std::string &other : outputPaths)
    if (!other.empty() && cim::format::isSamePlace(other, path))
      return path + ": " + what + " would replace another output";
  return "";
}

std::string Runner::readLabels() {
  results.hasLabels = !options.labels.empty();
  return results.hasLabels ? labels.read(options.labels, *feed, program) : "";
}

std::string Runner::runChunks(uint32_t trial) {
  bool showProgress = isatty(STDERR_FILENO) && samples > kChunk;
  std::string of = options.trials > 1 ? " of trial " + std::to_string(trial + 1) + " of " +
                                            std::to_string(options.trials)
                                      : "";
  for (int64_t first = 0; first < samples; first += kChunk) {
    std::string reason = runChunk(first, std::min(kChunk, samples - first));
    if (!reason.empty())
      return reason;
    if (showProgress)
      std::fprintf(stderr, "\r%lld of %lld samples%s",
                   static_cast<long long>(std::min(first + kChunk, samples)),
                   static_cast<long long>(samples), of.c_str());
  }
  if (showProgress)
    std::fprintf(stderr, "\r%70s\r", "");
  results.samples = samples;
  return "";
}

std::string Runner::runChunk(int64_t first, int64_t count) {
  trace.setFirstSample(first);
  std::string reason = feed->run(executor, count, chunk, results.seconds);
  if (!reason.empty())
    return reason;
  for (size_t i = 0; i < chunk.size(); ++i)
    if (!outputPaths[i].empty())
      collected[i].insert(collected[i].end(), chunk[i].begin(), chunk[i].end());
  return results.hasLabels ? labels.count(first, count, chunk[0], results.correct) : "";
}

std::string Runner::writeOutputs() const {
  for (size_t i = 0; i < outputPaths.size(); ++i) {
    if (outputPaths[i].empty())
      continue;
    cim_tensor tensor = cim_program_output(program, static_cast<int32_t>(i));
    std::vector<int64_t> shape = shapeOf(tensor);
    if (!feed->isSingle()) {
      if (!shape.empty() && shape[0] == 1)
        shape[0] = samples;
      else
        shape.insert(shape.begin(), samples);
    }
    std::string reason =
        data::writeNpy(outputPaths[i], {data::elementTypeOf(tensor), shape, collected[i]});
    if (!reason.empty())
      return reason;
  }
  return "";
}

std::string Runner::writeTrace() const {
  if (options.trace.empty())
    return "";
  if (trace.numEvents() > Trace::kMaxEvents)
    std::fprintf(stderr, "cim-run: warning: %s: holds the first %zu of %zu events\n",
                 options.trace.c_str(), Trace::kMaxEvents, trace.numEvents());
  return trace.write(options.trace, program);
}

} // namespace

static void addOptions(CLI::App &app, Options &options) {
  app.add_option("program", options.program, "crossbar program (.cim)")->required();
  CLI::Option *input =
      app.add_option("--input", options.inputs, "input array: file (.npy, .npz, IDX) or name=file");
  CLI::Option *dataset = app.add_option("--dataset", options.dataset,
                                        "samples of the one input (.npy, IDX; gzip allowed)");
  dataset->excludes(input);
  app.add_option("--output", options.outputs, "where an output goes: file.npy or name=file.npy");
  app.add_option("--labels", options.labels, "class of each sample: counts top-1")->needs(dataset);
  app.add_option("--images", options.images, "run only the first N samples")
      ->check(CLI::Range(int64_t(1), int64_t(1) << 40));
  app.add_option("--threads", options.threads, "number of threads (default: one per core)")
      ->check(CLI::Range(1, 4096));
  app.add_flag("--stats", options.stats, "count conversions and clipping, measure each layer");
  CLI::Option *profile = app.add_flag("--profile{}", options.trace,
                                      "measure where time goes; --profile=FILE also writes a trace "
                                      "for chrome://tracing or Perfetto");
  app.add_flag("--json", options.json, "print results as JSON");
  CLI::Option *variation = app.add_option(
      "--variation", options.variation,
      "draw what devices hold, key=value,...: cell_lognormal, weight_lognormal, proportional, "
      "gaussian, stuck_off, stuck_on, on_off_ratio, read_noise, drift_time, drift_nu, "
      "drift_nu_sigma, reference_variation");
  app.add_option("--seed", options.seed, "seed of the variation (default: 0)")->needs(variation);
  app.add_option("--trials", options.trials, "draw and run so often: mean, deviation and worst")
      ->needs(variation)
      ->check(CLI::Range(uint32_t(1), UINT32_MAX));
  CLI::Option *scale =
      app.add_option("--scale-input", options.scaleInput,
                     "factor for integer arrays (default: 1/255 for uint8, else 1)");
  app.callback([&options, profile, scale, variation] {
    options.profile = profile->count() > 0;
    // Of nothing behind '=', the next option is taken for the value.
    if (variation->count() > 0 && (options.variation.empty() || options.variation[0] == '-'))
      throw CLI::ValidationError("--variation", "must be key=value,..., got nothing");
    bool isOne = options.stats || options.profile || !options.outputs.empty();
    if (options.trials > 1 && (isOne || options.labels.empty()))
      throw CLI::ValidationError("--trials",
                                 "needs --labels, without --output, --stats and --profile");
    if (scale->count() > 0 && !(options.scaleInput > 0 && std::isfinite(options.scaleInput)))
      throw CLI::ValidationError("--scale-input", "must be finite and greater than 0, got " +
                                                      scale->as<std::string>());
  });
}

int main(int argc, char **argv) {
  Options options;
  CLI::App app("Executes a crossbar program.", "cim-run");
  addOptions(app, options);
  try {
    // CLI11 cannot tell it from a flag without a value.
    if (std::find(argv + 1, argv + argc, std::string_view("--profile=")) != argv + argc)
      throw CLI::ValidationError("--profile", "must name a file after '=', got nothing");
    app.parse(argc, argv);
  } catch (const CLI::ParseError &error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  try {
    Runner runner(options);
    std::string reason = runner.run();
    if (!reason.empty()) {
      std::fprintf(stderr, "cim-run: error: %s\n", reason.c_str());
      return 1;
    }
    std::fputs(runner.report().c_str(), stdout);
    return 0;
  } catch (const std::bad_alloc &) {
    std::fprintf(stderr, "cim-run: error: out of memory\n");
    return 1;
  }
}
