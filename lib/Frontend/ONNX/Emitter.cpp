//===- Emitter.cpp - Building tosa operations -------------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Reshapes and transposes are merged as they are made, so that none is emitted
// that a later clean-up would have to remove.
//
//===----------------------------------------------------------------------===//

#include "Emitter.h"
#include "cim/Analysis/Elements.h"
#include "mlir/Dialect/Tosa/Utils/ConversionUtils.h"
#include "mlir/IR/AsmState.h"
#include "mlir/IR/DialectResourceBlobManager.h"

using namespace mlir;
using namespace cim::onnx_frontend;

Tensor Tensor::of(const Constant &constant) {
  return {constant.shape, Value(), /*channelsLast=*/false, constant, constant.type};
}

Tensor Tensor::of(Value value, bool channelsLast) {
  return of(value, channelsLast, elementTypeOf(elementOf(value)));
}

Tensor Tensor::of(Value value, bool channelsLast, ElementType type) {
  Shape shape(shapeOf(value));
  return {channelsLast ? permuted(shape, kToChannelsFirst) : shape, value, channelsLast,
          std::nullopt, type};
}

int64_t Tensor::heldAxis(int64_t axis) const {
  return channelsLast ? kToChannelsFirst[axis] : axis;
}

Shape Tensor::heldOrder(ArrayRef<int64_t> entries) const {
  return channelsLast ? permuted(entries, kToChannelsLast) : Shape(entries);
}

ArrayRef<int64_t> cim::onnx_frontend::shapeOf(Value value) {
  return cast<RankedTensorType>(value.getType()).getShape();
}

Type cim::onnx_frontend::elementOf(Value value) {
  return cast<RankedTensorType>(value.getType()).getElementType();
}

RankedTensorType Emitter::type(ArrayRef<int64_t> shape, Type element) {
  if (elementCount(shape) == 0)
    fail("dimensions must be positive, got shape " + str(shape));
  return RankedTensorType::get(shape, element);
}

//===----------------------------------------------------------------------===//
// Constants
//===----------------------------------------------------------------------===//

/// The bytes of a constant as elements of its held type, which is not i1.
static Bytes heldBytes(const Constant &constant, Type held) {
  if (!held.isInteger(32))
    return constant.bytes;
  std::vector<int32_t> narrow(constant.ints().begin(), constant.ints().end());
  return share(
      std::string(reinterpret_cast<const char *>(narrow.data()), narrow.size() * sizeof(int32_t)));
}

Value Emitter::constant(RankedTensorType type, Bytes stored, StringRef name) {
  ArrayRef<char> bytes(stored->data(), stored->size());
  if (type.getNumElements() <= kMaxDenseElements)
    return tosa::ConstOp::create(builder, type, DenseElementsAttr::getFromRawBuffer(type, bytes));
  // The blob shares the bytes: its deleter holds the reference.
  AsmResourceBlob blob = UnmanagedAsmResourceBlob::allocateWithAlign(
      bytes, type.getElementTypeBitWidth() / 8,
      [keep = stored](void *, size_t, size_t) mutable { keep.reset(); });
  return tosa::ConstOp::create(
      builder, type,
      DenseResourceElementsAttr::get(type, name.empty() ? "constant" : name, std::move(blob)));
}

Value Emitter::constant(const Constant &constant) {
  if (constant.quantization && constant.isFloat())
    return dequantized(constant);
  RankedTensorType constantType =
      type(constant.shape, heldType(constant.type, builder.getContext()));
  if (constant.type == onnx::TensorProto::BOOL) {
    SmallVector<bool> values(constant.ints().begin(), constant.ints().end());
    return tosa::ConstOp::create(builder, constantType,
                                 DenseElementsAttr::get(constantType, values));
  }
  return this->constant(constantType, heldBytes(constant, constantType.getElementType()),
                        constant.name);
}

Value Emitter::scalar(double value, Type element, size_t rank) {
  Shape shape(rank, 1);
  ElementType type = elementTypeOf(element);
  if (isFloat(type))
    return constant(makeConstant(ArrayRef(static_cast<float>(value)), shape));
  return constant(makeConstant(ArrayRef(static_cast<int64_t>(value)), shape, {}, type));
}

//===----------------------------------------------------------------------===//
// Layout
//===----------------------------------------------------------------------===//

Value Emitter::hold(const Tensor &tensor, bool channelsLast, size_t rank) {
  Tensor plain = tensor;
  if (rank != tensor.shape.size())
    plain = reshape(tensor, extended(tensor.shape, rank));
  if (plain.constant)
    return constant(channelsLast ? onnx_frontend::permute(*plain.constant, kToChannelsLast)
                                 : *plain.constant);
  if (plain.channelsLast == channelsLast)
    return plain.value;
  return permute(plain.value, channelsLast ? kToChannelsLast : kToChannelsFirst);
}

