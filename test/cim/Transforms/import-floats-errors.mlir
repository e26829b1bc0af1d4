// RUN: cim-opt %s --split-input-file --cim-import-floats --verify-diagnostics

func.func @main() -> tensor<2xf64> {
  // expected-error @+1 {{resource 'missing' must be present and have the size of its type}}
  %0 = "tosa.const"() {values = dense_resource<missing> : tensor<2xf64>} : () -> tensor<2xf64>
  return %0 : tensor<2xf64>
}

// -----

func.func @main() -> tensor<2xbf16> {
  // expected-error @+1 {{resource 'short' must be present and have the size of its type}}
  %0 = "tosa.const"() {values = dense_resource<short> : tensor<2xbf16>} : () -> tensor<2xbf16>
  return %0 : tensor<2xbf16>
}

// -----

// 2^61 + 1 numbers have 8 bytes more than 2^64.
func.func @main(%x: tensor<1xf32>) -> tensor<1xf32> {
  // expected-error @+1 {{resource 'wrapped' must be present and have the size of its type}}
  %0 = "tosa.const"() {values = dense_resource<wrapped> : tensor<2305843009213693953xf64>} : () -> tensor<2305843009213693953xf64>
  return %x : tensor<1xf32>
}

// -----

// As have 2^64 of them 0 bytes more.
func.func @main(%x: tensor<1xf32>) -> tensor<1xf32> {
  // expected-error @+1 {{resource 'none' must be present and have the size of its type}}
  %0 = "tosa.const"() {values = dense_resource<none> : tensor<4611686018427387904x4xf64>} : () -> tensor<4611686018427387904x4xf64>
  return %x : tensor<1xf32>
}

{-#
  dialect_resources: {builtin: {none: "0x08000000", short: "0x02000000003F", wrapped: "0x080000000000000000000000"}}
#-}
