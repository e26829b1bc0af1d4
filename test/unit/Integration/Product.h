//===- Product.h - The exact sums of a layer --------------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Quantized operands and their product by direct loops over pixels, without matrices, tiles,
// slices or digits: independent of everything that is tested with it.
//
//===----------------------------------------------------------------------===//

#ifndef CIM_TEST_UNIT_INTEGRATION_PRODUCT_H
#define CIM_TEST_UNIT_INTEGRATION_PRODUCT_H

#include "cim-mlir/Reference/Reference.h"
#include "cim/IR/CimOps.h"

namespace cim::test {

/// Codes of binary weights count in steps of alpha / 4, which beta is a multiple of.
constexpr int64_t kBetaSteps = 4;

/// Of one output: sum (xq - z) * wq and sum |(xq - z) * wq| over its rows, sum |wq| and sum wq,
/// and s_w.
struct ExactSum {
  int64_t sum = 0, magnitude = 0, weights = 0, signedWeights = 0;
  float scale = 1;
};

/// The sums of all outputs of a calibrated layer with weight scales per layer or channel.
/// `weight` is the second operand of the operation.
std::vector<ExactSum> computeExactSums(LayerOpInterface layer, const reference::Tensor &input,
                                       const reference::Tensor &weight);

} // namespace cim::test

#endif // CIM_TEST_UNIT_INTEGRATION_PRODUCT_H