Tensor Emitter::reshape(const Tensor &tensor, ArrayRef<int64_t> shape) {
  if (tensor.constant)
    return Tensor::of(onnx_frontend::reshape(*tensor.constant, shape));
  return Tensor::of(reshape(hold(tensor), shape), /*channelsLast=*/false, tensor.type);
}

Tensor Emitter::permute(const Tensor &tensor, ArrayRef<int64_t> permutation) {
  if (tensor.constant)
    return Tensor::of(onnx_frontend::permute(*tensor.constant, permutation));
  if (!tensor.channelsLast && permutation == ArrayRef(kToChannelsFirst))
    return Tensor::of(tensor.value, /*channelsLast=*/true, tensor.type); // As it is held already.
  return Tensor::of(permute(hold(tensor), permutation), /*channelsLast=*/false, tensor.type);
}

Tensor Emitter::slice(const Tensor &tensor, ArrayRef<int64_t> start, ArrayRef<int64_t> size) {
  if (tensor.constant)
    return Tensor::of(onnx_frontend::slice(*tensor.constant, start, size));
  return Tensor::of(slice(tensor.value, tensor.heldOrder(start), tensor.heldOrder(size)),
                    tensor.channelsLast, tensor.type);
}

Tensor Emitter::cut(const Tensor &tensor, int64_t axis, int64_t start, int64_t size) {
  Shape from(tensor.shape.size(), 0), sizes = tensor.shape;
  from[axis] = start;
  sizes[axis] = size;
  return slice(tensor, from, sizes);
}

Value Emitter::reshape(Value value, ArrayRef<int64_t> shape) {
  if (auto producer = value.getDefiningOp<tosa::ReshapeOp>())
    value = producer.getInput1();
  RankedTensorType resultType = type(shape, elementOf(value));
  if (value.getType() == resultType)
    return value;
  return tosa::ReshapeOp::create(builder, resultType, value,
                                 tosa::getTosaConstShape(builder, shape));
}

/// Whether a permutation moves axes of size 1 only.
static bool keepsOrder(ArrayRef<int64_t> shape, ArrayRef<int64_t> permutation) {
  int64_t last = -1;
  for (int64_t axis : permutation) {
    if (shape[axis] == 1)
      continue;
    if (axis < last)
      return false;
    last = axis;
  }
  return true;
}

/// The permutation of the axes of `from` that permutes those of `to`, if a reshape
/// between them merges neighbours only.
static std::optional<Shape> unmerged(ArrayRef<int64_t> permutation, ArrayRef<int64_t> from,
                                     ArrayRef<int64_t> to) {
  SmallVector<Shape> groups(to.size()); // The axes that became one.
  size_t next = 0;
  for (auto [size, group] : llvm::zip(to, groups)) {
    int64_t merged = 1;
    for (; next < from.size() && merged * from[next] <= size; ++next) {
      merged *= from[next];
      group.push_back(next);
    }
    if (merged != size)
      return std::nullopt;
  }
  Shape result;
  for (int64_t axis : permutation)
    append_range(result, groups[axis]);
  return result;
}

Value Emitter::permute(Value value, ArrayRef<int64_t> permutation) {
  Shape shape = permuted(shapeOf(value), permutation);
  if (keepsOrder(shapeOf(value), permutation))
    return reshape(value, shape);
  if (auto producer = value.getDefiningOp<tosa::TransposeOp>()) {
    Shape first(producer.getPerms());
    return permute(producer.getInput1(), permuted(first, permutation));
  }
  if (auto producer = value.getDefiningOp<tosa::ReshapeOp>()) {
    Value wide = producer.getInput1();
    std::optional<Shape> axes = unmerged(permutation, shapeOf(wide), shapeOf(value));
    if (axes && wide.getDefiningOp<tosa::TransposeOp>())
      return reshape(permute(wide, *axes), shape);
  }
  SmallVector<int32_t> axes(permutation);
  return tosa::TransposeOp::create(builder, type(shape, elementOf(value)), value, axes);
}

//===----------------------------------------------------------------------===//
// Operations
//===----------------------------------------------------------------------===//

Value Emitter::slice(Value value, ArrayRef<int64_t> start, ArrayRef<int64_t> size) {
  if (shapeOf(value) == size)
    return value;
  return tosa::SliceOp::create(builder, type(size, elementOf(value)), value,
                               tosa::getTosaConstShape(builder, start),
                               tosa::getTosaConstShape(builder, size));
}

Value Emitter::strided(Value value, int64_t axis, int64_t start, int64_t step, int64_t count) {
  Shape shape(shapeOf(value)), from(shape.size(), 0), high(shape.size(), 0);
  // Whole steps are cut into an axis of their own, whose first elements are kept.
  int64_t length = step == 1 ? count : count * step;
  high[axis] = std::max<int64_t>(0, start + length - shape[axis]);
  value = pad(value, from, high, 0);
  from[axis] = start;
  shape[axis] = length;
  value = slice(value, from, shape);
  if (step == 1)
    return value;
  Shape steps = shape;
  steps[axis] = step;
  steps.insert(steps.begin() + axis, count);
  value = reshape(value, steps);
  steps[axis + 1] = 1;
  value = slice(value, Shape(steps.size(), 0), steps);
  shape[axis] = count;
  return reshape(value, shape);
}

