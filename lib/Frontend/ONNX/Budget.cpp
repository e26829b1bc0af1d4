//===- Budget.cpp - What a model may have made -------------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See Budget.h. Bytes are told apart by their address: whoever holds them keeps them.
//
//===----------------------------------------------------------------------===//

#include "Budget.h"
#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "mlir/IR/DialectResourceBlobManager.h"

using namespace mlir;
using namespace cim::onnx_frontend;

static const void *bytesOf(const Constant &constant) {
  return constant.isFloat() ? static_cast<const void *>(constant.floats().data())
                            : constant.ints().data();
}

void Budget::addStored(const Constant &constant) {
  counted.insert(bytesOf(constant));
  allowed += 4 * constant.size() * constant.elementBytes();
}

void Budget::addComputed(const Constant &constant) {
  charge(bytesOf(constant), constant.size() * constant.elementBytes());
}

void Budget::charge(const void *bytes, int64_t size) {
  if (!counted.insert(bytes).second)
    return;
  computed += size;
  if (computed > allowed)
    fail("constants that are computed must have at most " + Twine(allowed) +
         " bytes together, got " + Twine(computed));
}

void Budget::addOperations(Block &block, Operation *last) {
  for (Operation &op : llvm::reverse(block)) {
    if (&op == last)
      return;
    if (++operations > kMaxOperations)
      fail("the graph becomes more than " + Twine(kMaxOperations) + " operations");
    auto constant = dyn_cast<tosa::ConstOp>(op);
    auto resource = constant ? dyn_cast<DenseResourceElementsAttr>(constant.getValues()) : nullptr;
    if (!resource)
      continue;
    ArrayRef<char> bytes = resource.getRawHandle().getBlob()->getData();
    charge(bytes.data(), bytes.size());
  }
}
