/* SPDX-License-Identifier: Apache-2.0 */
/* capi_test.c: every function of lokilib.h from C99: results, errors, null handles, options of an older
 * version. Prints each failure and ends with how many there were. */
#define _POSIX_C_SOURCE 200809L /* mkdtemp */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lokilib.h"

const char* lokilib_version_seen_from_cpp(void);

static int failures = 0;

static void check(int condition, const char* what, int line) {
  if (condition) return;
  fprintf(stderr, "capi_test.c:%d: failed: %s\n", line, what);
  ++failures;
}
#define CHECK(condition) check((condition) != 0, #condition, __LINE__)

static void check_text(const char* got, const char* want, int line) {
  if (got != NULL && strcmp(got, want) == 0) return;
  fprintf(stderr, "capi_test.c:%d: got \"%s\", not \"%s\"\n", line, got == NULL ? "(null)" : got, want);
  ++failures;
}
#define CHECK_TEXT(got, want) check_text(got, want, __LINE__)

/* Checks the status and that the error says the same and something in words; frees the error. */
static void check_error(lokilib_status status, lokilib_error** error, lokilib_status want, const char* text,
                        int line) {
  check(status == want, "status", line);
  check(*error != NULL && lokilib_error_status(*error) == want, "error's status", line);
  if (text != NULL) check_text(lokilib_error_message(*error), text, line);
  check(lokilib_error_message(*error)[0] != '\0', "error's text", line);
  lokilib_error_free(*error);
  *error = NULL;
}
#define CHECK_ERROR(call, want, text)                   \
  do {                                                  \
    const lokilib_status status_ = (call);              \
    check_error(status_, &error, want, text, __LINE__); \
  } while (0)

static lokilib_db* open_memory(void) {
  lokilib_db* db = NULL;
  CHECK(lokilib_db_open(NULL, NULL, &db, NULL) == LOKILIB_OK && db != NULL);
  return db;
}

static lokilib_status append_text(lokilib_db* db, const char* labels, int64_t timestamp_ns, const char* line,
                                  lokilib_error** error) {
  return lokilib_db_append(db, labels, strlen(labels), timestamp_ns, line, strlen(line), error);
}

static lokilib_query query_of(const char* text) {
  lokilib_query query = LOKILIB_QUERY_INIT;
  query.query = text;
  query.query_size = strlen(text);
  query.end_ns = 1000;
  return query;
}

static void test_version(void) {
  char text[32];
  snprintf(text, sizeof(text), "%d.%d.%d", LOKILIB_C_VERSION_MAJOR, LOKILIB_C_VERSION_MINOR,
           LOKILIB_C_VERSION_PATCH);
  CHECK_TEXT(lokilib_version(), text);
  CHECK_TEXT(lokilib_version_seen_from_cpp(), text);
}

static void test_entries(void) {
  lokilib_db* const db = open_memory();
  lokilib_error* error = NULL;
  lokilib_result* result = NULL;
  lokilib_query query = query_of("{app=\"api\"}");
  int64_t timestamp_ns = 0;
  const char* line = NULL;
  size_t line_size = 0;
  CHECK(append_text(db, "{app=\"api\"}", 10, "level=info first", &error) == LOKILIB_OK);
  CHECK(lokilib_db_append(db, "{app=\"api\"}", 11, 20, "zero \0 inside", 13, &error) == LOKILIB_OK);
  CHECK(append_text(db, "{app=\"web\"}", 30, "other", &error) == LOKILIB_OK);
  CHECK(error == NULL);

  CHECK(lokilib_db_query(db, &query, &result, &error) == LOKILIB_OK);
  CHECK(lokilib_result_get_kind(result) == LOKILIB_RESULT_STREAMS);
  CHECK(lokilib_result_entry_count(result) == 2);
  CHECK(lokilib_result_series_count(result) == 0);
  CHECK(lokilib_result_get_entry(result, 0, &timestamp_ns, &line, &line_size, &error) == LOKILIB_OK);
  CHECK(timestamp_ns == 20 && line_size == 13 && memcmp(line, "zero \0 inside", 14) == 0);
  CHECK(lokilib_result_get_entry(result, 1, NULL, &line, NULL, NULL) == LOKILIB_OK);
  CHECK_TEXT(line, "level=info first");
  CHECK_TEXT(lokilib_result_entry_labels(result, 1),
             "{app=\"api\", detected_level=\"info\", service_name=\"api\"}");
  CHECK(lokilib_result_entry_labels(result, 2) == NULL);
  CHECK_ERROR(lokilib_result_get_entry(result, 2, &timestamp_ns, &line, &line_size, &error),
              LOKILIB_INVALID_ARGUMENT, "there is no entry of that index");
  lokilib_result_free(result);

  query.forward = 1;
  query.limit = 1;
  CHECK(lokilib_db_query(db, &query, &result, NULL) == LOKILIB_OK);
  CHECK(lokilib_result_entry_count(result) == 1);
  CHECK(lokilib_result_get_entry(result, 0, &timestamp_ns, NULL, NULL, NULL) == LOKILIB_OK &&
        timestamp_ns == 10);
  CHECK(lokilib_db_close(db, &error) == LOKILIB_OK);
  /* A result does not need the database. */
  CHECK(lokilib_result_get_entry(result, 0, NULL, &line, NULL, NULL) == LOKILIB_OK);
  CHECK_TEXT(line, "level=info first");
  lokilib_result_free(result);
}

