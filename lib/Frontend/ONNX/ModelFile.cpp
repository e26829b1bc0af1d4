//===- ModelFile.cpp - Reading model files ----------------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Text contains no control characters; a binary model does within its first bytes.
// ONNX text syntax begins with '<' (after comments), protobuf text does not.
// The bytes of initializers are taken out of a binary model before protobuf parses it
// and copied out of the mapped file once: there are never two copies of the weights.
//
//===----------------------------------------------------------------------===//

#include "ModelFile.h"
#include "Budget.h"
#include "WireCheck.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Process.h"
#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/tokenizer.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <google/protobuf/stubs/logging.h>
#include <google/protobuf/text_format.h>
#include <google/protobuf/wire_format_lite.h>
#include <onnx/defs/parser.h>
#include <sys/mman.h>

using namespace llvm;
using namespace cim::onnx_frontend;
namespace pb = google::protobuf;

/// Text becomes up to a hundred times its size in memory: it is for models without large weights.
static constexpr size_t kMaxTextBytes = 1 << 24;

//===----------------------------------------------------------------------===//
// Text
//===----------------------------------------------------------------------===//

[[noreturn]] static void failAt(StringRef text, size_t offset, const Twine &message) {
  StringRef before = text.take_front(offset);
  unsigned column = before.size() - (before.rfind('\n') + 1);
  throw ImportError(message.str(), before.count('\n') + 1, column + 1);
}

static bool isText(StringRef data) {
  return all_of(data.take_front(4096), [](unsigned char c) { return c >= ' ' || isSpace(c); });
}

/// The text behind leading space and comments.
static StringRef skipComments(StringRef text) {
  for (text = text.ltrim(); text.consume_front("#"); text = text.ltrim())
    text = text.drop_until([](char c) { return c == '\n'; });
  return text;
}

/// The parser of the ONNX syntax recurses once per bracket, without a limit of its own.
static void checkDepth(StringRef text) {
  int depth = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (c == '#' || c == '"') { // To the end of the comment or string.
      i = std::min(text.find(c == '#' ? '\n' : '"', i + 1), text.size());
      continue;
    }
    bool isArrow = c == '>' && i > 0 && text[i - 1] == '=';
    depth += StringRef("{<([").contains(c);
    depth -= StringRef("}>)]").contains(c) && !isArrow;
    if (depth > kMaxDepth)
      failAt(text, i, "the text nests more than " + Twine(kMaxDepth) + " levels");
  }
}

namespace {

/// Tells how far it came.
struct TextParser : onnx::OnnxParser {
  using OnnxParser::OnnxParser;
  size_t offset() const { return next_ - start_; }
};

/// Keeps the first error of a text parser.
struct FirstError : pb::io::ErrorCollector {
  ImportError error{"not a model in protobuf text"};

  void AddError(int line, int column, const std::string &message) override {
    if (error.line == 0)
      error = ImportError(error.what() + (": " + message), line + 1, column + 1);
  }
};

} // namespace

static void parseOnnxText(StringRef text, onnx::ModelProto &model) {
  if (size_t null = text.find('\0'); null != StringRef::npos)
    failAt(text, null, "the text contains a null character");
  checkDepth(text);
  std::string terminated = text.str();
  TextParser parser(terminated.c_str());
  try {
    // The last line of a message says what is wrong; those before, where.
    if (auto status = parser.Parse(model); !status.IsOK())
      failAt(text, parser.offset(),
             "not a model in ONNX text syntax: " +
                 StringRef(status.ErrorMessage()).rsplit('\n').second);
  } catch (const std::logic_error &) { // Of std::stoll and std::stof.
    failAt(text, parser.offset(), "the number before is incomplete or does not fit its type");
  }
}

static void parseProtobufText(StringRef text, onnx::ModelProto &model) {
  FirstError first;
  pb::TextFormat::Parser parser;
  parser.SetRecursionLimit(kMaxDepth);
  parser.RecordErrorsTo(&first);
  pb::io::ArrayInputStream stream(text.data(), text.size());
  if (!parser.Parse(&stream, &model))
    throw first.error;
}

static void parseText(StringRef text, onnx::ModelProto &model) {
  if (text.size() > kMaxTextBytes)
    fail("a model in text must have at most " + Twine(kMaxTextBytes) + " bytes, got " +
         Twine(text.size()) + ": binary protobuf has no such limit");
  if (skipComments(text).starts_with("<"))
    parseOnnxText(text, model);
  else
    parseProtobufText(text, model);
}

//===----------------------------------------------------------------------===//
// Files
//===----------------------------------------------------------------------===//

/// The content of a file that may be a message of protobuf.
static std::unique_ptr<MemoryBuffer> readFile(StringRef path) {
  bool regular; // Reading a device may never end.
  if (path != "-" && !sys::fs::is_regular_file(path, regular) && !regular)
    fail("cannot read the file: not a regular file");
  auto buffer = MemoryBuffer::getFileOrSTDIN(path, /*IsText=*/false,
                                             /*RequiresNullTerminator=*/false);
  if (!buffer)
    fail("cannot read the file: " + buffer.getError().message());
  size_t size = (*buffer)->getBufferSize();
  if (size == 0)
    fail("the file is empty");
  if (size > INT_MAX)
    fail("a model file must be smaller than 2 GiB, got " + Twine(size) + " bytes");
  return std::move(*buffer);
}

