// RUN: cim-opt %s --pass-pipeline='builtin.module(cim-verify-input,cim-sink-broadcasts)' --split-input-file --verify-diagnostics

// Sizes are compared, so all must be known: the gate before the pass sees to that.

// expected-error @+1 {{'func.func' op argument 0 must be a tensor of static shape, got 'tensor<?x4xf32>'}}
func.func @main(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %multiples = tosa.const_shape {values = dense<[3, 1]> : tensor<2xindex>} : () -> !tosa.shape<2>
  %rows = tosa.tile %x, %multiples : (tensor<?x4xf32>, !tosa.shape<2>) -> tensor<?x4xf32>
  %y = tosa.exp %rows : (tensor<?x4xf32>) -> tensor<?x4xf32>
  return %y : tensor<?x4xf32>
}
