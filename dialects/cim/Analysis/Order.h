//===- Order.h - Order and names of operations ------------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The order in which a positional policy lists layers (section 5 of the design
// contract), and the rule by which layers get unique names (section 3).
//
//===----------------------------------------------------------------------===//

#ifndef CIM_ANALYSIS_ORDER_H
#define CIM_ANALYSIS_ORDER_H

#include "cim/IR/CimOps.h"
#include "mlir/IR/Block.h"
#include "mlir/IR/Location.h"
#include "llvm/ADT/StringSet.h"
#include <string>

namespace cim {

/// The operations that the terminator of `block` depends on, in post-order,
/// operands visited last to first: a downsample precedes its block.
llvm::SmallVector<mlir::Operation *> getPolicyOrder(mlir::Block &block);

/// The mapped layers of `block` in this order.
llvm::SmallVector<LayerOpInterface> getLayersInPolicyOrder(mlir::Block &block);

/// The name in a location: of its first name location, looking through fused
/// locations and into callees. Empty if there is none.
llvm::StringRef getLocationName(mlir::Location loc);

/// Makes names unique: the second use of `conv` becomes `conv#2`.
class UniqueNames {
public:
  std::string operator()(llvm::StringRef name);

private:
  llvm::StringSet<> taken;
  llvm::StringMap<int64_t> counts; ///< Of names given more than once.
};

} // namespace cim

#endif // CIM_ANALYSIS_ORDER_H
