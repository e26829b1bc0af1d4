//===- Headers.cpp - npy and IDX headers ----------------------------------===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The npy header is a Python dictionary of three entries, read by a parser that
// knows nothing else. Formats: numpy.lib.format, and the IDX description of the
// MNIST data set.
//
//===----------------------------------------------------------------------===//

#include "Formats.h"

#include <algorithm>
#include <cstring>

using namespace cim::data;

static constexpr size_t kMaxHeaderBytes = 1 << 16;
static constexpr size_t kMaxRank = 32;

const char *cim::data::toString(ElementType type) {
  static const char *const names[] = {"float32", "float64", "int64",  "int32", "int16", "int8",
                                      "uint64",  "uint32",  "uint16", "uint8", "bool"};
  return names[static_cast<size_t>(type)];
}

bool cim::data::isFloat(ElementType type) {
  return type == ElementType::F32 || type == ElementType::F64;
}

size_t cim::data::elementBytes(ElementType type) {
  switch (type) {
  case ElementType::F64:
  case ElementType::I64:
  case ElementType::U64:
    return 8;
  case ElementType::F32:
  case ElementType::I32:
  case ElementType::U32:
    return 4;
  case ElementType::I16:
  case ElementType::U16:
    return 2;
  case ElementType::I8:
  case ElementType::U8:
  case ElementType::Bool:
    return 1;
  }
  return 0;
}

int64_t cim::data::countElements(const std::vector<int64_t> &shape) {
  int64_t count = 1;
  for (int64_t size : shape)
    if (__builtin_mul_overflow(count, size, &count))
      return -1;
  return count > INT64_MAX / 8 ? -1 : count;
}

/// float16 to float32, which has every value of it.
static std::vector<uint8_t> widen(const std::vector<uint8_t> &halves) {
  std::vector<uint8_t> floats(halves.size() * 2);
  for (size_t i = 0; i + 2 <= halves.size(); i += 2) {
    _Float16 half;
    std::memcpy(&half, halves.data() + i, 2);
    auto value = static_cast<float>(half);
    std::memcpy(floats.data() + i * 2, &value, 4);
  }
  return floats;
}

/// Fortran order to row-major order: walks the result and keeps its place in the source.
static std::vector<uint8_t> reorder(const std::vector<int64_t> &shape, size_t width,
                                    const std::vector<uint8_t> &columns) {
  std::vector<uint8_t> rows(columns.size());
  std::vector<int64_t> strides, index(shape.size());
  int64_t stride = 1, from = 0;
  for (int64_t size : shape) {
    strides.push_back(stride);
    stride *= size;
  }
  for (size_t to = 0; to < rows.size(); to += width) {
    std::memcpy(rows.data() + to, columns.data() + from * width, width);
    for (size_t axis = shape.size(); axis-- > 0;) {
      from += strides[axis];
      if (++index[axis] < shape[axis])
        break;
      from -= shape[axis] * strides[axis];
      index[axis] = 0;
    }
  }
  return rows;
}

void cim::data::decode(const Header &header, const std::vector<int64_t> &shape,
                       std::vector<uint8_t> &bytes) {
  size_t width = header.storedBytes();
  if (header.swap)
    for (size_t i = 0; i + width <= bytes.size(); i += width)
      std::reverse(bytes.begin() + i, bytes.begin() + i + width);
  if (header.half)
    bytes = widen(bytes);
  if (header.columns)
    bytes = reorder(shape, elementBytes(header.type), bytes);
  if (header.type == ElementType::Bool)
    for (uint8_t &byte : bytes)
      byte = byte != 0;
}

//===----------------------------------------------------------------------===//
// npy
//===----------------------------------------------------------------------===//

namespace {

/// Reads {'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), } in any order.
class NpyParser {
public:
  NpyParser(const std::string &text, Header &header) : text(text), header(header) {}

  std::string parse() {
    bool seen[3] = {};
    if (!take('{'))
      return "malformed npy header";
    while (!take('}')) {
      std::string key;
      if (!takeString(key) || !take(':'))
        return "malformed npy header";
      size_t index = key == "descr" ? 0 : key == "fortran_order" ? 1 : key == "shape" ? 2 : 3;
      if (index == 3 || seen[index])
        return "unexpected key '" + key + "' in npy header";
      seen[index] = true;
      std::string reason = index == 0 ? parseType() : index == 1 ? parseOrder() : parseShape();
      if (!reason.empty())
        return reason;
      if (!take(',') && peek() != '}')
        return "malformed npy header";
    }
    if (peek() != '\0')
      return "malformed npy header";
    return seen[0] && seen[1] && seen[2] ? "" : "incomplete npy header";
  }

private:
  char peek() {
    while (at < text.size() && (text[at] == ' ' || text[at] == '\n'))
      ++at;
    return at < text.size() ? text[at] : '\0';
  }
  bool take(char c) {
    if (peek() != c)
      return false;
    ++at;
    return true;
  }
  bool takeString(std::string &string) {
    char quote = peek();
    if (quote != '\'' && quote != '"')
      return false;
    size_t end = text.find(quote, at + 1);
    if (end == std::string::npos)
      return false;
    string = text.substr(at + 1, end - at - 1);
    at = end + 1;
    return true;
  }

