//===- Archive.cpp - npz archives -----------------------------------------===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A npz file is a zip archive of npy files. Its central directory says where the
// members are; sizes are checked against the file, members inflated to exactly
// the promised size, checksums compared.
//
//===----------------------------------------------------------------------===//

#include "Formats.h"

#include <algorithm>
#include <cstring>
#include <fstream>
#include <zlib.h>

using namespace cim::data;

namespace {

/// One entry of the central directory.
struct Member {
  std::string name;
  uint32_t flags, method, checksum, packedBytes, bytes, headerOffset;
};

class Archive {
public:
  std::string load(const std::string &path) {
    uint64_t size;
    std::string reason = regularFileSize(path, size);
    if (!reason.empty())
      return reason;
    std::ifstream stream(path, std::ios::binary);
    file.resize(size);
    return stream.read(reinterpret_cast<char *>(file.data()), size) ? "" : "cannot read the file";
  }

  std::string listMembers(std::vector<Member> &members) const;
  std::string readMember(const Member &member, Array &array) const;

private:
  bool has(uint64_t offset, uint64_t count) const {
    return offset <= file.size() && count <= file.size() - offset;
  }
  uint32_t number(uint64_t offset, int bytes) const {
    uint32_t value = 0;
    for (int i = 0; i < bytes; ++i)
      value |= uint32_t(file[offset + i]) << 8 * i;
    return value;
  }
  std::string unpack(const Member &member, std::vector<uint8_t> &bytes) const;

  std::vector<uint8_t> file;
};

std::string Archive::listMembers(std::vector<Member> &members) const {
  // The end record is the last thing but for a comment of at most 64 KiB.
  constexpr uint64_t endBytes = 22;
  if (file.size() < endBytes)
    return "not a npz file";
  uint64_t end = file.size() - endBytes, stop = end > 0xffff ? end - 0xffff : 0;
  while (number(end, 4) != 0x06054b50)
    if (end-- == stop)
      return "not a npz file";
  uint64_t count = number(end + 10, 2), at = number(end + 16, 4), packedBytes = 0;
  for (uint64_t i = 0; i < count; ++i) {
    if (!has(at, 46) || number(at, 4) != 0x02014b50 || !has(at, 46 + number(at + 28, 2)))
      return "damaged central directory";
    uint32_t nameBytes = number(at + 28, 2);
    Member member = {std::string(file.begin() + at + 46, file.begin() + at + 46 + nameBytes),
                     number(at + 8, 2),
                     number(at + 10, 2),
                     number(at + 16, 4),
                     number(at + 20, 4),
                     number(at + 24, 4),
                     number(at + 42, 4)};
    if (std::max({member.packedBytes, member.bytes, member.headerOffset}) == UINT32_MAX)
      return "zip64 archives are not supported";
    // Members that share their bytes could ask for any amount of memory.
    packedBytes += member.packedBytes;
    if (packedBytes > file.size())
      return "damaged central directory";
    members.push_back(member);
    at += 46 + nameBytes + number(at + 30, 2) + number(at + 32, 2);
  }
  return "";
}

std::string Archive::unpack(const Member &member, std::vector<uint8_t> &bytes) const {
  uint64_t at = member.headerOffset;
  if (!has(at, 30) || number(at, 4) != 0x04034b50)
    return "damaged";
  at += 30 + number(at + 26, 2) + number(at + 28, 2);
  if (!has(at, member.packedBytes))
    return "damaged";
  if (member.flags & 1)
    return "encrypted";
  if (member.method == 0) {
    if (member.packedBytes != member.bytes)
      return "damaged";
    bytes.assign(file.begin() + at, file.begin() + at + member.bytes);
  } else if (member.method == 8) {
    if (member.bytes > member.packedBytes * kMaxDeflateRatio)
      return "damaged";
    bytes.resize(member.bytes);
    z_stream stream = {};
    if (inflateInit2(&stream, -MAX_WBITS) != Z_OK)
      return "out of memory";
    stream.next_in = const_cast<uint8_t *>(file.data() + at);
    stream.avail_in = member.packedBytes;
    stream.next_out = bytes.data();
    stream.avail_out = member.bytes;
    int status = inflate(&stream, Z_FINISH);
    inflateEnd(&stream);
    if (status != Z_STREAM_END || stream.avail_out != 0)
      return "damaged";
  } else {
    return "compressed by method " + std::to_string(member.method) + ", expected 0 or 8";
  }
  return crc32_z(0, bytes.data(), bytes.size()) == member.checksum ? "" : "damaged";
}

std::string Archive::readMember(const Member &member, Array &array) const {
  std::vector<uint8_t> bytes;
  std::string reason = unpack(member, bytes);
  if (!reason.empty())
    return reason;
  size_t at = 0;
  Source source = [&](void *out, size_t count) {
    if (count > bytes.size() - at)
      return false;
    std::memcpy(out, bytes.data() + at, count);
    at += count;
    return true;
  };
  Header header;
  reason = readHeader(source, header);
  if (!reason.empty())
    return reason;
  int64_t elements = countElements(header.shape);
  if (elements < 0 || elements * header.storedBytes() != bytes.size() - at)
    return "the data does not fit the shape " + toString(header.shape);
  bytes.erase(bytes.begin(), bytes.begin() + at);
  decode(header, header.shape, bytes);
  array = {header.type, header.shape, std::move(bytes)};
  return "";
}

} // namespace

std::string cim::data::readArchive(const std::string &path,
                                   std::vector<std::pair<std::string, Array>> &arrays) {
  Archive archive;
  std::vector<Member> members;
  std::string reason = archive.load(path);
  if (reason.empty())
    reason = archive.listMembers(members);
  if (!reason.empty())
    return path + ": " + reason;
  for (const Member &member : members) {
    std::string name = member.name;
    if (name.size() > 4 && name.compare(name.size() - 4, 4, ".npy") == 0)
      name.resize(name.size() - 4);
    auto isSame = [&](const auto &entry) { return entry.first == name; };
    if (std::any_of(arrays.begin(), arrays.end(), isSame))
      return path + ": two arrays are named '" + name + "'";
    Array array;
    reason = archive.readMember(member, array);
    if (!reason.empty())
      return path + ": array '" + name + "': " + reason;
    arrays.emplace_back(name, std::move(array));
  }
  return "";
}
