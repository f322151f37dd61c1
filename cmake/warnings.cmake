# The warnings that every target of ours is built with; they are errors unless LOKILIB_WERROR is off.
add_library(lokilib_warnings INTERFACE)
target_compile_options(lokilib_warnings INTERFACE -Wall -Wextra -Wpedantic -Wconversion
  $<$<BOOL:${LOKILIB_WERROR}>:-Werror>)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # GCC 12 at -O2 and up finds overlapping copies inside std::string operator+ that are not there (PR 105651).
  target_compile_options(lokilib_warnings INTERFACE -Wno-restrict)
endif()
if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  target_compile_options(lokilib_warnings INTERFACE -Wthread-safety)
endif()
