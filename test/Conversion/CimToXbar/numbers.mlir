// RUN: cim-opt %s --cim-verify-input --convert-cim-to-xbar -o %t.xbar.mlir
// RUN: FileCheck %s < %t.xbar.mlir
// RUN: cim-eval %s %t.xbar.mlir --seed=1 --runs=4

// Numbers that parametrize an instruction, however they are stored: shifts and paddings in
// resources, unsigned ones beyond the signed range, true.

// CHECK: xbar.pad %{{.*}} {low = array<i64: 1>, {{.*}}value = 2.500000e+00 : f64}
// CHECK: xbar.binary %{{.*}} {kind = #xbar.binary_kind<mul>
// CHECK: xbar.pad %{{.*}} {low = array<i64: 1>, {{.*}}value = 2.000000e+02 : f64}
// CHECK: xbar.clamp %{{.*}} {max = 2.500000e+02 : f64, min = 2.000000e+02 : f64
// CHECK: xbar.pad %{{.*}} {low = array<i64: 1>, {{.*}}value = 1.000000e+00 : f64}
func.func @main(%x: tensor<2xf32>, %i: tensor<2xi32>, %u: tensor<2xui8>, %b: tensor<2xi1>)
    -> (tensor<3xf32>, tensor<2xi32>, tensor<3xui8>, tensor<2xui8>, tensor<3xi1>) {
  %p = tosa.const_shape {values = dense<[1, 0]> : tensor<2xindex>} : () -> !tosa.shape<2>
  %v = "tosa.const"() {values = dense_resource<value> : tensor<1xf32>} : () -> tensor<1xf32>
  %s = "tosa.const"() {values = dense_resource<shift> : tensor<1xi8>} : () -> tensor<1xi8>
  %w = "tosa.const"() {values = dense<200> : tensor<1xui8>} : () -> tensor<1xui8>
  %t = "tosa.const"() {values = dense<true> : tensor<1xi1>} : () -> tensor<1xi1>
  %0 = tosa.pad %x, %p, %v : (tensor<2xf32>, !tosa.shape<2>, tensor<1xf32>) -> tensor<3xf32>
  %1 = tosa.mul %i, %i, %s : (tensor<2xi32>, tensor<2xi32>, tensor<1xi8>) -> tensor<2xi32>
  %2 = tosa.pad %u, %p, %w : (tensor<2xui8>, !tosa.shape<2>, tensor<1xui8>) -> tensor<3xui8>
  %3 = tosa.clamp %u {min_val = 200 : ui8, max_val = 250 : ui8} : (tensor<2xui8>) -> tensor<2xui8>
  %4 = tosa.pad %b, %p, %t : (tensor<2xi1>, !tosa.shape<2>, tensor<1xi1>) -> tensor<3xi1>
  return %0, %1, %2, %3, %4 : tensor<3xf32>, tensor<2xi32>, tensor<3xui8>, tensor<2xui8>, tensor<3xi1>
}

{-#
  dialect_resources: {
    builtin: {
      value: "0x0400000000002040",
      shift: "0x0100000000"
    }
  }
#-}
