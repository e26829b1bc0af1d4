//===- Components.h - Energy and area by the component ----------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Counts of operations and of components times what #cim.costs says of each.
//
//===----------------------------------------------------------------------===//

#ifndef CIM_MLIR_COST_COMPONENTS_H
#define CIM_MLIR_COST_COMPONENTS_H

#include "cim-mlir/Cost/Cost.h"
#include "cim/Analysis/Placement.h"

namespace cim {

/// A layer on its arrays.
struct PlacedLayer {
  const LayerShape &shape;
  MappingAttr mapping;
  const LayerCut &cut;
  ColumnLayout columns;
  CostsAttr costs;
};

/// Energy in pJ of one inference whose counts are those of `cost`.
PartValues getEnergy(const PlacedLayer &layer, const LayerCost &cost);

/// Area in um2 of the `cost.arrays` arrays.
PartValues getArea(const PlacedLayer &layer, const LayerCost &cost);

} // namespace cim

#endif // CIM_MLIR_COST_COMPONENTS_H
