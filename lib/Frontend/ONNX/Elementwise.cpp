//===- Elementwise.cpp - Elementwise operators of one operand ---*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What elementwise operators share, and functions of one operand, which keep its layout.
//
//===----------------------------------------------------------------------===//

#include "Elementwise.h"
#include <limits>

using namespace mlir;
using namespace cim::onnx_frontend;

//===----------------------------------------------------------------------===//
// Operands
//===----------------------------------------------------------------------===//

Operands::Operands(Emitter &emit, ArrayRef<Tensor> tensors) {
  Shape shape;
  channelsLast = false;
  for (const Tensor &tensor : tensors) {
    shape = broadcast(shape, tensor.shape);
    channelsLast |= tensor.channelsLast;
  }
  channelsLast &= shape.size() == 4;
  for (const Tensor &tensor : tensors)
    values.push_back(emit.hold(tensor, channelsLast, shape.size()));
}

std::pair<Tensor, Tensor> cim::onnx_frontend::binaryInputs(Node &node) {
  Tensor a = node.input(0), b = node.input(1);
  if (node.opset() >= 7)
    return {a, b};
  node.ignore("consumed_inputs");
  int64_t axis = node.getInt("axis", a.shape.size() - b.shape.size());
  if (node.getInt("broadcast", 0) == 0)
    return {a, b};
  Shape shape = b.shape;
  int64_t trailing = a.shape.size() - Node::position(axis, a.shape.size() + 1, "an axis");
  shape.resize(std::max<int64_t>(shape.size(), trailing), 1);
  return {a, node.emit.reshape(b, shape)};
}

Value cim::onnx_frontend::ordered(Emitter &emit, Value value, ElementType type) {
  if (type != onnx::TensorProto::UINT64)
    return value;
  return emit.binary<tosa::AddOp>(value, emit.scalarLike(-0x1p63, value));
}

//===----------------------------------------------------------------------===//
// On the host
//===----------------------------------------------------------------------===//

bool cim::onnx_frontend::addInts(int64_t a, int64_t b, int64_t &result) {
  return !__builtin_add_overflow(a, b, &result);
}

bool cim::onnx_frontend::subInts(int64_t a, int64_t b, int64_t &result) {
  return !__builtin_sub_overflow(a, b, &result);
}

bool cim::onnx_frontend::mulInts(int64_t a, int64_t b, int64_t &result) {
  return !__builtin_mul_overflow(a, b, &result);
}

bool cim::onnx_frontend::minInts(int64_t a, int64_t b, int64_t &result) {
  result = std::min(a, b);
  return true;
}

bool cim::onnx_frontend::maxInts(int64_t a, int64_t b, int64_t &result) {
  result = std::max(a, b);
  return true;
}

int64_t cim::onnx_frontend::wrapped(int64_t value, ElementType type) {
  unsigned bits = bitWidth(type);
  if (bits == 1)
    return value != 0;
  if (bits == 64)
    return value;
  uint64_t low = static_cast<uint64_t>(value) & llvm::maskTrailingOnes<uint64_t>(bits);
  return isUnsigned(type) ? static_cast<int64_t>(low) : llvm::SignExtend64(low, bits);
}

bool cim::onnx_frontend::isOnHost(ArrayRef<Tensor> tensors) {
  Shape shape;
  for (const Tensor &tensor : tensors) {
    if (!tensor.constant || tensor.isFloat())
      return false;
    if (tensor.type == onnx::TensorProto::UINT64 &&
        llvm::any_of(tensor.constant->ints(), [](int64_t value) { return value < 0; }))
      return false;
    shape = broadcast(shape, tensor.shape);
  }
  return elementCount(shape) <= kMaxHostElements;
}

