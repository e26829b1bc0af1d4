//===- StridedLoop.h - Nested loops over strided tensors --------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Walks N tensors of different strides in step. Axes that are contiguous in all of them
// are merged, so that the innermost row is as long as it can be.
//
//===----------------------------------------------------------------------===//

#ifndef CIM_RUNTIME_LIB_KERNELS_STRIDEDLOOP_H
#define CIM_RUNTIME_LIB_KERNELS_STRIDEDLOOP_H

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace cim::runtime {

/// Strides of a dense row-major tensor.
inline std::vector<int64_t> denseStrides(const std::vector<int64_t> &shape) {
  std::vector<int64_t> strides(shape.size(), 1);
  for (size_t i = shape.size(); i-- > 1;)
    strides[i - 1] = strides[i] * shape[i];
  return strides;
}

/// The same with axes of size 1 repeated.
inline std::vector<int64_t> repeatedStrides(const std::vector<int64_t> &shape) {
  std::vector<int64_t> strides = denseStrides(shape);
  for (size_t i = 0; i < shape.size(); ++i)
    if (shape[i] == 1)
      strides[i] = 0;
  return strides;
}

template <size_t N> class StridedLoop {
public:
  using Offsets = std::array<int64_t, N>;

  StridedLoop(const std::vector<int64_t> &shape,
              const std::array<std::vector<int64_t>, N> &strides) {
    for (size_t axis = 0; axis < shape.size(); ++axis) {
      if (shape[axis] == 1)
        continue;
      Axis next = {shape[axis], {}};
      for (size_t i = 0; i < N; ++i)
        next.strides[i] = strides[i][axis];
      if (!outer.empty() && continues(outer.back(), next))
        next.size *= outer.back().size, outer.pop_back();
      outer.push_back(next);
    }
    if (outer.empty())
      return;
    row = outer.back();
    outer.pop_back();
  }

  int64_t rowSize() const { return row.size; }
  const Offsets &rowStrides() const { return row.strides; }

  /// Calls `function` with the offsets of each row.
  template <typename Function> void forEachRow(Function function) const {
    std::vector<int64_t> counters(outer.size());
    Offsets offsets = {};
    while (true) {
      function(offsets);
      size_t axis = outer.size();
      while (axis > 0 && ++counters[axis - 1] == outer[axis - 1].size) {
        --axis;
        counters[axis] = 0;
        for (size_t i = 0; i < N; ++i)
          offsets[i] -= (outer[axis].size - 1) * outer[axis].strides[i];
      }
      if (axis == 0)
        return;
      for (size_t i = 0; i < N; ++i)
        offsets[i] += outer[axis - 1].strides[i];
    }
  }

private:
  struct Axis {
    int64_t size;
    Offsets strides;
  };

  static bool continues(const Axis &outside, const Axis &inside) {
    for (size_t i = 0; i < N; ++i)
      if (outside.strides[i] != inside.strides[i] * inside.size)
        return false;
    return true;
  }

  std::vector<Axis> outer;
  Axis row = {1, {}};
};

} // namespace cim::runtime

#endif // CIM_RUNTIME_LIB_KERNELS_STRIDEDLOOP_H
