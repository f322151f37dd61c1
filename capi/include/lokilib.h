/* SPDX-License-Identifier: Apache-2.0 */
/* lokilib.h: the C interface of lokilib, an embeddable log database. C99 and later, C++ too.
 *
 * Conventions
 *   - Handles are opaque. Freeing or closing a null handle does nothing; passing one elsewhere is
 *     LOKILIB_INVALID_ARGUMENT.
 *   - Texts go in as pointer and size in bytes; they need no terminating zero and may hold any bytes, unless
 *     a parameter is a plain `const char*`: then it ends with a zero. Texts that come out are valid until the
 *     handle they came from is freed; they end with a zero as well, which their size does not count.
 *   - Times are nanoseconds since the Unix epoch, UTC.
 *   - Functions that can fail return a lokilib_status. If `error` is not null and the call fails, *error is
 *     set to an object that the caller frees with lokilib_error_free; if it succeeds, *error is not touched.
 *   - Option structs begin with their own size, so that they can grow: set it with the _INIT macros.
 *   - A lokilib_db may be used by any number of threads at once, except for lokilib_db_close. Other handles
 *     may be read by any number of threads.
 *   - Nothing is printed, no signal handler is set, no C++ exception leaves a function.
 *
 * Versions: a function's comment says since which version it is there. What is there stays (see README.md).
 */
#ifndef LOKILIB_H
#define LOKILIB_H

#include <stddef.h>
#include <stdint.h>

#if defined(__GNUC__)
#define LOKILIB_C_EXPORT __attribute__((visibility("default")))
#else
#define LOKILIB_C_EXPORT
#endif

