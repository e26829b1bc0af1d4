//===- PoolIndices.cpp - Where maxima are -----------------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// MaxPool's indices: each element of the kernel gives a slice of the input, and the
// greatest so far is kept with its place. MaxUnpool scatters values to such places.
//
//===----------------------------------------------------------------------===//

#include "PoolIndices.h"

using namespace mlir;
using namespace cim::onnx_frontend;

/// Each element of the kernel is a few operations.
static constexpr int64_t kMaxTaps = 64;

/// Strides of a place in the input: column-major ones begin with the first spatial axis.
static Shape placeStrides(ArrayRef<int64_t> shape, bool columnsFirst) {
  Shape strides = stridesOf(shape);
  if (!columnsFirst)
    return strides;
  int64_t stride = 1;
  for (size_t axis = 2; axis < shape.size(); ++axis) {
    strides[axis] = stride;
    stride *= shape[axis];
  }
  return strides;
}

/// The place that the first element of each window has.
static Value firstPlaces(Emitter &emit, ArrayRef<int64_t> shape, ArrayRef<int64_t> strides,
                         const Window &window) {
  Value sum;
  for (auto [i, size] : llvm::enumerate(shape)) {
    bool isSpatial = i >= 2;
    WindowAxis axis = isSpatial ? window[i - 2] : WindowAxis();
    int64_t count = isSpatial ? axis.output : size;
    if (count > kMaxHostElements)
      fail("indices need dimensions of at most " + Twine(kMaxHostElements) + ", got " +
           Twine(count));
    Shape places, placesShape(shape.size(), 1);
    for (int64_t place = 0; place < count; ++place)
      places.push_back((place * axis.stride - axis.before) * strides[i]);
    placesShape[i] = count;
    Value along = emit.constant(makeConstant(places, placesShape));
    sum = sum ? emit.binary<tosa::AddOp>(sum, along) : along;
  }
  return sum;
}

Tensor cim::onnx_frontend::maxIndices(Emitter &emit, const Tensor &input, const Window &window,
                                      bool columnsFirst) {
  Shape kernel, low(input.shape.size(), 0), high = low;
  for (auto [i, axis] : llvm::enumerate(window)) {
    kernel.push_back(axis.kernel);
    low[2 + i] = axis.before;
    high[2 + i] = axis.after;
  }
  if (elementCount(kernel) > kMaxTaps)
    fail("indices need a kernel of at most " + Twine(kMaxTaps) + " elements, got " + str(kernel));
  Shape strides = placeStrides(input.shape, columnsFirst), kernelStrides = stridesOf(kernel);
  Value padded = emit.pad(emit.hold(input), low, high, -std::numeric_limits<double>::infinity());
  Value first = firstPlaces(emit, input.shape, strides, window), greatest, indices;
  for (int64_t tap = 0; tap < elementCount(kernel); ++tap) {
    Value slice = padded;
    int64_t distance = 0;
    for (auto [i, axis] : llvm::enumerate(window)) {
      int64_t offset = tap / kernelStrides[i] % axis.kernel * axis.dilation;
      slice = emit.strided(slice, 2 + i, offset, axis.stride, axis.output);
      distance += offset * strides[2 + i];
    }
    Value places = emit.binary<tosa::AddOp>(first, emit.scalarLike(distance, first));
    Value isGreater = greatest ? emit.compare<tosa::GreaterOp>(slice, greatest) : Value();
    indices = greatest ? emit.select(isGreater, places, indices) : places;
    greatest = greatest ? emit.select(isGreater, slice, greatest) : slice;
  }
  return Tensor::of(indices);
}

//===----------------------------------------------------------------------===//
// MaxUnpool
//===----------------------------------------------------------------------===//

/// The shape that a MaxPool of the same attributes read.
static Shape unpooledShape(Node &node, ArrayRef<int64_t> shape) {
  size_t axes = shape.size() - 2;
  Shape kernel = readKernelShape(node, axes), result(shape);
  Shape stride = readBounded(node, "strides", axes, 1, 1);
  Shape pads = readBounded(node, "pads", 2 * axes, 0, 0);
  for (size_t i = 0; i < axes; ++i)
    result[2 + i] = (shape[2 + i] - 1) * stride[i] + kernel[i] - pads[i] - pads[i + axes];
  return result;
}

static void convertMaxUnpool(Node &node) {
  Emitter &emit = node.emit;
  Tensor input = node.input(0), indices = node.input(1);
  if (input.shape.size() < 3)
    fail("the input must have rank 3 or more, got shape " + str(input.shape));
  if (indices.type != onnx::TensorProto::INT64 || indices.shape != input.shape)
    fail("indices must be INT64 of the input's shape, " + str(input.shape) + ", got " +
         str(indices.type) + " of shape " + str(indices.shape));
  Shape shape = unpooledShape(node, input.shape);
  Shape declared = node.hasInput(2) ? Shape(node.constantInput(2).ints()) : shape;
  int64_t count = elementCount(input.shape), total = elementCount(shape);
  if (total < count)
    fail("the output must not be smaller than the input, got shape " + str(shape));
  Value zeros = emit.broadcastTo(emit.scalar(0.0f, 3), {1, total, 1});
  Value places = emit.reshape(emit.hold(indices), {1, count});
  Value values = emit.reshape(emit.hold(input), {1, count, 1});
  Value result = tosa::ScatterOp::create(emit.builder, zeros.getType(), zeros, places, values);
  result = emit.reshape(result, shape);
  if (declared.size() != shape.size())
    fail("the output's shape must have " + Twine(shape.size()) + " dimensions, got " +
         str(declared));
  Shape high;
  for (auto [size, wanted] : llvm::zip(shape, declared)) {
    if (wanted < size)
      fail("the output's shape must be " + str(shape) + " or larger, got " + str(declared));
    high.push_back(wanted - size);
  }
  node.setOutput(Tensor::of(emit.pad(result, Shape(shape.size(), 0), high, 0.0)));
}

void cim::onnx_frontend::addPoolIndexOperators(OperatorTable &table) {
  table["MaxUnpool"] = {convertMaxUnpool, 2, 3};
}
