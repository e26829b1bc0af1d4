//===- Quantization.h - The quantization of models --------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What the operations that carry !quant.uniform types mean, whose codes are integers, and
// layers that were made of them.
//
//===----------------------------------------------------------------------===//

#ifndef CIM_LIB_REFERENCE_QUANTIZATION_H
#define CIM_LIB_REFERENCE_QUANTIZATION_H

#include "Tensors.h"
#include "cim/IR/CimOps.h"

namespace cim::reference {

Tensor quantize(QuantizeOp op, const Tensor &input);
Tensor dequantize(DequantizeOp op, const Tensor &codes);
Tensor storageCast(StorageCastOp op, Tensor input);

/// The operands of a float layer: quantized and dequantized where its model says so.
mlir::FailureOr<llvm::SmallVector<Tensor>> layerOperands(LayerOpInterface layer,
                                                         llvm::ArrayRef<Tensor> operands);

} // namespace cim::reference

#endif // CIM_LIB_REFERENCE_QUANTIZATION_H
