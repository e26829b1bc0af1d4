//===- ProgramFileTest.cpp - Writing, reading, refusing files ---*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Round trips, and one refusal for each rule of the loader.
//
//===----------------------------------------------------------------------===//

#include "TestLayer.h"

#include <cmath>
#include <cstdio>
#include <fstream>
#include <sys/stat.h>
#include <unistd.h>

namespace {

/// Elements of the inputs and outputs of a program.
int64_t numElements(const cim_program *program, bool outputs) {
  cim_tensor tensor = outputs ? cim_program_output(program, 0) : cim_program_input(program, 0);
  return sizeOf(Shape(tensor.dims, tensor.dims + tensor.rank));
}

/// Runs a program that was accepted, unless it has become large.
void runAccepted(const std::vector<uint8_t> &file) {
  AlignedBytes memory(file);
  cim_program *program = nullptr;
  if (cim_program_from_memory(memory.data(), file.size(), &program, nullptr) != CIM_OK)
    return;
  ProgramHandle handle(program);
  cim_executor_options options = {1, 0, nullptr, nullptr, nullptr, nullptr};
  cim_executor *executor = nullptr;
  if (cim_program_num_inputs(program) != 1 || cim_program_num_outputs(program) != 1 ||
      numElements(program, false) > 1 << 16 || numElements(program, true) > 1 << 16 ||
      cim_executor_create(program, &options, &executor, nullptr) != CIM_OK)
    return;
  ExecutorHandle owner(executor);
  std::vector<int64_t> in(1 << 16), out(1 << 16);
  cim_tensor input = cim_program_input(program, 0), output = cim_program_output(program, 0);
  input.data = in.data();
  output.data = out.data();
  cim_status status = cim_executor_run(executor, 1, &input, 1, &output, 1, nullptr);
  EXPECT_TRUE(status == CIM_OK || status == CIM_ERROR_MEMORY);
}

/// The reason why a layer program is refused after a change of its metadata.
std::string refusalOfLayer(const std::function<void(format::ProgramData &)> &change,
                           bool adc = true) {
  Random random(1);
  TestProgram program;
  buildLayerProgram(program, TestLayer(random, adc));
  change(program.data);
  return refusal(program.bytes());
}

std::vector<uint8_t> layerFile(bool adc = true) {
  Random random(1);
  TestProgram program;
  buildLayerProgram(program, TestLayer(random, adc));
  return program.bytes();
}

TEST(ProgramFile, MetadataRoundTrips) {
  Random random(1);
  TestProgram program;
  buildLayerProgram(program, TestLayer(random));
  program.data.name = "net";
  program.data.producer = "test";
  program.data.uncalibrated = true;
  format::ProgramData before = program.data, after;
  std::vector<uint8_t> file = program.bytes();
  ASSERT_EQ(format::readProgram(file.data(), file.size(), after), "");
  auto same = [](const auto &a, const auto &b) {
    return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(a[0])) == 0;
  };
  EXPECT_EQ(after.name, "net");
  EXPECT_EQ(after.producer, "test");
  EXPECT_TRUE(after.uncalibrated);
  EXPECT_EQ(after.arenaBytes, before.arenaBytes);
  EXPECT_EQ(after.strings, before.strings);
  EXPECT_EQ(after.ints, before.ints);
  EXPECT_EQ(after.operands, before.operands);
  EXPECT_TRUE(same(after.tensors, before.tensors) && same(after.windows, before.windows) &&
              same(after.arrays, before.arrays) && same(after.mvms, before.mvms) &&
              same(after.clamps, before.clamps) && same(after.instructions, before.instructions) &&
              same(after.inputs, before.inputs) && same(after.outputs, before.outputs));
}

