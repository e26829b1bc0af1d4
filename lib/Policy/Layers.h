//===- Layers.h - The layers of a policy ------------------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What reading, applying and writing agree on: which layers there are, in which order.
//
//===----------------------------------------------------------------------===//

#ifndef CIM_LIB_POLICY_LAYERS_H
#define CIM_LIB_POLICY_LAYERS_H

#include "cim/IR/CimOps.h"
#include "mlir/IR/BuiltinOps.h"

namespace cim {

/// The layers of a module in the order of positional policies.
llvm::SmallVector<LayerOpInterface> getPolicyLayers(mlir::ModuleOp module);

/// What errors show of a word of a file, which may be as long as the file.
inline std::string shorten(llvm::StringRef word) {
  constexpr size_t kMaxShown = 200;
  return word.size() <= kMaxShown ? word.str() : word.take_front(kMaxShown).str() + "...";
}

} // namespace cim

#endif // CIM_LIB_POLICY_LAYERS_H
