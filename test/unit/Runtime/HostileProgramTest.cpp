//===- HostileProgramTest.cpp - Attacks on the loader, by name ------------===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What a generator of mutants would find by chance only: each attack that the loader has
// to withstand, with its message or with the proof that it does no harm.
//
//===----------------------------------------------------------------------===//

#include "MutantRunner.h"
#include "Mutants.h"
#include "TestLayer.h"

#include <sys/resource.h>

using namespace cim::test;

namespace {

using Data = format::ProgramData;

constexpr uint64_t kMaxArena = format::kMaxArenaBytes;

std::vector<uint8_t> layerFile(const std::function<void(Data &)> &change = [](Data &) {}) {
  Random random(1);
  TestProgram program;
  buildLayerProgram(program, TestLayer(random));
  change(program.data);
  return program.bytes();
}

std::string refusalOfLayer(const std::function<void(Data &)> &change) {
  return refusal(layerFile(change));
}

/// The reason why a file with a changed header is refused.
std::string refusalOfHeader(const std::function<void(format::FileHeader &)> &change) {
  std::vector<uint8_t> file = layerFile();
  format::FileHeader header;
  std::memcpy(&header, file.data(), sizeof(header));
  change(header);
  std::memcpy(file.data(), &header, sizeof(header));
  return refusal(file);
}

bool contains(const std::string &text, const std::string &part) {
  return text.find(part) != std::string::npos;
}

//===----------------------------------------------------------------------===//
// The header
//===----------------------------------------------------------------------===//

TEST(HostileProgram, WrongMagic) {
  for (size_t i = 0; i < sizeof(format::kMagic); ++i)
    EXPECT_EQ(refusalOfHeader([&](auto &header) { header.magic[i] ^= 0x20; }),
              "not a program: wrong magic bytes");
}

TEST(HostileProgram, OtherVersions) {
  for (uint32_t version : {0u, format::kVersion + 1, ~0u})
    EXPECT_EQ(refusalOfHeader([&](auto &header) { header.version = version; }),
              "'version' must be in 1.." + std::to_string(format::kVersion) + ", got " +
                  std::to_string(version));
}

TEST(HostileProgram, MetadataOutOfRange) {
  const std::string rule = "metadata must be aligned and end the file, got ";
  for (uint64_t offset : {uint64_t(0), uint64_t(32), uint64_t(1) << 63, ~uint64_t(63)})
    EXPECT_TRUE(
        contains(refusalOfHeader([&](auto &header) { header.metadataOffset = offset; }), rule));
  EXPECT_TRUE(contains(refusalOfHeader([](auto &header) { header.metadataBytes -= 1; }), rule));
  // The two add up in 64 bits.
  EXPECT_TRUE(contains(refusalOfHeader([](auto &header) {
                         header.metadataBytes += header.metadataOffset + 64;
                         header.metadataOffset = -uint64_t(64);
                       }),
                       rule));
}

//===----------------------------------------------------------------------===//
// Sections
//===----------------------------------------------------------------------===//

TEST(HostileProgram, SectionsOutOfRange) {
  uint64_t end = 0;
  format::FileHeader header;
  std::vector<uint8_t> file = layerFile();
  std::memcpy(&header, file.data(), sizeof(header));
  end = header.metadataOffset;
  // In the header, unaligned, across the end, in the metadata, around zero.
  for (uint64_t offset : {uint64_t(0), uint64_t(68), end, end + 64, ~uint64_t(63)}) {
    EXPECT_TRUE(contains(refusalOfLayer([&](Data &data) { data.tensors[2].mutate_offset(offset); }),
                         "tensor 2: "))
        << offset;
    EXPECT_TRUE(contains(
        refusalOfLayer([&](Data &data) { data.arrays[0].mutate_section_offset(offset); }),
        "arrays 0: 'section_offset' must be aligned to 64 bytes and the section within the file"))
        << offset;
  }
}

TEST(HostileProgram, OverlappingSectionsAreReadAsWhatTheyAre) {
  // Numbers that are not looked at may be the bytes of anything.
  EXPECT_EQ(refusalOfLayer(
                [](Data &data) { data.tensors[2].mutate_offset(data.arrays[0].section_offset()); }),
            "");
  // Scales and weights are looked at by each reader.
  EXPECT_TRUE(contains(refusalOfLayer([](Data &data) {
                         data.tensors[3].mutate_offset(data.arrays[0].section_offset());
                       }),
                       "'scale' must be normal and positive"));
  EXPECT_TRUE(contains(refusalOfLayer([](Data &data) {
                         data.arrays[0].mutate_section_offset(data.tensors[4].offset());
                       }),
                       "'section_offset' must be"));
}

TEST(HostileProgram, ConstantsThatAreCopiedAgainAndAgain) {
  auto refusalOf = [](int products) {
    TestProgram program;
    std::vector<float> weight(1024 * 1024); // 4 MiB: 64 MiB and 16 times the file are 32 of them.
    uint32_t x = program.input<float>({1, 1, 1024});
    uint32_t w = program.constant({1, 1024, 1024}, weight.data());
    for (int i = 0; i < products; ++i)
      program.add(format::Opcode_Matmul, {x, w}, program.result<float>({1, 1, 1024}));
    return refusal(program.bytes());
  };
  EXPECT_EQ(refusalOf(32), "");
  EXPECT_TRUE(contains(refusalOf(33), "too many constants share their bytes"));
}

TEST(HostileProgram, ArraysOfLayersThatPackTheirTilesDifferently) {
  EXPECT_TRUE(contains(refusalOfLayer([](Data &data) {
                         // Without an ADC the tiles that it sums are one.
                         format::Mvm other = data.mvms[0];
                         other.mutate_adc(format::AdcKind_Ideal);
                         other.mutate_reciprocal(-1);
                         data.mvms.push_back(other);
                         data.tensors.push_back(data.tensors[1]);
                         data.tensors.back().mutate_offset(data.arenaBytes);
                         data.arenaBytes += 1 << 16;
                         format::Instruction again = data.instructions[1];
                         again.mutable_operands() = format::Span(data.operands.size(), 1);
                         again.mutate_params(1);
                         again.mutate_result(data.tensors.size() - 1);
                         data.operands.push_back(data.inputs[0].tensor());
                         data.instructions.push_back(again);
                       }),
                       "arrays 0 are shared by layers that pack their tiles differently"));
}

//===----------------------------------------------------------------------===//
// Cyclic dependencies
//===----------------------------------------------------------------------===//

/// A program of two unary instructions; `change` gets the input and both results.
std::string
refusalOfChain(const std::function<void(Data &, uint32_t, uint32_t, uint32_t)> &change) {
  TestProgram program;
  uint32_t x = program.input<float>({4}), a = program.result<float>({4}),
           b = program.result<float>({4});
  program.add(format::Opcode_Unary, {x}, a);
  program.add(format::Opcode_Unary, {a}, b);
  program.output(b);
  change(program.data, x, a, b);
  return refusal(program.bytes());
}

TEST(HostileProgram, CyclicDependencies) {
  EXPECT_EQ(refusalOfChain([](Data &, uint32_t, uint32_t, uint32_t) {}), "");
  // Each reads what the other makes; one reads its own result.
  EXPECT_EQ(
      refusalOfChain([](Data &data, uint32_t, uint32_t, uint32_t b) { data.operands[0] = b; }),
      "instruction 0: operand 0 is not defined yet");
  EXPECT_EQ(
      refusalOfChain([](Data &data, uint32_t, uint32_t, uint32_t b) { data.operands[1] = b; }),
      "instruction 1: operand 0 is not defined yet");
  EXPECT_EQ(refusalOfChain([](Data &data, uint32_t, uint32_t a, uint32_t) {
              data.instructions[1].mutate_result(a);
            }),
            "instruction 1: tensor 1 is defined twice");
  EXPECT_EQ(refusalOfChain([](Data &data, uint32_t x, uint32_t, uint32_t) {
              data.instructions[0].mutate_result(x);
            }),
            "instruction 0: tensor 0 is defined twice");
  // The same by way of the arena: a result in the buffer of the operand.
  EXPECT_EQ(refusalOfChain([](Data &data, uint32_t, uint32_t a, uint32_t b) {
              data.tensors[b].mutate_offset(data.tensors[a].offset());
            }),
            "instruction 1: the buffer of tensor 2 overlaps one that is in use");
  // Reshapes of each other.
  EXPECT_EQ(refusalOfChain([](Data &data, uint32_t, uint32_t a, uint32_t b) {
              data.tensors[b].mutate_offset(data.tensors[a].offset());
              data.operands[0] = b;
              for (format::Instruction &instruction : data.instructions)
                instruction.mutate_opcode(format::Opcode_Reshape);
            }),
            "instruction 0: operand 0 is not defined yet");
}

//===----------------------------------------------------------------------===//
// Absurd sizes
//===----------------------------------------------------------------------===//

/// The reason of refusal; loading may take little memory.
std::string refusalAtOnce(const std::vector<uint8_t> &file) {
  uint64_t before = allocatedBytes();
  std::string reason = refusal(file);
  EXPECT_LT(allocatedBytes() - before, 1u << 18);
  return reason;
}

TEST(HostileProgram, AbsurdArena) {
  EXPECT_EQ(refusalAtOnce(layerFile([](Data &data) { data.arenaBytes = kMaxArena; })), "");
  for (uint64_t bytes : {kMaxArena + 1, uint64_t(1) << 46, ~uint64_t(0)})
    EXPECT_EQ(refusalAtOnce(layerFile([&](Data &data) { data.arenaBytes = bytes; })),
              "'arena_bytes' must be at most 2^34, got " + std::to_string(bytes));
}

TEST(HostileProgram, AbsurdShapes) {
  for (int64_t dim : {int64_t(1) << 40, int64_t(1) << 62, INT64_MAX, int64_t(-1), INT64_MIN})
    EXPECT_TRUE(contains(refusalAtOnce(layerFile([&](Data &data) {
                           for (format::Tensor &tensor : data.tensors)
                             tensor.mutable_dims()->Mutate(1, dim);
                         })),
                         "tensor 0: "));
  for (int64_t rows : {int64_t(1) << 31, int64_t(1) << 62, INT64_MAX})
    EXPECT_TRUE(contains(refusalAtOnce(layerFile([&](Data &data) {
                           data.arrays[0].mutate_groups(rows);
                           data.arrays[0].mutate_rows(rows);
                           data.arrays[0].mutate_columns(rows);
                         })),
                         "arrays 0: "));
}

TEST(HostileProgram, AbsurdCells) {
  auto refusalOf = [](int64_t groups) {
    TestProgram program;
    format::Arrays arrays;
    arrays.mutate_groups(groups);
    arrays.mutate_rows(4);
    arrays.mutate_columns(48);
    arrays.mutate_kernel_area(1);
    arrays.mutable_tiles() = program.span({4});
    arrays.mutable_slices() = program.span({2});
    arrays.mutate_num_arrays(1);
    arrays.mutate_min_code(-1);
    arrays.mutate_max_code(1);
    arrays.mutate_weight_scale(1);
    arrays.mutate_whole(true);
    program.data.arrays.push_back(arrays);
    return refusalAtOnce(program.bytes());
  };
  // A group is counted as 64 columns of 8 rows and a sum.
  EXPECT_EQ(refusalOf(kMaxArena / 768), "");
  EXPECT_TRUE(contains(refusalOf(kMaxArena / 768 + 1),
                       "cells of computed weights must have at most 2^34 bytes in total, got "));
}

TEST(HostileProgram, AbsurdCounts) {
  // A vector of 2^32 - 1 elements is more than the file.
  std::vector<uint8_t> file = layerFile();
  Data data;
  ASSERT_EQ(format::readProgram(file.data(), file.size(), data), "");
  format::FileHeader header;
  std::memcpy(&header, file.data(), sizeof(header));
  uint8_t *metadata = file.data() + header.metadataOffset;
  const format::Program *program = format::GetProgram(metadata);
  auto *length = reinterpret_cast<const uint8_t *>(program->tensors());
  std::memset(file.data() + (length - file.data()), 0xff, 4);
  seal(file);
  EXPECT_EQ(refusalAtOnce(file), "the metadata is malformed");
}

#ifndef __SANITIZE_ADDRESS__
#if !defined(__has_feature) || !__has_feature(address_sanitizer)
TEST(HostileProgram, AnArenaThatMemoryDoesNotHave) {
  TestProgram source;
  source.output(source.input<float>({1}));
  source.data.arenaBytes = kMaxArena;
  source.data.tensors[0].mutate_offset(kMaxArena - 64);
  LoadedTest loaded(source);
  ExecutorHandle executor = loaded.executor(2);
  float value = 0;
  cim_tensor input = cim_program_input(loaded.program.get(), 0), output = input;
  input.data = output.data = &value;
  rlimit before, limit;
  ASSERT_EQ(getrlimit(RLIMIT_AS, &before), 0);
  limit = before;
  limit.rlim_cur = uint64_t(1) << 33;
  ASSERT_EQ(setrlimit(RLIMIT_AS, &limit), 0);
  cim_message message = {};
  cim_status status = cim_executor_run(executor.get(), 1, &input, 1, &output, 1, &message);
  ASSERT_EQ(setrlimit(RLIMIT_AS, &before), 0);
  EXPECT_EQ(status, CIM_ERROR_MEMORY);
  EXPECT_STREQ(message.text, "out of memory");
}
#endif
#endif

//===----------------------------------------------------------------------===//
// Names
//===----------------------------------------------------------------------===//

TEST(HostileProgram, SharedStrings) {
  // All strings become the longest: together they have more bytes than the file.
  std::vector<uint8_t> file = layerFile([](Data &data) {
    data.strings.resize(20);
    data.strings[0] = std::string(1000, 'x');
  });
  ASSERT_EQ(refusal(file), "");
  format::FileHeader header;
  std::memcpy(&header, file.data(), sizeof(header));
  const auto *strings = format::GetProgram(file.data() + header.metadataOffset)->strings();
  uint64_t first = strings->Data() - file.data();
  auto longest = reinterpret_cast<const uint8_t *>(strings->Get(0));
  for (uint32_t i = 0; i < strings->size(); ++i) {
    uint32_t offset = longest - file.data() - (first + 4 * i);
    std::memcpy(file.data() + first + 4 * i, &offset, sizeof(offset));
  }
  seal(file);
  EXPECT_EQ(refusalAtOnce(file), "strings must not be shared");
}

TEST(HostileProgram, LongNamesAreCutInMessages) {
  EXPECT_EQ(refusalOfLayer([](Data &data) {
              data.strings[3] = std::string(1 << 20, 'x');
              data.instructions[1].mutate_params(9);
            }),
            "instruction 1 (mvm '" + std::string(100, 'x') + "'): 'params' must be below 1, got 9");
}

} // namespace
