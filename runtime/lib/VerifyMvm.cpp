//===- VerifyMvm.cpp - Arrays and crossbar layers ---------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Checks the geometry and the numbers of crossbar layers; VerifyCodes.cpp has the weights.
//
//===----------------------------------------------------------------------===//

#include "Verify.h"

#include <algorithm>
#include <cfloat>
#include <cmath>
#include <cstring>

using namespace cim::format;

static constexpr int64_t kMaxDigits = 16;
/// Column sums of codes up to 127 are int32.
static constexpr int64_t kMaxComputedRows = int64_t(1) << 24;

/// Of `scale`: those of slices that are sign bits are negative.
static ConstantRule scaleRule(const ProgramData &data, const Mvm &mvm) {
  bool hasSignBits = data.arrays[mvm.arrays()].kind() == MappingKind_TwosComplement;
  return hasSignBits && !mvm.sum_slices() ? ConstantRule::ScaleOfSignBits : ConstantRule::Scale;
}

std::array<MvmConstant, kNumConstants> cim::format::constantsOf(const ProgramData &data,
                                                                uint32_t mvm) {
  const Mvm &entry = data.mvms[mvm];
  MvmExtra extra = findExtra(data, mvm);
  return {{{"start", entry.start(), ConstantRule::Any},
           {"scale", entry.scale(), scaleRule(data, entry)},
           {"reciprocal", entry.reciprocal(), ConstantRule::Scale},
           {"offsets", entry.offsets(), ConstantRule::PartialSum},
           {"reference", extra.reference(), ConstantRule::Finite},
           {"thresholds", extra.thresholds(),
            entry.adc() == AdcKind_Preactivation ? ConstantRule::OutputThresholds
                                                 : ConstantRule::Thresholds},
           {"levels", extra.levels(), ConstantRule::Level}}};
}

/// The text of a rule.
static const char *textOf(ConstantRule rule) {
  switch (rule) {
  case ConstantRule::Any:
    return "anything";
  case ConstantRule::Scale:
    return "normal and positive";
  case ConstantRule::ScaleOfSignBits:
    return "normal and, but for sign bits, positive";
  case ConstantRule::Finite:
    return "finite";
  case ConstantRule::PartialSum:
    return "below 2^24";
  case ConstantRule::Thresholds:
    return "below 2^24 and strictly increasing";
  case ConstantRule::OutputThresholds:
    return "strictly increasing";
  case ConstantRule::Level:
    return "in -32768..32767";
  }
  return "";
}

/// True if element i of a constant of the given shape keeps a rule for numbers.
static bool isValid(float number, int64_t i, const std::vector<int64_t> &shape, ConstantRule rule) {
  if (rule == ConstantRule::Finite)
    return std::isfinite(number);
  bool isSignBit = rule == ConstantRule::ScaleOfSignBits && i / shape[2] % shape[1] == shape[1] - 1;
  return isValidScale(isSignBit ? -number : number);
}

std::string cim::format::checkElements(const std::string &what, ConstantRule rule,
                                       const Tensor &tensor, const uint8_t *bytes) {
  if (rule == ConstantRule::Any)
    return {};
  std::vector<int64_t> shape = shapeOf(tensor);
  int32_t before = 0;
  for (int64_t i = 0, e = numElements(tensor); i < e; ++i) {
    float number;
    int32_t integer;
    memcpy(&number, bytes + i * sizeof(number), sizeof(number));
    memcpy(&integer, bytes + i * sizeof(integer), sizeof(integer));
    bool isFloat = tensor.type() == ElementType_F32, valid = true;
    if (isFloat)
      valid = isValid(number, i, shape, rule);
    else if (rule == ConstantRule::Level)
      valid = integer >= INT16_MIN && integer <= INT16_MAX;
    else if (rule != ConstantRule::OutputThresholds)
      valid = integer >= -kMaxPartialSum && integer <= kMaxPartialSum;
    bool increases = rule == ConstantRule::Thresholds || rule == ConstantRule::OutputThresholds;
    if (increases && i % shape.back() != 0)
      valid &= integer > before;
    before = integer;
    if (!valid) {
      std::ostringstream message;
      message << "'" << what << "' must be " << textOf(rule) << ", got ";
      (isFloat ? message << number : message << integer);
      return message.str();
    }
  }
  return {};
}

