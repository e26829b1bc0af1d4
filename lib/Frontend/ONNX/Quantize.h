//===- Quantize.h - Between floats and codes --------------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Quantization of tensors, shared by the operators of all forms of quantized models.
//
//===----------------------------------------------------------------------===//

#ifndef CIM_LIB_FRONTEND_ONNX_QUANTIZE_H
#define CIM_LIB_FRONTEND_ONNX_QUANTIZE_H

#include "Node.h"

namespace cim::onnx_frontend {

/// Fails unless a scale is one of a quantized type.
void checkScale(float scale);

/// Scale and zero point as inputs of a node, in ONNX's own operators.
struct QuantizationInputs {
  Tensor scale;
  /// Absent: 0.
  std::optional<Tensor> zeroPoint;
  /// Of the codes.
  ElementType type;
  /// That lists belong to.
  std::optional<int64_t> axis;

  /// What they say about a tensor of codes, if both are constants.
  std::optional<Quantization> known() const;
};

/// A scale, and a zero point if the node has such an input, for a tensor of a shape: one each,
/// or lists along an axis. Without a type the zero point gives that of the codes.
QuantizationInputs readQuantization(Node &node, const Tensor &scale, unsigned zeroPointInput,
                                    llvm::ArrayRef<int64_t> shape, std::optional<int64_t> axis,
                                    std::optional<ElementType> type);

/// Codes of floats: `cim.quantize` if scale and zero point are constants, else arithmetic.
Tensor quantize(Emitter &emit, const Tensor &tensor, const QuantizationInputs &inputs);
/// Floats of codes: `cim.dequantize` if scale and zero point are constants, else arithmetic.
Tensor dequantize(Emitter &emit, const Tensor &codes, const QuantizationInputs &inputs);
/// Computed floats rounded to what codes can stand for.
Tensor quantizeAndBack(Emitter &emit, const Tensor &tensor, const Quantization &quantization);
/// A constant of such floats that remembers its quantization, if it can be a weight.
Constant withQuantization(Constant constant, const Quantization &quantization);
/// Codes brought into a range that they remember: constants and what `cim.quantize` gives;
/// absent for others.
std::optional<Tensor> clipCodes(Emitter &emit, const Tensor &codes, int64_t low, int64_t high);

/// The quotient as IEEE division has it but for rare last bits, because codes are made of halves:
/// that of the reciprocal, corrected by its rest. Quotients are below 2^115.
mlir::Value divideAccurately(Emitter &emit, mlir::Value value, mlir::Value divisor);

} // namespace cim::onnx_frontend

#endif // CIM_LIB_FRONTEND_ONNX_QUANTIZE_H
