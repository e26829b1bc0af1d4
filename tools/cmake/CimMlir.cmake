# Helpers of the build: one library, one tool, one TableGen set per call.

set(CIM_WARNINGS -Wall -Wextra -Wno-unused-parameter -Wno-comment)
if(CIM_WERROR)
  list(APPEND CIM_WARNINGS -Werror)
endif()
# Float expressions mean what they say: a fused multiply-add is written std::fma.
set(CIM_FLAGS -ffp-contract=off)
if(CIM_SANITIZE)
  list(APPEND CIM_FLAGS -fsanitize=address,undefined,fuzzer-no-link -fno-sanitize-recover=all
       -fno-omit-frame-pointer)
  add_link_options(-fsanitize=address,undefined)
endif()

# cim_library(NAME sources... [LINK libs...] [DEPENDS targets...] [EXCEPTIONS])
# A static library over the shared MLIR and LLVM. Debian's LLVM has RTTI on and exceptions off;
# EXCEPTIONS turns them on for a room that fences a throwing library.
function(cim_library name)
  cmake_parse_arguments(ARG "EXCEPTIONS" "" "LINK;DEPENDS" ${ARGN})
  add_library(${name} STATIC ${ARG_UNPARSED_ARGUMENTS})
  target_compile_options(${name} PRIVATE ${CIM_WARNINGS} ${CIM_FLAGS})
  if(NOT ARG_EXCEPTIONS)
    target_compile_options(${name} PRIVATE -fno-exceptions)
  endif()
  target_link_libraries(${name} PUBLIC ${ARG_LINK} MLIR LLVM)
  if(ARG_DEPENDS)
    add_dependencies(${name} ${ARG_DEPENDS})
  endif()
  if(CIM_SANITIZE)
    cim_precompile_headers(${name} ${ARG_EXCEPTIONS})
  endif()
endfunction()

# Parsing MLIR's headers is most of compiling a file. The release build has ccache for that; the
# sanitizers' build, which CI makes from nothing, parses them once, and once more for each library
# with exceptions.
function(cim_precompile_headers name exceptions)
  if(TARGET CimIR AND NOT name STREQUAL CimIR AND NOT exceptions)
    target_precompile_headers(${name} REUSE_FROM CimIR)
  else()
    target_precompile_headers(${name} PRIVATE
      <mlir/Dialect/Func/IR/FuncOps.h>
      <mlir/Dialect/Quant/IR/QuantTypes.h>
      <mlir/Dialect/Tosa/IR/TosaOps.h>
      <mlir/IR/ImplicitLocOpBuilder.h>
      <mlir/Pass/PassManager.h>
      <mlir/Transforms/DialectConversion.h>)
  endif()
endfunction()

# cim_tool(NAME sources... [LINK libs...] [EXCEPTIONS])
function(cim_tool name)
  cmake_parse_arguments(ARG "EXCEPTIONS" "" "LINK" ${ARGN})
  add_executable(${name} ${ARG_UNPARSED_ARGUMENTS})
  target_compile_options(${name} PRIVATE ${CIM_WARNINGS} ${CIM_FLAGS})
  if(NOT ARG_EXCEPTIONS)
    target_compile_options(${name} PRIVATE -fno-exceptions)
  endif()
  target_link_libraries(${name} PRIVATE ${ARG_LINK})
endfunction()

# cim_unit_test(NAME sources... LINK libs...)
# One GTest executable per room; lit runs every executable of build/test/unit/bin.
function(cim_unit_test name)
  cmake_parse_arguments(ARG "" "" "LINK" ${ARGN})
  add_executable(${name} ${ARG_UNPARSED_ARGUMENTS})
  target_compile_options(${name} PRIVATE ${CIM_WARNINGS} ${CIM_FLAGS})
  target_link_libraries(${name} PRIVATE ${ARG_LINK} GTest::gtest GTest::gtest_main)
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/test/unit/bin)
endfunction()
