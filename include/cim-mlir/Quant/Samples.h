//===- Samples.h - Values and their counts ----------------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What statistics hand to the functions that choose quantizers.
//
//===----------------------------------------------------------------------===//

#ifndef CIM_MLIR_QUANT_SAMPLES_H
#define CIM_MLIR_QUANT_SAMPLES_H

#include <vector>

namespace cim::quant {

/// A value and how often it was seen.
struct Sample {
  double value;
  double count;
};

/// Samples, ascending, no value twice, each seen.
using Samples = std::vector<Sample>;

} // namespace cim::quant

#endif // CIM_MLIR_QUANT_SAMPLES_H
