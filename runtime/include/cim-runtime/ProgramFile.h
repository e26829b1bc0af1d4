//===- ProgramFile.h - Writing and reading program files --------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The file: a fixed header, raw sections at 64-byte-aligned offsets, and the
// FlatBuffer of program.fbs. Both sides of the boundary, the compiler's exporter
// and the runtime's loader, use this header and nothing else of each other.
//
// Layout: [FileHeader][section]...[section][metadata]. Sections are streamed
// while the compiler goes from layer to layer; the metadata follows because its
// offsets are then known, and the header is written last.
//
//===----------------------------------------------------------------------===//

#ifndef CIM_RUNTIME_PROGRAMFILE_H
#define CIM_RUNTIME_PROGRAMFILE_H

#include "cim-runtime/program_generated.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace cim::format {

constexpr char kMagic[8] = {'C', 'I', 'M', 'P', 'R', 'O', 'G', '\n'};
/// The version that is written; older ones are read. A struct of program.fbs only grows into its
/// padding, which is 0 in older files. Version 2 added computed weights and encodings of inputs,
/// version 3 gather, scatter and the bitwise kinds, version 4 unsigned mappings and table ADCs;
/// version 5 stores whole codes where older ones have slices, which are joined when they are read;
/// version 6 added references of differential arrays and ADCs that convert outputs.
constexpr uint32_t kVersion = 6;
constexpr uint64_t kSectionAlignment = 64;
/// What a thread that runs a program may need for its tensors: more is refused.
constexpr uint64_t kMaxArenaBytes = uint64_t(1) << 34;

/// The first bytes of a program file, little endian.
struct FileHeader {
  char magic[8];
  uint32_t version;
  uint32_t headerBytes;
  uint64_t fileBytes;
  uint64_t metadataOffset;
  uint64_t metadataBytes;
  /// FNV-1a 64 of the metadata bytes.
  uint64_t metadataChecksum;
  uint64_t reserved[2];
};
static_assert(sizeof(FileHeader) == 64, "the header is part of the format");

/// The metadata of a program as plain vectors, in the order of program.fbs.
struct ProgramData {
  std::string name, producer, target;
  bool uncalibrated = false;
  uint64_t arenaBytes = 0;
  std::vector<std::string> strings;
  std::vector<Tensor> tensors;
  std::vector<int64_t> ints;
  std::vector<uint32_t> operands;
  std::vector<Window> windows;
  std::vector<Arrays> arrays;
  std::vector<Mvm> mvms;
  std::vector<Clamp> clamps;
  std::vector<Instruction> instructions;
  std::vector<Port> inputs, outputs;
  std::vector<MvmExtra> extras;
  /// Packed weights of arrays that an old file has in slices, empty for others.
  std::vector<std::vector<int8_t>> joined;
};

/// The entry of `mvm` in the extras, which are sorted; without one, that of none.
MvmExtra findExtra(const ProgramData &data, uint32_t mvm);

/// True if the weights are computed and written at run time.
inline bool isComputed(const Arrays &arrays) { return arrays.weight_scale() != 0; }

/// True if an ADC that is not ideal converts partial sums.
inline bool convertsPartialSums(const Mvm &mvm) {
  return mvm.adc() == AdcKind_Linear || mvm.adc() == AdcKind_Table;
}

/// How the arrays of `mvm` are packed: layers that sum tiles as integers without converting partial
/// sums have one tile of all rows.
inline bool hasOneTile(const Mvm &mvm) { return !convertsPartialSums(mvm) && mvm.sum_tiles(); }

/// A program file in memory: in one piece, or in several one behind the other.
class FileView {
public:
  struct Piece {
    const uint8_t *data;
    uint64_t bytes;
  };

  FileView() = default;
  FileView(const uint8_t *data, uint64_t bytes) : FileView(std::vector<Piece>{{data, bytes}}) {}
  explicit FileView(const std::vector<Piece> &pieces);

  uint64_t size() const { return bytes; }
  /// True if the file has these bytes and they are in one piece.
  bool isWhole(uint64_t offset, uint64_t count) const;
  /// The byte at an offset within the file, with the rest of its piece behind it.
  const uint8_t *at(uint64_t offset) const;

private:
  std::vector<Piece> pieces;
  std::vector<uint64_t> ends; ///< Of the pieces, in the file.
  uint64_t bytes = 0;
};

/// The packed weights of arrays that are not computed.
const int8_t *sectionOf(const FileView &file, const ProgramData &data, size_t arrays);

/// A program file in memory that refers to sections of others instead of copying them.
struct ScatteredFile {
  /// All other bytes. A run of them behind a section of others begins at a multiple of 64 from
  /// where it begins in the file.
  std::vector<uint8_t> own;
  struct Section {
    uint64_t offset;    ///< In the file.
    uint64_t ownOffset; ///< Of the bytes behind it, in `own`.
    FileView::Piece piece;
  };
  std::vector<Section> sections;

  /// All pieces, where `data` has the bytes of `own`.
  std::vector<FileView::Piece> pieces(const uint8_t *data) const;
};

/// Streams a program to a file (a temporary beside the target of `path`, renamed by
/// finish()) or, with an empty path, to memory. Every call returns an empty string or the
/// reason of failure.
class ProgramWriter {
public:
  ProgramWriter();
  ~ProgramWriter(); ///< Removes an unfinished temporary file.
  ProgramWriter(const ProgramWriter &) = delete;
  ProgramWriter &operator=(const ProgramWriter &) = delete;

  std::string open(const std::string &path);
  /// Appends a section; `offset` receives its place in the file.
  std::string addSection(const void *data, uint64_t bytes, uint64_t &offset);
  /// The same, but a program in memory refers to the bytes: they must outlive it.
  std::string referToSection(const void *data, uint64_t bytes, uint64_t &offset);
  /// Writes metadata and header and makes the file visible, unless the loader would refuse it.
  std::string finish(const ProgramData &data);
  /// The file, after finish() with an empty path, even if the loader would refuse it; without
  /// sections that it refers to its own bytes are the whole.
  ScatteredFile takeScattered();
  std::vector<uint8_t> takeMemory() { return takeScattered().own; }

private:
  struct State;
  std::unique_ptr<State> state;
};

/// The mnemonic of the xbar dialect; `opcode` is a valid one.
const char *opcodeName(Opcode opcode);

/// Copies the metadata of a program into vectors after verifying all of it as the loader
/// does. Returns an empty string or the reason.
std::string readProgram(const FileView &file, ProgramData &data);
inline std::string readProgram(const uint8_t *file, uint64_t bytes, ProgramData &data) {
  return readProgram(FileView(file, bytes), data);
}

} // namespace cim::format

#endif // CIM_RUNTIME_PROGRAMFILE_H
