# Run with cmake -P; see CMakeLists.txt. Installs BUILD below WORK, then configures, builds and runs each example.
function(run what directory)
  execute_process(COMMAND ${ARGN} WORKING_DIRECTORY "${directory}" RESULT_VARIABLE status
    OUTPUT_VARIABLE output ERROR_VARIABLE output)
  if(NOT status EQUAL 0)
    message(FATAL_ERROR "${what} failed (${status}):\n${output}")
  endif()
  set(output "${output}" PARENT_SCOPE)
endfunction()

function(expect what pattern)
  if(NOT output MATCHES "${pattern}")
    message(FATAL_ERROR "${what} printed\n${output}\nwithout '${pattern}'")
  endif()
endfunction()

file(REMOVE_RECURSE "${WORK}")
file(MAKE_DIRECTORY "${WORK}")
set(prefix "${WORK}/prefix")
run("install" "${WORK}" "${CMAKE_COMMAND}" --install "${BUILD}" --prefix "${prefix}")

foreach(example embed-cpp embed-c logql-over-a-file custom-server)
  run("configuring ${example}" "${WORK}" "${CMAKE_COMMAND}" -S "${SOURCE}/examples/${example}" -B "${WORK}/${example}"
    -G Ninja "-DCMAKE_PREFIX_PATH=${prefix}" "-DCMAKE_CXX_COMPILER=${CXX}" "-DCMAKE_C_COMPILER=${CC}"
    "-DCMAKE_BUILD_TYPE=${BUILD_TYPE}")
  run("building ${example}" "${WORK}" "${CMAKE_COMMAND}" --build "${WORK}/${example}")
  string(REPLACE "-" "_" program "${example}")
  run("${example}" "${WORK}/${example}" "./${program}")
  if(example MATCHES "^embed")
    expect("${example}" "total=40\n.*total=30\n")  # newest first
  elseif(example STREQUAL "custom-server")
    expect("${example}" "order placed")
  endif()
endforeach()

run("logql-over-a-file" "${WORK}" logql-over-a-file/logql_over_a_file "${SOURCE}/examples/data/stock-plain.log"
  "sum(count_over_time({job=\"file\"} |= \"ERROR\" [1000s]))")
expect("logql-over-a-file" "{} [1-9][0-9]*\n")

# The same C++ and C programs through pkg-config.
find_program(PKG_CONFIG pkg-config REQUIRED)
set(ENV{PKG_CONFIG_PATH} "${prefix}/lib/pkgconfig:${prefix}/lib/x86_64-linux-gnu/pkgconfig:${prefix}/lib64/pkgconfig")
foreach(case "lokilib|${CXX}|embed-cpp/main.cc" "lokilib-c|${CC}|embed-c/main.c")
  string(REPLACE "|" ";" case "${case}")
  list(GET case 0 package)
  list(GET case 1 compiler)
  list(GET case 2 source)
  run("pkg-config ${package}" "${WORK}" "${PKG_CONFIG}" --cflags --libs ${package})
  separate_arguments(flags UNIX_COMMAND "${output}")
  run("building ${source} with pkg-config" "${WORK}" ${compiler} "${SOURCE}/examples/${source}" -o pc_program ${flags})
endforeach()
message(STATUS "installed and built the examples")
