//===- QuantizedConstant.h - Constants that a model quantizes ---*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The codes of a weight, whether its model stores them or the floats that they are
// made from.
//
//===----------------------------------------------------------------------===//

#ifndef CIM_ANALYSIS_QUANTIZEDCONSTANT_H
#define CIM_ANALYSIS_QUANTIZEDCONSTANT_H

#include "cim/IR/CimOps.h"
#include "cim/IR/QuantizedType.h"

namespace cim {

/// A constant of a quantized type.
struct QuantizedConstant {
  QuantizedType type;
  /// Every code minus its zero point.
  std::vector<int16_t> codes;
  /// The codes are -1 and 1, of the signs of a float constant.
  bool binary = false;

  float getScale(int64_t element) const { return type.scales[type.indexOf(element)]; }
  float getValue(int64_t element) const { return float(codes[element]) * getScale(element); }
};

/// What an operation dequantizes if it is constant: integers that are cast, or floats that
/// are quantized.
std::optional<QuantizedConstant> readQuantizedConstant(DequantizeOp dequantize);

} // namespace cim

#endif // CIM_ANALYSIS_QUANTIZEDCONSTANT_H
