//===- Grid.cpp - The points of a sweep -------------------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Reads YAML to axes and multiplies them out; what keys mean is Settings.h's. Nothing that
// yaml-cpp throws leaves.
//
//===----------------------------------------------------------------------===//

#include "cim-mlir/Sweep/Grid.h"

#include "Settings.h"
#include "cim-mlir/Sweep/Results.h"
#include "cim-mlir/Target/TargetDescription.h"
#include "mlir/IR/Diagnostics.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include <yaml-cpp/yaml.h>

using namespace mlir;
using namespace cim;
using namespace cim::sweep;

/// More would not end in a lifetime.
static constexpr size_t kMaxPoints = 100000;

namespace {

struct Value {
  std::string text;
  Location location;
};

struct Axis {
  std::string key;
  std::vector<Value> values;
};

/// The common axes and those of a block, which replace them.
struct Block {
  Location location;
  SmallVector<Axis, 0> axes;

  Axis *find(StringRef key) {
    return llvm::find_if(axes, [&](const Axis &axis) { return axis.key == key; });
  }
};

/// Which value of each axis of a block a point has.
using Choice = SmallVector<size_t>;

class GridReader {
public:
  GridReader(StringRef path, MLIRContext *context)
      : path(path), context(context), settings(llvm::sys::path::parent_path(path)) {}

  LogicalResult read(const YAML::Node &file, Grid &grid);

  Location locate(const YAML::Mark &mark) const {
    return FileLineColLoc::get(context, path, std::max(mark.line, 0) + 1,
                               std::max(mark.column, 0) + 1);
  }

private:
  LogicalResult readAxes(const YAML::Node &map, Block &block);
  LogicalResult readValues(const YAML::Node &node, Axis &axis);
  LogicalResult checkBlock(const YAML::Node &map);
  LogicalResult readBlock(const Block &block, Grid &grid);
  LogicalResult checkTarget(const Block &block);
  LogicalResult checkTarget(const Block &block, const Choice &choice, size_t changed);
  LogicalResult makePoint(const Block &block, const Choice &choice, Point &point);
  LogicalResult check(Location location, const std::string &error) const {
    return error.empty() ? success() : LogicalResult(emitError(location) << error);
  }

  StringRef path;
  MLIRContext *context;
  Settings settings;
};

} // namespace

//===----------------------------------------------------------------------===//
// Axes
//===----------------------------------------------------------------------===//

/// A value as it stands in a file of one line; empty if it cannot be one.
static std::string print(const YAML::Node &node) {
  if (node.IsScalar())
    return node.Scalar();
  if (!node.IsSequence())
    return "";
  SmallVector<std::string> elements;
  for (const auto &element : node) {
    if (!element.IsScalar())
      return "";
    elements.push_back(element.Scalar());
  }
  return "[" + llvm::join(elements, ", ") + "]";
}

LogicalResult GridReader::readValues(const YAML::Node &node, Axis &axis) {
  auto add = [&](const YAML::Node &value) {
    axis.values.push_back({print(value), locate(value.Mark())});
    if (!axis.values.back().text.empty())
      return success();
    return LogicalResult(emitError(locate(value.Mark()))
                         << "the values of '" << axis.key
                         << "' must be words, numbers or lists of them");
  };
  if (!node.IsSequence())
    return add(node);
  for (const auto &value : node)
    if (failed(add(value)))
      return failure();
  if (!axis.values.empty())
    return success();
  return emitError(locate(node.Mark())) << "'" << axis.key << "' must have a value, got none";
}

LogicalResult GridReader::readAxes(const YAML::Node &map, Block &block) {
  if (!map.IsMap())
    return emitError(locate(map.Mark())) << "a grid and its blocks must be maps of keys to values";
  llvm::SmallVector<std::string> seen;
  for (const auto &entry : map) {
    Axis axis{entry.first.IsScalar() ? entry.first.Scalar() : "", {}};
    if (llvm::is_contained(seen, axis.key))
      return emitError(locate(entry.first.Mark())) << "the key '" << axis.key << "' is given twice";
    seen.push_back(axis.key);
    if (axis.key == "blocks" || axis.key == "cost")
      continue;
    if (failed(readValues(entry.second, axis)))
      return failure();
    Axis *common = block.find(axis.key);
    if (common == block.axes.end())
      block.axes.push_back(std::move(axis));
    else
      *common = std::move(axis);
  }
  return success();
}

//===----------------------------------------------------------------------===//
// Points
//===----------------------------------------------------------------------===//

LogicalResult GridReader::makePoint(const Block &block, const Choice &choice, Point &point) {
  for (auto [axis, index] : llvm::zip_equal(block.axes, choice)) {
    const Value &value = axis.values[index];
    if (failed(check(value.location, settings.set(axis.key, value.text, point))))
      return failure();
  }
  return check(block.location, settings.finish(point));
}

