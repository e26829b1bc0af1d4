// RUN: cim-opt %s --convert-cim-to-xbar -o %t.xbar.mlir
// RUN: FileCheck %s --input-file=%t.xbar.mlir
// RUN: cim-eval %s %t.xbar.mlir --seed=1 --runs=8 --low=-3 --high=3

!zero = !quant.uniform<i4<-7:7>:f32, 0.25>
!point = !quant.uniform<u8:f32, 0.10000000149011612:128>
!axis = !quant.uniform<u4:f32:1, {0.5:15, 0.25:0, 0.125:8}>
!binary = !quant.uniform<i2<-1:1>:f32:1, {0.5, 3.0, 1.0}>

// CHECK-LABEL: xbar.program @main
func.func @main(%x: tensor<8x3xf32>, %i: tensor<8x3xi32>)
    -> (tensor<8x3xf32>, tensor<8x3xf32>, tensor<8x3xf32>, tensor<8x3xf32>, tensor<8x3xf32>,
        tensor<8x3xui8>, tensor<1xf32>) {
  // CHECK: %[[R:.*]] = xbar.binary {{.*}}<div>
  // CHECK-NEXT: %[[C:.*]] = xbar.cast %[[R]] {{.*}} -> tensor<8x3xi32>
  // CHECK-NEXT: %[[K:.*]] = xbar.clamp %[[C]] {{.*}}max = 7.000000e+00 : f64, min = -7.000000e+00 : f64
  // CHECK: %[[F:.*]] = xbar.cast %[[K]] {{.*}} -> tensor<8x3xf32>
  // CHECK: xbar.binary %[[F]], {{.*}}<mul>
  %a = cim.quantize %x : tensor<8x3xf32> -> tensor<8x3x!zero>
  %af = cim.dequantize %a : tensor<8x3x!zero> -> tensor<8x3xf32>
  // Clamped before the addition, which would wrap around.
  // CHECK: %[[K:.*]] = xbar.clamp {{.*}}max = 1.270000e+02 : f64, min = -1.280000e+02 : f64
  // CHECK: xbar.binary %[[K]], {{.*}}<add>
  // CHECK: xbar.binary {{.*}}<sub>
  %b = cim.quantize %x : tensor<8x3xf32> -> tensor<8x3x!point>
  %bf = cim.dequantize %b : tensor<8x3x!point> -> tensor<8x3xf32>
  // Zero points differ: clamped again after it.
  // CHECK: xbar.clamp {{.*}}max = 1.500000e+01 : f64, min = -1.500000e+01 : f64
  // CHECK: xbar.clamp {{.*}}max = 1.500000e+01 : f64, min = 0.000000e+00 : f64
  %c = cim.quantize %x : tensor<8x3xf32> -> tensor<8x3x!axis>
  %cf = cim.dequantize %c : tensor<8x3x!axis> -> tensor<8x3xf32>
  // CHECK: xbar.binary {{.*}}<greater_equal>
  // CHECK: xbar.select {{.*}} -> tensor<8x3xi32>
  %d = cim.quantize binary %x : tensor<8x3xf32> -> tensor<8x3x!binary>
  %df = cim.dequantize %d : tensor<8x3x!binary> -> tensor<8x3xf32>
  %e = cim.storage_cast %i : tensor<8x3xi32> -> tensor<8x3x!axis>
  %ef = cim.dequantize %e : tensor<8x3x!axis> -> tensor<8x3xf32>
  %eu = cim.storage_cast %e : tensor<8x3x!axis> -> tensor<8x3xui8>
  // Constants are folded.
  // CHECK: xbar.constant dense<-3.500000e+00> : tensor<1xf32>
  %k = "tosa.const"() {values = dense<-9> : tensor<1xi8>} : () -> tensor<1xi8>
  %kq = cim.storage_cast %k : tensor<1xi8> -> tensor<1x!quant.uniform<i4<-7:7>:f32, 0.5>>
  %kf = cim.dequantize %kq : tensor<1x!quant.uniform<i4<-7:7>:f32, 0.5>> -> tensor<1xf32>
  %kn = tosa.abs %kf : (tensor<1xf32>) -> tensor<1xf32>
  return %af, %bf, %cf, %df, %ef, %eu, %kn : tensor<8x3xf32>, tensor<8x3xf32>, tensor<8x3xf32>,
    tensor<8x3xf32>, tensor<8x3xf32>, tensor<8x3xui8>, tensor<1xf32>
}
