//===- NodeTest.cpp - One of ONNX's node tests ------------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Each data set is compiled on its own, as its inputs may decide shapes.
//
//===----------------------------------------------------------------------===//

#include "cim-mlir/Conformance/NodeTest.h"
#include "cim-mlir/Data/RuntimeTensors.h"

#include "cim-mlir/Conformance/Comparison.h"
#include "cim-mlir/Execution/Execution.h"
#include "cim-mlir/Frontend/ONNX/Files.h"
#include "cim-mlir/Frontend/ONNX/Import.h"
#include "cim-mlir/Pipeline/Compiler.h"
#include "cim-mlir/Pipeline/Diagnostics.h"
#include "cim-mlir/Pipeline/Pipelines.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/bit.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/JSON.h"
#include <set>

using namespace mlir;
using namespace cim;
using namespace cim::conformance;

static constexpr StringRef kVerdicts[] = {"pass", "refused", "wrong", "crashed"};

StringRef cim::conformance::stringify(Verdict verdict) {
  return kVerdicts[static_cast<int>(verdict)];
}

std::string cim::conformance::serialize(const TestResult &result) {
  llvm::json::Object object{{"verdict", stringify(result.verdict)},
                            {"detail", llvm::json::fixUTF8(result.detail)},
                            {"frozen", llvm::json::Array(result.frozen)}};
  return llvm::formatv("{0}", llvm::json::Value(std::move(object)));
}

TestResult cim::conformance::parseResult(StringRef text) {
  TestResult result{Verdict::Crashed, "no result", {}};
  llvm::Expected<llvm::json::Value> value = llvm::json::parse(text);
  if (!value) {
    llvm::consumeError(value.takeError());
    return result;
  }
  const llvm::json::Object &object = *value->getAsObject();
  result.verdict = Verdict(llvm::find(kVerdicts, *object.getString("verdict")) - kVerdicts);
  result.detail = object.getString("detail")->str();
  for (const llvm::json::Value &name : *object.getArray("frozen"))
    result.frozen.push_back(name.getAsString()->str());
  return result;
}

//===----------------------------------------------------------------------===//
// Execution
//===----------------------------------------------------------------------===//

using Arrays = llvm::StringMap<data::Array>;

/// An array for a tensor of a program, with room for its elements.
static data::Array makeArray(const cim_tensor &tensor) {
  data::Array array{data::elementTypeOf(tensor), {tensor.dims, tensor.dims + tensor.rank}, {}};
  array.bytes.resize(array.size() * data::elementBytes(array.type));
  return array;
}

static TestResult wrong(const std::string &detail) { return {Verdict::Wrong, detail, {}}; }

/// Points the inputs of a program to what is known of them. Data of another shape than the model
/// declares are refused: this program is for that shape.
static TestResult bindInputs(const cim_program *program, Arrays &known,
                             std::vector<cim_tensor> &inputs) {
  for (int32_t i = 0; i < cim_program_num_inputs(program); ++i) {
    std::string name = cim_program_input_name(program, i), input = "input '" + name + "'";
    cim_tensor tensor = cim_program_input(program, i);
    auto found = known.find(name);
    if (found == known.end())
      return wrong(input + " has no data");
    data::Array &array = found->second, needed = makeArray(tensor);
    if (array.shape != needed.shape)
      return {Verdict::Refused,
              input + " must have shape " + data::toString(needed.shape) + ", got data of shape " +
                  data::toString(array.shape),
              {}};
    if (array.type != needed.type)
      return wrong(input + " does not have the element type of the data");
    tensor.data = array.bytes.data();
    inputs.push_back(tensor);
  }
  return {};
}

/// Runs one sample; the outputs are added by name.
static TestResult execute(const cim_program *program, Arrays &known, Arrays &outputs) {
  std::vector<cim_tensor> inputs, results;
  TestResult bound = bindInputs(program, known, inputs);
  if (bound.verdict != Verdict::Pass)
    return bound;
  int32_t count = cim_program_num_outputs(program);
  std::vector<data::Array> arrays;
  for (int32_t i = 0; i < count; ++i) {
    results.push_back(cim_program_output(program, i));
    arrays.push_back(makeArray(results.back()));
    results.back().data = arrays.back().bytes.data();
  }
  cim_executor_options options = {};
  options.threads = 1;
  cim_executor *executor = nullptr;
  cim_message message;
  cim_status status = cim_executor_create(program, &options, &executor, &message);
  if (status == CIM_OK)
    status = cim_executor_run(executor, 1, inputs.data(), inputs.size(), results.data(),
                              results.size(), &message);
  cim_executor_destroy(executor);
  if (status != CIM_OK)
    return wrong(message.text);
  for (int32_t i = 0; i < count; ++i)
    outputs[cim_program_output_name(program, i)] = std::move(arrays[i]);
  return {};
}

