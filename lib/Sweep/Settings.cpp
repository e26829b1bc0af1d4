//===- Settings.cpp - What the keys of a grid mean --------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See Settings.h.
//
//===----------------------------------------------------------------------===//

#include "Settings.h"

#include "cim-mlir/Pipeline/Options.h"
#include "cim-runtime/cim_runtime.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/xxhash.h"

using namespace cim;
using namespace cim::sweep;
using llvm::StringRef;

/// Keys that decide what a program is run on, but not the program.
static constexpr StringRef kDataKeys[] = {"dataset",   "labels", "images",
                                          "variation", "seed",   "trials"};

static std::string hash(StringRef text) {
  llvm::XXH128_hash_t value = llvm::xxh3_128bits(llvm::arrayRefFromStringRef(text));
  return llvm::utohexstr(value.high64, true, 16) + llvm::utohexstr(value.low64, true, 16);
}

std::string Settings::hashFile(StringRef path) {
  auto [entry, isNew] = hashes.try_emplace(path);
  if (isNew && llvm::sys::fs::is_regular_file(path))
    if (auto buffer = llvm::MemoryBuffer::getFile(path))
      entry->second = hash((*buffer)->getBuffer());
  return entry->second;
}

/// Gives `path` the file that a value names.
std::string Settings::setFile(StringRef key, StringRef value, std::string &path) {
  llvm::SmallString<256> name(value);
  if (!llvm::sys::path::is_absolute(name)) {
    name = folder;
    llvm::sys::path::append(name, value);
  }
  path = name.str().str();
  if (!hashFile(path).empty())
    return "";
  return ("'" + key + "' must name a file that can be read, got '" + path + "'").str();
}

static const NamedOption *findOption(StringRef key) {
  const std::vector<NamedOption> &options = getNamedOptions();
  auto found = llvm::find_if(options, [&](auto &option) { return option.name == key; });
  return found == options.end() ? nullptr : &*found;
}

/// Whether a value is the name of a file, whose contents count.
static bool isFile(StringRef key, StringRef value) {
  const NamedOption *option = findOption(key);
  return key == "model" || key == "dataset" || key == "labels" ||
         (option && option->kind == NamedOption::Kind::File && !value.starts_with("random:"));
}

static std::string setNumber(StringRef key, StringRef value, int64_t least, int64_t &number) {
  if (!value.getAsInteger(10, number) && number >= least)
    return "";
  return ("'" + key + "' must be an integer of at least " + llvm::Twine(least) + ", got '" + value +
          "'")
      .str();
}

/// `none` is a value, too: one that an axis begins with.
static std::string setVariation(StringRef value, std::string &text) {
  text = value == "none" ? "" : value.str();
  cim_variation variation;
  cim_message message = {};
  if (text.empty() || cim_variation_parse(text.c_str(), &variation, &message) == CIM_OK)
    return "";
  return std::string("'variation': ") + message.text;
}

std::string Settings::set(StringRef key, StringRef value, Point &point) {
  point.settings.emplace_back(key, value);
  std::string path = value.str();
  if (isFile(key, value))
    if (std::string error = setFile(key, value, path); !error.empty())
      return error;
  if (key == "model")
    point.compile.input = path;
  else if (key == "dataset")
    point.dataset = path;
  else if (key == "labels")
    point.labels = path;
  else if (key == "images")
    return setNumber(key, value, 1, point.images);
  else if (key == "seed")
    return setNumber(key, value, 0, point.seed);
  else if (key == "trials")
    return setNumber(key, value, 1, point.trials);
  else if (key == "variation")
    return setVariation(value, point.variation);
  else if (const NamedOption *option = findOption(key))
    return readOption(*option, key, path, point.compile);
  else
    point.compile.targetSettings.emplace_back(key, value);
  return "";
}

std::string Settings::finish(Point &point) {
  if (point.compile.input.empty())
    return "the key 'model' is missing";
  if (point.dataset.empty() != point.labels.empty())
    return std::string("the key '") + (point.dataset.empty() ? "dataset" : "labels") +
           "' is missing, '" + (point.dataset.empty() ? "labels" : "dataset") + "' needs it";
  for (const auto &[key, value] : point.settings)
    if (point.dataset.empty() && llvm::is_contained(kDataKeys, key))
      return "the key 'dataset' is missing, '" + key + "' needs it";
  auto settings = point.settings;
  llvm::sort(settings);
  std::string program, data;
  for (const auto &[key, value] : settings) {
    std::string content = value;
    if (std::string path; isFile(key, value) && setFile(key, value, path).empty())
      content = hashFile(path);
    (llvm::is_contained(kDataKeys, key) ? data : program) += key + "=" + content + "\n";
  }
  point.program = hash(program);
  std::string tool = hashFile(llvm::sys::fs::getMainExecutable(nullptr, nullptr));
  point.key = hash(program + data + tool);
  return "";
}