/// Without a window, groups are matrices that share the constants of the layer.
static bool isProduct(const Mvm &mvm) { return mvm.window() < 0; }

/// The section of stored weights.
bool Verifier::verifySection(const Arrays &arrays) {
  uint64_t begin = arrays.section_offset(), bytes = arrays.section_bytes();
  return check(begin % kSectionAlignment == 0 && begin >= sizeof(FileHeader) &&
                   begin <= sectionsEnd && bytes <= sectionsEnd - begin,
               "'section_offset' must be aligned to 64 bytes and the section within the file, got ",
               begin, " and ", bytes, " bytes of ", sectionsEnd) &&
         check(file.isWhole(begin, bytes), "the section must lie in one piece of the file") &&
         scan(bytes);
}

/// What takes the place of a section if weights are computed.
bool Verifier::verifyComputedArrays(const Arrays &arrays) {
  int limit = arrays.max_code();
  if (!check(isValidScale(arrays.weight_scale()),
             "'weight_scale' must be 0 or normal and positive, got ", arrays.weight_scale()) ||
      !check(arrays.section_offset() == 0 && arrays.section_bytes() == 0,
             "computed weights must have no section, got offset ", arrays.section_offset(), " and ",
             arrays.section_bytes(), " bytes") ||
      !check(limit >= 1 && (limit & (limit + 1)) == 0 && arrays.min_code() == -limit,
             "codes of computed weights must be in -Q..Q where Q = 2^(W-1)-1, got ",
             int(arrays.min_code()), "..", limit) ||
      !check(arrays.kernel_area() == 1, "computed weights must have a kernel area of 1, got ",
             arrays.kernel_area()) ||
      !check(arrays.rows() <= kMaxComputedRows,
             "computed weights must have at most 2^24 rows, got ", arrays.rows()))
    return false;
  // No less than what a worker will allocate, in numbers that cannot overflow.
  double tiles = arrays.tiles().count(), rows = double(arrays.rows()) + tiles * kRowBlock;
  double columns = double(arrays.columns()) + kColumnBlock;
  cellBytes += double(arrays.groups()) * columns * (rows + tiles * sizeof(int32_t));
  return check(cellBytes <= double(kMaxArenaBytes),
               "cells of computed weights must have at most 2^34 bytes in total, got ",
               cellBytes) &&
         scan(arrays.tiles().count() * sizeof(int64_t));
}

bool Verifier::verifyArrays(size_t index) {
  const Arrays &arrays = data.arrays[index];
  context = "arrays " + std::to_string(index) + ": ";
  auto inRange = [](int64_t value) { return value >= 1 && value <= (int64_t(1) << 31); };
  if (!check(inRange(arrays.groups()), "'groups' must be in 1..2^31, got ", arrays.groups()) ||
      !check(inRange(arrays.rows()), "'rows' must be in 1..2^31, got ", arrays.rows()) ||
      !check(inRange(arrays.columns()), "'columns' must be in 1..2^31, got ", arrays.columns()) ||
      !check(inRange(arrays.kernel_area()) && arrays.rows() % arrays.kernel_area() == 0,
             "'kernel_area' must divide the rows, got ", arrays.kernel_area()) ||
      !check(arrays.kind() <= MappingKind_MAX, "unknown 'kind', got ", int(arrays.kind())) ||
      !check(arrays.min_code() <= arrays.max_code(), "'min_code' must not exceed 'max_code', got ",
             int(arrays.min_code()), " and ", int(arrays.max_code())) ||
      !check(inRange(arrays.num_arrays()), "'num_arrays' must be in 1..2^31, got ",
             arrays.num_arrays()) ||
      !verifySpan(arrays.tiles(), data.ints.size(), "tiles") ||
      !verifySpan(arrays.slices(), data.ints.size(), "slices") ||
      !(isComputed(arrays) ? verifyComputedArrays(arrays) : verifySection(arrays)))
    return false;
  const int64_t *tiles = intsOf(data, arrays.tiles()), *slices = intsOf(data, arrays.slices());
  size_t numTiles = arrays.tiles().count(), numSlices = arrays.slices().count();
  // Every row takes at least this many bytes of the section.
  int64_t most = isComputed(arrays) ? arrays.rows()
                                    : std::max<int64_t>(arrays.section_bytes() / kColumnBlock, 1);
  return check(numTiles >= 1 && int64_t(numTiles) <= most, "'tiles' must have 1..", most,
               " entries, got ", numTiles) &&
         check(std::all_of(tiles, tiles + numTiles,
                           [&](int64_t rows) { return rows >= 1 && rows <= arrays.rows(); }) &&
                   sumOf(data, arrays.tiles()) == arrays.rows(),
               "'tiles' must be positive and sum up to the ", arrays.rows(), " rows") &&
         check(numSlices >= 1 && numSlices <= 8 &&
                   std::all_of(slices, slices + numSlices,
                               [](int64_t bits) { return bits >= 1 && bits <= 8; }) &&
                   sumOf(data, arrays.slices()) <= kMaxDigits,
               "'slices' must be 1..8 widths in 1..8 with a sum of at most ", kMaxDigits) &&
         verifySlices(arrays) && (arrays.whole() || isComputed(arrays) || joinSlices(index));
}

