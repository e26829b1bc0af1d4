//===- RuntimeTensors.h - Tensors of the runtime as arrays ------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What the runtime's C API calls an element type, arrays call another: the one place
// that knows both.
//
//===----------------------------------------------------------------------===//

#ifndef CIM_MLIR_DATA_RUNTIMETENSORS_H
#define CIM_MLIR_DATA_RUNTIMETENSORS_H

#include "cim-mlir/Data/Arrays.h"
#include "cim-runtime/cim_runtime.h"

namespace cim::data {

/// The element type of a tensor of the runtime.
inline ElementType elementTypeOf(const cim_tensor &tensor) {
  switch (tensor.type) {
  case CIM_I64:
    return ElementType::I64;
  case CIM_I32:
    return ElementType::I32;
  case CIM_I8:
    return ElementType::I8;
  case CIM_U8:
    return ElementType::U8;
  case CIM_BOOL:
    return ElementType::Bool;
  case CIM_F32:
    break;
  }
  return ElementType::F32;
}

} // namespace cim::data

#endif // CIM_MLIR_DATA_RUNTIMETENSORS_H
