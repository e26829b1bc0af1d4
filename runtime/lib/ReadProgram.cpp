//===- ReadProgram.cpp - Reading program files ------------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Checks the header and its sizes, the checksum, then the FlatBuffer with tight
// limits, copies the metadata into vectors and has all of it verified.
//
//===----------------------------------------------------------------------===//

#include "Checksum.h"
#include "Verify.h"

#include <algorithm>
#include <cstring>

using namespace cim::format;

/// FlatBuffers are addressed by 32 bits.
static constexpr uint64_t kMaxMetadataBytes = (uint64_t(1) << 31) - 64;

static std::string readHeader(const FileView &file, FileHeader &header) {
  uint64_t bytes = file.size();
  if (!file.isWhole(0, sizeof(FileHeader)))
    return "not a program: shorter than a header";
  memcpy(&header, file.at(0), sizeof(header));
  if (memcmp(header.magic, kMagic, sizeof(kMagic)) != 0)
    return "not a program: wrong magic bytes";
  if (header.version < 1 || header.version > kVersion)
    return "'version' must be in 1.." + std::to_string(kVersion) + ", got " +
           std::to_string(header.version);
  if (header.headerBytes != sizeof(FileHeader))
    return "'headerBytes' must be " + std::to_string(sizeof(FileHeader)) + ", got " +
           std::to_string(header.headerBytes);
  if (header.fileBytes != bytes)
    return "the file must have " + std::to_string(header.fileBytes) + " bytes, got " +
           std::to_string(bytes);
  if (header.metadataBytes > kMaxMetadataBytes || header.metadataOffset % kSectionAlignment != 0 ||
      header.metadataOffset < sizeof(FileHeader) || header.metadataOffset > bytes ||
      header.metadataBytes != bytes - header.metadataOffset)
    return "metadata must be aligned and end the file, got offset " +
           std::to_string(header.metadataOffset) + " and " + std::to_string(header.metadataBytes) +
           " bytes of " + std::to_string(bytes);
  if (header.reserved[0] != 0 || header.reserved[1] != 0)
    return "reserved fields of the header must be 0";
  if (!file.isWhole(header.metadataOffset, header.metadataBytes))
    return "the metadata must be in one piece";
  if (checksum(file.at(header.metadataOffset), header.metadataBytes) != header.metadataChecksum)
    return "the checksum of the metadata is wrong";
  return {};
}

/// True if a field that version 2 added to a struct is set: it was padding before.
static bool hasFieldsOfVersion2(const ProgramData &data) {
  return std::any_of(data.mvms.begin(), data.mvms.end(),
                     [](const Mvm &mvm) { return mvm.encoding() != 0; }) ||
         std::any_of(data.arrays.begin(), data.arrays.end(), isComputed);
}

/// True if the program needs a version of 4 at least.
static bool hasFieldsOfVersion4(const ProgramData &data) {
  return !data.extras.empty() ||
         std::any_of(data.arrays.begin(), data.arrays.end(), [](const Arrays &arrays) {
           return arrays.kind() == MappingKind_Offset ||
                  arrays.kind() == MappingKind_TwosComplement;
         });
}

/// True if an ADC converts outputs, as from version 6 on.
static bool hasOutputAdcs(const ProgramData &data) {
  return std::any_of(data.mvms.begin(), data.mvms.end(),
                     [](const Mvm &mvm) { return mvm.adc() == AdcKind_Preactivation; });
}

/// True if the layouts of weights are those of versions 1 to 4: in slices where there is an ADC.
static bool hasOldLayouts(const ProgramData &data) {
  return std::all_of(data.mvms.begin(), data.mvms.end(), [&](const Mvm &mvm) {
    return mvm.arrays() >= data.arrays.size() ||
           data.arrays[mvm.arrays()].whole() == (mvm.adc() == AdcKind_Ideal);
  });
}

/// True if the program needs a version of 6 at least.
static bool hasFieldsOfVersion6(const ProgramData &data) {
  return std::any_of(data.extras.begin(), data.extras.end(), [&](const MvmExtra &extra) {
    if (extra.reference() < 0 || extra.mvm() >= data.mvms.size())
      return false;
    uint32_t arrays = data.mvms[extra.mvm()].arrays();
    return arrays < data.arrays.size() && isDifferential(data.arrays[arrays].kind());
  });
}

