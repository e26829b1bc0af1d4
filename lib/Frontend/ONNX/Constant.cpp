//===- Constant.cpp - Tensors known at import -------------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Makes constants and moves their elements on the host.
//
//===----------------------------------------------------------------------===//

#include "Constant.h"
#include "llvm/ADT/SmallVectorExtras.h"
#include <algorithm>

using namespace llvm;
using namespace cim::onnx_frontend;

//===----------------------------------------------------------------------===//
// Errors and shapes
//===----------------------------------------------------------------------===//

void cim::onnx_frontend::fail(const Twine &message) { throw ImportError(message.str()); }

std::string cim::onnx_frontend::str(ArrayRef<int64_t> shape) {
  std::string text = "[";
  for (int64_t size : shape)
    text += (text.size() > 1 ? ", " : "") + std::to_string(size);
  return text + "]";
}

int64_t cim::onnx_frontend::elementCount(ArrayRef<int64_t> shape) {
  if (shape.size() > 8)
    fail("the rank of a tensor must be at most 8, got " + Twine(shape.size()));
  int64_t count = 1;
  for (int64_t size : shape) {
    if (size < 0)
      fail("dimensions must not be negative, got " + str(shape));
    if (__builtin_mul_overflow(count, size, &count) || count > INT32_MAX)
      fail("a tensor must have fewer than 2^31 elements, got shape " + str(shape));
  }
  return count;
}

Shape cim::onnx_frontend::broadcast(ArrayRef<int64_t> a, ArrayRef<int64_t> b) {
  size_t rank = std::max(a.size(), b.size());
  Shape result = extended(a, rank), other = extended(b, rank);
  for (auto [size, otherSize] : zip(result, other)) {
    if (size != otherSize && size != 1 && otherSize != 1)
      fail("shapes " + str(a) + " and " + str(b) + " do not broadcast");
    size = size == 1 ? otherSize : size;
  }
  return result;
}

Shape cim::onnx_frontend::extended(ArrayRef<int64_t> shape, size_t rank) {
  Shape result(rank - shape.size(), 1);
  append_range(result, shape);
  return result;
}

Shape cim::onnx_frontend::permuted(ArrayRef<int64_t> shape, ArrayRef<int64_t> permutation) {
  return map_to_vector(permutation, [&](int64_t axis) { return shape[axis]; });
}

Shape cim::onnx_frontend::stridesOf(ArrayRef<int64_t> shape) {
  Shape strides(shape.size(), 1);
  for (size_t axis = shape.size(); axis-- > 1;)
    strides[axis - 1] = strides[axis] * shape[axis];
  return strides;
}

//===----------------------------------------------------------------------===//
// Elements
//===----------------------------------------------------------------------===//

ArrayRef<float> Constant::floats() const {
  if (!isFloat())
    fail("tensor '" + name + "' must be of type float");
  return ArrayRef(reinterpret_cast<const float *>(bytes->data()), size());
}

ArrayRef<int64_t> Constant::ints() const {
  if (isFloat())
    fail("tensor '" + name + "' must be of an integer type");
  return ArrayRef(reinterpret_cast<const int64_t *>(bytes->data()), size());
}

Bytes cim::onnx_frontend::share(std::string bytes) {
  struct Holder {
    explicit Holder(std::string string) : string(std::move(string)), bytes(this->string) {}
    std::string string;
    StringRef bytes;
  };
  auto holder = std::make_shared<Holder>(std::move(bytes));
  return Bytes(holder, &holder->bytes);
}

template <typename T>
static Constant makeConstantOf(ArrayRef<T> values, ArrayRef<int64_t> shape, StringRef name,
                               ElementType type) {
  std::string bytes(reinterpret_cast<const char *>(values.data()), values.size() * sizeof(T));
  return {type, Shape(shape), name.str(), share(std::move(bytes))};
}

Constant cim::onnx_frontend::makeConstant(ArrayRef<float> values, ArrayRef<int64_t> shape,
                                          StringRef name, ElementType type) {
  return makeConstantOf(values, shape, name, type);
}

Constant cim::onnx_frontend::makeConstant(ArrayRef<int64_t> values, ArrayRef<int64_t> shape,
                                          StringRef name, ElementType type) {
  return makeConstantOf(values, shape, name, type);
}

//===----------------------------------------------------------------------===//
// Moving elements
//===----------------------------------------------------------------------===//

/// Copies a box of elements from and to places with strides.
template <typename T>
static void copyBox(const T *from, T *to, ArrayRef<int64_t> shape, ArrayRef<int64_t> fromStrides,
                    ArrayRef<int64_t> toStrides) {
  if (shape.empty()) {
    *to = *from;
    return;
  }
  int64_t size = shape[0], fromStride = fromStrides[0], toStride = toStrides[0];
  if (shape.size() == 1) { // The loop of nearly all time.
    for (int64_t i = 0; i < size; ++i)
      to[i * toStride] = from[i * fromStride];
    return;
  }
  for (int64_t i = 0; i < size; ++i)
    copyBox(from + i * fromStride, to + i * toStride, shape.drop_front(), fromStrides.drop_front(),
            toStrides.drop_front());
}