static void test_append_many(void) {
  lokilib_db* const db = open_memory();
  lokilib_error* error = NULL;
  lokilib_result* result = NULL;
  lokilib_query query = query_of("{app=\"api\"} | user=\"7\"");
  const lokilib_metadata pairs[] = {{"user", 4, "7", 1}, {"trace.id", 8, "ab", 2}};
  const lokilib_entry entries[] = {{1, "a", 1, pairs, 2}, {2, "b", 1, NULL, 0}, {3, NULL, 0, NULL, 0}};
  size_t accepted = 99;
  CHECK(lokilib_db_append_many(db, "team-a", "{app=\"api\"}", 11, entries, 3, &accepted, &error) ==
        LOKILIB_OK);
  CHECK(accepted == 3);
  CHECK(lokilib_db_append_many(db, NULL, "{app=\"api\"}", 11, NULL, 0, &accepted, &error) == LOKILIB_OK);
  CHECK(accepted == 0);
  CHECK(lokilib_db_query(db, &query, &result, &error) == LOKILIB_OK);
  CHECK(lokilib_result_entry_count(result) == 0); /* another tenant */
  lokilib_result_free(result);
  query.tenant = "team-a";
  CHECK(lokilib_db_query(db, &query, &result, &error) == LOKILIB_OK);
  CHECK(lokilib_result_entry_count(result) == 1);
  CHECK_TEXT(lokilib_result_entry_labels(result, 0),
             "{app=\"api\", detected_level=\"unknown\", service_name=\"api\", trace_id=\"ab\", user=\"7\"}");
  lokilib_result_free(result);
  CHECK_ERROR(lokilib_db_append_many(db, NULL, "{a=\"b\"}", 7, NULL, 1, &accepted, &error),
              LOKILIB_INVALID_ARGUMENT, "entries is null");
  CHECK_ERROR(lokilib_db_append_many(db, "no/slash", "{a=\"b\"}", 7, entries, 1, NULL, &error),
              LOKILIB_INVALID_ARGUMENT, NULL);
  CHECK(lokilib_db_close(db, NULL) == LOKILIB_OK);
}

static void test_partial_refusal(void) {
  lokilib_open_options options = LOKILIB_OPEN_OPTIONS_INIT;
  lokilib_db* db = NULL;
  lokilib_error* error = NULL;
  const int64_t hour_ns = INT64_C(3600000000000);
  const lokilib_entry entries[] = {{100 * hour_ns, "new", 3, NULL, 0}, {1 * hour_ns, "old", 3, NULL, 0}};
  size_t accepted = 0;
  options.loki_limits = 1;
  options.no_background_thread = 1;
  CHECK(lokilib_db_open("", &options, &db, &error) == LOKILIB_OK);
  CHECK_ERROR(lokilib_db_append_many(db, NULL, "{a=\"b\"}", 7, entries, 2, &accepted, &error),
              LOKILIB_TOO_FAR_BEHIND, NULL);
  CHECK(accepted == 1);
  CHECK(lokilib_db_close(db, NULL) == LOKILIB_OK);
}

