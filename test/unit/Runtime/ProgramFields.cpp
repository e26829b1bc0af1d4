//===- ProgramFields.cpp - Every field of a program file --------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Walks a file along the binary schema that flatc embeds in a header.
//
//===----------------------------------------------------------------------===//

#include "ProgramFields.h"
#include "cim-runtime/ProgramFile.h"
#include "cim-runtime/program_bfbs_generated.h"

#include <cstddef>
#include <cstring>
#include <flatbuffers/reflection.h>

using namespace cim;
using namespace cim::test;

static const reflection::Schema &getSchema() {
  return *reflection::GetSchema(format::ProgramBinarySchema::data());
}

/// A type without its name: `element` says what a vector or an array holds.
struct Type {
  reflection::BaseType base, element;
  int index; ///< of the object
  unsigned length;

  Type(const reflection::Type &type)
      : base(type.base_type()), element(type.element()), index(type.index()),
        length(type.fixed_length()) {}
  Type ofElement() const {
    Type type = *this;
    type.base = element;
    return type;
  }
  const reflection::Object &object() const { return *getSchema().objects()->Get(index); }
  bool isScalar() const { return flatbuffers::IsScalar(base); }
  uint64_t inlineBytes() const { return flatbuffers::GetTypeSizeInline(base, index, getSchema()); }
};

namespace {

class Finder {
public:
  explicit Finder(const std::vector<uint8_t> &file) : file(file) {}

  ProgramFields run() {
    addHeader();
    uint64_t metadata = load<uint64_t>(offsetof(format::FileHeader, metadataOffset));
    for (unsigned i = 0; i < 4; ++i)
      addScalar("identifier", metadata + 4 + i, 1);
    addScalar("root.offset", metadata, 4);
    addTable(*getSchema().root_table(), metadata + load<uint32_t>(metadata), "");
    return std::move(fields);
  }

private:
  template <typename T> T load(uint64_t at) const {
    T value;
    std::memcpy(&value, file.data() + at, sizeof(T));
    return value;
  }

  void addScalar(std::string field, uint64_t at, unsigned bytes, bool isFloat = false) {
    fields.scalars.push_back({std::move(field), at, bytes, isFloat});
  }

  void addHeader() {
    for (unsigned i = 0; i < 8; ++i)
      addScalar("header.magic", i, 1);
    addScalar("header.version", 8, 4);
    addScalar("header.headerBytes", 12, 4);
    const char *const names[] = {"header.fileBytes",     "header.metadataOffset",
                                 "header.metadataBytes", "header.metadataChecksum",
                                 "header.reserved",      "header.reserved"};
    static_assert(16 + 8 * sizeof(names) / sizeof(*names) == sizeof(format::FileHeader), "");
    uint64_t at = 16;
    for (const char *name : names) {
      addScalar(name, at, 8);
      at += 8;
    }
  }

  void addTable(const reflection::Object &object, uint64_t at, const std::string &name) {
    addScalar(name + "vtable", at, 4);
    uint64_t vtable = at - load<int32_t>(at);
    uint16_t vtableBytes = load<uint16_t>(vtable);
    for (uint16_t entry = 0; entry < vtableBytes; entry += 2)
      addScalar(name + "vtable", vtable + entry, 2);
    for (const reflection::Field *field : *object.fields())
      if (field->offset() < vtableBytes && load<uint16_t>(vtable + field->offset()) != 0)
        addValue(*field->type(), at + load<uint16_t>(vtable + field->offset()),
                 name + field->name()->str());
  }

  void addValue(const Type &type, uint64_t at, const std::string &name) {
    if (type.isScalar()) {
      addScalar(name, at, type.inlineBytes(), flatbuffers::IsFloat(type.base));
    } else if (type.base == reflection::Array) {
      for (unsigned i = 0; i < type.length; ++i)
        addValue(type.ofElement(), at + i * type.ofElement().inlineBytes(), name);
    } else if (type.base == reflection::Obj && type.object().is_struct()) {
      for (const reflection::Field *field : *type.object().fields())
        addValue(*field->type(), at + field->offset(), name + "." + field->name()->str());
    } else {
      addScalar(name + ".offset", at, 4);
      uint64_t target = at + load<uint32_t>(at);
      if (type.base == reflection::Obj)
        addTable(type.object(), target, name + ".");
      else
        addSequence(type, at, target, name);
    }
  }

  void addSequence(const Type &type, uint64_t offsetAt, uint64_t at, const std::string &name) {
    bool isString = type.base == reflection::String;
    uint64_t elementBytes = isString ? 1 : type.ofElement().inlineBytes();
    bool holdsOffsets = !isString && type.element == reflection::String;
    uint32_t count = load<uint32_t>(at);
    addScalar(name + ".length", at, 4);
    fields.sequences.push_back({name, offsetAt, at, elementBytes, count, holdsOffsets, isString});
    for (uint32_t i = 0; !isString && i < count; ++i)
      addValue(type.ofElement(), at + 4 + i * elementBytes, name + (holdsOffsets ? "[]" : ""));
  }

  const std::vector<uint8_t> &file;
  ProgramFields fields;
};

} // namespace

ProgramFields cim::test::findFields(const std::vector<uint8_t> &file) { return Finder(file).run(); }

static void addLeaves(const Type &type, const std::string &name, std::set<std::string> &leaves) {
  if (type.base == reflection::Vector || type.base == reflection::Array)
    return addLeaves(type.ofElement(), name + (type.element == reflection::String ? "[]" : ""),
                     leaves);
  if (type.base != reflection::Obj) {
    leaves.insert(name);
    return;
  }
  for (const reflection::Field *field : *type.object().fields())
    addLeaves(*field->type(), name + "." + field->name()->str(), leaves);
}

std::set<std::string> cim::test::schemaFields() {
  std::set<std::string> leaves;
  for (const reflection::Field *field : *getSchema().root_table()->fields())
    addLeaves(*field->type(), field->name()->str(), leaves);
  return leaves;
}
