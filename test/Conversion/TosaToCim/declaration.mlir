// A function without a body is left as it is (cim-verify-input refuses it).
// RUN: cim-opt %s --convert-tosa-to-cim | FileCheck %s

// CHECK: func.func private @absent(tensor<1x4xf32>) -> tensor<1x4xf32>
module attributes {cim.target = #cim.target<mapping = <crossbar = <>>,
  precision = <weight = <>, activation = <>, adc = <>>>} {
  func.func private @absent(tensor<1x4xf32>) -> tensor<1x4xf32>
}
