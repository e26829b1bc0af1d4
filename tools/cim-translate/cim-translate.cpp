//===- cim-translate.cpp - Models and programs to IR and back ---*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// One translation per run, from the input file to standard output or `-o`. Exit
// code 1 is an error in the input, 2 one in the command line.
//
//===----------------------------------------------------------------------===//

#include "cim-mlir/Frontend/ONNX/Import.h"
#include "cim-mlir/Pipeline/Diagnostics.h"
#include "cim-mlir/Target/Program.h"
#include "cim-mlir/Target/TextFile.h"
#include "mlir/IR/AsmState.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/Parser/Parser.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/InitLLVM.h"

using namespace mlir;
namespace cl = llvm::cl;

enum class Translation { OnnxToMlir, ProgramToMlir, MlirToProgram };

static cl::OptionCategory category("cim-translate options");
static cl::opt<Translation> translation(
    cl::desc("Translation:"), cl::Required, cl::cat(category),
    cl::values(clEnumValN(Translation::OnnxToMlir, "onnx-to-mlir", "import an ONNX model as tosa"),
               clEnumValN(Translation::ProgramToMlir, "program-to-mlir",
                          "disassemble a program file"),
               clEnumValN(Translation::MlirToProgram, "mlir-to-program",
                          "assemble a memory-planned xbar.program")));
static cl::opt<std::string> inputFile(cl::Positional, cl::Required, cl::desc("<input file>"),
                                      cl::cat(category));
static cl::opt<std::string> outputFile("o", cl::desc("Output file"), cl::value_desc("file"),
                                       cl::init("-"), cl::cat(category));

static cl::list<std::string> freeze("freeze",
                                    cl::desc("Make an input of the ONNX model a constant"),
                                    cl::value_desc("NAME=FILE.npy"), cl::cat(category));
static cl::list<std::string>
    shapes("shape", cl::desc("Give an input of the ONNX model with symbolic dimensions a shape"),
           cl::value_desc("NAME=1x3x224x224"), cl::cat(category));

static LogicalResult writeModule(OwningOpRef<ModuleOp> module) {
  if (!module)
    return failure();
  std::string error = cim::writeTextFile(outputFile, [&](llvm::raw_ostream &os) {
    module->print(os);
    os << '\n';
  });
  if (error.empty())
    return success();
  llvm::errs() << outputFile << ": error: " << error << '\n';
  return failure();
}

static LogicalResult assemble(MLIRContext *context) {
  if (outputFile == "-" && llvm::outs().is_displayed()) {
    llvm::errs() << "cim-translate: error: a program is not written to a terminal, use -o\n";
    return failure();
  }
  OwningOpRef<ModuleOp> module = parseSourceFile<ModuleOp>(inputFile, context);
  if (!module)
    return failure();
  auto programs = llvm::to_vector(module->getOps<xbar::ProgramOp>());
  if (programs.size() != 1)
    return module->emitError("the module must hold one xbar.program, got ") << programs.size();
  if (outputFile != "-")
    return cim::writeProgram(programs.front(), outputFile);
  FailureOr<std::vector<uint8_t>> bytes = cim::writeProgramToMemory(programs.front());
  if (failed(bytes))
    return failure();
  llvm::outs().write(reinterpret_cast<const char *>(bytes->data()), bytes->size());
  return success();
}

static OwningOpRef<ModuleOp> importModel(MLIRContext *context) {
  cim::onnx_frontend::ImportOptions options;
  std::string error = cim::onnx_frontend::readInputOptions(freeze, shapes, options);
  if (!error.empty()) {
    emitError(UnknownLoc::get(context), error);
    return {};
  }
  return cim::onnx_frontend::importOnnx(inputFile, context, options);
}

static LogicalResult translate(MLIRContext *context) {
  switch (translation) {
  case Translation::OnnxToMlir:
    return writeModule(importModel(context));
  case Translation::ProgramToMlir:
    return writeModule(cim::readProgramFile(inputFile, context));
  case Translation::MlirToProgram:
    return assemble(context);
  }
  return failure();
}

int main(int argc, char **argv) {
  llvm::InitLLVM init(argc, argv);
  registerAsmPrinterCLOptions();
  cl::HideUnrelatedOptions(category);
  if (!cl::ParseCommandLineOptions(argc, argv, "cim-mlir translation driver\n", &llvm::errs()))
    return 2;
  if (translation != Translation::OnnxToMlir && !(freeze.empty() && shapes.empty())) {
    llvm::errs() << "cim-translate: error: --freeze and --shape need --onnx-to-mlir\n";
    return 2;
  }
  DialectRegistry registry;
  registry.insert<cim::CimDialect, xbar::XbarDialect>();
  MLIRContext context(registry);
  context.printOpOnDiagnostic(false);
  cim::DiagnosticPrinter printer(&context, inputFile);
  return failed(translate(&context));
}
