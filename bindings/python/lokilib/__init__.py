# SPDX-License-Identifier: Apache-2.0
"""lokilib: an embeddable log database. Loki's data model and LogQL, as a library.

    import lokilib

    with lokilib.open("./logs") as db:
        db.append({"app": "api"}, "GET /users 200 3ms")
        for entry in db.query('{app="api"} |= "users"'):
            print(entry.timestamp_ns, entry.labels, entry.line)

Times are ints (nanoseconds since 1970, UTC) or datetimes (naive ones are UTC); durations are ints (nanoseconds)
or timedeltas. All methods of a Database may be called from any thread; the GIL is released while they work.
"""

from ._lokilib import (
    AppendError,
    Database,
    Entry,
    Error,
    QueryError,
    Series,
    __version__,
    open,
)

__all__ = ["AppendError", "Database", "Entry", "Error", "QueryError", "Series", "__version__", "open"]
