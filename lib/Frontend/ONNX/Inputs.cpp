//===- Inputs.cpp - What users say of inputs --------------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A shape that is given, or that a value given has, binds the symbolic dimensions of its input;
// a symbol that one input binds is bound in all.
//
//===----------------------------------------------------------------------===//

#include "Inputs.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"

using namespace llvm;
using namespace cim;
using namespace cim::onnx_frontend;
using onnx::ValueInfoProto;
using Dimension = onnx::TensorShapeProto::Dimension;

//===----------------------------------------------------------------------===//
// Options
//===----------------------------------------------------------------------===//

static std::string freezeInput(StringRef assignment, ImportOptions &options) {
  auto [name, path] = assignment.split('=');
  if (name.empty() || path.empty())
    return ("a frozen input is given as NAME=FILE, got '" + assignment + "'").str();
  auto [entry, isNew] = options.frozen.try_emplace(name);
  if (!isNew)
    return ("input '" + name + "' is frozen twice").str();
  return data::readArray(path.str(), entry->second);
}

static std::string shapeInput(StringRef assignment, ImportOptions &options) {
  auto [name, text] = assignment.rsplit('=');
  Shape shape;
  bool isValid = !name.empty() && !text.empty();
  for (StringRef size : split(text, 'x'))
    isValid &= all_of(size, isDigit) && !size.getAsInteger(10, shape.emplace_back());
  if (!isValid)
    return ("a shape is given as NAME=1x3x224x224, got '" + assignment + "'").str();
  if (is_contained(shape, 0))
    return ("the dimensions given for input '" + name + "' must be positive, got " + text).str();
  try {
    elementCount(shape);
  } catch (const ImportError &error) {
    return ("input '" + name + "': " + error.what()).str();
  }
  if (!options.shapes.try_emplace(name, shape).second)
    return ("the shape of input '" + name + "' is given twice").str();
  return "";
}

std::string cim::onnx_frontend::readInputOptions(ArrayRef<std::string> freeze,
                                                 ArrayRef<std::string> shapes,
                                                 ImportOptions &options) {
  for (StringRef assignment : freeze)
    if (std::string error = freezeInput(assignment, options); !error.empty())
      return error;
  for (StringRef assignment : shapes)
    if (std::string error = shapeInput(assignment, options); !error.empty())
      return error;
  return "";
}

//===----------------------------------------------------------------------===//
// Shapes
//===----------------------------------------------------------------------===//

/// What a symbol stands for, and the input that said so.
struct Binding {
  int64_t size;
  StringRef input;
};
using Bindings = StringMap<Binding>;

static void checkInput(const ValueInfoProto &input) {
  const std::string name = "input '" + input.name() + "'";
  if (!input.type().has_tensor_type())
    fail(name + " must be a tensor" +
         (input.type().has_sequence_type()   ? ", got a sequence"
          : input.type().has_optional_type() ? ", got an optional value"
                                             : ""));
  const onnx::TypeProto::Tensor &type = input.type().tensor_type();
  if (!isSupported(ElementType(type.elem_type())))
    fail(name + ": element type " + str(ElementType(type.elem_type())) + " is not supported");
  for (const auto &[axis, dim] : enumerate(type.shape().dim()))
    if (dim.dim_value() < 0)
      fail(name + ": dimension " + Twine(axis) + " must not be negative, got " +
           Twine(dim.dim_value()));
}

/// "batch", or "?" if the dimension has no name.
static std::string nameOf(const Dimension &dim) {
  return dim.dim_param().empty() ? "?" : dim.dim_param();
}

/// "[batch, 3, 224, 224]".
static std::string str(const onnx::TensorShapeProto &shape) {
  auto names = map_range(shape.dim(), [](const Dimension &dim) {
    return dim.has_dim_value() ? std::to_string(dim.dim_value()) : nameOf(dim);
  });
  return "[" + join(names, ", ") + "]";
}

static void bind(const ValueInfoProto &input, ArrayRef<int64_t> given, Bindings &bindings) {
  const onnx::TypeProto::Tensor &type = input.type().tensor_type();
  if (!type.has_shape())
    return;
  auto fits = [](const Dimension &dim, int64_t size) {
    return !dim.has_dim_value() || dim.dim_value() == size;
  };
  if (size_t(type.shape().dim_size()) != given.size() ||
      !all_of_zip(type.shape().dim(), given, fits))
    fail("input '" + input.name() + "' has shape " + str(type.shape()) + " and is given " +
         str(given));
  for (const auto &[dim, size] : zip(type.shape().dim(), given)) {
    if (dim.dim_param().empty())
      continue;
    Binding bound =
        bindings.try_emplace(dim.dim_param(), Binding{size, input.name()}).first->second;
    if (bound.size != size)
      fail("dimension '" + dim.dim_param() + "' is " + Twine(bound.size) + " in input '" +
           bound.input + "' and " + Twine(size) + " in input '" + input.name() + "'");
  }
}

/// The shape that the model and the bindings say.
static Shape shapeOf(const ValueInfoProto &input, const Bindings &bindings) {
  const onnx::TypeProto::Tensor &type = input.type().tensor_type();
  if (!type.has_shape())
    fail("input '" + input.name() + "' has no shape, give it one with --shape " + input.name() +
         "=<size>x<size>x...");
  Shape shape;
  std::string request; // "<batch>x3x224x224"
  std::optional<unsigned> open;
  for (const auto &[axis, dim] : enumerate(type.shape().dim())) {
    auto bound = bindings.find(dim.dim_param());
    bool isKnown = dim.has_dim_value() || bound != bindings.end();
    shape.push_back(dim.has_dim_value() ? dim.dim_value() : isKnown ? bound->second.size : 0);
    request +=
        (axis ? "x" : "") + (isKnown ? std::to_string(shape.back()) : "<" + nameOf(dim) + ">");
    if (!isKnown && !open)
      open = axis;
  }
  if (open)
    fail("input '" + input.name() + "': dimension " + Twine(*open) + " is '" +
         nameOf(type.shape().dim(*open)) + "', give the shape with --shape " + input.name() + "=" +
         request);
  return shape;
}

StringMap<Shape> cim::onnx_frontend::inputShapes(ArrayRef<const ValueInfoProto *> inputs,
                                                 const ImportOptions &options) {
  StringMap<Shape> shapes = options.shapes;
  for (const auto &[name, array] : options.frozen)
    if (!shapes.try_emplace(name, array.shape.begin(), array.shape.end()).second)
      fail("input '" + name + "' is given both a value and a shape");
  Bindings bindings;
  StringSet<> known;
  for (const ValueInfoProto *input : inputs) {
    checkInput(*input);
    known.insert(input->name());
    if (auto given = shapes.find(input->name()); given != shapes.end())
      bind(*input, given->second, bindings);
  }
  for (StringRef name : shapes.keys())
    if (!known.contains(name))
      fail("the graph has no input '" + name + "', which is given a value or a shape, it has '" +
           join(map_range(inputs, [](const ValueInfoProto *input) { return input->name(); }),
                "', '") +
           "'");
  for (const ValueInfoProto *input : inputs)
    if (!shapes.contains(input->name()))
      shapes[input->name()] = shapeOf(*input, bindings);
  return shapes;
}