/// Copies elements of a constant from an offset on into `bytes`, from another offset on.
static void copyBox(const Constant &constant, int64_t offset, std::string &bytes, int64_t toOffset,
                    ArrayRef<int64_t> shape, ArrayRef<int64_t> fromStrides,
                    ArrayRef<int64_t> toStrides) {
  if (constant.isFloat())
    copyBox(constant.floats().data() + offset, reinterpret_cast<float *>(bytes.data()) + toOffset,
            shape, fromStrides, toStrides);
  else
    copyBox(constant.ints().data() + offset, reinterpret_cast<int64_t *>(bytes.data()) + toOffset,
            shape, fromStrides, toStrides);
}

Constant cim::onnx_frontend::view(const Constant &constant, ArrayRef<int64_t> shape, int64_t offset,
                                  ArrayRef<int64_t> strides) {
  std::string bytes(elementCount(shape) * constant.elementBytes(), '\0');
  copyBox(constant, offset, bytes, 0, shape, strides, stridesOf(shape));
  return {constant.type, Shape(shape), constant.name, share(std::move(bytes))};
}

static std::shared_ptr<const Quantization>
shareQuantization(std::optional<Quantization> quantization) {
  return quantization ? std::make_shared<const Quantization>(*quantization) : nullptr;
}

Constant cim::onnx_frontend::reshape(const Constant &constant, ArrayRef<int64_t> shape) {
  Constant result = constant;
  result.shape.assign(shape.begin(), shape.end());
  if (constant.quantization)
    result.quantization = shareQuantization(constant.quantization->reshaped(constant.shape, shape));
  return result;
}

Constant cim::onnx_frontend::permute(const Constant &constant, ArrayRef<int64_t> permutation) {
  if (is_sorted(permutation))
    return constant;
  Shape shape = permuted(constant.shape, permutation), toStrides = stridesOf(shape);
  Shape fromStrides = permuted(stridesOf(constant.shape), permutation);
  std::string bytes(constant.bytes->size(), '\0');
  // In blocks along the outermost axis of what is read, which fit a cache.
  constexpr int64_t kBlock = 32;
  size_t axis = 0;
  for (size_t other = 1; other < shape.size(); ++other)
    if (shape[other] > 1 && (shape[axis] == 1 || fromStrides[other] > fromStrides[axis]))
      axis = other;
  Shape block = shape;
  for (int64_t i = 0; i < shape[axis]; i += kBlock) {
    block[axis] = std::min(kBlock, shape[axis] - i);
    copyBox(constant, i * fromStrides[axis], bytes, i * toStrides[axis], block, fromStrides,
            toStrides);
  }
  Constant result{constant.type, shape, constant.name, share(std::move(bytes))};
  if (constant.quantization)
    result.quantization = shareQuantization(constant.quantization->permuted(permutation));
  return result;
}

Constant cim::onnx_frontend::slice(const Constant &constant, ArrayRef<int64_t> start,
                                   ArrayRef<int64_t> size) {
  Shape strides = stridesOf(constant.shape);
  int64_t offset = 0;
  for (auto [first, stride] : zip(start, strides))
    offset += first * stride;
  Constant result = view(constant, size, offset, strides);
  if (constant.quantization)
    result.quantization = shareQuantization(constant.quantization->sliced(start, size));
  return result;
}

Constant cim::onnx_frontend::broadcastTo(const Constant &constant, ArrayRef<int64_t> shape) {
  Shape from = extended(constant.shape, shape.size()), strides = stridesOf(from);
  for (auto [size, stride] : zip(from, strides))
    stride = size == 1 ? 0 : stride;
  return view(constant, shape, 0, strides);
}

Constant cim::onnx_frontend::take(const Constant &constant, int64_t axis,
                                  ArrayRef<int64_t> indices) {
  Constant result = constant;
  result.shape[axis] = indices.size();
  if (constant.quantization && constant.quantization->axis == axis)
    result.quantization = nullptr; // Its lists belong to the indices before.
  int64_t outer = elementCount(ArrayRef(constant.shape).take_front(axis));
  size_t rowBytes =
      elementCount(ArrayRef(constant.shape).drop_front(axis + 1)) * constant.elementBytes();
  std::string bytes;
  for (int64_t row = 0; row < outer; ++row)
    for (int64_t index : indices)
      bytes += constant.bytes->substr((row * constant.shape[axis] + index) * rowBytes, rowBytes);
  result.bytes = share(std::move(bytes));
  return result;
}

Constant cim::onnx_frontend::concat(ArrayRef<Constant> constants, int64_t axis) {
  Constant result = constants.front();
  result.quantization = nullptr;
  result.shape[axis] = 0;
  std::string bytes;
  for (const Constant &constant : constants)
    result.shape[axis] += constant.shape[axis];
  int64_t outer = elementCount(ArrayRef(result.shape).take_front(axis));
  for (int64_t row = 0; row < outer; ++row)
    for (const Constant &constant : constants) {
      size_t rowBytes = constant.bytes->size() / outer;
      bytes += constant.bytes->substr(row * rowBytes, rowBytes);
    }
  result.bytes = share(std::move(bytes));
  return result;
}

Constant cim::onnx_frontend::scaled(const Constant &constant, double factor) {
  if (factor == 1.0)
    return constant;
  std::vector<float> values(constant.floats());
  for (float &value : values)
    value = static_cast<float>(value * factor);
  return makeConstant(ArrayRef<float>(values), constant.shape, constant.name);
}
