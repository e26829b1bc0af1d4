//===- ProgramFile.cpp - Writing program files ------------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Sections are appended as they come; finish() builds the FlatBuffer, writes the
// header over the place kept for it, reads all of it as the loader does and renames the
// temporary file.
//
//===----------------------------------------------------------------------===//

#include "cim-runtime/ProgramFile.h"
#include "Checksum.h"
#include "cim-runtime/OutputFile.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <sys/mman.h>
#include <unistd.h>

using namespace cim::format;

struct ProgramWriter::State {
  /// As given, the file to replace, and the one beside it; empty when writing to memory.
  std::string path, target, temporary;
  FILE *file = nullptr;
  ScatteredFile memory;
  uint64_t position = 0;

  ~State() {
    if (!file)
      return;
    fclose(file);
    unlink(temporary.c_str());
  }

  std::string fail(const char *what) const {
    return std::string("cannot ") + what + " '" + path + "': " + strerror(errno);
  }

  std::string append(const void *data, uint64_t bytes) {
    position += bytes;
    if (!file) {
      const auto *begin = static_cast<const uint8_t *>(data);
      memory.own.insert(memory.own.end(), begin, begin + bytes);
      return {};
    }
    return fwrite(data, 1, bytes, file) == bytes ? std::string() : fail("write");
  }

  std::string align() {
    static const uint8_t zeros[kSectionAlignment] = {};
    uint64_t rest = position % kSectionAlignment;
    return rest == 0 ? std::string() : append(zeros, kSectionAlignment - rest);
  }

  std::string writeHeader(const FileHeader &header) {
    if (!file) {
      memcpy(memory.own.data(), &header, sizeof(header));
      return {};
    }
    if (fseek(file, 0, SEEK_SET) != 0 || fwrite(&header, sizeof(header), 1, file) != 1)
      return fail("write");
    return {};
  }

  /// Reads the file as the loader does.
  std::string verify() {
    ProgramData data;
    std::string reason;
    if (!file) {
      reason = readProgram(FileView(memory.pieces(memory.own.data())), data);
    } else {
      void *bytes = fflush(file) == 0
                        ? mmap(nullptr, position, PROT_READ, MAP_PRIVATE, fileno(file), 0)
                        : MAP_FAILED;
      if (bytes == MAP_FAILED)
        return fail("write");
      reason = readProgram(static_cast<const uint8_t *>(bytes), position, data);
      munmap(bytes, position);
    }
    return reason.empty() ? reason : "the program is not valid: " + reason;
  }

  std::string publish() {
    FILE *closing = file;
    file = nullptr;
    if (fclose(closing) != 0 || rename(temporary.c_str(), target.c_str()) != 0) {
      std::string reason = fail("write");
      unlink(temporary.c_str());
      return reason;
    }
    return {};
  }
};

ProgramWriter::ProgramWriter() : state(std::make_unique<State>()) {}
ProgramWriter::~ProgramWriter() = default;

std::string ProgramWriter::open(const std::string &path) {
  state = std::make_unique<State>();
  if (!path.empty()) {
    state->path = path;
    std::string reason = resolveOutput(path, state->target);
    if (!reason.empty())
      return reason;
    state->temporary = temporaryFor(state->target);
    state->file = fopen(state->temporary.c_str(), "w+b");
    if (!state->file)
      return state->fail("create");
  }
  const FileHeader place = {};
  return state->append(&place, sizeof(place));
}

std::string ProgramWriter::addSection(const void *data, uint64_t bytes, uint64_t &offset) {
  std::string reason = state->align();
  if (!reason.empty())
    return reason;
  offset = state->position;
  return state->append(data, bytes);
}

std::string ProgramWriter::referToSection(const void *data, uint64_t bytes, uint64_t &offset) {
  if (state->file)
    return addSection(data, bytes, offset);
  std::string reason = state->align();
  offset = state->position;
  state->position += bytes;
  ScatteredFile &memory = state->memory;
  memory.own.resize(memory.own.size() + bytes % kSectionAlignment);
  memory.sections.push_back(
      {offset, memory.own.size(), {static_cast<const uint8_t *>(data), bytes}});
  return reason;
}

