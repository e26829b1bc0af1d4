//===- Section.h - Maps of a target file ------------------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Each map of a target file is a Section: the keys that are asked of it are those it may
// have. Asking also records what the documentation says of a key, so that reader and
// documentation cannot differ. The first error ends the reading. yaml-cpp throws.
//
//===----------------------------------------------------------------------===//

#ifndef CIM_LIB_TARGET_SECTION_H
#define CIM_LIB_TARGET_SECTION_H

#include "cim-mlir/Target/TargetDescription.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include <yaml-cpp/yaml.h>

namespace cim {

/// What the documentation says of a key.
struct Key {
  llvm::StringRef name;
  llvm::StringRef unit;
  llvm::StringRef meaning;
  /// Where the default is from.
  llvm::StringRef source;
  /// The field of a Violation that the key decides, if its name does not say so.
  llvm::StringRef field = {};
};

/// A key that was asked for. `node` is undefined if the file does not have it.
struct KeyRecord {
  TargetKey documentation;
  std::string field;
  YAML::Node node;
};

/// Where errors and the keys go.
struct Reader {
  llvm::StringRef path;
  mlir::MLIRContext *context;
  std::vector<KeyRecord> keys = {};
  /// Only the first error is reported.
  bool failed = false;

  void error(const YAML::Mark &mark, const llvm::Twine &message);
};

/// One map of the file. Accessors leave `value` alone if the key is absent.
class Section {
public:
  Section(Reader &reader, YAML::Node node, std::string name = "");

  bool isPresent() const { return node.IsDefined(); }

  Section section(llvm::StringRef key) { return Section(reader, find(key), qualified(key)); }

  bool has(llvm::StringRef key) { return find(key).IsDefined(); }

  void require(llvm::StringRef key);

  /// Requires `holds` of the value of a key.
  void check(llvm::StringRef key, bool holds, const llvm::Twine &rule);

  void integer(const Key &key, int64_t min, int64_t max, int64_t &value);
  /// A list, which may be empty.
  void integers(const Key &key, int64_t min, int64_t max, std::vector<int64_t> &values);
  void number(const Key &key, double min, double max, double &value);

  /// One word of `choices`; several words may mean the same.
  template <typename T>
  void choice(const Key &key, llvm::ArrayRef<std::pair<llvm::StringRef, T>> choices, T &value) {
    YAML::Node found = find(key.name);
    bool valid = false;
    for (auto [word, meaning] : choices)
      if (found.IsDefined() && found.IsScalar() && found.Scalar() == word) {
        value = meaning;
        valid = true;
      }
    std::string words = llvm::join(llvm::make_first_range(choices), ", ");
    check(key.name, valid, "one of " + words);
    auto *chosen = llvm::find_if(choices, [&](auto &choice) { return choice.second == value; });
    record(key, words, chosen->first.str());
  }

  /// Refuses keys that nobody asked for, and keys given twice.
  void finish();

private:
  /// The value of a key, undefined if it is absent.
  YAML::Node find(llvm::StringRef key);
  std::string qualified(llvm::StringRef key) const;
  void record(const Key &key, std::string range, std::string value);

  Reader &reader;
  YAML::Node node;
  std::string name;
  llvm::SmallVector<std::string> known;
};

} // namespace cim

#endif // CIM_LIB_TARGET_SECTION_H
