//===- Elements.cpp - Reading and making constant tensors -------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See Elements.h.
//
//===----------------------------------------------------------------------===//

#include "cim/Analysis/Elements.h"
#include "mlir/IR/Matchers.h"
#include "llvm/Support/Alignment.h"

using namespace mlir;
using namespace cim;

FailureOr<ArrayRef<char>> cim::getElementBytes(ElementsAttr attr, size_t elementBytes) {
  if (!attr.getElementType().isIntOrFloat() ||
      attr.getElementType().getIntOrFloatBitWidth() != 8 * elementBytes)
    return failure();
  if (auto dense = dyn_cast<DenseElementsAttr>(attr))
    return dense.getRawData();
  auto resource = dyn_cast<DenseResourceElementsAttr>(attr);
  if (!resource)
    return failure();
  const AsmResourceBlob *blob = resource.getRawHandle().getBlob();
  if (!blob || blob->getData().size() != elementBytes * attr.getNumElements() ||
      !llvm::isAddrAligned(llvm::Align(elementBytes), blob->getData().data()))
    return failure();
  return blob->getData();
}

std::pair<int64_t, int64_t> cim::getExtremes(ArrayRef<int8_t> codes) {
  int8_t low = codes[0], high = codes[0];
  for (int8_t code : codes) { // Not minmax_element, which is no loop of vectors.
    low = std::min(low, code);
    high = std::max(high, code);
  }
  return {low, high};
}

/// All elements stored as T, each converted to U.
template <typename T, typename U> static FailureOr<SmallVector<U>> readAs(ElementsAttr attr) {
  FailureOr<ElementsView<T>> view = viewElements<T>(attr);
  if (failed(view))
    return failure();
  SmallVector<U> values(view->size);
  for (int64_t i = 0; i < view->size; ++i)
    values[i] = (*view)[i];
  return values;
}

FailureOr<SmallVector<float>> cim::readF32(ElementsAttr attr) { return readAs<float, float>(attr); }

FailureOr<SmallVector<int64_t>> cim::readIntegers(ElementsAttr attr) {
  auto type = dyn_cast<IntegerType>(attr.getElementType());
  if (!type)
    return failure();
  switch (type.getWidth()) {
  case 8:
    return type.isUnsigned() ? readAs<uint8_t, int64_t>(attr) : readAs<int8_t, int64_t>(attr);
  case 32:
    return readAs<int32_t, int64_t>(attr);
  case 64:
    return readAs<int64_t, int64_t>(attr);
  default:
    return failure();
  }
}

ElementsAttr cim::getConstant(Value value) {
  ElementsAttr attr;
  matchPattern(value, m_Constant(&attr));
  return attr;
}

FailureOr<double> cim::toDouble(int64_t value) {
  double number = static_cast<double>(value);
  if (number == 0x1p63 || static_cast<int64_t>(number) != value)
    return failure();
  return number;
}

FailureOr<double> cim::readNumber(Value value) {
  ElementsAttr attr = getConstant(value);
  if (!attr || !attr.isSplat())
    return failure();
  if (attr.getElementType().isF32()) {
    FailureOr<ElementsView<float>> view = viewElements<float>(attr);
    if (failed(view))
      return failure();
    return (*view)[0];
  }
  // Only of i1 can `dense` not be read as bytes.
  if (auto dense = dyn_cast<DenseElementsAttr>(attr); dense && attr.getElementType().isInteger(1))
    return dense.getSplatValue<bool>();
  FailureOr<SmallVector<int64_t>> integers = readIntegers(attr);
  if (failed(integers))
    return failure();
  return toDouble(integers->front());
}

template <typename T>
static ElementsAttr copyElements(RankedTensorType type, const void *elements, StringRef name) {
  const T *first = static_cast<const T *>(elements);
  return makeElements(type, std::vector<T>(first, first + type.getNumElements()), name);
}

ElementsAttr cim::makeElements(RankedTensorType type, const void *elements, StringRef name) {
  if (type.getElementType().isF32())
    return copyElements<float>(type, elements, name);
  switch (type.getElementTypeBitWidth()) {
  case 64:
    return copyElements<int64_t>(type, elements, name);
  case 32:
    return copyElements<int32_t>(type, elements, name);
  case 8:
    return type.getElementType().isUnsignedInteger() ? copyElements<uint8_t>(type, elements, name)
                                                     : copyElements<int8_t>(type, elements, name);
  default: // Resources have no form for bits.
    return DenseElementsAttr::get(
        type, ArrayRef(static_cast<const bool *>(elements), type.getNumElements()));
  }
}

/// The resource of a constant, or null.
static AsmResourceBlob *getResource(Attribute attr) {
  auto resource = dyn_cast_or_null<DenseResourceElementsAttr>(attr);
  return resource ? resource.getRawHandle().getBlob() : nullptr;
}

ResourceUses::ResourceUses(Operation *root) {
  AttrTypeWalker walker;
  walker.addWalk([&](DenseResourceElementsAttr attr) { others.insert(getResource(attr)); });
  root->walk([&](Operation *op) {
    if (op->hasTrait<OpTrait::ConstantLike>() && op->getNumResults() == 1)
      ++constants[getResource(getConstant(op->getResult(0)))];
    else
      walker.walk(op->getAttrDictionary());
  });
}

void ResourceUses::release(ElementsAttr attr) {
  AsmResourceBlob *blob = getResource(attr);
  if (blob && --constants[blob] <= 0 && !others.contains(blob))
    *blob = AsmResourceBlob();
}
