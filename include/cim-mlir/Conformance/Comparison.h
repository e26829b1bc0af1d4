//===- Comparison.h - Results against expectations --------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// With the tolerances of ONNX's own test runner.
//
//===----------------------------------------------------------------------===//

#ifndef CIM_MLIR_CONFORMANCE_COMPARISON_H
#define CIM_MLIR_CONFORMANCE_COMPARISON_H

#include "cim-mlir/Data/Arrays.h"

namespace cim::conformance {

/// Empty if `got` is as expected, else where it first differs. Types and shapes must be equal,
/// integers and booleans too; floats differ by at most 1e-7 + 1e-3 * |expected|, NaN is NaN and
/// infinities are themselves.
std::string compare(const data::Array &expected, const data::Array &got);

} // namespace cim::conformance

#endif // CIM_MLIR_CONFORMANCE_COMPARISON_H