static void test_metrics(void) {
  lokilib_db* const db = open_memory();
  lokilib_error* error = NULL;
  lokilib_result* result = NULL;
  const int64_t second_ns = INT64_C(1000000000);
  lokilib_query query = query_of("sum by (app) (count_over_time({app=~\".+\"}[10s]))");
  int64_t timestamp_ns = 0;
  double value = 0;
  CHECK(append_text(db, "{app=\"a\"}", 1 * second_ns, "x", NULL) == LOKILIB_OK);
  CHECK(append_text(db, "{app=\"a\"}", 2 * second_ns, "y", NULL) == LOKILIB_OK);
  CHECK(append_text(db, "{app=\"b\"}", 2 * second_ns, "z", NULL) == LOKILIB_OK);

  query.instant = 1;
  query.end_ns = 5 * second_ns;
  CHECK(lokilib_db_query(db, &query, &result, &error) == LOKILIB_OK);
  CHECK(lokilib_result_get_kind(result) == LOKILIB_RESULT_VECTOR);
  CHECK(lokilib_result_series_count(result) == 2);
  CHECK(lokilib_result_entry_count(result) == 0);
  CHECK_TEXT(lokilib_result_series_labels(result, 0), "{app=\"a\"}");
  CHECK(lokilib_result_series_labels(result, 2) == NULL);
  CHECK(lokilib_result_sample_count(result, 0) == 1 && lokilib_result_sample_count(result, 2) == 0);
  CHECK(lokilib_result_get_sample(result, 0, 0, &timestamp_ns, &value, &error) == LOKILIB_OK);
  CHECK(timestamp_ns == 5 * second_ns && value >= 2 && value <= 2);
  CHECK_ERROR(lokilib_result_get_sample(result, 0, 1, NULL, NULL, &error), LOKILIB_INVALID_ARGUMENT,
              "there is no sample of that index");
  lokilib_result_free(result);

  query.instant = 0;
  query.start_ns = 1 * second_ns;
  query.end_ns = 3 * second_ns;
  query.step_ns = second_ns;
  CHECK(lokilib_db_query(db, &query, &result, &error) == LOKILIB_OK);
  CHECK(lokilib_result_get_kind(result) == LOKILIB_RESULT_MATRIX);
  CHECK(lokilib_result_sample_count(result, 0) == 3 && lokilib_result_sample_count(result, 1) == 2);
  lokilib_result_free(result);

  query = query_of("1 + 1.5");
  query.instant = 1;
  CHECK(lokilib_db_query(db, &query, &result, &error) == LOKILIB_OK);
  CHECK(lokilib_result_get_kind(result) == LOKILIB_RESULT_SCALAR);
  CHECK(lokilib_result_get_sample(result, 0, 0, NULL, &value, NULL) == LOKILIB_OK && value >= 2.5 &&
        value <= 2.5);
  CHECK_TEXT(lokilib_result_series_labels(result, 0), "{}");
  lokilib_result_free(result);
  CHECK(lokilib_db_close(db, NULL) == LOKILIB_OK);
}

static void test_labels(void) {
  lokilib_db* const db = open_memory();
  lokilib_error* error = NULL;
  lokilib_strings* strings = NULL;
  CHECK(append_text(db, "{app=\"a\", env=\"dev\"}", 1, "x", NULL) == LOKILIB_OK);
  CHECK(append_text(db, "{app=\"b\"}", 2, "x", NULL) == LOKILIB_OK);
  CHECK(lokilib_db_labels(db, NULL, NULL, 0, 10, &strings, &error) == LOKILIB_OK);
  CHECK(lokilib_strings_count(strings) == 3);
  CHECK_TEXT(lokilib_strings_get(strings, 0), "app");
  CHECK_TEXT(lokilib_strings_get(strings, 1), "env");
  CHECK(lokilib_strings_get(strings, 3) == NULL);
  lokilib_strings_free(strings);
  CHECK(lokilib_db_label_values(db, NULL, "app", "{env=\"dev\"}", 0, 10, &strings, &error) == LOKILIB_OK);
  CHECK(lokilib_strings_count(strings) == 1);
  CHECK_TEXT(lokilib_strings_get(strings, 0), "a");
  lokilib_strings_free(strings);
  CHECK(lokilib_db_label_values(db, "nobody", "app", "", 0, 10, &strings, &error) == LOKILIB_OK);
  CHECK(lokilib_strings_count(strings) == 0);
  lokilib_strings_free(strings);
  CHECK_ERROR(lokilib_db_labels(db, NULL, "{", 0, 10, &strings, &error), LOKILIB_INVALID_QUERY, NULL);
  CHECK(strings == NULL);
  CHECK(lokilib_db_close(db, NULL) == LOKILIB_OK);
}

