//===- AdcTable.h - Thresholds and levels of an ADC -------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The rules of non-linear ADCs (section 2.6 of the design contract), for attributes and for
// the constants that are made of them.
//
//===----------------------------------------------------------------------===//

#ifndef CIM_IR_ADCTABLE_H
#define CIM_IR_ADCTABLE_H

#include "cim/IR/CimDialect.h"

namespace cim {

/// Checks the tensors of an ADC of `placement`: of i32 and shape `shape` + [L] and + [L+1] with L
/// in 1..2^bits-1, and their values as below unless they are in a resource, which may be read later
/// than its uses.
mlir::LogicalResult verifyAdcTable(llvm::function_ref<mlir::InFlightDiagnostic()> emitError,
                                   AdcPlacement placement, int64_t bits, int64_t referenceUnit,
                                   llvm::ArrayRef<int64_t> shape, mlir::ElementsAttr thresholds,
                                   mlir::ElementsAttr levels);

/// Checks that thresholds are there, are multiples of the unit, increase strictly along the last
/// axis and, if they are of partial sums, stay below 2^24 in magnitude, and that levels are there
/// and fit 16 bits.
mlir::LogicalResult verifyAdcTableValues(llvm::function_ref<mlir::InFlightDiagnostic()> emitError,
                                         AdcPlacement placement, int64_t referenceUnit,
                                         mlir::ElementsAttr thresholds, mlir::ElementsAttr levels);

} // namespace cim

#endif // CIM_IR_ADCTABLE_H