[[noreturn]] static void failParsing(StringRef what) {
  fail("not an ONNX " + what + ", or a truncated one");
}

static void parseBinary(StringRef data, pb::MessageLite &message, StringRef what) {
  pb::io::CodedInputStream stream(reinterpret_cast<const uint8_t *>(data.data()), data.size());
  stream.SetRecursionLimit(kMaxDepth);
  if (!message.ParseFromCodedStream(&stream) || !stream.ConsumedEntireMessage())
    failParsing(what);
}

namespace {

/// A binary model taken apart.
struct ModelParts {
  /// Of initializer `index`, counted over the whole file.
  struct Weights {
    int index;
    StringRef bytes;
  };
  std::string rest; ///< The model without the bytes of its initializers.
  std::vector<Weights> weights;
  int numInitializers = 0;
};

} // namespace

/// The fields that lead from a model to the bytes of an initializer.
static constexpr int kWeightsPath[] = {onnx::ModelProto::kGraphFieldNumber,
                                       onnx::GraphProto::kInitializerFieldNumber,
                                       onnx::TensorProto::kRawDataFieldNumber};

/// Appends a message to `rest`, but what lies at the end of the path to the weights.
static void takeApart(StringRef data, ArrayRef<int> path, std::string &rest, ModelParts &parts) {
  using Wire = pb::internal::WireFormatLite;
  pb::io::CodedInputStream in(reinterpret_cast<const uint8_t *>(data.data()), data.size());
  pb::io::StringOutputStream stream(&rest);
  pb::io::CodedOutputStream out(&stream);
  const uint32_t pathTag = Wire::MakeTag(path.front(), Wire::WIRETYPE_LENGTH_DELIMITED);
  while (uint32_t tag = in.ReadTag()) {
    if (tag != pathTag) {
      if (!Wire::SkipField(&in, tag, &out))
        failParsing("model");
      continue;
    }
    uint32_t size;
    if (!in.ReadVarint32(&size) || size > data.size() - in.CurrentPosition())
      failParsing("model");
    StringRef field = data.substr(in.CurrentPosition(), size);
    in.Skip(size);
    if (path.size() == 1) {
      // Of a field given twice the last counts.
      if (!parts.weights.empty() && parts.weights.back().index == parts.numInitializers)
        parts.weights.pop_back();
      parts.weights.push_back({parts.numInitializers, field});
      continue;
    }
    std::string inner;
    takeApart(field, path.drop_front(), inner, parts);
    parts.numInitializers += path.size() == 2;
    out.WriteTag(tag);
    out.WriteVarint32(inner.size());
    out.WriteString(inner);
  }
  if (!in.ConsumedEntireMessage())
    failParsing("model");
}

void cim::onnx_frontend::giveBack(StringRef bytes, const MemoryBuffer &file) {
  if (file.getBufferKind() != MemoryBuffer::MemoryBuffer_MMap)
    return;
  // MemoryBuffer's own function calls posix_madvise, which glibc ignores.
  uintptr_t page = sys::Process::getPageSizeEstimate();
  uintptr_t begin = reinterpret_cast<uintptr_t>(bytes.begin()) / page * page;
  madvise(reinterpret_cast<void *>(begin), reinterpret_cast<uintptr_t>(bytes.end()) - begin,
          MADV_DONTNEED);
}

/// Copies bytes out of a file, whose pages are given back while they are read.
static std::string copyOut(StringRef bytes, const MemoryBuffer &file) {
  constexpr size_t kStep = 1 << 22;
  std::string copied;
  copied.reserve(bytes.size());
  for (; !bytes.empty(); bytes = bytes.drop_front(std::min(kStep, bytes.size()))) {
    copied += bytes.take_front(kStep);
    giveBack(bytes.take_front(kStep), file);
  }
  return copied;
}

static void parseBinaryModel(StringRef data, onnx::ModelProto &model, MemoryBuffer &file) {
  ModelParts parts;
  takeApart(data, kWeightsPath, parts.rest, parts);
  parseBinary(parts.rest, model, "model");
  for (const ModelParts::Weights &weights : parts.weights)
    *model.mutable_graph()->mutable_initializer(weights.index)->mutable_raw_data() =
        copyOut(weights.bytes, file);
}

onnx::ModelProto cim::onnx_frontend::readModel(StringRef path) {
  std::unique_ptr<MemoryBuffer> buffer = readFile(path);
  StringRef data = buffer->getBuffer();
  // Errors are reported by us, once.
  pb::LogSilencer silencer;
  onnx::ModelProto model;
  data.consume_front("\xEF\xBB\xBF"); // A byte order mark.
  if (!isText(data)) {
    checkWire(data, *model.GetDescriptor());
    parseBinaryModel(data, model, *buffer);
  } else {
    parseText(data, model);
  }
  if (int nodes = model.graph().node_size(); nodes > kMaxNodes)
    fail("a graph must have at most " + Twine(kMaxNodes) + " nodes, got " + Twine(nodes));
  return model;
}

onnx::TensorProto cim::onnx_frontend::readTensorProto(StringRef path) {
  std::unique_ptr<MemoryBuffer> buffer = readFile(path);
  pb::LogSilencer silencer;
  onnx::TensorProto tensor;
  checkWire(buffer->getBuffer(), *tensor.GetDescriptor());
  parseBinary(buffer->getBuffer(), tensor, "tensor");
  return tensor;
}