TEST(ProgramFile, ReplacesOnlyRegularFiles) {
  std::string path = testing::TempDir() + "program" + std::to_string(getpid());
  std::string link = path + ".link", fifo = path + ".fifo";
  std::ofstream(path) << "old";
  ASSERT_EQ(symlink(path.c_str(), link.c_str()), 0);
  ASSERT_EQ(mkfifo(fifo.c_str(), 0600), 0);
  format::ProgramWriter writer;
  ASSERT_EQ(writer.open(link), "");
  ASSERT_EQ(writer.finish({}), "");
  struct stat info;
  ASSERT_EQ(lstat(link.c_str(), &info), 0);
  EXPECT_TRUE(S_ISLNK(info.st_mode));
  cim_program *program = nullptr;
  EXPECT_EQ(cim_program_open(path.c_str(), &program, nullptr), CIM_OK);
  cim_program_close(program);

  EXPECT_EQ(writer.open(fifo), "'" + fifo + "' is not a regular file");
  ASSERT_EQ(lstat(fifo.c_str(), &info), 0);
  EXPECT_TRUE(S_ISFIFO(info.st_mode));
  EXPECT_EQ(writer.open("none/p.cim"), "cannot create 'none/p.cim': No such file or directory");
  for (const std::string &used : {path, link, fifo})
    std::remove(used.c_str());
}

TEST(ProgramFile, FilesAppearWhenTheyAreComplete) {
  std::string path = testing::TempDir() + "program" + std::to_string(getpid()) + ".cim";
  format::ProgramData data;
  {
    format::ProgramWriter writer;
    ASSERT_EQ(writer.open(path), "");
    EXPECT_FALSE(std::ifstream(path).good());
  } // Dropped: leaves nothing.
  EXPECT_FALSE(std::ifstream(path + ".tmp" + std::to_string(getpid())).good());
  format::ProgramWriter writer;
  ASSERT_EQ(writer.open(path), "");
  uint64_t offset = 0;
  ASSERT_EQ(writer.addSection("abc", 3, offset), "");
  EXPECT_EQ(offset, 64u);
  ASSERT_EQ(writer.finish(data), "");
  cim_program *program = nullptr;
  cim_message message = {};
  EXPECT_EQ(cim_program_open(path.c_str(), &program, &message), CIM_OK) << message.text;
  EXPECT_EQ(cim_program_num_instructions(program), 0);
  cim_program_close(program);
  std::remove(path.c_str());
  EXPECT_EQ(cim_program_open(path.c_str(), &program, &message), CIM_ERROR_IO);
  EXPECT_EQ(message.text, "cannot read '" + path + "': No such file or directory");
  EXPECT_EQ(writer.open("/nonexistent/program.cim"),
            "cannot create '/nonexistent/program.cim': No such file or directory");
}

TEST(ProgramFile, OnlyValidFilesAppear) {
  std::string path = testing::TempDir() + "program" + std::to_string(getpid()) + ".cim";
  const std::string reason = "the program is not valid: 'arena_bytes' must be at most 2^34, got ";
  format::ProgramData data;
  data.arenaBytes = format::kMaxArenaBytes;
  for (const std::string &place : {path, std::string()}) {
    format::ProgramWriter writer;
    ASSERT_EQ(writer.open(place), "");
    EXPECT_EQ(writer.finish(data), "");
    std::remove(path.c_str());
    ++data.arenaBytes;
    ASSERT_EQ(writer.open(place), "");
    EXPECT_EQ(writer.finish(data), reason + "17179869185");
    --data.arenaBytes;
    EXPECT_FALSE(std::ifstream(path).good());
  }
}

