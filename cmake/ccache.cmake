# Compiles through ccache where it is installed, unless the builder has named a launcher (or an empty one).
if(PROJECT_IS_TOP_LEVEL AND NOT DEFINED CMAKE_CXX_COMPILER_LAUNCHER)
  find_program(LOKILIB_CCACHE ccache)
  if(LOKILIB_CCACHE)
    set(CMAKE_C_COMPILER_LAUNCHER "${LOKILIB_CCACHE}")
    set(CMAKE_CXX_COMPILER_LAUNCHER "${LOKILIB_CCACHE}")
  endif()
endif()
