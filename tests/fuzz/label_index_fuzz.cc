// SPDX-License-Identifier: Apache-2.0
// label_index_fuzz.cc: any bytes as a sealed label index and as a stored bitmap. What opens answers every
// question without touching memory outside.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include <lokilib/label_index.h>

#include "index/postings.h"
#include "support/aligned_bytes.h"

namespace {

void require(bool condition) {
  if (!condition) std::abort();
}

void ask_everything(const lokilib::LabelIndex& index) {
  using lokilib::MatchOp;
  for (const std::string& name : index.label_names()) {
    const auto values = index.label_values(name);
    for (size_t i = 0; i < values.size() && i < 50; ++i) {
      for (const MatchOp op : {MatchOp::Equal, MatchOp::NotEqual}) {
        require(index.resolve({*lokilib::Matcher::create(op, name, values[i])})->size() <=
                index.series_count());
      }
    }
    for (const MatchOp op : {MatchOp::Regex, MatchOp::NotRegex}) {
      require(index.resolve({*lokilib::Matcher::create(op, name, "[a-m].*|")})->size() <=
              index.series_count());
      require(index.resolve({*lokilib::Matcher::create(op, name, ".+")})->size() <= index.series_count());
    }
  }
  for (lokilib::SeriesId id = 0; id < index.series_count(); ++id) require(index.find(index.labels(id)) == id);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const lokilib::test::AlignedBytes bytes({reinterpret_cast<const char*>(data), size});
  if (const auto checked = lokilib::check_postings(bytes.view(), UINT32_MAX)) {
    require(lokilib::Postings::decode(bytes.view()).to_vector().size() == checked->count);
  }
  if (const auto index = lokilib::SealedLabelIndex::open(bytes.view())) ask_everything(**index);
  return 0;
}
