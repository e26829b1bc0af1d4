//===- JsonReader.h - JSON, pulled value by value ---------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A strict reader of RFC 8259 text whose caller asks for what must come next. It knows
// where every value stands, leaves numbers as text, and recurses only where its caller does.
//
//===----------------------------------------------------------------------===//

#ifndef CIM_LIB_POLICY_JSONREADER_H
#define CIM_LIB_POLICY_JSONREADER_H

#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/Location.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/StringRef.h"
#include <string>

namespace cim {

/// All functions that fail have emitted an error at their place in the text.
class JsonReader {
public:
  JsonReader(llvm::StringRef path, llvm::StringRef text, mlir::MLIRContext *context)
      : path(path), text(text), context(context) {}

  /// Reads an object; `member` reads the value of a key. `what` names the object in errors.
  llvm::LogicalResult object(llvm::StringRef what,
                             llvm::function_ref<llvm::LogicalResult(llvm::StringRef key)> member);
  /// Reads an array; `element` reads each.
  llvm::LogicalResult array(llvm::StringRef what,
                            llvm::function_ref<llvm::LogicalResult()> element);
  /// Reads a string as UTF-8 text.
  llvm::LogicalResult string(llvm::StringRef what, std::string &value);
  /// The number that comes next as it is spelt, empty if none does.
  llvm::StringRef number();
  /// Takes what number() gave.
  void skip(llvm::StringRef number) { position += number.size(); }
  /// Checks that nothing but space is left.
  llvm::LogicalResult end();

  /// True if an array begins here.
  bool isArray() { return peek() == '['; }
  /// The place of what comes next, or of what began at `offset`.
  mlir::Location getLoc() { return getLoc(getOffset()); }
  mlir::Location getLoc(size_t offset);
  /// The place of the key that was read last.
  mlir::Location getKeyLoc() { return getLoc(keyBegin); }
  size_t getOffset() {
    peek();
    return position;
  }
  /// What comes next, in a few words.
  std::string describe();
  /// An error at the place of what comes next.
  mlir::InFlightDiagnostic error() { return mlir::emitError(getLoc()); }

private:
  /// Skips space. Gives the next character, 0 at the end.
  char peek();
  /// Takes a character if it comes next.
  bool take(char wanted);
  llvm::LogicalResult expect(char wanted, llvm::StringRef alternative);
  llvm::LogicalResult escape(std::string &value);
  bool hex(uint32_t &unit);

  llvm::StringRef path, text;
  mlir::MLIRContext *context;
  size_t position = 0, keyBegin = 0;
  size_t line = 1, lineBegin = 0, counted = 0; ///< Of the last place asked for.
};

} // namespace cim

#endif // CIM_LIB_POLICY_JSONREADER_H
