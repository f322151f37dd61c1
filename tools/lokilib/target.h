// SPDX-License-Identifier: Apache-2.0
// target.h: where a command works: a data directory opened in this process, or a server behind a URL. Both
// answer the same questions.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <lokilib/entry.h>
#include <lokilib/query.h>
#include <lokilib/result.h>

namespace lokilib::tool {

/// How to reach it: exactly one of the two is used; the URL if it is not empty.
struct TargetOptions {
  std::string directory = "./lokilib-data";
  std::string url;
  std::string tenant;
};

class Target {
 public:
  virtual ~Target() = default;

  virtual Result<QueryResult> query(const QueryRequest& request) = 0;
  virtual Result<std::vector<std::string>> label_names(const TimeRange& range,
                                                       const std::string& selector) = 0;
  virtual Result<std::vector<std::string>> label_values(const std::string& name, const TimeRange& range,
                                                        const std::string& selector) = 0;
  /// Errors: also what was refused of the entries; valid ones are stored.
  virtual Result<void> push(const LabelSet& labels, const std::vector<EntryView>& entries) = 0;
  virtual Result<void> close() = 0;
};

/// `create`: whether a directory that is not there is made; else `NotFound`.
Result<std::unique_ptr<Target>> open_target(const TargetOptions& options, bool create);

/// Whether the word looks like a URL.
bool is_url(const std::string& word);

}  // namespace lokilib::tool
