# SPDX-License-Identifier: Apache-2.0
"""Builds the extension module with CMake; everything else is in pyproject.toml."""

import os
import subprocess
import sys
from pathlib import Path

from setuptools import Extension, setup
from setuptools.command.build_ext import build_ext

SOURCE = Path(__file__).resolve().parent.parent.parent


class CMakeBuild(build_ext):
    """One extension, built by the project's own CMakeLists.txt."""

    def build_extension(self, extension):
        target = Path(self.get_ext_fullpath(extension.name)).resolve()
        build = Path(self.build_temp).resolve()
        # LOKILIB_CMAKE_ARGS: e.g. -DCMAKE_CXX_COMPILER_LAUNCHER=ccache
        configure = [
            "cmake", "-S", str(SOURCE), "-B", str(build), "-G", "Ninja", "-DCMAKE_BUILD_TYPE=Release",
            "-DLOKILIB_BUILD_PYTHON=ON", "-DLOKILIB_BUILD_TESTS=OFF", "-DLOKILIB_BUILD_HTTP=OFF",
            "-DLOKILIB_BUILD_TOOLS=OFF", "-DLOKILIB_BUILD_CAPI=OFF", "-DLOKILIB_WERROR=OFF",
            f"-DPython_EXECUTABLE={sys.executable}",
        ] + os.environ.get("LOKILIB_CMAKE_ARGS", "").split()
        subprocess.run(configure, check=True)
        subprocess.run(["cmake", "--build", str(build), "--target", "lokilib_python"], check=True)
        built = next((build / "bindings" / "python" / "lokilib").glob("_lokilib*.so"))
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(built.read_bytes())


setup(ext_modules=[Extension("lokilib._lokilib", sources=[])], cmdclass={"build_ext": CMakeBuild})
