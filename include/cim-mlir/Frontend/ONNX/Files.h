//===- Files.h - What ONNX files hold ---------------------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// For those who run a model on data that comes with it, as ONNX's own tests do.
//
//===----------------------------------------------------------------------===//

#ifndef CIM_MLIR_FRONTEND_ONNX_FILES_H
#define CIM_MLIR_FRONTEND_ONNX_FILES_H

#include "cim-mlir/Data/Arrays.h"
#include "llvm/ADT/StringRef.h"
#include <string>
#include <vector>

namespace cim::onnx_frontend {

/// What goes into or comes out of a model.
struct ModelPort {
  std::string name;
  int32_t elementType; ///< As ONNX numbers it; 0 if it is no tensor.
};

/// The inputs of a model's graph but those that are initializers, its outputs, and the operator of
/// each node.
struct ModelOutline {
  std::vector<ModelPort> inputs, outputs;
  std::vector<std::string> operators;
};

/// Both functions return an empty string or the reason of failure, which names the file.

/// Reads the outline of any model, whether or not it can be imported.
std::string readOutline(llvm::StringRef path, ModelOutline &outline);

/// Reads a tensor in binary protobuf as it is fed to, or given by, an imported model through
/// `port`: element types are those at the function's boundary.
std::string readTensorFile(llvm::StringRef path, const ModelPort &port, data::Array &array);

} // namespace cim::onnx_frontend

#endif // CIM_MLIR_FRONTEND_ONNX_FILES_H
