//===- Vary.cpp - Loaded programs with drawn cells ------------------------===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Reads and checks the options of device variation, and draws the cells of all crossbar layers.
//
//===----------------------------------------------------------------------===//

#include "Program.h"

#include <algorithm>
#include <charconv>
#include <sstream>

using namespace cim::format;
using namespace cim::runtime;

//===----------------------------------------------------------------------===//
// Options
//===----------------------------------------------------------------------===//

namespace {
struct Option {
  const char *name;
  double cim_variation::*value;
  double most;
};
} // namespace

/// Bounds leave room for every use and keep all arithmetic finite.
static constexpr Option kOptions[] = {
    {"cell_lognormal", &cim_variation::cell_lognormal, 100},
    {"weight_lognormal", &cim_variation::weight_lognormal, 100},
    {"proportional", &cim_variation::proportional, 100},
    {"gaussian", &cim_variation::gaussian, 65536},
    {"stuck_off", &cim_variation::stuck_off, 1},
    {"stuck_on", &cim_variation::stuck_on, 1},
    {"on_off_ratio", &cim_variation::on_off_ratio, 1e30},
    {"read_noise", &cim_variation::read_noise, 65536},
    {"drift_time", &cim_variation::drift_time, 1e30},
    {"drift_nu", &cim_variation::drift_nu, 100},
    {"drift_nu_sigma", &cim_variation::drift_nu_sigma, 100},
    {"reference_variation", &cim_variation::reference_variation, 1},
};

template <typename... Parts> static std::string join(const Parts &...parts) {
  std::ostringstream text;
  (text << ... << parts);
  return text.str();
}

std::string cim::runtime::checkVariation(const cim_variation &variation) {
  for (const Option &option : kOptions) {
    double value = variation.*option.value;
    if (!(value >= 0 && value <= option.most))
      return join("'", option.name, "' must be in 0..", option.most, ", got ", value);
  }
  for (const Option &option : kOptions) {
    double value = variation.*option.value;
    bool isRatio = option.value == &cim_variation::on_off_ratio;
    if (isRatio && value != 0 && value <= 1)
      return join("'on_off_ratio' must be greater than 1, got ", value);
    if (option.value == &cim_variation::drift_time && value != 0 && value < 1)
      return join("'drift_time' must be at least 1, got ", value);
    if (option.value == &cim_variation::reference_variation && value != 0 && value != 1)
      return join("'reference_variation' must be 0 or 1, got ", value);
  }
  for (auto [name, exponent] : {std::pair("drift_nu", variation.drift_nu),
                                std::pair("drift_nu_sigma", variation.drift_nu_sigma)})
    if (exponent > 0 && variation.drift_time == 0)
      return join("'", name, "' needs 'drift_time', got none");
  double stuck = variation.stuck_off + variation.stuck_on;
  if (stuck > 1)
    return join("'stuck_off' and 'stuck_on' must sum up to at most 1, got ", stuck);
  return {};
}

/// The names of all options.
static std::string listOptions() {
  std::string names;
  for (const Option &option : kOptions)
    names += (names.empty() ? "" : ", ") + std::string(option.name);
  return names;
}

/// What only text can say: 0 is none in the C API, but whoever gives a ratio or a time means one.
static std::string checkGiven(const std::vector<std::string> &names,
                              const cim_variation &variation) {
  auto isGiven = [&](const char *name) { return std::count(names.begin(), names.end(), name) > 0; };
  if (isGiven("on_off_ratio") && variation.on_off_ratio == 0)
    return "'on_off_ratio' must be greater than 1, got 0";
  if (isGiven("drift_time") && variation.drift_time == 0)
    return "'drift_time' must be at least 1, got 0";
  if (isGiven("drift_time") && !isGiven("drift_nu") && !isGiven("drift_nu_sigma"))
    return "'drift_time' needs 'drift_nu' or 'drift_nu_sigma', got neither";
  return {};
}

/// Reads one "key=value" into `variation`.
static std::string parseOption(const std::string &text, cim_variation &variation) {
  size_t equals = std::min(text.find('='), text.size());
  std::string name = text.substr(0, equals);
  const auto *option = std::find_if(std::begin(kOptions), std::end(kOptions),
                                    [&](const Option &option) { return name == option.name; });
  if (option == std::end(kOptions))
    return "unknown variation '" + name + "', must be one of " + listOptions();
  const char *begin = text.data() + std::min(equals + 1, text.size());
  const char *end = text.data() + text.size();
  double value = 0;
  auto [stop, error] = std::from_chars(begin, end, value);
  if (begin == end || stop != end || error != std::errc())
    return "'" + name + "' must be a number, got '" + std::string(begin, end) + "'";
  variation.*option->value = value;
  return {};
}

std::string cim::runtime::parseVariation(const std::string &text, cim_variation &variation) {
  variation = {};
  std::istringstream list(text);
  std::vector<std::string> names;
  for (std::string item; std::getline(list, item, ',');) {
    std::string reason = parseOption(item, variation);
    if (!reason.empty())
      return reason;
    names.push_back(item.substr(0, item.find('=')));
    if (std::count(names.begin(), names.end(), names.back()) > 1)
      return "'" + names.back() + "' is given twice";
  }
  if (names.empty() || text.back() == ',')
    return "variations must be key=value,key=value..., got '" + text + "'";
  std::string reason = checkVariation(variation);
  return reason.empty() ? checkGiven(names, variation) : reason;
}

std::string LoadedProgram::vary(const cim_variation *options) {
  varied.clear();
  if (!options)
    return {};
  std::vector<std::shared_ptr<const VariedLayer>> layers(plans.size());
  for (size_t i = 0; i < plans.size(); ++i) {
    if (!plans[i])
      continue;
    const Mvm &mvm = data.mvms[data.instructions[i].params()];
    PackedShape packed = packedShape(data, mvm);
    std::vector<int8_t> codes;
    cim_variation own = *options;
    if (plans[i]->computed) {
      packed.groups = 1;
      own.drift_time = 0; // Read as soon as they are written.
    } else {
      codes.resize(packed.groups * packed.rows * packed.columns);
      unpackWeights(packed, plans[i]->weights, codes.data());
    }
    auto layer = std::make_shared<VariedLayer>(*plans[i], own, mvm.arrays());
    if (!layer->draw(codes, packed))
      return "layer '" + data.strings[data.instructions[i].name()] +
             "': drawn cells must have partial sums below 2^24";
    layers[i] = std::move(layer);
  }
  varied = std::move(layers);
  return {};
}
