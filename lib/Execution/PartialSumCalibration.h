//===- PartialSumCalibration.h - Partial sums of a layer --------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The exact partial sums of one layer on float inputs, and their statistics
// by ADC window.
//
//===----------------------------------------------------------------------===//

#ifndef CIM_LIB_EXECUTION_PARTIALSUMCALIBRATION_H
#define CIM_LIB_EXECUTION_PARTIALSUMCALIBRATION_H

#include "cim-mlir/Quant/Levels.h"
#include "cim-mlir/Quant/PartialSum.h"
#include "cim/Analysis/Layout.h"
#include <memory>
#include <mutex>
#include <vector>

namespace cim {

/// A layer whose weights and activations have scales, as plain numbers.
struct PartialSumLayer {
  LayerShape shape;
  /// Null for a matrix product.
  WindowAttr window;
  /// [batch, height, width, channels] of a convolution's input.
  std::vector<int64_t> inputShape;
  /// Height and width of a convolution's output.
  std::pair<int64_t, int64_t> outputSize;
  MappingKind kind = MappingKind::DifferentialColumn;
  /// Weight codes [G,K,N/G]; none if they are computed.
  std::vector<int8_t> codes;
  /// One tile and one slice if the ADC converts outputs.
  llvm::SmallVector<int64_t> tiles, slices;
  /// Of one pass.
  llvm::SmallVector<int64_t> cycles;
  InputEncoding encoding = InputEncoding::Offset;
  ActivationAttr activation;
  AdcAttr adc;
};

/// Statistics of partial sums, or of outputs if the ADC converts these, with the granularity of the
/// layer's ADC scales; and then, if they are wanted, the errors of some windows.
class PartialSumCalibration {
public:
  /// `bins` is the size of histograms, 0 for min-max. With `hasBatches` there are ranges, too.
  PartialSumCalibration(PartialSumLayer layer, size_t bins, bool hasBatches = false);

  bool hasHistograms() const { return bins != 0; }

  /// Adds the sums at the given output positions of one sample. Any thread.
  void add(const float *input, llvm::ArrayRef<int64_t> positions) {
    add(input, layer.codes.data(), positions);
  }
  /// The same for a head whose weight codes are computed.
  void add(const float *input, const int8_t *codes, llvm::ArrayRef<int64_t> positions);

  /// Adds the sums since the last call to ranges. Not while others are added.
  void endBatch();

  /// The sums that share a window.
  struct Group {
    /// Of the window in the ADC's scale tensor.
    int64_t index;
    /// Where it is: a group of a set of statistics.
    size_t set, number;
  };
  std::vector<Group> getGroups() const;
  quant::Samples getSamples(const Group &group) const {
    return statistics[group.set].samples(group.number);
  }
  /// The range over batches, for its samples; all of them without batches.
  quant::Interval getRange(const Group &group, const quant::Samples &samples) const {
    return (batch.empty() ? quant::MovingRange() : ranges[group.set][group.number]).get(samples);
  }

  /// Goes over from statistics to errors of windows about those chosen, one for each group; what is
  /// added from now on counts there.
  void startErrors(llvm::ArrayRef<quant::Window> windows, quant::Codes codes,
                   std::optional<int32_t> offset);
  quant::Window getBest(const Group &group) const { return errors[group.set].best(group.number); }

private:
  /// The set of statistics that share a scale or hold the columns of one slice of a tile.
  size_t indexOf(int64_t group, int64_t tile, int64_t slice) const;
  size_t countSets() const;
  size_t groupsOfSet() const {
    return layer.adc.getGranularity() == Granularity::Column ? layer.shape.columns : 1;
  }
  void gather(const float *input, int64_t position, uint8_t *codes) const;
  template <typename T>
  void addTile(const int8_t *codes, int64_t group, int64_t tile, int64_t firstRow,
               const std::vector<uint8_t> &patches, int64_t positions);
  void addOutputs(const int8_t *codes, int64_t group, const std::vector<uint8_t> &patches,
                  int64_t positions);
  template <typename T> void addSums(const T *sums, int64_t group, int64_t tile, int64_t positions);
  template <typename T>
  void addStatistics(const T *sums, int64_t group, int64_t tile, int64_t positions);
  template <typename T>
  void addErrors(const T *sums, int64_t group, int64_t tile, int64_t positions);

  PartialSumLayer layer;
  size_t bins;
  /// Signed weights of all cycles; one of outputs.
  llvm::SmallVector<int64_t> cycleWeights;
  std::unique_ptr<std::mutex[]> mutexes; // Of each set.
  std::vector<quant::PartialSums> statistics;
  /// The same of the batch, and the ranges of all before it; none without batches.
  std::vector<quant::PartialSums> batch;
  std::vector<std::vector<quant::MovingRange>> ranges;
  std::vector<quant::WindowErrors> errors;
};

} // namespace cim

#endif // CIM_LIB_EXECUTION_PARTIALSUMCALIBRATION_H
