// Every error of the reference, one function each.
// RUN: split-file %s %t
// RUN: not cim-eval %t/operation.mlir 2>&1 | FileCheck %s --check-prefix=OPERATION
// RUN: not cim-eval %t/zero-point.mlir 2>&1 | FileCheck %s --check-prefix=ZERO
// RUN: not cim-eval %t/nan-mode.mlir 2>&1 | FileCheck %s --check-prefix=NAN
// RUN: not cim-eval %t/round.mlir 2>&1 | FileCheck %s --check-prefix=ROUND
// RUN: not cim-eval %t/rescale-16.mlir 2>&1 | FileCheck %s --check-prefix=RESCALE-16
// RUN: not cim-eval %t/rescale-shift.mlir 2>&1 | FileCheck %s --check-prefix=RESCALE-SHIFT
// RUN: not cim-eval %t/gather.mlir 2>&1 | FileCheck %s --check-prefix=GATHER
// RUN: not cim-eval %t/scatter.mlir 2>&1 | FileCheck %s --check-prefix=SCATTER
// RUN: not cim-eval %t/dynamic.mlir 2>&1 | FileCheck %s --check-prefix=DYNAMIC
// RUN: not cim-eval %t/missing.mlir 2>&1 | FileCheck %s --check-prefix=MISSING
// RUN: not cim-eval %t/size.mlir 2>&1 | FileCheck %s --check-prefix=SIZE
// RUN: not cim-eval %t/type.mlir 2>&1 | FileCheck %s --check-prefix=TYPE
// RUN: not cim-eval %t/sparse.mlir 2>&1 | FileCheck %s --check-prefix=SPARSE

