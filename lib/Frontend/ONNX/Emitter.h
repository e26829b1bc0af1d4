//===- Emitter.h - Building tosa operations ---------------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Values in one of two layouts, and the tosa operations made of them. tosa does
// not broadcast ranks, wants zero points and shapes as operands, and has no float
// division: that is known here and nowhere else.
//
//===----------------------------------------------------------------------===//

#ifndef CIM_LIB_FRONTEND_ONNX_EMITTER_H
#define CIM_LIB_FRONTEND_ONNX_EMITTER_H

#include "Constant.h"
#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"
#include <optional>

namespace cim::onnx_frontend {

/// Order of axes that takes [N, C, H, W] to [N, H, W, C], and back.
inline constexpr int64_t kToChannelsLast[] = {0, 2, 3, 1};
inline constexpr int64_t kToChannelsFirst[] = {0, 3, 1, 2};

/// A value of the model: a constant on the host, or a tensor computed by the function
/// and held in the ONNX order of axes or channels-last.
struct Tensor {
  /// As ONNX sees it.
  Shape shape;
  mlir::Value value;
  bool channelsLast = false;
  std::optional<Constant> constant;
  /// As the model gives it; computed elements of narrow types are in range.
  ElementType type = onnx::TensorProto::FLOAT;

  static Tensor of(const Constant &constant);
  /// Of the element type that the value's is held for: FLOAT, INT64, INT32 or BOOL.
  static Tensor of(mlir::Value value, bool channelsLast = false);
  static Tensor of(mlir::Value value, bool channelsLast, ElementType type);

  bool isFloat() const { return onnx_frontend::isFloat(type); }
  bool isInteger() const { return !isFloat() && type != onnx::TensorProto::BOOL; }

  /// The axis of the held value that an ONNX axis is.
  int64_t heldAxis(int64_t axis) const;
  /// A list with one entry per ONNX axis in the order of the held value.
  Shape heldOrder(llvm::ArrayRef<int64_t> entries) const;
};

llvm::ArrayRef<int64_t> shapeOf(mlir::Value value);
mlir::Type elementOf(mlir::Value value);

class Emitter {
public:
  explicit Emitter(mlir::Location loc, mlir::OpBuilder &builder) : builder(loc, builder) {}

  mlir::ImplicitLocOpBuilder builder;

  /// Tensor types; every size is at least 1.
  mlir::RankedTensorType type(llvm::ArrayRef<int64_t> shape, mlir::Type element);
  mlir::RankedTensorType type(llvm::ArrayRef<int64_t> shape) {
    return type(shape, builder.getF32Type());
  }

  /// A quantized constant is its codes, dequantized.
  mlir::Value constant(const Constant &constant);
  /// A constant of one element, with `rank` axes.
  mlir::Value scalar(float value, size_t rank) { return scalar(value, builder.getF32Type(), rank); }
  /// The same of a held element type.
  mlir::Value scalar(double value, mlir::Type element, size_t rank);
  /// The same of the element type and with the rank of a value.
  mlir::Value scalarLike(double value, mlir::Value like) {
    return scalar(value, elementOf(like), shapeOf(like).size());
  }
  /// The zero point of float operands.
  mlir::Value zeroPoint() { return scalar(0.0f, 1); }

  /// The value of a tensor in a layout, with leading unit axes up to `rank`.
  mlir::Value hold(const Tensor &tensor, bool channelsLast, size_t rank);
  mlir::Value hold(const Tensor &tensor, bool channelsLast = false) {
    return hold(tensor, channelsLast, tensor.shape.size());
  }
  /// The same elements in another shape or order, on the host for a constant.
  Tensor reshape(const Tensor &tensor, llvm::ArrayRef<int64_t> shape);
  Tensor permute(const Tensor &tensor, llvm::ArrayRef<int64_t> permutation);
  /// A box of a tensor: on the host for a constant, else in the layout it is held in.
  Tensor slice(const Tensor &tensor, llvm::ArrayRef<int64_t> start, llvm::ArrayRef<int64_t> size);
  /// The same along one axis.
  Tensor cut(const Tensor &tensor, int64_t axis, int64_t start, int64_t size);

