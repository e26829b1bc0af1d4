//===- MvmBench.cpp - Speed of crossbar layers ----------------------------===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Runs layers of well-known networks on one thread, by turns with what they are compared
// with: bare loops of this CPU's multiplications and the layer by oneDNN. So all of them
// meet the same frequency and the same disturbances, and ratios are of medians.
//
//===----------------------------------------------------------------------===//

#include "BareLoops.h"
#include "OneDnn.h"

#include <algorithm>
#include <benchmark/benchmark.h>
#include <chrono>

using namespace cim;
using namespace cim::bench;

namespace {

/// One of those that run by turns, and the seconds that each turn took.
struct Contestant {
  std::function<void()> run;
  std::vector<double> seconds;

  double turn() {
    auto begin = std::chrono::steady_clock::now();
    run();
    seconds.push_back(
        std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count());
    return seconds.back();
  }

  double median() const {
    std::vector<double> sorted = seconds;
    std::nth_element(sorted.begin(), sorted.begin() + sorted.size() / 2, sorted.end());
    return sorted[sorted.size() / 2];
  }
};

/// A layer and what it is compared with. Made once for all calls of Google Benchmark.
struct Contest {
  Contest(const LayerShape &shape, const Mapping &mapping)
      : layer(shape, mapping), ours{[this] { layer.run(); }, {}},
        floats{makeOneDnnLayer(shape, false), {}} {
    if (mapping.adc == Mapping::Ideal || mapping.adc == Mapping::Outputs)
      bytes.run = makeOneDnnLayer(shape, true);
    if (loops)
      for (auto [contestant, loop] :
           {std::pair(&dot, loops->dot), {&digits, loops->digits}, {&lookup, loops->lookup}})
        contestant->run = [this, run = loop.run] { run(operands.get()); };
    for (Contestant *contestant : all())
      contestant->run(); // Once, so that memory is there.
  }

  std::vector<Contestant *> all() {
    std::vector<Contestant *> present;
    for (Contestant *contestant : {&ours, &floats, &bytes, &dot, &digits, &lookup})
      if (contestant->run)
        present.push_back(contestant);
    return present;
  }

  void report(benchmark::State &state) {
    double time = ours.median(), rate = layer.multiplications() / time;
    state.counters["ms"] = 1e3 * time; // Google Benchmark itself has only the mean.
    state.counters["MAC/s"] = rate;
    state.counters["bound%"] = 100 * layer.bound();
    if (loops)
      for (auto [name, contestant, loop] : {std::tuple("dot%", &dot, &loops->dot),
                                            {"digits%", &digits, &loops->digits},
                                            {"lookup%", &lookup, &loops->lookup}})
        state.counters[name] = 100 * rate / (loop->multiplications / contestant->median());
    state.counters["/float"] = time / floats.median();
    if (bytes.run)
      state.counters["/int8"] = time / bytes.median();
    state.SetLabel(std::string(runtime::mvmIsa()) +
                   (loops ? std::string(", dot is ") + loops->name : ""));
  }

  const BareLoops *loops = findBareLoops();
  Memory operands = allocate(kOperandBytes);
  Layer layer;
  Contestant ours, floats, bytes, dot, digits, lookup;
};

/// The contest of the case that runs. Others are freed: weights are large.
class Arena {
public:
  Contest &get(const std::string &name, const LayerShape &shape, const Mapping &mapping) {
    if (name != current) {
      contest.reset();
      contest = std::make_unique<Contest>(shape, mapping);
      current = name;
    }
    return *contest;
  }

private:
  std::string current;
  std::unique_ptr<Contest> contest;
};

} // namespace

static void addCase(Arena &arena, const std::string &name, const LayerShape &shape,
                    const Mapping &mapping) {
  benchmark::RegisterBenchmark(name.c_str(),
                               [&arena, name, shape, mapping](benchmark::State &state) {
                                 Contest &contest = arena.get(name, shape, mapping);
                                 for (Contestant *contestant : contest.all())
                                   contestant->seconds.clear();
                                 for (auto _ : state)
                                   for (Contestant *contestant : contest.all())
                                     if (double seconds = contestant->turn();
                                         contestant == &contest.ours)
                                       state.SetIterationTime(seconds);
                                 contest.report(state);
                               })
      ->UseManualTime()
      ->Unit(benchmark::kMillisecond);
}

/// ResNet-20 on arrays of 128 rows, the others on 256; an ADC clips.
static void addCases(Arena &arena) {
  const Mapping w1 = {1, 1, 256, 4}, w3 = {3, 1, 128, 4}, w4 = {4, 2, 256, 4}, w8 = {8, 2, 256, 8},
                ideal = {8, 2, 256, 8, Mapping::Ideal}, table4 = {4, 2, 256, 4, Mapping::Table},
                table5 = {4, 2, 256, 5, Mapping::Table}, table6 = {4, 2, 256, 6, Mapping::Table},
                table8 = {4, 2, 256, 8, Mapping::Table},
                outputs4 = {8, 2, 256, 4, Mapping::Outputs},
                outputs6 = {8, 2, 256, 6, Mapping::Outputs},
                outputs8 = {8, 2, 256, 8, Mapping::Outputs},
                offset = {4, 2, 256, 4, Mapping::Linear, format::MappingKind_Offset};
  auto add = [&](const std::string &layer, const LayerShape &shape,
                 std::initializer_list<std::pair<const char *, Mapping>> mappings) {
    for (auto &[suffix, mapping] : mappings)
      addCase(arena, layer + "/" + suffix, shape, mapping);
  };
  for (auto [name, shape] : {std::pair("resnet20/32x32x16", LayerShape{32, 16, 16}),
                             {"resnet20/16x16x32", {16, 32, 32}},
                             {"resnet20/8x8x64", {8, 64, 64}},
                             {"resnet20/8x8x64_batch16", {8, 64, 64, false, 16}}})
    add(name, shape, {{"w3a3", w3}});
  for (auto [name, shape] : {std::pair("resnet18/56x56x64", LayerShape{56, 64, 64}),
                             {"resnet18/28x28x128", {28, 128, 128}},
                             {"resnet18/14x14x256", {14, 256, 256}},
                             {"resnet18/7x7x512", {7, 512, 512}},
                             {"resnet18/7x7x512_batch16", {7, 512, 512, false, 16}}})
    add(name, shape, {{"w4a4", w4}, {"w8a8", w8}, {"ideal", ideal}});
  add("resnet18/14x14x256", {14, 256, 256},
      {{"w1a1", w1},
       {"table4", table4},
       {"table5", table5},
       {"table6", table6},
       {"table8", table8},
       {"outputs4", outputs4},
       {"outputs6", outputs6},
       {"outputs8", outputs8},
       {"offset", offset}});
  for (int64_t batch : {1, 16})
    add("vgg_fc1/" + std::to_string(batch), {batch, 25088, 4096, true},
        {{"w4a4", w4}, {"w8a8", w8}, {"ideal", ideal}, {"outputs4", outputs4}});
  add("vit_mlp/50", {50, 768, 3072, true}, {{"w4a4", w4}, {"w8a8", w8}, {"ideal", ideal}});
}

int main(int argc, char **argv) {
  Arena arena;
  addCases(arena);
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv))
    return 2;
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
