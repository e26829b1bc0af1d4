//===- Tensors.cpp - Helpers for plain tensors ------------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See Tensors.h.
//
//===----------------------------------------------------------------------===//

#include "Tensors.h"
#include "mlir/IR/DialectResourceBlobManager.h"
#include <cstring>
#include <limits>

using namespace mlir;
using namespace cim::reference;

Tensor cim::reference::makeTensor(RankedTensorType type) {
  if (type.getElementType().isF32())
    return {type, std::vector<float>(type.getNumElements())};
  return {type, std::vector<int64_t>(type.getNumElements())};
}

Tensor cim::reference::makeTensor(ArrayRef<int64_t> shape, Type elementType) {
  return makeTensor(RankedTensorType::get(shape, elementType));
}

Tensor cim::reference::reshape(Tensor tensor, ArrayRef<int64_t> shape) {
  tensor.type = RankedTensorType::get(shape, tensor.type.getElementType());
  return tensor;
}

//===----------------------------------------------------------------------===//
// Coordinates
//===----------------------------------------------------------------------===//

Coordinates cim::reference::coordinatesOf(int64_t index, ArrayRef<int64_t> shape) {
  Coordinates coordinates(shape.size());
  for (size_t axis = shape.size(); axis-- > 0; index /= shape[axis])
    coordinates[axis] = index % shape[axis];
  return coordinates;
}

int64_t cim::reference::indexOf(ArrayRef<int64_t> coordinates, ArrayRef<int64_t> shape) {
  int64_t index = 0;
  for (size_t axis = 0; axis < shape.size(); ++axis)
    index = index * shape[axis] + coordinates[axis];
  return index;
}

int64_t cim::reference::broadcastIndexOf(ArrayRef<int64_t> coordinates, ArrayRef<int64_t> shape) {
  int64_t index = 0;
  for (size_t axis = 0; axis < shape.size(); ++axis)
    index = index * shape[axis] + (shape[axis] == 1 ? 0 : coordinates[axis]);
  return index;
}

//===----------------------------------------------------------------------===//
// Integers
//===----------------------------------------------------------------------===//

static bool isUnsigned(Type type) {
  return type.isInteger(1) || type.isIndex() || type.isUnsignedInteger();
}

/// Bits that an element is stored in as an int64_t; index counts as 63 bits, unsigned.
static unsigned widthOf(Type type) { return type.isIndex() ? 63 : type.getIntOrFloatBitWidth(); }

std::pair<int64_t, int64_t> cim::reference::integerRange(Type type) {
  unsigned width = widthOf(type);
  if (isUnsigned(type))
    return {0, width >= 63 ? std::numeric_limits<int64_t>::max() : (int64_t(1) << width) - 1};
  int64_t highest = static_cast<int64_t>((uint64_t(1) << (width - 1)) - 1);
  return {-highest - 1, highest};
}

int64_t cim::reference::wrap(int64_t value, Type type) {
  unsigned unused = 64 - widthOf(type);
  uint64_t top = static_cast<uint64_t>(value) << unused;
  return isUnsigned(type) ? static_cast<int64_t>(top >> unused)
                          : static_cast<int64_t>(top) >> unused;
}

//===----------------------------------------------------------------------===//
// Constants
//===----------------------------------------------------------------------===//

static Tensor readDense(DenseElementsAttr attr, RankedTensorType type) {
  Tensor tensor = makeTensor(type);
  if (tensor.isFloat())
    llvm::copy(attr.getValues<float>(), tensor.floats().begin());
  else
    for (auto [element, value] : llvm::zip(tensor.ints(), attr.getValues<APInt>()))
      element = wrap(value.getSExtValue(), type.getElementType());
  return tensor;
}

/// Elements of a resource are stored little-endian in whole bytes.
static FailureOr<Tensor> readResource(DenseResourceElementsAttr attr, RankedTensorType type,
                                      function_ref<InFlightDiagnostic()> emitError) {
  StringRef key = attr.getRawHandle().getKey();
  const AsmResourceBlob *blob = attr.getRawHandle().getBlob();
  if (!blob)
    return emitError() << "resource '" << key << "' has no data";
  Tensor tensor = makeTensor(type);
  ArrayRef<char> bytes = blob->getData();
  size_t elementBytes = (widthOf(type.getElementType()) + 7) / 8;
  size_t expected = elementBytes * type.getNumElements();
  if (bytes.size() != expected)
    return emitError() << "resource '" << key << "' must have " << expected << " bytes, got "
                       << bytes.size();
  for (int64_t i = 0; i < type.getNumElements(); ++i) {
    if (tensor.isFloat()) {
      std::memcpy(&tensor.floats()[i], &bytes[i * elementBytes], sizeof(float));
      continue;
    }
    int64_t value = 0;
    std::memcpy(&value, &bytes[i * elementBytes], elementBytes);
    tensor.ints()[i] = wrap(value, type.getElementType());
  }
  return tensor;
}

FailureOr<Tensor> cim::reference::readConstant(ElementsAttr attr,
                                               function_ref<InFlightDiagnostic()> emitError) {
  auto type = dyn_cast<RankedTensorType>(attr.getShapedType());
  if (!type || !(type.getElementType().isF32() || type.getElementType().isIntOrIndex()))
    return emitError() << "constant must be a tensor of f32 or integers, got "
                       << attr.getShapedType();
  if (auto dense = dyn_cast<DenseElementsAttr>(attr))
    return readDense(dense, type);
  if (auto resource = dyn_cast<DenseResourceElementsAttr>(attr))
    return readResource(resource, type, emitError);
  return emitError() << "constant must be dense or dense_resource, got " << attr;
}