TEST(ProgramFile, RefusesDamagedFiles) {
  const std::vector<uint8_t> valid = layerFile();
  ASSERT_EQ(refusal(valid), "");
  auto changed = [&](size_t at, uint8_t bits) {
    std::vector<uint8_t> file = valid;
    file[at] ^= bits;
    return refusal(file);
  };
  EXPECT_EQ(refusal(std::vector<uint8_t>(63)), "not a program: shorter than a header");
  EXPECT_EQ(changed(0, 1), "not a program: wrong magic bytes");
  EXPECT_EQ(changed(8, 6 ^ 0), "'version' must be in 1..6, got 0");
  EXPECT_EQ(changed(8, 6 ^ 7), "'version' must be in 1..6, got 7");
  EXPECT_EQ(changed(12, 1), "'headerBytes' must be 64, got 65");
  EXPECT_EQ(changed(24, 1).substr(0, 41), "metadata must be aligned and end the file");
  EXPECT_EQ(changed(48, 1), "reserved fields of the header must be 0");
  EXPECT_EQ(changed(valid.size() - 1, 1), "the checksum of the metadata is wrong");
  for (size_t size = 0; size < valid.size(); size += 7)
    EXPECT_NE(refusal(std::vector<uint8_t>(valid.begin(), valid.begin() + size)), "") << size;
}

/// Any byte may be anything: no crash, and what loads also runs.
TEST(ProgramFile, SurvivesChangedBytes) {
  const std::vector<uint8_t> valid = layerFile();
  forEachSeed(300, [&](Random &random) {
    std::vector<uint8_t> file = valid;
    for (int64_t i = random.in(1, 3); i > 0; --i)
      file[random.in(64, file.size() - 1)] = random.in(0, 255);
    format::FileHeader header;
    std::memcpy(&header, file.data(), sizeof(header));
    header.metadataChecksum = 0xcbf29ce484222325u;
    for (uint64_t i = header.metadataOffset; i < file.size(); ++i)
      header.metadataChecksum = (header.metadataChecksum ^ file[i]) * 0x100000001b3u;
    std::memcpy(file.data(), &header, sizeof(header));
    runAccepted(file);
  });
}

TEST(ProgramFile, RefusesBadTables) {
  auto tensor = [](auto change, size_t index = 0) {
    return refusalOfLayer([&](format::ProgramData &data) { change(data.tensors[index]); });
  };
  EXPECT_EQ(tensor([](auto &t) { t.mutate_rank(7); }), "tensor 0: 'rank' must be at most 6, got 7");
  EXPECT_EQ(tensor([](auto &t) { t.mutate_type(format::ElementType(6)); }),
            "tensor 0: unknown 'type', got 6");
  EXPECT_EQ(tensor([](auto &t) { t.mutate_space(format::Space(2)); }),
            "tensor 0: unknown 'space', got 2");
  EXPECT_EQ(tensor([](auto &t) { t.mutable_dims()->Mutate(1, 0); }),
            "tensor 0: 'dims' must be positive and below 1 TiB in total, got 1x0x6x4xf32");
  EXPECT_EQ(tensor([](auto &t) { t.mutable_dims()->Mutate(1, int64_t(1) << 62); }).substr(0, 46),
            "tensor 0: 'dims' must be positive and below 1 ");
  EXPECT_EQ(tensor([](auto &t) { t.mutate_offset(4); }),
            "tensor 0: 'offset' must be a multiple of 64, got 4");
  EXPECT_EQ(tensor([](auto &t) { t.mutate_offset(1 << 20); }).substr(0, 36),
            "tensor 0: must lie within the arena,");
  EXPECT_EQ(tensor([](auto &t) { t.mutate_offset(0); }, 2).substr(0, 39),
            "tensor 2: must lie within the sections,");
  EXPECT_EQ(refusalOfLayer([](auto &data) { data.windows[0].mutable_stride()->Mutate(1, 0); }),
            "window 0: 'stride' must be in 1..1048576");
  EXPECT_EQ(refusalOfLayer([](auto &data) { data.windows[0].mutable_kernel()->Mutate(1, 0); }),
            "window 0: 'kernel' must be in 1..1048576");
  EXPECT_EQ(refusalOfLayer([](auto &data) { data.inputs[0].mutate_tensor(99); }),
            "input 0: 'tensor' must be below 6, got 99");
  EXPECT_EQ(refusalOfLayer([](auto &data) { data.outputs[0].mutate_name(99); }),
            "output 0: 'name' must be below 4, got 99");
  EXPECT_EQ(refusalOfLayer([](auto &data) { data.arenaBytes = uint64_t(1) << 34; }), "");
  EXPECT_EQ(refusalOfLayer([](auto &data) { data.arenaBytes = (uint64_t(1) << 34) + 1; }),
            "'arena_bytes' must be at most 2^34, got 17179869185");
  EXPECT_NE(refusalOfLayer([](auto &data) {
              data.arrays.resize(1 << 20, data.arrays[0]);
            }).find("too many constants share their bytes"),
            std::string::npos);
}

