//===- CimTypes.td - Types of the cim dialect --------------*- tablegen -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The type of weights that are stored in crossbar cells.
//
//===----------------------------------------------------------------------===//

#ifndef CIM_IR_CIMTYPES_TD
#define CIM_IR_CIMTYPES_TD

include "cim/IR/CimAttrs.td"

def Cim_ArraysType : TypeDef<Cim_Dialect, "Arrays"> {
  let mnemonic = "arrays";
  let summary = "a layer's weights as tiles and bit slices of crossbar arrays";
  let description = [{
    `groups` matrices of `rows` x `columns` weight codes. The rows of each are
    cut into consecutive tiles of `tiles` rows (their sum is `rows`); each code
    is cut into slices of `slices` bits, least significant first. `[126, 18]`
    with slices `[2, 2]` is two tiles of two slices. One tile of all rows and
    one slice of the whole width is a matrix that is not yet cut.

    With the kinds `differential_column` and `differential_row` slice s of a
    code is a signed digit: the sign of the code times bits of its magnitude. With the others
    slices sum to the W bits of a code w and digits are not negative: bits of `w + 2^(W-1)`, of
    `(w+1)/2` for W = 1, with `offset`; bits of w mod 2^W with `twos_complement`, whose last slice is
    the sign bit and weighs -2^(W-1).

    ```mlir
    func.func private @example(!cim.arrays<groups = 1, rows = 144, columns = 16,
      tiles = [126, 18], slices = [2, 2], kind = differential_column>)
    ```
  }];
  let parameters = (ins
    "int64_t":$groups,
    "int64_t":$rows,
    "int64_t":$columns,
    ArrayRefParameter<"int64_t">:$tiles,
    ArrayRefParameter<"int64_t">:$slices,
    "::cim::MappingKind":$kind);
  let assemblyFormat = [{
    `<` `groups` `=` $groups `,` `rows` `=` $rows `,` `columns` `=` $columns `,`
    `tiles` `=` `[` $tiles `]` `,` `slices` `=` `[` $slices `]` `,` `kind` `=` $kind `>`
  }];
  let genVerifyDecl = 1;
}

#endif // CIM_IR_CIMTYPES_TD
