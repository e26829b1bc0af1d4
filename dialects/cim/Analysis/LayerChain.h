//===- LayerChain.h - The array-level operations of a layer -----*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// At the array level a layer is a chain of operations around its `cim.mvm`.
// Passes and lowerings find it here.
//
//===----------------------------------------------------------------------===//

#ifndef CIM_ANALYSIS_LAYERCHAIN_H
#define CIM_ANALYSIS_LAYERCHAIN_H

#include "cim/IR/CimOps.h"

namespace cim {

/// write_arrays -> mvm -> (adc_quantize ->) shift_add -> adc_dequantize, whose
/// start value is a correction of the same arrays. `adc` is null while, or because, the ADC is
/// ideal; one of placement preactivation follows the shift_add.
struct LayerChain {
  WriteArraysOp write;
  MvmOp mvm;
  AdcQuantizeOp adc;
  ShiftAddOp add;
  CorrectionOp correction;
  AdcDequantizeOp dequantize;

  /// The weight matrices that are stored in the arrays.
  LayerShape getShape();
  /// True if they are computed and written at run time.
  bool isDynamic();
};

/// The chain of a layer. It is an error, reported at `mvm`, if an operation is
/// missing, if its result is used elsewhere (only `write` may be shared with other layers),
/// or if the operations around a computed weight disagree on its precision.
mlir::FailureOr<LayerChain> getLayerChain(MvmOp mvm);

} // namespace cim

#endif // CIM_ANALYSIS_LAYERCHAIN_H
