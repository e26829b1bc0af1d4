//===- Program.h - xbar IR to program files and back ------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The assembler and the disassembler of program files.
//
//===----------------------------------------------------------------------===//

#ifndef CIM_MLIR_TARGET_PROGRAM_H
#define CIM_MLIR_TARGET_PROGRAM_H

#include "cim-runtime/ProgramFile.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"
#include "xbar/IR/XbarOps.h"
#include "llvm/ADT/StringRef.h"
#include <vector>

namespace cim {

/// Writes a memory-planned program to `path`, streaming its weights layer by layer
/// into a temporary file that is renamed at the end. Errors are emitted at the
/// operation; nothing is left behind.
llvm::LogicalResult writeProgram(xbar::ProgramOp program, llvm::StringRef path);

/// The same, to memory.
mlir::FailureOr<std::vector<uint8_t>> writeProgramToMemory(xbar::ProgramOp program);

/// The same, but resources stay where they are: the file refers to them.
mlir::FailureOr<format::ScatteredFile> writeScatteredProgram(xbar::ProgramOp program);

/// Reads a program file back into a module that holds one xbar.program.
mlir::OwningOpRef<mlir::ModuleOp> readProgramFile(llvm::StringRef path, mlir::MLIRContext *context);

} // namespace cim

#endif // CIM_MLIR_TARGET_PROGRAM_H
