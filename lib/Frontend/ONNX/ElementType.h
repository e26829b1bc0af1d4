//===- ElementType.h - Element types of ONNX tensors ------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Every tensor keeps the element type that the model gives it, and is held in one of few types
// that compute it: upstream folders take unsigned for signed numbers, and no kernel knows
// narrow floats. Constants on the host are float or int64.
//
//===----------------------------------------------------------------------===//

#ifndef CIM_LIB_FRONTEND_ONNX_ELEMENTTYPE_H
#define CIM_LIB_FRONTEND_ONNX_ELEMENTTYPE_H

#include "mlir/IR/Types.h"
#include <onnx/onnx_pb.h>
#include <string>

namespace cim::onnx_frontend {

using ElementType = onnx::TensorProto::DataType;

/// "FLOAT", or the number of what is no element type.
std::string str(ElementType type);

/// Whether tensors of the type can be imported: numbers and booleans, but no complex ones.
bool isSupported(ElementType type);
/// Of floats of any width.
bool isFloat(ElementType type);
/// Of unsigned integers of any width.
bool isUnsigned(ElementType type);
/// Bits of an element.
unsigned bitWidth(ElementType type);

/// Whether integers of the type are held in 64 bits, not 32.
bool isHeldWide(ElementType type);
/// The type that holds elements in the function: f32 for floats, i1 for BOOL, i64 for
/// integers of 64 bits and UINT32, else i32.
mlir::Type heldType(ElementType type, mlir::MLIRContext *context);
/// The same for arguments and results, where INT8 is i8 and UINT8 is ui8.
mlir::Type boundaryType(ElementType type, mlir::MLIRContext *context);
/// The element type of a held type: FLOAT, INT64, INT32 or BOOL.
ElementType elementTypeOf(mlir::Type held);

} // namespace cim::onnx_frontend

#endif // CIM_LIB_FRONTEND_ONNX_ELEMENTTYPE_H
