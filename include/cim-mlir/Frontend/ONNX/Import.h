//===- Import.h - ONNX models to tosa ---------------------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The only room that knows ONNX.
//
//===----------------------------------------------------------------------===//

#ifndef CIM_MLIR_FRONTEND_ONNX_IMPORT_H
#define CIM_MLIR_FRONTEND_ONNX_IMPORT_H

#include "cim-mlir/Data/Arrays.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringRef.h"
#include <string>

namespace cim::onnx_frontend {

struct ImportOptions {
  /// Values of inputs: each becomes a constant, and the function has no such argument.
  llvm::StringMap<data::Array> frozen;
  /// Shapes of inputs whose dimensions the model leaves open, or that it gives none.
  llvm::StringMap<llvm::SmallVector<int64_t>> shapes;
  /// Set to the name of an input if import fails because its value is not known: a shape, an
  /// axis, or a tensor without elements. May be null.
  std::string *needed = nullptr;
};

/// Adds to `options` what a command line says of inputs: values as NAME=FILE, FILE being a .npy
/// file, and shapes as NAME=1x3x224x224. Returns an empty string or the reason of refusal.
std::string readInputOptions(llvm::ArrayRef<std::string> freeze, llvm::ArrayRef<std::string> shapes,
                             ImportOptions &options);

/// Reads an ONNX model (binary protobuf, protobuf text or ONNX text syntax) and returns a module
/// with one public function `main` of `tosa` operations. Arguments and results
/// carry their ONNX names as the attribute `cim.name`; operations carry the node
/// name as a name location. Errors are emitted on the context at the location of
/// the file and name file, node, operator and value; the result is then null.
mlir::OwningOpRef<mlir::ModuleOp> importOnnx(llvm::StringRef path, mlir::MLIRContext *context,
                                             const ImportOptions &options = {});

} // namespace cim::onnx_frontend

#endif // CIM_MLIR_FRONTEND_ONNX_IMPORT_H
