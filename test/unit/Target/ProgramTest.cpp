//===- ProgramTest.cpp - What the disassembler refuses ----------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Files that the loader accepts but no xbar.program can express, made with the
// writer because the exporter never makes them.
//
//===----------------------------------------------------------------------===//

#include "cim-mlir/Target/Program.h"
#include "cim-runtime/ProgramFile.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/MLIRContext.h"
#include <gtest/gtest.h>

using namespace cim;

static constexpr int64_t kSectionBytes = 1 << 14;

/// The errors of reading a file with these contents.
static std::string readErrors(format::ProgramData data) {
  std::string path = testing::TempDir() + "cim-program-test.cim";
  format::ProgramWriter writer;
  EXPECT_EQ(writer.open(path), "");
  const int8_t weights[kSectionBytes] = {};
  uint64_t offset = 0;
  EXPECT_EQ(writer.addSection(weights, sizeof(weights), offset), "");
  data.strings = {""};
  for (format::Arrays &arrays : data.arrays)
    arrays.mutate_section_offset(offset);
  EXPECT_EQ(writer.finish(data), "");
  mlir::MLIRContext context;
  std::string errors;
  mlir::ScopedDiagnosticHandler handler(&context,
                                        [&](mlir::Diagnostic &error) { errors += error.str(); });
  bool refused = !readProgramFile(path, &context);
  EXPECT_EQ(refused, !errors.empty());
  remove(path.c_str());
  return errors;
}

TEST(ProgramImport, ReadsAnEmptyProgram) {
  format::ProgramData data;
  data.name = "empty";
  EXPECT_EQ(readErrors(data), "");
}

TEST(ProgramImport, RefusesWhatIsNoTarget) {
  format::ProgramData data;
  data.name = "main";
  data.target = "42 : i64";
  EXPECT_EQ(readErrors(data), "the target of a program must be a #cim.target, got '42 : i64'");
}

/// The errors of an empty program with this target.
static std::string targetErrors(const std::string &target) {
  format::ProgramData data;
  data.name = "main";
  data.target = target;
  return readErrors(data);
}

TEST(ProgramImport, BoundsTheTargetBeforeItIsParsed) {
  const std::string bounds =
      "the target of a program must have at most 4096 characters and 32 levels of brackets, got ";
  const std::string open = "#cim.target<", wrong = "the target of a program must be a #cim.target";
  auto contains = [](const std::string &text, const std::string &part) {
    return text.find(part) != std::string::npos;
  };
  EXPECT_TRUE(contains(targetErrors(open + std::string(31, '[')), wrong));
  EXPECT_EQ(targetErrors(open + std::string(32, '[')), bounds + "44 and 33");
  EXPECT_TRUE(contains(targetErrors(open + std::string(4084, '-')), wrong));
  EXPECT_EQ(targetErrors(open + std::string(4085, '-')), bounds + "4097 and 1");
  EXPECT_EQ(targetErrors(std::string(1 << 20, '(')), bounds + "1048576 and 1048576");
}

TEST(ProgramImport, RefusesConstantsThatShareTheirBytes) {
  auto errors = [](size_t constants) {
    format::ProgramData data;
    data.name = "main";
    std::array<int64_t, 6> dims = {kSectionBytes, 1, 1, 1, 1, 1};
    data.tensors.resize(constants,
                        format::Tensor(64, dims, 1, format::ElementType_I8, format::Space_File));
    return readErrors(data);
  };
  EXPECT_EQ(errors(16), "");
  EXPECT_EQ(errors(20), "constants must have at most 16 times the bytes of the file");
}

TEST(ProgramImport, RefusesArraysThatNoLayerReads) {
  format::ProgramData data;
  data.name = "main";
  data.ints = {1};
  data.arrays.emplace_back(1, 1, 1, 1, format::Span(0, 1), format::Span(0, 1), 0, 64, 0, 0, 1,
                           format::MappingKind_DifferentialColumn, /*whole=*/true, 0, 0, 0);
  data.instructions.emplace_back(format::Span(0, 0), 0, 0, 0, 0.0, format::Opcode_WriteArrays, 0);
  EXPECT_EQ(readErrors(data), "arrays 0 must be read by a layer, got none");
}
