//===- JsonReader.cpp - JSON, pulled value by value -------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See JsonReader.h.
//
//===----------------------------------------------------------------------===//

#include "JsonReader.h"
#include "Layers.h"
#include "mlir/IR/Diagnostics.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/ConvertUTF.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;
using namespace cim;

//===----------------------------------------------------------------------===//
// Places
//===----------------------------------------------------------------------===//

char JsonReader::peek() {
  position = std::min(text.find_first_not_of(" \t\r\n", position), text.size());
  return position < text.size() ? text[position] : 0;
}

bool JsonReader::take(char wanted) {
  if (peek() != wanted || position == text.size())
    return false;
  ++position;
  return true;
}

Location JsonReader::getLoc(size_t offset) {
  if (offset < counted)
    line = 1, lineBegin = 0, counted = 0;
  for (; counted < offset; ++counted)
    if (text[counted] == '\n') {
      ++line;
      lineBegin = counted + 1;
    }
  return FileLineColLoc::get(context, path, line, offset - lineBegin + 1);
}

std::string JsonReader::describe() {
  switch (peek()) {
  case '{':
    return "an object";
  case '[':
    return "an array";
  case 0:
    if (position == text.size())
      return "the end of the file";
  }
  constexpr size_t kMaxShown = 40;
  StringRef rest = text.drop_front(position);
  StringRef shown = rest.take_front(rest.find_first_of("\r\n"));
  shown = shown.front() == '"'
              ? shown.take_front(shown.find('"', 1)).drop_front()
              : shown.take_front(std::max<size_t>(shown.find_first_of(" ,:]}"), 1));
  std::string result;
  llvm::raw_string_ostream os(result);
  llvm::printEscapedString(shown.take_front(kMaxShown), os);
  return "'" + result + (shown.size() > kMaxShown ? "...'" : "'");
}

//===----------------------------------------------------------------------===//
// Values
//===----------------------------------------------------------------------===//

LogicalResult JsonReader::expect(char wanted, StringRef alternative) {
  if (take(wanted))
    return success();
  return error() << "expected '" << wanted << "'" << alternative << ", got " << describe();
}

LogicalResult JsonReader::object(StringRef what,
                                 llvm::function_ref<LogicalResult(StringRef)> member) {
  if (!take('{'))
    return error() << what << " must be an object, got " << describe();
  if (take('}'))
    return success();
  llvm::StringSet<> seen;
  do {
    std::string key;
    keyBegin = getOffset();
    if (failed(string("a key", key)))
      return failure();
    if (!seen.insert(key).second)
      return emitError(getKeyLoc())
             << "the key '" << shorten(key) << "' of " << what << " is given twice";
    if (failed(expect(':', "")) || failed(member(key)))
      return failure();
  } while (take(','));
  return expect('}', " or ','");
}

LogicalResult JsonReader::array(StringRef what, llvm::function_ref<LogicalResult()> element) {
  if (!take('['))
    return error() << what << " must be an array, got " << describe();
  if (take(']'))
    return success();
  do {
    if (failed(element()))
      return failure();
  } while (take(','));
  return expect(']', " or ','");
}

bool JsonReader::hex(uint32_t &unit) {
  StringRef digits = text.substr(position, 4);
  if (digits.size() != 4 || !llvm::all_of(digits, llvm::isHexDigit))
    return false;
  position += 4;
  return !digits.getAsInteger(16, unit);
}

/// Reads what follows a backslash.
LogicalResult JsonReader::escape(std::string &value) {
  static constexpr StringRef kLetters = "\"\\/bfnrt", kMeanings = "\"\\/\b\f\n\r\t";
  char letter = position < text.size() ? text[position++] : 0;
  if (size_t index = kLetters.find(letter); index != StringRef::npos) {
    value += kMeanings[index];
    return success();
  }
  uint32_t unit = 0, low = 0;
  bool valid = letter == 'u' && hex(unit);
  if (valid && unit >= 0xD800 && unit < 0xE000) { // Half of a surrogate pair.
    valid = unit < 0xDC00 && text.substr(position).starts_with("\\u");
    position += valid ? 2 : 0;
    valid = valid && hex(low) && low >= 0xDC00 && low < 0xE000;
    unit = 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00);
  }
  char bytes[UNI_MAX_UTF8_BYTES_PER_CODE_POINT], *end = bytes;
  if (!valid || !llvm::ConvertCodePointToUTF8(unit, end))
    return emitError(getLoc(std::min(position, text.size()))) << "invalid escape in a string";
  value.append(bytes, end);
  return success();
}

LogicalResult JsonReader::string(StringRef what, std::string &value) {
  if (!take('"'))
    return error() << what << " must be a string, got " << describe();
  while (position < text.size()) {
    char character = text[position];
    if (static_cast<unsigned char>(character) < 0x20)
      return emitError(getLoc(position)) << "invalid control character in a string";
    ++position;
    if (character == '"')
      return success();
    if (character != '\\')
      value += character;
    else if (failed(escape(value)))
      return failure();
  }
  return emitError(getLoc(position)) << "a string does not end";
}

/// How many digits `text` begins with.
static size_t countDigits(StringRef text) {
  return std::min(text.find_first_not_of("0123456789"), text.size());
}

StringRef JsonReader::number() {
  StringRef rest = text.drop_front(getOffset());
  auto takeDigits = [&] {
    size_t count = countDigits(rest);
    rest = rest.drop_front(count);
    return count > 0;
  };
  auto takeOneOf = [&](StringRef characters) {
    bool found = !rest.empty() && characters.contains(rest.front());
    rest = rest.drop_front(found);
    return found;
  };
  takeOneOf("-");
  bool valid = takeOneOf("0") || takeDigits();
  if (valid && takeOneOf("."))
    valid = takeDigits();
  if (valid && takeOneOf("eE")) {
    takeOneOf("+-");
    valid = takeDigits();
  }
  // What begins like a number but goes on differently is none: 012, 1x.
  valid = valid && (rest.empty() || StringRef(" \t\r\n,]}").contains(rest.front()));
  return valid ? text.slice(position, text.size() - rest.size()) : "";
}

LogicalResult JsonReader::end() {
  peek();
  if (position == text.size())
    return success();
  return error() << "expected the end of the file, got " << describe();
}
