# etalon_proto_library(NAME PROTOS a/b.proto... [GRPC] DEPS other_proto_targets)
#   Generates C++ for the files, paths relative to the folder that calls it, and
#   builds them into `etalon_NAME`. A change in any of the folder's protos
#   regenerates all: protoc's imports are not tracked otherwise.
function(etalon_proto_library name)
  cmake_parse_arguments(ARG "GRPC" "" "PROTOS;DEPS" ${ARGN})
  file(GLOB_RECURSE all_protos CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.proto)
  set(generated)
  foreach(proto IN LISTS ARG_PROTOS)
    string(REGEX REPLACE "\\.proto$" "" base ${proto})
    set(out ${CMAKE_CURRENT_BINARY_DIR}/${base})
    set(outputs ${out}.pb.cc ${out}.pb.h)
    set(command protobuf::protoc --proto_path=${CMAKE_CURRENT_SOURCE_DIR}
                --cpp_out=${CMAKE_CURRENT_BINARY_DIR})
    if(ARG_GRPC)
      list(APPEND outputs ${out}.grpc.pb.cc ${out}.grpc.pb.h)
      list(APPEND command --grpc_out=${CMAKE_CURRENT_BINARY_DIR}
                  --plugin=protoc-gen-grpc=$<TARGET_FILE:gRPC::grpc_cpp_plugin>)
    endif()
    add_custom_command(OUTPUT ${outputs}
      COMMAND ${command} ${CMAKE_CURRENT_SOURCE_DIR}/${proto}
      DEPENDS ${all_protos} protobuf::protoc
      COMMENT "Generating ${proto}" VERBATIM)
    list(APPEND generated ${outputs})
  endforeach()
  add_library(etalon_${name} STATIC ${generated})
  target_include_directories(etalon_${name} SYSTEM PUBLIC ${CMAKE_CURRENT_BINARY_DIR})
  target_link_libraries(etalon_${name} PUBLIC protobuf::libprotobuf ${ARG_DEPS})
  if(ARG_GRPC)
    target_link_libraries(etalon_${name} PUBLIC gRPC::grpc++)
  endif()
endfunction()