TEST(ProgramFile, RefusesBadFlow) {
  EXPECT_EQ(refusalOfLayer([](auto &data) { data.instructions[2].mutate_result(6); }),
            "instruction 2 (clamp 'layer'): 'result' must be below 6, got 6");
  EXPECT_EQ(refusalOfLayer([](auto &data) {
              data.tensors[5].mutate_space(format::Space_File);
              data.tensors[5].mutate_offset(64);
            }),
            "instruction 2: 'result' must be in the arena");
  EXPECT_EQ(
      refusalOfLayer([](auto &data) { data.instructions[2].mutate_opcode(format::Opcode(18)); }),
      "instruction 2: unknown opcode 18");
  EXPECT_EQ(
      refusalOfLayer([](auto &data) { data.instructions[2].mutable_operands().mutate_count(9); }),
      "instruction 2 (clamp 'layer'): 'operands' must end at or before 2, got 1 + 9");
  EXPECT_EQ(
      refusalOfLayer([](auto &data) { data.instructions[2].mutable_operands().mutate_begin(0); }),
      "instruction 2 (clamp 'layer'): operand 0 and 'result' must have the same shape, got "
      "1x6x6x4xf32 and 1x6x6x5xf32");
  EXPECT_EQ(refusalOfLayer([](auto &data) { data.operands[1] = 77; }),
            "instruction 2 (clamp 'layer'): operand 0 must be below 6, got 77");
  EXPECT_EQ(
      refusalOfLayer([](auto &data) { std::swap(data.instructions[0], data.instructions[1]); }),
      "instruction 0 (mvm 'layer'): arrays 0 are not written yet");
  EXPECT_EQ(refusalOfLayer([](auto &data) { data.operands[1] = 5; }),
            "instruction 2: operand 0 is not defined yet");
  EXPECT_EQ(refusalOfLayer([](auto &data) { data.instructions[2].mutate_result(1); }),
            "instruction 2: tensor 1 is defined twice");
  EXPECT_EQ(
      refusalOfLayer([](auto &data) { data.tensors[5].mutate_offset(data.tensors[1].offset()); }),
      "instruction 2: the buffer of tensor 5 overlaps one that is in use");
  EXPECT_EQ(refusalOfLayer([](auto &data) { data.tensors[5].mutate_offset(0); }), "");
  EXPECT_EQ(refusalOfLayer(
                [](auto &data) { data.instructions[2].mutable_operands() = format::Span(0, 2); }),
            "instruction 2 (clamp 'layer'): operand lists must not be shared");
  EXPECT_EQ(refusalOfLayer(
                [](auto &data) { data.instructions[0].mutable_operands() = format::Span(0, 1); }),
            "instruction 0 (write_arrays 'layer'): takes 0 operands, got 1");
  EXPECT_EQ(refusalOfLayer([](auto &data) { data.instructions[2] = data.instructions[0]; }),
            "instruction 2 (write_arrays 'layer'): arrays 0 are written twice");
  EXPECT_EQ(refusalOfLayer([](auto &data) { data.inputs.push_back(data.inputs[0]); }),
            "input 1: must be a tensor of its own in the arena");
  EXPECT_EQ(refusalOfLayer([](auto &data) { data.instructions.pop_back(); }),
            "output 0: is not defined");
  EXPECT_EQ(refusalOfLayer([](auto &data) { data.clamps[0] = format::Clamp(2, 1); }),
            "instruction 2 (clamp 'layer'): 'min' must not exceed 'max', got 2 and 1");
}

