//===- ArraysTest.cpp - npy and IDX files ---------------------------------===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Every element type there and back, and every way in which a file can lie.
//
//===----------------------------------------------------------------------===//

#include "cim-mlir/Data/Arrays.h"
#include "Files.h"

#include <cmath>
#include <cstring>
#include <sys/stat.h>

using namespace cim::data;
using testing::TempDir;

/// Expects the file to be refused for a reason that contains `reason` and names it.
static void expectRefused(const std::string &bytes, const std::string &reason,
                          bool compress = false) {
  TemporaryFile file(bytes, compress);
  Array array;
  std::string message = readArray(file.path, array);
  EXPECT_NE(message.find(reason), std::string::npos) << message;
  EXPECT_NE(message.find(file.path), std::string::npos) << message;
}

static std::string dictionary(const std::string &type, const std::string &shape,
                              const std::string &order = "False") {
  return "{'descr': '" + type + "', 'fortran_order': " + order + ", 'shape': " + shape + ", }\n";
}

TEST(Npy, WritesWhatItReads) {
  for (ElementType type : {ElementType::F32, ElementType::F64, ElementType::I64, ElementType::I32,
                           ElementType::I16, ElementType::I8, ElementType::U64, ElementType::U32,
                           ElementType::U16, ElementType::U8, ElementType::Bool})
    for (std::vector<int64_t> shape : {std::vector<int64_t>{}, {3}, {2, 3}, {0, 5}, {1, 2, 1}}) {
      Array array = {type, shape, {}}, back;
      for (size_t i = 0; i < array.size() * elementBytes(type); ++i)
        array.bytes.push_back(static_cast<uint8_t>(type == ElementType::Bool ? i % 2 : i * 37));
      TemporaryFile file;
      ASSERT_EQ(writeNpy(file.path, array), "");
      ASSERT_EQ(readArray(file.path, back), "");
      EXPECT_EQ(back.type, type);
      EXPECT_EQ(back.shape, shape);
      EXPECT_EQ(back.bytes, array.bytes);
      EXPECT_EQ((file.contents().size() - array.bytes.size()) % 64, 0u);
    }
}

TEST(Npy, ReplacesOnlyRegularFiles) {
  Array array = {ElementType::U8, {1}, {7}}, back;
  TemporaryFile file("old"), link, fifo;
  std::remove(link.path.c_str());
  ASSERT_EQ(symlink(file.path.c_str(), link.path.c_str()), 0);
  ASSERT_EQ(writeNpy(link.path, array), "");
  ASSERT_EQ(readArray(file.path, back), "");
  EXPECT_EQ(back.bytes, array.bytes);
  struct stat info;
  ASSERT_EQ(lstat(link.path.c_str(), &info), 0);
  EXPECT_TRUE(S_ISLNK(info.st_mode));

  std::remove(fifo.path.c_str());
  ASSERT_EQ(mkfifo(fifo.path.c_str(), 0600), 0);
  EXPECT_EQ(writeNpy(fifo.path, array), "'" + fifo.path + "' is not a regular file");
  ASSERT_EQ(lstat(fifo.path.c_str(), &info), 0);
  EXPECT_TRUE(S_ISFIFO(info.st_mode));
  EXPECT_EQ(writeNpy(TempDir(), array), "'" + TempDir() + "' is not a regular file");
  EXPECT_EQ(writeNpy("none/y.npy", array), "none/y.npy: No such file or directory");
}

TEST(Npy, SwapsBigEndianElements) {
  TemporaryFile file(npy(dictionary(">i4", "(2,)"), std::string("\0\0\1\2\xff\xff\xff\xfe", 8)));
  Array array;
  ASSERT_EQ(readArray(file.path, array), "");
  int32_t values[2];
  std::memcpy(values, array.bytes.data(), 8);
  EXPECT_EQ(values[0], 258);
  EXPECT_EQ(values[1], -2);
}

TEST(Npy, BooleansAreZeroOrOne) {
  TemporaryFile file(npy(dictionary("|b1", "(3,)"), std::string("\0\1\7", 3)));
  Array array;
  ASSERT_EQ(readArray(file.path, array), "");
  EXPECT_EQ(array.bytes, (std::vector<uint8_t>{0, 1, 1}));
}

TEST(Npy, WidensFloat16) {
  // 1, -2, the smallest subnormal, infinity.
  TemporaryFile file(
      npy(dictionary("<f2", "(4,)"), std::string("\x00\x3c\x00\xc0\x01\0\x00\x7c", 8)));
  Array array;
  ASSERT_EQ(readArray(file.path, array), "");
  EXPECT_EQ(array.type, ElementType::F32);
  EXPECT_EQ(toFloats(array, 0), (std::vector<float>{1, -2, 0x1p-24f, INFINITY}));
}

TEST(Npy, TurnsFortranOrder) {
  // [2, 3, 2], the first axis the fastest: element (i, j, k) is 'a' + i + 2j + 6k.
  TemporaryFile file(npy(dictionary("|u1", "(2, 3, 2)", "True"), "abcdefghijkl"));
  Array array;
  ASSERT_EQ(readArray(file.path, array), "");
  EXPECT_EQ(std::string(array.bytes.begin(), array.bytes.end()), "agciekbhdjfl");
}