/// The rules of the mappings whose slices are all bits of the codes.
bool Verifier::verifySlices(const Arrays &arrays) {
  if (isDifferential(arrays.kind()))
    return true;
  int64_t bits = sumOf(data, arrays.slices());
  const int64_t *last = intsOf(data, arrays.slices()) + arrays.slices().count() - 1;
  bool isTwosComplement = arrays.kind() == MappingKind_TwosComplement;
  return check(bits <= 8, "'slices' must sum up to at most 8 bits for this mapping, got ", bits) &&
         check(!isTwosComplement || (bits >= 2 && *last == 1),
               "'slices' must sum up to at least 2 bits and end with 1 for two's complement, got ",
               bits, " and ", *last) &&
         check(!isComputed(arrays) || (bits >= 2 && arrays.max_code() == (1 << (bits - 1)) - 1),
               "'slices' must sum up to the bits of computed weights, at least 2, got ", bits);
}

bool Verifier::verifyWrite(const Instruction &instruction) {
  size_t index = instruction.params();
  if (!check(index < data.arrays.size(), "'params' must be below ", data.arrays.size(), ", got ",
             index))
    return false;
  const Arrays &arrays = data.arrays[index];
  size_t expected = isComputed(arrays) ? 1 : 0;
  if (!check(numOperands(instruction) == expected, "takes ", expected, " operands, got ",
             numOperands(instruction)) ||
      !check(!written[index], "arrays ", index, " are written twice"))
    return false;
  written[index] = true;
  if (!isComputed(arrays))
    return true;
  const Tensor &weights = operand(instruction, 0);
  std::vector<int64_t> shape = {arrays.groups(), arrays.rows(), arrays.columns()};
  return check(weights.type() == ElementType_F32 && shapeOf(weights) == shape,
               "operand 0 must be the f32 matrices of the arrays, got ", describe(weights));
}

bool Verifier::verifyMvm(const Instruction &instruction) {
  if (!check(numOperands(instruction) == 1, "takes 1 operand, got ", numOperands(instruction)) ||
      !check(instruction.params() < data.mvms.size(), "'params' must be below ", data.mvms.size(),
             ", got ", instruction.params()))
    return false;
  const Mvm &mvm = data.mvms[instruction.params()];
  if (!check(mvm.arrays() < data.arrays.size(), "'arrays' must be below ", data.arrays.size(),
             ", got ", mvm.arrays()) ||
      !check(written[mvm.arrays()], "arrays ", mvm.arrays(), " are not written yet"))
    return false;
  // The scale of the zero-point term, a float.
  double value = instruction.value();
  bool isFloat = std::abs(value) <= FLT_MAX && static_cast<float>(value) == value;
  bool hasTerm = isComputed(data.arrays[mvm.arrays()]) && mvm.encoding() == InputEncoding_Offset;
  return check(hasTerm ? isFloat && isValidCorrection(static_cast<float>(value)) : value == 0,
               "'value' must be a finite positive float or 0 for computed weights and offset "
               "inputs, else 0, got ",
               value) &&
         verifyMvmShapes(mvm, operand(instruction, 0), result(instruction)) &&
         verifyMvmNumbers(mvm) && verifyExtra(mvm, findExtra(data, instruction.params())) &&
         verifyCodes(mvm);
}

