//===- Diagnostics.cpp - Diagnostics for people -----------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See Diagnostics.h.
//
//===----------------------------------------------------------------------===//

#include "cim-mlir/Pipeline/Diagnostics.h"

#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/Location.h"

using namespace mlir;
using namespace cim;

DiagnosticPrinter::DiagnosticPrinter(MLIRContext *context, std::string file, raw_ostream &os)
    : ScopedDiagnosticHandler(context), file(std::move(file)) {
  setHandler([this, &os](Diagnostic &diagnostic) {
    print(diagnostic, os);
    for (Diagnostic &note : diagnostic.getNotes())
      print(note, os);
  });
}

static StringRef getSeverity(const Diagnostic &diagnostic) {
  switch (diagnostic.getSeverity()) {
  case DiagnosticSeverity::Note:
    return "note";
  case DiagnosticSeverity::Warning:
    return "warning";
  case DiagnosticSeverity::Error:
    return "error";
  case DiagnosticSeverity::Remark:
    return "remark";
  }
  return "";
}

void DiagnosticPrinter::print(Diagnostic &diagnostic, raw_ostream &os) const {
  Location location = diagnostic.getLocation();
  if (auto place = location->findInstanceOf<FileLineColLoc>()) {
    os << place.getFilename().getValue();
    if (place.getLine() != 0)
      os << ":" << place.getLine() << ":" << place.getColumn();
  } else {
    os << file;
  }
  os << ": " << getSeverity(diagnostic) << ": ";
  if (auto name = location->findInstanceOf<NameLoc>())
    os << "'" << name.getName().getValue() << "': ";
  os << diagnostic << "\n";
}
