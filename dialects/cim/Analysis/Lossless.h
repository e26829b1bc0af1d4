//===- Lossless.h - The range of partial sums -------------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The least and greatest partial sum that any input can cause, exact for the
// weights that are stored, and what follows: that sums fit a float32, and that an ADC
// never changes one (section 2.6 of the design contract).
//
//===----------------------------------------------------------------------===//

#ifndef CIM_ANALYSIS_LOSSLESS_H
#define CIM_ANALYSIS_LOSSLESS_H

#include "cim/Analysis/Elements.h"
#include "cim/Analysis/Layout.h"
#include "cim/IR/Limits.h"

namespace cim {

/// Least and greatest value of `p[t,s,b,m,n]` over all inputs and indices.
struct PartialSumRange {
  int64_t min = 0;
  int64_t max = 0;
};

/// The greatest digit of the numbers 0 .. `greatest` that are cut into digits of `widths` bits.
int64_t getGreatestDigit(int64_t greatest, llvm::ArrayRef<int64_t> widths);

/// The greatest digit of any cycle of `cycles` bits, over all activations and both passes.
int64_t getGreatestDigit(InputEncoding encoding, ActivationAttr activation,
                         llvm::ArrayRef<int64_t> cycles);

/// The range of partial sums of a layer with the weight codes [G, K, N / G]: of the sums of the
/// digits that its columns hold, not of any that they could. All inputs can have the greatest
/// digit in the same cycle, so the range is attained.
PartialSumRange getPartialSumRange(const ElementsView<int8_t> &codes, const LayerShape &shape,
                                   MappingAttr mapping, PrecisionAttr precision);

/// The range for a computed weight, which may hold any codes of its width.
PartialSumRange getDynamicPartialSumRange(const LayerShape &shape, MappingAttr mapping,
                                          PrecisionAttr precision);

/// True if the ADC is linear with every scale 1 and every offset 0 and no sum of
/// the range is clamped: such a layer *is* one with an ideal ADC.
bool isLossless(AdcAttr adc, MappingKind kind, const PartialSumRange &range);

} // namespace cim

#endif // CIM_ANALYSIS_LOSSLESS_H
