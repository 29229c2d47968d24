# Uses ccache when it is installed: generated gRPC code dominates a clean build.
find_program(ETALON_CCACHE ccache)
if(ETALON_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  # Relative paths let checkouts in different folders share the cache.
  set(CMAKE_CXX_COMPILER_LAUNCHER
      ${CMAKE_COMMAND} -E env CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} CCACHE_NOHASHDIR=1
      ${ETALON_CCACHE})
endif()
