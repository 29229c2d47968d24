# Every package comes from Debian 12; deploy/install-dependencies.sh installs them.
# Protobuf first and in module mode: libprotobuf-dev ships no CMake config, and
# gRPC's config needs the targets that the module defines.
find_package(Threads REQUIRED)
find_package(Protobuf REQUIRED)
find_package(gRPC CONFIG REQUIRED)
find_package(absl CONFIG REQUIRED)
find_package(Eigen3 CONFIG REQUIRED)
find_package(SQLite3 REQUIRED)
find_package(ZLIB REQUIRED)
find_package(OpenSSL REQUIRED)
find_package(yaml-cpp CONFIG REQUIRED)
find_package(Boost REQUIRED)  # headers: Boost.Math, Boost.Random
# LBFGS++: headers beside those of the system, without a configuration.
find_path(LBFGSPP_INCLUDE_DIR LBFGSB.h REQUIRED)
find_package(fmt CONFIG REQUIRED)
find_package(CLI11 CONFIG REQUIRED)
find_package(nlohmann_json CONFIG REQUIRED)
find_package(pegtl CONFIG REQUIRED)
find_package(prometheus-cpp CONFIG REQUIRED)
if(ETALON_BUILD_TESTS)
  find_package(GTest CONFIG REQUIRED)
endif()
if(ETALON_BUILD_BENCHMARKS)
  find_package(benchmark CONFIG REQUIRED)
endif()
# Optional: libdnnl-dev, of which workers make kernels for processors without AVX2
# (worker/train/kernels). Its threads are OpenMP's, which ThreadSanitizer does not
# understand.
set(ETALON_HAVE_ONEDNN OFF)
if(ETALON_ONEDNN AND NOT ETALON_SANITIZE MATCHES "thread")
  find_package(dnnl CONFIG QUIET)
  find_package(OpenMP QUIET COMPONENTS CXX)
  if(dnnl_FOUND AND OpenMP_CXX_FOUND)
    set(ETALON_HAVE_ONEDNN ON)
  endif()
endif()
message(STATUS "Kernels with oneDNN: ${ETALON_HAVE_ONEDNN}")
