//===- Program.cpp - A loaded program ---------------------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Loading, and the plans of crossbar layers: indices of the metadata become pointers.
//
//===----------------------------------------------------------------------===//

#include "Program.h"
#include "Verify.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace cim::format;
using namespace cim::runtime;

//===----------------------------------------------------------------------===//
// Mapping
//===----------------------------------------------------------------------===//

std::string MappedFile::open(const char *path) {
  auto fail = [&] { return std::string("cannot read '") + path + "': " + strerror(errno); };
  int descriptor = ::open(path, O_RDONLY | O_CLOEXEC);
  if (descriptor < 0)
    return fail();
  struct stat status;
  std::string reason;
  if (fstat(descriptor, &status) != 0)
    reason = fail();
  else if (!S_ISREG(status.st_mode))
    reason = std::string("cannot read '") + path + "': not a regular file";
  else if (status.st_size > 0) {
    void *memory = mmap(nullptr, status.st_size, PROT_READ, MAP_PRIVATE, descriptor, 0);
    if (memory == MAP_FAILED)
      reason = fail();
    else {
      begin = static_cast<const uint8_t *>(memory);
      bytes = status.st_size;
    }
  }
  close(descriptor);
  return reason;
}

MappedFile::~MappedFile() {
  if (begin)
    munmap(const_cast<uint8_t *>(begin), bytes);
}

//===----------------------------------------------------------------------===//
// Plans
//===----------------------------------------------------------------------===//

static void setGeometry(MvmPlan &plan, const Tensor &input, const Tensor &output) {
  plan.channels = input.dims()->Get(input.rank() - 1);
  if (plan.hasWindow) {
    plan.batch = input.dims()->Get(0);
    plan.height = input.dims()->Get(1);
    plan.width = input.dims()->Get(2);
    plan.outHeight = output.dims()->Get(1);
    plan.outWidth = output.dims()->Get(2);
    return;
  }
  plan.batch = plan.height = plan.outHeight = 1;
  plan.width = plan.outWidth = numElements(input) / plan.channels / plan.matrices;
}

void cim::runtime::setConstant(MvmPlan &plan, size_t index, const uint8_t *values) {
  const float *MvmPlan::*const floats[] = {&MvmPlan::start, &MvmPlan::scale, &MvmPlan::reciprocal,
                                           nullptr, &MvmPlan::reference};
  const int32_t *MvmPlan::*const integers[] = {nullptr,           nullptr, nullptr,
                                               &MvmPlan::offsets, nullptr, &MvmPlan::thresholds,
                                               &MvmPlan::levels};
  if (index < std::size(floats) && floats[index])
    plan.*floats[index] = reinterpret_cast<const float *>(values);
  else
    plan.*integers[index] = reinterpret_cast<const int32_t *>(values);
  if (integers[index] != &MvmPlan::levels)
    return;
  const int64_t *shape = plan.levelsShape;
  auto [least, most] =
      std::minmax_element(plan.levels, plan.levels + shape[0] * shape[1] * shape[2] * shape[3]);
  plan.qmin = *least;
  plan.qmax = *most;
}

