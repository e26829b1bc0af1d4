//===- ImportFloats.cpp - Pass cim-import-floats ----------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Replaces the element type wherever it stands, in types as well as in attributes. Nothing
// has been checked yet, so resources are before their bytes are read.
//
//===----------------------------------------------------------------------===//

#include "cim/Analysis/Elements.h"
#include "cim/IR/CimDialect.h"
#include "cim/Transforms/Passes.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "mlir/IR/AttrTypeSubElements.h"

namespace cim {
#define GEN_PASS_DEF_IMPORTFLOATSPASS
#include "cim/Transforms/Passes.h.inc"
} // namespace cim

using namespace mlir;
using namespace cim;

static bool isOtherFloat(Type type) { return type.isF64() || type.isF16() || type.isBF16(); }

static APFloat toF32(APFloat value) {
  bool losesInfo;
  value.convert(APFloat::IEEEsingle(), APFloat::rmNearestTiesToEven, &losesInfo);
  return value;
}

static ElementsAttr toF32(DenseElementsAttr attr) {
  return attr.mapValues(Float32Type::get(attr.getContext()),
                        [](const APFloat &value) { return toF32(value).bitcastToAPInt(); });
}

/// Whether `bytes` is the size of a shape, which may have any product of dimensions.
static bool isSizeOf(size_t bytes, ArrayRef<int64_t> shape, size_t width) {
  size_t rest = bytes / width;
  for (int64_t size : shape) {
    if (size < 1 || rest % size != 0)
      return false;
    rest /= size;
  }
  return rest == 1 && bytes % width == 0;
}

/// Null if the resource is not there or has not the size of its type.
static ElementsAttr toF32(DenseResourceElementsAttr attr) {
  auto element = cast<FloatType>(attr.getElementType());
  size_t width = element.getWidth() / 8;
  const AsmResourceBlob *blob = attr.getRawHandle().getBlob();
  if (!blob || !isSizeOf(blob->getData().size(), attr.getType().getShape(), width))
    return {};
  std::vector<float> values;
  values.reserve(attr.getNumElements());
  for (const char *at = blob->getData().begin(); at != blob->getData().end(); at += width) {
    uint64_t bits = 0;
    std::memcpy(&bits, at, width);
    APFloat value(element.getFloatSemantics(), APInt(element.getWidth(), bits));
    values.push_back(toF32(value).convertToFloat());
  }
  auto type = RankedTensorType::get(attr.getType().getShape(), Float32Type::get(attr.getContext()));
  return makeElements(type, std::move(values), attr.getRawHandle().getKey());
}

namespace {

struct ImportFloatsPass : cim::impl::ImportFloatsPassBase<ImportFloatsPass> {
  void runOnOperation() override {
    ResourceUses resources(getOperation());
    AttrTypeReplacer replacer;
    replacer.addReplacement([](FloatType type) -> std::optional<Type> {
      return isOtherFloat(type) ? Float32Type::get(type.getContext()) : type;
    });
    replacer.addReplacement([](FloatAttr attr) -> std::optional<Attribute> {
      if (!isOtherFloat(attr.getType()))
        return attr;
      return FloatAttr::get(Float32Type::get(attr.getContext()), toF32(attr.getValue()));
    });
    replacer.addReplacement([](DenseElementsAttr attr) -> std::optional<Attribute> {
      return isOtherFloat(attr.getElementType()) ? toF32(attr) : attr;
    });
    // What a target says in double is not a float of the model.
    replacer.addReplacement([](Attribute attr) -> std::optional<std::pair<Attribute, WalkResult>> {
      if (isa<CimDialect>(attr.getDialect()))
        return std::make_pair(attr, WalkResult::skip());
      return std::nullopt;
    });
    WalkResult result = getOperation().walk([&](Operation *op) -> WalkResult {
      if (!isa<func::FuncOp>(op) && !isa_and_present<tosa::TosaDialect>(op->getDialect()))
        return WalkResult::advance();
      if (auto constant = dyn_cast<tosa::ConstOp>(op);
          constant && failed(convertResource(constant, resources)))
        return WalkResult::interrupt();
      replacer.replaceElementsIn(op, /*replaceAttrs=*/true, /*replaceLocs=*/false,
                                 /*replaceTypes=*/true);
      return WalkResult::advance();
    });
    if (result.wasInterrupted())
      signalPassFailure();
  }

private:
  LogicalResult convertResource(tosa::ConstOp op, ResourceUses &resources) {
    auto attr = dyn_cast<DenseResourceElementsAttr>(op.getValues());
    if (!attr || !isOtherFloat(attr.getElementType()))
      return success();
    ElementsAttr converted = toF32(attr);
    if (!converted)
      return op.emitOpError("resource '")
             << attr.getRawHandle().getKey() << "' must be present and have the size of its type";
    op.setValuesAttr(converted);
    resources.release(attr);
    ++numResources;
    return success();
  }
};

} // namespace
