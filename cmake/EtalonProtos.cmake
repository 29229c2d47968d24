# etalon_proto_library(NAME [PROTOS a/b.proto...] [STUBS a/c.proto...] [DEPS other targets])
#   Generates C++ for the files, paths relative to the folder that calls it, and
#   builds it into `etalon_NAME`: of PROTOS the messages, of STUBS what gRPC makes of
#   their services. A change in any of the folder's protos regenerates all: protoc's
#   imports are not tracked otherwise.
function(etalon_proto_library name)
  cmake_parse_arguments(ARG "" "" "PROTOS;STUBS;DEPS" ${ARGN})
  set(generated)
  foreach(proto IN LISTS ARG_PROTOS)
    etalon_generate(sources ${proto} pb --cpp_out=${CMAKE_CURRENT_BINARY_DIR})
    list(APPEND generated ${sources})
  endforeach()
  foreach(proto IN LISTS ARG_STUBS)
    etalon_generate(sources ${proto} grpc.pb --grpc_out=${CMAKE_CURRENT_BINARY_DIR}
      --plugin=protoc-gen-grpc=$<TARGET_FILE:gRPC::grpc_cpp_plugin>)
    list(APPEND generated ${sources})
  endforeach()
  add_library(etalon_${name} STATIC ${generated})
  target_include_directories(etalon_${name} SYSTEM PUBLIC ${CMAKE_CURRENT_BINARY_DIR})
  target_link_libraries(etalon_${name} PUBLIC protobuf::libprotobuf ${ARG_DEPS})
  if(ARG_STUBS)
    target_link_libraries(etalon_${name} PUBLIC gRPC::grpc++)
  endif()
endfunction()

# etalon_generate(OUT a/b.proto ENDING protoc's arguments...)
#   Sets OUT to a/b.ENDING.cc and a/b.ENDING.h in the build folder, which protoc makes.
function(etalon_generate out proto ending)
  file(GLOB_RECURSE all_protos CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.proto)
  string(REGEX REPLACE "\\.proto$" "" base ${CMAKE_CURRENT_BINARY_DIR}/${proto})
  set(outputs ${base}.${ending}.cc ${base}.${ending}.h)
  add_custom_command(OUTPUT ${outputs}
    COMMAND protobuf::protoc --proto_path=${CMAKE_CURRENT_SOURCE_DIR} ${ARGN}
            ${CMAKE_CURRENT_SOURCE_DIR}/${proto}
    DEPENDS ${all_protos} protobuf::protoc
    COMMENT "Generating ${ending} of ${proto}" VERBATIM)
  set(${out} ${outputs} PARENT_SCOPE)
endfunction()
