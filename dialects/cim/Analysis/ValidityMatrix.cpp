//===- ValidityMatrix.cpp - The rules of Validity.h as tables ---*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See ValidityMatrix.h. Rows change one thing about a layer that every mapping accepts.
//
//===----------------------------------------------------------------------===//

#include "cim/Analysis/ValidityMatrix.h"
#include "cim/IR/Validity.h"

using namespace mlir;
using namespace cim;

namespace {

/// One row of a table.
struct Row {
  StringRef title;
  llvm::function_ref<void(Combination &)> change;
};

/// Reasons are numbered as they come up.
struct Reasons {
  SmallVector<std::string> texts;

  std::string getCell(const Combination &combination) {
    std::optional<Violation> violation = findViolation(combination);
    if (!violation)
      return "yes";
    std::string text = violation->getMessage();
    auto found = llvm::find(texts, text);
    size_t number = found - texts.begin() + 1;
    if (found == texts.end())
      texts.push_back(text);
    return "no (" + std::to_string(number) + ")";
  }
};

} // namespace

/// Prints `rows` for `columns`, which are words of an enumeration.
template <typename T>
static void printTable(raw_ostream &os, Reasons &reasons, StringRef title, ArrayRef<T> columns,
                       StringRef (*stringify)(T), T Combination::*field, ArrayRef<Row> rows) {
  os << "| " << title << " |";
  for (T column : columns)
    os << " `" << stringify(column) << "` |";
  os << "\n|---|";
  for (size_t i = 0; i < columns.size(); ++i)
    os << "---|";
  os << "\n";
  for (const Row &row : rows) {
    os << "| " << row.title << " |";
    for (T column : columns) {
      Combination combination;
      combination.*field = column;
      row.change(combination);
      os << " " << reasons.getCell(combination) << " |";
    }
    os << "\n";
  }
  os << "\n";
}

static void setAdc(Combination &c, AdcKind kind, int64_t bits, CodeRange range = CodeRange::Full) {
  c.adcKind = kind;
  c.adcBits = bits;
  c.adcRange = range;
}

static void setOutputAdc(Combination &c, AdcKind kind, Granularity granularity,
                         Granularity weights = Granularity::Channel) {
  setAdc(c, kind, 2);
  c.adcPlacement = AdcPlacement::Preactivation;
  c.adcGranularity = granularity;
  c.weightGranularity = weights;
}

static void setMagnitude(Combination &c, int64_t bits, CodeRange range) {
  c.sliceRule = SliceRule::Magnitude;
  c.weightBits = bits;
  c.weightRange = range;
}

static void setComputed(Combination &c, int64_t bits, Granularity granularity, CodeRange range) {
  c.isDynamic = true;
  c.weightBits = bits;
  c.weightGranularity = granularity;
  c.weightRange = range;
}

static void printMappings(raw_ostream &os, Reasons &reasons) {
  static constexpr CodeRange narrow = CodeRange::Narrow, full = CodeRange::Full;
  printTable<MappingKind>(
      os, reasons, "layer",
      {MappingKind::DifferentialColumn, MappingKind::DifferentialRow, MappingKind::Offset,
       MappingKind::TwosComplement},
      stringifyMappingKind, &Combination::kind,
      {{"weights of 2 to 8 bits", [](Combination &c) { c.weightBits = 8; }},
       {"weights of full range", [](Combination &c) { c.weightRange = full; }},
       {"binary weights", [](Combination &c) { c.weightBits = 1; }},
       {"slice rule magnitude", [](Combination &c) { setMagnitude(c, 8, narrow); }},
       {"the same, weights of full range", [](Combination &c) { setMagnitude(c, 8, full); }},
       {"the same, binary weights", [](Combination &c) { setMagnitude(c, 1, narrow); }},
       {"computed operand", [](Combination &c) { setComputed(c, 8, Granularity::Layer, narrow); }},
       {"the same, several scales",
        [](Combination &c) { setComputed(c, 8, Granularity::Channel, narrow); }},
       {"the same, full range",
        [](Combination &c) { setComputed(c, 8, Granularity::Layer, full); }},
       {"the same, binary", [](Combination &c) { setComputed(c, 1, Granularity::Layer, narrow); }},
       {"ideal ADC", [](Combination &c) { setAdc(c, AdcKind::Ideal, 8); }},
       {"linear ADC of 2 to 16 bits", [](Combination &c) { setAdc(c, AdcKind::Linear, 2); }},
       {"the same, narrow range", [](Combination &c) { setAdc(c, AdcKind::Linear, 2, narrow); }},
       {"linear ADC of 1 bit", [](Combination &c) { setAdc(c, AdcKind::Linear, 1); }},
       {"table ADC of 1 to 16 bits", [](Combination &c) { setAdc(c, AdcKind::Table, 1); }},
       {"table ADC of outputs",
        [](Combination &c) { setOutputAdc(c, AdcKind::Table, Granularity::Column); }},
       {"the same, a table for each array",
        [](Combination &c) { setOutputAdc(c, AdcKind::Table, Granularity::Array); }},
       {"the same, weight scales of arrays or columns",
        [](Combination &c) {
          setOutputAdc(c, AdcKind::Table, Granularity::Layer, Granularity::Column);
        }},
       {"linear ADC of outputs",
        [](Combination &c) { setOutputAdc(c, AdcKind::Linear, Granularity::Layer); }}});
}

static void setZeroPoint(Combination &c, int64_t zeroPoint) {
  c.activationBits = 4;
  c.zeroPoint = zeroPoint;
}

static void printEncodings(raw_ostream &os, Reasons &reasons) {
  printTable<InputEncoding>(
      os, reasons, "zero point, here of 4 bits",
      {InputEncoding::Offset, InputEncoding::TwosComplement, InputEncoding::Differential},
      stringifyInputEncoding, &Combination::inputEncoding,
      {{"0: no input is negative", [](Combination &c) { setZeroPoint(c, 0); }},
       {"half: symmetric inputs", [](Combination &c) { setZeroPoint(c, 8); }},
       {"others", [](Combination &c) { setZeroPoint(c, 5); }}});
}

void cim::printValidityMatrix(raw_ostream &os) {
  Reasons reasons;
  printMappings(os, reasons);
  printEncodings(os, reasons);
  for (auto [index, text] : llvm::enumerate(reasons.texts))
    os << index + 1 << ". " << text << "\n";
}
