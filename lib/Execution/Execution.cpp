//===- Execution.cpp - Networks executed by the compiler --------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Lowers a module to a program file in memory and streams samples through it.
//
//===----------------------------------------------------------------------===//

#include "cim-mlir/Execution/Execution.h"
#include "Bounds.h"
#include "cim-mlir/Conversion/Passes.h"
#include "cim-mlir/Data/RuntimeTensors.h"
#include "cim-mlir/Target/Program.h"
#include "cim/IR/CimOps.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/Pass/PassManager.h"
#include "xbar/Transforms/Passes.h"
#include <vector>

using namespace mlir;
using namespace cim;

/// Samples that are in memory at a time: so many, fewer if they are large.
static constexpr int64_t kBatch = 32, kBatchBytes = int64_t(1) << 28;

static LogicalResult check(cim_status status, const cim_message &message, Location location) {
  if (status == CIM_OK)
    return success();
  return emitError(location) << "cannot execute the network: " << message.text;
}

FailureOr<Network> Network::compile(OwningOpRef<ModuleOp> module) {
  module->walk([](LayerOpInterface layer) { layer.setPrecisionAttr({}); });
  PassManager manager(module->getContext());
  manager.addPass(createConvertCimToXbarPass());
  manager.addPass(xbar::createPlanMemoryPass());
  if (failed(manager.run(*module)))
    return failure();
  xbar::ProgramOp program = *module->getOps<xbar::ProgramOp>().begin();
  if (failed(checkBounds(program)))
    return failure();
  return load(program);
}

FailureOr<Network> Network::load(xbar::ProgramOp program) {
  FailureOr<format::ScatteredFile> scattered = writeScatteredProgram(program);
  if (failed(scattered))
    return failure();
  Network network(program->getLoc());
  // The runtime uses the file in place and wants it aligned.
  auto file =
      llvm::WritableMemoryBuffer::getNewUninitMemBuffer(scattered->own.size(), "", llvm::Align(64));
  llvm::copy(scattered->own, file->getBufferStart());
  std::vector<cim_piece> pieces;
  for (auto [data, bytes] :
       scattered->pieces(reinterpret_cast<const uint8_t *>(file->getBufferStart())))
    pieces.push_back({data, bytes});
  cim_program *handle = nullptr;
  cim_message message;
  cim_status status = cim_program_from_pieces(pieces.data(), pieces.size(), &handle, &message);
  if (failed(check(status, message, network.location)))
    return failure();
  network.file = std::move(file);
  network.handle.reset(handle);
  return network;
}

int64_t cim::countElements(const cim_tensor &tensor) {
  return ShapedType::getNumElements(ArrayRef(tensor.dims, tensor.rank));
}

using Executor = std::unique_ptr<cim_executor, void (*)(cim_executor *)>;

static FailureOr<Executor> createExecutor(const cim_program *program,
                                          const cim_executor_options &options, Location location) {
  cim_executor *executor = nullptr;
  cim_message message;
  if (failed(check(cim_executor_create(program, &options, &executor, &message), message, location)))
    return failure();
  return Executor(executor, cim_executor_destroy);
}

static LogicalResult runSamples(const Executor &executor, int64_t samples,
                                ArrayRef<cim_tensor> inputs, ArrayRef<cim_tensor> outputs,
                                Location location) {
  cim_message message;
  return check(cim_executor_run(executor.get(), samples, inputs.data(), inputs.size(),
                                outputs.data(), outputs.size(), &message),
               message, location);
}

namespace {

/// Buffers of a batch of tensors, one per input or output of a program.
struct Batch {
  std::vector<cim_tensor> tensors;
  std::vector<std::vector<uint64_t>> storage;

  /// Of one sample. Eight bytes for each element hold those of any type.
  int64_t bytes() const {
    int64_t elements = 0;
    for (const cim_tensor &tensor : tensors)
      elements += countElements(tensor);
    return elements * sizeof(uint64_t);
  }

  void allocate(int64_t samples) {
    for (cim_tensor &tensor : tensors) {
      storage.emplace_back(countElements(tensor) * samples);
      tensor.data = storage.back().data();
    }
  }
};

/// What the C observer is given.
struct ObserverState {
  const Network::Observer &observer;
  int64_t firstSample;
};

} // namespace

static void observe(void *user, int64_t sample, int32_t instruction, const cim_tensor *inputs,
                    int32_t numInputs, const cim_tensor *output) {
  auto *state = static_cast<ObserverState *>(user);
  state->observer(state->firstSample + sample, instruction,
                  llvm::ArrayRef<cim_tensor>(inputs, numInputs), *output);
}

LogicalResult Network::stream(CalibrationData &data, int64_t samples, const Observer &observer,
                              const std::function<void()> &endBatch) const {
  Batch inputs, outputs;
  for (int32_t i = 0; i < cim_program_num_inputs(program()); ++i)
    inputs.tensors.push_back(cim_program_input(program(), i));
  for (int32_t i = 0; i < cim_program_num_outputs(program()); ++i)
    outputs.tensors.push_back(cim_program_output(program(), i));
  int64_t batch = std::clamp<int64_t>(
      kBatchBytes / std::max<int64_t>(inputs.bytes() + outputs.bytes(), 1), 1, kBatch);
  inputs.allocate(batch);
  outputs.allocate(batch);

  ObserverState state{observer, 0};
  cim_executor_options options = {};
  options.observer = observe;
  options.observer_user = &state;
  FailureOr<Executor> executor = createExecutor(program(), options, location);
  if (failed(executor))
    return failure();
  for (int64_t first = 0; first < samples; first += batch) {
    int64_t count = std::min(batch, samples - first);
    for (auto [i, tensor] : llvm::enumerate(inputs.tensors)) {
      data::ElementType type = data::elementTypeOf(tensor);
      size_t bytes = countElements(tensor) * data::elementBytes(type);
      auto *values = static_cast<uint8_t *>(tensor.data);
      for (int64_t sample = 0; sample < count; ++sample) {
        MutableArrayRef<uint8_t> target(values + sample * bytes, bytes);
        std::string error = data.read(data.pick(first + sample, samples), i, type, target);
        if (!error.empty())
          return emitError(location) << error;
      }
    }
    state.firstSample = first;
    if (failed(runSamples(*executor, count, inputs.tensors, outputs.tensors, location)))
      return failure();
    endBatch();
  }
  return success();
}

FailureOr<std::vector<std::vector<uint64_t>>> Network::evaluate() const {
  std::vector<std::vector<uint64_t>> values;
  std::vector<cim_tensor> outputs;
  for (int32_t i = 0; i < cim_program_num_outputs(program()); ++i) {
    outputs.push_back(cim_program_output(program(), i));
    values.emplace_back(countElements(outputs.back()));
    outputs.back().data = values.back().data();
  }
  FailureOr<Executor> executor = createExecutor(program(), {}, location);
  if (failed(executor) || failed(runSamples(*executor, 1, {}, outputs, location)))
    return failure();
  return values;
}
