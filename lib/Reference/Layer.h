//===- Layer.h - Section 2 of a whole layer ---------------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// From the attributes of a layer to its arithmetic: which tiles, slices, cycles,
// axes and code ranges they declare, and the layer itself.
//
//===----------------------------------------------------------------------===//

#ifndef CIM_LIB_REFERENCE_LAYER_H
#define CIM_LIB_REFERENCE_LAYER_H

#include "Crossbar.h"

namespace cim::reference {

/// Starts an error at the operation that is being evaluated.
using EmitError = llvm::function_ref<mlir::InFlightDiagnostic()>;

Window toWindow(WindowAttr window);

/// [2.5] Rows of each tile of a matrix of `rows` rows.
Integers rowTiles(MappingAttr mapping, int64_t rows, int64_t kernelArea);
/// [2.4] Bits of each weight slice.
Integers weightSlices(MappingAttr mapping, int64_t weightBits);
/// [2.2] Bits of each input cycle of one pass.
Integers inputCycles(MappingAttr mapping, int64_t activationBits);

/// The scale or offset of `granularity`; `field` names it in errors. Its shape
/// must fit T tiles, S slices (0 for weights, which have no slice axis) and N outputs.
mlir::FailureOr<Scale> readScale(llvm::StringRef field, Granularity granularity,
                                 mlir::ElementsAttr values, int64_t tiles, int64_t slices,
                                 int64_t outputs, EmitError emitError);
/// Factors of a layer whose tensors have T tiles, S slices and N outputs.
mlir::FailureOr<Factors> readFactors(PrecisionAttr precision, InputEncoding encoding, int64_t tiles,
                                     int64_t slices, int64_t outputs, EmitError emitError);
/// The conversion of a linear ADC; codes of mappings without signed digits are unsigned.
mlir::FailureOr<Adc> readAdc(AdcAttr adc, bool unsignedCodes, int64_t tiles, int64_t slices,
                             int64_t outputs, EmitError emitError);

/// The thresholds and levels of a non-linear ADC.
mlir::FailureOr<AdcTable> readAdcTable(AdcAttr adc, int64_t tiles, int64_t slices, int64_t outputs,
                                       EmitError emitError);
/// [2.6] The ADC, which is not ideal, on p[T,S,B,M,N] or, of placement preactivation, on
/// I[1,1,M,N].
mlir::FailureOr<Tensor> convert(const Tensor &sums, AdcAttr adc, bool unsignedCodes,
                                EmitError emitError);

/// [2.7] y[M,N] of I[T',S',M,N] and, with an offset mapping, R[T',M,G], that begin at `start`;
/// `sliceWeights` has one entry per s of S'.
Tensor dequantize(const Tensor &sums, const std::optional<Tensor> &reference, const Tensor &start,
                  llvm::ArrayRef<int64_t> sliceWeights, const Factors &factors);

/// True if every scale that section 2 needs is there.
bool isCalibrated(PrecisionAttr precision);

/// The layer itself: float `input` (NHWC with a window, else [...,K]), float
/// `weights` [G,K,N/G], `bias` [N]. `precision` is calibrated.
mlir::FailureOr<Tensor> crossbarLayer(const Tensor &input, const Tensor &weights,
                                      const Tensor &bias, std::optional<Window> window,
                                      PrecisionAttr precision, MappingAttr mapping,
                                      mlir::RankedTensorType type, EmitError emitError);

/// [2.8] The layer whose float `weights` [H,K,N] are computed; `input` is [H,M,K].
mlir::FailureOr<Tensor> dynamicLayer(const Tensor &input, const Tensor &weights,
                                     PrecisionAttr precision, MappingAttr mapping,
                                     mlir::RankedTensorType type, EmitError emitError);

/// [2.2] All activations of a tensor.
Tensor quantizeActivations(const Tensor &input, ActivationAttr activation);
/// [2.3] All weights [G,K,N/G] of a layer with row tiles `tiles`; fails if a split cannot be read.
mlir::FailureOr<Tensor> quantizeWeights(const Tensor &weights, WeightAttr precision,
                                        const Scale &scale, llvm::ArrayRef<int64_t> tiles,
                                        EmitError emitError);
/// Codes as matrices [G,M,K] for a layer with results of `type`.
Tensor inputMatrices(const Tensor &codes, std::optional<Window> window, int64_t groups,
                     int64_t zeroPoint, mlir::RankedTensorType type);

} // namespace cim::reference

#endif // CIM_LIB_REFERENCE_LAYER_H