bool Verifier::verifyMvmShapes(const Mvm &mvm, const Tensor &input, const Tensor &result) {
  const Arrays &arrays = data.arrays[mvm.arrays()];
  if (!check(input.type() == ElementType_F32 && input.rank() >= 1, "operand 0 must be f32, got ",
             describe(input)) ||
      !check(mvm.window() >= -1 && mvm.window() < int64_t(data.windows.size()),
             "'window' must be in -1..", int64_t(data.windows.size()) - 1, ", got ", mvm.window()))
    return false;
  std::vector<int64_t> expected = shapeOf(input);
  int64_t groups = isProduct(mvm) ? 1 : arrays.groups();
  int64_t channels = groups * (arrays.rows() / arrays.kernel_area());
  if (!check(expected.back() == channels, "operand 0 must have ", channels, " channels, got ",
             describe(input)))
    return false;
  expected.back() = groups * arrays.columns();
  if (isProduct(mvm)) {
    if (!check(arrays.kernel_area() == 1, "a matrix product must have a kernel area of 1") ||
        !check(arrays.groups() == 1 || (input.rank() == 3 && expected[0] == arrays.groups()),
               "operand 0 must be ", arrays.groups(), " matrices, got ", describe(input)))
      return false;
  } else {
    const Window &window = data.windows[mvm.window()];
    int64_t area = int64_t(window.kernel()->Get(0)) * window.kernel()->Get(1);
    if (!check(input.rank() == 4, "operand 0 must have rank 4, got ", describe(input)) ||
        !check(window.groups() == arrays.groups() && area == arrays.kernel_area(),
               "the window must have the groups and the kernel area of the arrays") ||
        !check(!isComputed(arrays), "computed weights must be those of a matrix product") ||
        !verifyPaddedSize(input, window))
      return false;
    expected[1] = windowOutputSize(window, 0, expected[1]);
    expected[2] = windowOutputSize(window, 1, expected[2]);
  }
  return check(result.type() == ElementType_F32 && shapeOf(result) == expected,
               "'result' must be the product of input and arrays, got ", describe(result));
}