TEST(ProgramFile, RefusesBadArrays) {
  const std::string layer = "instruction 1 (mvm 'layer'): ";
  auto arrays = [](auto change) {
    return refusalOfLayer([&](format::ProgramData &data) { change(data.arrays[0]); });
  };
  EXPECT_EQ(refusal(layerFile(false)), "");
  EXPECT_EQ(arrays([](auto &a) { a.mutate_kind(static_cast<format::MappingKind>(4)); }),
            "arrays 0: unknown 'kind', got 4");
  EXPECT_EQ(arrays([](auto &a) { a.mutate_rows(45); }),
            "arrays 0: 'tiles' must be positive and sum up to the 45 rows");
  EXPECT_EQ(arrays([](auto &a) { a.mutate_max_code(3); }),
            layer + "weight codes must lie in -7..3 and be 0 where there is no row or column");
  EXPECT_EQ(arrays([](auto &a) { a.mutate_max_code(16); }),
            layer + "weight codes must fit the 4 bits of the slices, got -7..16");
  EXPECT_EQ(arrays([](auto &a) { a.mutate_groups(0); }),
            "arrays 0: 'groups' must be in 1..2^31, got 0");
  EXPECT_EQ(arrays([](auto &a) { a.mutate_rows(0); }),
            "arrays 0: 'rows' must be in 1..2^31, got 0");
  EXPECT_EQ(arrays([](auto &a) { a.mutate_kernel_area(7); }),
            "arrays 0: 'kernel_area' must divide the rows, got 7");
  EXPECT_EQ(arrays([](auto &a) { a.mutate_min_code(8); }),
            "arrays 0: 'min_code' must not exceed 'max_code', got 8 and 7");
  EXPECT_EQ(arrays([](auto &a) { a.mutate_section_offset(a.section_offset() + 4); }).substr(0, 60),
            "arrays 0: 'section_offset' must be aligned to 64 bytes and t");
  EXPECT_EQ(arrays([](auto &a) { a.mutable_tiles().mutate_count(0); }).substr(0, 28),
            "arrays 0: 'tiles' must have ");
  EXPECT_EQ(arrays([](auto &a) { a.mutable_slices().mutate_count(0); }),
            "arrays 0: 'slices' must be 1..8 widths in 1..8 with a sum of at most 16");
  EXPECT_EQ(arrays([](auto &a) { a.mutable_slices().mutate_count(99); }).substr(0, 35),
            "arrays 0: 'slices' must end at or b");
  EXPECT_EQ(arrays([](auto &a) { a.mutate_section_bytes(64); }),
            layer + "'section_bytes' must fit the arrays, got 64");
  EXPECT_EQ(arrays([](auto &a) { a.mutate_columns(4); }).substr(0, 60),
            layer + "'result' must be the product of");
}

