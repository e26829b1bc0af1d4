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
#include "kernels/MvmDigits.h"

#include <algorithm>
#include <utility>

using namespace cim::format;
using cim::runtime::cutPlane;

static PackedShape packedShape(const ProgramData &data, const Arrays &arrays, bool hasOneTile) {
  return {arrays.groups(),
          arrays.rows(),
          arrays.columns(),
          arrays.kernel_area(),
          hasOneTile ? std::vector<int64_t>{arrays.rows()} : copyInts(data, arrays.tiles()),
          hasSignCodes(arrays.kind(), copyInts(data, arrays.slices()))};
}

PackedShape cim::format::packedShape(const ProgramData &data, const Mvm &mvm) {
  return ::packedShape(data, data.arrays[mvm.arrays()], hasOneTile(mvm));
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
static int64_t greatestColumn(const PackedShape &shape, const std::vector<Plane> &planes,
                              const int8_t *codes) {
  int64_t greatest = 0, stride = shape.paddedColumns() * kRowBlock;
  std::vector<int8_t> digits(stride);
  std::vector<int64_t> sums(shape.columns), negative(shape.columns);
  for (int64_t group = 0; group < shape.groups; ++group)
    for (int64_t rows : shape.tiles) {
      for (const Plane &plane : planes) {
        std::fill(sums.begin(), sums.end(), plane.lift * rows);
        std::fill(negative.begin(), negative.end(), 0);
        for (int64_t row = 0; row < rows; row += kRowBlock) {
          cutPlane(plane, codes + row * shape.paddedColumns(), stride, 1, shape.paddedColumns(),
                   digits.data());
          // Missing rows have no digits.
          int64_t count = std::min(kRowBlock, rows - row);
          for (int64_t i = 0; i < shape.columns * kRowBlock; ++i) {
            int8_t digit = i % kRowBlock < count ? digits[i] : 0;
            (plane.isSigned && digit < 0 ? negative : sums)[i / kRowBlock] += digit;
          }
        }
        for (int64_t column = 0; column < shape.columns; ++column)
          greatest = std::max({greatest, sums[column], -negative[column]});
      }
      codes += shape.blockBytes(rows);
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
  if (!convertsPartialSums(mvm)) {
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
    sum = greatestColumn(packedShape(data, mvm),
                         makePlanes(arrays.kind(), copyInts(data, arrays.slices())), section) *
          cycle;
  return sum <= kMaxPartialSum
             ? std::string()
             : "partial sums must be below 2^24, got up to " + std::to_string(sum);
}

/// Checks a packed tile: codes within their range, zeros where there is no row or column.
static bool hasValidCodes(const PackedShape &shape, const Arrays &arrays, const int8_t *tile,
                          int64_t tileRows) {
  int64_t rowBytes = shape.paddedColumns() * kRowBlock;
  int8_t least = INT8_MAX, most = INT8_MIN, padding = 0;
  for (int64_t row = 0; row < tileRows; row += kRowBlock, tile += rowBytes) {
    int64_t rows = std::min(kRowBlock, tileRows - row), bytes = shape.columns * kRowBlock;
    for (int64_t i = 0; i < bytes; ++i) {
      bool exists = i % kRowBlock < rows;
      least = std::min(least, exists ? tile[i] : least);
      most = std::max(most, exists ? tile[i] : most);
      padding |= exists ? 0 : tile[i];
    }
    for (int64_t i = bytes; i < rowBytes; ++i)
      padding |= tile[i];
  }
  auto codeOf = [&](int8_t stored) { return shape.signs ? 2 * stored - 1 : stored; };
  return padding == 0 && codeOf(least) >= arrays.min_code() && codeOf(most) <= arrays.max_code();
}

bool Verifier::verifySectionBytes(const Arrays &arrays, const PackedShape &shape, int64_t planes) {
  // No wider than the section, so that bytes() cannot overflow.
  uint64_t weights = arrays.section_bytes();
  bool fits = uint64_t(arrays.rows()) <= weights &&
              uint64_t(shape.paddedColumns()) <= weights / arrays.rows() &&
              uint64_t(arrays.groups()) <= weights / arrays.rows() / shape.paddedColumns();
  return check(fits && planes * shape.bytes() == int64_t(weights),
               "'section_bytes' must fit the arrays, got ", weights);
}

bool Verifier::verifyStoredCodes(const Mvm &mvm) {
  const Arrays &arrays = data.arrays[mvm.arrays()];
  PackedShape shape = packedShape(data, mvm);
  if (!verifySectionBytes(arrays, shape, /*planes=*/1))
    return false;
  const int8_t *tile = sectionOf(file, data, mvm.arrays());
  for (int64_t group = 0; group < shape.groups; ++group)
    for (int64_t rows : shape.tiles) {
      if (!check(hasValidCodes(shape, arrays, tile, rows), "weight codes must lie in ",
                 int(arrays.min_code()), "..", int(arrays.max_code()),
                 " and be 0 where there is no row or column"))
        return false;
      tile += shape.blockBytes(rows);
    }
  return true;
}

/// Joins the digits of a tile in the layout of versions 1 to 4, a block for each plane. False
/// unless the digits are those into which the codes are cut.
static bool joinTile(const PackedShape &shape, const Arrays &arrays,
                     const std::vector<int64_t> &slices, int64_t rows, const int8_t *digits,
                     int8_t *codes) {
  std::vector<Plane> planes = makePlanes(arrays.kind(), slices);
  int64_t columns = shape.paddedColumns(), rowBytes = columns * kRowBlock;
  int64_t blockBytes = shape.blockBytes(rows);
  auto exists = [&](int64_t i) {
    return i / rowBytes * kRowBlock + i % kRowBlock < rows &&
           i % rowBytes / kRowBlock < shape.columns;
  };
  std::vector<int32_t> sums(blockBytes, -planes[0].bias);
  for (size_t s = 0, shift = 0; s < planes.size(); shift += slices[s++]) {
    bool isSignBit = arrays.kind() == MappingKind_TwosComplement && s + 1 == planes.size();
    for (int64_t i = 0; i < blockBytes; ++i)
      sums[i] +=
          (digits[s * blockBytes + i] + planes[s].lift) * (isSignBit ? -1 : 1) * (1 << shift);
  }
  for (int64_t i = 0; i < blockBytes; ++i)
    codes[i] = static_cast<int8_t>(exists(i) ? sums[i] : 0);
  int8_t excess = 0;
  std::vector<int8_t> cut(blockBytes);
  for (size_t s = 0; s < planes.size(); ++s, digits += blockBytes) {
    cutPlane(planes[s], codes, rowBytes, blockBytes / rowBytes, columns, cut.data());
    for (int64_t i = 0; i < blockBytes; ++i)
      excess |= digits[i] ^ (exists(i) ? cut[i] : 0);
  }
  return excess == 0;
}

bool Verifier::joinSlices(size_t index) {
  Arrays &arrays = data.arrays[index];
  PackedShape shape = ::packedShape(data, arrays, /*hasOneTile=*/false);
  std::vector<int64_t> slices = copyInts(data, arrays.slices());
  if (!verifySectionBytes(arrays, shape, slices.size()))
    return false;
  const auto *from = reinterpret_cast<const int8_t *>(file.at(arrays.section_offset()));
  std::vector<int8_t> codes(shape.bytes());
  int8_t *tile = codes.data();
  bool valid = true;
  for (int64_t group = 0; group < shape.groups; ++group)
    for (int64_t rows : shape.tiles) {
      valid &= joinTile(shape, arrays, slices, rows, from, tile);
      from += slices.size() * shape.blockBytes(rows);
      tile += shape.blockBytes(rows);
    }
  data.joined.resize(data.arrays.size());
  data.joined[index] = std::move(codes);
  arrays.mutate_section_bytes(shape.bytes());
  arrays.mutate_whole(true);
  return check(valid, "digits must fit their slices, have the sign of their code and be 0 where "
                      "there is no row or column");
}

bool Verifier::verifyCodes(const Mvm &mvm) {
  const Arrays &arrays = data.arrays[mvm.arrays()];
  if (!scan(arrays.tiles().count()))
    return false;
  uint8_t needed = hasOneTile(mvm) ? 2 : 1, before = std::exchange(packing[mvm.arrays()], needed);
  if (!check(before == 0 || before == needed, "arrays ", mvm.arrays(),
             " are shared by layers that pack their tiles differently") ||
      (before == 0 && !isComputed(arrays) && !verifyStoredCodes(mvm)))
    return false;
  std::string reason = checkSums(data, mvm, arrays.min_code(), arrays.max_code(), nullptr);
  if (!reason.empty() && !isComputed(arrays)) {
    if (!scan(arrays.section_bytes()))
      return false;
    reason = checkSums(data, mvm, arrays.min_code(), arrays.max_code(),
                       sectionOf(file, data, mvm.arrays()));
  }
  return check(reason.empty(), reason);
}