bool Verifier::verifyMvmNumbers(const Mvm &mvm) {
  const Arrays &arrays = data.arrays[mvm.arrays()];
  bool isLinear = mvm.adc() == AdcKind_Linear, ofOutputs = mvm.adc() == AdcKind_Preactivation;
  int64_t levels = int64_t(1) << std::clamp(mvm.activation_bits(), 0, 8);
  if (!check(mvm.adc() <= AdcKind_MAX, "unknown 'adc', got ", int(mvm.adc())) ||
      !check(convertsPartialSums(mvm) || mvm.sum_slices(),
             "an ADC of outputs or an ideal one must have 'sum_slices'") ||
      !check(!ofOutputs || mvm.sum_tiles(), "an ADC of outputs must have 'sum_tiles'") ||
      !check(!isLinear || (mvm.qmin() <= mvm.qmax() && mvm.qmin() >= -32768 && mvm.qmax() <= 65535),
             "'qmin' and 'qmax' must be ordered and in -32768..65535, got ", mvm.qmin(), " and ",
             mvm.qmax()) ||
      !check(mvm.activation_bits() >= 1 && mvm.activation_bits() <= 8,
             "'activation_bits' must be in 1..8, got ", mvm.activation_bits()) ||
      !check(mvm.zero_point() >= 0 && mvm.zero_point() < levels, "'zero_point' must be in 0..",
             levels - 1, ", got ", mvm.zero_point()) ||
      !check(isValidScale(mvm.activation_scale()),
             "'activation_scale' must be normal and positive, got ", mvm.activation_scale()) ||
      !verifySpan(mvm.cycles(), data.ints.size(), "cycles"))
    return false;
  const int64_t *cycles = intsOf(data, mvm.cycles());
  size_t numCycles = mvm.cycles().count();
  if (!check(numCycles >= 1 && numCycles <= 8 &&
                 std::all_of(cycles, cycles + numCycles,
                             [](int64_t bits) { return bits >= 1 && bits <= 8; }),
             "'cycles' must be 1..8 widths in 1..8") ||
      !check(sumOf(data, mvm.cycles()) >= mvm.activation_bits() &&
                 sumOf(data, mvm.cycles()) <= kMaxDigits,
             "'cycles' must sum up to ", mvm.activation_bits(), "..", kMaxDigits, " bits, got ",
             sumOf(data, mvm.cycles())) ||
      !verifyEncoding(mvm))
    return false;
  int64_t tiles = arrays.tiles().count(), slices = arrays.slices().count();
  // The largest code in every cycle, slice and tile; more than enough for any mapping.
  double greatest = isLinear ? std::max(std::abs(mvm.qmin()), std::abs(mvm.qmax())) : 32768;
  greatest *= std::ldexp(2.0, static_cast<int>(sumOf(data, mvm.cycles())));
  greatest *=
      std::ldexp(1.0, static_cast<int>(mvm.sum_slices() ? sumOf(data, arrays.slices()) : 0));
  if (!check(!convertsPartialSums(mvm) || greatest * (mvm.sum_tiles() ? tiles : 1) < 0x1p63,
             "sums of codes must be below 2^63, got up to ", greatest, " in each tile"))
    return false;
  int64_t outputs = (isProduct(mvm) ? 1 : arrays.groups()) * arrays.columns();
  std::vector<int64_t> each = {tiles, slices, outputs};
  std::vector<int64_t> combined = {mvm.sum_tiles() ? 1 : tiles, mvm.sum_slices() ? 1 : slices,
                                   outputs};
  if (!verifyMvmConstant(mvm.start(), "start", ElementType_F32, {outputs}) ||
      !verifyMvmConstant(mvm.scale(), "scale", ElementType_F32, combined) ||
      !verifyElements(mvm.scale(), "scale", scaleRule(data, mvm)))
    return false;
  if (!isLinear)
    return check(mvm.reciprocal() == -1 && mvm.offsets() == -1,
                 "an ADC that is not linear must have neither 'reciprocal' nor 'offsets'");
  if (!verifyMvmConstant(mvm.reciprocal(), "reciprocal", ElementType_F32, each) ||
      !verifyElements(mvm.reciprocal(), "reciprocal", ConstantRule::Scale))
    return false;
  return mvm.offsets() == -1 ||
         (verifyMvmConstant(mvm.offsets(), "offsets", ElementType_I32, each) &&
          verifyElements(mvm.offsets(), "offsets", ConstantRule::PartialSum));
}

/// The extras: of which mvm they are.
bool Verifier::verifyExtras() {
  for (size_t i = 0; i < data.extras.size(); ++i) {
    const MvmExtra &extra = data.extras[i];
    context = "extra " + std::to_string(i) + ": ";
    if (!check(extra.mvm() < data.mvms.size() && (i == 0 || extra.mvm() > data.extras[i - 1].mvm()),
               "'mvm' must ascend and be below ", data.mvms.size(), ", got ", extra.mvm()) ||
        !check(extra.reference() >= 0 || extra.thresholds() >= 0, "must have a tensor, got none"))
      return false;
  }
  return true;
}

