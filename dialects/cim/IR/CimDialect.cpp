//===- CimDialect.cpp - Registration of the cim dialect ---------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Registers operations, attributes and types, and checks the module attribute
// that holds the target.
//
//===----------------------------------------------------------------------===//

#include "cim/IR/CimDialect.h"
#include "cim/IR/CimOps.h"
#include "cim/IR/Validity.h"
#include "mlir/Dialect/Quant/IR/Quant.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/DialectImplementation.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace cim;

#include "cim/IR/CimDialect.cpp.inc"

#define GET_TYPEDEF_CLASSES
#include "cim/IR/CimTypes.cpp.inc"

namespace {

/// Prints mappings, precisions and targets as aliases: several operations carry
/// the same ones.
struct CimAsmInterface : OpAsmDialectInterface {
  using OpAsmDialectInterface::OpAsmDialectInterface;

  AliasResult getAlias(Attribute attr, raw_ostream &os) const override {
    if (isa<MappingAttr>(attr)) {
      os << "mapping";
      return AliasResult::OverridableAlias;
    }
    if (isa<PrecisionAttr>(attr)) {
      os << "precision";
      return AliasResult::OverridableAlias;
    }
    if (isa<TargetAttr>(attr)) {
      os << "target";
      return AliasResult::OverridableAlias;
    }
    return AliasResult::NoAlias;
  }
};

} // namespace

void CimDialect::initialize() {
  addOperations<
#define GET_OP_LIST
#include "cim/IR/CimOps.cpp.inc"
      >();
  registerAttributes();
  addTypes<
#define GET_TYPEDEF_LIST
#include "cim/IR/CimTypes.cpp.inc"
      >();
  addInterfaces<CimAsmInterface>();
}

LogicalResult CimDialect::verifyOperationAttribute(Operation *op, NamedAttribute attr) {
  if (attr.getName() == kTargetAttrName && !isa<TargetAttr>(attr.getValue()))
    return op->emitOpError("attribute 'cim.target' must be a #cim.target, got ") << attr.getValue();
  return success();
}

LogicalResult ArraysType::verify(function_ref<InFlightDiagnostic()> emitError, int64_t groups,
                                 int64_t rows, int64_t columns, ArrayRef<int64_t> tiles,
                                 ArrayRef<int64_t> slices, MappingKind kind) {
  auto check = [&](StringRef field, int64_t value, int64_t high) {
    if (value >= 1 && value <= high)
      return true;
    emitError() << "'" << field << "' must be in 1.." << high << ", got " << value;
    return false;
  };
  constexpr int64_t maxSize = std::numeric_limits<int32_t>::max();
  if (!check("groups", groups, maxSize) || !check("rows", rows, maxSize) ||
      !check("columns", columns, maxSize) ||
      !llvm::all_of(tiles, [&](int64_t tile) { return check("tiles", tile, rows); }) ||
      !llvm::all_of(slices, [&](int64_t slice) { return check("slices", slice, 8); }))
    return failure();
  int64_t tileRows = llvm::sum_of(tiles), bits = llvm::sum_of(slices);
  if (tileRows != rows)
    return emitError() << "'tiles' must sum to " << rows << " rows, got " << tileRows;
  // Slices without signs hold all bits of a code, and a sign bit lies apart.
  bool hasSignBit = kind == MappingKind::TwosComplement;
  int64_t least = hasSignBit ? 2 : 1, most = isDifferential(kind) ? 16 : 8;
  if (bits < least || bits > most)
    return emitError() << "'slices' must sum to " << least << ".." << most << " bits for kind "
                       << stringifyMappingKind(kind) << ", got " << bits;
  if (hasSignBit && slices.back() != 1)
    return emitError() << "'slices' must end with 1 bit for kind twos_complement, got "
                       << slices.back();
  return success();
}
