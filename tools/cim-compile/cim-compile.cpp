//===- cim-compile.cpp - A model to a crossbar program ----------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The command line of the compiler; what it does is in lib/Pipeline.
//
//===----------------------------------------------------------------------===//

#include "cim-mlir/Pipeline/Compiler.h"
#include "cim-mlir/Pipeline/Diagnostics.h"
#include "cim-mlir/Pipeline/Pipelines.h"
#include "cim-runtime/OutputFile.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Process.h"

#include <CLI/CLI.hpp>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <new>
#include <regex>

/// Reads w8a8 or w6a6p4 into the widths of the options.
static std::string parsePrecision(const std::string &text, cim::CompileOptions &options) {
  static const std::regex form("w([0-9]{1,2})a([0-9]{1,2})(p([0-9]{1,2}))?");
  std::smatch match;
  if (!std::regex_match(text, match, form))
    return "'--precision' must have the form w8a8 or w6a6p4, got '" + text + "'";
  int weight = std::stoi(match[1]), activation = std::stoi(match[2]);
  int adc = match[4].matched ? std::stoi(match[4]) : 0; // 0: the target's
  options.precision = {weight, activation, adc};
  bool valid = weight >= 2 && weight <= 8 && activation >= 1 && activation <= 8 &&
               (!match[4].matched || (adc >= 1 && adc <= 16));
  return valid ? "" : "'--precision' takes w2..w8, a1..a8 and p1..p16, got '" + text + "'";
}

static std::string parseInputEncoding(const std::string &text, cim::CompileOptions &options) {
  options.inputEncoding = cim::symbolizeInputEncoding(text);
  return options.inputEncoding ? ""
                               : "'--input-encoding' must be offset, twos_complement or "
                                 "differential, got '" +
                                     text + "'";
}

/// Reads `random:SEED` or a file name.
static std::string parseCalibration(const std::string &text, cim::CompileOptions &options) {
  if (text.rfind("random:", 0) != 0) {
    options.calibration = text;
    return "";
  }
  static const std::regex number("[0-9]{1,19}");
  std::string seed = text.substr(7);
  if (!std::regex_match(seed, number))
    return "'--calibration=random:SEED' needs a number, got '" + seed + "'";
  options.calibrate.random = true;
  options.calibrate.seed = std::stoull(seed);
  return "";
}

/// An option whose text `parse` reads; it returns an empty string or the reason of refusal.
static CLI::Option *addParsed(CLI::App &app, const char *name, cim::CompileOptions &options,
                              std::string (*parse)(const std::string &, cim::CompileOptions &),
                              const char *help) {
  auto read = [&options, parse](const std::string &text) {
    if (std::string error = parse(text, options); !error.empty())
      throw CLI::ValidationError(error);
  };
  return app.add_option_function<std::string>(name, read, help);
}

/// What decides the scales.
static void addCalibrationOptions(CLI::App &app, cim::CompileOptions &options) {
  addParsed(app, "--calibration", options, parseCalibration,
            "calibration data (.npy, .npz, IDX) or random:SEED");
  app.add_option("--calibration-samples", options.calibrate.samples,
                 "samples used, evenly spaced over the data")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  app.add_option("--calibration-positions", options.calibrate.positions,
                 "output positions per layer and sample that partial-sum calibration looks at")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  app.add_option("--scale-input", options.scaleInput,
                 "factor of integer calibration data (default: 1/255 for uint8)")
      ->check([](const std::string &text) {
        double value = std::strtod(text.c_str(), nullptr);
        return std::isfinite(value) && value > 0 ? "" : "must be finite and greater than 0";
      });
  static const std::map<std::string, cim::quant::Method> methods = {
      {"minmax", cim::quant::Method::MinMax}, {"mse", cim::quant::Method::Mse}};
  auto addMethod = [&](const char *name, cim::quant::Method &method, const char *what) {
    std::string help = std::string("how scales of ") + what + " are chosen (default: " +
                       (method == cim::quant::Method::Mse ? "mse)" : "minmax)");
    app.add_option(name, method, help)
        ->transform(CLI::CheckedTransformer(methods))
        ->option_text("minmax|mse");
  };
  addMethod("--activation-calibrator", options.calibrate.activation, "activations");
  addMethod("--weight-calibrator", options.calibrate.weight, "weights");
  addMethod("--partial-sum-calibrator", options.calibrate.partialSum, "partial sums");
}

