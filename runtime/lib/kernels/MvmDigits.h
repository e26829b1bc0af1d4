//===- MvmDigits.h - The digits of weights and inputs -----------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Programs store whole codes. Kernels cut them into the digits that the cells of one
// slice hold, a tile and a few columns at a time, so that digits never leave the cache
// and memory is read once for all slices. Compiled once per ISA, hence the unnamed
// namespace.
//
//===----------------------------------------------------------------------===//

#ifndef CIM_RUNTIME_LIB_KERNELS_MVMDIGITS_H
#define CIM_RUNTIME_LIB_KERNELS_MVMDIGITS_H

#include "cim-runtime/PackedWeights.h"

#include <cstring>

namespace cim::runtime {
namespace {

/// Cuts `quads` blocks of four rows and `columns` columns, a multiple of 16: those of packed
/// codes are `stride` bytes apart, those of the digits follow each other.
inline void cutPlane(const format::Plane &plane, const int8_t *codes, int64_t stride, int64_t quads,
                     int64_t columns, int8_t *digits) {
  typedef int8_t Bytes __attribute__((vector_size(32)));
  typedef uint64_t Words __attribute__((vector_size(32))); // Bytes have no shifts.
  constexpr uint64_t ones = 0x0101010101010101;
  const Bytes bias = Bytes{} + static_cast<int8_t>(plane.bias);
  const Bytes lift = Bytes{} + static_cast<int8_t>(plane.lift);
  const Bytes isSigned = Bytes{} - static_cast<int8_t>(plane.isSigned);
  const Words mask = Words{} + ones * plane.mask;
  const uint64_t shift = plane.shift;
  for (; quads > 0; --quads, codes += stride)
    for (int64_t i = 0; i < columns * format::kRowBlock; i += sizeof(Bytes)) {
      Bytes value;
      std::memcpy(&value, codes + i, sizeof(value));
      Bytes sign = (Bytes)(value < 0) & isSigned; // -1 where a magnitude is cut.
      value = ((value ^ sign) - sign) + bias;
      value = (Bytes)(((Words)value >> shift) & mask);
      value = ((value ^ sign) - sign) - lift;
      std::memcpy(digits, &value, sizeof(value));
      digits += sizeof(value);
    }
}

/// The digits of inputs in one cycle.
template <typename Input>
void cutDigits(const uint8_t *__restrict codes, int64_t count, int32_t shift, int32_t mask,
               Input *__restrict digits) {
  for (int64_t i = 0; i < count; ++i)
    digits[i] = static_cast<Input>((codes[i] >> shift) & mask);
}

} // namespace
} // namespace cim::runtime

#endif // CIM_RUNTIME_LIB_KERNELS_MVMDIGITS_H
