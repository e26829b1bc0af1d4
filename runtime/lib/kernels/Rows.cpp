//===- Rows.cpp - Gather and scatter ----------------------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Copies the rows that indices name. Indices are data: each is checked before it is used.
//
//===----------------------------------------------------------------------===//

#include "Kernel.h"

#include <cstring>

using namespace cim::format;
using namespace cim::runtime;

namespace {

/// Which of K rows each of W rows is, for N batches: what indices [N, W] say.
class RowIndices {
public:
  /// `all` is [N, K, C], `chosen` [N, W, C].
  RowIndices(const KernelSpec &spec, const Tensor &all, const Tensor &chosen)
      : spec(spec), isWide(spec.input(1).type() == ElementType_I64), batches(all.dims()->Get(0)),
        rows(all.dims()->Get(1)), count(chosen.dims()->Get(1)),
        rowBytes(all.dims()->Get(2) * elementBytes(all.type())) {}

  /// Calls `copy(a, b, bytes)`, where `a` and `b` are the offsets of a row of `all` and of the row
  /// of `chosen` that is it, in ascending order of the latter.
  template <typename Copy> void forEach(const void *indices, Copy copy) const {
    if (isWide)
      forEachOf(static_cast<const int64_t *>(indices), copy);
    else
      forEachOf(static_cast<const int32_t *>(indices), copy);
  }

private:
  template <typename Index, typename Copy> void forEachOf(const Index *indices, Copy copy) const {
    for (int64_t n = 0; n < batches; ++n)
      for (int64_t w = 0; w < count; ++w) {
        int64_t at = n * count + w, index = indices[at];
        if (index < 0 || index >= rows)
          throw DataError(spec.describe() + ": indices must be in 0.." + std::to_string(rows - 1) +
                          ", got " + std::to_string(index));
        copy((n * rows + index) * rowBytes, at * rowBytes, rowBytes);
      }
  }

  KernelSpec spec;
  bool isWide;
  int64_t batches, rows, count, rowBytes;
};

} // namespace

std::unique_ptr<Kernel> cim::runtime::makeGather(const KernelSpec &spec) {
  RowIndices indices(spec, spec.input(0), spec.output());
  return makeKernel([=](const KernelCall &call) {
    auto *to = static_cast<uint8_t *>(call.output);
    const auto *from = call.input<uint8_t>(0);
    indices.forEach(call.inputs[1], [=](int64_t row, int64_t at, int64_t bytes) {
      memcpy(to + at, from + row, bytes);
    });
  });
}

std::unique_ptr<Kernel> cim::runtime::makeScatter(const KernelSpec &spec) {
  RowIndices indices(spec, spec.output(), spec.input(2));
  int64_t size = tensorBytes(spec.output());
  return makeKernel([=](const KernelCall &call) {
    auto *to = static_cast<uint8_t *>(call.output);
    const auto *from = call.input<uint8_t>(2);
    memcpy(to, call.inputs[0], size);
    indices.forEach(call.inputs[1], [=](int64_t row, int64_t at, int64_t bytes) {
      memcpy(to + row, from + at, bytes);
    });
  });
}
