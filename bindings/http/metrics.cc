// SPDX-License-Identifier: Apache-2.0
#include "metrics.h"

#include <fmt/format.h>

#include <lokilib/version.h>

namespace lokilib::http {
namespace {

std::string escape(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\\' || c == '"') out.push_back('\\');
    if (c == '\n') {
      out += "\\n";
    } else {
      out.push_back(c);
    }
  }
  return out;
}

void family(std::string& out, std::string_view name, std::string_view kind, std::string_view help) {
  out += fmt::format("# HELP {} {}\n# TYPE {} {}\n", name, help, name, kind);
}

void single(std::string& out, std::string_view name, std::string_view kind, std::string_view help,
            uint64_t value) {
  family(out, name, kind, help);
  out += fmt::format("{} {}\n", name, value);
}

}  // namespace

void ApiMetrics::count_request(std::string_view method, std::string_view route, int status, double seconds) {
  const std::lock_guard lock(mutex_);
  Histogram& histogram = requests_[{std::string(method), std::string(route), status}];
  for (size_t i = 0; i < std::size(Histogram::kBounds); ++i) {
    if (seconds <= Histogram::kBounds[i]) ++histogram.buckets[i];
  }
  ++histogram.count;
  histogram.sum += seconds;
}

void ApiMetrics::count_push(std::string_view tenant, const AppendReport& report) {
  const std::lock_guard lock(mutex_);
  auto& [bytes, lines] = received_[std::string(tenant)];
  bytes += report.bytes_accepted;
  lines += report.entries_accepted;
  for (const Rejection& rejection : report.rejections) {
    bytes += rejection.bytes;
    lines += rejection.entries;
    auto& [lost_bytes, lost_lines] = discarded_[{std::string(tenant), rejection.reason}];
    lost_bytes += rejection.bytes;
    lost_lines += rejection.entries;
  }
}

std::string ApiMetrics::text(const DatabaseStats& stats) const {
  std::string out;
  const std::lock_guard lock(mutex_);
  family(out, "loki_request_duration_seconds", "histogram", "Time spent on HTTP requests.");
  for (const auto& [key, histogram] : requests_) {
    const auto& [method, route, status] = key;
    const std::string labels = fmt::format("method=\"{}\",route=\"{}\",status_code=\"{}\",ws=\"false\"",
                                           escape(method), route, status);
    for (size_t i = 0; i < std::size(Histogram::kBounds); ++i) {
      out += fmt::format("loki_request_duration_seconds_bucket{{{},le=\"{}\"}} {}\n", labels,
                         Histogram::kBounds[i], histogram.buckets[i]);
    }
    out +=
        fmt::format("loki_request_duration_seconds_bucket{{{},le=\"+Inf\"}} {}\n", labels, histogram.count);
    out += fmt::format("loki_request_duration_seconds_sum{{{}}} {}\n", labels, histogram.sum);
    out += fmt::format("loki_request_duration_seconds_count{{{}}} {}\n", labels, histogram.count);
  }
  family(out, "loki_distributor_bytes_received_total", "counter", "Bytes of lines and metadata received.");
  for (const auto& [tenant, sums] : received_) {
    out += fmt::format("loki_distributor_bytes_received_total{{tenant=\"{}\"}} {}\n", escape(tenant),
                       sums.first);
  }
  family(out, "loki_distributor_lines_received_total", "counter", "Lines received.");
  for (const auto& [tenant, sums] : received_) {
    out += fmt::format("loki_distributor_lines_received_total{{tenant=\"{}\"}} {}\n", escape(tenant),
                       sums.second);
  }
  family(out, "loki_discarded_samples_total", "counter", "Lines refused, by reason.");
  for (const auto& [key, sums] : discarded_) {
    out += fmt::format("loki_discarded_samples_total{{reason=\"{}\",tenant=\"{}\"}} {}\n", key.second,
                       escape(key.first), sums.second);
  }
  family(out, "loki_discarded_bytes_total", "counter", "Bytes refused, by reason.");
  for (const auto& [key, sums] : discarded_) {
    out += fmt::format("loki_discarded_bytes_total{{reason=\"{}\",tenant=\"{}\"}} {}\n", key.second,
                       escape(key.first), sums.first);
  }
  family(out, "loki_build_info", "gauge", "The version that is running.");
  out += fmt::format("loki_build_info{{version=\"{}\"}} 1\n", version());
  single(out, "lokilib_streams_in_memory", "gauge", "Streams with entries in memory.",
         stats.streams_in_memory);
  single(out, "lokilib_memory_bytes", "gauge", "Raw bytes not yet in a segment.", stats.bytes_in_memory);
  single(out, "lokilib_segments", "gauge", "Segments.", stats.segments);
  single(out, "lokilib_segment_bytes", "gauge", "Bytes of segments.", stats.segment_bytes);
  single(out, "lokilib_wal_bytes", "gauge", "Bytes of the write-ahead log.", stats.wal_bytes);
  single(out, "lokilib_appended_entries_total", "counter", "Entries appended.", stats.entries_appended);
  single(out, "lokilib_appended_bytes_total", "counter", "Bytes appended.", stats.bytes_appended);
  single(out, "lokilib_flushes_total", "counter", "Flushes to segments.", stats.flushes);
  single(out, "lokilib_damage", "gauge", "Damaged places found on opening.", stats.damage.size());
  return out;
}

}  // namespace lokilib::http
