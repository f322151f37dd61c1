# SPDX-License-Identifier: Apache-2.0
"""Fixtures: a database in memory, and one in a directory."""

import pytest

import lokilib


def pytest_configure(config):
    config.addinivalue_line("markers", "slow: builds a release; not part of the quick run")


@pytest.fixture
def db():
    with lokilib.open() as database:
        yield database
