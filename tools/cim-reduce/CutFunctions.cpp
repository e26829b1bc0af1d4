//===- CutFunctions.cpp - Shorten the chain around a fault ------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// MLIR's reduction-tree drops what nothing needs, but in a network every operation
// is needed by the next. This pass cuts the network at both ends of the fault: the
// function returns early, and values that lead to the fault become arguments. Each
// cut is tried on a copy and kept if the script still finds the module interesting.
//
//===----------------------------------------------------------------------===//

#include "CutFunctions.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Pass/Pass.h"
#include "mlir/Reducer/Tester.h"
#include "llvm/ADT/BitVector.h"

using namespace mlir;

//===----------------------------------------------------------------------===//
// Edits
//===----------------------------------------------------------------------===//

/// The number of operations before the terminator.
static int64_t getNumOps(func::FuncOp function) {
  return llvm::range_size(function.front().without_terminator());
}

/// Erases operations whose results have no use: in a network none has another effect.
static void eraseUnused(Block &block) {
  for (Operation &op : llvm::make_early_inc_range(llvm::reverse(block)))
    if (op.use_empty() && !op.hasTrait<OpTrait::IsTerminator>())
      op.erase();
}

/// Returns the results of operation `index` instead of those of the whole network.
static void returnEarly(func::FuncOp function, int64_t index) {
  Block &block = function.front();
  Operation &last = *std::next(block.begin(), index);
  block.getTerminator()->setOperands(last.getResults());
  function.setFunctionType(
      FunctionType::get(function.getContext(), block.getArgumentTypes(), last.getResultTypes()));
  function.removeResAttrsAttr();
  eraseUnused(block);
}

/// Takes the results of operation `index` as arguments instead of computing them.
static void takeArguments(func::FuncOp function, int64_t index) {
  Block &block = function.front();
  Operation &op = *std::next(block.begin(), index);
  for (Value result : op.getResults()) {
    unsigned number = function.getNumArguments();
    if (succeeded(function.insertArgument(number, result.getType(), {}, result.getLoc())))
      result.replaceAllUsesWith(function.getArgument(number));
  }
  eraseUnused(block);
}

static void eraseUnusedArguments(func::FuncOp function, int64_t) {
  BitVector unused;
  for (BlockArgument argument : function.getArguments())
    unused.push_back(argument.use_empty());
  (void)function.eraseArguments(unused);
}

//===----------------------------------------------------------------------===//
// Pass
//===----------------------------------------------------------------------===//

namespace {
struct CutFunctionsPass : PassWrapper<CutFunctionsPass, OperationPass<ModuleOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(CutFunctionsPass)
  using Edit = function_ref<void(func::FuncOp, int64_t)>;

  CutFunctionsPass() = default;
  CutFunctionsPass(const CutFunctionsPass &other) : PassWrapper(other) {}

  StringRef getArgument() const final { return "cut-functions"; }
  StringRef getDescription() const final {
    return "Return early and take values as arguments while the module stays interesting";
  }

  void runOnOperation() final {
    Tester tester(script, scriptArguments);
    if (!isInteresting(tester, getOperation())) {
      getOperation().emitError("the module is not interesting to the test '") << script << "'";
      return signalPassFailure();
    }
    for (func::FuncOp function : getOperation().getOps<func::FuncOp>())
      if (function.getBody().hasOneBlock())
        cut(tester, function);
  }

private:
  static bool isInteresting(const Tester &tester, ModuleOp module) {
    return tester.isInteresting(module).first == Tester::Interestingness::True;
  }

  /// Edits a function if a copy of the module with that edit is interesting.
  bool tryEdit(const Tester &tester, func::FuncOp function, Edit edit, int64_t index) {
    OwningOpRef<ModuleOp> copy(getOperation().clone());
    edit(copy->lookupSymbol<func::FuncOp>(function.getName()), index);
    if (!isInteresting(tester, *copy))
      return false;
    edit(function, index);
    return true;
  }

  void cut(const Tester &tester, func::FuncOp function) {
    for (int64_t i = 0, e = getNumOps(function); i < e; ++i)
      if (tryEdit(tester, function, returnEarly, i))
        break;
    // From the end: a cut next to the fault takes everything before it away.
    for (int64_t i = getNumOps(function) - 1; i >= 0; i = std::min(i, getNumOps(function)) - 1)
      tryEdit(tester, function, takeArguments, i);
    tryEdit(tester, function, eraseUnusedArguments, 0);
  }

  Option<std::string> script{*this, "test",
                             llvm::cl::desc("The script that exits with another code than 0 for "
                                            "an interesting module")};
  ListOption<std::string> scriptArguments{
      *this, "test-arg", llvm::cl::desc("Arguments of the script before the file")};
};
} // namespace

void cim::registerCutFunctionsPass() { PassRegistration<CutFunctionsPass>(); }
