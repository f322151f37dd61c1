// SPDX-License-Identifier: Apache-2.0
// go_number.h: numbers read and printed as Go's strconv does it, because that is what LogQL's answers and
// error texts are made of.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <lokilib/result.h>

namespace lokilib {

/// Go's ParseFloat(text, 64): decimal and hexadecimal floats (`0x1p4`), underscores between digits, `inf`,
/// `Infinity`, `NaN` in any case, a sign. No blanks.
///
/// Errors: `InvalidQuery`: `strconv.ParseFloat: parsing "foo": invalid syntax` or `...: value out of range`.
Result<double> parse_go_float(std::string_view text);

/// The same without an error text, for loops over rows: nothing where parse_go_float has an error.
std::optional<double> try_parse_go_float(std::string_view text);

/// Go's ParseInt(text, base, 64). Base 0 takes the base from the prefix (0x, 0o, 0b, 0) and allows
/// underscores.
///
/// Errors: `InvalidQuery`: `strconv.ParseInt: parsing "x": invalid syntax` or `...: value out of range`.
Result<int64_t> parse_go_int(std::string_view text, int base = 10);

/// Go's Atoi: parse_go_int(text, 10) whose errors say `strconv.Atoi`.
Result<int64_t> parse_go_atoi(std::string_view text);

/// How a float is printed; always with as few digits as read back the same.
enum class FloatForm : uint8_t {
  Fixed,     ///< FormatFloat(v, 'f', -1, 64): never an exponent; sample values
  General,   ///< FormatFloat(v, 'g', -1, 64) and %v: exponent below 1e-04 and from 1e+06 on
  Exponent,  ///< FormatFloat(v, 'e', -1, 64): 1e+06
};

/// `NaN`, `+Inf`, `-Inf`, or digits.
std::string format_go_float(double value, FloatForm form);
void append_go_float(std::string& out, double value, FloatForm form);

/// FormatFloat(v, 'f', precision, 64) and %.<precision>f.
std::string format_go_float_fixed(double value, int precision);

}  // namespace lokilib
