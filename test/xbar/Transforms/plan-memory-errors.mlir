// RUN: cim-opt %s --xbar-plan-memory --verify-diagnostics

// expected-error @+1 {{'arena_bytes' must be absent before memory is planned, got 64}}
xbar.program @planned attributes {input_names = ["x"], output_names = ["y"], arena_bytes = 64,
                                  input_offsets = array<i64: 0>} {
^bb0(%x: tensor<2xf32>):
  xbar.output %x : tensor<2xf32>
}
