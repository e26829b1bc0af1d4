//===- Elements.h - Reading and making constant tensors ---------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Constants are `dense` up to 64 elements and `dense_resource` above. MLIR
// checks neither that a resource is there nor that it has the right size: every
// read here does, and a resource that fails the check is a failure to read.
//
//===----------------------------------------------------------------------===//

#ifndef CIM_ANALYSIS_ELEMENTS_H
#define CIM_ANALYSIS_ELEMENTS_H

#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/DialectResourceBlobManager.h"
#include "mlir/IR/Operation.h"
#include "mlir/IR/Value.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/DenseSet.h"

namespace cim {

/// Constants of more elements than this are resources.
constexpr int64_t kMaxDenseElements = 64;

/// The elements of a constant without copying them; a splat is stored once.
template <typename T> struct ElementsView {
  llvm::ArrayRef<T> data;
  int64_t size = 0;
  bool splat = false;

  T operator[](int64_t i) const { return data[splat ? 0 : i]; }
};

/// The bytes of a constant, of a splat those of its one element. Fails if a
/// resource is missing, or has not `elementBytes` aligned bytes per element, or
/// if elements of the type have another size.
mlir::FailureOr<llvm::ArrayRef<char>> getElementBytes(mlir::ElementsAttr attr, size_t elementBytes);

/// Views elements that are stored as T: float, int8_t, uint8_t, int32_t, int64_t.
template <typename T> mlir::FailureOr<ElementsView<T>> viewElements(mlir::ElementsAttr attr) {
  if (attr.getElementType().isF32() != std::is_same_v<T, float>)
    return mlir::failure();
  mlir::FailureOr<llvm::ArrayRef<char>> bytes = getElementBytes(attr, sizeof(T));
  if (failed(bytes))
    return mlir::failure();
  return ElementsView<T>{{reinterpret_cast<const T *>(bytes->data()), bytes->size() / sizeof(T)},
                         attr.getNumElements(),
                         attr.isSplat()};
}

/// The least and the greatest of some codes, of which there is one.
std::pair<int64_t, int64_t> getExtremes(llvm::ArrayRef<int8_t> codes);

/// Views elements that are not an attribute yet.
template <typename T> ElementsView<T> viewElements(const std::vector<T> &elements) {
  return {elements, int64_t(elements.size()), /*splat=*/false};
}

/// All elements of an f32 constant, a splat repeated.
mlir::FailureOr<llvm::SmallVector<float>> readF32(mlir::ElementsAttr attr);

/// All elements of a constant of i8, ui8, i32 or i64, a splat repeated.
mlir::FailureOr<llvm::SmallVector<int64_t>> readIntegers(mlir::ElementsAttr attr);

/// The attribute of the constant operation that defines a value, or null.
mlir::ElementsAttr getConstant(mlir::Value value);

/// An integer as a double; fails if there is no such double.
mlir::FailureOr<double> toDouble(int64_t value);

/// The number that a constant of one element, or of equal elements, holds: a zero
/// point, a shift, the value of padding. Fails if `value` is no such constant, or if
/// no double is that number.
mlir::FailureOr<double> readNumber(mlir::Value value);

/// True if `value` is a constant of zeros.
inline bool isConstantZero(mlir::Value value) {
  mlir::FailureOr<double> number = readNumber(value);
  return succeeded(number) && *number == 0;
}

/// Makes the attribute of a constant from its elements, which are moved into a
/// resource above kMaxDenseElements. `name` is the resource's name if it is free.
template <typename T>
mlir::ElementsAttr makeElements(mlir::ShapedType type, std::vector<T> data, llvm::StringRef name) {
  if (type.getNumElements() <= kMaxDenseElements)
    return mlir::DenseElementsAttr::get(type, llvm::ArrayRef<T>(data));
  llvm::ArrayRef<T> elements(data);
  // The deleter owns the elements; nothing is copied.
  mlir::AsmResourceBlob blob(
      elements, [owner = std::move(data)](T *, size_t, size_t) {}, /*dataIsMutable=*/false);
  return mlir::DenseResourceElementsAttr::get(type, name, std::move(blob));
}

/// The same from elements in memory, of any type that a program can hold; an i1 takes one byte.
mlir::ElementsAttr makeElements(mlir::RankedTensorType type, const void *elements,
                                llvm::StringRef name);

/// Frees the resources of constants that a pass replaces, which live as long as the context
/// otherwise. Counts the uses of all resources once, not for each of them.
class ResourceUses {
public:
  explicit ResourceUses(mlir::Operation *root);

  /// One constant operation less has this value: frees the data if none is left and nothing
  /// else below the root used it.
  void release(mlir::ElementsAttr attr);

private:
  /// By resource, not by attribute: two of different types may share one.
  llvm::DenseMap<const mlir::AsmResourceBlob *, int64_t> constants;
  llvm::DenseSet<const mlir::AsmResourceBlob *> others;
};

} // namespace cim

#endif // CIM_ANALYSIS_ELEMENTS_H
