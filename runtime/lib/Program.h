//===- Program.h - A loaded program -----------------------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The file, its verified metadata and a plan for each crossbar layer. Constants
// of a layer can be replaced by copies that the program owns.
//
//===----------------------------------------------------------------------===//

#ifndef CIM_RUNTIME_LIB_PROGRAM_H
#define CIM_RUNTIME_LIB_PROGRAM_H

#include "VariedLayer.h"
#include "Verify.h"
#include "cim-runtime/ProgramFile.h"
#include "cim-runtime/cim_runtime.h"

#include <array>
#include <cstdlib>
#include <memory>
#include <new>

namespace cim::runtime {

/// Uninitialized memory at a 64-byte-aligned address.
class AlignedBuffer {
public:
  AlignedBuffer() = default;
  explicit AlignedBuffer(size_t bytes)
      : memory(static_cast<uint8_t *>(std::aligned_alloc(64, (bytes / 64 + 1) * 64))),
        bytes(bytes) {
    if (!memory)
      throw std::bad_alloc();
  }
  uint8_t *data() const { return memory.get(); }
  size_t size() const { return bytes; }

private:
  struct Free {
    void operator()(void *pointer) const { std::free(pointer); }
  };
  std::unique_ptr<uint8_t, Free> memory;
  size_t bytes = 0;
};

/// A whole file mapped for reading.
class MappedFile {
public:
  MappedFile() = default;
  ~MappedFile();
  MappedFile(const MappedFile &) = delete;
  MappedFile &operator=(const MappedFile &) = delete;

  /// Returns an empty string or the reason of failure.
  std::string open(const char *path);
  const uint8_t *data() const { return begin; }
  uint64_t size() const { return bytes; }

private:
  const uint8_t *begin = nullptr;
  uint64_t bytes = 0;
};

struct LoadedProgram {
  MappedFile file; ///< Empty if the program came from memory.
  format::FileView bytes;
  format::ProgramData data;
  std::vector<std::unique_ptr<MvmPlan>> plans; ///< Per instruction, null but for an mvm.
  /// Per arrays, null but for computed weights that a layer reads.
  std::vector<std::unique_ptr<WritePlan>> writePlans;

  /// Verifies and takes the bytes. Returns an empty string or the reason of refusal.
  std::string load(format::FileView view);

  /// Per instruction if cells were drawn, null but for an mvm; else empty.
  std::vector<std::shared_ptr<const VariedLayer>> varied;

  /// See cim_program_vary. Returns an empty string or the reason of failure.
  std::string vary(const cim_variation *options);

  /// See cim_program_replace.
  std::string replace(size_t instruction, const std::string &what, const cim_tensor &value);

private:
  MvmPlan makePlan(const format::Instruction &instruction) const;
  WritePlan makeWritePlan(const format::Mvm &mvm) const;
  std::string replaceWeights(size_t instruction, const cim_tensor &value);
  std::string replaceConstant(size_t instruction, const std::string &what, const cim_tensor &value);

  /// Per arrays: see MvmPlan::columnSums; empty where no instruction needs them.
  std::vector<std::vector<int32_t>> columnSums;
  /// The same of replaced weights, per instruction.
  std::vector<std::vector<int32_t>> replacedSums;
  /// Per instruction: what replaced its weights, then its constants.
  std::vector<std::array<AlignedBuffer, 1 + format::kNumConstants>> replaced;
};

/// The options of device variation: see cim_variation_parse and cim_program_vary. Return an empty
/// string or the reason of refusal.
std::string checkVariation(const cim_variation &variation);
std::string parseVariation(const std::string &text, cim_variation &variation);

/// Points the plan of a layer at constant `index` of those of constantsOf().
void setConstant(MvmPlan &plan, size_t index, const uint8_t *values);

/// The view of a tensor that the C API shows.
cim_tensor viewOf(const format::Tensor &tensor, void *data);

} // namespace cim::runtime

#endif // CIM_RUNTIME_LIB_PROGRAM_H
