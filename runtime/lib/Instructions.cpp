//===- Instructions.cpp - Names and kinds of instructions -------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See Instructions.h.
//
//===----------------------------------------------------------------------===//

#include "Instructions.h"
#include "cim-runtime/ProgramFile.h"

namespace cim::format {

const char *opcodeName(Opcode opcode) {
  static const char *const names[] = {"write_arrays", "mvm",       "conv2d",  "matmul", "unary",
                                      "binary",       "clamp",     "cast",    "select", "reduce",
                                      "pool",         "transpose", "reshape", "slice",  "pad",
                                      "concat",       "gather",    "scatter"};
  static_assert(sizeof(names) / sizeof(*names) == Opcode_MAX + 1, "one name for each opcode");
  return names[opcode];
}

int64_t elementBytes(ElementType type) {
  switch (type) {
  case ElementType_I64:
    return 8;
  case ElementType_F32:
  case ElementType_I32:
    return 4;
  case ElementType_I8:
  case ElementType_U8:
  case ElementType_Bool:
    return 1;
  }
  return 0;
}

std::vector<int64_t> shapeOf(const Tensor &tensor) {
  std::vector<int64_t> shape(tensor.rank());
  for (size_t i = 0; i < shape.size(); ++i)
    shape[i] = tensor.dims()->Get(i);
  return shape;
}

int64_t numElements(const Tensor &tensor) {
  int64_t elements = 1;
  for (int64_t dim : shapeOf(tensor))
    elements *= dim;
  return elements;
}

std::string describe(const Tensor &tensor) {
  static const char *const types[] = {"f32", "i64", "i32", "i8", "u8", "bool"};
  std::string text;
  for (int64_t dim : shapeOf(tensor))
    text += std::to_string(dim) + "x";
  return text + types[tensor.type()];
}

int64_t windowOutputSize(const Window &window, int axis, int64_t size) {
  int64_t reach = (window.kernel()->Get(axis) - int64_t(1)) * window.dilation()->Get(axis) + 1;
  int64_t padded = size + window.pad()->Get(2 * axis) + int64_t(window.pad()->Get(2 * axis + 1));
  return padded < reach ? 0 : (padded - reach) / window.stride()->Get(axis) + 1;
}

} // namespace cim::format
