# SPDX-License-Identifier: Apache-2.0
"""A wheel is built without the network, holds the stubs, and works from another place."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

SOURCE = Path(__file__).resolve().parent.parent.parent / "bindings" / "python"


@pytest.mark.slow
def test_wheel_is_built_and_works(tmp_path):
    dist = tmp_path / "dist"
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    environment["TMPDIR"] = str(tmp_path)
    environment.setdefault("LOKILIB_CMAKE_ARGS", "-DCMAKE_CXX_FLAGS_RELEASE=-O1")
    subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "--no-build-isolation", "--no-deps", "--no-index",
         "-w", str(dist), str(SOURCE)],
        check=True, env=environment,
    )
    (wheel,) = dist.glob("lokilib-*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        archive.extractall(tmp_path / "site")
    assert "lokilib/__init__.pyi" in names and "lokilib/py.typed" in names
    environment["PYTHONPATH"] = str(tmp_path / "site")
    program = "import lokilib; db = lokilib.open(); db.append({'a': 'b'}, 'x', 1); print(db.query('{a=\"b\"}', 9)[0].line)"
    done = subprocess.run([sys.executable, "-c", program], check=True, env=environment, cwd=tmp_path,
                          capture_output=True, text=True)
    assert done.stdout == "x\n"
