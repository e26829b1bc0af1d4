//===- Arrays.cpp - Array files -------------------------------------------===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The streaming reader, the npy writer, and the rule that says which arrays feed
// a model input.
//
//===----------------------------------------------------------------------===//

#include "Formats.h"
#include "cim-runtime/OutputFile.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <sys/stat.h>
#include <zlib.h>

using namespace cim::data;

int64_t Array::size() const { return countElements(shape); }

std::string cim::data::toString(const std::vector<int64_t> &shape) {
  std::string text;
  for (int64_t size : shape)
    text += (text.empty() ? "" : ", ") + std::to_string(size);
  return "[" + text + "]";
}

//===----------------------------------------------------------------------===//
// Reading
//===----------------------------------------------------------------------===//

std::string cim::data::regularFileSize(const std::string &path, uint64_t &bytes) {
  struct stat info;
  if (stat(path.c_str(), &info) != 0)
    return std::strerror(errno);
  if (!S_ISREG(info.st_mode))
    return "not a regular file";
  bytes = info.st_size;
  return "";
}

struct ArrayReader::State {
  std::string path;
  gzFile file = nullptr;
  Header header;
  int64_t remaining = 0; // rows

  ~State() {
    if (file)
      gzclose(file);
  }

  bool read(void *bytes, size_t count) {
    auto *out = static_cast<char *>(bytes);
    while (count > 0) {
      int part = gzread(file, out, static_cast<unsigned>(std::min<size_t>(count, 1 << 30)));
      if (part <= 0)
        return false;
      out += part;
      count -= part;
    }
    return true;
  }

  /// Compares what the header promises with the size of the file.
  std::string checkSize(uint64_t fileBytes) const {
    int64_t elements = countElements(header.shape);
    uint64_t begin = gztell(file);
    uint64_t available = gzdirect(file) ? fileBytes - begin : fileBytes * kMaxDeflateRatio;
    uint64_t bytes = elements * header.storedBytes();
    if (elements < 0 || bytes > available)
      return path + ": the file is too short for its shape " + toString(header.shape);
    if (gzdirect(file) && bytes != available)
      return path + ": the file is too long for its shape " + toString(header.shape);
    return "";
  }
};

ArrayReader::ArrayReader() : state(std::make_unique<State>()) {}
ArrayReader::~ArrayReader() = default;
ElementType ArrayReader::type() const { return state->header.type; }
const std::vector<int64_t> &ArrayReader::shape() const { return state->header.shape; }

std::string ArrayReader::open(const std::string &path) {
  state = std::make_unique<State>();
  state->path = path;
  uint64_t fileBytes;
  std::string reason = regularFileSize(path, fileBytes);
  if (!reason.empty())
    return path + ": " + reason;
  state->file = gzopen(path.c_str(), "rb");
  if (!state->file)
    return path + ": " + std::strerror(errno);
  gzbuffer(state->file, 1 << 17);
  auto source = [this](void *bytes, size_t count) { return state->read(bytes, count); };
  reason = readHeader(source, state->header);
  int status;
  gzerror(state->file, &status);
  if (status == Z_DATA_ERROR)
    reason = "the file is damaged";
  if (!reason.empty())
    return path + ": " + reason;
  state->remaining = state->header.shape.empty() ? 1 : state->header.shape[0];
  return state->checkSize(fileBytes);
}

std::string ArrayReader::readRows(int64_t count, Array &rows) {
  count = std::min(count, state->remaining);
  rows.type = state->header.type;
  rows.shape = state->header.shape;
  if (!rows.shape.empty())
    rows.shape[0] = count;
  if (state->header.columns && rows.shape != shape())
    return state->path + ": an array in Fortran order cannot be read in parts";
  rows.bytes.resize(rows.size() * state->header.storedBytes());
  if (!state->read(rows.bytes.data(), rows.bytes.size()))
    return state->path + ": the file is damaged or too short for its shape " + toString(shape());
  decode(state->header, rows.shape, rows.bytes);
  state->remaining -= count;
  if (state->remaining > 0)
    return "";
  // Reading on also makes zlib compare the checksum.
  char more;
  int status = gzread(state->file, &more, 1);
  if (status > 0)
    return state->path + ": the file is too long for its shape " + toString(shape());
  return status < 0 ? state->path + ": the file is damaged" : "";
}

std::string cim::data::readArray(const std::string &path, Array &array) {
  ArrayReader reader;
  std::string reason = reader.open(path);
  return reason.empty() ? reader.readRows(INT64_MAX, array) : reason;
}

//===----------------------------------------------------------------------===//
// Writing
//===----------------------------------------------------------------------===//

std::string cim::data::writeFile(const std::string &path,
                                 const std::vector<std::string_view> &pieces) {
  std::string target, reason = cim::format::resolveOutput(path, target);
  if (!reason.empty())
    return reason;
  std::string temporary = cim::format::temporaryFor(target);
  FILE *file = std::fopen(temporary.c_str(), "wb");
  bool good = file != nullptr;
  for (std::string_view piece : pieces)
    good = good && std::fwrite(piece.data(), 1, piece.size(), file) == piece.size();
  good = (!file || std::fclose(file) == 0) && good;
  if (good && std::rename(temporary.c_str(), target.c_str()) == 0)
    return "";
  reason = path + ": " + std::strerror(errno);
  std::remove(temporary.c_str());
  return reason;
}

std::string cim::data::writeNpy(const std::string &path, const Array &array) {
  std::string header = makeNpyHeader(array);
  const char *bytes = reinterpret_cast<const char *>(array.bytes.data());
  return writeFile(path, {header, {bytes, array.bytes.size()}});
}