TEST(Npy, RefusesPartsOfFortranOrder) {
  TemporaryFile file(npy(dictionary("|u1", "(2, 3)", "True"), "abcdef"));
  ArrayReader reader;
  ASSERT_EQ(reader.open(file.path), "");
  Array rows;
  EXPECT_NE(reader.readRows(1, rows).find("in Fortran order cannot be read in parts"),
            std::string::npos);
}

TEST(Npy, RefusesBadHeaders) {
  expectRefused("", "not a npy or IDX file");
  expectRefused("hello, world", "not a npy or IDX file");
  expectRefused(std::string("\x93NUMPY\x04\x00\0\0\0\0", 12), "unsupported npy version 4.0");
  expectRefused(std::string("\x93NUMPY\x02\x00\xff\xff\xff\xff", 12), "the limit is 65536");
  expectRefused(std::string("\x93NUMPY\x01\x00\x50\x00{", 11), "truncated npy header");
  expectRefused(npy(dictionary("<f4", "(1,)", "Maybe"), "1234"), "malformed npy header");
  expectRefused(npy(dictionary("<c8", "(1,)"), "12345678"), "unsupported element type '<c8'");
  expectRefused(npy(dictionary("|f4", "(1,)"), "1234"), "unsupported element type '|f4'");
  expectRefused(npy(dictionary("<f4", "(1x)"), "1234"), "malformed shape");
  expectRefused(npy(dictionary("<f4", "(-1,)"), "1234"), "malformed shape");
  expectRefused(npy(dictionary("<f4", "(1,,)"), "1234"), "malformed shape");
  expectRefused(npy("{'descr': '<f4', }", "1234"), "incomplete npy header");
  expectRefused(npy("{'descr': '<f4', 'descr': '<f4', }", "1234"), "unexpected key 'descr'");
  expectRefused(npy("{'colour': 'red'}", "1234"), "unexpected key 'colour'");
  expectRefused(npy(dictionary("<f4", "(1,)") + "x", "1234"), "malformed npy header");
}

TEST(Npy, RefusesWrongSizes) {
  expectRefused(npy(dictionary("<f4", "(2,)"), "1234567"), "too short for its shape [2]");
  expectRefused(npy(dictionary("<f4", "(2,)"), "123456789"), "too long for its shape [2]");
  expectRefused(npy(dictionary("<f4", "(999999999999999999,)"), "1234"), "too short");
  expectRefused(npy(dictionary("<f4", "(9999999999, 9999999999)"), "1234"), "too short");
}

TEST(Npy, NamesMissingFilesAndFolders) {
  Array array;
  EXPECT_NE(readArray("no-such-file.npy", array).find("no-such-file.npy: No such file"),
            std::string::npos);
  EXPECT_NE(readArray(TempDir(), array).find("not a regular file"), std::string::npos);
}

static const std::string kIdx("\0\0\x08\x02\0\0\0\2\0\0\0\3abcdef", 18);

TEST(Idx, ReadsPlainAndCompressed) {
  for (bool compress : {false, true}) {
    TemporaryFile file(kIdx, compress);
    Array array;
    ASSERT_EQ(readArray(file.path, array), "");
    EXPECT_EQ(array.type, ElementType::U8);
    EXPECT_EQ(array.shape, (std::vector<int64_t>{2, 3}));
    EXPECT_EQ(std::string(array.bytes.begin(), array.bytes.end()), "abcdef");
  }
}

TEST(Idx, RefusesBadFiles) {
  for (bool compress : {false, true}) {
    expectRefused(kIdx.substr(0, 10), "truncated IDX header", compress);
    expectRefused(kIdx.substr(0, 17), "too short for its shape [2, 3]", compress);
    expectRefused(kIdx + "g", "too long for its shape [2, 3]", compress);
    expectRefused(std::string("\0\0\x0a\1\0\0\0\1x", 9), "unsupported IDX element type 10",
                  compress);
    expectRefused(std::string("\0\0\x08\0", 4), "must be in 1..32, got 0", compress);
    // 2^64 elements, and a few gigabytes that the file cannot hold.
    expectRefused(std::string("\0\0\x08\2\xff\xff\xff\xff\xff\xff\xff\xff", 12), "too short",
                  compress);
    expectRefused(std::string("\0\0\x08\1\xff\xff\xff\xff", 8), "too short", compress);
  }
}

TEST(Idx, RefusesDamagedGzip) {
  TemporaryFile whole(kIdx, true);
  std::string bytes = whole.contents();
  expectRefused(bytes.substr(0, bytes.size() - 12), "");
  bytes[bytes.size() - 6] ^= 1; // the checksum
  expectRefused(bytes, "damaged");
}

TEST(ArrayReader, ReadsRowsInParts) {
  TemporaryFile file(kIdx, true);
  ArrayReader reader;
  ASSERT_EQ(reader.open(file.path), "");
  EXPECT_EQ(reader.shape(), (std::vector<int64_t>{2, 3}));
  for (const char *expected : {"abc", "def"}) {
    Array row;
    ASSERT_EQ(reader.readRows(1, row), "");
    EXPECT_EQ(row.shape, (std::vector<int64_t>{1, 3}));
    EXPECT_EQ(std::string(row.bytes.begin(), row.bytes.end()), expected);
  }
}

TEST(WriteNpy, NamesWhatFails) {
  EXPECT_NE(writeNpy("no-such-folder/x.npy", {}).find("no-such-folder/x.npy: No such file"),
            std::string::npos);
}
