// SPDX-License-Identifier: Apache-2.0
// text_log_source.h: LogQL over plain text: one stream, one entry per line.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <lokilib/export.h>
#include <lokilib/file_system.h>
#include <lokilib/log_source.h>

namespace lokilib {

/// The time of a line in nanoseconds since the Unix epoch, or nothing where the line does not say: then it
/// has the time of the line before (of the first line with a time, where there is none before).
using LineTimestamp = std::function<std::optional<int64_t>(std::string_view line)>;

/// A text whose lines end in "\n" or "\r\n"; the last may end without. Equal lines are kept, also where they
/// have equal times. Lines are read where they lie, so the text stays in memory once.
///
/// Threads: as LogSource. Cursors must not outlive the source.
class LOKILIB_EXPORT TextLogSource final : public LogSource {
 public:
  /// Without `timestamp`, a line's time is its number, from 0, in nanoseconds.
  TextLogSource(LabelSet labels, std::string text, const LineTimestamp& timestamp = {});
  ~TextLogSource() override;

  /// Reads a whole file.
  static Result<std::unique_ptr<TextLogSource>> open(FileSystem& file_system, const std::string& path,
                                                     LabelSet labels, const LineTimestamp& timestamp = {});

  Result<std::vector<std::unique_ptr<StreamCursor>>> select(const SelectRequest& request,
                                                            ScanStats& stats) const override;

  struct Line {
    int64_t timestamp_ns = 0;
    std::string_view text;
  };

 private:
  LabelSet labels_;
  std::string text_;
  std::vector<Line> lines_;  // by time, equal times by place in the text
};

}  // namespace lokilib
