// SPDX-License-Identifier: Apache-2.0
// nearest.h: the known word that an unknown one was probably meant to be.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace lokilib::tool {

/// The candidate with the smallest edit distance, or "" if none is near.
std::string nearest(std::string_view word, const std::vector<std::string>& candidates);

}  // namespace lokilib::tool
