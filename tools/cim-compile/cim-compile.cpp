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
#include "cim-mlir/Pipeline/Options.h"
#include "cim-mlir/Pipeline/Pipelines.h"
#include "cim-runtime/OutputFile.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Process.h"

#include <CLI/CLI.hpp>
#include <cstdio>
#include <cstdlib>
#include <new>

/// An option of lib/Pipeline's list.
static void addNamedOption(CLI::App &app, const cim::NamedOption &option,
                           cim::CompileOptions &options) {
  std::string name = "--" + option.name;
  auto read = [&option, &options, name](const std::string &text) {
    if (std::string error = cim::readOption(option, name, text, options); !error.empty())
      throw CLI::ValidationError(error);
  };
  if (option.kind == cim::NamedOption::Kind::Flag)
    app.add_flag_callback(name, [read] { read("true"); }, option.help);
  else
    app.add_option_function<std::string>(name, read, option.help)->option_text(option.values);
}

/// Keys of the target.
static void addSettings(CLI::App &app, cim::CompileOptions &options) {
  auto read = [&options](const std::string &text) {
    auto [key, value] = llvm::StringRef(text).split('=');
    if (key.empty() || value.empty())
      throw CLI::ValidationError("'--set' must have the form KEY=VALUE, got '" + text + "'");
    options.targetSettings.emplace_back(key, value);
  };
  app.add_option_function<std::string>("--set", read,
                                       "a key of the target, in place of what the target file or "
                                       "the default target says: adc.bits=6 (may be repeated)")
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
      ->trigger_on_parse()
      ->option_text("KEY=VALUE");
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
  app.add_option("--report", options.report,
                 "write costs per layer as JSON (\"-\": to standard output); without -o "
                 "nothing else is done");
  app.add_flag("--table", options.table,
               "print costs per layer; done for --report on a terminal, too");
  app.add_flag("--dump-policy{-}", options.dumpPolicy,
               "write the policy of this compilation as JSON, to standard output or =FILE; without "
               "-o there is no program");
  app.add_flag("--with-scales", options.withScales,
               "write the scales, too: --policy needs no calibration data then");
  for (const cim::NamedOption &option : cim::getNamedOptions())
    addNamedOption(app, option, options);
  addSettings(app, options);
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
