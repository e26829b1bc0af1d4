// RUN: cim-opt %s --cim-verify-input | FileCheck %s

// Nothing is changed; constants may be resources, layers may be mapped already.

// CHECK-LABEL: func.func @main
// CHECK: dense_resource<weight> : tensor<1x2x1xf32>
// CHECK: cim.matmul
// CHECK: tosa.exp
func.func @main(%x: tensor<1x1x2xf32> {cim.name = "x"}) -> (tensor<1x1x1xf32> {cim.name = "y"}) {
  %w = "tosa.const"() {values = dense_resource<weight> : tensor<1x2x1xf32>} : () -> tensor<1x2x1xf32>
  %b = "tosa.const"() {values = dense<0.0> : tensor<1xf32>} : () -> tensor<1xf32>
  %p = cim.matmul %x, %w, %b {layer = "fc", mapping = #cim.mapping<crossbar = <>>}
    : (tensor<1x1x2xf32>, tensor<1x2x1xf32>, tensor<1xf32>) -> tensor<1x1x1xf32>
  %y = tosa.exp %p : (tensor<1x1x1xf32>) -> tensor<1x1x1xf32>
  return %y : tensor<1x1x1xf32>
}

{-#
  dialect_resources: {
    builtin: {
      weight: "0x040000000000803F0000803F"
    }
  }
#-}
