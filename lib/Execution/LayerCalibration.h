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
#include "cim-mlir/Quant/AdcTable.h"
#include "cim-mlir/Quant/Binary.h"
#include "cim-mlir/Quant/Weight.h"
#include "cim-runtime/cim_runtime.h"
#include "cim/Analysis/WeightMatrix.h"
#include <optional>
#include <string>

namespace cim {

/// The scales that the precision of a layer lacks, chosen one after the other. The add
/// functions may be called from any thread, all others from one.
class LayerCalibration {
public:
  struct Options {
    quant::Method activation, weight, partialSum;
    quant::TableMethod table;
    /// Largest number of output positions per sample for partial sums.
    int64_t positions;
    uint64_t seed;
    quant::BinarySplit binary;
  };

  LayerCalibration(LayerOpInterface layer, uint64_t number, const Options &options);

  llvm::StringRef getName() { return layer.getLayer(); }
  /// True if a scale depends on operands that are seen: of the activation, of a computed
  /// weight, or of weights whose errors matter as much as their inputs.
  bool needsOperands() const { return needsActivation() || needsDynamicWeight() || needsMoments(); }
  bool hasTable() const { return precision.getAdc().getKind() == AdcKind::Table; }
  bool needsPartialSums() const {
    return precision.getAdc().getKind() != AdcKind::Ideal && !precision.getAdc().getScale();
  }

  /// `operands` are those of the layer's instruction: input, weight.
  void addRanges(llvm::ArrayRef<cim_tensor> operands);
  /// After all calls of addRanges.
  llvm::LogicalResult startHistograms();
  bool hasHistograms() const { return inputs.histogram || weights.histogram || moments; }
  void addHistograms(llvm::ArrayRef<cim_tensor> operands);
  void chooseOperands();
  /// Scales of constant weights; after chooseOperands if needsMoments.
  llvm::LogicalResult chooseWeights();
  bool needsMoments() const {
    return options.weight == quant::Method::OutputError && !dynamic &&
           !precision.getWeight().getScale();
  }

  /// Groups of partial sums that get a scale of their own.
  int64_t countPartialSumGroups();
  /// After weights and activations; histograms get `bins` bins. Fails if the
  /// mapping of the layer is not executed yet.
  llvm::LogicalResult startPartialSums(size_t bins);
  void addPartialSums(int64_t sample, llvm::ArrayRef<cim_tensor> operands);
  /// After each batch of samples.
  void endBatch() {
    if (partialSums)
      partialSums->endBatch();
  }
  void choosePartialSums();
  /// After choosePartialSums: whether windows are to be refined by their errors in outputs, on the
  /// same partial sums once more.
  bool hasWindowErrors() const { return partialSums.has_value(); }
  void refinePartialSums();
  /// What the ADC loses of the partial sums seen; none if there were no histograms, or windows
  /// were refined since.
  const std::optional<quant::QuantizationError> &getAdcError() const { return adcError; }

  /// Writes the scales, and the encoding that they are made for, to the layer.
  void finish() {
    layer.setPrecisionAttr(precision);
    layer.setMappingAttr(mapping);
  }

private:
  /// What has been seen of a tensor. Method::MinMax needs no histogram.
  struct Statistics {
    quant::Range range;
    std::optional<quant::Histogram> histogram;
  };

  bool needsActivation() const { return !precision.getActivation().getScale(); }
  bool needsDynamicWeight() const { return dynamic && !precision.getWeight().getScale(); }
  void replace(WeightAttr weight, ActivationAttr activation, AdcAttr adc);
  void addHistogram(Statistics &statistics, const cim_tensor &tensor,
                    const std::vector<uint32_t> &importance);
  /// Of each channel of the input.
  llvm::FailureOr<std::vector<uint32_t>> getImportance();
  quant::RowMoments getRowMoments(int64_t firstRow, int64_t rows) const;
  /// The scale of weights [rows, columns] that have one together; rows count over all groups.
  float chooseWeightScale(llvm::ArrayRef<float> weights, int64_t firstRow, int64_t rows) const;
  /// The same and, of weights of one bit, the other levels; else there are none.
  quant::BinaryLevels chooseWeightLevels(llvm::ArrayRef<float> weights, int64_t firstRow,
                                         int64_t rows) const;
  void chooseArrayLevels(const WeightMatrix &matrix,
                         llvm::MutableArrayRef<quant::BinaryLevels> levels);
  /// Levels for each output and each of the parts that `cuts` makes of the rows.
  void chooseColumnLevels(const WeightMatrix &matrix, llvm::ArrayRef<int64_t> cuts,
                          llvm::MutableArrayRef<quant::BinaryLevels> levels);
  void setWeightScale(mlir::ElementsAttr scale, mlir::ElementsAttr split = {},
                      mlir::ElementsAttr beta = {});
  /// An input that is never negative is fed by offset encoding with z = 0, others by the
  /// encoding of the mapping with a zero point that suits it.
  void chooseActivation();
  void chooseDynamicWeight();
  quant::Codes getCodes() const;
  /// Of windows that are not free.
  std::optional<int32_t> getFixedOffset() const;
  quant::AdcTable chooseTable(const quant::Samples &samples, quant::Window window,
                              const quant::Interval &range) const;
  void setWindows(llvm::ArrayRef<quant::Window> windows);
  void setTables(llvm::ArrayRef<quant::AdcTable> tables);
  llvm::SmallVector<int64_t> getAdcScaleShape();
  std::vector<int8_t> quantizeHead(const float *weight) const;
  llvm::SmallVector<int64_t> choosePositions(int64_t sample) const;
  mlir::ElementsAttr makeScale(llvm::ArrayRef<int64_t> shape, std::vector<float> scales,
                               llvm::StringRef what);
  mlir::ElementsAttr makeIntegers(llvm::ArrayRef<int64_t> shape, std::vector<int32_t> integers,
                                  llvm::StringRef what);

  LayerOpInterface layer;
  uint64_t number;
  Options options;
  PrecisionAttr precision;
  bool dynamic;
  MappingAttr mapping;
  LayerShape shape;
  llvm::SmallVector<int64_t> tiles;

  std::mutex mutex;
  Statistics inputs, weights;
  /// Of the input's channels, for Method::OutputError.
  std::vector<uint32_t> importance;
  std::optional<quant::ChannelMoments> moments;
  std::optional<PartialSumCalibration> partialSums;
  std::optional<quant::QuantizationError> adcError;
};

} // namespace cim

#endif // CIM_LIB_EXECUTION_LAYERCALIBRATION_H
