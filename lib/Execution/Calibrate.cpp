//===- Calibrate.cpp - Choose scales by running the network -----*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Weights, then ranges of activations, then their histograms, then partial sums, then the
// errors of their windows. Weights that depend on their inputs come after these.
// Each layer is a LayerCalibration; the network runs once for each statistic that
// some layer needs and every layer looks at its own input.
//
//===----------------------------------------------------------------------===//

#include "LayerCalibration.h"
#include "Random.h"
#include "cim-mlir/Execution/Execution.h"
#include "cim-mlir/Execution/Passes.h"
#include "cim/Analysis/Layout.h"
#include "mlir/IR/Threading.h"
#include "xbar/IR/XbarOps.h"
#include "llvm/ADT/StringMap.h"

namespace cim {
#define GEN_PASS_DEF_CALIBRATEPASS
#include "cim-mlir/Execution/Passes.h.inc"
} // namespace cim

using namespace mlir;
using namespace cim;

//===----------------------------------------------------------------------===//
// Calibration
//===----------------------------------------------------------------------===//

namespace {

/// Numbers that depend on nothing but seed, sample, input and element: floats in 0..1, and
/// integers 0 and 1, which every table and every mask has.
class RandomData : public CalibrationData {
public:
  explicit RandomData(uint64_t seed) : seed(seed) {}

  int64_t size() const override { return 4; }

  std::string read(int64_t index, unsigned input, data::ElementType type,
                   MutableArrayRef<uint8_t> bytes) override {
    uint64_t stream = hash(hash(seed + index) + input);
    size_t width = data::elementBytes(type);
    llvm::fill(bytes, 0);
    for (size_t i = 0; i < bytes.size() / width; ++i) {
      uint64_t bits = hash(stream + i);
      float number = float(bits >> 40) * 0x1p-24f;
      if (type == data::ElementType::F32)
        std::memcpy(&bytes[i * width], &number, width);
      else
        bytes[i * width] = bits >> 63; // The lowest byte.
    }
    return "";
  }

private:
  uint64_t seed;
};

/// One run of the pass.
class Calibration {
public:
  Calibration(ModuleOp module, const LayerCalibration::Options &options) : options(options) {
    module.walk([&](LayerOpInterface layer) {
      PrecisionAttr precision = layer.getPrecisionAttr();
      if (precision && !isCalibrated(precision))
        layers.push_back(std::make_unique<LayerCalibration>(layer, layers.size(), options));
    });
  }

  int64_t numLayers() const { return layers.size(); }

  LogicalResult run(ModuleOp module, CalibrationData &data, int64_t samples) {
    bool needsMoments = options.weight == quant::Method::OutputError;
    if (!needsMoments && failed(chooseWeights(module.getContext())))
      return failure();
    FailureOr<Network> network = Network::compile(module.clone());
    if (failed(network))
      return failure();
    auto observe = [&](Wants wants, Look look) {
      return this->observe(*network, data, samples, wants, look);
    };
    if (failed(chooseOperands(observe)) ||
        (needsMoments && failed(chooseWeights(module.getContext()))) ||
        failed(choosePartialSums(module.getContext(), observe)))
      return failure();
    for (auto &layer : layers)
      layer->finish();
    return success();
  }

  AdcErrors getAdcErrors() const {
    AdcErrors errors;
    for (auto &layer : layers)
      if (layer->getAdcError())
        errors[layer->getName().str()] = *layer->getAdcError();
    return errors;
  }

private:
  using Wants = llvm::function_ref<bool(const LayerCalibration &)>;
  using Look =
      llvm::function_ref<void(LayerCalibration &, int64_t sample, ArrayRef<cim_tensor> operands)>;
  using Observe = llvm::function_ref<LogicalResult(Wants, Look)>;

  /// Runs the network and gives every layer that wants them its operands. Does nothing if
  /// none does.
  LogicalResult observe(const Network &network, CalibrationData &data, int64_t samples, Wants wants,
                        Look look) {
    llvm::StringMap<LayerCalibration *> byName;
    for (auto &layer : layers)
      if (wants(*layer))
        byName[layer->getName()] = layer.get();
    if (byName.empty())
      return success();
    const cim_program *program = network.program();
    std::vector<LayerCalibration *> byInstruction(cim_program_num_instructions(program));
    for (auto [i, layer] : llvm::enumerate(byInstruction)) {
      StringRef opcode = cim_program_instruction_opcode(program, i);
      if (opcode == "conv2d" || opcode == "matmul")
        layer = byName.lookup(cim_program_instruction_name(program, i));
    }
    auto endBatch = [&] {
      for (auto &layer : layers)
        layer->endBatch();
    };
    return network.stream(
        data, samples,
        [&](int64_t sample, int32_t instruction, ArrayRef<cim_tensor> operands,
            const cim_tensor &) {
          if (LayerCalibration *layer = byInstruction[instruction])
            look(*layer, sample, operands);
        },
        endBatch);
  }