/// The term of the reference column and the table of an ADC.
bool Verifier::verifyExtra(const Mvm &mvm, const MvmExtra &extra) {
  const Arrays &arrays = data.arrays[mvm.arrays()];
  bool ofOutputs = mvm.adc() == AdcKind_Preactivation;
  bool isBinary = sumOf(data, arrays.slices()) == 1,
       isTable = ofOutputs || mvm.adc() == AdcKind_Table;
  bool needsReference =
      arrays.kind() == MappingKind_Offset && (isBinary || convertsPartialSums(mvm));
  bool hasReference = extra.reference() != -1;
  // The beta of binary weights.
  bool allowsReference = needsReference || (isBinary && isDifferential(arrays.kind()));
  int64_t outputs = (isProduct(mvm) ? 1 : arrays.groups()) * arrays.columns();
  int64_t tiles = arrays.tiles().count(), slices = arrays.slices().count();
  if (!check(
          hasReference ? allowsReference : !needsReference,
          "'reference' must be there for offset arrays with an ADC of partial sums or codes of one "
          "bit, and may be for differential arrays of one slice of one bit, got ",
          extra.reference()) ||
      !check(isTable == (extra.thresholds() != -1) && isTable == (extra.levels() != -1),
             "'thresholds' and 'levels' must be there exactly for a table ADC, got ",
             extra.thresholds(), " and ", extra.levels()))
    return false;
  if (hasReference && (!verifyMvmConstant(extra.reference(), "reference", ElementType_F32,
                                          {mvm.sum_tiles() ? 1 : tiles, outputs}) ||
                       !verifyElements(extra.reference(), "reference", ConstantRule::Finite)))
    return false;
  if (!isTable)
    return true;
  if (!check(extra.thresholds() >= 0 && extra.thresholds() < int64_t(data.tensors.size()),
             "'thresholds' must be below ", data.tensors.size(), ", got ", extra.thresholds()))
    return false;
  // Each of the first axes is there or shared.
  std::vector<int64_t> shape = shapeOf(data.tensors[extra.thresholds()]);
  const int64_t each[] = {ofOutputs ? 1 : tiles, ofOutputs ? 1 : slices, outputs};
  bool fits = shape.size() == 4 && shape[3] <= kMaxThresholds;
  for (size_t axis = 0; fits && axis < 3; ++axis)
    fits = shape[axis] == 1 || shape[axis] == each[axis];
  if (!check(fits,
             "'thresholds' must have four axes, of 1 or all tiles, slices and outputs, and at "
             "most ",
             kMaxThresholds, " entries, got ", describe(data.tensors[extra.thresholds()])))
    return false;
  std::vector<int64_t> levels = shape;
  levels.back() += 1;
  return verifyMvmConstant(extra.thresholds(), "thresholds", ElementType_I32, shape) &&
         verifyElements(extra.thresholds(), "thresholds",
                        ofOutputs ? ConstantRule::OutputThresholds : ConstantRule::Thresholds) &&
         verifyMvmConstant(extra.levels(), "levels", ElementType_I32, levels) &&
         verifyElements(extra.levels(), "levels", ConstantRule::Level);
}

bool Verifier::verifyEncoding(const Mvm &mvm) {
  int64_t half = int64_t(1) << (mvm.activation_bits() - 1), bits = sumOf(data, mvm.cycles());
  int64_t last = intsOf(data, mvm.cycles())[mvm.cycles().count() - 1];
  switch (mvm.encoding()) {
  case InputEncoding_Offset:
    return true;
  case InputEncoding_TwosComplement:
    return check(mvm.zero_point() == half, "'zero_point' must be ", half,
                 " for two's complement inputs, got ", mvm.zero_point()) &&
           check(bits == mvm.activation_bits() && last == 1, "'cycles' must sum up to ",
                 mvm.activation_bits(), " bits and end with 1 for two's complement inputs, got ",
                 bits, " and ", last);
  case InputEncoding_Differential:
    return check(mvm.zero_point() >= 1,
                 "'zero_point' must be at least 1 for differential inputs, got ", mvm.zero_point());
  }
  return check(false, "unknown 'encoding', got ", int(mvm.encoding()));
}

bool Verifier::verifyMvmConstant(int64_t tensor, const char *what, ElementType type,
                                 const std::vector<int64_t> &shape) {
  return check(tensor >= 0 && tensor < int64_t(data.tensors.size()), "'", what, "' must be below ",
               data.tensors.size(), ", got ", tensor) &&
         check(data.tensors[tensor].space() == Space_File, "'", what, "' must be a constant") &&
         check(data.tensors[tensor].type() == type && shapeOf(data.tensors[tensor]) == shape, "'",
               what, "' must fit tiles, slices and outputs of the arrays, got ",
               describe(data.tensors[tensor]));
}

bool Verifier::verifyElements(int64_t tensor, const char *what, ConstantRule rule) {
  const Tensor &constant = data.tensors[tensor];
  if (!scan(tensorBytes(constant)))
    return false;
  std::string reason = checkElements(what, rule, constant, file.at(constant.offset()));
  return check(reason.empty(), reason);
}
