//===- OneDnn.cpp - The same layers by oneDNN -----------------------------===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Inputs and weights are in the primitive's layouts from the start, so no reorder is
// part of what is measured. Their values do not matter: ones.
//
//===----------------------------------------------------------------------===//

#include "OneDnn.h"

#include <dnnl.hpp>

// Of OpenMP, whose header clang does not have.
extern "C" void omp_set_num_threads(int);

using namespace cim::bench;
using dnnl::memory;

namespace {

/// A primitive with its operands.
struct Product {
  dnnl::engine engine{dnnl::engine::kind::cpu, 0};
  dnnl::stream stream{engine};
  dnnl::primitive primitive;
  std::unordered_map<int, memory> arguments;

  template <typename Descriptor> void prepare(const Descriptor &descriptor) {
    for (auto [argument, desc] : {std::pair(DNNL_ARG_SRC, descriptor.src_desc()),
                                  {DNNL_ARG_WEIGHTS, descriptor.weights_desc()},
                                  {DNNL_ARG_DST, descriptor.dst_desc()}}) {
      memory operand(desc, engine);
      auto *bytes = static_cast<uint8_t *>(operand.get_data_handle());
      if (desc.data_type() == memory::data_type::f32)
        std::fill_n(reinterpret_cast<float *>(bytes), desc.get_size() / sizeof(float), 1.0f);
      else
        std::fill_n(bytes, desc.get_size(), 1);
      arguments.emplace(argument, operand);
    }
  }
};

} // namespace

static void prepareMatmul(Product &product, const LayerShape &shape, memory::data_type source,
                          memory::data_type weights) {
  auto any = memory::format_tag::any;
  dnnl::matmul::desc operation(
      {{shape.size, shape.inputs}, source, memory::format_tag::ab},
      {{shape.inputs, shape.outputs}, weights, any},
      {{shape.size, shape.outputs}, memory::data_type::f32, memory::format_tag::ab});
  dnnl::matmul::primitive_desc descriptor(operation, product.engine);
  product.primitive = dnnl::matmul(descriptor);
  product.prepare(descriptor);
}

static void prepareConvolution(Product &product, const LayerShape &shape, memory::data_type source,
                               memory::data_type weights) {
  auto any = memory::format_tag::any;
  dnnl::convolution_forward::desc operation(
      dnnl::prop_kind::forward_inference, dnnl::algorithm::convolution_direct,
      {{shape.samples, shape.inputs, shape.size, shape.size}, source, any},
      {{shape.outputs, shape.inputs, 3, 3}, weights, any},
      {{shape.samples, shape.outputs, shape.size, shape.size}, memory::data_type::f32, any}, {1, 1},
      {1, 1}, {1, 1});
  dnnl::convolution_forward::primitive_desc descriptor(operation, product.engine);
  product.primitive = dnnl::convolution_forward(descriptor);
  product.prepare(descriptor);
}

std::function<void()> cim::bench::makeOneDnnLayer(const LayerShape &shape, bool bytes) {
  omp_set_num_threads(1);
  auto product = std::make_shared<Product>();
  auto source = bytes ? memory::data_type::u8 : memory::data_type::f32;
  auto weights = bytes ? memory::data_type::s8 : memory::data_type::f32;
  if (shape.isProduct)
    prepareMatmul(*product, shape, source, weights);
  else
    prepareConvolution(*product, shape, source, weights);
  return [product] {
    product->primitive.execute(product->stream, product->arguments);
    product->stream.wait();
  };
}
