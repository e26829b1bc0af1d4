//===- Buffers.cpp - Buffers of a program and their lifetimes ---*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See Buffers.h. A program is one block, so a lifetime is an interval of
// instruction numbers.
//
//===----------------------------------------------------------------------===//

#include "xbar/IR/Buffers.h"
#include "llvm/ADT/MapVector.h"

using namespace mlir;
using namespace xbar;

int64_t xbar::getBytes(RankedTensorType type) {
  return type.getNumElements() * ((type.getElementTypeBitWidth() + 7) / 8);
}

Value xbar::getBufferOwner(Value value) {
  while (auto reshape = value.getDefiningOp<ReshapeOp>())
    value = reshape.getInput();
  return value;
}

SmallVector<Buffer> xbar::getArenaBuffers(ProgramOp program) {
  llvm::MapVector<Value, Buffer> buffers;
  auto add = [&](Value value, int64_t first) {
    buffers[value] = {value, getBytes(cast<RankedTensorType>(value.getType())), first, first};
  };
  Block &body = program.getBody().front();
  for (BlockArgument argument : body.getArguments())
    add(argument, -1);
  int64_t number = 0;
  for (Operation &op : body) {
    for (Value operand : op.getOperands())
      if (auto *found = buffers.find(getBufferOwner(operand)); found != buffers.end())
        found->second.last = number;
    if (!isa<ConstantOp, WriteArraysOp, WriteArraysDynamicOp, ReshapeOp, OutputOp>(op))
      add(op.getResult(0), number);
    ++number;
  }
  return llvm::to_vector(llvm::make_second_range(buffers));
}

std::optional<int64_t> xbar::getArenaOffset(Value owner) {
  if (auto argument = dyn_cast<BlockArgument>(owner)) {
    auto program = cast<ProgramOp>(argument.getOwner()->getParentOp());
    std::optional<ArrayRef<int64_t>> offsets = program.getInputOffsets();
    return offsets ? std::optional<int64_t>((*offsets)[argument.getArgNumber()]) : std::nullopt;
  }
  auto offset = owner.getDefiningOp()->getAttrOfType<IntegerAttr>("offset");
  return offset ? std::optional<int64_t>(offset.getInt()) : std::nullopt;
}
