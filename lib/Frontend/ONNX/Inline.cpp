//===- Inline.cpp - Functions of a model ------------------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The body of a function takes the place of each call, its values renamed. Defaults of attributes
// and overloads are younger than libonnx, which keeps them as unknown fields. Bodies can call
// functions, so that a small model could become a large one: what is copied is bounded.
//
//===----------------------------------------------------------------------===//

#include "Inline.h"
#include "Constant.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringMap.h"
#include <google/protobuf/unknown_field_set.h>
#include <map>
#include <tuple>

using namespace llvm;
using namespace cim::onnx_frontend;
using onnx::AttributeProto;
using onnx::FunctionProto;
using onnx::NodeProto;

/// Fields of messages that libonnx does not know.
static constexpr int kNodeOverload = 8, kFunctionAttributeProto = 11, kFunctionOverload = 13;

/// Calls in calls.
static constexpr size_t kMaxDepth = 100;
/// Bytes that nodes of functions take, roughly.
static constexpr size_t kMaxCopied = size_t(1) << 28, kNodeBytes = 1024;

static std::vector<std::string> unknownFields(const google::protobuf::Message &message,
                                              int number) {
  const auto &fields = message.GetReflection()->GetUnknownFields(message);
  std::vector<std::string> result;
  for (int i = 0; i < fields.field_count(); ++i)
    if (fields.field(i).number() == number &&
        fields.field(i).type() == google::protobuf::UnknownField::TYPE_LENGTH_DELIMITED)
      result.push_back(fields.field(i).length_delimited());
  return result;
}

namespace {

/// Domain, name and overload.
using Key = std::tuple<std::string, std::string, std::string>;

/// A call of a function.
struct Call {
  std::string name; ///< Begins the names of what replaces it.
  const FunctionProto &function;
  StringMap<std::string> values; ///< Names outside of the function's values.
  std::vector<AttributeProto> attributes;
};

class Inliner {
public:
  explicit Inliner(onnx::ModelProto &model);
  void run();

private:
  void place(NodeProto &&node);
  Call open(const FunctionProto &function, const NodeProto &node);
  NodeProto instantiate(const NodeProto &inner, Call &call);
  std::string freshName(const std::string &wanted);

  onnx::GraphProto &graph;
  std::map<Key, const FunctionProto *> functions;
  StringMap<unsigned> used; ///< Names of all values, and the last number put behind each.
  SmallVector<const FunctionProto *> active;
  size_t copied = 0;
};

} // namespace

/// The default domain has two names.
static StringRef shortDomain(StringRef domain) { return domain == "ai.onnx" ? "" : domain; }

static Key makeKey(const google::protobuf::Message &message, StringRef domain,
                   const std::string &name, int overloadField) {
  std::vector<std::string> overload = unknownFields(message, overloadField);
  return {shortDomain(domain).str(), name, overload.empty() ? "" : overload.back()};
}

static std::string nameOf(const FunctionProto &function) {
  return "function '" + function.domain() + "." + function.name() + "'";
}

static std::string nameOf(const NodeProto &node) {
  return node.name().empty() && node.output_size() ? node.output(0) : node.name();
}

Inliner::Inliner(onnx::ModelProto &model) : graph(*model.mutable_graph()) {
  StringMap<int64_t> opsets;
  for (const onnx::OperatorSetIdProto &opset : model.opset_import())
    opsets[shortDomain(opset.domain())] = opset.version();
  for (const FunctionProto &function : model.functions()) {
    Key key = makeKey(function, function.domain(), function.name(), kFunctionOverload);
    if (!functions.try_emplace(key, &function).second)
      fail(nameOf(function) + " is defined twice");
    for (const onnx::OperatorSetIdProto &opset : function.opset_import())
      if (int64_t version =
              opsets.try_emplace(shortDomain(opset.domain()), opset.version()).first->second;
          version != opset.version())
        fail(nameOf(function) + " imports version " + Twine(opset.version()) +
             " of the operator set '" + opset.domain() + "', the model version " + Twine(version));
  }
  for (const onnx::ValueInfoProto &input : graph.input())
    used[input.name()] = 1;
  for (const onnx::TensorProto &initializer : graph.initializer())
    used[initializer.name()] = 1;
  for (const NodeProto &node : graph.node())
    for (const std::string &name : node.output())
      used[name] = 1;
}

