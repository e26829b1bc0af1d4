//===- MlirMutator.cpp - Modules changed by tokens --------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See MlirMutator.h.
//
//===----------------------------------------------------------------------===//

#include "MlirMutator.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringExtras.h"
#include <random>

using namespace llvm;

static constexpr StringLiteral kNumbers[] = {
    "-1", "0",  "1",     "2",          "3",           "4",          "5",
    "7",  "8",  "16",    "31",         "64",          "127",        "128",
    "-2", "-8", "256",   "65536",      "2147483647",  "2147483648", "-2147483648",
    "?",  "*",  "1.0e9", "1073741824", "-2147483649", "0x7FC00000", "9223372036854775807",
    "6",  "9",  "4096"};

static constexpr StringLiteral kWords[] = {
    "i1",
    "i4",
    "i8",
    "ui8",
    "i16",
    "i32",
    "i48",
    "i64",
    "f16",
    "bf16",
    "f32",
    "f64",
    "index",
    "complex<f32>",
    "tensor<*xf32>",
    "tensor<f32>",
    "tensor<?xf32>",
    "tensor<0xf32>",
    "tensor<1x4x4x1xf32>",
    "tensor<1x1x1x1x1x1x1xf32>",
    "tensor<4xi8, \"a\">",
    "vector<4xf32>",
    "memref<4xf32>",
    "!tosa.shape<4>",
    "!tosa.shape<0>",
    "none",
    "tuple<f32>",
    "!quant.uniform<i8:f32, 0.5:3>",
    "!quant.uniform<i8:f32:0, {0.5, 0.25}>",
    "!quant.uniform<i8:f32, 1.0e-38>",
    "dense<0.0>",
    "dense<-1>",
    "dense<[]>",
    "dense<0x7F800000>",
    "dense_resource<missing>",
    "sparse<[0], [1.0]>",
    "array<i64>",
    "array<i64: -1, 0>",
    "array<i32: 0, 0>",
    "-1 : i32",
    "4294967295 : i64",
    "unit",
    "\"\"",
    "@f",
    "private",
    "true",
};

namespace {

/// A piece of the text: a number, a word or one other character.
struct Token {
  size_t begin, end;
  bool isNumber;
};

class Mutator {
public:
  Mutator(std::string &text, unsigned seed) : text(text), random(seed) {}

  void mutate() {
    tokenize();
    if (tokens.empty())
      return;
    switch (pick(10)) {
    case 0:
      return moveLine();
    case 1:
      return replace(anyToken(), kWords[pick(std::size(kWords))].str());
    case 2:
    case 3:
      return replace(anyToken(), str(anyToken()));
    case 4:
      return replaceAll();
    default:
      return changeNumber();
    }
  }

private:
  size_t pick(size_t count) { return random() % count; }
  const Token &anyToken() { return tokens[pick(tokens.size())]; }
  std::string str(const Token &token) { return text.substr(token.begin, token.end - token.begin); }
  void replace(const Token &token, const std::string &with) {
    text.replace(token.begin, token.end - token.begin, with);
  }

  static bool isWord(char c) { return isAlnum(c) || StringRef("_.$%@#!").contains(c); }

  void tokenize() {
    tokens.clear();
    for (size_t i = 0; i < text.size();) {
      size_t begin = i++;
      // The digits of `4x4xf32` and `i8` are numbers of their own, those of `%12` are not.
      bool isNumber = isDigit(text[begin]);
      if (isNumber)
        while (i < text.size() && isDigit(text[i]))
          ++i;
      else if (isWord(text[begin]) && text[begin] != 'x')
        while (i < text.size() && isWord(text[i]))
          ++i;
      if (!isSpace(text[begin]))
        tokens.push_back({begin, i, isNumber});
    }
  }

  std::string newNumber(const std::string &old) {
    int64_t value = 0;
    if (pick(3) != 0 || StringRef(old).getAsInteger(10, value))
      return kNumbers[pick(std::size(kNumbers))].str();
    return std::to_string(int64_t(uint64_t(value) + pick(5) - 2));
  }

  const Token *anyNumber() {
    for (int i = 0; i < 64; ++i)
      if (const Token &token = anyToken(); token.isNumber)
        return &token;
    return nullptr;
  }

  void changeNumber() {
    if (const Token *token = anyNumber())
      replace(*token, newNumber(str(*token)));
  }

  /// One number everywhere: a size that several shapes share.
  void replaceAll() {
    const Token *token = anyNumber();
    if (!token)
      return;
    std::string old = str(*token), with = newNumber(old);
    for (const Token &other : reverse(tokens))
      if (other.isNumber && str(other) == old)
        replace(other, with);
  }

  /// Deletes a line, or puts a copy of it elsewhere.
  void moveLine() {
    SmallVector<StringRef> lines;
    StringRef(text).split(lines, '\n');
    size_t line = pick(lines.size());
    if (pick(2))
      lines.erase(lines.begin() + line);
    else
      lines.insert(lines.begin() + pick(lines.size()), StringRef(lines[line]));
    text = join(lines, "\n");
  }

  std::string &text;
  std::minstd_rand random;
  SmallVector<Token> tokens;
};

} // namespace

void cim::fuzz::mutateMlir(std::string &text, unsigned seed) {
  Mutator mutator(text, seed);
  for (unsigned i = 0; i <= seed % 4; ++i)
    mutator.mutate();
}
