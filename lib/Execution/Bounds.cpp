//===- Bounds.cpp - What the compiler is ready to execute -------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See Bounds.h. Reads are counted in double: they exceed 64 bits sooner than a file ends.
//
//===----------------------------------------------------------------------===//

#include "Bounds.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace cim;

static double countElements(ValueRange values) {
  double count = 0;
  for (Value value : values)
    if (auto type = dyn_cast<RankedTensorType>(value.getType()))
      count += type.getNumElements();
  return count;
}

/// Elements read for each element of the result, beyond those of all operands once.
static double countReadsOfEach(Operation *op) {
  auto getShape = [](Value value) { return cast<RankedTensorType>(value.getType()).getShape(); };
  return llvm::TypeSwitch<Operation *, double>(op)
      .Case([&](xbar::Conv2DOp conv) {
        return double(ShapedType::getNumElements(getShape(conv.getWeight()).drop_front()));
      })
      .Case([&](xbar::MatmulOp matmul) { return double(getShape(matmul.getLhs())[2]); })
      .Case([&](xbar::PoolOp pool) {
        return double(ShapedType::getNumElements(pool.getWindow().getKernel()));
      })
      .Default(1.0);
}

LogicalResult cim::checkBounds(xbar::ProgramOp program) {
  double reads = 0;
  for (Operation &op : program.getBody().getOps())
    reads +=
        countElements(op.getOperands()) + countReadsOfEach(&op) * countElements(op.getResults());
  if (reads > kMaxExecutionReads)
    return program.emitError("the compiler does not execute networks that read more than 2^40 "
                             "elements, got ")
           << reads;
  int64_t bytes = program.getArenaBytes().value_or(0);
  if (bytes > kMaxExecutionBytes)
    return program.emitError("the compiler does not execute networks whose tensors take more than ")
           << kMaxExecutionBytes << " bytes, got " << bytes;
  return success();
}
