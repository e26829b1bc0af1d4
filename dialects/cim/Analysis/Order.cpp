//===- Order.cpp - Order and names of operations ----------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See Order.h.
//
//===----------------------------------------------------------------------===//

#include "cim/Analysis/Order.h"
#include "llvm/ADT/DenseSet.h"

using namespace mlir;
using namespace cim;

SmallVector<Operation *> cim::getPolicyOrder(Block &block) {
  // An explicit stack of operations and how many of their operands are left:
  // networks are deeper than call stacks should be.
  SmallVector<std::pair<Operation *, unsigned>> stack;
  llvm::DenseSet<Operation *> seen;
  SmallVector<Operation *> order;
  auto push = [&](Operation *op) {
    if (op && op->getBlock() == &block && seen.insert(op).second)
      stack.push_back({op, op->getNumOperands()});
  };
  push(block.getTerminator());
  while (!stack.empty()) {
    auto &[op, left] = stack.back();
    if (left > 0) {
      push(op->getOperand(--left).getDefiningOp());
      continue;
    }
    order.push_back(op);
    stack.pop_back();
  }
  return order;
}

SmallVector<LayerOpInterface> cim::getLayersInPolicyOrder(Block &block) {
  SmallVector<LayerOpInterface> layers;
  for (Operation *op : getPolicyOrder(block))
    if (auto layer = dyn_cast<LayerOpInterface>(op))
      layers.push_back(layer);
  return layers;
}

StringRef cim::getLocationName(Location loc) {
  if (auto named = dyn_cast<NameLoc>(loc))
    return named.getName();
  if (auto call = dyn_cast<CallSiteLoc>(loc))
    return getLocationName(call.getCallee());
  if (auto fused = dyn_cast<FusedLoc>(loc))
    for (Location part : fused.getLocations())
      if (StringRef name = getLocationName(part); !name.empty())
        return name;
  return {};
}

std::string UniqueNames::operator()(StringRef name) {
  std::string unique = name.str();
  if (taken.insert(unique).second)
    return unique;
  // Names never become free again: the search goes on where it ended.
  int64_t &count = counts.try_emplace(name, 1).first->second;
  do
    unique = name.str() + "#" + std::to_string(++count);
  while (!taken.insert(unique).second);
  return unique;
}
