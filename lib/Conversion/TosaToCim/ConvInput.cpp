//===- ConvInput.cpp - What a convolution reads -----------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See ConvInput.h.
//
//===----------------------------------------------------------------------===//

#include "ConvInput.h"

#include "../ShapeOperand.h"
#include "cim/Analysis/Elements.h"
#include "cim/IR/Limits.h"

using namespace mlir;
using namespace cim;

static ArrayRef<int64_t> getShape(Value value) {
  return cast<RankedTensorType>(value.getType()).getShape();
}

/// Zero padding of height and width joins the padding of the window.
static bool absorbPad(tosa::PadOp op, ConvInput &input) {
  SmallVector<int64_t> padding = getShapeValues(op.getPadding());
  bool isSpatial = padding[0] == 0 && padding[1] == 0 && padding[6] == 0 && padding[7] == 0;
  bool isPositive = llvm::all_of(padding, [](int64_t size) { return size >= 0; });
  if (!isSpatial || !isPositive || !isConstantZero(op.getPadConst()))
    return false;
  SmallVector<int64_t> sum = input.pad;
  for (int side = 0; side < 4; ++side)
    sum[side] += padding[2 + side];
  if (llvm::any_of(sum, [](int64_t size) { return size > kMaxWindow; }))
    return false;
  input.pad = sum;
  input.source = op.getInput1();
  return true;
}

/// Pixels that a slice drops at the end of an axis (1 or 2) need not be dropped if the
/// window never reads them; padding that was never read has to go then.
static bool absorbCut(tosa::Conv2DOp conv, int axis, int64_t size, int64_t cut, int64_t before,
                      int64_t &after) {
  if (cut == size)
    return true;
  int64_t stride = conv.getStride()[axis - 1], outputs = getShape(conv.getOutput())[axis];
  int64_t extent = (getShape(conv.getWeight())[axis] - 1) * conv.getDilation()[axis - 1] + 1;
  int64_t read = (outputs - 1) * stride + extent - before;
  if (read > cut || (size + before - extent) / stride + 1 != outputs)
    return false;
  after = 0;
  return true;
}

static bool absorbSlice(tosa::SliceOp op, tosa::Conv2DOp conv, bool cutChannels, ConvInput &input) {
  SmallVector<int64_t> start = getShapeValues(op.getStart());
  ArrayRef<int64_t> size = getShape(op.getInput1()), cut = getShape(op.getOutput());
  bool cutsHere = cut[3] != size[3];
  bool isCut = input.channels != getShape(input.source)[3];
  if (start[0] != 0 || cut[0] != size[0] || start[1] != 0 || start[2] != 0 ||
      (cutsHere && (isCut || !cutChannels)))
    return false;
  SmallVector<int64_t> pad = input.pad;
  if (!absorbCut(conv, 1, size[1], cut[1], pad[0], pad[1]) ||
      !absorbCut(conv, 2, size[2], cut[2], pad[2], pad[3]))
    return false;
  input.pad = pad;
  input.source = op.getInput1();
  input.firstChannel += start[3];
  return true;
}

ConvInput cim::getConvInput(tosa::Conv2DOp conv, bool cutChannels) {
  ConvInput input{conv.getInput(), SmallVector<int64_t>(conv.getPad()), 0,
                  getShape(conv.getInput())[3]};
  while (Operation *op = input.source.getDefiningOp()) {
    auto pad = dyn_cast<tosa::PadOp>(op);
    auto slice = dyn_cast<tosa::SliceOp>(op);
    if (!(pad && absorbPad(pad, input)) && !(slice && absorbSlice(slice, conv, cutChannels, input)))
      break;
  }
  return input;
}

SmallVector<tosa::Conv2DOp> cim::getGroups(tosa::ConcatOp concat) {
  SmallVector<tosa::Conv2DOp> groups;
  ConvInput first;
  if (concat.getAxis() != 3 || concat.getInput1().size() < 2)
    return {};
  for (Value value : concat.getInput1()) {
    auto conv = value.getDefiningOp<tosa::Conv2DOp>();
    if (!conv || !value.hasOneUse())
      return {};
    ConvInput input = getConvInput(conv, /*cutChannels=*/true);
    if (groups.empty())
      first = input;
    bool isNext = input.firstChannel == int64_t(groups.size()) * first.channels;
    bool isSame = input.source == first.source && input.pad == first.pad;
    groups.push_back(conv);
    if (!isNext || !isSame || conv.getStride() != groups[0].getStride() ||
        conv.getDilation() != groups[0].getDilation() ||
        conv.getWeight().getType() != groups[0].getWeight().getType())
      return {};
  }
  if (int64_t(groups.size()) * first.channels != getShape(first.source)[3])
    return {};
  return groups;
}