static void test_errors(void) {
  lokilib_db* const db = open_memory();
  lokilib_error* error = NULL;
  lokilib_result* result = NULL;
  lokilib_query query = query_of("{app=\"api\"");
  CHECK_ERROR(append_text(db, "{1=\"b\"}", 1, "x", &error), LOKILIB_INVALID_LABELS, NULL);
  CHECK_ERROR(lokilib_db_append(db, "{a=\"b\"}", 7, 1, NULL, 3, &error), LOKILIB_INVALID_ARGUMENT,
              "line is null");
  CHECK(append_text(db, "{a", 1, "x", NULL) == LOKILIB_INVALID_LABELS); /* without an error object */
  CHECK_ERROR(lokilib_db_query(db, &query, &result, &error), LOKILIB_INVALID_QUERY,
              "parse error at line 1, col 11: syntax error: unexpected $end, expecting } or ,");
  CHECK(result == NULL);
  query = query_of("{app=\"api\"}");
  query.instant = 1;
  CHECK_ERROR(lokilib_db_query(db, &query, &result, &error), LOKILIB_INVALID_QUERY, NULL);
  CHECK(lokilib_db_close(db, NULL) == LOKILIB_OK);
}

static void test_null_handles(void) {
  lokilib_error* error = NULL;
  lokilib_db* db = NULL;
  lokilib_result* result = NULL;
  lokilib_strings* strings = NULL;
  lokilib_query query = query_of("{a=\"b\"}");
  CHECK_ERROR(lokilib_db_open(NULL, NULL, NULL, &error), LOKILIB_INVALID_ARGUMENT, "db is null");
  CHECK_ERROR(lokilib_db_append(NULL, "{a=\"b\"}", 7, 1, "x", 1, &error), LOKILIB_INVALID_ARGUMENT,
              "db is null");
  CHECK_ERROR(lokilib_db_append_many(NULL, NULL, "", 0, NULL, 0, NULL, &error), LOKILIB_INVALID_ARGUMENT,
              "db is null");
  CHECK_ERROR(lokilib_db_flush(NULL, &error), LOKILIB_INVALID_ARGUMENT, "db is null");
  CHECK_ERROR(lokilib_db_query(NULL, &query, &result, &error), LOKILIB_INVALID_ARGUMENT, "db is null");
  CHECK_ERROR(lokilib_db_labels(NULL, NULL, NULL, 0, 1, &strings, &error), LOKILIB_INVALID_ARGUMENT, NULL);
  CHECK_ERROR(lokilib_db_label_values(NULL, NULL, "a", NULL, 0, 1, &strings, &error),
              LOKILIB_INVALID_ARGUMENT, NULL);
  CHECK_ERROR(lokilib_result_get_entry(NULL, 0, NULL, NULL, NULL, &error), LOKILIB_INVALID_ARGUMENT,
              "result is null");
  CHECK_ERROR(lokilib_result_get_sample(NULL, 0, 0, NULL, NULL, &error), LOKILIB_INVALID_ARGUMENT,
              "result is null");
  db = open_memory();
  CHECK_ERROR(lokilib_db_query(db, NULL, &result, &error), LOKILIB_INVALID_ARGUMENT, "query is null");
  CHECK_ERROR(lokilib_db_query(db, &query, NULL, &error), LOKILIB_INVALID_ARGUMENT, "result is null");
  CHECK_ERROR(lokilib_db_labels(db, NULL, NULL, 0, 1, NULL, &error), LOKILIB_INVALID_ARGUMENT, NULL);
  CHECK_ERROR(lokilib_db_label_values(db, NULL, NULL, NULL, 0, 1, &strings, &error), LOKILIB_INVALID_ARGUMENT,
              NULL);
  CHECK(lokilib_db_close(db, NULL) == LOKILIB_OK);
  /* Null results and errors are empty; freeing and closing null does nothing. */
  CHECK(lokilib_result_entry_count(NULL) == 0 && lokilib_result_series_count(NULL) == 0);
  CHECK(lokilib_result_sample_count(NULL, 0) == 0 && lokilib_strings_count(NULL) == 0);
  CHECK(lokilib_result_entry_labels(NULL, 0) == NULL && lokilib_result_series_labels(NULL, 0) == NULL);
  CHECK(lokilib_strings_get(NULL, 0) == NULL && lokilib_result_get_kind(NULL) == LOKILIB_RESULT_STREAMS);
  CHECK(lokilib_error_status(NULL) == LOKILIB_OK);
  CHECK_TEXT(lokilib_error_message(NULL), "");
  lokilib_error_free(NULL);
  lokilib_result_free(NULL);
  lokilib_strings_free(NULL);
  CHECK(lokilib_db_close(NULL, &error) == LOKILIB_OK && error == NULL);
}

