//===- Inputs.h - What users say of inputs ----------------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The shapes of the inputs of a graph, those that the model leaves open included.
//
//===----------------------------------------------------------------------===//

#ifndef CIM_LIB_FRONTEND_ONNX_INPUTS_H
#define CIM_LIB_FRONTEND_ONNX_INPUTS_H

#include "Constant.h"
#include "cim-mlir/Frontend/ONNX/Import.h"

namespace cim::onnx_frontend {

/// The shape of each input by name, all dimensions known; throws ImportError if one is not, or if
/// the model or the user contradicts itself or the other.
llvm::StringMap<Shape> inputShapes(llvm::ArrayRef<const onnx::ValueInfoProto *> inputs,
                                   const ImportOptions &options);

} // namespace cim::onnx_frontend

#endif // CIM_LIB_FRONTEND_ONNX_INPUTS_H
