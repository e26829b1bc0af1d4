//===- Mutants.cpp - Corrupt programs made from a valid one -----*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See Mutants.h. Vectors that grow are copied to the end of the file, and the offset to
// them is changed.
//
//===----------------------------------------------------------------------===//

#include "Mutants.h"
#include "Checksum.h"
#include "ProgramFields.h"
#include "RandomTest.h"
#include "cim-runtime/ProgramFile.h"

#include <cstring>
#include <map>
#include <numeric>
#include <set>

using namespace cim;
using namespace cim::test;

using Bytes = std::vector<uint8_t>;
using Order = std::vector<size_t>; ///< of the elements of a sequence, repeated or left out

static constexpr size_t kMaxElements = 24; ///< of a sequence that are duplicated, swapped ...
static constexpr size_t kRawMutants = 300; ///< of each kind that is random
static constexpr size_t kPairMutants = 3000;

static uint64_t load(const Bytes &file, uint64_t at, unsigned bytes) {
  uint64_t value = 0; // Little endian, as the files are.
  std::memcpy(&value, file.data() + at, bytes);
  return value;
}

static void store(Bytes &file, uint64_t at, unsigned bytes, uint64_t value) {
  std::memcpy(file.data() + at, &value, bytes);
}

void cim::test::seal(Bytes &file) {
  format::FileHeader header;
  std::memcpy(&header, file.data(), sizeof(header));
  header.fileBytes = file.size();
  if (header.metadataOffset <= file.size()) {
    header.metadataBytes = file.size() - header.metadataOffset;
    header.metadataChecksum =
        format::checksum(file.data() + header.metadataOffset, header.metadataBytes);
  }
  std::memcpy(file.data(), &header, sizeof(header));
}

namespace {

class Mutator {
public:
  Mutator(const Bytes &valid, uint64_t seed, uint64_t stride,
          const std::function<void(const Mutant &)> &visit)
      : valid(valid), fields(findFields(valid)), random(seed), stride(stride), visit(visit),
        metadata(load(valid, offsetof(format::FileHeader, metadataOffset), 8)) {
    for (const Scalar &scalar : fields.scalars)
      peers[scalar.field].push_back(load(valid, scalar.at, scalar.bytes));
  }

  void run() {
    for (const Scalar &scalar : fields.scalars)
      mutateScalar(scalar);
    for (const Sequence &sequence : fields.sequences)
      sequence.isString ? mutateString(sequence) : mutateVector(sequence);
    replaceEverywhere();
    mutatePairs();
    truncate();
    addNoise();
  }

private:
  /// Makes a mutant by `change` unless it is not its turn.
  template <typename Change>
  void emit(const std::string &field, const std::string &what, Change change, bool sealed = true,
            bool mustBeRefused = false) {
    if (count++ % stride != 0)
      return;
    Mutant mutant = {field, what, valid, mustBeRefused};
    change(mutant.file);
    if (sealed && mutant.file.size() >= sizeof(format::FileHeader))
      seal(mutant.file);
    visit(mutant);
  }

  /// What a number may become.
  std::set<uint64_t> getValues(const Scalar &scalar) {
    unsigned bits = scalar.bytes * 8;
    uint64_t value = load(valid, scalar.at, scalar.bytes), sign = uint64_t(1) << (bits - 1);
    std::set<uint64_t> values = {0,         1,          ~uint64_t(0), sign - 1,  sign,
                                 sign >> 1, value + 1,  value - 1,    value ^ 1, value ^ sign,
                                 value * 2, value + 64, value - 64};
    for (int i = 0; i < 2; ++i) {
      values.insert(value ^ (uint64_t(1) << random.in(0, bits - 1)));
      const std::vector<uint64_t> &others = peers[scalar.field];
      values.insert(others[random.in(0, others.size() - 1)]);
    }
    if (bits == 64)
      values.insert({uint64_t(1) << 32, uint64_t(1) << 31, uint64_t(1) << 40});
    if (scalar.isFloat && bits == 32) // Not-a-number, infinities, the smallest and the largest.
      values.insert({0x7fc00000, 0x7f800000, 0xff800000, 0x00800000, 0x7f7fffff});
    if (scalar.isFloat && bits == 64)
      values.insert({uint64_t(0x7ff8) << 48, uint64_t(0x7ff0) << 48, uint64_t(0xfff0) << 48,
                     uint64_t(0x7fef) << 48, uint64_t(0x0010) << 48});
    std::set<uint64_t> different;
    uint64_t mask = sign | (sign - 1);
    for (uint64_t other : values)
      if ((other & mask) != value)
        different.insert(other & mask);
    return different;
  }

