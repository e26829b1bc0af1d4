//===- Window.h - Windows of convolutions and pools -------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The sliding window of an operator, made to fit the way tosa wants it.
//
//===----------------------------------------------------------------------===//

#ifndef CIM_LIB_FRONTEND_ONNX_WINDOW_H
#define CIM_LIB_FRONTEND_ONNX_WINDOW_H

#include "Node.h"
#include <array>

namespace cim::onnx_frontend {

/// A window along height and width: `input - trim + padding` is exactly what
/// `output` windows read.
struct Window {
  std::array<int64_t, 2> kernel, stride, dilation, before, after, trim, output;
  /// Padding after the input that the node declares, rather than `ceil_mode` adds.
  std::array<int64_t, 2> declaredAfter;

  /// As tosa wants it: top, bottom, left, right.
  std::array<int64_t, 4> pad() const { return {before[0], after[0], before[1], after[1]}; }
};

/// Reads strides, dilations, pads, auto_pad (and for pools ceil_mode) of a node whose
/// input is [N, C, H, W].
Window readWindow(Node &node, llvm::ArrayRef<int64_t> inputShape, llvm::ArrayRef<int64_t> kernel,
                  bool isPool);

/// The channels-last input without the rows and columns that no window reads.
mlir::Value trimmed(Node &node, mlir::Value input, const Window &window);

} // namespace cim::onnx_frontend

#endif // CIM_LIB_FRONTEND_ONNX_WINDOW_H