void Inliner::run() {
  google::protobuf::RepeatedPtrField<NodeProto> nodes;
  nodes.Swap(graph.mutable_node());
  for (NodeProto &node : nodes)
    place(std::move(node));
}

std::string Inliner::freshName(const std::string &wanted) {
  auto [entry, isNew] = used.try_emplace(wanted, 1);
  if (isNew)
    return wanted;
  unsigned &last = entry->second;
  std::string name;
  do
    name = wanted + "_" + std::to_string(++last);
  while (!used.try_emplace(name, 1).second);
  return name;
}

/// Appends a node, or what the function does that it calls.
void Inliner::place(NodeProto &&node) {
  auto found = functions.find(makeKey(node, node.domain(), node.op_type(), kNodeOverload));
  if (found == functions.end()) {
    *graph.add_node() = std::move(node);
    return;
  }
  const FunctionProto &function = *found->second;
  if (is_contained(active, &function))
    fail(nameOf(function) + " calls itself");
  if (active.size() == kMaxDepth)
    fail("calls of functions must nest at most " + Twine(kMaxDepth) + " levels");
  active.push_back(&function);
  Call call = open(function, node);
  for (const NodeProto &inner : function.node())
    place(instantiate(inner, call));
  // What the function gives back as it came, or twice.
  for (auto [name, result] : zip_first(node.output(), function.output())) {
    const std::string &value = call.values[result];
    if (name.empty() || value == name)
      continue;
    NodeProto identity;
    identity.set_op_type("Identity");
    identity.add_input(value);
    identity.add_output(name);
    *graph.add_node() = std::move(identity);
  }
  active.pop_back();
}

Call Inliner::open(const FunctionProto &function, const NodeProto &node) {
  if (node.input_size() > function.input_size() || node.output_size() > function.output_size())
    fail(nameOf(function) + " has " + Twine(function.input_size()) + " inputs and " +
         Twine(function.output_size()) + " outputs, a call gives " + Twine(node.input_size()) +
         " and takes " + Twine(node.output_size()));
  Call call{nameOf(node), function, {}, {node.attribute().begin(), node.attribute().end()}};
  for (const std::string &bytes : unknownFields(function, kFunctionAttributeProto))
    if (!call.attributes.emplace_back().ParseFromString(bytes))
      fail(nameOf(function) + " has an attribute that cannot be read");
  call.values[""] = "";
  for (auto [i, name] : enumerate(function.input()))
    if (!call.values.try_emplace(name, int(i) < node.input_size() ? node.input(i) : "").second)
      fail(nameOf(function) + " has input '" + name + "' twice");
  for (auto [name, result] : zip_first(node.output(), function.output()))
    if (!name.empty())
      call.values.try_emplace(result, name);
  return call;
}

/// A node of a function as a call makes it.
NodeProto Inliner::instantiate(const NodeProto &inner, Call &call) {
  NodeProto node = inner;
  auto rename = [&](std::string &name) {
    auto [entry, isNew] = call.values.try_emplace(name);
    if (isNew)
      entry->second = freshName(call.name + "/" + name);
    name = entry->second;
  };
  for_each(*node.mutable_input(), rename);
  for_each(*node.mutable_output(), rename);
  node.set_name(call.name + "/" + nameOf(inner));
  node.clear_attribute();
  for (const AttributeProto &attribute : inner.attribute()) {
    const std::string &reference = attribute.ref_attr_name();
    if (reference.empty()) {
      *node.add_attribute() = attribute;
      continue;
    }
    auto value =
        find_if(call.attributes, [&](const AttributeProto &a) { return a.name() == reference; });
    if (value == call.attributes.end())
      continue; // Absent here as there.
    AttributeProto &bound = *node.add_attribute();
    bound = *value;
    bound.set_name(attribute.name());
  }
  copied += node.ByteSizeLong() + kNodeBytes;
  if (copied > kMaxCopied)
    fail("the functions of the model expand to more than " + Twine(kMaxCopied >> 20) + " MiB");
  return node;
}

void cim::onnx_frontend::inlineFunctions(onnx::ModelProto &model) {
  if (model.functions_size())
    Inliner(model).run();
}
