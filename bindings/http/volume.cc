// SPDX-License-Identifier: Apache-2.0
// volume.cc: /index/stats, /index/volume and /index/volume_range: how much there is, from block metadata.
#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

#include <lokilib/logql.h>

#include "json_writer.h"
#include "loki_json.h"
#include "query_params.h"
#include "routes.h"

namespace lokilib::http {
namespace {

constexpr int64_t kMillisecond = 1'000'000;

Error bad_request(std::string text) {
  return Error{ErrorCode::InvalidArgument, std::move(text), {}, {}};
}

struct VolumeRequest {
  TimeRange range;
  std::vector<Matcher> matchers;
  std::vector<std::string> target_labels;
  bool by_label_name = false;  ///< aggregateBy=labels
  uint64_t limit = 100;
};

std::vector<std::string> split_list(std::string_view text) {
  std::vector<std::string> items;
  while (!text.empty()) {
    const size_t end = text.find(',');
    items.emplace_back(text.substr(0, end));
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
  }
  return items;
}

/// Streams without one of the labels are left out, as in Loki, unless the selector speaks of the label
/// itself.
Result<void> require_labels(const std::vector<std::string>& names, std::vector<Matcher>& matchers) {
  for (const std::string& name : names) {
    const bool is_named = std::any_of(matchers.begin(), matchers.end(),
                                      [&](const Matcher& matcher) { return matcher.name() == name; });
    if (is_named) continue;
    LOKILIB_TRY_ASSIGN(auto matcher, Matcher::create(MatchOp::Regex, name, ".+"));
    matchers.push_back(std::move(matcher));
  }
  return {};
}

Result<VolumeRequest> parse_volume_request(const RequestContext& context) {
  VolumeRequest request;
  LOKILIB_TRY_ASSIGN(request.range, parse_time_range(context.params, context.now_ns));
  LOKILIB_TRY_ASSIGN(const int64_t limit, parse_count(context.params, "limit", 100));
  if (limit < 0) return bad_request("limit must be a positive value");
  request.limit = limit == 0 ? 100 : static_cast<uint64_t>(limit);
  LOKILIB_TRY_ASSIGN(request.matchers, logql::parse_matchers(context.params.get("query"), true));
  request.target_labels = split_list(context.params.get("targetLabels"));
  LOKILIB_TRY(require_labels(request.target_labels, request.matchers));
  const std::string& aggregate_by = context.params.get("aggregateBy");
  if (!aggregate_by.empty() && aggregate_by != "series" && aggregate_by != "labels") {
    return bad_request("invalid aggregation option");
  }
  request.by_label_name = aggregate_by == "labels";
  return request;
}

/// The groups that a stream's bytes are added to.
std::vector<LabelSet> groups_of(const LabelSet& stream, const VolumeRequest& request) {
  std::set<std::string> names(request.target_labels.begin(), request.target_labels.end());
  if (names.empty() && !request.by_label_name) {
    for (const Matcher& matcher : request.matchers) names.insert(matcher.name());
  }
  std::vector<Label> kept;
  for (const Label& label : stream.labels()) {
    if (names.contains(label.name) ||
        (names.empty() && (request.by_label_name || request.matchers.empty()))) {
      kept.push_back(label);
    }
  }
  if (!request.by_label_name) {
    if (kept.empty()) return {};
    return {LabelSet::from_sorted(std::move(kept))};
  }
  std::vector<LabelSet> groups;
  for (const Label& label : kept) groups.push_back(LabelSet::from_sorted({{label.name, ""}}));
  return groups;
}

struct VolumeSeries {
  LabelSet labels;
  std::map<int64_t, uint64_t> bytes_at;  ///< by the sample's time
  uint64_t first() const { return bytes_at.begin()->second; }
};

Result<void> add_volumes(const RequestContext& context, const VolumeRequest& request, const TimeRange& range,
                         int64_t sample_ns, std::map<LabelSet, VolumeSeries>& series) {
  LOKILIB_TRY_ASSIGN(const auto volumes, context.database.volumes(range, request.matchers, context.tenant));
  for (const StreamVolume& volume : volumes) {
    for (const LabelSet& group : groups_of(volume.labels, request)) {
      VolumeSeries& one = series[group];
      one.labels = group;
      one.bytes_at[sample_ns] += volume.bytes;
    }
  }
  if (const uint64_t bound = context.options.volume_series_max; bound > 0 && series.size() > bound) {
    return bad_request(fmt::format("the query hit the max number of series limit (limit: {} series)", bound));
  }
  return {};
}

/// Loki answers a vector as long as no series has more than one sample (recorded, 3.7.6).
Response volume_response(std::map<LabelSet, VolumeSeries> series, uint64_t limit) {
  std::vector<VolumeSeries> sorted;
  for (auto& item : series) sorted.push_back(std::move(item.second));
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const VolumeSeries& a, const VolumeSeries& b) { return a.first() > b.first(); });
  if (sorted.size() > limit) sorted.resize(limit);
  const bool is_matrix = std::any_of(sorted.begin(), sorted.end(),
                                     [](const VolumeSeries& one) { return one.bytes_at.size() > 1; });
  std::vector<Series> result;
  for (const VolumeSeries& one : sorted) {
    Series& out = result.emplace_back();
    out.labels = one.labels;
    for (const auto& [time_ns, bytes] : one.bytes_at)
      out.samples.push_back({time_ns, static_cast<double>(bytes)});
  }
  QueryResult answer;
  if (is_matrix) {
    answer.data = MatrixResult{std::move(result)};
  } else {
    answer.data = VectorResult{std::move(result)};
  }
  return json_response(encode_query_result(answer, {}));
}

}  // namespace

