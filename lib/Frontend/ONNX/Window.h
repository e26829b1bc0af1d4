//===- Window.h - Windows of convolutions and pools -------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The sliding window of an operator along each spatial axis, made to fit the way
// tosa wants it.
//
//===----------------------------------------------------------------------===//

#ifndef CIM_LIB_FRONTEND_ONNX_WINDOW_H
#define CIM_LIB_FRONTEND_ONNX_WINDOW_H

#include "Node.h"

namespace cim::onnx_frontend {

/// A window along one axis: `input - trim + padding` is exactly what `output` windows read.
struct WindowAxis {
  int64_t kernel = 1, stride = 1, dilation = 1;
  int64_t before = 0, after = 0, trim = 0, output = 1;
  /// Padding after the input that the node declares, rather than `ceil_mode` adds.
  int64_t declaredAfter = 0;

  /// Elements from the first to the last that a window reads.
  int64_t extent() const { return (kernel - 1) * dilation + 1; }
};

using Window = llvm::SmallVector<WindowAxis, 3>;

/// Checked values of the attributes that windows and transposed ones share.
struct WindowAttributes {
  Shape stride, dilation, pads;
  std::string autoPad;

  bool isSame() const { return autoPad == "SAME_UPPER" || autoPad == "SAME_LOWER"; }
};

/// A list of `count` integers in [min, 2^31), or the default.
Shape readBounded(Node &node, llvm::StringRef name, size_t count, int64_t min, int64_t byDefault);

WindowAttributes readWindowAttributes(Node &node, size_t axes);

/// Reads strides, dilations, pads, auto_pad (and for pools ceil_mode) of a node.
Window readWindow(Node &node, llvm::ArrayRef<int64_t> spatialShape, llvm::ArrayRef<int64_t> kernel,
                  bool isPool);

/// The attribute 'kernel_shape', with a value for each axis.
Shape readKernelShape(Node &node, size_t axes);

/// A value whose spatial axes begin at `firstAxis`, without what no window reads.
mlir::Value trimmed(Emitter &emit, mlir::Value value, const Window &window, size_t firstAxis = 1);

} // namespace cim::onnx_frontend

#endif // CIM_LIB_FRONTEND_ONNX_WINDOW_H
