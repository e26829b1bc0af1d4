//===- Clusters.cpp - Consecutive samples -----------------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See Clusters.h. The best k parts of the first n samples end with a last part whose
// begin grows with n: each half of the ends needs to try one side of the begins only.
//
//===----------------------------------------------------------------------===//

#include "Clusters.h"
#include <algorithm>
#include <limits>

using namespace cim::quant;

Clusters::Clusters(const Samples &samples) : samples(samples), prefixes(samples.size() + 1) {
  double count = 0, sum = 0;
  for (const Sample &sample : samples) {
    count += sample.count;
    sum += sample.count * sample.value;
  }
  centre = count == 0 ? 0 : sum / count;
  for (size_t i = 0; i < samples.size(); ++i) {
    double value = samples[i].value - centre, weighted = samples[i].count * value;
    prefixes[i + 1] = {prefixes[i].count + samples[i].count, prefixes[i].value + weighted,
                       prefixes[i].square + weighted * value};
  }
}

double Clusters::mean(size_t begin, size_t end) const {
  // Of one value exactly that one.
  if (end - begin == 1)
    return samples[begin].value;
  return centre + (prefixes[end].value - prefixes[begin].value) /
                      (prefixes[end].count - prefixes[begin].count);
}

double Clusters::error(size_t begin, size_t end) const {
  const Sums &first = prefixes[begin], &last = prefixes[end];
  double value = last.value - first.value;
  return last.square - first.square - value * value / (last.count - first.count);
}

std::vector<size_t> Clusters::cut(const std::vector<double> &thresholds) const {
  std::vector<size_t> cuts = {0};
  for (double threshold : thresholds) {
    auto above =
        std::upper_bound(samples.begin(), samples.end(), threshold,
                         [](double value, const Sample &sample) { return value < sample.value; });
    cuts.push_back(size_t(above - samples.begin()));
  }
  cuts.push_back(samples.size());
  return cuts;
}

size_t Clusters::firstAbove(double part) const {
  double wanted = part * prefixes.back().count;
  auto above =
      std::upper_bound(prefixes.begin() + 1, prefixes.end(), wanted,
                       [](double count, const Sums &prefix) { return count < prefix.count; });
  return std::min(size_t(above - prefixes.begin()), samples.size()) - 1;
}

size_t Clusters::nearestCut(double part) const {
  double wanted = part * prefixes.back().count;
  size_t end = firstAbove(part);
  return wanted - prefixes[end].count <= prefixes[end + 1].count - wanted ? end : end + 1;
}

namespace {

/// One row of the dynamic program: the least errors of parts of the first 1, 2, ... samples into
/// one part more than `before` has.
class Row {
public:
  Row(const Clusters &clusters, const std::vector<double> &before, std::vector<double> &errors,
      std::vector<uint32_t> &begins)
      : clusters(clusters), before(before), errors(errors), begins(begins) {}

  /// Fills in ends first..last, knowing that their last parts begin in low..high.
  void fill(size_t first, size_t last, size_t low, size_t high) {
    size_t end = first + (last - first) / 2, best = low;
    double least = std::numeric_limits<double>::infinity();
    for (size_t begin = low; begin <= high && begin < end; ++begin) {
      double error = before[begin] + clusters.error(begin, end);
      if (error < least) {
        least = error;
        best = begin;
      }
    }
    errors[end] = least;
    begins[end] = static_cast<uint32_t>(best);
    if (first < end)
      fill(first, end - 1, low, best);
    if (end < last)
      fill(end + 1, last, best, high);
  }

private:
  const Clusters &clusters;
  const std::vector<double> &before;
  std::vector<double> &errors;
  std::vector<uint32_t> &begins;
};

} // namespace

std::vector<size_t> Clusters::optimalCuts(size_t count) const {
  size_t size = samples.size();
  std::vector<double> before(size + 1), errors(size + 1);
  for (size_t end = 1; end <= size; ++end)
    before[end] = error(0, end);
  std::vector<std::vector<uint32_t>> begins(count, std::vector<uint32_t>(size + 1));
  for (size_t parts = 2; parts <= count; ++parts) {
    Row(*this, before, errors, begins[parts - 1]).fill(parts, size, parts - 1, size - 1);
    std::swap(before, errors);
  }
  std::vector<size_t> cuts(count + 1);
  cuts[count] = size;
  for (size_t parts = count; parts-- > 0;)
    cuts[parts] = begins[parts][cuts[parts + 1]];
  return cuts;
}