static void addOptions(CLI::App &app, cim::CompileOptions &options) {
  app.add_option("model", options.input, "ONNX model, or MLIR (.mlir, .mlirbc)")->required();
  app.add_option("--freeze", options.freeze,
                 "make an input of the ONNX model a constant: NAME=FILE.npy (may be repeated)")
      ->option_text("NAME=FILE");
  app.add_option("--shape", options.shapes,
                 "shape of an input of the ONNX model whose dimensions are symbolic or unknown: "
                 "NAME=1x3x224x224 (may be repeated)")
      ->option_text("NAME=SHAPE");
  app.add_option("-o,--output", options.output, "program file, or MLIR text with --emit");
  app.add_option("--target", options.target, "target description (YAML)");
  app.add_option("--report", options.report,
                 "write costs per layer as JSON (\"-\": to standard output); without -o "
                 "nothing else is done");
  app.add_flag("--table", options.table,
               "print costs per layer; done for --report on a terminal, too");
  app.add_flag("--digital", options.digital, "leave every layer digital");
  addParsed(app, "--precision", options, parsePrecision,
            "uniform widths: w8a8, or w6a6p4 with the bits of the ADC");
  app.add_option("--policy", options.policy,
                 "widths, granularities, mapping and scales per layer (.json by name, .csv or .npy "
                 "by order); what it leaves open is as --precision and the target say");
  app.add_flag("--dump-policy{-}", options.dumpPolicy,
               "write the policy of this compilation as JSON, to standard output or =FILE; without "
               "-o there is no program");
  app.add_flag("--with-scales", options.withScales,
               "write the scales, too: --policy needs no calibration data then");
  addParsed(app, "--input-encoding", options, parseInputEncoding,
            "how signed layer inputs are fed (default: as the target says); inputs that "
            "calibration never sees negative are fed by offset")
      ->option_text("offset|twos_complement|differential");
  addCalibrationOptions(app, options);
  static const std::map<std::string, cim::Stage> stages = {{"tosa", cim::Stage::Tosa},
                                                           {"cim", cim::Stage::Cim},
                                                           {"arrays", cim::Stage::Arrays},
                                                           {"xbar", cim::Stage::Xbar},
                                                           {"program", cim::Stage::Program}};
  app.add_option("--emit", options.emit, "stop at a level: tosa, cim, arrays, xbar, program")
      ->transform(CLI::CheckedTransformer(stages))
      ->option_text("LEVEL");
}

/// Whether a level is written as text.
static bool writesText(const cim::CompileOptions &options) {
  return options.emit != cim::Stage::Program && options.emit != cim::Stage::Mapped;
}

/// Costs and policies alone need no program, and scales only if they are told. On a terminal a
/// report is shown, too.
static void chooseOutputs(cim::CompileOptions &options) {
  bool wantsCost = options.table || !options.report.empty();
  bool calibrates = options.calibrate.random || !options.calibration.empty();
  bool wantsPolicy = !options.dumpPolicy.empty();
  if (options.emit == cim::Stage::Program && options.output.empty() && (wantsCost || wantsPolicy) &&
      (!calibrates || options.withScales))
    options.emit = cim::Stage::Mapped;
  bool printed = options.report == "-" || options.dumpPolicy == "-" || writesText(options);
  if (!options.report.empty() && !printed && llvm::sys::Process::StandardOutIsDisplayed())
    options.table = true;
}

/// No output may be an input or another output.
static std::string checkPlaces(const cim::CompileOptions &options) {
  const std::pair<const char *, const std::string *> outputs[] = {
      {"output", &options.output}, {"report", &options.report}, {"policy", &options.dumpPolicy}};
  for (const auto &[what, output] : outputs) {
    for (const std::string &input :
         {options.input, options.target, options.policy, options.calibration})
      if (llvm::sys::fs::equivalent(*output, input))
        return "'" + *output + "' is an input, it may not be the output too";
    // A place that cannot be looked up is reported when it is written.
    for (const auto *other = outputs; other->second != output; ++other)
      if (!output->empty() && !other->second->empty() &&
          cim::format::isSamePlace(*other->second, *output))
        return "'" + *other->second + "' cannot be both " + other->first + " and " + what;
  }
  return "";
}

/// What no single option shows; returns an empty string or the reason of refusal.
static std::string checkOutputs(const cim::CompileOptions &options) {
  if (options.emit == cim::Stage::Program && (options.output.empty() || options.output == "-"))
    return "a program needs an output file, give -o (costs alone need --report or --table and "
           "no --calibration)";
  if (options.emit == cim::Stage::Tosa && (options.table || !options.report.empty()))
    return std::string("'") + (options.table ? "--table" : "--report") +
           "' needs mapped layers, '--emit=tosa' stops before them";
  bool hasPolicy = !options.policy.empty() || !options.dumpPolicy.empty();
  if (hasPolicy && (options.digital || options.emit == cim::Stage::Tosa))
    return "policies need mapped layers, '--digital' and '--emit=tosa' leave none";
  if (options.withScales && options.dumpPolicy.empty())
    return "'--with-scales' is for '--dump-policy'";
  bool printsText = writesText(options) && (options.output.empty() || options.output == "-");
  if (printsText + options.table + (options.report == "-") + (options.dumpPolicy == "-") > 1)
    return "'--table', '--report=-', '--dump-policy' and the text of '--emit' all go to standard "
           "output, give a file to all but one";
  return checkPlaces(options);
}

/// Code without exceptions cannot tell its callers.
static void endWithoutMemory() {
  std::fputs("cim-compile: error: out of memory\n", stderr);
  std::_Exit(1);
}

int main(int argc, char **argv) {
  std::set_new_handler(endWithoutMemory);
  cim::CompileOptions options;
  CLI::App app("Compiles a neural network to a crossbar program.", "cim-compile");
  addOptions(app, options);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError &error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  chooseOutputs(options);
  if (std::string error = checkOutputs(options); !error.empty()) {
    std::cerr << "cim-compile: " << error << "\n";
    return 2;
  }
  mlir::DialectRegistry registry;
  cim::registerAllDialects(registry);
  mlir::MLIRContext context(registry);
  context.printOpOnDiagnostic(false);
  cim::DiagnosticPrinter printer(&context, options.input);
  options.showProgress = [&](llvm::StringRef text) { printer.showProgress(text); };
  return mlir::succeeded(cim::compile(options, &context)) ? 0 : 1;
}
