//===- Costs.h - The keys of #cim.costs -------------------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The one list of the numbers that a cost depends on: the attribute, its reader,
// the target file and its documentation go by it.
//
//===----------------------------------------------------------------------===//

#ifndef CIM_IR_COSTS_H
#define CIM_IR_COSTS_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

namespace cim {

/// The numbers of #cim.costs, in the order in which they are stored.
enum class CostKey : unsigned {
  AdcColumns,
  ConversionNs,
  AdcReferenceBits,
  AdcPj,
  AdcUm2,
  AdcEnergyFactor,
  AdcAreaFactor,
  DacPj,
  DacUm2,
  CellReadPj,
  CellWritePj,
  CellUm2,
  SampleHoldPj,
  SampleHoldUm2,
  ShiftAddPj,
  ShiftAddUm2,
  InputRegisterPj,
  InputRegisterUm2,
  OutputRegisterPj,
  OutputRegisterUm2,
  DequantizePj,
};

/// What a key means, and the values that it may have.
struct CostKeyInfo {
  CostKey key;
  llvm::StringLiteral name;
  llvm::StringLiteral unit;
  /// Whether only whole numbers are allowed.
  bool integral;
  double low, high, defaultValue;
  llvm::StringLiteral meaning;
  /// Where the default comes from.
  llvm::StringLiteral source;
};

/// All keys, in the order of CostKey.
llvm::ArrayRef<CostKeyInfo> getCostKeys();

} // namespace cim

#endif // CIM_IR_COSTS_H
