//===- Options.cpp - The options of the compiler by name --------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See Options.h.
//
//===----------------------------------------------------------------------===//

#include "cim-mlir/Pipeline/Options.h"

#include "llvm/ADT/StringExtras.h"
#include <cmath>

using namespace cim;
using llvm::StringRef;
using Kind = NamedOption::Kind;

//===----------------------------------------------------------------------===//
// Values
//===----------------------------------------------------------------------===//

/// Reads w8a8 or w6a6p4 into the widths of the options.
static std::string readPrecision(StringRef text, CompileOptions &options) {
  auto readWidth = [&](StringRef letter, int64_t &width) {
    return text.consume_front(letter) && !text.consumeInteger(10, width);
  };
  int64_t weight = 0, activation = 0, adc = 0; // 0: the target's
  bool hasForm = readWidth("w", weight) && readWidth("a", activation);
  bool hasAdc = !text.empty();
  if (!hasForm || (hasAdc && !(readWidth("p", adc) && text.empty())))
    return "must have the form w8a8 or w6a6p4";
  options.precision = {weight, activation, adc};
  bool valid = weight >= 1 && weight <= 8 && activation >= 1 && activation <= 8 &&
               (!hasAdc || (adc >= 1 && adc <= 16));
  return valid ? "" : "takes w1..w8, a1..a8 and p1..p16";
}

static std::string readInputEncoding(StringRef text, CompileOptions &options) {
  options.inputEncoding = symbolizeInputEncoding(text);
  return options.inputEncoding ? "" : "must be offset, twos_complement or differential";
}

/// Reads `random:SEED` or a file name.
static std::string readCalibration(StringRef text, CompileOptions &options) {
  options.calibrate.random = text.consume_front("random:");
  options.calibration = options.calibrate.random ? "" : text.str();
  bool valid =
      options.calibrate.random ? !text.getAsInteger(10, options.calibrate.seed) : !text.empty();
  return valid ? "" : "must be a file or random:SEED";
}

static std::string readScale(StringRef text, CompileOptions &options) {
  double &scale = options.scaleInput;
  bool valid = !text.getAsDouble(scale) && std::isfinite(scale) && scale > 0;
  return valid ? "" : "must be finite and greater than 0";
}

//===----------------------------------------------------------------------===//
// Kinds of options
//===----------------------------------------------------------------------===//

/// Where the value of an option is.
template <typename T> using Place = T &(*)(CompileOptions &);

static NamedOption makeFlag(const char *name, Place<bool> place, const char *help) {
  auto read = [place](StringRef text, CompileOptions &options) {
    place(options) = text == "true";
    return text == "true" || text == "false" ? "" : "must be true or false";
  };
  return {name, Kind::Flag, "", help, read};
}

static NamedOption makeFile(const char *name, Place<std::string> place, const char *help) {
  auto read = [place](StringRef text, CompileOptions &options) {
    place(options) = text.str();
    return text.empty() ? "must name a file" : "";
  };
  return {name, Kind::File, "FILE", help, read};
}

static NamedOption makeCount(const char *name, Place<int64_t> place, const char *help) {
  auto read = [place](StringRef text, CompileOptions &options) {
    bool valid = !text.getAsInteger(10, place(options)) && place(options) > 0;
    return valid ? "" : "must be an integer greater than 0";
  };
  CompileOptions defaults;
  return {name, Kind::Value, "N",
          std::string(help) + " (default: " + std::to_string(place(defaults)) + ")", read};
}

/// One of several words.
template <typename T>
static NamedOption makeChoice(const char *name, Place<T> place,
                              const std::vector<std::pair<StringRef, T>> &choices,
                              const char *help) {
  CompileOptions defaults;
  std::vector<StringRef> words;
  StringRef byDefault;
  for (const auto &[word, value] : choices) {
    words.push_back(word);
    if (value == place(defaults))
      byDefault = word;
  }
  auto read = [=](StringRef text, CompileOptions &options) -> std::string {
    for (const auto &[word, value] : choices)
      if (word == text) {
        place(options) = value;
        return "";
      }
    return "must be one of " + llvm::join(words, ", ");
  };
  return {name, Kind::Value, llvm::join(words, "|"),
          std::string(help) + " (default: " + byDefault.str() + ")", read};
}