//===----------------------------------------------------------------------===//
// A test
//===----------------------------------------------------------------------===//

namespace {

/// A test while it runs.
class NodeTest {
public:
  explicit NodeTest(StringRef folder);

  TestResult run();

private:
  TestResult runDataSet(const std::string &folder);
  OwningOpRef<ModuleOp> import(const Arrays &known);
  FailureOr<Network> compile(const Arrays &known);
  TestResult refuse() const;
  TestResult compareOutputs(const std::string &folder, const Arrays &outputs) const;

  std::string folder, model;
  std::string diagnostics;
  llvm::raw_string_ostream diagnosticStream{diagnostics};
  MLIRContext context{MLIRContext::Threading::DISABLED};
  onnx_frontend::ModelOutline outline;
  std::set<std::string> frozen; // In any data set.
};

} // namespace

/// "FOLDER/input_0.pb"
static std::string filePath(const std::string &folder, StringRef kind, size_t index) {
  return (folder + "/" + kind + "_" + Twine(index) + ".pb").str();
}

NodeTest::NodeTest(StringRef folder) : folder(folder), model((folder + "/model.onnx").str()) {
  DialectRegistry registry;
  registerAllDialects(registry);
  context.appendDialectRegistry(registry);
  context.printOpOnDiagnostic(false);
}

TestResult NodeTest::run() {
  if (std::string error = onnx_frontend::readOutline(model, outline); !error.empty())
    return {Verdict::Refused, error.substr(model.size() + 2), {}};
  TestResult result = wrong("there is no folder test_data_set_0");
  for (size_t set = 0;; ++set) {
    std::string data = folder + "/test_data_set_" + std::to_string(set);
    if (!llvm::sys::fs::is_directory(data))
      return result;
    result = runDataSet(data);
    result.frozen.assign(frozen.begin(), frozen.end());
    if (result.verdict != Verdict::Pass)
      return result;
  }
}

TestResult NodeTest::runDataSet(const std::string &folder) {
  DiagnosticPrinter printer(&context, model, diagnosticStream);
  Arrays known, outputs;
  for (auto [i, port] : llvm::enumerate(outline.inputs)) {
    // What is no tensor, the importer refuses with a better text.
    data::Array array;
    if (onnx_frontend::readTensorFile(filePath(folder, "input", i), port, array).empty())
      known[port.name] = std::move(array);
  }
  FailureOr<Network> network = compile(known);
  if (failed(network))
    return refuse();
  TestResult executed = execute(network->program(), known, outputs);
  return executed.verdict == Verdict::Pass ? compareOutputs(folder, outputs) : executed;
}

/// Imports, again and again, with every input frozen that a converter asks for.
OwningOpRef<ModuleOp> NodeTest::import(const Arrays &known) {
  std::string needed;
  onnx_frontend::ImportOptions options;
  options.needed = &needed;
  while (true) {
    needed.clear();
    OwningOpRef<ModuleOp> module = onnx_frontend::importOnnx(model, &context, options);
    auto value = known.find(needed);
    if (module || value == known.end() || options.frozen.contains(needed))
      return module;
    options.frozen[needed] = value->second;
    frozen.insert(needed);
    diagnostics.clear();
  }
}

FailureOr<Network> NodeTest::compile(const Arrays &known) {
  OwningOpRef<ModuleOp> module = import(known);
  CompileOptions options;
  options.digital = true;
  if (!module || failed(lower(*module, options)))
    return failure();
  return Network::load(*module->getOps<xbar::ProgramOp>().begin());
}

/// The first error, without the path.
TestResult NodeTest::refuse() const {
  StringRef mark = ": error: ";
  size_t at = StringRef(diagnostics).find(mark);
  if (at == StringRef::npos)
    return wrong("compilation failed without a diagnostic");
  StringRef error = StringRef(diagnostics).drop_front(at + mark.size()).split('\n').first;
  return {Verdict::Refused, error.str(), {}};
}

TestResult NodeTest::compareOutputs(const std::string &folder, const Arrays &outputs) const {
  for (auto [i, port] : llvm::enumerate(outline.outputs)) {
    std::string path = filePath(folder, "output", i), output = "output '" + port.name + "'";
    data::Array expected;
    if (std::string error = onnx_frontend::readTensorFile(path, port, expected); !error.empty())
      return wrong(error);
    auto found = outputs.find(port.name);
    if (found == outputs.end())
      return wrong(output + ": the program does not have it");
    if (std::string difference = compare(expected, found->second); !difference.empty())
      return wrong(output + ", " + difference);
  }
  return {};
}

TestResult cim::conformance::runNodeTest(StringRef folder) { return NodeTest(folder).run(); }
