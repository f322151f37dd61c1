# SPDX-License-Identifier: Apache-2.0
from datetime import datetime, timedelta
from types import TracebackType
from typing import Iterable, Literal, Mapping, Optional, Sequence, Union

__version__: str

Time = Union[int, datetime]
Duration = Union[int, timedelta]
Text = Union[str, bytes]
Labels = Union[str, Mapping[str, str]]

class Error(Exception):
    """What lokilib reports; the base of the others."""

class QueryError(Error):
    """A query that does not parse, or fails on the data."""

class AppendError(Error):
    """An entry that was refused. Valid entries of the same call are stored."""

class Entry:
    @property
    def timestamp_ns(self) -> int: ...
    @property
    def line(self) -> str: ...
    @property
    def labels(self) -> dict[str, str]:
        """Labels of all origins: the stream's, structured metadata, parsed."""
    @property
    def structured_metadata(self) -> dict[str, str]: ...
    @property
    def parsed(self) -> dict[str, str]: ...

class Series:
    @property
    def labels(self) -> dict[str, str]: ...
    @property
    def samples(self) -> list[tuple[int, float]]:
        """(timestamp_ns, value), ascending in time."""

Result = Union[list[Entry], list[Series], float]

class Database:
    def append(
        self,
        labels: Labels,
        line: Text,
        timestamp: Optional[Time] = None,
        *,
        metadata: Optional[Mapping[str, str]] = None,
        tenant: str = ...,
    ) -> None:
        """Appends one entry; now, unless a timestamp is given."""
    def append_many(self, labels: Labels, entries: Iterable[Sequence[object]], *, tenant: str = ...) -> int:
        """Appends (timestamp, line) or (timestamp, line, metadata) to one stream; returns how many were stored."""
    def query(self, query: str, time: Optional[Time] = None, *, limit: int = 100, tenant: str = ...) -> Result:
        """A metric query at one time (now, unless given), or the newest entries before it."""
    def query_range(
        self,
        query: str,
        start: Optional[Time] = None,
        end: Optional[Time] = None,
        *,
        step: Optional[Duration] = None,
        limit: int = 100,
        direction: Literal["forward", "backward"] = "backward",
        tenant: str = ...,
    ) -> Result:
        """Entries in [start, end), or a metric at start, start + step, ... The last hour, unless given."""
    def labels(
        self, start: Optional[Time] = None, end: Optional[Time] = None, *, selector: str = "", tenant: str = ...
    ) -> list[str]: ...
    def label_values(
        self,
        name: str,
        start: Optional[Time] = None,
        end: Optional[Time] = None,
        *,
        selector: str = "",
        tenant: str = ...,
    ) -> list[str]: ...
    def series(
        self, selector: str = "", start: Optional[Time] = None, end: Optional[Time] = None, *, tenant: str = ...
    ) -> list[dict[str, str]]: ...
    def flush(self) -> None:
        """Writes what is in memory to segments."""
    def close(self) -> None: ...
    def __enter__(self) -> Database: ...
    def __exit__(
        self,
        kind: Optional[type[BaseException]],
        value: Optional[BaseException],
        traceback: Optional[TracebackType],
    ) -> None: ...

def open(
    path: str = "",
    *,
    sync: Literal["interval", "always", "none"] = "interval",
    limits: Literal["lokilib", "loki"] = "lokilib",
    head_bytes_max: int = 0,
) -> Database:
    """Opens the database in a directory, creating it if need be; in memory only if no path is given."""
