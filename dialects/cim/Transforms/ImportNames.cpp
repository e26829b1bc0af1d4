//===- ImportNames.cpp - Pass cim-import-names ------------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The attribute is of a dialect that is not registered: anything may stand in it, and
// what is no list of strings names nothing.
//
//===----------------------------------------------------------------------===//

#include "cim/IR/CimDialect.h"
#include "cim/Transforms/Passes.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace cim {
#define GEN_PASS_DEF_IMPORTNAMESPASS
#include "cim/Transforms/Passes.h.inc"
} // namespace cim

using namespace mlir;
using namespace cim;

/// The name among the attributes of an argument or result, null if there is none to add.
static StringAttr findName(DictionaryAttr attrs) {
  if (!attrs || attrs.contains(CimDialect::kNameAttrName))
    return {};
  auto path = attrs.getAs<ArrayAttr>("tf_saved_model.index_path");
  return path && !path.empty() ? dyn_cast<StringAttr>(path.getValue().back()) : StringAttr();
}

namespace {

struct ImportNamesPass : cim::impl::ImportNamesPassBase<ImportNamesPass> {
  void runOnOperation() override {
    for (auto function : getOperation().getOps<func::FuncOp>()) {
      for (unsigned i = 0; i < function.getNumArguments(); ++i)
        if (StringAttr name = findName(function.getArgAttrDict(i))) {
          function.setArgAttr(i, CimDialect::kNameAttrName, name);
          ++numNames;
        }
      for (unsigned i = 0; i < function.getNumResults(); ++i)
        if (StringAttr name = findName(function.getResultAttrDict(i))) {
          function.setResultAttr(i, CimDialect::kNameAttrName, name);
          ++numNames;
        }
    }
  }
};

} // namespace
