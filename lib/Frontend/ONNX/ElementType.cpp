//===- ElementType.cpp - Element types of ONNX tensors ----------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// One switch over widths; everything else follows from it.
//
//===----------------------------------------------------------------------===//

#include "ElementType.h"
#include "mlir/IR/BuiltinTypes.h"

using namespace mlir;
using namespace cim::onnx_frontend;
using onnx::TensorProto;

std::string cim::onnx_frontend::str(ElementType type) {
  return TensorProto::DataType_IsValid(type) ? TensorProto::DataType_Name(type)
                                             : std::to_string(type);
}

unsigned cim::onnx_frontend::bitWidth(ElementType type) {
  switch (type) {
  case TensorProto::BOOL:
    return 1;
  case TensorProto::INT8:
  case TensorProto::UINT8:
    return 8;
  case TensorProto::INT16:
  case TensorProto::UINT16:
  case TensorProto::FLOAT16:
  case TensorProto::BFLOAT16:
    return 16;
  case TensorProto::INT32:
  case TensorProto::UINT32:
  case TensorProto::FLOAT:
    return 32;
  case TensorProto::INT64:
  case TensorProto::UINT64:
  case TensorProto::DOUBLE:
    return 64;
  default:
    return 0;
  }
}

bool cim::onnx_frontend::isSupported(ElementType type) { return bitWidth(type) != 0; }

bool cim::onnx_frontend::isFloat(ElementType type) {
  return type == TensorProto::FLOAT || type == TensorProto::DOUBLE ||
         type == TensorProto::FLOAT16 || type == TensorProto::BFLOAT16;
}

bool cim::onnx_frontend::isUnsigned(ElementType type) {
  return type == TensorProto::UINT8 || type == TensorProto::UINT16 || type == TensorProto::UINT32 ||
         type == TensorProto::UINT64;
}

bool cim::onnx_frontend::isHeldWide(ElementType type) {
  return bitWidth(type) == 64 || type == TensorProto::UINT32;
}

Type cim::onnx_frontend::heldType(ElementType type, MLIRContext *context) {
  if (isFloat(type))
    return Float32Type::get(context);
  if (type == TensorProto::BOOL)
    return IntegerType::get(context, 1);
  return IntegerType::get(context, isHeldWide(type) ? 64 : 32);
}

Type cim::onnx_frontend::boundaryType(ElementType type, MLIRContext *context) {
  if (type == TensorProto::INT8)
    return IntegerType::get(context, 8);
  if (type == TensorProto::UINT8)
    return IntegerType::get(context, 8, IntegerType::Unsigned);
  return heldType(type, context);
}

ElementType cim::onnx_frontend::elementTypeOf(Type held) {
  if (held.isF32())
    return TensorProto::FLOAT;
  if (held.isInteger(1))
    return TensorProto::BOOL;
  return held.isInteger(64) ? TensorProto::INT64 : TensorProto::INT32;
}
