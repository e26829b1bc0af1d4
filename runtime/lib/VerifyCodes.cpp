//===- VerifyCodes.cpp - Packed weights and their sums ----------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Checks the packed codes of crossbar layers. The bounds on integer sums are those of
// section 2 of the design contract: partial sums that an ADC converts below 2^24, so that
// they are exact floats, and ideal sums, of which kernels form no parts, within int32. Sums
// of the codes of a column are smaller still.
//
//===----------------------------------------------------------------------===//

#include "Verify.h"

#include <algorithm>
#include <utility>

using namespace cim::format;

PackedShape cim::format::packedShape(const ProgramData &data, const Arrays &arrays, bool sumTiles) {
  PackedShape shape = {arrays.groups(),      arrays.rows(),   arrays.columns(),
                       arrays.kernel_area(), {arrays.rows()}, copyInts(data, arrays.slices()),
                       arrays.layout(),      arrays.kind()};
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

/// The largest sum of the digits of a tile, slice and column; of one sign if they are signed.
static int64_t greatestColumn(const PackedShape &shape, const int8_t *digits) {
  int64_t greatest = 0, padded = shape.paddedColumns();
  bool isSigned = hasSignedDigits(shape);
  std::vector<Plane> planes = makePlanes(shape);
  std::vector<int64_t> sums(padded), negative(padded);
  for (int64_t group = 0; group < shape.groups; ++group)
    for (int64_t rows : shape.tiles)
      for (const Plane &plane : planes) {
        std::fill(sums.begin(), sums.end(), plane.lift * rows);
        std::fill(negative.begin(), negative.end(), 0);
        for (int64_t i = 0, e = shape.blockBytes(rows); i < e; ++i, ++digits) {
          int64_t column = i / kRowBlock % padded;
          (isSigned && *digits < 0 ? negative : sums)[column] += *digits;
        }
        for (int64_t column = 0; column < shape.columns; ++column)
          greatest = std::max({greatest, sums[column], -negative[column]});
      }
  return greatest;
}

/// Checks that codes fit the slices; `greatest` receives the largest number that is cut into
/// digits (see PackedWeights.h).
static std::string checkCodeRange(MappingKind kind, int64_t bits, int64_t minCode, int64_t maxCode,
                                  int64_t &greatest) {
  int64_t half = int64_t(1) << (bits - 1);
  // Of codes of one bit, those of the offset mapping are -1 and 1.
  bool isBinary = kind == MappingKind_Offset && bits == 1;
  bool fits = minCode >= -half && (maxCode < half || (isBinary && maxCode == 1));
  if (isDifferential(kind)) {
    greatest = std::max(std::abs(minCode), std::abs(maxCode));
    fits = greatest >> bits == 0;
  } else if (kind == MappingKind_Offset) {
    greatest = isBinary ? (maxCode + 1) / 2 : maxCode + half;
  } else {
    greatest = minCode < 0 ? 2 * half - 1 : maxCode;
  }
  return fits ? std::string()
              : "weight codes must fit the " + std::to_string(bits) + " bits of the slices, got " +
                    std::to_string(minCode) + ".." + std::to_string(maxCode);
}

std::string cim::format::checkSums(const ProgramData &data, const Mvm &mvm, int64_t minCode,
                                   int64_t maxCode, const int8_t *section) {
  const Arrays &arrays = data.arrays[mvm.arrays()];
  int64_t magnitude = std::max(std::abs(minCode), std::abs(maxCode)), greatest = 0;
  std::string reason =
      checkCodeRange(arrays.kind(), sumOf(data, arrays.slices()), minCode, maxCode, greatest);
  if (!reason.empty())
    return reason;
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
  // Digits of eight bits are stored less 128: kernels need 128 times the sum of inputs as int32.
  bool isLifted = arrays.kind() == MappingKind_Offset && *intsOf(data, arrays.slices()) == 8;
  int64_t digit = greatestDigit(data, arrays.slices(), greatest);
  int64_t sum = tallest * std::max<int64_t>(digit, isLifted ? 128 : 0) * cycle;
  bool isBounded = !isLifted || tallest * cycle <= kMaxPartialSum;
  if (sum > kMaxPartialSum && section && isBounded)
    sum = greatestColumn(packedShape(data, arrays, mvm.sum_tiles()), section) * cycle;
  return sum <= kMaxPartialSum
             ? std::string()
             : "partial sums must be below 2^24, got up to " + std::to_string(sum);
}

/// Adds up the digits of four rows and all columns from the planes of a tile. Returns
/// false if a digit does not fit its slice or, if digits are signed, has not the sign of its code:
/// either would exceed what checkSums derives from the range of codes.
static bool joinDigits(const std::vector<Plane> &planes, bool isSigned, const int8_t *plane,
                       int64_t planeBytes, std::vector<int32_t> &codes) {
  std::fill(codes.begin(), codes.end(), -planes[0].bias);
  int32_t excess = 0;
  for (const Plane &entry : planes) {
    int32_t limit = (1 << (entry.end - entry.begin)) - 1;
    if (isSigned && limit == UINT8_MAX)
      limit = 128; // Whole codes.
    for (size_t i = 0; i < codes.size(); ++i) {
      int32_t digit = plane[i] + entry.lift;
      // Codes so far have the sign of their digits.
      excess |= (limit - digit) | (isSigned ? (limit + digit) | codes[i] * digit : digit);
      codes[i] += digit * entry.weight;
    }
    plane += planeBytes;
  }
  return excess >= 0;
}

/// Checks a packed tile: digits within their slices, codes within their range, zeros
/// where there is no row or column.
static bool hasValidCodes(const PackedShape &shape, const Arrays &arrays, const int8_t *tile,
                          int64_t tileRows) {
  std::vector<int32_t> codes(shape.paddedColumns() * kRowBlock);
  std::vector<Plane> planes = makePlanes(shape);
  // Of weights that do not exist.
  int32_t zero = planes[0].lift - planes[0].bias;
  bool valid = true, isSigned = hasSignedDigits(shape);
  for (int64_t row = 0; row < tileRows; row += kRowBlock) {
    valid &= joinDigits(planes, isSigned, tile + row * shape.paddedColumns(),
                        shape.blockBytes(tileRows), codes);
    int64_t rows = std::min(kRowBlock, tileRows - row);
    for (size_t i = 0; i < codes.size(); ++i) {
      bool exists = int64_t(i) % kRowBlock < rows && int64_t(i) / kRowBlock < shape.columns;
      valid &= exists ? codes[i] >= arrays.min_code() && codes[i] <= arrays.max_code()
                      : codes[i] == zero;
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
