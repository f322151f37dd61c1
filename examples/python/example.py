#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# example.py: a log database inside a Python program: open, append, ask.
import time

import lokilib

now_ns = time.time_ns()
with lokilib.open("./example-data") as db:
    for i in range(5):
        db.append({"app": "shop", "env": "prod"}, f'level=info msg="order placed" total={10 * i}', now_ns + i)
    for entry in db.query_range('{app="shop"} | logfmt | total > 20', now_ns, now_ns + 5):
        print(entry.timestamp_ns, entry.line)
