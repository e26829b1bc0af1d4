//===- ModelFile.h - Reading model files ------------------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// From a path to a ModelProto or a TensorProto.
//
//===----------------------------------------------------------------------===//

#ifndef CIM_LIB_FRONTEND_ONNX_MODELFILE_H
#define CIM_LIB_FRONTEND_ONNX_MODELFILE_H

#include "llvm/ADT/StringRef.h"
#include <onnx/onnx_pb.h>

namespace llvm {
class MemoryBuffer;
}

namespace cim::onnx_frontend {

/// Reads binary protobuf, protobuf text or ONNX text syntax, told apart by content;
/// "-" is standard input. Throws ImportError.
onnx::ModelProto readModel(llvm::StringRef path);

/// Reads a tensor in binary protobuf. Throws ImportError.
onnx::TensorProto readTensorProto(llvm::StringRef path);

/// Gives back the memory of pages of a mapped file: they are read again when they are used.
void giveBack(llvm::StringRef bytes, const llvm::MemoryBuffer &file);

} // namespace cim::onnx_frontend

#endif // CIM_LIB_FRONTEND_ONNX_MODELFILE_H