Tensor cim::onnx_frontend::foldIntegers(const Tensor &a, const Tensor &b, IntegerFunction compute,
                                        ElementType type) {
  Shape shape = broadcast(a.shape, b.shape);
  Constant left = broadcastTo(*a.constant, shape), right = broadcastTo(*b.constant, shape);
  std::vector<int64_t> values(left.size());
  for (size_t i = 0; i < values.size(); ++i) {
    if (!compute(left.ints()[i], right.ints()[i], values[i]))
      fail("integer overflow of " + Twine(left.ints()[i]) + " and " + Twine(right.ints()[i]));
    values[i] = wrapped(values[i], type);
  }
  return Tensor::of(makeConstant(ArrayRef<int64_t>(values), shape, {}, type));
}

//===----------------------------------------------------------------------===//
// Converters
//===----------------------------------------------------------------------===//

template <typename Op> static void convertUnary(Node &node) {
  node.ignore("consumed_inputs");
  mapInput(node, [&](Value x) { return node.emit.unary<Op>(x); });
}

static void convertAbs(Node &node) {
  node.ignore("consumed_inputs");
  ElementType type = node.input(0).type;
  mapInput(node, [&](Value x) {
    return isUnsigned(type) ? x : node.emit.wrap(node.emit.unary<tosa::AbsOp>(x), type);
  });
}

static void convertNeg(Node &node) {
  node.ignore("consumed_inputs");
  Tensor input = node.input(0);
  if (isOnHost(input)) {
    Tensor zero = Tensor::of(makeConstant(Shape{0}, {}, {}, input.type));
    return node.setOutput(foldIntegers(zero, input, subInts, input.type));
  }
  mapInput(node, [&](Value x) { return node.emit.wrap(node.emit.negate(x), input.type); });
}

static void convertReciprocal(Node &node) {
  node.ignore("consumed_inputs");
  mapInput(node, [&](Value x) { return node.emit.reciprocal(x); });
}

static void convertSqrt(Node &node) {
  node.ignore("consumed_inputs");
  mapInput(node, [&](Value x) { return node.emit.sqrt(x); });
}

/// tosa.cast rounds half to even; floats of 2^23 and above are whole.
static void convertRound(Node &node) {
  mapInput(node, [&](Value x) {
    Emitter &emit = node.emit;
    Value isSmall =
        emit.compare<tosa::GreaterOp>(emit.scalarLike(0x1p23, x), emit.unary<tosa::AbsOp>(x));
    return emit.select(isSmall, emit.roundEven(x), x);
  });
}

/// Zero and not-a-number are their own sign.
static void convertSign(Node &node) {
  ElementType type = node.input(0).type;
  mapInput(node, [&](Value x) {
    Emitter &emit = node.emit;
    Value zero = emit.scalarLike(0, x), one = emit.scalarLike(1, x);
    if (isUnsigned(type))
      return emit.select(emit.compare<tosa::EqualOp>(x, zero), zero, one);
    Value notPositive =
        emit.select(emit.compare<tosa::GreaterOp>(zero, x), emit.scalarLike(-1, x), x);
    return emit.select(emit.compare<tosa::GreaterOp>(x, zero), one, notPositive);
  });
}

static void convertIdentity(Node &node) { node.setOutput(node.input(0)); }

//===----------------------------------------------------------------------===//
// Table
//===----------------------------------------------------------------------===//

void cim::onnx_frontend::addElementwiseOperators(OperatorTable &table) {
  table["Abs"] = {convertAbs, 1, 1, Types::Numbers};
  table["Ceil"] = {convertUnary<tosa::CeilOp>};
  table["Erf"] = {convertUnary<tosa::ErfOp>};
  table["Exp"] = {convertUnary<tosa::ExpOp>};
  table["Floor"] = {convertUnary<tosa::FloorOp>};
  table["Identity"] = {convertIdentity, 1, 1, Types::Any};
  table["Log"] = {convertUnary<tosa::LogOp>};
  table["Neg"] = {convertNeg, 1, 1, Types::Numbers};
  table["Reciprocal"] = {convertReciprocal};
  table["Round"] = {convertRound};
  table["Sign"] = {convertSign, 1, 1, Types::Numbers};
  table["Sqrt"] = {convertSqrt};
}
