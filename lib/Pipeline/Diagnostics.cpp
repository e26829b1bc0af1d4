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
    : ScopedDiagnosticHandler(context), file(std::move(file)), os(os) {
  setHandler([this](Diagnostic &diagnostic) {
    showProgress("");
    print(diagnostic);
    for (Diagnostic &note : diagnostic.getNotes())
      print(note);
  });
}

DiagnosticPrinter::~DiagnosticPrinter() { showProgress(""); }

void DiagnosticPrinter::showProgress(StringRef text) {
  if (!os.is_displayed() || (text.empty() && progressWidth == 0))
    return;
  os << '\r' << std::string(progressWidth, ' ') << '\r' << text;
  os.flush();
  progressWidth = text.size();
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

void DiagnosticPrinter::print(Diagnostic &diagnostic) {
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
