//===- Convolution.h - Convolutions of any rank -----------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What Conv and ConvTranspose share once they have found their operands.
//
//===----------------------------------------------------------------------===//

#ifndef CIM_LIB_FRONTEND_ONNX_CONVOLUTION_H
#define CIM_LIB_FRONTEND_ONNX_CONVOLUTION_H

#include "Window.h"

namespace cim::onnx_frontend {

/// A convolution along one to three spatial axes.
struct Convolution {
  Tensor input;  ///< [N, C, ...].
  Tensor weight; ///< [O, C / groups, ...].
  Tensor bias;   ///< [O].
  int64_t groups;
  Window window;
};

/// The operands of a node: input and weights, checked as far as Conv and ConvTranspose
/// agree. The output channels are left to the caller.
Convolution readOperands(Node &node, unsigned weightInput = 1);

/// The same with a window, checked as Conv wants them.
Convolution readConvolution(Node &node, unsigned weightInput = 1);

/// The optional bias, or zeros.
Tensor readBias(Node &node, int64_t outputs, unsigned input = 2);

/// The output of a convolution, where a batch normalization that alone reads it is folded in.
Tensor convolve(Node &node, Convolution conv);

} // namespace cim::onnx_frontend

#endif // CIM_LIB_FRONTEND_ONNX_CONVOLUTION_H
