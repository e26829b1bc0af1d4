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
    uint64_t bytes = elements * elementBytes(header.type);
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
  rows.bytes.resize(rows.size() * elementBytes(rows.type));
  if (!state->read(rows.bytes.data(), rows.bytes.size()))
    return state->path + ": the file is damaged or too short for its shape " + toString(shape());
  normalize(state->header, rows.bytes);
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

std::string cim::data::writeNpy(const std::string &path, const Array &array) {
  std::string target, reason = cim::format::resolveOutput(path, target);
  if (!reason.empty())
    return reason;
  std::string temporary = cim::format::temporaryFor(target);
  std::string header = makeNpyHeader(array);
  FILE *file = std::fopen(temporary.c_str(), "wb");
  bool good = file != nullptr;
  if (file) {
    good = std::fwrite(header.data(), 1, header.size(), file) == header.size() &&
           std::fwrite(array.bytes.data(), 1, array.bytes.size(), file) == array.bytes.size();
    good = std::fclose(file) == 0 && good;
  }
  if (good && std::rename(temporary.c_str(), target.c_str()) == 0)
    return "";
  reason = path + ": " + std::strerror(errno);
  std::remove(temporary.c_str());
  return reason;
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

template <typename T, typename Convert>
static void convertAll(const Array &array, std::vector<float> &out, Convert convert) {
  for (size_t i = 0; i < out.size(); ++i) {
    T value;
    std::memcpy(&value, array.bytes.data() + i * sizeof(T), sizeof(T));
    out[i] = convert(value);
  }
}

std::vector<float> cim::data::toFloats(const Array &array, double scale) {
  std::vector<float> out(array.size());
  auto cast = [](auto value) { return static_cast<float>(value); };
  auto scaled = [&](auto value) {
    return static_cast<float>(static_cast<double>(value) * (scale == 0 ? 1 : scale));
  };
  switch (array.type) {
  case ElementType::F32:
    convertAll<float>(array, out, cast);
    break;
  case ElementType::F64:
    convertAll<double>(array, out, cast);
    break;
  case ElementType::I64:
    convertAll<int64_t>(array, out, scaled);
    break;
  case ElementType::I32:
    convertAll<int32_t>(array, out, scaled);
    break;
  case ElementType::I16:
    convertAll<int16_t>(array, out, scaled);
    break;
  case ElementType::I8:
    convertAll<int8_t>(array, out, scaled);
    break;
  case ElementType::Bool:
    convertAll<uint8_t>(array, out, scaled);
    break;
  case ElementType::U8:
    // The usual preprocessing divides floats: one rounding.
    convertAll<uint8_t>(array, out, [&](uint8_t value) {
      return scale == 0 ? static_cast<float>(value) / 255.0f : scaled(value);
    });
    break;
  }
  return out;
}
