//===- OneDnn.h - The same layers by oneDNN ---------------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What a layer takes as a float convolution or matrix product, or as one of bytes.
//
//===----------------------------------------------------------------------===//

#ifndef CIM_TEST_BENCH_ONEDNN_H
#define CIM_TEST_BENCH_ONEDNN_H

#include "Layers.h"

#include <functional>

namespace cim::bench {

/// Runs the layer on one thread, in whatever layouts of all operands oneDNN likes best. `bytes`
/// multiplies u8 by s8 to floats.
std::function<void()> makeOneDnnLayer(const LayerShape &shape, bool bytes);

} // namespace cim::bench

#endif // CIM_TEST_BENCH_ONEDNN_H
