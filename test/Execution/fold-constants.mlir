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

// Of any type, truth values and indices of a gather among them.

// CHECK-LABEL: func.func @integers
// CHECK-DAG:     %[[F:.*]] = "tosa.const"() <{values = dense<{{\[\[\[}}3.000000e+00], [1.000000e+00]]]> : tensor<1x2x1xf32>}>
// CHECK-DAG:     %[[I:.*]] = "tosa.const"() <{values = dense<{{\[\[}}2, 0]]> : tensor<1x2xi64>}>
// CHECK-DAG:     %[[B:.*]] = "tosa.const"() <{values = dense<{{\[\[}}true, false]]> : tensor<1x2xi1>}>
// CHECK-DAG:     %[[U:.*]] = "tosa.const"() <{values = dense<{{\[\[}}253, 255]]> : tensor<1x2xui8>}>
// CHECK-DAG:     %[[S:.*]] = "tosa.const"() <{values = dense<{{\[\[}}-3, -1]]> : tensor<1x2xi8>}>
// CHECK:         return %[[F]], %[[I]], %[[B]], %[[U]], %[[S]]
func.func @integers() -> (tensor<1x2x1xf32> {cim.name = "f"}, tensor<1x2xi64> {cim.name = "i"},
    tensor<1x2xi1> {cim.name = "b"}, tensor<1x2xui8> {cim.name = "u"}, tensor<1x2xi8> {cim.name = "s"}) {
  %x = "tosa.const"() {values = dense<[[[1.0], [2.0], [3.0]]]> : tensor<1x3x1xf32>} : () -> tensor<1x3x1xf32>
  %c = "tosa.const"() {values = dense<[[0, 2]]> : tensor<1x2xi64>} : () -> tensor<1x2xi64>
  %i = tosa.reverse %c {axis = 1 : i32} : (tensor<1x2xi64>) -> tensor<1x2xi64>
  %f = tosa.gather %x, %i : (tensor<1x3x1xf32>, tensor<1x2xi64>) -> tensor<1x2x1xf32>
  %b = tosa.cast %i : (tensor<1x2xi64>) -> tensor<1x2xi1>
  %n = tosa.cast %i : (tensor<1x2xi64>) -> tensor<1x2xi8>
  %s = tosa.bitwise_not %n : (tensor<1x2xi8>) -> tensor<1x2xi8>
  %u = tosa.cast %s : (tensor<1x2xi8>) -> tensor<1x2xui8>
  return %f, %i, %b, %u, %s : tensor<1x2x1xf32>, tensor<1x2xi64>, tensor<1x2xi1>, tensor<1x2xui8>, tensor<1x2xi8>
}
