//===- Variation.h - Cells that differ from what was written ----*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Device variation as section 2.10 of the design contract and the README of the runtime define
// it. An xbar.program with the attribute `xbar.variation`, a dictionary of the options with seed,
// trial and sample, is evaluated with drawn cells. Letters as in Crossbar.h.
//
//===----------------------------------------------------------------------===//

#ifndef CIM_LIB_REFERENCE_VARIATION_H
#define CIM_LIB_REFERENCE_VARIATION_H

#include "Crossbar.h"
#include "mlir/IR/BuiltinAttributes.h"

namespace cim::reference {

/// What is drawn for one layer of one trial.
class Variation {
public:
  Variation(mlir::DictionaryAttr options, int64_t layer) : options(options), layer(layer) {}

  /// The multiple of 2^-fraction steps that a cell of `bits` bits has that was to hold `value`;
  /// `computed`: it was written at run time.
  int64_t cell(int64_t n, int64_t k, int64_t s, int64_t polarity, int64_t bits, int64_t value,
               bool computed, int64_t fraction) const;
  /// What is added to a partial sum.
  int64_t noise(int64_t t, int64_t s, int64_t b, int64_t m, int64_t n, int64_t fraction) const;
  bool variesReference() const { return option("reference_variation") != 0; }

private:
  double option(llvm::StringRef name) const;
  uint64_t integer(llvm::StringRef name) const;
  std::array<uint32_t, 4> draw(int64_t kind, int64_t n, int64_t k, int64_t s,
                               int64_t polarity) const;

  mlir::DictionaryAttr options;
  int64_t layer;
};

/// Partial sums of drawn cells, in units of 2^-fraction.
struct VariedSums {
  int64_t fraction;
  Tensor sums; ///< p[T,S,B,M,N]
  /// R[T,B,M,G] if reference columns vary.
  std::optional<Tensor> reference;
};

/// Of activation codes [G,M,K] and weight codes [G,K,N/G]; or of H heads [H,M,K] and [H,K,N].
/// Fails if no fraction keeps partial sums below 2^24. `computed`: codes were written at run time.
mlir::FailureOr<VariedSums> variedSums(const Tensor &inputs, const Tensor &weights,
                                       const Layout &layout, bool hasHeads, bool computed,
                                       const Variation &variation);

/// Numbers times `factor`.
Tensor scaled(const Tensor &numbers, double factor);

} // namespace cim::reference

#endif // CIM_LIB_REFERENCE_VARIATION_H
