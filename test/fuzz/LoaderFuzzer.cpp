//===- LoaderFuzzer.cpp - Any bytes as a crossbar program -------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Gives what libFuzzer makes up the sizes and the checksum that it needs to get past the
// header, loads it and, if it is accepted and small, runs it once on zeros.
//
//===----------------------------------------------------------------------===//

#include "Checksum.h"
#include "cim-runtime/ProgramFile.h"
#include "cim-runtime/cim_runtime.h"
#include "cim-runtime/program_generated.h"

#include <algorithm>
#include <cstring>
#include <memory>
#include <vector>

using namespace cim::format;

/// Programs of more memory are loaded, but not run.
static constexpr uint64_t kMaxBytes = 1 << 20;

namespace {

struct Closer {
  void operator()(cim_program *program) const { cim_program_close(program); }
  void operator()(cim_executor *executor) const { cim_executor_destroy(executor); }
  void operator()(void *memory) const { std::free(memory); }
};

} // namespace

/// Makes sizes and checksum true where the offsets allow it.
static void repairHeader(uint8_t *bytes, size_t size) {
  FileHeader header;
  if (size < sizeof(header))
    return;
  std::memcpy(&header, bytes, sizeof(header));
  header.fileBytes = size;
  if (header.metadataOffset < size) {
    header.metadataBytes = std::min<uint64_t>(header.metadataBytes, size - header.metadataOffset);
    header.metadataChecksum = checksum(bytes + header.metadataOffset, header.metadataBytes);
  }
  std::memcpy(bytes, &header, sizeof(header));
}

/// Appends tensors with zeros for data; false if they are too large.
template <typename Get>
static bool makeTensors(int32_t count, Get get, std::vector<std::vector<uint8_t>> &data,
                        std::vector<cim_tensor> &tensors) {
  uint64_t bytes = 0;
  for (int32_t i = 0; i < count; ++i) {
    cim_tensor tensor = get(i);
    uint64_t elements = 1;
    for (int32_t axis = 0; axis < tensor.rank; ++axis)
      elements *= tensor.dims[axis];
    bytes += elements * 8; // No element type is wider.
    if (bytes > kMaxBytes)
      return false;
    data.emplace_back(elements * 8);
    tensors.push_back(tensor);
    tensors.back().data = data.back().data();
  }
  return true;
}

static void runOnce(const cim_program *program) {
  std::vector<std::vector<uint8_t>> data;
  std::vector<cim_tensor> inputs, outputs;
  auto input = [&](int32_t i) { return cim_program_input(program, i); };
  auto output = [&](int32_t i) { return cim_program_output(program, i); };
  if (!makeTensors(cim_program_num_inputs(program), input, data, inputs) ||
      !makeTensors(cim_program_num_outputs(program), output, data, outputs))
    return;
  cim_executor_options options = {};
  options.threads = 1;
  cim_message message;
  cim_executor *executor = nullptr;
  if (cim_executor_create(program, &options, &executor, &message) != CIM_OK)
    return;
  std::unique_ptr<cim_executor, Closer> closer(executor);
  (void)cim_executor_run(executor, 1, inputs.data(), inputs.size(), outputs.data(), outputs.size(),
                         &message);
}

/// The memory that a run of an accepted program needs.
static uint64_t getArenaBytes(const uint8_t *bytes) {
  FileHeader header;
  std::memcpy(&header, bytes, sizeof(header));
  return GetProgram(bytes + header.metadataOffset)->arena_bytes();
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  constexpr size_t kAlignment = 64;
  size_t room = (size + kAlignment) / kAlignment * kAlignment;
  std::unique_ptr<uint8_t, Closer> bytes(
      static_cast<uint8_t *>(std::aligned_alloc(kAlignment, room)));
  std::memcpy(bytes.get(), data, size);
  repairHeader(bytes.get(), size);
  cim_program *program = nullptr;
  cim_message message;
  if (cim_program_from_memory(bytes.get(), size, &program, &message) != CIM_OK)
    return 0;
  std::unique_ptr<cim_program, Closer> closer(program);
  if (getArenaBytes(bytes.get()) <= kMaxBytes)
    runOnce(program);
  return 0;
}
