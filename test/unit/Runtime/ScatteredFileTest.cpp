//===- ScatteredFileTest.cpp - Program files in pieces ----------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Files whose sections are in memory of others mean what they mean in one piece.
//
//===----------------------------------------------------------------------===//

#include "TestLayer.h"

#include <algorithm>
#include <set>

namespace {

/// The reason why a file in pieces is refused.
std::string refusalOf(const std::vector<cim_piece> &pieces) {
  cim_program *program = nullptr;
  cim_message message = {};
  cim_program_from_pieces(pieces.data(), static_cast<int32_t>(pieces.size()), &program, &message);
  cim_program_close(program);
  return message.text;
}

/// The same of a file that is cut in two.
std::string refusalOfCut(const AlignedBytes &file, uint64_t size, uint64_t cut) {
  return refusalOf({{file.data(), cut}, {file.data() + cut, size - cut}});
}

TEST(ScatteredFile, PiecesMayEndWhereSectionsDo) {
  Random random(1);
  TestProgram program;
  buildLayerProgram(program, TestLayer(random));
  std::vector<uint8_t> file = program.bytes();
  AlignedBytes memory(file);
  format::ProgramData data;
  ASSERT_EQ(format::readProgram(file.data(), file.size(), data), "");
  std::set<uint64_t> begins = {file.size()};
  for (const format::Tensor &tensor : data.tensors)
    if (tensor.space() == format::Space_File)
      begins.insert(tensor.offset());
  for (uint64_t begin : begins) {
    EXPECT_EQ(refusalOfCut(memory, file.size(), begin), "");
    if (begin != file.size())
      EXPECT_NE(refusalOfCut(memory, file.size(), begin + 1), "") << begin;
  }
  uint64_t section = data.arrays[0].section_offset();
  EXPECT_EQ(refusalOfCut(memory, file.size(), section + 1),
            "arrays 0: the section must lie in one piece of the file");
  EXPECT_EQ(refusalOfCut(memory, file.size(), 1), "not a program: shorter than a header");
  EXPECT_EQ(refusalOfCut(memory, file.size(), file.size() - 1),
            "the metadata must be in one piece");
}

/// The reason why a file is refused whose bytes from `begin` to `end` lie `shift` behind an aligned
/// address.
std::string refusalOfShift(const AlignedBytes &file, uint64_t size, uint64_t begin, uint64_t end,
                           uint64_t shift) {
  std::vector<uint8_t> bytes(shift);
  bytes.insert(bytes.end(), file.data() + begin, file.data() + end);
  AlignedBytes shifted(bytes);
  return refusalOf({{file.data(), begin},
                    {shifted.data() + shift, end - begin},
                    {file.data() + end, size - end}});
}

TEST(ScatteredFile, PiecesAreAligned) {
  Random random(1);
  TestProgram program;
  buildLayerProgram(program, TestLayer(random));
  std::vector<uint8_t> file = program.bytes();
  AlignedBytes memory(file);
  format::ProgramData data;
  ASSERT_EQ(format::readProgram(file.data(), file.size(), data), "");
  uint64_t section = data.arrays[0].section_offset();
  uint64_t sectionEnd = section + data.arrays[0].section_bytes();
  EXPECT_EQ(refusalOfShift(memory, file.size(), section, sectionEnd, 64), "");
  EXPECT_EQ(refusalOfShift(memory, file.size(), section, sectionEnd, 32),
            "arrays 0: the section must be aligned to 64 bytes in memory");
  auto floats = std::find_if(data.tensors.begin(), data.tensors.end(), [](const auto &tensor) {
    return tensor.space() == format::Space_File && tensor.type() == format::ElementType_F32;
  });
  ASSERT_NE(floats, data.tensors.end());
  uint64_t begin = floats->offset(), end = begin + 4 * floats->dims()->Get(0);
  EXPECT_EQ(refusalOfShift(memory, file.size(), begin, end, 4), "");
  EXPECT_EQ(refusalOfShift(memory, file.size(), begin, end, 2),
            "tensor " + std::to_string(floats - data.tensors.begin()) +
                ": must be aligned to its elements in memory");
}

TEST(ScatteredFile, ArgumentsAreChecked) {
  cim_piece piece = {nullptr, 0};
  cim_program *program = nullptr;
  EXPECT_EQ(cim_program_from_pieces(nullptr, 1, &program, nullptr), CIM_ERROR_ARGUMENT);
  EXPECT_EQ(cim_program_from_pieces(&piece, -1, &program, nullptr), CIM_ERROR_ARGUMENT);
  EXPECT_EQ(cim_program_from_pieces(&piece, 1, nullptr, nullptr), CIM_ERROR_ARGUMENT);
  EXPECT_EQ(cim_program_from_pieces(&piece, 1, &program, nullptr), CIM_ERROR_PROGRAM);
}

TEST(ScatteredFile, SectionsCanStayWhereTheyAre) {
  std::vector<uint8_t> bytes(1000, 7);
  format::ProgramWriter copying, referring;
  for (format::ProgramWriter *writer : {&copying, &referring}) {
    ASSERT_EQ(writer->open(""), "");
    for (uint64_t size : {1000, 64, 1, 100}) {
      uint64_t offset = 0;
      ASSERT_EQ(writer->addSection(bytes.data(), size / 2, offset), "");
      ASSERT_EQ(writer == &copying ? writer->addSection(bytes.data(), size, offset)
                                   : writer->referToSection(bytes.data(), size, offset),
                "");
      EXPECT_EQ(offset % 64, 0u);
    }
    (void)writer->finish({});
  }
  std::vector<uint8_t> whole = copying.takeMemory(), joined;
  format::ScatteredFile scattered = referring.takeScattered();
  for (auto [data, count] : scattered.pieces(scattered.own.data())) {
    bool own = data >= scattered.own.data() && data < scattered.own.data() + scattered.own.size();
    if (own)
      EXPECT_EQ((data - scattered.own.data()) % 64, joined.size() % 64);
    joined.insert(joined.end(), data, data + count);
  }
  EXPECT_EQ(joined, whole);
}

} // namespace
