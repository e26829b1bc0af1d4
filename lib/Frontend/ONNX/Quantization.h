//===- Quantization.h - What codes stand for --------------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The quantization of a tensor as the model declares it, and where it is after elements of a
// constant have moved. All forms of quantized models (QDQ, QCDQ, QONNX, QOperator) become this.
//
//===----------------------------------------------------------------------===//

#ifndef CIM_LIB_FRONTEND_ONNX_QUANTIZATION_H
#define CIM_LIB_FRONTEND_ONNX_QUANTIZATION_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"
#include <optional>

namespace cim::onnx_frontend {

/// Code q stands for `(q - zeroPoint) * scale`.
struct Quantization {
  /// The codes are in this range, of 8 bits or less.
  int64_t low, high;
  /// One of each, or one per index of `axis`, normal and positive.
  llvm::SmallVector<float> scales;
  llvm::SmallVector<int64_t> zeroPoints;
  std::optional<int64_t> axis = std::nullopt;
  /// Codes are signs, -1 or 1: never 0.
  bool isBinary = false;

  /// The range has two codes or more, and the zero points are in it: a Clip can break this.
  bool isStorable() const;
  /// The index of the scale and zero point of an element of a row-major tensor.
  size_t indexOf(int64_t element, llvm::ArrayRef<int64_t> shape) const;
  /// `clamp(roundeven(value / scale) + zeroPoint, low, high)`; not-a-number becomes the
  /// zero point.
  int64_t codeOf(float value, size_t index) const;
  /// One float32 multiplication.
  float valueOf(int64_t code, size_t index) const;

  /// That of a tensor whose elements have moved; absent if it cannot be told.
  Quantization permuted(llvm::ArrayRef<int64_t> permutation) const;
  std::optional<Quantization> reshaped(llvm::ArrayRef<int64_t> from,
                                       llvm::ArrayRef<int64_t> to) const;
  Quantization sliced(llvm::ArrayRef<int64_t> start, llvm::ArrayRef<int64_t> size) const;
};

} // namespace cim::onnx_frontend

#endif // CIM_LIB_FRONTEND_ONNX_QUANTIZATION_H
