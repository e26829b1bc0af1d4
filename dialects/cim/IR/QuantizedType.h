//===- QuantizedType.h - What a !quant.uniform type says --------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// One view of the types of codes that differ per tensor or per axis.
//
//===----------------------------------------------------------------------===//

#ifndef CIM_IR_QUANTIZEDTYPE_H
#define CIM_IR_QUANTIZEDTYPE_H

#include "mlir/Dialect/Quant/IR/QuantTypes.h"
#include "mlir/IR/BuiltinTypes.h"

namespace cim {

/// The parameters of a quantized tensor that verifiers have accepted.
struct QuantizedType {
  explicit QuantizedType(mlir::Type tensor);

  /// Storage range.
  int64_t low, high;
  /// One of each, or one per index of `axis`.
  llvm::SmallVector<float> scales;
  llvm::SmallVector<int64_t> zeroPoints;
  /// Absent: per tensor.
  std::optional<int64_t> axis;

  /// The index of the scale and zero point of an element, which is counted row-major.
  int64_t indexOf(int64_t element) const { return element / stride % int64_t(scales.size()); }

private:
  /// Elements between one index of `axis` and the next.
  int64_t stride = 1;
};

} // namespace cim

#endif // CIM_IR_QUANTIZEDTYPE_H
