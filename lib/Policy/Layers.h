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

} // namespace cim

#endif // CIM_LIB_POLICY_LAYERS_H
