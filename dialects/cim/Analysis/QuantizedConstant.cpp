//===- QuantizedConstant.cpp - Constants that a model quantizes -*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See QuantizedConstant.h.
//
//===----------------------------------------------------------------------===//

#include "cim/Analysis/QuantizedConstant.h"
#include "cim/Analysis/Elements.h"
#include <cmath>

using namespace mlir;
using namespace cim;

/// Fills the codes from elements stored as T; false if there are none.
template <typename T, typename ToCode>
static bool fillCodes(ElementsAttr attr, QuantizedConstant &constant, ToCode toCode) {
  FailureOr<ElementsView<T>> view = viewElements<T>(attr);
  if (failed(view))
    return false;
  constant.codes.resize(view->size);
  for (int64_t i = 0; i < view->size; ++i)
    constant.codes[i] = toCode((*view)[i], i);
  return true;
}

static bool castCodes(ElementsAttr attr, QuantizedConstant &constant) {
  const QuantizedType &type = constant.type;
  auto toCode = [&](int64_t stored, int64_t i) {
    return std::clamp(stored, type.low, type.high) - type.zeroPoints[type.indexOf(i)];
  };
  if (attr.getElementType().isInteger(32))
    return fillCodes<int32_t>(attr, constant, toCode);
  return attr.getElementType().isUnsignedInteger() ? fillCodes<uint8_t>(attr, constant, toCode)
                                                   : fillCodes<int8_t>(attr, constant, toCode);
}

static bool quantizeFloats(ElementsAttr attr, QuantizedConstant &constant) {
  const QuantizedType &type = constant.type;
  return fillCodes<float>(attr, constant, [&](float x, int64_t i) -> int16_t {
    if (constant.binary)
      return x >= 0 ? 1 : -1;
    int64_t zeroPoint = type.zeroPoints[type.indexOf(i)];
    if (std::isnan(x))
      return 0;
    float code = std::nearbyint(x / type.scales[type.indexOf(i)]);
    return std::clamp<float>(code, type.low - zeroPoint, type.high - zeroPoint);
  });
}

std::optional<QuantizedConstant> cim::readQuantizedConstant(DequantizeOp dequantize) {
  QuantizedConstant constant{QuantizedType(dequantize.getCodes().getType()), {}};
  auto cast = dequantize.getCodes().getDefiningOp<StorageCastOp>();
  auto quantize = dequantize.getCodes().getDefiningOp<QuantizeOp>();
  if (!cast && !quantize)
    return std::nullopt;
  ElementsAttr attr = getConstant(cast ? cast.getInput() : quantize.getInput());
  if (!attr)
    return std::nullopt;
  constant.binary = quantize && quantize.getBinary();
  bool isRead = cast ? castCodes(attr, constant) : quantizeFloats(attr, constant);
  return isRead ? std::optional(std::move(constant)) : std::nullopt;
}
