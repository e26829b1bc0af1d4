//===- Placement.h - How many arrays a layer takes --------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The physical layout of section 5 of the design contract.
//
//===----------------------------------------------------------------------===//

#ifndef CIM_ANALYSIS_PLACEMENT_H
#define CIM_ANALYSIS_PLACEMENT_H

#include "cim/Analysis/Layout.h"

namespace cim {

/// Columns of one row tile of one matrix.
struct ColumnLayout {
  /// Array columns in use, those of references included.
  int64_t used;
  /// Sums of digits that are read, of a column or a pair each.
  int64_t references;
  /// Arrays side by side that hold them.
  int64_t arrays;
};

/// Where `sliced` weight columns go. The published rule counts one reference per matrix;
/// physically each array has one of its own. A differential pair reads one in its first column and
/// nothing in its second.
ColumnLayout getColumnLayout(int64_t sliced, MappingAttr mapping, WeightAttr weight,
                             ColumnsRule rule);

/// Partial sums that one array gives at once: a differential pair gives one.
int64_t getOutputsPerArray(MappingAttr mapping);

/// Arrays that a layer occupies: per group, its row tiles times the arrays that
/// its columns fill physically. A differential pair is never split over two arrays, and every
/// array of a layer that has a reference has one of its own.
int64_t getNumArrays(const LayerShape &shape, MappingAttr mapping, WeightAttr weight);

} // namespace cim

#endif // CIM_ANALYSIS_PLACEMENT_H