static void test_options(void) {
  lokilib_open_options options = LOKILIB_OPEN_OPTIONS_INIT;
  lokilib_db* db = NULL;
  lokilib_error* error = NULL;
  lokilib_result* result = NULL;
  lokilib_query query = query_of("{a=\"b\"}");
  options.struct_size = 0;
  CHECK_ERROR(lokilib_db_open(NULL, &options, &db, &error), LOKILIB_INVALID_ARGUMENT,
              "struct_size is not set: use the _INIT macro");
  options.struct_size = sizeof(options);
  options.sync = 9;
  CHECK_ERROR(lokilib_db_open(NULL, &options, &db, &error), LOKILIB_INVALID_ARGUMENT,
              "sync is none of the values of lokilib_sync");
  CHECK(db == NULL);
  /* An older program's struct ends behind `sync`: what follows is not read. */
  options.sync = LOKILIB_SYNC_NONE;
  options.struct_size = offsetof(lokilib_open_options, loki_limits);
  options.sync_interval_ns = -1;
  CHECK(lokilib_db_open(NULL, &options, &db, &error) == LOKILIB_OK);
  CHECK(append_text(db, "{a=\"b\"}", 1, "x", NULL) == LOKILIB_OK);
  /* A newer program's struct is longer; what this library knows of it counts. */
  query.struct_size = sizeof(query) + 64;
  {
    struct {
      lokilib_query known;
      char more[64];
    } newer;
    memset(&newer, 0, sizeof(newer));
    newer.known = query;
    CHECK(lokilib_db_query(db, &newer.known, &result, &error) == LOKILIB_OK);
  }
  CHECK(lokilib_result_entry_count(result) == 1);
  lokilib_result_free(result);
  /* An older query struct without limit and what follows: the defaults count. */
  query.struct_size = offsetof(lokilib_query, limit);
  query.limit = 0;
  query.instant = 1;
  CHECK(lokilib_db_query(db, &query, &result, &error) == LOKILIB_OK);
  CHECK(lokilib_result_entry_count(result) == 1);
  lokilib_result_free(result);
  CHECK(lokilib_db_close(db, NULL) == LOKILIB_OK);
}

static void test_directory(void) {
  char directory[] = "/tmp/lokilib_capi_XXXXXX";
  char command[128];
  lokilib_open_options options = LOKILIB_OPEN_OPTIONS_INIT;
  lokilib_db* db = NULL;
  lokilib_db* second = NULL;
  lokilib_error* error = NULL;
  lokilib_result* result = NULL;
  lokilib_query query = query_of("{a=\"b\"}");
  int round = 0;
  if (mkdtemp(directory) == NULL) {
    CHECK(0);
    return;
  }
  options.sync = LOKILIB_SYNC_ALWAYS;
  options.head_bytes_max = 1 << 20;
  for (round = 0; round < 3; ++round) {
    CHECK(lokilib_db_open(directory, &options, &db, &error) == LOKILIB_OK);
    CHECK_ERROR(lokilib_db_open(directory, NULL, &second, &error), LOKILIB_BUSY, NULL);
    CHECK(lokilib_db_query(db, &query, &result, &error) == LOKILIB_OK);
    CHECK(lokilib_result_entry_count(result) == (size_t)round);
    lokilib_result_free(result);
    CHECK(append_text(db, "{a=\"b\"}", round + 1, "kept", NULL) == LOKILIB_OK);
    if (round == 1) CHECK(lokilib_db_flush(db, &error) == LOKILIB_OK);
    CHECK(lokilib_db_close(db, &error) == LOKILIB_OK);
  }
  CHECK_ERROR(lokilib_db_open("/proc/nowhere/to/write", NULL, &db, &error), LOKILIB_NOT_FOUND, NULL);
  snprintf(command, sizeof(command), "rm -rf '%s'", directory);
  CHECK(system(command) == 0);
}

int main(void) {
  test_version();
  test_entries();
  test_append_many();
  test_partial_refusal();
  test_metrics();
  test_labels();
  test_errors();
  test_null_handles();
  test_options();
  test_directory();
  if (failures > 0) fprintf(stderr, "%d failures\n", failures);
  return failures == 0 ? 0 : 1;
}
