// SPDX-License-Identifier: Apache-2.0
// postings.cc: sets of series ids on roaring bitmaps.
#include "index/postings.h"

#include <new>

#include <roaring/roaring.h>

namespace lokilib {

namespace {

roaring_bitmap_t* require(roaring_bitmap_t* bitmap) {
  if (bitmap == nullptr) throw std::bad_alloc();
  return bitmap;
}

}  // namespace

Postings Postings::all(uint32_t end) {
  Postings postings;
  if (end > 0) postings.bitmap_ = require(roaring_bitmap_from_range(0, end, 1));
  return postings;
}

Postings Postings::decode(std::string_view bytes) {
  Postings postings;
  postings.bitmap_ = require(roaring_bitmap_portable_deserialize_safe(bytes.data(), bytes.size()));
  return postings;
}

Postings::~Postings() {
  if (bitmap_ != nullptr) roaring_bitmap_free(bitmap_);
}

roaring_bitmap_s* Postings::bitmap() {
  if (bitmap_ == nullptr) bitmap_ = require(roaring_bitmap_create());
  return bitmap_;
}

void Postings::add(uint32_t id) {
  roaring_bitmap_add(bitmap(), id);
}

void Postings::add(std::span<const uint32_t> ids) {
  roaring_bitmap_add_many(bitmap(), ids.size(), ids.data());
}

void Postings::unite(const Postings& other) {
  if (other.bitmap_ != nullptr) roaring_bitmap_or_inplace(bitmap(), other.bitmap_);
}

void Postings::intersect(const Postings& other) {
  if (other.bitmap_ == nullptr) {
    *this = Postings();
  } else if (bitmap_ != nullptr) {
    roaring_bitmap_and_inplace(bitmap_, other.bitmap_);
  }
}

void Postings::subtract(const Postings& other) {
  if (bitmap_ != nullptr && other.bitmap_ != nullptr) roaring_bitmap_andnot_inplace(bitmap_, other.bitmap_);
}

bool Postings::empty() const {
  return bitmap_ == nullptr || roaring_bitmap_is_empty(bitmap_);
}

uint64_t Postings::size() const {
  return bitmap_ == nullptr ? 0 : roaring_bitmap_get_cardinality(bitmap_);
}

std::vector<uint32_t> Postings::to_vector() const {
  std::vector<uint32_t> ids(size());
  if (!ids.empty()) roaring_bitmap_to_uint32_array(bitmap_, ids.data());
  return ids;
}

void Postings::encode(std::string& out) const {
  Postings copy;
  copy.unite(*this);
  roaring_bitmap_run_optimize(copy.bitmap());
  const size_t begin = out.size();
  out.resize(begin + roaring_bitmap_portable_size_in_bytes(copy.bitmap_));
  roaring_bitmap_portable_serialize(copy.bitmap_, out.data() + begin);
}

}  // namespace lokilib
