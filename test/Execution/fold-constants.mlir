// Operations on constants are computed, up to a bound; the others stay.
//
// RUN: cim-opt --cim-fold-constants %s | FileCheck %s
// RUN: cim-opt --cim-fold-constants=max-elements=4 %s | FileCheck %s --check-prefix=BOUND
// RUN: cim-opt --cim-fold-constants %s -o %t.mlir && cim-eval %s %t.mlir --verify

// CHECK-LABEL: func.func @main
// CHECK-SAME:    %[[X:.*]]: tensor<2x3xf32>
// The chain of reciprocal and product is one constant; the sum joins it with the argument.
// CHECK-DAG:     %[[C:.*]] = "tosa.const"() <{values = dense<{{\[\[}}2.000000e+00, 5.000000e-01, 2.500000e-01]]> : tensor<1x3xf32>}>
// CHECK:         %[[Y:.*]] = tosa.add %[[X]], %[[C]]
// A result of more than 64 elements is a resource.
// CHECK:         %[[LARGE:.*]] = "tosa.const"() <{values = dense_resource<folded> : tensor<1x100xf32>}>
// CHECK:         return %[[Y]], %[[LARGE]]
// BOUND:         tosa.add
// BOUND-NOT:     tosa.reciprocal
// BOUND:         tosa.add {{.*}} -> tensor<1x100xf32>
func.func @main(%x: tensor<2x3xf32> {cim.name = "x"})
    -> (tensor<2x3xf32> {cim.name = "y"}, tensor<1x100xf32> {cim.name = "large"}) {
  %c = "tosa.const"() {values = dense<[[1.0, 4.0, 8.0]]> : tensor<1x3xf32>} : () -> tensor<1x3xf32>
  %two = "tosa.const"() {values = dense<2.0> : tensor<1x1xf32>} : () -> tensor<1x1xf32>
  %shift = "tosa.const"() {values = dense<0> : tensor<1xi8>} : () -> tensor<1xi8>
  %r = tosa.reciprocal %c : (tensor<1x3xf32>) -> tensor<1x3xf32>
  %p = tosa.mul %r, %two, %shift : (tensor<1x3xf32>, tensor<1x1xf32>, tensor<1xi8>) -> tensor<1x3xf32>
  %y = tosa.add %x, %p : (tensor<2x3xf32>, tensor<1x3xf32>) -> tensor<2x3xf32>
  %a = "tosa.const"() {values = dense<1.5> : tensor<1x1xf32>} : () -> tensor<1x1xf32>
  %times = tosa.const_shape {values = dense<[1, 100]> : tensor<2xindex>} : () -> !tosa.shape<2>
  %t = tosa.tile %two, %times : (tensor<1x1xf32>, !tosa.shape<2>) -> tensor<1x100xf32>
  %l = tosa.add %t, %a : (tensor<1x100xf32>, tensor<1x1xf32>) -> tensor<1x100xf32>
  return %y, %l : tensor<2x3xf32>, tensor<1x100xf32>
}
