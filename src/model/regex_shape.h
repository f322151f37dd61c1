// SPDX-License-Identifier: Apache-2.0
// regex_shape.h: how the parts of a regular expression are put together to a tree: see regex_syntax.h for
// the shape that comes out.
#pragma once

#include <vector>

#include "model/regex_syntax.h"

namespace lokilib {

/// One rune: a literal or a class.
bool is_single_rune(const RegexNode& node);

/// Sorts a class's ranges and joins those that touch.
void clean_class(RegexNode& node);
/// The complement of a clean class.
void negate_class(RegexNode& node);
/// A class that is one rune, or both cases of one, as a literal.
RegexNode class_or_literal(RegexNode node);

/// The parts one after the other: adjacent literals joined, concatenations within taken apart.
RegexNode concat_of(std::vector<RegexNode> parts);

/// Puts a branch behind those of an alternation: a single rune joins the one before.
void add_branch(std::vector<RegexNode>& branches, RegexNode branch);

/// The alternation of the branches, common beginnings factored out.
RegexNode alternate_of(std::vector<RegexNode> branches);

/// x{0,} as x*, x{1,1} as x and so on, and repetitions of nothing as nothing.
RegexNode simplify_repetitions(RegexNode node);

}  // namespace lokilib
