//===- Replace.cpp - Replacing constants of a loaded program ----*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Training and search change weights and scales without compiling again. New values
// pass the checks that the loader applies and go to memory that the program owns.
//
//===----------------------------------------------------------------------===//

#include "Program.h"
#include "Verify.h"

#include <algorithm>
#include <cstring>

using namespace cim::format;
using namespace cim::runtime;

static std::string checkShape(const std::string &what, const cim_tensor &value,
                              cim_element_type type, const std::vector<int64_t> &shape) {
  bool fits = value.data && value.type == type && value.rank == int32_t(shape.size()) &&
              std::equal(shape.begin(), shape.end(), value.dims);
  return fits ? std::string() : "'" + what + "' must have the type and shape of the constant";
}

static int64_t product(const std::vector<int64_t> &shape) {
  int64_t elements = 1;
  for (int64_t dim : shape)
    elements *= dim;
  return elements;
}

std::string LoadedProgram::replaceWeights(size_t instruction, const cim_tensor &value) {
  const Mvm &mvm = data.mvms[data.instructions[instruction].params()];
  const Arrays &arrays = data.arrays[mvm.arrays()];
  std::vector<int64_t> shape = {arrays.groups(), arrays.rows(), arrays.columns()};
  std::string reason = checkShape("weight_codes", value, CIM_I8, shape);
  if (!reason.empty())
    return reason;
  const auto *codes = static_cast<const int8_t *>(value.data);
  auto [low, high] = std::minmax_element(codes, codes + product(shape));
  PackedShape packed = packedShape(data, mvm);
  if (packed.signs &&
      std::any_of(codes, codes + product(shape), [](int8_t code) { return code == 0; }))
    return "weight codes of one bit must be -1 or 1, got 0";
  AlignedBuffer section(packed.bytes());
  auto *stored = reinterpret_cast<int8_t *>(section.data());
  packWeights(packed, codes, stored);
  reason = checkSums(data, mvm, *low, *high, stored);
  if (!reason.empty())
    return reason;
  MvmPlan &plan = *plans[instruction];
  plan.weights = stored;
  replaced[instruction][0] = std::move(section);
  if (plan.columnSums) {
    replacedSums[instruction] = sumColumns(plan);
    plan.columnSums = replacedSums[instruction].data();
  }
  return {};
}

std::string LoadedProgram::replaceConstant(size_t instruction, const std::string &what,
                                           const cim_tensor &value) {
  std::array<MvmConstant, kNumConstants> all =
      constantsOf(data, data.instructions[instruction].params());
  size_t index = 0;
  while (index < all.size() && what != all[index].name)
    ++index;
  if (index == all.size())
    return "'" + what + "' is not a constant of an mvm";
  if (all[index].tensor < 0)
    return "the layer has no '" + what + "'";
  const Tensor &tensor = data.tensors[all[index].tensor];
  std::string reason =
      checkShape(what, value, static_cast<cim_element_type>(tensor.type()), shapeOf(tensor));
  if (reason.empty())
    reason = checkElements(what, all[index].rule, tensor, static_cast<const uint8_t *>(value.data));
  if (!reason.empty())
    return reason;
  AlignedBuffer copy(tensorBytes(tensor));
  memcpy(copy.data(), value.data, copy.size());
  setConstant(*plans[instruction], index, copy.data());
  replaced[instruction][index + 1] = std::move(copy);
  return {};
}

/// A single number that is kept in a plan.
static std::string replaceScale(const std::string &what, const cim_tensor &value, float &scale) {
  std::string reason = checkShape(what, value, CIM_F32, {});
  if (!reason.empty())
    return reason;
  float number;
  memcpy(&number, value.data, sizeof(number));
  if (what == "correction_scale" ? !isValidCorrection(number) : !isValidScale(number))
    return "'" + what + "' must be " +
           (what == "correction_scale" ? "finite and not negative" : "normal and positive");
  scale = number;
  return {};
}

std::string LoadedProgram::replace(size_t instruction, const std::string &what,
                                   const cim_tensor &value) {
  if (!varied.empty())
    return "constants of a program with drawn cells cannot be replaced";
  const Instruction &entry = data.instructions[instruction];
  if (entry.opcode() == Opcode_WriteArrays && what == "weight_scale" && writePlans[entry.params()])
    return replaceScale(what, value, writePlans[entry.params()]->scale);
  if (!plans[instruction])
    return "instruction " + std::to_string(instruction) + " is not an mvm";
  bool computed = plans[instruction]->computed;
  bool hasTerm = computed && plans[instruction]->encoding == InputEncoding_Offset;
  if ((computed && what == "weight_codes") || (!hasTerm && what == "correction_scale"))
    return "the layer has no '" + what + "'";
  if (what == "correction_scale")
    return replaceScale(what, value, plans[instruction]->correctionScale);
  if (what == "weight_codes")
    return replaceWeights(instruction, value);
  return replaceConstant(instruction, what, value);
}
