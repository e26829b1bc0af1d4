//===- cim-translate.cpp - Models and programs to IR and back ---*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// One translation per run, from the input file to standard output or `-o`.
//
//===----------------------------------------------------------------------===//

#include "cim-mlir/Frontend/ONNX/Import.h"
#include "mlir/IR/AsmState.h"
#include "mlir/IR/MLIRContext.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/ToolOutputFile.h"

using namespace mlir;
namespace cl = llvm::cl;

enum class Translation { OnnxToMlir };

static cl::opt<Translation> translation(cl::desc("Translation:"), cl::Required,
                                        cl::values(clEnumValN(Translation::OnnxToMlir,
                                                              "onnx-to-mlir",
                                                              "import an ONNX model as tosa")));
static cl::opt<std::string> inputFile(cl::Positional, cl::desc("<input file>"), cl::init("-"));
static cl::opt<std::string> outputFile("o", cl::desc("Output file"), cl::value_desc("file"),
                                       cl::init("-"));

int main(int argc, char **argv) {
  llvm::InitLLVM init(argc, argv);
  registerAsmPrinterCLOptions();
  registerMLIRContextCLOptions();
  cl::ParseCommandLineOptions(argc, argv, "cim-mlir translation driver\n");
  MLIRContext context;
  OwningOpRef<ModuleOp> module = cim::onnx_frontend::importOnnx(inputFile, &context);
  if (!module)
    return 1;
  std::error_code error;
  llvm::ToolOutputFile output(outputFile, error, llvm::sys::fs::OF_Text);
  if (error) {
    llvm::errs() << outputFile << ": error: " << error.message() << '\n';
    return 1;
  }
  module->print(output.os());
  output.keep();
  return 0;
}
