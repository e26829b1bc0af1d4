//===- MvmLayer.h - Crossbar layers for tests of kernels --------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Random layers, and a direct transcription of section 2 of the design contract that
// says what each must compute.
//
//===----------------------------------------------------------------------===//

#ifndef CIM_TEST_UNIT_RUNTIME_MVMLAYER_H
#define CIM_TEST_UNIT_RUNTIME_MVMLAYER_H

#include "RandomTest.h"
#include "kernels/MvmKernels.h"

namespace cim::test {

/// A layer with everything its plan points to.
struct Layer {
  runtime::MvmPlan plan = {};
  std::vector<int64_t> cycles;        // bits of each cycle of one pass
  std::vector<int8_t> codes, section; // codes are [G][K][N/G], G of groups or matrices
  std::vector<float> start, scale, reciprocal, input;
  runtime::WritePlan write = {}; // If weights are computed:
  std::vector<float> weights;    // what codes are quantized from.
  std::vector<int32_t> offsets, thresholds, levels, columnSums;
  std::vector<float> reference;

  int64_t positions() const {
    return plan.matrices * plan.batch *
           (plan.hasWindow ? plan.outHeight * plan.outWidth : plan.height * plan.width);
  }
  int64_t outputs() const { return plan.groups * plan.columns; }
};

/// What a layer computes, by the book.
std::vector<float> evaluate(const Layer &layer, runtime::MvmStats &stats);

void makeRandomLayer(Random &random, Layer &layer);

} // namespace cim::test

#endif // CIM_TEST_UNIT_RUNTIME_MVMLAYER_H