//--- operation.mlir
// OPERATION: operation.mlir:3:{{.*}}error: 'tosa.clz' op is not supported by the reference
func.func @f(%x: tensor<4xi32>) -> tensor<4xi32> {
  %0 = tosa.clz %x : (tensor<4xi32>) -> tensor<4xi32>
  return %0 : tensor<4xi32>
}
//--- zero-point.mlir
// ZERO: error: 'tosa.negate' op zero points and shifts must be 0 in the reference
func.func @f(%x: tensor<4xi8>) -> tensor<4xi8> {
  %z = "tosa.const"() {values = dense<1> : tensor<1xi8>} : () -> tensor<1xi8>
  %0 = tosa.negate %x, %z, %z : (tensor<4xi8>, tensor<1xi8>, tensor<1xi8>) -> tensor<4xi8>
  return %0 : tensor<4xi8>
}
//--- nan-mode.mlir
// NAN: error: 'tosa.maximum' op 'nan_mode' must be PROPAGATE in the reference
func.func @f(%x: tensor<4xf32>) -> tensor<4xf32> {
  %0 = tosa.maximum %x, %x {nan_mode = IGNORE} : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  return %0 : tensor<4xf32>
}
//--- round.mlir
// ROUND: error: 'tosa.arithmetic_right_shift' op 'round' must be false in the reference
func.func @f(%x: tensor<4xi8>) -> tensor<4xi8> {
  %0 = tosa.arithmetic_right_shift %x, %x {round = true} : (tensor<4xi8>, tensor<4xi8>) -> tensor<4xi8>
  return %0 : tensor<4xi8>
}
//--- rescale-16.mlir
// RESCALE-16: error: 'tosa.rescale' op must be signed and have 32-bit multipliers in the reference
func.func @f(%x: tensor<4xi8>) -> tensor<4xi8> {
  %m = "tosa.const"() {values = dense<16384> : tensor<1xi16>} : () -> tensor<1xi16>
  %s = "tosa.const"() {values = dense<14> : tensor<1xi8>} : () -> tensor<1xi8>
  %z = "tosa.const"() {values = dense<0> : tensor<1xi8>} : () -> tensor<1xi8>
  %0 = tosa.rescale %x, %m, %s, %z, %z {scale32 = false, rounding_mode = SINGLE_ROUND, per_channel = false, input_unsigned = false, output_unsigned = false}
    : (tensor<4xi8>, tensor<1xi16>, tensor<1xi8>, tensor<1xi8>, tensor<1xi8>) -> tensor<4xi8>
  return %0 : tensor<4xi8>
}
//--- rescale-shift.mlir
// RESCALE-SHIFT: error: 'tosa.rescale' op shifts must be in 2..62
func.func @f(%x: tensor<4xi8>) -> tensor<4xi8> {
  %m = "tosa.const"() {values = dense<1073741824> : tensor<1xi32>} : () -> tensor<1xi32>
  %s = "tosa.const"() {values = dense<1> : tensor<1xi8>} : () -> tensor<1xi8>
  %z = "tosa.const"() {values = dense<0> : tensor<1xi8>} : () -> tensor<1xi8>
  %0 = tosa.rescale %x, %m, %s, %z, %z {scale32 = true, rounding_mode = SINGLE_ROUND, per_channel = false, input_unsigned = false, output_unsigned = false}
    : (tensor<4xi8>, tensor<1xi32>, tensor<1xi8>, tensor<1xi8>, tensor<1xi8>) -> tensor<4xi8>
  return %0 : tensor<4xi8>
}
//--- gather.mlir
// GATHER: error: 'tosa.gather' op indices must be in 0..1, got 2
func.func @f(%x: tensor<1x2x1xf32>) -> tensor<1x1x1xf32> {
  %i = "tosa.const"() {values = dense<2> : tensor<1x1xi32>} : () -> tensor<1x1xi32>
  %0 = tosa.gather %x, %i : (tensor<1x2x1xf32>, tensor<1x1xi32>) -> tensor<1x1x1xf32>
  return %0 : tensor<1x1x1xf32>
}
//--- scatter.mlir
// SCATTER: error: 'xbar.scatter' op indices must be in 0..1, got -1
xbar.program @f attributes {input_names = ["x"], output_names = ["y"]} {
^bb0(%x: tensor<1x2x1xf32>):
  %i = xbar.constant dense<-1> : tensor<1x2xi64>
  %0 = xbar.scatter %x, %i, %x : (tensor<1x2x1xf32>, tensor<1x2xi64>, tensor<1x2x1xf32>) -> tensor<1x2x1xf32>
  xbar.output %0 : tensor<1x2x1xf32>
}
//--- dynamic.mlir
// DYNAMIC: error: 'tosa.identity' op shapes must be static in the reference, got 'tensor<?xf32>'
func.func @f(%x: tensor<4xf32>) -> tensor<?xf32> {
  %0 = tosa.identity %x : (tensor<4xf32>) -> tensor<?xf32>
  return %0 : tensor<?xf32>
}
//--- missing.mlir
// MISSING: error: 'tosa.const' op resource 'blob' has no data
func.func @f() -> tensor<2xf32> {
  %0 = "tosa.const"() {values = dense_resource<blob> : tensor<2xf32>} : () -> tensor<2xf32>
  return %0 : tensor<2xf32>
}
//--- size.mlir
// SIZE: error: 'tosa.const' op resource 'blob' must have 12 bytes, got 8
func.func @f() -> tensor<3xf32> {
  %0 = "tosa.const"() {values = dense_resource<blob> : tensor<3xf32>} : () -> tensor<3xf32>
  return %0 : tensor<3xf32>
}
{-#
  dialect_resources: {
    builtin: {
      blob: "0x040000000000803F000000C0"
    }
  }
#-}
//--- type.mlir
// TYPE: error: 'tosa.const' op constant must be a tensor of f32 or integers, got 'tensor<1xf16>'
func.func @f() -> tensor<1xf16> {
  %0 = "tosa.const"() {values = dense<1.0> : tensor<1xf16>} : () -> tensor<1xf16>
  return %0 : tensor<1xf16>
}
//--- sparse.mlir
// SPARSE: error: 'tosa.const' op constant must be dense or dense_resource, got sparse<
func.func @f() -> tensor<2xf32> {
  %0 = "tosa.const"() {values = sparse<0, 1.0> : tensor<2xf32>} : () -> tensor<2xf32>
  return %0 : tensor<2xf32>
}
