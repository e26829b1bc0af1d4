//===- Quantization.h - What a model fixes of a layer -----------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Finds the cim.quantize and cim.dequantize before the operands of a layer and
// expresses them as its precision, so that the layer computes with the model's codes.
//
//===----------------------------------------------------------------------===//

#ifndef LIB_CONVERSION_TOSATOCIM_QUANTIZATION_H
#define LIB_CONVERSION_TOSATOCIM_QUANTIZATION_H

#include "cim/Analysis/QuantizedConstant.h"
#include "llvm/ADT/DenseMap.h"

namespace cim {

/// True if a layer can hold `weight` as a constant: it is one, or one is quantized,
/// dequantized and moved about to give it.
bool isConstantWeight(mlir::Value weight);

/// The constant weights of a layer, or of the groups of one, of which at least one is
/// quantized.
class QuantizedWeights {
public:
  /// `isConv`: outputs are the first axis of each weight, else the last.
  QuantizedWeights(mlir::ValueRange weights, bool isConv);

  /// Why no layer of this mapping can hold them, or an empty string.
  std::string getObstacle(MappingAttr mapping) const;

  /// Their precision, and the floats that they stand for; without obstacle only.
  WeightAttr getPrecision(mlir::MLIRContext *context) const;
  std::vector<float> getValues() const;

private:
  /// The weight of one group: element i is element order[i] of the constant, or i.
  struct Group {
    QuantizedConstant constant;
    std::vector<int32_t> order;

    int64_t find(int64_t i) const { return order.empty() ? i : order[i]; }
  };

  CodeRange getRange() const;
  int64_t getOutput(int64_t group, int64_t element) const;
  void addScale(int64_t output, float scale);

  bool isComplete = true, isPerChannel = false;
  bool isConv;
  /// Of all groups; rows of a convolution's weight hold one output each.
  int64_t outputs, rowSize;
  std::vector<Group> groups;
  /// 1 if all are binary.
  int64_t bits = 1;
  int16_t least = 0, greatest = 0;
  /// One for each output, 0 before it is known.
  std::vector<float> scales;
  std::optional<int64_t> mixedOutput;
};

/// What a layer reads in place of an operand that its model quantizes.
template <typename PrecisionT> struct GivenOperand {
  mlir::Value source;
  /// Null if the operand is not quantized.
  PrecisionT precision;
  /// Why no layer can take it, or empty.
  std::string obstacle;
};

/// Takes quantization away from the computed operands of layers. Layers that share an
/// operand share what is made for it; inputs and weights need an object each.
class OperandQuantization {
public:
  GivenOperand<ActivationAttr> getInput(mlir::Value input);
  /// The right operand of a product of two computed ones.
  GivenOperand<WeightAttr> getComputedWeight(mlir::Value weight);

private:
  mlir::Value getPlain(mlir::Value value, std::pair<int64_t, int64_t> range);

  /// What getPlain has made.
  llvm::DenseMap<mlir::Value, mlir::Value> plain;
};

} // namespace cim

#endif // LIB_CONVERSION_TOSATOCIM_QUANTIZATION_H
