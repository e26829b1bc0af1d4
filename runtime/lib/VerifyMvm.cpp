//===- VerifyMvm.cpp - Arrays and crossbar layers ---------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Checks the geometry, the numbers and the stored codes of crossbar layers. The
// bounds on integer sums are those of section 2 of the design contract: partial sums that
// an ADC converts below 2^24, so that they are exact floats, and ideal sums, of which
// kernels form no parts, within int32. Sums of the codes of a column are smaller still.
//
//===----------------------------------------------------------------------===//

#include "Verify.h"

#include <algorithm>
#include <cfloat>
#include <cmath>
#include <cstring>
#include <numeric>
#include <utility>

using namespace cim::format;

static constexpr int64_t kMaxDigits = 16;
/// Column sums of codes up to 127 are int32.
static constexpr int64_t kMaxComputedRows = int64_t(1) << 24;

static const int64_t *intsOf(const ProgramData &data, const Span &span) {
  return data.ints.data() + span.begin();
}

static std::vector<int64_t> copyInts(const ProgramData &data, const Span &span) {
  return std::vector<int64_t>(intsOf(data, span), intsOf(data, span) + span.count());
}

static int64_t sumOf(const ProgramData &data, const Span &span) {
  return std::accumulate(intsOf(data, span), intsOf(data, span) + span.count(), int64_t(0));
}

/// Without a window, groups are matrices that share the constants of the layer.
static bool isProduct(const Mvm &mvm) { return mvm.window() < 0; }

PackedShape cim::format::packedShape(const ProgramData &data, const Arrays &arrays, bool sumTiles) {
  PackedShape shape = {arrays.groups(),      arrays.rows(),   arrays.columns(),
                       arrays.kernel_area(), {arrays.rows()}, copyInts(data, arrays.slices()),
                       arrays.layout()};
  if (arrays.layout() != WeightLayout_Whole || !sumTiles)
    shape.tiles = copyInts(data, arrays.tiles());
  return shape;
}

/// The largest digit of the numbers 0..greatest that are cut into the given widths.
static int64_t greatestDigit(const ProgramData &data, const Span &widths, int64_t greatest) {
  int64_t digit = 0;
  for (int64_t width : copyInts(data, widths)) {
    digit = std::max(digit, std::min((int64_t(1) << width) - 1, greatest));
    greatest >>= width;
  }
  return digit;
}

/// The largest sum of the digits of one sign of a tile, slice and column.
static int64_t greatestColumn(const PackedShape &shape, const int8_t *digits) {
  int64_t greatest = 0, padded = shape.paddedColumns();
  std::vector<int64_t> positive(padded), negative(padded);
  for (int64_t group = 0; group < shape.groups; ++group)
    for (int64_t rows : shape.tiles)
      for (int64_t plane = 0; plane < shape.planes(); ++plane) {
        std::fill(positive.begin(), positive.end(), 0);
        std::fill(negative.begin(), negative.end(), 0);
        for (int64_t i = 0, e = shape.blockBytes(rows); i < e; ++i, ++digits) {
          int64_t column = i / kRowBlock % padded;
          greatest = std::max(greatest, *digits > 0 ? positive[column] += *digits
                                                    : negative[column] -= *digits);
        }
      }
  return greatest;
}