TEST(ProgramFile, RefusesBadLayers) {
  const std::string layer = "instruction 1 (mvm 'layer'): ";
  auto mvm = [](auto change, bool adc = true) {
    return refusalOfLayer([&](format::ProgramData &data) { change(data.mvms[0]); }, adc);
  };
  EXPECT_EQ(mvm([](auto &m) { m.mutate_activation_bits(9); }),
            layer + "'activation_bits' must be in 1..8, got 9");
  EXPECT_EQ(mvm([](auto &m) { m.mutate_activation_bits(5); }),
            layer + "'cycles' must sum up to 5..16 bits, got 4");
  EXPECT_EQ(mvm([](auto &m) { m.mutable_cycles().mutate_count(0); }),
            layer + "'cycles' must be 1..8 widths in 1..8");
  EXPECT_EQ(mvm([](auto &m) { m.mutate_arrays(9); }), layer + "'arrays' must be below 1, got 9");
  EXPECT_EQ(mvm([](auto &m) { m.mutate_window(9); }), layer + "'window' must be in -1..0, got 9");
  EXPECT_EQ(mvm([](auto &m) { m.mutate_sum_slices(false); }, false),
            layer + "an ADC of outputs or an ideal one must have 'sum_slices'");
  EXPECT_EQ(mvm([](auto &m) { m.mutate_offsets(4); }),
            layer + "'offsets' must fit tiles, slices and outputs of the arrays, got 2x2x5xf32");
  EXPECT_EQ(mvm([](auto &m) { m.mutate_zero_point(16); }),
            layer + "'zero_point' must be in 0..15, got 16");
  EXPECT_EQ(mvm([](auto &m) { m.mutate_activation_scale(0); }),
            layer + "'activation_scale' must be normal and positive, got 0");
  EXPECT_EQ(mvm([](auto &m) { m.mutate_qmin(8); }),
            layer + "'qmin' and 'qmax' must be ordered and in -32768..65535, got 8 and 7");
  EXPECT_EQ(mvm([](auto &m) { m.mutate_adc(format::AdcKind_Ideal); }),
            layer + "an ADC that is not linear must have neither 'reciprocal' nor 'offsets'");
  EXPECT_EQ(mvm([](auto &m) { m.mutate_sum_tiles(false); }),
            layer + "'scale' must fit tiles, slices and outputs of the arrays, got 1x1x5xf32");
  EXPECT_EQ(mvm([](auto &m) { m.mutate_scale(m.start()); }),
            layer + "'scale' must fit tiles, slices and outputs of the arrays, got 5xf32");
  EXPECT_EQ(mvm([](auto &m) { m.mutate_reciprocal(-1); }),
            layer + "'reciprocal' must be below 6, got -1");
  EXPECT_EQ(mvm([](auto &m) { m.mutate_reciprocal(4); }, false),
            layer + "an ADC that is not linear must have neither 'reciprocal' nor 'offsets'");
  EXPECT_EQ(mvm([](auto &m) { m.mutate_window(-1); }),
            layer + "a matrix product must have a kernel area of 1");
}

TEST(ProgramFile, RefusesBadOperandsOfLayers) {
  const std::string layer = "instruction 1 (mvm 'layer'): ";
  EXPECT_EQ(
      refusalOfLayer([](auto &data) { data.tensors[0].mutate_type(format::ElementType_I32); }),
      layer + "operand 0 must be f32, got 1x6x6x4xi32");
  EXPECT_EQ(refusalOfLayer([](auto &data) { data.tensors[0].mutable_dims()->Mutate(3, 3); }),
            layer + "operand 0 must have 4 channels, got 1x6x6x3xf32");
  EXPECT_EQ(refusalOfLayer([](auto &data) {
              data.tensors[0].mutate_rank(3);
              data.tensors[0].mutable_dims()->Mutate(2, 4);
              data.tensors[0].mutable_dims()->Mutate(3, 1);
            }),
            layer + "operand 0 must have rank 4, got 1x6x4xf32");
  EXPECT_EQ(refusalOfLayer([](auto &data) { data.windows[0].mutate_groups(2); }),
            layer + "the window must have the groups and the kernel area of the arrays");
}

