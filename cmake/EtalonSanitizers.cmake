# Sanitizers apply to the whole build: mixed instrumentation gives false reports.
if(ETALON_SANITIZE)
  add_compile_options(-fsanitize=${ETALON_SANITIZE} -fno-omit-frame-pointer
                      -fno-sanitize-recover=all
                      # g++'s flow analysis takes instrumented code for wrong.
                      $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>)
  add_link_options(-fsanitize=${ETALON_SANITIZE})
endif()
