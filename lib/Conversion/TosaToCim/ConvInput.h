//===- ConvInput.h - What a convolution reads -------------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Looks through the pads and slices before a tosa.conv2d, and recognises the
// convolutions that are groups of one.
//
//===----------------------------------------------------------------------===//

#ifndef LIB_CONVERSION_TOSATOCIM_CONVINPUT_H
#define LIB_CONVERSION_TOSATOCIM_CONVINPUT_H

#include "mlir/Dialect/Tosa/IR/TosaOps.h"

namespace cim {

/// The tensor that a convolution reads once the zero pads and the slices before it
/// are part of its window: channels [firstChannel, firstChannel + channels) of
/// `source`, padded by `pad` (top, bottom, left, right).
struct ConvInput {
  mlir::Value source;
  llvm::SmallVector<int64_t> pad;
  int64_t firstChannel = 0;
  int64_t channels = 0;
};

/// Looks through pads and slices of height and width, and through one slice of
/// channels if `cutChannels`.
ConvInput getConvInput(mlir::tosa::Conv2DOp conv, bool cutChannels);

/// The convolutions that `concat` joins if they are the groups of one convolution:
/// the same but for weights and biases, of consecutive equal parts of the channels of one
/// tensor. Empty otherwise.
llvm::SmallVector<mlir::tosa::Conv2DOp> getGroups(mlir::tosa::ConcatOp concat);

} // namespace cim

#endif // LIB_CONVERSION_TOSATOCIM_CONVINPUT_H
