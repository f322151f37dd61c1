#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes the logs of the demo: a made-up shop on one morning, in six formats, the same for the same seed.

Usage: generate.py [--seed N] [--lines N] [--directory DIR]
"""
import argparse
import json
import pathlib
import random
from datetime import datetime, timedelta, timezone

BEGIN = datetime(2026, 1, 15, 8, 0, 0, tzinfo=timezone.utc)
LENGTH_S = 4 * 3600
PATHS = ["/", "/search", "/cart", "/cart/items", "/checkout", "/orders", "/orders/recent", "/static/app.js",
         "/static/app.css", "/images/hero.webp", "/api/products", "/api/prices", "/health"]
AGENTS = ["ShopApp/4.2 (Android 15)", "ShopApp/4.2 (iOS 19)", "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0",
          "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/141.0", "uptime-probe/1.3"]
WORDS = ["lamp", "chair", "kettle", "tent", "bicycle", "guitar", "pillow", "drill", "notebook", "teapot"]
REASONS = ["card declined", "stock is gone", "address not found", "price has changed"]


class Shop:
    """Random parts of lines. Around 09:40 the payment service is in trouble: more errors, longer times."""

    def __init__(self, seed):
        self.random = random.Random(seed)

    def times(self, count):
        """`count` ascending times, busier towards noon."""
        seconds = sorted(LENGTH_S * self.random.random() ** 0.8 for _ in range(count))
        return [BEGIN + timedelta(microseconds=int(s * 1e6)) for s in seconds]

    def is_trouble(self, time):
        return timedelta(minutes=95) < time - BEGIN < timedelta(minutes=112)

    def level(self, time):
        errors = 14 if self.is_trouble(time) else 2
        return self.random.choices(["debug", "info", "warn", "error"], [15, 75, 8, errors])[0]

    def status(self, time):
        failures = 9 if self.is_trouble(time) else 0.7
        return self.random.choices([200, 204, 302, 304, 404, 429, 500, 503],
                                   [78, 4, 3, 8, 5, 0.6, failures / 2, failures / 2])[0]

    def took_ms(self, time):
        slow = 6 if self.is_trouble(time) else 1
        return round(self.random.lognormvariate(3.1, 0.9) * slow, 2)

    def address(self):
        return f"203.0.113.{self.random.randrange(1, 255)}" if self.random.random() < 0.7 \
            else f"198.51.100.{self.random.randrange(1, 255)}"

    def trace(self):
        return f"{self.random.getrandbits(64):016x}"

    def pick(self, items):
        return self.random.choice(items)


def zulu(time, digits=3):
    text = time.strftime("%Y-%m-%dT%H:%M:%S.%f")
    return text[:len(text) - (6 - digits)] + "Z"


def access_line(shop, time):
    status = shop.status(time)
    size = 0 if status in (204, 304) else int(shop.random.lognormvariate(8, 1.2))
    return (f'{shop.address()} - - [{time.strftime("%d/%b/%Y:%H:%M:%S +0000")}] '
            f'"{shop.pick(["GET", "GET", "GET", "POST"])} {shop.pick(PATHS)} HTTP/1.1" {status} {size} '
            f'"-" "{shop.pick(AGENTS)}" {shop.took_ms(time) / 1000:.3f}')


def orders_line(shop, time):
    level = shop.level(time)
    record = {"time": zulu(time), "level": level, "service": "orders", "trace_id": shop.trace()}
    if level == "error":
        record |= {"msg": "order failed", "error": shop.pick(REASONS), "took_ms": shop.took_ms(time)}
    elif level == "warn":
        record |= {"msg": "payment retried", "attempt": shop.random.randrange(2, 5)}
    else:
        record |= {"msg": "order placed", "took_ms": shop.took_ms(time),
                   "order": {"id": shop.random.randrange(10_000, 99_999), "items": shop.random.randrange(1, 9),
                             "total": round(shop.random.uniform(4, 480), 2)}}
    return json.dumps(record, separators=(",", ":"))


def payment_line(shop, time):
    level = shop.level(time)
    head = f'ts={zulu(time)} level={level} service=payment trace_id={shop.trace()}'
    if level == "error":
        return head + f' msg="charge failed" reason="{shop.pick(REASONS)}" took={shop.took_ms(time)}ms'
    if level == "warn":
        return head + f' msg="provider is slow" provider={shop.pick(["acme", "northbank"])} took={shop.took_ms(time)}ms'
    return head + (f' msg="charge accepted" amount={shop.random.uniform(4, 480):.2f} currency=EUR '
                   f'bytes={shop.random.randrange(1, 64)}KB took={shop.took_ms(time)}ms')


def scheduler_line(shop, time):
    level = shop.level(time)
    letter = {"debug": "I", "info": "I", "warn": "W", "error": "E"}[level]
    worker = shop.random.randrange(1, 9)
    text = {"I": f'"Job is done" job="prices-{shop.random.randrange(100)}" took="{shop.took_ms(time)}ms"',
            "W": f'"Queue grows" depth={shop.random.randrange(100, 900)}',
            "E": f'"Job has failed" job="prices-{shop.random.randrange(100)}" err="{shop.pick(REASONS)}"'}[letter]
    place = f"scheduler.go:{shop.random.randrange(40, 400)}"
    return f'{letter} {time.strftime("%Y-%m-%d %H:%M:%S.%f")} {worker:7d} {place}] {text}'


def search_lines(shop, time):
    """Java: an error brings its stack."""
    level = shop.level(time).upper()
    word = shop.pick(WORDS)
    stamp = f'{time.strftime("%Y-%m-%d %H:%M:%S")},{time.microsecond // 1000:03d}'
    head = f"{stamp} {level:5} [worker-{shop.random.randrange(1, 17)}] "
    if level == "ERROR":
        return [head + f"shop.search.Index - cannot read shard {shop.random.randrange(12)} for '{word}'",
                "java.io.IOException: shard is closed",
                f"    at shop.search.Shard.read(Shard.java:{shop.random.randrange(50, 90)})",
                "    at shop.search.Index.find(Index.java:131)"]
    if level == "WARN":
        return [head + f"shop.search.Cache - {shop.random.randrange(60, 99)} % full, "
                f"{shop.random.randrange(10, 500)} entries go"]
    return [head + f"shop.search.Index - '{word}': {shop.random.randrange(0, 900)} hits in {shop.took_ms(time)} ms"]


def stock_line(shop, time):
    level = shop.level(time)
    word = shop.pick(WORDS)
    count = shop.random.randrange(1, 40)
    shelf = shop.random.randrange(1, 300)
    text = {"debug": f"checked {word}", "info": f"moved {count} {word} to shelf {shelf}",
            "warn": f"only {count % 4 + 1} {word} left", "error": f"shelf {shelf} does not answer"}[level]
    return f"{zulu(time, 6)} {level.upper()} stock: {text}"


FORMATS = {"nginx-access.log": (access_line, 0.35), "orders-json.log": (orders_line, 0.2),
           "payment-logfmt.log": (payment_line, 0.2), "scheduler-klog.log": (scheduler_line, 0.08),
           "search-java.log": (search_lines, 0.1), "stock-plain.log": (stock_line, 0.07)}


def main():
    flags = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    flags.add_argument("--seed", type=int, default=1)
    flags.add_argument("--lines", type=int, default=10_000)
    flags.add_argument("--directory", type=pathlib.Path, default=pathlib.Path(__file__).parent)
    options = flags.parse_args()
    for number, (name, (line, share)) in enumerate(FORMATS.items()):
        shop = Shop(options.seed * 1000 + number)
        lines = []
        for time in shop.times(int(options.lines * share)):
            made = line(shop, time)
            lines += made if isinstance(made, list) else [made]
        (options.directory / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
        print(f"{name}: {len(lines)} lines")


if __name__ == "__main__":
    main()
