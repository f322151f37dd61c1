# SPDX-License-Identifier: Apache-2.0
"""The Python module: what goes in comes out, and what cannot go in is an exception that says why."""

import threading
from datetime import datetime, timedelta, timezone

import pytest

import lokilib

SECOND = 1_000_000_000


def lines(entries):
    return [entry.line for entry in entries]


def test_version_is_that_of_the_library():
    assert lokilib.__version__.count(".") == 2


def test_entries_come_back_newest_first(db):
    db.append({"app": "api"}, "first", 10)
    db.append('{app="api"}', "second", 20)
    found = db.query('{app="api"}', 100)
    assert lines(found) == ["second", "first"]
    assert found[0].timestamp_ns == 20
    assert found[0].labels == {"app": "api", "detected_level": "unknown", "service_name": "api"}
    assert "Entry(20, 'second'" in repr(found[0])


def test_a_line_without_a_time_is_of_now(db):
    before = datetime.now(timezone.utc)
    db.append({"app": "api"}, "now")
    (entry,) = db.query('{app="api"}')
    assert entry.timestamp_ns >= int(before.timestamp()) * SECOND


def test_append_many_counts_and_keeps_metadata(db):
    entries = [(1, "a", {"user": "7"}), (2, "b"), (3, b"c")]
    assert db.append_many({"app": "api"}, iter(entries)) == 3
    (entry,) = db.query('{app="api"} | user="7" | logfmt', 100)
    assert entry.structured_metadata == {"detected_level": "unknown", "user": "7"}
    assert entry.parsed == {}
    assert entry.labels["user"] == "7"
    (entry,) = db.query('{app="api"} |= "b" | label_format x="y"', 100)
    assert entry.parsed == {"x": "y"}


def test_query_range_takes_direction_limit_and_range(db):
    db.append_many({"app": "api"}, [(i, f"line {i}") for i in range(10)])
    found = db.query_range('{app="api"}', 2, 8, limit=3, direction="forward")
    assert lines(found) == ["line 2", "line 3", "line 4"]
    assert lines(db.query_range('{app="api"}', 2, 8, limit=0)) == [f"line {i}" for i in range(7, 1, -1)]


def test_metric_queries_give_series(db):
    db.append_many({"app": "api"}, [(1 * SECOND, "x"), (2 * SECOND, "y")])
    query = 'sum by (app) (count_over_time({app="api"}[10s]))'
    (series,) = db.query(query, 5 * SECOND)
    assert series.labels == {"app": "api"}
    assert series.samples == [(5 * SECOND, 2.0)]
    (series,) = db.query_range(query, 1 * SECOND, 3 * SECOND, step=timedelta(seconds=1))
    assert series.samples == [(1 * SECOND, 1.0), (2 * SECOND, 2.0), (3 * SECOND, 2.0)]
    assert "3 samples" in repr(series)
    assert db.query("1 + 1.5") == 2.5


def test_labels_values_and_series(db):
    db.append({"app": "a", "env": "dev"}, "x", 1)
    db.append({"app": "b"}, "x", 2)
    assert db.labels() == ["app", "env", "service_name"]
    assert db.labels(selector='{app="b"}') == ["app", "service_name"]
    assert db.label_values("app") == ["a", "b"]
    assert db.label_values("nope") == []
    assert db.series('{env="dev"}') == [{"app": "a", "env": "dev", "service_name": "a"}]


def test_times_may_be_datetimes(db):
    moment = datetime(2026, 1, 1, 12, 0, 0, 123456, tzinfo=timezone.utc)
    db.append({"app": "api"}, "x", moment)
    (entry,) = db.query_range('{app="api"}', moment, moment + timedelta(microseconds=1))
    assert entry.timestamp_ns == 1_767_268_800 * SECOND + 123_456_000
    naive = moment.replace(tzinfo=None)
    east = moment.astimezone(timezone(timedelta(hours=5, minutes=30)))
    for same in (naive, east):
        assert len(db.query_range('{app="api"}', same, same + timedelta(seconds=1))) == 1
    before_1970 = datetime(1969, 12, 31, 23, 59, 59, tzinfo=timezone.utc)
    db.append({"app": "old"}, "x", before_1970)
    (entry,) = db.query('{app="old"}', 0)
    assert entry.timestamp_ns == -SECOND