  std::string parseType() {
    static const std::pair<const char *, ElementType> types[] = {
        {"f4", ElementType::F32}, {"f8", ElementType::F64}, {"i8", ElementType::I64},
        {"i4", ElementType::I32}, {"i2", ElementType::I16}, {"i1", ElementType::I8},
        {"u8", ElementType::U64}, {"u4", ElementType::U32}, {"u2", ElementType::U16},
        {"u1", ElementType::U8},  {"b1", ElementType::Bool}};
    std::string descr;
    if (!takeString(descr))
      return "malformed npy header";
    header.half = descr == "<f2" || descr == ">f2";
    if (header.half) {
      header.swap = descr[0] == '>';
      return "";
    }
    for (auto [name, type] : types) {
      char order = descr.empty() ? '\0' : descr[0];
      bool ordered = order == '<' || order == '>' || (order == '|' && elementBytes(type) == 1);
      if (!ordered || descr.compare(1, std::string::npos, name) != 0)
        continue;
      header.type = type;
      header.swap = order == '>';
      return "";
    }
    return "unsupported element type '" + descr +
           "', expected float16 to float64, int8 to int64, "
           "uint8 to uint64 or bool";
  }

  std::string parseOrder() {
    peek();
    header.columns = text.compare(at, 4, "True") == 0;
    if (!header.columns && text.compare(at, 5, "False") != 0)
      return "malformed npy header";
    at += header.columns ? 4 : 5;
    return "";
  }

  std::string parseShape() {
    if (!take('('))
      return "malformed npy header";
    while (!take(')')) {
      int64_t size = 0;
      size_t begin = (peek(), at);
      for (; at < text.size() && text[at] >= '0' && text[at] <= '9' && at - begin < 18; ++at)
        size = size * 10 + (text[at] - '0');
      bool separated = at > begin && (take(',') || peek() == ')');
      if (!separated || header.shape.size() == kMaxRank)
        return "malformed shape in npy header";
      header.shape.push_back(size);
    }
    return "";
  }

  const std::string &text;
  Header &header;
  size_t at = 0;
};

} // namespace

static std::string readNpyHeader(const Source &source, Header &header) {
  uint8_t rest[4], length[4] = {}; // "PY", version; the magic begins "\x93NUM"
  if (!source(rest, 4) || std::memcmp(rest, "PY", 2) != 0)
    return "not a npy or IDX file";
  if (rest[2] < 1 || rest[2] > 3 || rest[3] != 0)
    return "unsupported npy version " + std::to_string(rest[2]) + "." + std::to_string(rest[3]);
  if (!source(length, rest[2] == 1 ? 2 : 4))
    return "truncated npy header";
  size_t bytes = length[0] | length[1] << 8 | length[2] << 16 | size_t(length[3]) << 24;
  if (bytes > kMaxHeaderBytes)
    return "npy header of " + std::to_string(bytes) + " bytes, the limit is " +
           std::to_string(kMaxHeaderBytes);
  std::string text(bytes, ' ');
  if (!source(text.data(), bytes))
    return "truncated npy header";
  return NpyParser(text, header).parse();
}

std::string cim::data::makeNpyHeader(const Array &array) {
  static const char *const names[] = {"<f4", "<f8", "<i8", "<i4", "<i2", "|i1",
                                      "<u8", "<u4", "<u2", "|u1", "|b1"};
  std::string text = std::string("{'descr': '") + names[static_cast<int>(array.type)] +
                     "', 'fortran_order': False, 'shape': (";
  for (int64_t size : array.shape)
    text += std::to_string(size) + ", ";
  if (array.shape.size() > 1)
    text.resize(text.size() - 2);
  else if (array.shape.size() == 1)
    text.resize(text.size() - 1);
  text += "), }";
  // The first element is aligned to 64 bytes; a newline ends the header.
  text.resize((text.size() + 1 + 10 + 63) / 64 * 64 - 11, ' ');
  text += '\n';
  std::string magic("\x93NUMPY\x01\x00", 8);
  magic += static_cast<char>(text.size() & 0xff);
  magic += static_cast<char>(text.size() >> 8);
  return magic + text;
}

//===----------------------------------------------------------------------===//
// IDX
//===----------------------------------------------------------------------===//

static std::string readIdxHeader(const Source &source, uint8_t type, uint8_t rank, Header &header) {
  switch (type) {
  case 0x08:
    header.type = ElementType::U8;
    break;
  case 0x09:
    header.type = ElementType::I8;
    break;
  case 0x0b:
    header.type = ElementType::I16;
    break;
  case 0x0c:
    header.type = ElementType::I32;
    break;
  case 0x0d:
    header.type = ElementType::F32;
    break;
  case 0x0e:
    header.type = ElementType::F64;
    break;
  default:
    return "unsupported IDX element type " + std::to_string(type);
  }
  if (rank < 1 || rank > kMaxRank)
    return "the rank of an IDX file must be in 1..32, got " + std::to_string(rank);
  header.swap = true;
  for (int i = 0; i < rank; ++i) {
    uint8_t size[4];
    if (!source(size, 4))
      return "truncated IDX header";
    header.shape.push_back(int64_t(size[0]) << 24 | size[1] << 16 | size[2] << 8 | size[3]);
  }
  return "";
}

std::string cim::data::readHeader(const Source &source, Header &header) {
  uint8_t magic[4];
  if (!source(magic, 4))
    return "not a npy or IDX file";
  if (std::memcmp(magic, "\x93NUM", 4) == 0)
    return readNpyHeader(source, header);
  if (magic[0] == 0 && magic[1] == 0)
    return readIdxHeader(source, magic[2], magic[3], header);
  return "not a npy or IDX file";
}
