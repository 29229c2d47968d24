include(GoogleTest)

# Warnings for our own code, never for generated code.
add_library(etalon_warnings INTERFACE)
target_compile_options(etalon_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wnon-virtual-dtor -Woverloaded-virtual
  # g++ 12 warns of its own std::string operator+ (gcc bug 105651).
  $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>
  $<$<CXX_COMPILER_ID:Clang>:-Wthread-safety>
  $<$<BOOL:${ETALON_WERROR}>:-Werror>)
# The same source gives the same bits whatever the optimiser would fuse; kernels
# that want fused multiply-add say so themselves.
add_compile_options(-ffp-contract=off)

# etalon_library(NAME SOURCES a.cc a.h... DEPS x y)
#   A static library `etalon_NAME` with include paths from the top of the tree.
#   DEPS are the only rooms it may include from (docs/architecture.md).
function(etalon_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPS" ${ARGN})
  add_library(etalon_${name} STATIC ${ARG_SOURCES})
  target_include_directories(etalon_${name} PUBLIC ${CMAKE_SOURCE_DIR})
  target_link_libraries(etalon_${name} PUBLIC ${ARG_DEPS} PRIVATE etalon_warnings)
endfunction()

# etalon_binary(NAME SOURCES main.cc DEPS x y)
#   The program bin/NAME.
function(etalon_binary name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPS" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_include_directories(${name} PRIVATE ${CMAKE_SOURCE_DIR})
  target_link_libraries(${name} PRIVATE ${ARG_DEPS} etalon_warnings)
endfunction()

# etalon_test(NAME SOURCES a_test.cc DEPS x y [LABELS integration])
#   Without the label it is a unit test, which the target unit-tests builds.
function(etalon_test name)
  cmake_parse_arguments(ARG "" "TIMEOUT" "SOURCES;DEPS;LABELS" ${ARGN})
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 300)
  endif()
  add_executable(${name} ${ARG_SOURCES})
  if(NOT "integration" IN_LIST ARG_LABELS)
    add_dependencies(unit-tests ${name})
  endif()
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
  target_include_directories(${name} PRIVATE ${CMAKE_SOURCE_DIR})
  target_link_libraries(${name} PRIVATE ${ARG_DEPS} GTest::gmock_main etalon_warnings)
  # What is tested is optimised; the tests themselves need to compile fast, which
  # sanitizers make slow enough.
  target_compile_options(${name} PRIVATE
    $<$<CONFIG:Release>:-O1> $<$<CONFIG:Debug>:-O0>)
  set(properties TIMEOUT ${ARG_TIMEOUT})
  if(ARG_LABELS)
    list(APPEND properties LABELS "${ARG_LABELS}")
  endif()
  gtest_discover_tests(${name} DISCOVERY_TIMEOUT 60 PROPERTIES ${properties})
endfunction()