#ifdef __cplusplus
extern "C" {
#endif

#define LOKILIB_C_VERSION_MAJOR 0
#define LOKILIB_C_VERSION_MINOR 1
#define LOKILIB_C_VERSION_PATCH 0

/* The version of the library that is linked, e.g. "0.1.0". Static storage. Since 0.1. */
LOKILIB_C_EXPORT const char* lokilib_version(void);

/* ---- errors ------------------------------------------------------------------------------------------- */

typedef enum lokilib_status {
  LOKILIB_OK = 0,
  LOKILIB_INVALID_ARGUMENT = 1,
  LOKILIB_INVALID_LABELS = 2, /* labels that do not parse or break a rule */
  LOKILIB_INVALID_QUERY = 3,  /* LogQL that does not parse, or fails on the data */
  LOKILIB_UNSUPPORTED = 4,
  LOKILIB_LIMIT = 5,          /* a limit of the query or the tenant */
  LOKILIB_TOO_FAR_BEHIND = 6, /* an entry older than the tenant takes */
  LOKILIB_CANCELLED = 7,      /* also: the deadline is over */
  LOKILIB_NOT_FOUND = 8,
  LOKILIB_BUSY = 9, /* another process has the directory open */
  LOKILIB_CORRUPT = 10,
  LOKILIB_IO = 11,
  LOKILIB_NO_SPACE = 12,
  LOKILIB_CLOSED = 13,
  LOKILIB_INTERNAL = 14
} lokilib_status;

typedef struct lokilib_error lokilib_error;

/* Since 0.1. */
LOKILIB_C_EXPORT lokilib_status lokilib_error_status(const lokilib_error* error);
/* What went wrong, where, and what to do, in UTF-8. Valid until the error is freed. Since 0.1. */
LOKILIB_C_EXPORT const char* lokilib_error_message(const lokilib_error* error);
LOKILIB_C_EXPORT void lokilib_error_free(lokilib_error* error);

/* ---- database ----------------------------------------------------------------------------------------- */

typedef struct lokilib_db lokilib_db;

typedef enum lokilib_sync {
  LOKILIB_SYNC_INTERVAL = 0, /* on stable storage a moment after the call (default) */
  LOKILIB_SYNC_ALWAYS = 1,   /* before the call returns */
  LOKILIB_SYNC_NONE = 2      /* when the operating system likes */
} lokilib_sync;

typedef struct lokilib_open_options {
  size_t struct_size;           /* sizeof(lokilib_open_options) */
  int32_t sync;                 /* a lokilib_sync */
  int32_t loki_limits;          /* not 0: Loki's own limits and refusals instead of the generous ones */
  int64_t sync_interval_ns;     /* 0: the default, 100 ms */
  uint64_t head_bytes_max;      /* bytes in memory at which they are flushed; 0: the default, 256 MiB */
  int32_t no_background_thread; /* not 0: syncs and flushes happen inside calls */
} lokilib_open_options;

#define LOKILIB_OPEN_OPTIONS_INIT \
  { sizeof(lokilib_open_options), 0, 0, 0, 0, 0 }

/* Opens the database in `directory`, creating it if it is not there; null or "": in memory only. `options`
 * may be null. On success *db is to be closed with lokilib_db_close. Since 0.1. */
LOKILIB_C_EXPORT lokilib_status lokilib_db_open(const char* directory, const lokilib_open_options* options,
                                                lokilib_db** db, lokilib_error** error);

/* Closes and frees, also if it fails. No other call on `db` may be running. Since 0.1. */
LOKILIB_C_EXPORT lokilib_status lokilib_db_close(lokilib_db* db, lokilib_error** error);

/* Writes what is in memory to segments. Since 0.1. */
LOKILIB_C_EXPORT lokilib_status lokilib_db_flush(lokilib_db* db, lokilib_error** error);

/* ---- append ------------------------------------------------------------------------------------------- */

typedef struct lokilib_metadata {
  const char* name;
  size_t name_size;
  const char* value;
  size_t value_size;
} lokilib_metadata;

typedef struct lokilib_entry {
  int64_t timestamp_ns;
  const char* line;
  size_t line_size;
  const lokilib_metadata* metadata; /* may be null if metadata_count is 0 */
  size_t metadata_count;
} lokilib_entry;

/* Appends one line to the stream that `labels` names, e.g. {app="api", env="prod"}. Everything is copied.
 * When the call returns, queries see the entry. Since 0.1. */
LOKILIB_C_EXPORT lokilib_status lokilib_db_append(lokilib_db* db, const char* labels, size_t labels_size,
                                                  int64_t timestamp_ns, const char* line, size_t line_size,
                                                  lokilib_error** error);

/* Appends entries to one stream in one go. `tenant` may be null (the default one). Valid entries are stored
 * even if others are refused: then the status and the error are those of the first refusal. `accepted` (may
 * be null) receives how many were stored. Since 0.1. */
LOKILIB_C_EXPORT lokilib_status lokilib_db_append_many(lokilib_db* db, const char* tenant, const char* labels,
                                                       size_t labels_size, const lokilib_entry* entries,
                                                       size_t entry_count, size_t* accepted,
                                                       lokilib_error** error);

/* ---- query -------------------------------------------------------------------------------------------- */

typedef struct lokilib_query {
  size_t struct_size; /* sizeof(lokilib_query) */
  const char* tenant; /* null: the default one */
  const char* query;  /* LogQL */
  size_t query_size;
  int64_t start_ns;   /* entries from here on; not used by instant queries */
  int64_t end_ns;     /* up to, not including, here; for instant queries: the evaluation time */
  int64_t step_ns;    /* for metric queries over a range; 0: chosen by the length of the range */
  uint64_t limit;     /* entries of a log query; 0: all */
  int32_t instant;    /* not 0: evaluate a metric query once, at end_ns */
  int32_t forward;    /* not 0: oldest entries first */
  int64_t timeout_ns; /* 0: none */
} lokilib_query;

#define LOKILIB_QUERY_INIT \
  { sizeof(lokilib_query), NULL, NULL, 0, 0, 0, 0, 100, 0, 0, 0 }

typedef struct lokilib_result lokilib_result;

typedef enum lokilib_result_kind {
  LOKILIB_RESULT_STREAMS = 0, /* entries */
  LOKILIB_RESULT_VECTOR = 1,  /* series with one sample each */
  LOKILIB_RESULT_MATRIX = 2,  /* series with samples */
  LOKILIB_RESULT_SCALAR = 3   /* one series without labels, with one sample */
} lokilib_result_kind;

/* On success *result is to be freed with lokilib_result_free; it does not need the database. Since 0.1. */
LOKILIB_C_EXPORT lokilib_status lokilib_db_query(lokilib_db* db, const lokilib_query* query,
                                                 lokilib_result** result, lokilib_error** error);
LOKILIB_C_EXPORT void lokilib_result_free(lokilib_result* result);
LOKILIB_C_EXPORT lokilib_result_kind lokilib_result_get_kind(const lokilib_result* result);

/* Entries, in the order of the query. 0 for other kinds of result. Since 0.1. */
LOKILIB_C_EXPORT size_t lokilib_result_entry_count(const lokilib_result* result);
/* Since 0.1. */
LOKILIB_C_EXPORT lokilib_status lokilib_result_get_entry(const lokilib_result* result, size_t index,
                                                         int64_t* timestamp_ns, const char** line,
                                                         size_t* line_size, lokilib_error** error);
/* The entry's labels of all origins as text, e.g. {app="api", level="info"}. Null if there is no such entry.
 * Since 0.1. */
LOKILIB_C_EXPORT const char* lokilib_result_entry_labels(const lokilib_result* result, size_t index);

/* Series of metric results. 0 for entries. Since 0.1. */
LOKILIB_C_EXPORT size_t lokilib_result_series_count(const lokilib_result* result);
/* The series' labels as text. Null if there is no such series. Since 0.1. */
LOKILIB_C_EXPORT const char* lokilib_result_series_labels(const lokilib_result* result, size_t series);
LOKILIB_C_EXPORT size_t lokilib_result_sample_count(const lokilib_result* result, size_t series);
LOKILIB_C_EXPORT lokilib_status lokilib_result_get_sample(const lokilib_result* result, size_t series,
                                                          size_t index, int64_t* timestamp_ns, double* value,
                                                          lokilib_error** error);

/* ---- labels ------------------------------------------------------------------------------------------- */

typedef struct lokilib_strings lokilib_strings;

/* Names of labels of streams with entries in [start_ns, end_ns), sorted. `selector` may be null (all
 * streams). On success *names is to be freed with lokilib_strings_free. Since 0.1. */
LOKILIB_C_EXPORT lokilib_status lokilib_db_labels(lokilib_db* db, const char* tenant, const char* selector,
                                                  int64_t start_ns, int64_t end_ns, lokilib_strings** names,
                                                  lokilib_error** error);
/* Values of one label, likewise. Since 0.1. */
LOKILIB_C_EXPORT lokilib_status lokilib_db_label_values(lokilib_db* db, const char* tenant, const char* name,
                                                        const char* selector, int64_t start_ns,
                                                        int64_t end_ns, lokilib_strings** values,
                                                        lokilib_error** error);
LOKILIB_C_EXPORT size_t lokilib_strings_count(const lokilib_strings* strings);
/* Null if there is no such one. Since 0.1. */
LOKILIB_C_EXPORT const char* lokilib_strings_get(const lokilib_strings* strings, size_t index);
LOKILIB_C_EXPORT void lokilib_strings_free(lokilib_strings* strings);

#ifdef __cplusplus
}
#endif

#endif /* LOKILIB_H */
