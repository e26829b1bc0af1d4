//===- ConvTranspose.cpp - Transposed convolutions --------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// ConvTranspose is the convolution of the input, spread by zeros between its elements,
// with the reversed kernel: constant weights are mapped like those of Conv.
//
//===----------------------------------------------------------------------===//

#include "Convolution.h"

using namespace mlir;
using namespace cim::onnx_frontend;

/// Padding of the spread input; negative where elements are cut off.
struct Spread {
  int64_t stride, before, after;
};

/// The window along one axis of the output: `padding` before and after it is cut off.
static Spread spreadTo(const WindowAxis &axis, int64_t input, int64_t output, int64_t padding) {
  int64_t before = axis.extent() - 1 - padding;
  int64_t length = (input - 1) * axis.stride + 1;
  return {axis.stride, before, output - length - before + axis.extent() - 1};
}

/// Spreads the input along each axis, and makes windows that read it one by one.
static SmallVector<Spread> readSpread(Node &node, ArrayRef<int64_t> input, ArrayRef<int64_t> kernel,
                                      Window &window) {
  size_t count = kernel.size();
  WindowAttributes attributes = readWindowAttributes(node, count);
  Shape extra = readBounded(node, "output_padding", count, 0, 0);
  bool isShapeGiven = node.hasAttribute("output_shape");
  Shape outputs = readBounded(node, "output_shape", count, 1, 1);
  SmallVector<Spread> spreads;
  for (auto [i, size] : llvm::enumerate(input)) {
    WindowAxis axis;
    axis.kernel = kernel[i];
    axis.stride = attributes.stride[i];
    axis.dilation = attributes.dilation[i];
    int64_t full = (size - 1) * axis.stride + extra[i] + axis.extent(), before = 0;
    axis.output = full;
    if (isShapeGiven || attributes.isSame()) {
      axis.output = isShapeGiven ? outputs[i] : size * axis.stride;
      int64_t total = std::max<int64_t>(0, full - axis.output);
      before = attributes.autoPad == "SAME_UPPER" ? total / 2 : total - total / 2;
    } else if (attributes.autoPad == "NOTSET") {
      before = attributes.pads[i];
      axis.output -= before + attributes.pads[i + count];
    }
    if (axis.output < 1)
      fail("padding must leave an output, got a dimension of " + Twine(axis.output));
    spreads.push_back(spreadTo(axis, size, axis.output, before));
    axis.stride = 1;
    axis.before = std::max<int64_t>(0, spreads[i].before);
    axis.after = std::max<int64_t>(0, spreads[i].after);
    window.push_back(axis);
  }
  return spreads;
}

/// Zeros between the elements along an axis, and what negative padding cuts off.
static Value spread(Emitter &emit, Value value, int64_t axis, const Spread &by) {
  Shape shape(shapeOf(value)), steps = shape, zeros(shape.size() + 1, 0);
  steps.insert(steps.begin() + axis + 1, 1);
  zeros[axis + 1] = by.stride - 1;
  int64_t length = (shape[axis] - 1) * by.stride + 1;
  if (by.stride > 1) {
    value = emit.pad(emit.reshape(value, steps), Shape(zeros.size(), 0), zeros, 0.0);
    shape[axis] *= by.stride;
    value = emit.reshape(value, shape);
  }
  int64_t start = std::max<int64_t>(0, -by.before);
  int64_t size = length - start - std::max<int64_t>(0, -by.after);
  if (size < 1)
    fail("padding must leave an output that reads the input");
  return emit.strided(value, axis, start, 1, size);
}

/// Elements along the spatial axes in reverse order.
static Tensor reversed(Emitter &emit, const Tensor &tensor) {
  size_t rank = tensor.shape.size();
  if (tensor.constant) {
    Shape strides = stridesOf(tensor.shape);
    int64_t offset = 0;
    for (size_t axis = 2; axis < rank; ++axis) {
      offset += (tensor.shape[axis] - 1) * strides[axis];
      strides[axis] = -strides[axis];
    }
    return Tensor::of(view(*tensor.constant, tensor.shape, offset, strides));
  }
  Value value = emit.hold(tensor);
  for (uint32_t axis = 2; axis < rank; ++axis)
    if (tensor.shape[axis] > 1)
      value = tosa::ReverseOp::create(emit.builder, value.getType(), value, axis);
  return Tensor::of(value, /*channelsLast=*/false, tensor.type);
}

/// Weights [C, O / groups, ...] to [O, C / groups, ...], reversed.
static Tensor transposed(Emitter &emit, const Tensor &weight, int64_t groups) {
  Shape split = weight.shape, order = {0, 2, 1}, joined = weight.shape;
  split[0] /= groups;
  split.insert(split.begin(), groups);
  for (size_t axis = 3; axis < split.size(); ++axis)
    order.push_back(axis);
  joined[0] = groups * weight.shape[1];
  joined[1] = weight.shape[0] / groups;
  Tensor swapped = emit.permute(emit.reshape(weight, split), order);
  return reversed(emit, emit.reshape(swapped, joined));
}

static void convertConvTranspose(Node &node) {
  Convolution conv = readOperands(node);
  int64_t channels = conv.input.shape[1], groups = conv.groups;
  if (conv.weight.shape[0] != channels)
    fail("weights must have " + Twine(channels) + " input channels, got shape " +
         str(conv.weight.shape));
  if (groups < 1 || channels % groups)
    fail("attribute 'group' must divide " + Twine(channels) + " input channels, got " +
         Twine(groups));
  Emitter &emit = node.emit;
  SmallVector<Spread> spreads = readSpread(node, ArrayRef(conv.input.shape).drop_front(2),
                                           ArrayRef(conv.weight.shape).drop_front(2), conv.window);
  Value value = emit.hold(conv.input, conv.input.channelsLast);
  for (auto [i, by] : llvm::enumerate(spreads))
    value = spread(emit, value, conv.input.heldAxis(2 + i), by);
  conv.input = Tensor::of(value, conv.input.channelsLast);
  conv.bias = readBias(node, conv.weight.shape[1] * groups);
  conv.weight = transposed(emit, conv.weight, groups);
  node.setOutput(convolve(node, std::move(conv)));
}

void cim::onnx_frontend::addConvTransposeOperators(OperatorTable &table) {
  table["ConvTranspose"] = {convertConvTranspose, 2, 3, Types::Floats, 3};
}
