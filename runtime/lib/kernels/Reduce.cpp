//===- Reduce.cpp - Reductions over one axis --------------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Elements are added in ascending order, floats in double. Maxima and minima keep
// not-a-number.
//
//===----------------------------------------------------------------------===//

#include "Extrema.h"
#include "Kernel.h"

#include <algorithm>
#include <type_traits>

using namespace cim::format;
using namespace cim::runtime;

/// Reduces [outer, size, inner] to [outer, inner], some columns at a time.
template <typename T, typename Accumulator, typename Function>
static std::unique_ptr<Kernel> makeFold(const KernelSpec &spec, Function function) {
  std::vector<int64_t> shape = shapeOf(spec.input(0));
  int64_t axis = spec.ints()[0], size = shape[axis], outer = 1, inner = 1;
  for (int64_t i = 0; i < axis; ++i)
    outer *= shape[i];
  for (size_t i = axis + 1; i < shape.size(); ++i)
    inner *= shape[i];
  return makeKernel([=](const KernelCall &call) {
    constexpr int64_t kColumns = 64;
    Accumulator sums[kColumns];
    const T *from = call.input<T>(0);
    T *to = static_cast<T *>(call.output);
    for (int64_t i = 0; i < outer; ++i)
      for (int64_t first = 0; first < inner; first += kColumns) {
        int64_t columns = std::min(kColumns, inner - first);
        const T *column = from + i * size * inner + first;
        std::copy(column, column + columns, sums);
        for (int64_t k = 1; k < size; ++k)
          for (int64_t j = 0; j < columns; ++j)
            sums[j] = function(sums[j], Accumulator(column[k * inner + j]));
        std::copy(sums, sums + columns, to + i * inner + first);
      }
  });
}

template <typename T> static std::unique_ptr<Kernel> makeReduceOf(const KernelSpec &spec) {
  // Unsigned arithmetic wraps.
  using A = std::conditional_t<std::is_floating_point_v<T>, double, uint64_t>;
  switch (static_cast<ReduceKind>(spec.instruction.kind())) {
  case ReduceKind::Sum:
    return makeFold<T, A>(spec, [](A a, A b) { return a + b; });
  case ReduceKind::Max:
    return makeFold<T, T>(spec, [](T a, T b) { return maximum(a, b); });
  case ReduceKind::Min:
    return makeFold<T, T>(spec, [](T a, T b) { return minimum(a, b); });
  case ReduceKind::Product:
    break;
  }
  return makeFold<T, A>(spec, [](A a, A b) { return a * b; });
}

std::unique_ptr<Kernel> cim::runtime::makeReduce(const KernelSpec &spec) {
  return dispatch(spec.output().type(),
                  [&](auto zero) { return makeReduceOf<decltype(zero)>(spec); });
}
