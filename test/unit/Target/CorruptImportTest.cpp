//===- CorruptImportTest.cpp - Disassembling corrupt programs -------------===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What the loader accepts of the mutants of a program is either a valid module or refused
// with a diagnostic. CIM_TEST_STRIDE (default 5) thins the mutants out.
//
//===----------------------------------------------------------------------===//

#include "CorruptPrograms.h"
#include "Mutants.h"
#include "RandomTest.h"
#include "cim-mlir/Target/Program.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/MLIRContext.h"
#include <fstream>
#include <unistd.h>

using namespace cim;

TEST(ProgramImport, CorruptProgramsAreRefusedOrValid) {
  std::string path = testing::TempDir() + "cim-corrupt" + std::to_string(getpid()) + ".cim";
  uint64_t stride = environmentNumber("CIM_TEST_STRIDE", 5), refused = 0, valid = 0;
  for (const std::vector<uint8_t> &file : {test::crossbarProgram(), test::digitalProgram()}) {
    mlir::MLIRContext context;
    auto import = [&](const std::vector<uint8_t> &bytes) {
      std::ofstream(path, std::ios::binary)
          .write(reinterpret_cast<const char *>(bytes.data()), bytes.size());
      std::string errors;
      mlir::ScopedDiagnosticHandler handler(
          &context, [&](mlir::Diagnostic &error) { errors += error.str(); });
      bool isValid = static_cast<bool>(readProgramFile(path, &context));
      EXPECT_EQ(isValid, errors.empty()) << errors;
      ++(isValid ? valid : refused);
      return errors;
    };
    EXPECT_EQ(import(file), "");
    test::forEachMutant(file, environmentNumber("CIM_TEST_SEED", 1), stride,
                        [&](const test::Mutant &mutant) {
                          SCOPED_TRACE(mutant.field + ": " + mutant.change);
                          import(mutant.file);
                        });
  }
  remove(path.c_str());
  EXPECT_GE(refused, 20000 / stride);
  EXPECT_GE(valid, 2000 / stride);
}
