//===- Crossbar.h - Section 2 as plain functions ----------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The arithmetic of a crossbar layer, one function per step, in the order of the
// hardware; numbers in brackets are sections of the design contract. Letters: m
// position, k weight row, n output of all groups; t row tile, s weight slice, b
// input cycle; G groups, K rows of one group, T, S, B, M, N numbers of the others.
//
//===----------------------------------------------------------------------===//

#ifndef CIM_LIB_REFERENCE_CROSSBAR_H
#define CIM_LIB_REFERENCE_CROSSBAR_H

#include "Digital.h"
#include "cim/IR/CimDialect.h"

namespace cim::reference {

using Integers = llvm::SmallVector<int64_t>;

/// How weights lie in arrays and how inputs are fed: rows of each tile, bits of
/// each slice and of each cycle of one pass, least significant first [2.2, 2.4, 2.5].
struct Layout {
  Integers tiles, slices, cycles;
  InputEncoding encoding = InputEncoding::Offset;
  int64_t zeroPoint = 0;
  MappingKind kind = MappingKind::DifferentialColumn;

  /// A, the bits of an activation code.
  int64_t activationBits() const;
  /// W, the bits of a weight code, of the kinds that are not differential.
  int64_t weightBits() const;
};

/// A scale s_w or s_p, or an offset o: granularity and values [2.3, 2.6]. Layer:
/// one value; channel: [N]; array: [T] or [G,T]; column: [T,N] or [T,S,N].
struct Scale {
  Granularity granularity = Granularity::Layer;
  Tensor values;

  double at(int64_t t, int64_t s, int64_t n, int64_t outputs) const;
};

/// A non-linear ADC [2.6]: thresholds [T',S',N',L] and levels [T',S',N',L+1], with size 1 along
/// axes on which they do not depend.
struct AdcTable {
  Tensor thresholds, levels;
};

/// A linear ADC as the conversion sees it [2.6].
struct Adc {
  Tensor reciprocal; ///< [T,S,N], float32(1 / s_p)
  Tensor offset;     ///< [T,S,N]
  int64_t lowest = 0, highest = 0;
};

//===----------------------------------------------------------------------===//
// Operands
//===----------------------------------------------------------------------===//

/// [2.2] One activation to its code.
int64_t quantizeActivation(float x, float scale, int64_t bits, int64_t zeroPoint);
/// [2.3] One weight to its code in [lowest, highest].
int64_t quantizeWeight(float w, float scale, int64_t lowest, int64_t highest);
/// [2.3] One weight of one bit to its code.
inline int64_t signCode(float w, float split = 0) { return w >= split ? 1 : -1; }
/// [2.4] The number whose digits the slices of a weight code hold.
int64_t encodeWeight(int64_t code, const Layout &layout);
/// [2.4] Weights of the slices, negative for a sign bit.
Integers sliceWeights(const Layout &layout);
/// [2.4] Digit of `bits` bits at bit `offset` of a number; the sign of a negative one
/// goes with every digit.
int64_t digit(int64_t code, int64_t offset, int64_t bits);
/// Offsets of digits of the given bits: {0, bits[0], bits[0] + bits[1], ...}.
Integers digitOffsets(llvm::ArrayRef<int64_t> bits);
/// Weights of digits of the given bits: 2^offset.
Integers digitWeights(llvm::ArrayRef<int64_t> bits);

/// [2.2] What the DACs are fed for an activation code, one number for each pass.
Integers encodeInput(int64_t code, const Layout &layout);
/// [2.2] The largest digit that any activation code has in any cycle.
int64_t findLargestDigit(const Layout &layout);
/// [2.2] Weights of the cycles of all passes, negative where they are subtracted.
Integers cycleWeights(const Layout &layout);

/// Weights OHWI as matrices [G,K,N/G] with k = (c*KH + kh)*KW + kw [2].
Tensor weightMatrices(const Tensor &weight, int64_t groups);
/// Codes NHWC as matrices [G,M,K]; padding reads as the zero point [2.2].
Tensor patches(const Tensor &codes, const Window &window, int64_t groups, int64_t zeroPoint,
               int64_t outputHeight, int64_t outputWidth);
/// Codes [..., K] of a matrix product as [1,M,K].
Tensor patches(const Tensor &codes);

//===----------------------------------------------------------------------===//
// Partial sums
//===----------------------------------------------------------------------===//

/// [2.6] p[T,S,B,M,N] of activation codes [G,M,K] and weight codes [G,K,N/G]; B counts the
/// cycles of all passes.
Tensor partialSums(const Tensor &inputs, const Tensor &weights, const Layout &layout);
/// [2.4] R[T,B,M,G]: sums of the digits of activation codes [G,M,K].
Tensor referenceSums(const Tensor &inputs, const Layout &layout);
/// [2.8] p[T,S,B,H*M,N] of inputs [H,M,K] and weight codes [H,K,N] of H heads.
Tensor headSums(const Tensor &inputs, const Tensor &weights, const Layout &layout);
/// [2.8] R[T,B,H*M,1] of inputs [H,M,K].
Tensor headReferenceSums(const Tensor &inputs, const Layout &layout);
/// [2.6] The linear ADC on p[T,S,B,M,N].
Tensor convert(const Tensor &sums, const Adc &adc);
/// [2.6] The non-linear ADC on p[T,S,B,M,N].
Tensor convert(const Tensor &sums, const AdcTable &table);
/// [2.6] The non-linear ADC of placement preactivation on I[1,1,M,N].
Tensor convertOutputs(const Tensor &sums, const AdcTable &table);
/// [2.6] True if no p can leave [lowest, highest], whatever the input.
bool fitsCodes(const Tensor &weights, const Layout &layout, int64_t lowest, int64_t highest);
/// [2.7] I[T',S',M,N] of codes [T,S,B,M,N]; axes not summed keep their size.
Tensor shiftAdd(const Tensor &codes, llvm::ArrayRef<int64_t> cycleWeights,
                llvm::ArrayRef<int64_t> sliceWeights, bool sumSlices, bool sumTiles);

/// [2.7] R[T',M,G] of R[T,B,M,G].
Tensor addReference(const Tensor &reference, llvm::ArrayRef<int64_t> cycleWeights, bool sumTiles);
/// [2.7] I[T',1,M,N] - 2^(W-1) * R[T',M,G], each output with the R of its group.
Tensor joinReference(const Tensor &sums, const Tensor &reference, int64_t weightBits);

//===----------------------------------------------------------------------===//
// Dequantization
//===----------------------------------------------------------------------===//

/// What const[n] and the combined scales are made of.
struct Factors {
  float activationScale = 1;
  std::optional<int64_t> zeroPoint; ///< absent: the encoding has no zero-point term
  Scale weightScale;
  std::optional<Scale> beta;      ///< of binary weights; absent: none
  int64_t weightBits = 0;         ///< W
  bool isOffset = false;          ///< offset mapping
  std::optional<Scale> adcScale;  ///< absent: ideal
  std::optional<Scale> adcOffset; ///< absent: zero

