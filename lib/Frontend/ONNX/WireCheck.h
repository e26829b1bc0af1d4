//===- WireCheck.h - What protobuf would make of bytes ----------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Bounds of a message that are checked before protobuf parses it: two bytes can be an
// empty node, for which protobuf takes some two hundred.
//
//===----------------------------------------------------------------------===//

#ifndef CIM_LIB_FRONTEND_ONNX_WIRECHECK_H
#define CIM_LIB_FRONTEND_ONNX_WIRECHECK_H

#include "llvm/ADT/StringRef.h"
#include <google/protobuf/descriptor.h>

namespace cim::onnx_frontend {

/// Most levels of messages in a file: protobuf's own default.
inline constexpr int kMaxDepth = 100;

/// Most messages, strings and unknown fields of a file together, 32 for each node there may be.
inline constexpr int64_t kMaxObjects = 1 << 22;

/// Checks bytes that are to be parsed as a message of a type. Throws ImportError.
void checkWire(llvm::StringRef data, const google::protobuf::Descriptor &type);

} // namespace cim::onnx_frontend

#endif // CIM_LIB_FRONTEND_ONNX_WIRECHECK_H
