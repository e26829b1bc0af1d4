// What the runtime cannot execute cannot be folded.
//
// RUN: cim-opt --cim-fold-constants --split-input-file --verify-diagnostics %s

func.func @main() -> tensor<4xf32> {
  %c = "tosa.const"() {values = dense<1.0> : tensor<4xf32>} : () -> tensor<4xf32>
  // expected-error @+1 {{no digital instruction for 'tosa.reverse'}}
  %y = tosa.reverse %c {axis = 0 : i32} : (tensor<4xf32>) -> tensor<4xf32>
  return %y : tensor<4xf32>
}

// -----

func.func @main() -> tensor<2xf32> {
  // expected-error @+1 {{'value' must be dense, or a dense_resource that is present}}
  %c = "tosa.const"() {values = dense_resource<missing> : tensor<2xf32>} : () -> tensor<2xf32>
  %y = tosa.exp %c : (tensor<2xf32>) -> tensor<2xf32>
  return %y : tensor<2xf32>
}