//===----------------------------------------------------------------------===//
// The options
//===----------------------------------------------------------------------===//

/// What decides the scales.
static void addCalibration(std::vector<NamedOption> &options) {
  using quant::Method;
  options.push_back({"calibration", Kind::File, "FILE|random:SEED",
                     "calibration data (.npy, .npz, IDX) or random:SEED", readCalibration});
  options.push_back(makeCount(
      "calibration-samples", [](CompileOptions &o) -> int64_t & { return o.calibrate.samples; },
      "samples used, evenly spaced over the data"));
  options.push_back(makeCount(
      "calibration-positions", [](CompileOptions &o) -> int64_t & { return o.calibrate.positions; },
      "output positions per layer and sample that partial-sum calibration looks at"));
  options.push_back({"scale-input", Kind::Value, "FLOAT",
                     "factor of integer calibration data (default: 1/255 for uint8)", readScale});
  const std::vector<std::pair<StringRef, Method>> methods = {{"minmax", Method::MinMax},
                                                             {"percentile", Method::Percentile},
                                                             {"mse", Method::Mse},
                                                             {"output_error", Method::OutputError}};
  options.push_back(makeChoice<Method>(
      "activation-calibrator", [](CompileOptions &o) -> Method & { return o.calibrate.activation; },
      methods, "how scales of activations are chosen"));
  options.push_back(makeChoice<Method>(
      "weight-calibrator", [](CompileOptions &o) -> Method & { return o.calibrate.weight; },
      methods, "how scales of weights are chosen"));
  options.push_back(makeChoice<Method>(
      "partial-sum-calibrator",
      [](CompileOptions &o) -> Method & { return o.calibrate.partialSum; }, methods,
      "how scales of partial sums are chosen"));
  using quant::BinarySplit;
  options.push_back(makeChoice<BinarySplit>(
      "binary-split", [](CompileOptions &o) -> BinarySplit & { return o.calibrate.binary; },
      {{"mean", BinarySplit::Mean}, {"free", BinarySplit::Free}},
      "how weights of one bit are split into two levels: at their mean, or where the squared error "
      "is least"));
  using quant::TableMethod;
  options.push_back(makeChoice<TableMethod>(
      "table-calibrator", [](CompileOptions &o) -> TableMethod & { return o.calibrate.table; },
      {{"linear", TableMethod::Linear},
       {"lloyd_max", TableMethod::LloydMax},
       {"cdf", TableMethod::Cdf},
       {"kmeans", TableMethod::KMeans},
       {"bs_kmq", TableMethod::BsKmq},
       {"optimal", TableMethod::Optimal}},
      "how thresholds and levels of table ADCs are chosen"));
}

static std::vector<NamedOption> makeOptions() {
  std::vector<NamedOption> options;
  options.push_back(makeFile(
      "target", [](CompileOptions &o) -> std::string & { return o.target; },
      "target description (YAML)"));
  options.push_back(makeFlag(
      "digital", [](CompileOptions &o) -> bool & { return o.digital; },
      "leave every layer digital"));
  options.push_back({"precision", Kind::Value, "w8a8|w6a6p4",
                     "uniform widths: w8a8, or w6a6p4 with the bits of the ADC", readPrecision});
  options.push_back(makeFile(
      "policy", [](CompileOptions &o) -> std::string & { return o.policy; },
      "widths, granularities, mapping and scales per layer (.json by name, .csv or .npy "
      "by order); what it leaves open is as --precision and the target say"));
  options.push_back({"input-encoding", Kind::Value, "offset|twos_complement|differential",
                     "how signed layer inputs are fed (default: as the target says); inputs that "
                     "calibration never sees negative are fed by offset",
                     readInputEncoding});
  addCalibration(options);
  return options;
}

const std::vector<NamedOption> &cim::getNamedOptions() {
  static const std::vector<NamedOption> options = makeOptions();
  return options;
}

std::string cim::readOption(const NamedOption &option, StringRef name, StringRef value,
                            CompileOptions &options) {
  std::string rule = option.read(value, options);
  options.given.insert(option.name);
  return rule.empty() ? "" : ("'" + name + "' " + rule + ", got '" + value + "'").str();
}
