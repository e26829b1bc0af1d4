//===- Inline.h - Functions of a model --------------------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A model can define operators of its own as functions.
//
//===----------------------------------------------------------------------===//

#ifndef CIM_LIB_FRONTEND_ONNX_INLINE_H
#define CIM_LIB_FRONTEND_ONNX_INLINE_H

#include <onnx/onnx_pb.h>

namespace cim::onnx_frontend {

/// Replaces every node that calls a function of the model by the nodes of that function.
void inlineFunctions(onnx::ModelProto &model);

} // namespace cim::onnx_frontend

#endif // CIM_LIB_FRONTEND_ONNX_INLINE_H
