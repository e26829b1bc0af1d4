//===- Constant.h - Tensors known at import ---------------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Constants of a model and what is computed with them on the host: every move of
// elements is one strided copy. Also the error type of the room.
//
//===----------------------------------------------------------------------===//

#ifndef CIM_LIB_FRONTEND_ONNX_CONSTANT_H
#define CIM_LIB_FRONTEND_ONNX_CONSTANT_H

#include "ElementType.h"
#include "Quantization.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/Twine.h"
#include <memory>
#include <stdexcept>
#include <string>

namespace cim::data {
struct Array;
}

namespace cim::onnx_frontend {

class ExternalData;

/// A rule the model breaks. Caught by importOnnx, which emits it.
struct ImportError : std::runtime_error {
  ImportError(const std::string &message, unsigned line = 0, unsigned column = 0)
      : std::runtime_error(message), line(line), column(column) {}

  /// Where in the text of the model, counted from 1; 0 if it is not known.
  unsigned line, column;
};

/// Throws ImportError.
[[noreturn]] void fail(const llvm::Twine &message);

using Shape = llvm::SmallVector<int64_t>;

/// "[1, 3, 28, 28]".
std::string str(llvm::ArrayRef<int64_t> shape);

/// The number of elements; negative dimensions, more than 8 axes and more than 2^31 - 1
/// elements are errors.
int64_t elementCount(llvm::ArrayRef<int64_t> shape);

/// The shape that two shapes broadcast to.
Shape broadcast(llvm::ArrayRef<int64_t> a, llvm::ArrayRef<int64_t> b);

/// The shape with leading ones up to a rank.
Shape extended(llvm::ArrayRef<int64_t> shape, size_t rank);

/// The shape with its axes in the order of a permutation.
Shape permuted(llvm::ArrayRef<int64_t> shape, llvm::ArrayRef<int64_t> permutation);

/// Tensors that grow as they are computed here have at most so many elements.
inline constexpr int64_t kMaxHostElements = 1 << 16;

/// Bytes that copies share: those of a string or of a mapped file.
using Bytes = std::shared_ptr<const llvm::StringRef>;

Bytes share(std::string bytes);

/// A tensor in row-major order, of float or, for integers and booleans, of int64. Copies share
/// their bytes.
struct Constant {
  /// As the model gives it.
  ElementType type = onnx::TensorProto::FLOAT;
  Shape shape;
  /// Of the value that holds it first; empty before there is one.
  std::string name;
  Bytes bytes;
  /// Of floats that stand for codes; of integers that are codes, their range alone.
  std::shared_ptr<const Quantization> quantization = nullptr;

  bool isFloat() const { return onnx_frontend::isFloat(type); }
  size_t elementBytes() const { return isFloat() ? sizeof(float) : sizeof(int64_t); }
  int64_t size() const { return bytes->size() / elementBytes(); }
  llvm::ArrayRef<float> floats() const;
  llvm::ArrayRef<int64_t> ints() const;
};

Constant makeConstant(llvm::ArrayRef<float> values, llvm::ArrayRef<int64_t> shape,
                      llvm::StringRef name = {}, ElementType type = onnx::TensorProto::FLOAT);
Constant makeConstant(llvm::ArrayRef<int64_t> values, llvm::ArrayRef<int64_t> shape,
                      llvm::StringRef name = {}, ElementType type = onnx::TensorProto::INT64);

/// Takes the data out of a TensorProto, or out of the file that it names: float32 bytes are moved,
/// or used where they are mapped; other floats are converted to float32, integers widened to int64.
Constant readTensor(onnx::TensorProto &proto, llvm::StringRef name, ExternalData &external);

/// A constant of an element type with the elements of an array, which must fit it.
Constant constantOf(const data::Array &array, ElementType type, llvm::StringRef name);

/// Element i of the result is element `offset + sum(i * strides)`: any permutation,
/// slice and repetition. Offset and strides are in bounds.
Constant view(const Constant &constant, llvm::ArrayRef<int64_t> shape, int64_t offset,
              llvm::ArrayRef<int64_t> strides);

/// Row-major strides of a shape.
Shape stridesOf(llvm::ArrayRef<int64_t> shape);

Constant reshape(const Constant &constant, llvm::ArrayRef<int64_t> shape);
Constant permute(const Constant &constant, llvm::ArrayRef<int64_t> permutation);
Constant slice(const Constant &constant, llvm::ArrayRef<int64_t> start,
               llvm::ArrayRef<int64_t> size);
Constant broadcastTo(const Constant &constant, llvm::ArrayRef<int64_t> shape);
/// The elements at `indices` along an axis.
Constant take(const Constant &constant, int64_t axis, llvm::ArrayRef<int64_t> indices);
Constant concat(llvm::ArrayRef<Constant> constants, int64_t axis);
/// Each element times a factor, rounded once.
Constant scaled(const Constant &constant, double factor);

} // namespace cim::onnx_frontend

#endif // CIM_LIB_FRONTEND_ONNX_CONSTANT_H
