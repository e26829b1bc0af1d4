// RUN: cim-opt %s --convert-cim-to-xbar -o %t.xbar.mlir
// RUN: cim-eval %s %t.xbar.mlir --seed=1 --runs=4

func.func @main(%x: tensor<1x4x4x2xf32>) -> (tensor<1x4x4x4xf32>, tensor<2x12x2xf32>, tensor<1x1x1x2xf32>, tensor<1x4x4x2xi1>) {
  %wd = "tosa.const"() {values = dense<[[[[1.0, -1.5], [2.0, 0.5]], [[3.0, 2.5], [4.0, -4.0]]]]> : tensor<1x2x2x2xf32>} : () -> tensor<1x2x2x2xf32>
  %b = "tosa.const"() {values = dense<[0.5, 1.5, 2.5, 3.5]> : tensor<4xf32>} : () -> tensor<4xf32>
  %z = "tosa.const"() {values = dense<0.0> : tensor<1xf32>} : () -> tensor<1xf32>
  %v = "tosa.const"() {values = dense<2.5> : tensor<1xf32>} : () -> tensor<1xf32>
  %s = "tosa.const"() {values = dense<0> : tensor<1xi8>} : () -> tensor<1xi8>
  %shape = tosa.const_shape {values = dense<[1, 16, 2]> : tensor<3xindex>} : () -> !tosa.shape<3>
  %start = tosa.const_shape {values = dense<[0, 5, 0]> : tensor<3xindex>} : () -> !tosa.shape<3>
  %size = tosa.const_shape {values = dense<[1, 11, 1]> : tensor<3xindex>} : () -> !tosa.shape<3>
  %padding = tosa.const_shape {values = dense<[0, 0, 1, 0, 0, 0]> : tensor<6xindex>} : () -> !tosa.shape<6>
  %times = tosa.const_shape {values = dense<[2, 1, 2]> : tensor<3xindex>} : () -> !tosa.shape<3>
  %a = tosa.depthwise_conv2d %x, %wd, %b, %z, %z {acc_type = f32, pad = array<i64: 0, 0, 1, 0>, stride = array<i64: 1, 1>, dilation = array<i64: 1, 1>} : (tensor<1x4x4x2xf32>, tensor<1x2x2x2xf32>, tensor<4xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x4x4x4xf32>
  %r = tosa.reshape %x, %shape : (tensor<1x4x4x2xf32>, !tosa.shape<3>) -> tensor<1x16x2xf32>
  %c = tosa.slice %r, %start, %size : (tensor<1x16x2xf32>, !tosa.shape<3>, !tosa.shape<3>) -> tensor<1x11x1xf32>
  %d = tosa.pad %c, %padding, %v : (tensor<1x11x1xf32>, !tosa.shape<6>, tensor<1xf32>) -> tensor<1x12x1xf32>
  %e = tosa.tile %d, %times : (tensor<1x12x1xf32>, !tosa.shape<3>) -> tensor<2x12x2xf32>
  %p = tosa.avg_pool2d %x, %z, %z {acc_type = f32, kernel = array<i64: 4, 4>, stride = array<i64: 4, 4>, pad = array<i64: 0, 0, 0, 0>} : (tensor<1x4x4x2xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x1x1x2xf32>
  %m = tosa.mul %x, %x, %s : (tensor<1x4x4x2xf32>, tensor<1x4x4x2xf32>, tensor<1xi8>) -> tensor<1x4x4x2xf32>
  %g = tosa.greater %m, %p : (tensor<1x4x4x2xf32>, tensor<1x1x1x2xf32>) -> tensor<1x4x4x2xi1>
  return %a, %e, %p, %g : tensor<1x4x4x4xf32>, tensor<2x12x2xf32>, tensor<1x1x1x2xf32>, tensor<1x4x4x2xi1>
}
