//===- LayerCalibration.h - The calibration of one layer --------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What is remembered of one layer's input and what is chosen from it.
//
//===----------------------------------------------------------------------===//

#ifndef CIM_LIB_EXECUTION_LAYERCALIBRATION_H
#define CIM_LIB_EXECUTION_LAYERCALIBRATION_H

#include "PartialSumCalibration.h"
#include "cim-mlir/Quant/Activation.h"
#include "cim-runtime/cim_runtime.h"
#include <optional>
#include <string>

namespace cim {

/// The scales that the precision of a layer lacks, chosen one after the other. The add
/// functions may be called from any thread, all others from one.
class LayerCalibration {
public:
  struct Options {
    quant::Method activation, weight, partialSum;
    /// Largest number of output positions per sample for partial sums.
    int64_t positions;
    uint64_t seed;
  };

  LayerCalibration(LayerOpInterface layer, uint64_t number, const Options &options);

  llvm::StringRef getName() { return layer.getLayer(); }
  bool needsActivation() const { return !precision.getActivation().getScale(); }
  bool needsPartialSums() const {
    return precision.getAdc().getKind() != AdcKind::Ideal && !precision.getAdc().getScale();
  }

  llvm::LogicalResult chooseWeights();

  void addRange(const cim_tensor &input);
  /// After all calls of addRange.
  void startHistogram() { histogram.emplace(range); }
  void addHistogram(const cim_tensor &input);
  void chooseActivation();

  /// Groups of partial sums that get a scale of their own.
  int64_t countPartialSumGroups();
  /// After weights and activations; histograms get `bins` bins. Fails if the
  /// mapping of the layer is not executed yet.
  llvm::LogicalResult startPartialSums(size_t bins);
  void addPartialSums(int64_t sample, const cim_tensor &input);
  void choosePartialSums();

  /// Writes the scales to the layer.
  void finish() { layer.setPrecisionAttr(precision); }

private:
  void replace(WeightAttr weight, ActivationAttr activation, AdcAttr adc);
  llvm::SmallVector<int64_t> choosePositions(int64_t sample) const;
  mlir::ElementsAttr makeScale(llvm::ArrayRef<int64_t> shape, std::vector<float> scales,
                               llvm::StringRef what);

  LayerOpInterface layer;
  uint64_t number;
  Options options;
  PrecisionAttr precision;
  LayerShape shape;
  llvm::SmallVector<int64_t> tiles;

  std::mutex mutex;
  quant::Range range;
  std::optional<quant::Histogram> histogram;
  std::optional<PartialSumCalibration> partialSums;
};

} // namespace cim

#endif // CIM_LIB_EXECUTION_LAYERCALIBRATION_H
