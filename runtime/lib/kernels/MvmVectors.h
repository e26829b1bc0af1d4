//===- MvmVectors.h - Registers of bytes and numbers ------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Vector extensions of the compiler for the kernels: arithmetic is written
// once for registers of any size, and an Isa class adds the few instructions that C++ has
// no operator for.
//
//===----------------------------------------------------------------------===//

#ifndef CIM_RUNTIME_LIB_KERNELS_MVMVECTORS_H
#define CIM_RUNTIME_LIB_KERNELS_MVMVECTORS_H

#include <cstdint>
#include <cstring>

namespace cim::runtime {
namespace {

/// Vectors of `Bytes` bytes.
template <int64_t Bytes> struct Vectors {
  typedef uint8_t U8 __attribute__((vector_size(Bytes)));
  typedef int8_t I8 __attribute__((vector_size(Bytes)));
  typedef uint16_t U16 __attribute__((vector_size(Bytes)));
  typedef int16_t I16 __attribute__((vector_size(Bytes)));
  typedef uint32_t U32 __attribute__((vector_size(Bytes)));
  typedef int32_t I32 __attribute__((vector_size(Bytes)));
  typedef float F32 __attribute__((vector_size(Bytes)));
};

template <typename Vector> inline Vector loadVector(const void *bytes) {
  Vector vector;
  std::memcpy(&vector, bytes, sizeof(Vector));
  return vector;
}

/// A register of equal numbers. (Added to zeros, a float would not fold into a load.)
template <typename Vector, typename Number> inline Vector broadcast(Number number) {
  Vector vector;
  for (size_t i = 0; i < sizeof(Vector) / sizeof(Number); ++i)
    vector[i] = number;
  return vector;
}

} // namespace
} // namespace cim::runtime

#endif // CIM_RUNTIME_LIB_KERNELS_MVMVECTORS_H