TEST(ProgramFile, RefusesBadEncodings) {
  const std::string layer = "instruction 1 (mvm 'layer'): ";
  auto mvm = [](format::InputEncoding encoding, int32_t zeroPoint, int32_t bits = 4,
                uint8_t version = format::kVersion) {
    Random random(1);
    TestProgram program;
    buildLayerProgram(program, TestLayer(random));
    program.data.mvms[0].mutate_encoding(encoding);
    program.data.mvms[0].mutate_zero_point(zeroPoint);
    program.data.mvms[0].mutate_activation_bits(bits);
    std::vector<uint8_t> file = program.bytes();
    file[offsetof(format::FileHeader, version)] = version;
    return refusal(file);
  };
  auto twos = format::InputEncoding_TwosComplement;
  EXPECT_EQ(mvm(format::InputEncoding(3), 8), layer + "unknown 'encoding', got 3");
  EXPECT_EQ(mvm(twos, 8), "");
  EXPECT_EQ(mvm(twos, 8, 4, 1),
            "a program of version 1 must have no 'encoding' and no 'weight_scale'");
  EXPECT_EQ(mvm(twos, 7), layer + "'zero_point' must be 8 for two's complement inputs, got 7");
  EXPECT_EQ(mvm(twos, 9), layer + "'zero_point' must be 8 for two's complement inputs, got 9");
  EXPECT_EQ(mvm(twos, 4, 3), layer + "'cycles' must sum up to 3 bits and end with 1 for two's "
                                     "complement inputs, got 4 and 1");
  EXPECT_EQ(refusalOfLayer([&](format::ProgramData &data) {
              data.mvms[0].mutate_encoding(twos);
              data.mvms[0].mutable_cycles().mutate_count(3);
              data.ints[data.mvms[0].cycles().begin() + 2] = 2;
            }),
            layer + "'cycles' must sum up to 4 bits and end with 1 for two's complement inputs, "
                    "got 4 and 2");
  EXPECT_EQ(mvm(format::InputEncoding_Differential, 1), "");
  EXPECT_EQ(mvm(format::InputEncoding_Differential, 15), "");
  EXPECT_EQ(mvm(format::InputEncoding_Differential, 0),
            layer + "'zero_point' must be at least 1 for differential inputs, got 0");
}

TEST(ProgramFile, RefusesBadContents) {
  const std::string prefix = "instruction 1 (mvm 'layer'): ";
  auto layer = [](auto change) {
    Random random(1);
    TestLayer layer(random);
    change(layer);
    TestProgram program;
    buildLayerProgram(program, layer);
    return refusal(program.bytes());
  };
  EXPECT_EQ(layer([](TestLayer &l) { l.scale[1] = 1.17549435e-38f; }), "");
  EXPECT_EQ(layer([](TestLayer &l) { l.scale[1] = 1e-39f; }),
            prefix + "'scale' must be normal and positive, got 1e-39");
  EXPECT_EQ(layer([](TestLayer &l) { l.reciprocal[19] = INFINITY; }),
            prefix + "'reciprocal' must be normal and positive, got inf");
  EXPECT_EQ(layer([](TestLayer &l) { l.codes[0] = 8; }),
            prefix + "weight codes must lie in -7..7 and be 0 where there is no row or column");
  TestProgram program;
  uint8_t bytes[] = {0, 1, 2};
  program.constant({3}, reinterpret_cast<bool *>(bytes));
  EXPECT_EQ(refusal(program.bytes()), "tensor 0: elements of type bool must be 0 or 1");
}

TEST(ProgramFile, BoundsOffsets) {
  auto refusalOf = [](int32_t offset) {
    Random random(1);
    TestProgram program;
    buildLayerProgram(program, TestLayer(random));
    std::vector<int32_t> offsets(20, offset);
    program.data.mvms[0].mutate_offsets(program.constant({2, 2, 5}, offsets.data()));
    return refusal(program.bytes());
  };
  EXPECT_EQ(refusalOf((1 << 24) - 1), "");
  EXPECT_EQ(refusalOf(1 - (1 << 24)), "");
  for (int32_t offset : {1 << 24, -(1 << 24)})
    EXPECT_EQ(refusalOf(offset), "instruction 1 (mvm 'layer'): 'offsets' must be below 2^24, got " +
                                     std::to_string(offset));
}

} // namespace