MvmPlan LoadedProgram::makePlan(const Instruction &instruction) const {
  const Mvm &mvm = data.mvms[instruction.params()];
  const Arrays &arrays = data.arrays[mvm.arrays()];
  auto list = [&](const Span &span) {
    auto first = data.ints.begin() + span.begin();
    return std::vector<int64_t>(first, first + span.count());
  };
  MvmPlan plan = {};
  plan.hasWindow = mvm.window() >= 0;
  plan.matrices = plan.hasWindow ? 1 : arrays.groups();
  plan.groups = plan.hasWindow ? arrays.groups() : 1;
  plan.rows = arrays.rows();
  plan.columns = arrays.columns();
  plan.kernelArea = arrays.kernel_area();
  plan.tiles = list(arrays.tiles());
  plan.slices = list(arrays.slices());
  plan.kind = arrays.kind();
  plan.cycles = makeCycles(mvm.encoding(), list(mvm.cycles()));
  plan.encoding = mvm.encoding();
  plan.planes = makePlanes(plan.kind, plan.slices);
  plan.computed = isComputed(arrays);
  plan.correctionScale = static_cast<float>(instruction.value());
  if (!plan.computed)
    plan.weights = sectionOf(bytes, data, mvm.arrays());
  plan.sumSlices = mvm.sum_slices();
  plan.sumTiles = mvm.sum_tiles();
  plan.adc = convertsPartialSums(mvm);
  plan.convertsOutputs = mvm.adc() == AdcKind_Preactivation;
  plan.qmin = mvm.qmin();
  plan.qmax = mvm.qmax();
  plan.activationScale = mvm.activation_scale();
  plan.activationBits = mvm.activation_bits();
  plan.zeroPoint = mvm.zero_point();
  MvmExtra extra = findExtra(data, instruction.params());
  if (extra.levels() >= 0)
    std::copy_n(data.tensors[extra.levels()].dims()->data(), 4, plan.levelsShape);
  std::array<MvmConstant, kNumConstants> constants = constantsOf(data, instruction.params());
  for (size_t i = 0; i < kNumConstants; ++i)
    if (constants[i].tensor >= 0)
      setConstant(plan, i, bytes.at(data.tensors[constants[i].tensor].offset()));
  if (plan.hasWindow)
    plan.window = data.windows[mvm.window()];
  setGeometry(plan, data.tensors[data.operands[instruction.operands().begin()]],
              data.tensors[instruction.result()]);
  return plan;
}

/// How the arrays that `mvm` reads are written.
WritePlan LoadedProgram::makeWritePlan(const Mvm &mvm) const {
  const Arrays &arrays = data.arrays[mvm.arrays()];
  WritePlan plan = {arrays.groups(), packedShape(data, mvm), arrays.weight_scale(),
                    arrays.max_code(), arrays.num_arrays()};
  plan.shape.groups = 1;
  return plan;
}

/// Offsets are aligned in every file, addresses only if those of its pieces are.
static std::string checkAddresses(const FileView &bytes, const ProgramData &data) {
  auto isAligned = [&](uint64_t offset, uint64_t alignment) {
    return reinterpret_cast<uintptr_t>(bytes.at(offset)) % alignment == 0;
  };
  for (size_t i = 0; i < data.arrays.size(); ++i)
    if (!isComputed(data.arrays[i]) &&
        !isAligned(data.arrays[i].section_offset(), kSectionAlignment))
      return "arrays " + std::to_string(i) + ": the section must be aligned to 64 bytes in memory";
  for (size_t i = 0; i < data.tensors.size(); ++i) {
    const Tensor &tensor = data.tensors[i];
    if (tensor.space() == Space_File && !isAligned(tensor.offset(), elementBytes(tensor.type())))
      return "tensor " + std::to_string(i) + ": must be aligned to its elements in memory";
  }
  return {};
}

std::string LoadedProgram::load(FileView view) {
  bytes = std::move(view);
  std::string reason = readProgram(bytes, data);
  if (reason.empty())
    reason = checkAddresses(bytes, data);
  if (!reason.empty())
    return reason;
  plans.resize(data.instructions.size());
  replaced.resize(data.instructions.size());
  writePlans.resize(data.arrays.size());
  columnSums.resize(data.arrays.size());
  replacedSums.resize(data.instructions.size());
  for (size_t i = 0; i < plans.size(); ++i) {
    if (data.instructions[i].opcode() != Opcode_Mvm)
      continue;
    plans[i] = std::make_unique<MvmPlan>(makePlan(data.instructions[i]));
    MvmPlan &plan = *plans[i];
    const Mvm &mvm = data.mvms[data.instructions[i].params()];
    if (plan.computed && !writePlans[mvm.arrays()])
      writePlans[mvm.arrays()] = std::make_unique<WritePlan>(makeWritePlan(mvm));
    if (!plan.computed && hasSignedSums(plan)) {
      // Once, however many instructions read the arrays.
      std::vector<int32_t> &sums = columnSums[mvm.arrays()];
      if (sums.empty())
        sums = sumColumns(plan);
      plan.columnSums = sums.data();
    }
  }
  return {};
}

cim_tensor cim::runtime::viewOf(const Tensor &tensor, void *data) {
  cim_tensor view = {static_cast<cim_element_type>(tensor.type()), tensor.rank(), {}, data};
  for (int axis = 0; axis < 6; ++axis)
    view.dims[axis] = axis < tensor.rank() ? tensor.dims()->Get(axis) : 1;
  return view;
}