/// Refuses what no target can have. What only does not go together is left to the point.
LogicalResult GridReader::checkTarget(const Block &block, const Choice &choice, size_t changed) {
  Point point;
  if (failed(makePoint(block, choice, point)))
    return failure();
  const CompileOptions &options = point.compile;
  std::string error;
  Location place = block.location; // Where it is said, unless a value of the grid is at fault.
  if (changed < block.axes.size())
    place = block.axes[changed].values[choice[changed]].location;
  {
    ScopedDiagnosticHandler handler(context, [&](Diagnostic &diagnostic) {
      error = diagnostic.str();
      if (isa<FileLineColLoc>(diagnostic.getLocation()))
        place = diagnostic.getLocation();
      return success();
    });
    if (succeeded(readTarget(options.target, context, options.targetSettings,
                             /*checksCombination=*/false)))
      return success();
  }
  for (auto [axis, index] : llvm::zip_equal(block.axes, choice))
    if (StringRef(error).contains("'" + axis.key + "'"))
      place = axis.values[index].location;
  return emitError(place) << error;
}

LogicalResult GridReader::checkTarget(const Block &block) {
  Choice first(block.axes.size(), 0);
  if (failed(checkTarget(block, first, block.axes.size())))
    return failure();
  for (auto [changed, axis] : llvm::enumerate(block.axes)) {
    Choice choice = first;
    for (size_t i = 1; i < axis.values.size(); ++i) {
      choice[changed] = i;
      if (failed(checkTarget(block, choice, changed)))
        return failure();
    }
  }
  return success();
}

LogicalResult GridReader::readBlock(const Block &block, Grid &grid) {
  size_t count = 1;
  for (const Axis &axis : block.axes) {
    count = std::min(count * std::min(axis.values.size(), kMaxPoints + 1), kMaxPoints + 1);
    if (grid.points.size() + count > kMaxPoints)
      return emitError(block.location) << "a grid may have at most " << kMaxPoints << " points";
  }
  if (failed(checkTarget(block)))
    return failure();
  Choice choice(block.axes.size(), 0);
  for (size_t i = 0; i < count; ++i) {
    // The last axis changes first.
    size_t rest = i;
    for (size_t axis = choice.size(); axis-- > 0;) {
      choice[axis] = rest % block.axes[axis].values.size();
      rest /= block.axes[axis].values.size();
    }
    if (failed(makePoint(block, choice, grid.points.emplace_back())))
      return failure();
  }
  return success();
}

/// A block has no keys that are those of the whole grid.
LogicalResult GridReader::checkBlock(const YAML::Node &map) {
  for (const char *key : {"blocks", "cost"})
    if (map.IsMap() && map[key])
      return emitError(locate(map[key].Mark())) << "'" << key << "' must stand outside of 'blocks'";
  return success();
}

LogicalResult GridReader::read(const YAML::Node &file, Grid &grid) {
  Block common{locate(file.Mark()), {}};
  if (failed(readAxes(file, common)))
    return failure();
  if (YAML::Node cost = file["cost"]) {
    grid.cost = print(cost);
    std::vector<std::string> names = getCostNames(context);
    if (!llvm::is_contained(names, grid.cost))
      return emitError(locate(cost.Mark())) << "'cost' must be one of " << llvm::join(names, ", ")
                                            << ", got '" << grid.cost << "'";
  }
  YAML::Node blocks = file["blocks"];
  if (!blocks)
    return readBlock(common, grid);
  if (!blocks.IsSequence() || blocks.size() == 0)
    return emitError(locate(blocks.Mark())) << "'blocks' must be a list of maps";
  for (const auto &map : blocks) {
    Block block = common;
    block.location = locate(map.Mark());
    if (failed(checkBlock(map)) || failed(readAxes(map, block)) || failed(readBlock(block, grid)))
      return failure();
  }
  return success();
}

FailureOr<Grid> cim::sweep::readGrid(StringRef path, MLIRContext *context) {
  GridReader reader(path, context);
  Grid grid;
  auto fail = [&](const YAML::Mark &mark, const Twine &message) {
    return emitError(reader.locate(mark)) << message;
  };
  if (!llvm::sys::fs::is_regular_file(path))
    return fail(YAML::Mark::null_mark(), "there is no such regular file");
  auto buffer = llvm::MemoryBuffer::getFile(path);
  if (!buffer)
    return fail(YAML::Mark::null_mark(), "cannot read the file: " + buffer.getError().message());
  try {
    std::vector<YAML::Node> documents = YAML::LoadAll((*buffer)->getBuffer().str());
    if (documents.size() != 1)
      return fail(YAML::Mark::null_mark(),
                  "a grid must be one document, got " + Twine(documents.size()));
    if (failed(reader.read(documents[0], grid)))
      return failure();
  } catch (const YAML::Exception &error) {
    return fail(error.mark, "invalid YAML: " + error.msg);
  }
  return grid;
}
