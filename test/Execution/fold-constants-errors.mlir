// What the runtime cannot execute cannot be folded.
//
// RUN: cim-opt --cim-fold-constants --split-input-file --verify-diagnostics %s

func.func @main() -> tensor<4xi32> {
  %c = "tosa.const"() {values = dense<1> : tensor<4xi32>} : () -> tensor<4xi32>
  // expected-error @+1 {{no digital instruction for 'tosa.clz'}}
  %y = tosa.clz %c : (tensor<4xi32>) -> tensor<4xi32>
  return %y : tensor<4xi32>
}

// -----

func.func @main() -> tensor<1x1x1xf32> {
  %c = "tosa.const"() {values = dense<1.0> : tensor<1x4x1xf32>} : () -> tensor<1x4x1xf32>
  %i = "tosa.const"() {values = dense<4> : tensor<1x1xi32>} : () -> tensor<1x1xi32>
  // expected-error @+1 {{cannot execute the network: instruction 0 (gather 'gather_0'): indices must be in 0..3, got 4}}
  %y = tosa.gather %c, %i : (tensor<1x4x1xf32>, tensor<1x1xi32>) -> tensor<1x1x1xf32>
  return %y : tensor<1x1x1xf32>
}

// -----

func.func @main() -> tensor<2xf32> {
  // expected-error @+1 {{'value' must be dense, or a dense_resource that is present}}
  %c = "tosa.const"() {values = dense_resource<missing> : tensor<2xf32>} : () -> tensor<2xf32>
  %y = tosa.exp %c : (tensor<2xf32>) -> tensor<2xf32>
  return %y : tensor<2xf32>
}
