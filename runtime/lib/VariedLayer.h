//===- VariedLayer.h - Crossbar layers with drawn cells ---------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The plan of a crossbar layer whose cells were drawn, with everything that it points to.
//
//===----------------------------------------------------------------------===//

#ifndef CIM_RUNTIME_LIB_VARIEDLAYER_H
#define CIM_RUNTIME_LIB_VARIEDLAYER_H

#include "Mvm.h"

namespace cim::runtime {

/// The plan of a layer with drawn cells, and what it points to. Does not change once it is drawn:
/// executors share it.
class VariedLayer {
public:
  /// `layer` is the index of its arrays.
  VariedLayer(const MvmPlan &ideal, const cim_variation &options, uint32_t layer);
  VariedLayer(const VariedLayer &) = delete;
  VariedLayer &operator=(const VariedLayer &) = delete;

  /// Draws cells of codes [matrices or groups][rows][columns], or of any computed ones, which are
  /// packed as `written`. Returns false if partial sums cannot be exact.
  bool draw(const std::vector<int8_t> &codes, const format::PackedShape &written);

  const MvmPlan &getPlan() const { return plan; }
  int32_t fraction() const { return variation.fraction; }

private:
  bool drawAll(const std::vector<int8_t> &codes);
  void drawReference();
  void scaleConstants();

  MvmPlan plan;
  cim_variation options;
  MvmVariation variation;
  std::vector<float> scales, reciprocals, references;
  std::vector<int32_t> integers; ///< Thresholds or offsets.
};

} // namespace cim::runtime

#endif // CIM_RUNTIME_LIB_VARIEDLAYER_H
