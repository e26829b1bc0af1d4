//===- FoldConstants.cpp - Compute what is constant -------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Collects the operations that depend on constants only, executes them as one
// network without inputs, and replaces what the rest of the function reads of
// them. Upstream cannot: resources are opaque to its folders.
//
//===----------------------------------------------------------------------===//

#include "cim-mlir/Execution/Execution.h"
#include "cim-mlir/Execution/Passes.h"
#include "cim/Analysis/Elements.h"
#include "cim/IR/CimOps.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/Matchers.h"
#include "xbar/IR/XbarOps.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/SmallVectorExtras.h"

namespace cim {
#define GEN_PASS_DEF_FOLDCONSTANTSPASS
#include "cim-mlir/Execution/Passes.h.inc"
} // namespace cim

using namespace mlir;
using namespace cim;

static bool isConstant(Value value) { return matchPattern(value, m_Constant()); }

static int64_t countElements(Value value) {
  auto type = dyn_cast<RankedTensorType>(value.getType());
  return type && type.hasStaticShape() ? type.getNumElements() : 0;
}

/// Operations of `function` whose operands are constants or results of such
/// operations, in order.
static llvm::SetVector<Operation *> collectFoldable(func::FuncOp function, int64_t maxElements) {
  llvm::SetVector<Operation *> foldable;
  for (Operation &op : function.getBody().getOps()) {
    if (!isa_and_present<tosa::TosaDialect>(op.getDialect()) || op.getNumResults() != 1 ||
        op.getNumOperands() == 0 || !isMemoryEffectFree(&op))
      continue;
    if (!llvm::all_of(op.getOperands(), [&](Value operand) {
          return isConstant(operand) || foldable.contains(operand.getDefiningOp());
        }))
      continue;
    auto isBuffer = [](Type type) {
      return xbar::isBufferType(type) || isa<tosa::shapeType>(type);
    };
    if (!llvm::all_of(op.getOperandTypes(), isBuffer) ||
        !xbar::isBufferType(op.getResult(0).getType()))
      continue;
    int64_t limit = maxElements;
    for (Value operand : op.getOperands())
      limit = std::max(limit, countElements(operand));
    if (countElements(op.getResult(0)) <= limit)
      foldable.insert(&op);
  }
  return foldable;
}

/// A module with one function that returns `values`, made of copies of `ops` and of
/// their constants.
static OwningOpRef<ModuleOp> extract(ArrayRef<Operation *> ops, ArrayRef<Value> values) {
  Location loc = ops.front()->getLoc();
  OwningOpRef<ModuleOp> module(ModuleOp::create(loc));
  OpBuilder builder = OpBuilder::atBlockEnd(module->getBody());
  auto type = builder.getFunctionType({}, ValueRange(values).getTypes());
  auto function = func::FuncOp::create(builder, loc, "main", type);
  builder.setInsertionPointToStart(function.addEntryBlock());
  IRMapping mapping;
  for (Operation *op : ops) {
    for (Value operand : op->getOperands())
      if (!mapping.contains(operand))
        builder.clone(*operand.getDefiningOp(), mapping);
    builder.clone(*op, mapping);
  }
  auto results = llvm::map_to_vector(values, [&](Value v) { return mapping.lookup(v); });
  func::ReturnOp::create(builder, loc, results);
  for (size_t i = 0; i < values.size(); ++i)
    function.setResultAttr(i, CimDialect::kNameAttrName,
                           builder.getStringAttr("result" + Twine(i)));
  return module;
}

namespace {

struct FoldConstantsPass : cim::impl::FoldConstantsPassBase<FoldConstantsPass> {
  using FoldConstantsPassBase::FoldConstantsPassBase;

  void runOnOperation() override {
    for (auto function : getOperation().getOps<func::FuncOp>())
      if (!function.isExternal() && failed(fold(function)))
        return signalPassFailure();
  }

  LogicalResult fold(func::FuncOp function) {
    llvm::SetVector<Operation *> ops = collectFoldable(function, maxElements);
    SmallVector<Value> values;
    for (Operation *op : ops)
      if (llvm::any_of(op->getUsers(), [&](Operation *user) { return !ops.contains(user); }))
        values.push_back(op->getResult(0));
    if (values.empty())
      return success();
    FailureOr<Network> network = Network::compile(extract(ops.getArrayRef(), values));
    if (failed(network))
      return failure();
    FailureOr<std::vector<std::vector<uint64_t>>> results = network->evaluate();
    if (failed(results))
      return failure();
    OpBuilder builder(function.getContext());
    for (auto [value, elements] : llvm::zip(values, *results)) {
      builder.setInsertionPointAfterValue(value);
      auto type = cast<RankedTensorType>(value.getType());
      ElementsAttr attr = makeElements(type, elements.data(), "folded");
      value.replaceAllUsesWith(tosa::ConstOp::create(builder, value.getLoc(), type, attr));
    }
    for (Operation *op : llvm::reverse(ops))
      op->erase();
    numFolded += ops.size();
    return success();
  }
};

} // namespace
