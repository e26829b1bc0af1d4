//===- Elementwise.h - What elementwise operators share ---------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Operands of a broadcasting operator are brought to one rank and layout; constants of
// integers and booleans are computed on the host, as shape arithmetic needs.
//
//===----------------------------------------------------------------------===//

#ifndef CIM_LIB_FRONTEND_ONNX_ELEMENTWISE_H
#define CIM_LIB_FRONTEND_ONNX_ELEMENTWISE_H

#include "Node.h"

namespace cim::onnx_frontend {

/// Applies `build` to the first input in the layout it is held in.
template <typename Build> void mapInput(Node &node, Build build) {
  Tensor input = node.input(0);
  mlir::Value held = node.emit.hold(input, input.channelsLast);
  node.setOutput(Tensor::of(build(held), input.channelsLast, input.type));
}

/// The values of tensors that broadcast, of one rank and in one layout.
struct Operands {
  Operands(Emitter &emit, llvm::ArrayRef<Tensor> tensors);

  llvm::SmallVector<mlir::Value, 3> values;
  bool channelsLast;
};

/// Both operands. Before opset 7 the second one is broadcast along an axis of the first.
std::pair<Tensor, Tensor> binaryInputs(Node &node);

/// Returns false on overflow.
using IntegerFunction = bool (*)(int64_t a, int64_t b, int64_t &result);
bool addInts(int64_t a, int64_t b, int64_t &result);
bool subInts(int64_t a, int64_t b, int64_t &result);
bool mulInts(int64_t a, int64_t b, int64_t &result);
bool minInts(int64_t a, int64_t b, int64_t &result);
bool maxInts(int64_t a, int64_t b, int64_t &result);

/// Whether integers or booleans that broadcast are computed on the host: known, few, and held by
/// int64.
bool isOnHost(llvm::ArrayRef<Tensor> tensors);

/// Computes two constants on the host; the result wraps to its element type.
Tensor foldIntegers(const Tensor &a, const Tensor &b, IntegerFunction compute, ElementType type);

/// An integer as an element of a type, which wraps.
int64_t wrapped(int64_t value, ElementType type);

/// A tensor converted to another element type, on the host for a constant.
Tensor castTo(Emitter &emit, const Tensor &tensor, ElementType to);

/// The elements of an integer type, changed so that signed comparison orders them; applied
/// twice, they are what they were.
mlir::Value ordered(Emitter &emit, mlir::Value value, ElementType type);

} // namespace cim::onnx_frontend

#endif // CIM_LIB_FRONTEND_ONNX_ELEMENTWISE_H
