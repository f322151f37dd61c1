// SPDX-License-Identifier: Apache-2.0
// template_print.h: Go's fmt for the values of templates. Nothing is written once `out` holds `bytes_max`
// bytes; the functions then return false.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "logql/pipeline/template_value.h"

namespace lokilib::logql::go_template {

/// %v
bool append_value(std::string& out, const Value& value, size_t bytes_max);

/// fmt.Sprint: a space between two operands neither of which is a string.
bool append_print(std::string& out, std::span<const Value> values, size_t bytes_max);

/// fmt.Sprintln
bool append_println(std::string& out, std::span<const Value> values, size_t bytes_max);

/// fmt.Sprintf
bool append_printf(std::string& out, std::string_view format, std::span<const Value> values,
                   size_t bytes_max);

}  // namespace lokilib::logql::go_template
