/* SPDX-License-Identifier: Apache-2.0 */
/* main.c: a log database inside a C program: open, append, ask. */
#include <lokilib.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

static int fail(lokilib_error* error) {
  fprintf(stderr, "%s\n", lokilib_error_message(error));
  lokilib_error_free(error);
  return 1;
}

int main(void) {
  const char* labels = "{app=\"shop\", env=\"prod\"}";
  const char* logql = "{app=\"shop\"} | logfmt | total > 20";
  const int64_t now_ns = (int64_t)time(NULL) * 1000000000;
  lokilib_error* error = NULL;
  lokilib_db* db = NULL;
  if (lokilib_db_open("./example-data", NULL, &db, &error) != LOKILIB_OK) return fail(error);
  for (int i = 0; i < 5; ++i) {
    char line[80];
    const int size = snprintf(line, sizeof line, "level=info msg=\"order placed\" total=%d", 10 * i);
    if (lokilib_db_append(db, labels, strlen(labels), now_ns + i, line, (size_t)size, &error) != LOKILIB_OK)
      return fail(error);
  }
  lokilib_query query = LOKILIB_QUERY_INIT;
  query.query = logql;
  query.query_size = strlen(logql);
  query.start_ns = now_ns;
  query.end_ns = now_ns + 5;
  lokilib_result* result = NULL;
  if (lokilib_db_query(db, &query, &result, &error) != LOKILIB_OK) return fail(error);
  for (size_t i = 0; i < lokilib_result_entry_count(result); ++i) {
    int64_t time_ns;
    const char* line;
    size_t size;
    if (lokilib_result_get_entry(result, i, &time_ns, &line, &size, &error) != LOKILIB_OK) return fail(error);
    printf("%lld %s\n", (long long)time_ns, line);
  }
  lokilib_result_free(result);
  return lokilib_db_close(db, &error) == LOKILIB_OK ? 0 : fail(error);
}