  /// What a step of p counts: s_w, or 2 * alpha of binary weights that are stored as (B+1)/2.
  double weightStep(int64_t t, int64_t n, int64_t outputs) const;
  /// True if R is a term of its own rather than a part of I.
  bool separatesReference() const { return beta || (isOffset && (adcScale || weightBits == 1)); }
};

/// The term of R in the outputs.
struct Reference {
  Tensor sums;  ///< R[T',M,G]
  Tensor scale; ///< [T',N]
};

/// [2.7] const[n] for weight codes [G,K,N/G].
Tensor startValues(const Tensor &bias, const Tensor &weights, llvm::ArrayRef<int64_t> tiles,
                   llvm::ArrayRef<int64_t> sliceWeights, llvm::ArrayRef<int64_t> cycleWeights,
                   const Factors &factors);
/// [2.8] Start values [H,N] for computed weight codes [H,K,N]: `start` [N], which is const
/// without a zero-point term, and that term; `scale` is float32(s_w * s_a).
Tensor headStartValues(const Tensor &start, const Tensor &weights, int64_t zeroPoint, float scale);
/// [2.8] The same from what const is made of.
Tensor headStartValues(const Tensor &bias, const Tensor &weights, llvm::ArrayRef<int64_t> tiles,
                       llvm::ArrayRef<int64_t> sliceWeights, llvm::ArrayRef<int64_t> cycleWeights,
                       const Factors &factors);
/// [2.7] scale[T',S',N]; `sliceWeights` has one entry per s of S'.
Tensor combinedScales(int64_t tiles, llvm::ArrayRef<int64_t> sliceWeights, int64_t outputs,
                      const Factors &factors);
/// [2.4, 2.7] Factors of R[T',...]: float32(-2^(W-1) * s_w * s_a), of binary weights
/// float32((beta - alpha) * s_a), of differential ones float32(beta * s_a); [T',N].
Tensor referenceScales(int64_t tiles, int64_t outputs, const Factors &factors);
/// [2.7] y[M,N] of I[T',S',M,N], const[N] and scale[T',S',N]; const[H,N] holds for M/H
/// positions each.
Tensor dequantize(const Tensor &sums, const Tensor &start, const Tensor &scale,
                  const std::optional<Reference> &reference = std::nullopt);

} // namespace cim::reference

#endif // CIM_LIB_REFERENCE_CROSSBAR_H