static std::string copyString(const flatbuffers::String *string) {
  return string ? string->str() : std::string();
}

/// Copies bytes: FlatBuffers' verifier does not look at the alignment of elements.
template <typename Element, typename T>
static void copyElements(const flatbuffers::Vector<Element> *from, std::vector<T> &to) {
  if (!from || from->size() == 0)
    return;
  to.resize(from->size());
  memcpy(to.data(), from->Data(), to.size() * sizeof(T));
}

/// Offsets to strings may repeat, so their sum is limited to that of an honest file.
static bool copyStrings(const flatbuffers::Vector<flatbuffers::Offset<flatbuffers::String>> *from,
                        uint64_t limit, std::vector<std::string> &to) {
  uint64_t total = 0;
  for (size_t i = 0; from && i < from->size(); ++i) {
    total += from->Get(i)->size();
    if (total > limit)
      return false;
    to.push_back(from->Get(i)->str());
  }
  return true;
}

MvmExtra cim::format::findExtra(const ProgramData &data, uint32_t mvm) {
  auto entry =
      std::lower_bound(data.extras.begin(), data.extras.end(), mvm,
                       [](const MvmExtra &extra, uint32_t index) { return extra.mvm() < index; });
  bool found = entry != data.extras.end() && entry->mvm() == mvm;
  return found ? *entry : MvmExtra(mvm, -1, -1, -1);
}

const int8_t *cim::format::sectionOf(const FileView &file, const ProgramData &data, size_t arrays) {
  if (!data.joined.empty() && !data.joined[arrays].empty())
    return data.joined[arrays].data();
  return reinterpret_cast<const int8_t *>(file.at(data.arrays[arrays].section_offset()));
}

std::string cim::format::readProgram(const FileView &file, ProgramData &data) {
  data = ProgramData();
  FileHeader header;
  std::string reason = readHeader(file, header);
  if (!reason.empty())
    return reason;
  const uint8_t *metadata = file.at(header.metadataOffset);
  flatbuffers::Verifier verifier(metadata, header.metadataBytes, /*max_depth=*/4,
                                 /*max_tables=*/4);
  // The file begins with the offset of the root table and the identifier.
  if (header.metadataBytes < 2 * sizeof(flatbuffers::uoffset_t) || !VerifyProgramBuffer(verifier))
    return "the metadata is malformed";
  const Program *program = GetProgram(metadata);
  data.name = copyString(program->name());
  data.producer = copyString(program->producer());
  data.target = copyString(program->target());
  data.uncalibrated = program->uncalibrated();
  data.arenaBytes = program->arena_bytes();
  if (!copyStrings(program->strings(), header.metadataBytes, data.strings))
    return "strings must not be shared";
  copyElements(program->tensors(), data.tensors);
  copyElements(program->ints(), data.ints);
  copyElements(program->operands(), data.operands);
  copyElements(program->windows(), data.windows);
  copyElements(program->arrays(), data.arrays);
  copyElements(program->mvms(), data.mvms);
  copyElements(program->clamps(), data.clamps);
  copyElements(program->instructions(), data.instructions);
  copyElements(program->inputs(), data.inputs);
  copyElements(program->outputs(), data.outputs);
  copyElements(program->extras(), data.extras);
  if (header.version < 2 && hasFieldsOfVersion2(data))
    return "a program of version 1 must have no 'encoding' and no 'weight_scale'";
  if (header.version < 4 && hasFieldsOfVersion4(data))
    return "a program of version 3 or less must have differential arrays and no 'extras', got "
           "version " +
           std::to_string(header.version);
  if (header.version < 5 && !hasOldLayouts(data))
    return "a program of version 4 or less must have 'whole' arrays exactly for ideal ADCs";
  if (header.version < 6 && hasOutputAdcs(data))
    return "a program of version 5 or less must have no ADC of outputs, got version " +
           std::to_string(header.version);
  if (header.version >= 5 && !std::all_of(data.arrays.begin(), data.arrays.end(),
                                          [](const Arrays &arrays) { return arrays.whole(); }))
    return "a program of version 5 or more must have 'whole' arrays";
  if (header.version < 6 && hasFieldsOfVersion6(data))
    return "a program of version 5 or less must have no 'reference' of differential arrays, got "
           "version " +
           std::to_string(header.version);
  return Verifier(data, file, header.metadataOffset).run();
}