def test_bytes_go_in_and_bad_utf8_comes_out_replaced(db):
    db.append({"app": "api"}, b"caf\xc3\xa9 \xff \x00 end", 1)
    (entry,) = db.query('{app="api"}', 10)
    assert entry.line == "café \ufffd \x00 end"


def test_tenants_are_apart(db):
    db.append({"app": "api"}, "mine", 1, tenant="team-a")
    assert db.query('{app="api"}', 10) == []
    assert lines(db.query('{app="api"}', 10, tenant="team-a")) == ["mine"]


def test_a_bad_query_is_a_query_error(db):
    with pytest.raises(lokilib.QueryError, match="parse error at line 1, col 6"):
        db.query("{app=1}")
    with pytest.raises(lokilib.Error):
        db.query_range('{app="a"} | json | x(')


def test_bad_labels_are_an_append_error(db):
    with pytest.raises(lokilib.AppendError):
        db.append({"1bad": "x"}, "line")
    with pytest.raises(lokilib.AppendError):
        db.append("{app=", "line")
    assert issubclass(lokilib.AppendError, lokilib.Error) and issubclass(lokilib.QueryError, lokilib.Error)


def test_refused_entries_do_not_hold_up_the_others():
    with lokilib.open(limits="loki") as db:
        hour = 3600 * SECOND
        with pytest.raises(lokilib.AppendError, match="entry too far behind"):
            db.append_many({"app": "api"}, [(100 * hour, "new"), (1 * hour, "old")])
        assert lines(db.query('{app="api"}', 200 * hour)) == ["new"]


def test_wrong_types_are_type_errors(db):
    with pytest.raises(TypeError, match="labels must be"):
        db.append(["app"], "x")
    with pytest.raises(TypeError, match="a text must be"):
        db.append({"app": "x"}, 5)
    with pytest.raises(TypeError, match="a time must be"):
        db.append({"app": "x"}, "x", "yesterday")
    with pytest.raises(TypeError, match="a duration must be"):
        db.query_range('{app="x"}', step="1m")
    with pytest.raises(ValueError, match="an entry must be"):
        db.append_many({"app": "x"}, [(1,)])
    with pytest.raises(ValueError, match="direction must be"):
        db.query_range('{app="x"}', direction="up")
    for bad in ({"sync": "often"}, {"limits": "none"}):
        with pytest.raises(ValueError):
            lokilib.open(**bad)


def test_a_closed_database_says_so():
    db = lokilib.open()
    db.close()
    db.close()
    with pytest.raises(lokilib.Error, match="closed"):
        db.append({"app": "x"}, "x")
    with pytest.raises(lokilib.Error, match="closed"):
        db.flush()


def test_the_context_manager_closes_also_after_an_exception(tmp_path):
    with pytest.raises(RuntimeError):
        with lokilib.open(str(tmp_path)) as db:
            db.append({"app": "x"}, "kept", 1)
            raise RuntimeError()
    with lokilib.open(str(tmp_path)) as db:
        assert lines(db.query('{app="x"}', 10)) == ["kept"]


def test_what_was_appended_is_there_after_reopening(tmp_path):
    for round_number in range(3):
        with lokilib.open(str(tmp_path), sync="always", head_bytes_max=1 << 20) as db:
            assert len(db.query('{app="x"}', 100)) == round_number
            db.append({"app": "x"}, f"line {round_number}", round_number)
            if round_number == 1:
                db.flush()


def test_a_directory_is_opened_once(tmp_path):
    with lokilib.open(str(tmp_path)):
        with pytest.raises(lokilib.Error):
            lokilib.open(str(tmp_path))


def test_threads_may_share_a_database(db):
    failures = []

    def work(number):
        try:
            for i in range(50):
                db.append({"thread": str(number)}, f"line {i}", i + 1)
                db.query(f'{{thread="{number}"}}', 1000)
        except Exception as problem:  # noqa: BLE001: handed to the main thread
            failures.append(problem)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    for number in range(4):
        assert len(db.query(f'{{thread="{number}"}}', 1000, limit=0)) == 50


def test_closing_under_threads_is_an_error_and_no_crash():
    db = lokilib.open()
    db.append_many({"app": "x"}, [(i, "line") for i in range(2000)])
    seen = []

    def work():
        try:
            while True:
                db.query('{app="x"} | logfmt', 5000, limit=0)
        except lokilib.Error as problem:
            seen.append(str(problem))

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    db.close()
    for thread in threads:
        thread.join(60)
    assert len(seen) == 3 and all("closed" in text for text in seen)
