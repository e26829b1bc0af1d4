//===- Normalization.h - Batch normalization as scale and shift -*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Lets a convolution fold the batch normalization behind it.
//
//===----------------------------------------------------------------------===//

#ifndef CIM_LIB_FRONTEND_ONNX_NORMALIZATION_H
#define CIM_LIB_FRONTEND_ONNX_NORMALIZATION_H

#include "Node.h"

namespace cim::onnx_frontend {

/// `x * scale[c] + shift[c]`.
struct ChannelAffine {
  std::vector<double> scale, shift;
};

/// A BatchNormalization of constant parameters; none if they are computed.
std::optional<ChannelAffine> readConstantBatchNorm(Node &node, int64_t channels);

} // namespace cim::onnx_frontend

#endif // CIM_LIB_FRONTEND_ONNX_NORMALIZATION_H
