//===- RandomLayer.h - Random calibrated layers -----------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Layers for property tests: every shape, width, granularity, tiling and kind of
// ADC that can be executed, with scales and values that are often ties.
//
//===----------------------------------------------------------------------===//

#ifndef CIM_TEST_UNIT_INTEGRATION_RANDOMLAYER_H
#define CIM_TEST_UNIT_INTEGRATION_RANDOMLAYER_H

#include "cim-mlir/Reference/Reference.h"
#include "mlir/IR/OwningOpRef.h"

namespace cim::test {

/// A module with one function @main that holds one layer, and arguments for it
/// that reach both ends of the activation codes.
struct RandomLayer {
  mlir::OwningOpRef<mlir::ModuleOp> module;
  llvm::SmallVector<reference::Tensor> arguments;
};

/// The same layer for the same seed, everywhere.
RandomLayer makeRandomLayer(mlir::MLIRContext *context, uint64_t seed);

} // namespace cim::test

#endif // CIM_TEST_UNIT_INTEGRATION_RANDOMLAYER_H