  void mutateScalar(const Scalar &scalar) {
    std::string was = std::to_string(load(valid, scalar.at, scalar.bytes)) + " at " +
                      std::to_string(scalar.at) + " becomes ";
    bool inHeader = scalar.at < sizeof(format::FileHeader);
    bool mustBeRefused = inHeader && scalar.field != "header.version"; // Older ones are read.
    for (uint64_t value : getValues(scalar))
      emit(
          scalar.field, was + std::to_string(value),
          [&](Bytes &file) { store(file, scalar.at, scalar.bytes, value); }, !inHeader,
          mustBeRefused);
  }

  void mutateString(const Sequence &string) {
    for (size_t i = 0; i < std::min<size_t>(string.count, 3); ++i)
      for (uint8_t byte : {uint8_t(0), uint8_t(255), uint8_t(random.in(0, 255))})
        emit(string.field, "a byte becomes " + std::to_string(byte), [&](Bytes &file) {
          file[string.at + 4 + random.in(0, string.count)] = byte; // The last ends the string.
        });
    reorder(string, "emptied", {});
  }

  void mutateVector(const Sequence &vector) {
    Order all(vector.count);
    std::iota(all.begin(), all.end(), 0);
    reorder(vector, "emptied", {});
    reorder(vector, "reversed", Order(all.rbegin(), all.rend()));
    Order twice = all;
    twice.insert(twice.end(), all.begin(), all.end());
    reorder(vector, "doubled", twice);
    for (size_t i = 0; i < std::min(kMaxElements, all.size()); ++i) {
      size_t at = all.size() <= kMaxElements ? i : random.in(0, all.size() - 1);
      std::string name = "element " + std::to_string(at);
      Order changed = all;
      changed.erase(changed.begin() + at);
      reorder(vector, name + " left out", changed);
      changed = all;
      changed.insert(changed.begin() + at, at);
      reorder(vector, name + " duplicated", changed);
      changed = all;
      std::swap(changed[at], changed[random.in(0, all.size() - 1)]);
      reorder(vector, name + " swapped", changed);
    }
  }

  void reorder(const Sequence &sequence, const std::string &what, Order order) {
    // Offsets point forwards only: their vector stays in its place.
    if (sequence.holdsOffsets)
      order.resize(std::min<size_t>(order.size(), sequence.count));
    emit(sequence.field, what, [&](Bytes &file) {
      uint64_t at = sequence.at;
      if (order.size() > sequence.count) {
        file.resize((file.size() + 7) / 8 * 8 + 4);
        at = file.size();
        file.resize(at + 4 + order.size() * sequence.elementBytes);
        store(file, sequence.offsetAt, 4, at - sequence.offsetAt);
      }
      store(file, at, 4, order.size());
      for (size_t i = 0; i < order.size(); ++i) {
        uint64_t from = sequence.at + 4 + order[i] * sequence.elementBytes;
        uint64_t to = at + 4 + i * sequence.elementBytes;
        if (sequence.holdsOffsets)
          store(file, to, 4, from + load(valid, from, 4) - to);
        else
          std::memcpy(file.data() + to, valid.data() + from, sequence.elementBytes);
      }
    });
  }

  const Scalar &anyScalar() { return fields.scalars[random.in(0, fields.scalars.size() - 1)]; }

  uint64_t anyValue(const Scalar &scalar) {
    std::set<uint64_t> values = getValues(scalar);
    return *std::next(values.begin(), random.in(0, values.size() - 1));
  }