Response handle_index_stats(RequestContext& context) {
  const auto range = parse_time_range(context.params, context.now_ns);
  if (!range) return query_error(range.error());
  const auto matchers = logql::parse_matchers(context.params.get("query"), false);
  if (!matchers) return query_error(matchers.error());
  const auto volumes = context.database.volumes(*range, *matchers, context.tenant);
  if (!volumes) return query_error(volumes.error());
  StreamVolume sum;
  for (const StreamVolume& volume : *volumes) {
    sum.chunks += volume.chunks;
    sum.entries += volume.entries;
    sum.bytes += volume.bytes;
  }
  return json_response(fmt::format(R"({{"streams":{},"chunks":{},"bytes":{},"entries":{}}})", volumes->size(),
                                   sum.chunks, sum.bytes, sum.entries) +
                       "\n");
}

Response handle_volume(RequestContext& context) {
  const auto request = parse_volume_request(context);
  if (!request) return query_error(request.error());
  std::map<LabelSet, VolumeSeries> series;
  const auto added = add_volumes(context, *request, request->range, request->range.end_ns, series);
  if (!added) return query_error(added.error());
  return volume_response(std::move(series), request->limit);
}

Response handle_volume_range(RequestContext& context) {
  const auto request = parse_volume_request(context);
  if (!request) return query_error(request.error());
  const auto step = parse_query_step(context.params, request->range);
  if (!step) return query_error(step.error());
  if (const auto checked = check_range_and_step(request->range, *step); !checked)
    return query_error(checked.error());
  std::map<LabelSet, VolumeSeries> series;
  const auto [begin_ns, end_ns] = request->range;
  // Buckets are aligned to the step. A bucket's sample stands at its end, 1 ms before it but for the last
  // one.
  const int64_t remainder_ns = begin_ns % *step;
  const int64_t into_bucket_ns = remainder_ns < 0 ? remainder_ns + *step : remainder_ns;
  int64_t bucket_ns = saturating_add(begin_ns, -into_bucket_ns);
  while (bucket_ns < end_ns) {
    const int64_t next_ns = saturating_add(bucket_ns, *step);
    const TimeRange part{std::max(bucket_ns, begin_ns), std::min(next_ns, end_ns)};
    const int64_t sample_ns = next_ns >= end_ns ? end_ns : next_ns - kMillisecond;
    const auto added = add_volumes(context, *request, part, sample_ns, series);
    if (!added) return query_error(added.error());
    bucket_ns = next_ns;
  }
  return volume_response(std::move(series), request->limit);
}

}  // namespace lokilib::http
