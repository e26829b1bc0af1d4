//===- Window.cpp - Windows of convolutions and pools -----------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// tosa refuses windows that leave a rest: unneeded padding after the input is
// dropped first, then rows and columns of the input; ceil_mode adds padding.
//
//===----------------------------------------------------------------------===//

#include "Window.h"

using namespace llvm;
using namespace cim::onnx_frontend;

Shape cim::onnx_frontend::readBounded(Node &node, StringRef name, size_t count, int64_t min,
                                      int64_t byDefault) {
  Shape values = node.getInts(name, Shape(count, byDefault));
  if (values.size() != count)
    fail("attribute '" + name + "' must have " + Twine(count) + " values, got " + str(values));
  for (int64_t value : values)
    if (value < min || value > INT32_MAX)
      fail("values of attribute '" + name + "' must be in the range " + Twine(min) +
           " to 2^31 - 1, got " + str(values));
  return values;
}

/// Padding of one axis by the rule `auto_pad`: output is ceil(input / stride).
static void padSame(WindowAxis &axis, int64_t input, bool moreBefore) {
  int64_t output = (input + axis.stride - 1) / axis.stride;
  int64_t total = std::max<int64_t>(0, (output - 1) * axis.stride + axis.extent() - input);
  axis.before = moreBefore ? total - total / 2 : total / 2;
  axis.after = total - axis.before;
}

/// Counts the windows of one axis and makes padding and input fit them.
static void fit(WindowAxis &axis, int64_t input, bool ceilMode) {
  int64_t room = input + axis.before + axis.after - axis.extent();
  if (room < 0)
    fail("a window of " + Twine(axis.extent()) + " does not fit an input of " + Twine(input) +
         " with padding " + Twine(axis.before) + " and " + Twine(axis.after));
  int64_t steps = ceilMode ? (room + axis.stride - 1) / axis.stride : room / axis.stride;
  // With ceil_mode, a window that begins in the padding after the input is dropped.
  if (ceilMode && steps > 0 && steps * axis.stride >= input + axis.before)
    --steps;
  axis.output = steps + 1;
  axis.declaredAfter = axis.after;
  int64_t rest = steps * axis.stride + axis.extent() - input - axis.before;
  axis.after = std::max<int64_t>(0, rest);
  axis.trim = std::max<int64_t>(0, -rest);
  if (axis.trim >= input)
    fail("no window reads the input: attribute 'pads' is too large");
}

WindowAttributes cim::onnx_frontend::readWindowAttributes(Node &node, size_t axes) {
  WindowAttributes attributes = {
      readBounded(node, "strides", axes, 1, 1), readBounded(node, "dilations", axes, 1, 1),
      readBounded(node, "pads", 2 * axes, 0, 0), node.getString("auto_pad", "NOTSET")};
  if (!attributes.isSame() && attributes.autoPad != "NOTSET" && attributes.autoPad != "VALID")
    fail("attribute 'auto_pad' must be NOTSET, VALID, SAME_UPPER or SAME_LOWER, got '" +
         attributes.autoPad + "'");
  return attributes;
}

Window cim::onnx_frontend::readWindow(Node &node, ArrayRef<int64_t> spatialShape,
                                      ArrayRef<int64_t> kernel, bool isPool) {
  size_t count = kernel.size();
  WindowAttributes attributes = readWindowAttributes(node, count);
  bool ceilMode = isPool && node.getInt("ceil_mode", 0) != 0;
  Window window(count);
  for (auto [i, axis] : enumerate(window)) {
    axis.kernel = kernel[i];
    axis.stride = attributes.stride[i];
    axis.dilation = attributes.dilation[i];
    if (attributes.isSame()) {
      padSame(axis, spatialShape[i], attributes.autoPad == "SAME_LOWER");
    } else if (attributes.autoPad == "NOTSET") {
      axis.before = attributes.pads[i];
      axis.after = attributes.pads[i + count];
    }
    fit(axis, spatialShape[i], ceilMode);
  }
  return window;
}

Shape cim::onnx_frontend::readKernelShape(Node &node, size_t axes) {
  Shape kernel = node.getInts("kernel_shape");
  if (kernel.size() != axes)
    fail("attribute 'kernel_shape' must have " + Twine(axes) + " values, got " + str(kernel));
  for (int64_t size : kernel)
    if (size < 1 || size > INT32_MAX)
      fail("values of attribute 'kernel_shape' must be in the range 1 to 2^31 - 1, got " +
           str(kernel));
  return kernel;
}

mlir::Value cim::onnx_frontend::trimmed(Emitter &emit, mlir::Value value, const Window &window,
                                        size_t firstAxis) {
  Shape size(shapeOf(value));
  for (auto [i, axis] : enumerate(window))
    size[firstAxis + i] -= axis.trim;
  return emit.slice(value, Shape(size.size(), 0), size);
}
