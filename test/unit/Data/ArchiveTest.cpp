//===- ArchiveTest.cpp - npz archives -------------------------------------===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Archives written by hand, then damaged byte by byte.
//
//===----------------------------------------------------------------------===//

#include "Files.h"
#include "cim-mlir/Data/Arrays.h"

using namespace cim::data;

static void put(std::string &out, uint32_t value, int bytes) {
  for (int i = 0; i < bytes; ++i)
    out += static_cast<char>(value >> 8 * i & 0xff);
}

static std::string deflated(const std::string &data) {
  std::string out(compressBound(data.size()) + 16, '\0');
  z_stream stream = {};
  deflateInit2(&stream, 9, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY);
  stream.next_in = reinterpret_cast<Bytef *>(const_cast<char *>(data.data()));
  stream.avail_in = static_cast<unsigned>(data.size());
  stream.next_out = reinterpret_cast<Bytef *>(&out[0]);
  stream.avail_out = static_cast<unsigned>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

/// A zip archive of the given members.
static std::string zip(const std::vector<std::pair<std::string, std::string>> &members,
                       bool compress) {
  std::string file, directory;
  for (const auto &[name, data] : members) {
    std::string packed = compress ? deflated(data) : data, common;
    put(common, 20, 2);               // version
    put(common, 0, 2);                // flags
    put(common, compress ? 8 : 0, 2); // method
    put(common, 0, 4);                // time
    put(common, crc32(0, reinterpret_cast<const Bytef *>(data.data()), data.size()), 4);
    put(common, packed.size(), 4);
    put(common, data.size(), 4);
    put(common, name.size(), 2);
    put(common, 0, 2); // extra
    put(directory, 0x02014b50, 4);
    put(directory, 20, 2);
    directory += common;
    directory += std::string(10, '\0');
    put(directory, file.size(), 4);
    directory += name;
    put(file, 0x04034b50, 4);
    file += common + name + packed;
  }
  uint32_t at = file.size();
  file += directory;
  put(file, 0x06054b50, 4);
  put(file, 0, 4);
  put(file, members.size(), 2);
  put(file, members.size(), 2);
  put(file, directory.size(), 4);
  put(file, at, 4);
  put(file, 0, 2);
  return file;
}

static const std::string kArray =
    npy("{'descr': '|u1', 'fortran_order': False, 'shape': (3,), }\n", "abc");

TEST(Archive, ReadsStoredAndDeflatedMembers) {
  for (bool compress : {false, true}) {
    TemporaryFile file(zip({{"first.npy", kArray}, {"second", kArray}}, compress));
    std::vector<std::pair<std::string, Array>> arrays;
    ASSERT_EQ(readArchive(file.path, arrays), "");
    ASSERT_EQ(arrays.size(), 2u);
    EXPECT_EQ(arrays[0].first, "first");
    EXPECT_EQ(arrays[1].first, "second");
    EXPECT_EQ(arrays[1].second.shape, std::vector<int64_t>{3});
    EXPECT_EQ(arrays[1].second.bytes, (std::vector<uint8_t>{'a', 'b', 'c'}));
  }
}

static std::string refusal(const std::string &bytes) {
  TemporaryFile file(bytes);
  std::vector<std::pair<std::string, Array>> arrays;
  std::string reason = readArchive(file.path, arrays);
  return reason.empty() ? reason : reason.substr(file.path.size() + 2);
}

TEST(Archive, RefusesWithAReason) {
  EXPECT_EQ(refusal(""), "not a npz file");
  EXPECT_EQ(refusal(std::string(100, 'x')), "not a npz file");
  EXPECT_EQ(refusal(zip({{"a", kArray}, {"a.npy", kArray}}, false)), "two arrays are named 'a'");
  EXPECT_EQ(refusal(zip({{"a", "text"}}, false)), "array 'a': not a npy or IDX file");
  EXPECT_EQ(refusal(zip({{"a", kArray + "d"}}, true)),
            "array 'a': the data does not fit the shape [3]");
}

/// Members may not share their bytes: few of them would ask for any amount of memory.
TEST(Archive, RefusesOverlappingMembers) {
  std::string file = zip({{"a", kArray + std::string(200, 'd')}}, false);
  size_t directory = file.size() - 22 - (46 + 1);
  std::string entry = file.substr(directory, 46 + 1), end = file.substr(file.size() - 22);
  file.resize(directory);
  for (char name : {'a', 'b'}) {
    entry.back() = name;
    file += entry;
  }
  end[8] = end[10] = 2;
  EXPECT_EQ(refusal(file + end), "damaged central directory");
}

TEST(Archive, SurvivesDamage) {
  for (bool compress : {false, true}) {
    std::string whole = zip({{"a", kArray}}, compress);
    for (size_t i = 0; i < whole.size(); ++i) {
      refusal(whole.substr(0, i));
      for (int bit : {1, 0x10, 0x80}) {
        std::string damaged = whole;
        damaged[i] = static_cast<char>(damaged[i] ^ bit);
        refusal(damaged);
      }
    }
  }
}