Value Emitter::pad(Value value, ArrayRef<int64_t> low, ArrayRef<int64_t> high, double with) {
  Shape shape(shapeOf(value)), padding;
  for (auto [size, before, after] : llvm::zip(shape, low, high)) {
    size += before + after;
    padding.append({before, after});
  }
  if (shapeOf(value) == ArrayRef(shape))
    return value;
  return tosa::PadOp::create(builder, type(shape, elementOf(value)), value,
                             tosa::getTosaConstShape(builder, padding),
                             scalar(with, elementOf(value), 1));
}

Value Emitter::concat(ArrayRef<Value> values, int64_t axis) {
  if (values.size() == 1)
    return values.front();
  Shape shape(shapeOf(values.front()));
  shape[axis] = 0;
  for (Value value : values)
    shape[axis] += shapeOf(value)[axis];
  return tosa::ConcatOp::create(builder, type(shape, elementOf(values.front())), values,
                                static_cast<uint32_t>(axis));
}

Value Emitter::tile(Value value, ArrayRef<int64_t> multiples) {
  Shape shape(shapeOf(value));
  for (auto [size, multiple] : llvm::zip(shape, multiples))
    size *= multiple;
  if (shapeOf(value) == ArrayRef(shape))
    return value;
  return tosa::TileOp::create(builder, type(shape, elementOf(value)), value,
                              tosa::getTosaConstShape(builder, multiples));
}

Value Emitter::broadcastTo(Value value, ArrayRef<int64_t> shape) {
  value = reshape(value, extended(shapeOf(value), shape.size()));
  Shape multiples(shape);
  for (auto [multiple, size] : llvm::zip(multiples, shapeOf(value)))
    multiple /= size;
  return tile(value, multiples);
}

Value Emitter::clamp(Value value, float min, float max) {
  return tosa::ClampOp::create(builder, value.getType(), value, builder.getF32FloatAttr(min),
                               builder.getF32FloatAttr(max));
}

Value Emitter::mul(Value a, Value b) {
  auto shiftType = RankedTensorType::get({1}, builder.getI8Type());
  Value shift =
      tosa::ConstOp::create(builder, shiftType, DenseElementsAttr::get(shiftType, int8_t(0)));
  return tosa::MulOp::create(builder, type(broadcast(shapeOf(a), shapeOf(b)), elementOf(a)), a, b,
                             shift);
}

Value Emitter::select(Value condition, Value onTrue, Value onFalse) {
  Shape shape = broadcast(shapeOf(condition), broadcast(shapeOf(onTrue), shapeOf(onFalse)));
  return tosa::SelectOp::create(builder, type(shape, elementOf(onTrue)), condition, onTrue,
                                onFalse);
}

Value Emitter::negate(Value value) {
  if (!elementOf(value).isF32())
    return binary<tosa::SubOp>(scalarLike(0, value), value);
  return tosa::NegateOp::create(builder, value.getType(), value, zeroPoint(), zeroPoint());
}

Value Emitter::roundToIntegers(Value value) {
  return tosa::CastOp::create(builder, type(shapeOf(value), builder.getI32Type()), value);
}

Value Emitter::roundEven(Value value) {
  return tosa::CastOp::create(builder, value.getType(), roundToIntegers(value));
}

Value Emitter::lostInProduct(Value a, Value b, Value product) {
  auto add = [&](Value x, Value y) { return binary<tosa::AddOp>(x, y); };
  auto sub = [&](Value x, Value y) { return binary<tosa::SubOp>(x, y); };
  // The upper half of the bits, and the lower.
  auto split = [&](Value value) -> std::pair<Value, Value> {
    Value scaled = mul(value, scalarLike(4097.0, value));
    Value high = sub(scaled, sub(scaled, value));
    return {high, sub(value, high)};
  };
  auto [aHigh, aLow] = split(a);
  auto [bHigh, bLow] = split(b);
  Value lost = sub(mul(aHigh, bHigh), product);
  lost = add(add(lost, mul(aHigh, bLow)), mul(aLow, bHigh));
  return add(lost, mul(aLow, bLow));
}

Value Emitter::reciprocal(Value value) {
  if (auto producer = value.getDefiningOp<tosa::ReciprocalOp>())
    return producer.getInput1();
  return unary<tosa::ReciprocalOp>(value);
}

Value Emitter::sqrt(Value value) { return reciprocal(unary<tosa::RsqrtOp>(value)); }

Value Emitter::matmul(Value a, Value b) {
  ArrayRef<int64_t> left = shapeOf(a), right = shapeOf(b);
  return tosa::MatMulOp::create(builder, type({left[0], left[1], right[2]}), a, b, zeroPoint(),
                                zeroPoint());
}
