//===- ExternalData.h - Tensors in files beside a model ---------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A model can keep the data of its tensors in other files of its folder.
//
//===----------------------------------------------------------------------===//

#ifndef CIM_LIB_FRONTEND_ONNX_EXTERNALDATA_H
#define CIM_LIB_FRONTEND_ONNX_EXTERNALDATA_H

#include "Constant.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringSet.h"

namespace llvm {
class MemoryBuffer;
}

namespace cim::onnx_frontend {

/// The files that tensors of one model name, each opened once.
class ExternalData {
public:
  explicit ExternalData(llvm::StringRef modelPath) : modelPath(modelPath) {}

  /// The bytes that a tensor has in a file: a part of the mapped file, which must stay as it is.
  Bytes read(const onnx::TensorProto &proto, llvm::StringRef name);

private:
  using File = std::shared_ptr<llvm::MemoryBuffer>;
  File open(const std::string &location);

  /// Counts bytes that a tensor takes. Many tensors can name the same ones, and each may need a
  /// copy of its own.
  void charge(uint64_t bytes);

  std::string modelPath;
  llvm::StringMap<File> files; ///< By location.
  llvm::StringSet<> paths;     ///< Of the files, however many locations one has.
  uint64_t taken = 0, allowed = uint64_t(1) << 28;
};

} // namespace cim::onnx_frontend

#endif // CIM_LIB_FRONTEND_ONNX_EXTERNALDATA_H