std::string cim::format::checkSums(const ProgramData &data, const Mvm &mvm, int64_t minCode,
                                   int64_t maxCode, const int8_t *section) {
  const Arrays &arrays = data.arrays[mvm.arrays()];
  int64_t magnitude = std::max(std::abs(minCode), std::abs(maxCode));
  int64_t bits = sumOf(data, arrays.slices());
  if (magnitude >> bits != 0)
    return "weight codes must fit the " + std::to_string(bits) + " bits of the slices, got " +
           std::to_string(minCode) + ".." + std::to_string(maxCode);
  int64_t codes = (int64_t(1) << mvm.activation_bits()) - 1;
  if (arrays.layout() == WeightLayout_Whole) {
    int64_t sum = arrays.rows() * magnitude * codes;
    return sum <= INT32_MAX
               ? std::string()
               : "sums of an ideal layer must be below 2^31, got up to " + std::to_string(sum);
  }
  if (mvm.encoding() == InputEncoding_Differential)
    codes = std::max<int64_t>(mvm.zero_point(), codes - mvm.zero_point());
  int64_t cycle = greatestDigit(data, mvm.cycles(), codes);
  const int64_t *tiles = intsOf(data, arrays.tiles());
  int64_t tallest = *std::max_element(tiles, tiles + arrays.tiles().count());
  int64_t sum = tallest * greatestDigit(data, arrays.slices(), magnitude) * cycle;
  if (sum > kMaxPartialSum && section)
    sum = greatestColumn(packedShape(data, arrays, mvm.sum_tiles()), section) * cycle;
  return sum <= kMaxPartialSum
             ? std::string()
             : "partial sums must be below 2^24, got up to " + std::to_string(sum);
}

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
  double planes = arrays.layout() == WeightLayout_Whole ? 1 : arrays.slices().count();
  double tiles = arrays.tiles().count(), rows = double(arrays.rows()) + tiles * kRowBlock;
  double columns = double(arrays.columns()) + kColumnBlock;
  cellBytes += double(arrays.groups()) * columns * (planes * rows + tiles * sizeof(int32_t));
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
      !check(arrays.kind() == MappingKind_DifferentialColumn ||
                 arrays.kind() == MappingKind_DifferentialRow,
             "'kind' must be a differential mapping, got ", int(arrays.kind())) ||
      !check(arrays.layout() <= WeightLayout_MAX, "unknown 'layout', got ", int(arrays.layout())) ||
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
               "'slices' must be 1..8 widths in 1..8 with a sum of at most ", kMaxDigits);
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
         verifyMvmNumbers(mvm) && verifyCodes(mvm);
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
  bool isIdeal = mvm.adc() == AdcKind_Ideal;
  int64_t levels = int64_t(1) << std::clamp(mvm.activation_bits(), 0, 8);
  if (!check(mvm.adc() <= AdcKind_MAX, "unknown 'adc', got ", int(mvm.adc())) ||
      !check(isIdeal == (arrays.layout() == WeightLayout_Whole),
             "arrays must be stored whole for an ideal ADC and in slices for another") ||
      !check(!isIdeal || mvm.sum_slices(), "an ideal ADC must have 'sum_slices'") ||
      !check(isIdeal || (mvm.qmin() <= mvm.qmax() && mvm.qmin() >= -32768 && mvm.qmax() <= 65535),
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
  int64_t outputs = (isProduct(mvm) ? 1 : arrays.groups()) * arrays.columns();
  std::vector<int64_t> each = {tiles, slices, outputs};
  std::vector<int64_t> combined = {mvm.sum_tiles() ? 1 : tiles, mvm.sum_slices() ? 1 : slices,
                                   outputs};
  if (!verifyMvmConstant(mvm.start(), "start", ElementType_F32, {outputs}) ||
      !verifyMvmConstant(mvm.scale(), "scale", ElementType_F32, combined) ||
      !verifyScales(data.tensors[mvm.scale()], "scale"))
    return false;
  if (isIdeal)
    return check(mvm.reciprocal() == -1 && mvm.offsets() == -1,
                 "an ideal ADC must have neither 'reciprocal' nor 'offsets'");
  if (!verifyMvmConstant(mvm.reciprocal(), "reciprocal", ElementType_F32, each) ||
      !verifyScales(data.tensors[mvm.reciprocal()], "reciprocal"))
    return false;
  return mvm.offsets() == -1 ||
         (verifyMvmConstant(mvm.offsets(), "offsets", ElementType_I32, each) &&
          verifyOffsets(data.tensors[mvm.offsets()]));
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

bool Verifier::verifyScales(const Tensor &tensor, const char *what) {
  if (!scan(tensorBytes(tensor)))
    return false;
  const uint8_t *bytes = file.at(tensor.offset());
  for (int64_t i = 0, e = numElements(tensor); i < e; ++i) {
    float value;
    memcpy(&value, bytes + i * sizeof(float), sizeof(float));
    if (!check(isValidScale(value), "'", what, "' must be normal and positive, got ", value))
      return false;
  }
  return true;
}

bool Verifier::verifyOffsets(const Tensor &tensor) {
  if (!scan(tensorBytes(tensor)))
    return false;
  const uint8_t *bytes = file.at(tensor.offset());
  for (int64_t i = 0, e = numElements(tensor); i < e; ++i) {
    int32_t value;
    memcpy(&value, bytes + i * sizeof(int32_t), sizeof(int32_t));
    if (!check(value >= -kMaxPartialSum && value <= kMaxPartialSum,
               "'offsets' must be below 2^24, got ", value))
      return false;
  }
  return true;
}

/// Adds up the digits of four rows and all columns from the planes of a tile. Returns
/// false if a digit does not fit its slice or has not the sign of its code: either would
/// exceed what checkSums derives from the range of codes.
static bool joinDigits(const PackedShape &shape, const int8_t *plane, int64_t planeBytes,
                       std::vector<int32_t> &codes) {
  std::fill(codes.begin(), codes.end(), 0);
  int32_t offset = 0, excess = 0;
  for (int64_t s = 0; s < shape.planes(); ++s, plane += planeBytes) {
    int32_t limit = shape.layout == WeightLayout_Whole ? 128 : (1 << shape.slices[s]) - 1;
    int32_t weight = 1 << offset;
    for (size_t i = 0; i < codes.size(); ++i) {
      int32_t digit = plane[i];
      // Codes so far have the sign of their digits.
      excess |= (limit - digit) | (limit + digit) | codes[i] * digit;
      codes[i] += digit * weight;
    }
    offset += shape.slices[s];
  }
  return excess >= 0;
}

/// Checks a packed tile: digits within their slices, codes within their range, zeros
/// where there is no row or column.
static bool hasValidCodes(const PackedShape &shape, const Arrays &arrays, const int8_t *tile,
                          int64_t tileRows) {
  std::vector<int32_t> codes(shape.paddedColumns() * kRowBlock);
  bool valid = true;
  for (int64_t row = 0; row < tileRows; row += kRowBlock) {
    valid &=
        joinDigits(shape, tile + row * shape.paddedColumns(), shape.blockBytes(tileRows), codes);
    int64_t rows = std::min(kRowBlock, tileRows - row);
    for (size_t i = 0; i < codes.size(); ++i) {
      bool exists = int64_t(i) % kRowBlock < rows && int64_t(i) / kRowBlock < shape.columns;
      valid &=
          exists ? codes[i] >= arrays.min_code() && codes[i] <= arrays.max_code() : codes[i] == 0;
    }
  }
  return valid;
}

bool Verifier::verifyStoredCodes(const Arrays &arrays, const PackedShape &shape) {
  // No wider than the section, so that bytes() cannot overflow.
  uint64_t weights = arrays.section_bytes();
  bool fits = uint64_t(arrays.rows()) <= weights &&
              uint64_t(shape.paddedColumns()) <= weights / arrays.rows() &&
              uint64_t(arrays.groups()) <= weights / arrays.rows() / shape.paddedColumns();
  if (!check(fits && shape.bytes() == int64_t(weights), "'section_bytes' must fit the arrays, got ",
             weights))
    return false;
  const auto *tile = reinterpret_cast<const int8_t *>(file.at(arrays.section_offset()));
  for (int64_t group = 0; group < shape.groups; ++group)
    for (int64_t rows : shape.tiles) {
      if (!check(hasValidCodes(shape, arrays, tile, rows), "weight codes must lie in ",
                 int(arrays.min_code()), "..", int(arrays.max_code()),
                 ", with digits of one sign that fit their slices"))
        return false;
      tile += shape.planes() * shape.blockBytes(rows);
    }
  return true;
}

bool Verifier::verifyCodes(const Mvm &mvm) {
  const Arrays &arrays = data.arrays[mvm.arrays()];
  if (!scan(arrays.tiles().count()))
    return false;
  uint8_t needed = mvm.sum_tiles() ? 2 : 1, before = std::exchange(packing[mvm.arrays()], needed);
  if (!check(before == 0 || before == needed, "arrays ", mvm.arrays(),
             " are shared by layers that sum their tiles differently") ||
      (before == 0 && !isComputed(arrays) &&
       !verifyStoredCodes(arrays, packedShape(data, arrays, mvm.sum_tiles()))))
    return false;
  std::string reason = checkSums(data, mvm, arrays.min_code(), arrays.max_code(), nullptr);
  if (!reason.empty() && !isComputed(arrays)) {
    if (!scan(arrays.section_bytes()))
      return false;
    reason = checkSums(data, mvm, arrays.min_code(), arrays.max_code(),
                       reinterpret_cast<const int8_t *>(file.at(arrays.section_offset())));
  }
  return check(reason.empty(), reason);
}
