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

/// A list of `count` integers in [min, 2^31), or the default.
static Shape readBounded(Node &node, StringRef name, size_t count, int64_t min, int64_t byDefault) {
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
static void padSame(Window &window, int axis, int64_t input, bool moreBefore) {
  int64_t output = (input + window.stride[axis] - 1) / window.stride[axis];
  int64_t extent = (window.kernel[axis] - 1) * window.dilation[axis] + 1;
  int64_t total = std::max<int64_t>(0, (output - 1) * window.stride[axis] + extent - input);
  window.before[axis] = moreBefore ? total - total / 2 : total / 2;
  window.after[axis] = total - window.before[axis];
}

/// Counts the windows of one axis and makes padding and input fit them.
static void fit(Window &window, int axis, int64_t input, bool ceilMode) {
  int64_t stride = window.stride[axis];
  int64_t extent = (window.kernel[axis] - 1) * window.dilation[axis] + 1;
  int64_t room = input + window.before[axis] + window.after[axis] - extent;
  if (room < 0)
    fail("a window of " + Twine(extent) + " does not fit an input of " + Twine(input) +
         " with padding " + Twine(window.before[axis]) + " and " + Twine(window.after[axis]));
  int64_t steps = ceilMode ? (room + stride - 1) / stride : room / stride;
  // With ceil_mode, a window that begins in the padding after the input is dropped.
  if (ceilMode && steps > 0 && steps * stride >= input + window.before[axis])
    --steps;
  window.output[axis] = steps + 1;
  window.declaredAfter[axis] = window.after[axis];
  int64_t rest = steps * stride + extent - input - window.before[axis];
  window.after[axis] = std::max<int64_t>(0, rest);
  window.trim[axis] = std::max<int64_t>(0, -rest);
  if (window.trim[axis] >= input)
    fail("no window reads the input: attribute 'pads' is too large");
}

Window cim::onnx_frontend::readWindow(Node &node, ArrayRef<int64_t> inputShape,
                                      ArrayRef<int64_t> kernel, bool isPool) {
  Shape stride = readBounded(node, "strides", 2, 1, 1);
  Shape dilation = readBounded(node, "dilations", 2, 1, 1);
  Shape pads = readBounded(node, "pads", 4, 0, 0);
  std::string autoPad = node.getString("auto_pad", "NOTSET");
  bool ceilMode = isPool && node.getInt("ceil_mode", 0) != 0;
  if (autoPad != "NOTSET" && autoPad != "VALID" && autoPad != "SAME_UPPER" &&
      autoPad != "SAME_LOWER")
    fail("attribute 'auto_pad' must be NOTSET, VALID, SAME_UPPER or SAME_LOWER, got '" + autoPad +
         "'");
  Window window = {};
  for (int axis : {0, 1}) {
    int64_t input = inputShape[2 + axis];
    window.kernel[axis] = kernel[axis];
    window.stride[axis] = stride[axis];
    window.dilation[axis] = dilation[axis];
    if (autoPad == "NOTSET") {
      window.before[axis] = pads[axis];
      window.after[axis] = pads[axis + 2];
    } else if (autoPad != "VALID") {
      padSame(window, axis, input, autoPad == "SAME_LOWER");
    }
    fit(window, axis, input, ceilMode);
  }
  return window;
}

mlir::Value cim::onnx_frontend::trimmed(Node &node, mlir::Value input, const Window &window) {
  Shape size(shapeOf(input));
  size[1] -= window.trim[0];
  size[2] -= window.trim[1];
  return node.emit.slice(input, Shape(4, 0), size);
}
