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

{-#
  dialect_resources: {builtin: {short: "0x02000000003F"}}
#-}