  /// One number wherever it is: sizes change in all places that must agree.
  void replaceEverywhere() {
    std::map<std::pair<unsigned, uint64_t>, std::vector<const Scalar *>> places;
    for (const Scalar &scalar : fields.scalars)
      if (scalar.at >= metadata && scalar.bytes >= 4)
        places[{scalar.bytes, load(valid, scalar.at, scalar.bytes)}].push_back(&scalar);
    for (auto &place : places)
      for (uint64_t value : getValues(*place.second.front()))
        emit("everywhere", std::to_string(place.first.second) + " becomes " + std::to_string(value),
             [&](Bytes &file) {
               for (const Scalar *scalar : place.second)
                 store(file, scalar->at, scalar->bytes, value);
             });
  }

  void mutatePairs() {
    for (size_t i = 0; i < kPairMutants; ++i) {
      const Scalar &first = anyScalar(), &second = anyScalar();
      uint64_t one = anyValue(first), two = anyValue(second);
      emit("pair", first.field + " and " + second.field, [&](Bytes &file) {
        store(file, first.at, first.bytes, one);
        store(file, second.at, second.bytes, two);
      });
    }
  }

  void truncate() {
    std::set<uint64_t> sizes = {0, 1, 7, 8, 63, 64, 65, metadata, valid.size() - 1};
    for (uint64_t around : {metadata - 1, metadata + 1, metadata + 4, metadata + 8, metadata + 12})
      sizes.insert(std::min<uint64_t>(around, valid.size() - 1));
    uint64_t step = (valid.size() / kRawMutants / 64 + 1) * 64;
    for (uint64_t size = 0; size < valid.size(); size += step)
      sizes.insert(size);
    for (size_t i = 0; i < kRawMutants; ++i)
      sizes.insert(random.in(metadata, valid.size() - 1));
    for (uint64_t size : sizes)
      for (bool sealed : {false, true})
        emit(
            "truncated", "to " + std::to_string(size), [&](Bytes &file) { file.resize(size); },
            sealed, /*mustBeRefused=*/!sealed || size < metadata);
    emit("extended", "by a byte", [&](Bytes &file) { file.push_back(0); }, false, true);
  }

  /// Bytes that change, appear and vanish.
  void addNoise() {
    const uint64_t begin = sizeof(format::FileHeader);
    for (size_t i = 0; i < kRawMutants; ++i) {
      uint64_t at = random.in(begin, valid.size() - 1);
      uint64_t inMetadata = random.in(metadata, valid.size() - 1);
      auto change = [&](Bytes &file) { file[inMetadata] ^= random.in(1, 255); };
      std::string where = "at " + std::to_string(at);
      emit("checksum", "a byte of metadata changes", change, false, true);
      emit("metadata", "some bytes change", [&](Bytes &file) {
        change(file);
        file[random.in(metadata, valid.size() - 1)] = random.in(0, 255);
      });
      emit("noise", where, [&](Bytes &file) {
        for (int64_t j = random.in(1, 16); j > 0; --j)
          file[random.in(begin, valid.size() - 1)] = random.in(0, 255);
      });
      emit("inserted", where, [&](Bytes &file) {
        file.insert(file.begin() + at, random.in(1, 70), uint8_t(random.in(0, 255)));
      });
      emit("removed", where, [&](Bytes &file) {
        uint64_t end = std::min<uint64_t>(at + random.in(1, 70), valid.size());
        file.erase(file.begin() + at, file.begin() + end);
      });
    }
  }

  const Bytes &valid;
  ProgramFields fields;
  Random random;
  uint64_t stride;
  const std::function<void(const Mutant &)> &visit;
  uint64_t metadata; ///< where it begins
  uint64_t count = 0;
  std::map<std::string, std::vector<uint64_t>> peers; ///< the values of each field
};

} // namespace

void cim::test::forEachMutant(const Bytes &file, uint64_t seed, uint64_t stride,
                              const std::function<void(const Mutant &)> &visit) {
  Mutator(file, seed, stride, visit).run();
}