//===----------------------------------------------------------------------===//
// Samples
//===----------------------------------------------------------------------===//

static std::vector<int64_t> withoutUnitAxes(std::vector<int64_t> shape) {
  shape.erase(std::remove(shape.begin(), shape.end(), 1), shape.end());
  return shape;
}

std::string cim::data::countSamples(const std::vector<int64_t> &arrayShape,
                                    const std::vector<int64_t> &inputShape, int64_t &count) {
  if (arrayShape == inputShape) {
    count = 1;
    return "";
  }
  std::vector<int64_t> sample = inputShape;
  if (!sample.empty() && sample[0] == 1)
    sample.erase(sample.begin());
  std::vector<int64_t> row = arrayShape;
  if (!row.empty())
    row.erase(row.begin());
  if (arrayShape.empty() || arrayShape[0] < 1 || withoutUnitAxes(row) != withoutUnitAxes(sample))
    return "an array of shape " + toString(arrayShape) +
           " does not hold samples of an input of shape " + toString(inputShape);
  count = arrayShape[0];
  return "";
}

/// Calls `use` with each element of an array that stores them as T.
template <typename T, typename Use> static void forEach(const Array &array, Use use) {
  for (size_t i = 0; i < array.bytes.size(); i += sizeof(T)) {
    T value;
    std::memcpy(&value, array.bytes.data() + i, sizeof(T));
    use(value);
  }
}

/// The same for the type that the array has.
template <typename Use> static void forEach(const Array &array, Use use) {
  switch (array.type) {
  case ElementType::F32:
    return forEach<float>(array, use);
  case ElementType::F64:
    return forEach<double>(array, use);
  case ElementType::I64:
    return forEach<int64_t>(array, use);
  case ElementType::I32:
    return forEach<int32_t>(array, use);
  case ElementType::I16:
    return forEach<int16_t>(array, use);
  case ElementType::I8:
    return forEach<int8_t>(array, use);
  case ElementType::U64:
    return forEach<uint64_t>(array, use);
  case ElementType::U32:
    return forEach<uint32_t>(array, use);
  case ElementType::U16:
    return forEach<uint16_t>(array, use);
  case ElementType::U8:
  case ElementType::Bool:
    return forEach<uint8_t>(array, use);
  }
}

std::vector<float> cim::data::toFloats(const Array &array, double scale) {
  std::vector<float> out;
  out.reserve(array.size());
  // The usual preprocessing of uint8 divides floats: one rounding.
  bool divides = scale == 0 && array.type == ElementType::U8;
  bool scales = scale != 0 && !isFloat(array.type);
  forEach(array, [&](auto value) {
    if (scales)
      out.push_back(static_cast<float>(static_cast<double>(value) * scale));
    else
      out.push_back(static_cast<float>(value) / (divides ? 255.0f : 1.0f));
  });
  return out;
}

std::vector<int64_t> cim::data::toIntegers(const Array &array) {
  std::vector<int64_t> out;
  out.reserve(array.size());
  forEach(array, [&](auto value) { out.push_back(static_cast<int64_t>(value)); });
  return out;
}

/// Writes numbers as elements of type T in min..max; returns the index of the first that does
/// not fit, or their count.
template <typename T>
static size_t narrow(const std::vector<int64_t> &numbers, int64_t min, int64_t max,
                     std::vector<uint8_t> &bytes) {
  bytes.resize(numbers.size() * sizeof(T));
  for (size_t i = 0; i < numbers.size(); ++i) {
    if (numbers[i] < min || numbers[i] > max)
      return i;
    T value = static_cast<T>(numbers[i]);
    std::memcpy(bytes.data() + i * sizeof(T), &value, sizeof(T));
  }
  return numbers.size();
}

static size_t narrow(const std::vector<int64_t> &numbers, ElementType type,
                     std::vector<uint8_t> &bytes) {
  switch (type) {
  case ElementType::I64:
  case ElementType::U64:
    return narrow<int64_t>(numbers, INT64_MIN, INT64_MAX, bytes);
  case ElementType::I32:
    return narrow<int32_t>(numbers, INT32_MIN, INT32_MAX, bytes);
  case ElementType::I16:
    return narrow<int16_t>(numbers, INT16_MIN, INT16_MAX, bytes);
  case ElementType::I8:
    return narrow<int8_t>(numbers, INT8_MIN, INT8_MAX, bytes);
  case ElementType::U32:
    return narrow<uint32_t>(numbers, 0, UINT32_MAX, bytes);
  case ElementType::U16:
    return narrow<uint16_t>(numbers, 0, UINT16_MAX, bytes);
  case ElementType::U8:
    return narrow<uint8_t>(numbers, 0, UINT8_MAX, bytes);
  default:
    return narrow<uint8_t>(numbers, 0, 1, bytes);
  }
}

std::string cim::data::convert(const Array &array, ElementType type, double scale,
                               std::vector<uint8_t> &bytes) {
  if (type == ElementType::F32) {
    std::vector<float> floats = toFloats(array, scale);
    bytes.resize(floats.size() * sizeof(float));
    std::memcpy(bytes.data(), floats.data(), bytes.size());
    return "";
  }
  if (isFloat(array.type))
    return std::string("elements of type ") + toString(type) + " are needed, got " +
           toString(array.type);
  std::vector<int64_t> numbers = toIntegers(array);
  size_t fitting = narrow(numbers, type, bytes);
  if (fitting < numbers.size())
    return "value " + std::to_string(numbers[fitting]) + " does not fit " + toString(type);
  return "";
}