  mlir::Value reshape(mlir::Value value, llvm::ArrayRef<int64_t> shape);
  mlir::Value permute(mlir::Value value, llvm::ArrayRef<int64_t> permutation);
  mlir::Value slice(mlir::Value value, llvm::ArrayRef<int64_t> start, llvm::ArrayRef<int64_t> size);
  /// `count` elements along an axis, `step` apart.
  mlir::Value strided(mlir::Value value, int64_t axis, int64_t start, int64_t step, int64_t count);
  mlir::Value pad(mlir::Value value, llvm::ArrayRef<int64_t> low, llvm::ArrayRef<int64_t> high,
                  double with);
  mlir::Value concat(llvm::ArrayRef<mlir::Value> values, int64_t axis);
  mlir::Value tile(mlir::Value value, llvm::ArrayRef<int64_t> multiples);
  /// Repeats unit axes.
  mlir::Value broadcastTo(mlir::Value value, llvm::ArrayRef<int64_t> shape);
  mlir::Value clamp(mlir::Value value, float min, float max);
  mlir::Value select(mlir::Value condition, mlir::Value onTrue, mlir::Value onFalse);
  mlir::Value negate(mlir::Value value);
  /// Elements converted between the types that hold two element types: floats are
  /// truncated to integers and rounded to narrow floats, narrow integers wrap, what is not
  /// zero is true.
  mlir::Value cast(mlir::Value value, ElementType from, ElementType to);
  /// Elements of the type that holds a narrow integer type, brought into its range by
  /// wrapping.
  mlir::Value wrap(mlir::Value value, ElementType type);
  mlir::Value mul(mlir::Value a, mlir::Value b);
  /// Floats rounded to 32-bit integers, half to even, and those as floats.
  mlir::Value roundToIntegers(mlir::Value value);
  mlir::Value roundEven(mlir::Value value);
  /// `a * b - product` without error, if `product` is the rounded product of floats (T. J. Dekker,
  /// A Floating-Point Technique for Extending the Available Precision, 1971).
  mlir::Value lostInProduct(mlir::Value a, mlir::Value b, mlir::Value product);
  /// 1 / value; the reciprocal of a reciprocal is its operand.
  mlir::Value reciprocal(mlir::Value value);
  mlir::Value sqrt(mlir::Value value);
  mlir::Value matmul(mlir::Value a, mlir::Value b);

  template <typename Op> mlir::Value unary(mlir::Value value) {
    return Op::create(builder, value.getType(), value);
  }
  template <typename Op> mlir::Value binary(mlir::Value a, mlir::Value b) {
    return Op::create(builder, type(broadcast(shapeOf(a), shapeOf(b)), elementOf(a)), a, b);
  }
  /// Comparisons give i1.
  template <typename Op> mlir::Value compare(mlir::Value a, mlir::Value b) {
    return Op::create(builder, type(broadcast(shapeOf(a), shapeOf(b)), builder.getI1Type()), a, b);
  }
  template <typename Op> mlir::Value reduce(mlir::Value value, int64_t axis) {
    Shape shape(shapeOf(value));
    shape[axis] = 1;
    return Op::create(builder, type(shape, elementOf(value)), value, static_cast<uint32_t>(axis));
  }

private:
  /// A constant of the elements that bytes are.
  mlir::Value constant(mlir::RankedTensorType type, Bytes bytes, llvm::StringRef name);
  /// The codes of a quantized constant, dequantized.
  mlir::Value dequantized(const Constant &constant);
};

} // namespace cim::onnx_frontend

#endif // CIM_LIB_FRONTEND_ONNX_EMITTER_H