  LogicalResult chooseWeights(MLIRContext *context) {
    return failableParallelForEach(context, layers,
                                   [](auto &layer) { return layer->chooseWeights(); });
  }

  LogicalResult chooseOperands(Observe observe) {
    auto wants = [](const LayerCalibration &layer) { return layer.needsOperands(); };
    if (failed(observe(wants, [](LayerCalibration &layer, int64_t, ArrayRef<cim_tensor> operands) {
          layer.addRanges(operands);
        })))
      return failure();
    for (auto &layer : layers)
      if (failed(layer->startHistograms()))
        return failure();
    auto wantsHistograms = [](const LayerCalibration &layer) { return layer.hasHistograms(); };
    if (failed(observe(wantsHistograms,
                       [](LayerCalibration &layer, int64_t, ArrayRef<cim_tensor> operands) {
                         layer.addHistograms(operands);
                       })))
      return failure();
    for (auto &layer : layers)
      layer->chooseOperands();
    return success();
  }

  /// Bins of each histogram: as many as fit all of them into kHistogramBytes.
  size_t getHistogramBins() {
    int64_t groups = 0;
    bool hasTables = false;
    for (auto &layer : layers) {
      if (!layer->needsPartialSums())
        continue;
      groups += layer->countPartialSumGroups();
      hasTables |= layer->hasTable();
    }
    if (options.partialSum == quant::Method::MinMax && !hasTables)
      return 0;
    if (hasTables && options.table == quant::TableMethod::BsKmq)
      groups *= 2; // Those of a batch.
    size_t bins = kMaxBins, least = hasTables ? kMinTableBins : kMinBins;
    while (bins > least && groups * bins * sizeof(uint64_t) > kHistogramBytes)
      bins /= 2;
    return bins;
  }

  LogicalResult choosePartialSums(MLIRContext *context, Observe observe) {
    std::vector<LayerCalibration *> wanting;
    size_t bins = getHistogramBins();
    for (auto &layer : layers) {
      if (!layer->needsPartialSums())
        continue;
      wanting.push_back(layer.get());
      if (failed(layer->startPartialSums(bins)))
        return failure();
    }
    auto add = [](LayerCalibration &layer, int64_t sample, ArrayRef<cim_tensor> operands) {
      layer.addPartialSums(sample, operands);
    };
    if (failed(
            observe([](const LayerCalibration &layer) { return layer.needsPartialSums(); }, add)))
      return failure();
    parallelForEach(context, wanting, [](LayerCalibration *layer) { layer->choosePartialSums(); });
    if (failed(observe([](const LayerCalibration &layer) { return layer.hasWindowErrors(); }, add)))
      return failure();
    for (LayerCalibration *layer : wanting)
      if (layer->hasWindowErrors())
        layer->refinePartialSums();
    return success();
  }

  static constexpr size_t kMaxBins = 1024, kMinBins = 16, kMinTableBins = 64,
                          kHistogramBytes = size_t(256) << 20;

  LayerCalibration::Options options;
  std::vector<std::unique_ptr<LayerCalibration>> layers;
};

//===----------------------------------------------------------------------===//
// Pass
//===----------------------------------------------------------------------===//

struct CalibratePass : cim::impl::CalibratePassBase<CalibratePass> {
  using CalibratePassBase::CalibratePassBase;
  CalibratePass(CalibratePassOptions options, std::shared_ptr<CalibrationData> data,
                AdcErrors *errors)
      : CalibratePassBase(std::move(options)), data(std::move(data)), errors(errors) {}

  void runOnOperation() override {
    if (failed(checkPositive("samples", samples)) || failed(checkPositive("positions", positions)))
      return signalPassFailure();
    Calibration calibration(getOperation(),
                            {activation, weight, partialSum, table, positions, seed, binary});
    if (calibration.numLayers() == 0)
      return;
    if (!data)
      useRandomData();
    if (failed(calibration.run(getOperation(), *data, std::min<int64_t>(samples, data->size()))))
      return signalPassFailure();
    numCalibrated += calibration.numLayers();
    if (errors)
      *errors = calibration.getAdcErrors();
  }

private:
  LogicalResult checkPositive(StringRef option, int64_t value) {
    if (value >= 1)
      return success();
    return getOperation().emitError("option '") << option << "' must be at least 1, got " << value;
  }

  void useRandomData() {
    data = std::make_shared<RandomData>(seed);
    if (!random)
      emitWarning(getOperation().getLoc(), "no calibration data: scales are chosen on ")
          << data->size() << " random inputs";
    getOperation()->setAttr(CimDialect::kUncalibratedAttrName, UnitAttr::get(&getContext()));
  }

  std::shared_ptr<CalibrationData> data;
  AdcErrors *errors = nullptr;
};

} // namespace

std::unique_ptr<Pass> cim::createCalibratePass(CalibratePassOptions options,
                                               std::shared_ptr<CalibrationData> data,
                                               AdcErrors *errors) {
  return std::make_unique<CalibratePass>(std::move(options), std::move(data), errors);
}