/// FlatBuffers are addressed by 32 bits; leave room for alignment.
static bool fitsFlatBuffer(const ProgramData &data) {
  uint64_t bytes = data.target.size();
  for (const std::string &string : data.strings)
    bytes += string.size() + 16;
  bytes += data.tensors.size() * sizeof(Tensor) + data.ints.size() * sizeof(int64_t) +
           data.operands.size() * sizeof(uint32_t) + data.windows.size() * sizeof(Window) +
           data.arrays.size() * sizeof(Arrays) + data.mvms.size() * sizeof(Mvm) +
           data.instructions.size() * sizeof(Instruction) + data.extras.size() * sizeof(MvmExtra);
  return bytes < (uint64_t(1) << 30);
}

static void buildMetadata(const ProgramData &data, flatbuffers::FlatBufferBuilder &builder) {
  auto name = builder.CreateString(data.name);
  auto producer = builder.CreateString(data.producer);
  auto target = builder.CreateString(data.target);
  auto strings = builder.CreateVectorOfStrings(data.strings);
  auto tensors = builder.CreateVectorOfStructs(data.tensors);
  auto ints = builder.CreateVector(data.ints);
  auto operands = builder.CreateVector(data.operands);
  auto windows = builder.CreateVectorOfStructs(data.windows);
  auto arrays = builder.CreateVectorOfStructs(data.arrays);
  auto mvms = builder.CreateVectorOfStructs(data.mvms);
  auto clamps = builder.CreateVectorOfStructs(data.clamps);
  auto instructions = builder.CreateVectorOfStructs(data.instructions);
  auto inputs = builder.CreateVectorOfStructs(data.inputs);
  auto outputs = builder.CreateVectorOfStructs(data.outputs);
  // A program that needs none has the bytes of older versions.
  flatbuffers::Offset<flatbuffers::Vector<const MvmExtra *>> extras;
  if (!data.extras.empty())
    extras = builder.CreateVectorOfStructs(data.extras);
  FinishProgramBuffer(builder,
                      CreateProgram(builder, name, producer, target, data.uncalibrated,
                                    data.arenaBytes, strings, tensors, ints, operands, windows,
                                    arrays, mvms, clamps, instructions, inputs, outputs, extras));
}

std::string ProgramWriter::finish(const ProgramData &data) {
  if (!fitsFlatBuffer(data))
    return "the metadata of the program exceeds 1 GiB";
  flatbuffers::FlatBufferBuilder builder;
  buildMetadata(data, builder);
  std::string reason = state->align();
  if (!reason.empty())
    return reason;
  FileHeader header = {};
  memcpy(header.magic, kMagic, sizeof(kMagic));
  header.version = kVersion;
  header.headerBytes = sizeof(FileHeader);
  header.metadataOffset = state->position;
  header.metadataBytes = builder.GetSize();
  header.fileBytes = header.metadataOffset + header.metadataBytes;
  header.metadataChecksum = checksum(builder.GetBufferPointer(), builder.GetSize());
  reason = state->append(builder.GetBufferPointer(), builder.GetSize());
  if (reason.empty())
    reason = state->writeHeader(header);
  if (reason.empty())
    reason = state->verify();
  if (reason.empty() && state->file)
    reason = state->publish();
  return reason;
}

ScatteredFile ProgramWriter::takeScattered() { return std::move(state->memory); }

//===----------------------------------------------------------------------===//
// Files in memory
//===----------------------------------------------------------------------===//

std::vector<FileView::Piece> ScatteredFile::pieces(const uint8_t *data) const {
  std::vector<FileView::Piece> pieces;
  uint64_t position = 0, ownPosition = 0;
  for (const Section &section : sections) {
    pieces.push_back({data + ownPosition, section.offset - position});
    pieces.push_back(section.piece);
    position = section.offset + section.piece.bytes;
    ownPosition = section.ownOffset;
  }
  pieces.push_back({data + ownPosition, own.size() - ownPosition});
  return pieces;
}

FileView::FileView(const std::vector<Piece> &pieces) : pieces(pieces) {
  for (const Piece &piece : pieces)
    ends.push_back(bytes += piece.bytes);
}

bool FileView::isWhole(uint64_t offset, uint64_t count) const {
  if (offset > bytes || count > bytes - offset)
    return false;
  auto end = std::upper_bound(ends.begin(), ends.end(), offset);
  return count == 0 || count <= *end - offset;
}

const uint8_t *FileView::at(uint64_t offset) const {
  size_t index = std::upper_bound(ends.begin(), ends.end(), offset) - ends.begin();
  if (index == pieces.size()) // The end of the file.
    return nullptr;
  return pieces[index].data + (offset - (ends[index] - pieces[index].bytes));
}
