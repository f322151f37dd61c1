// SPDX-License-Identifier: Apache-2.0
// template_print.cc: the verbs and flags of Go's fmt, applied to one value at a time.
#include "logql/pipeline/template_print.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <optional>
#include <utility>

#include <lokilib/labels.h>

#include "logql/pipeline/go_float_format.h"
#include "logql/pipeline/go_time_layout.h"
#include "model/utf8.h"

namespace lokilib::logql::go_template {
namespace {

constexpr int kWidthMax = 1'000'000;

struct Flags {
  bool minus = false;
  bool plus = false;
  bool sharp = false;
  bool space = false;
  bool zero = false;
  bool sharp_v = false;  // %#v
  std::optional<int> width;
  std::optional<int> precision;
};

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

size_t count_runes(std::string_view text) {
  size_t count = 0;
  for (size_t at = 0; at < text.size(); at += decode_rune(text, at).size) ++count;
  return count;
}

std::string_view cut_runes(std::string_view text, size_t count) {
  size_t at = 0;
  for (; count > 0 && at < text.size(); --count) at += decode_rune(text, at).size;
  return text.substr(0, at);
}

class Printer {
 public:
  Printer(std::string& out, size_t bytes_max) : out_(out), bytes_max_(bytes_max) {}

  bool fits() const { return out_.size() <= bytes_max_; }

  void print(const Value& value, char32_t verb) {
    if (!fits()) return;
    if (value.is_nil()) return print_nil(verb);
    if (verb == 'T') return pad(type_name(value));
    if (verb == 'p') return bad_verb(value, verb);
    switch (value.kind) {
      case Kind::Bool:
        if (verb != 't' && verb != 'v') return bad_verb(value, verb);
        return pad(value.integer != 0 ? "true" : "false");
      case Kind::Int:
      case Kind::Int64:
      case Kind::Byte:
        return print_integer(value, verb);
      case Kind::Float:
        return print_float(value, verb);
      case Kind::String:
        return print_string(value, value.text(), verb);
      case Kind::Time:
      case Kind::Month:
      case Kind::Weekday:
        return print_named(value, verb);
      default:
        return print_collection(value, verb);
    }
  }

  void printf(std::string_view format, std::span<const Value> values) {
    values_ = values;
    for (size_t at = 0; at < format.size() && fits();) {
      const size_t percent = std::min(format.find('%', at), format.size());
      out_ += format.substr(at, percent - at);
      if (percent == format.size()) break;
      at = percent + 1;
      directive(format, at);
    }
    flags_ = {};
    if (!reordered_ && next_ < values_.size()) print_extra();
  }

 private:
  // --- one directive of a format ---

  void directive(std::string_view format, size_t& at) {
    flags_ = {};
    good_index_ = true;
    bool after_index = false;
    read_flags(format, at);
    read_index(format, at, after_index);
    read_width(format, at, after_index);
    if (at + 1 <= format.size() && at < format.size() && format[at] == '.') {
      ++at;
      if (after_index) good_index_ = false;  // "%[3].2d"
      read_index(format, at, after_index);
      read_precision(format, at, after_index);
    }
    if (!after_index) read_index(format, at, after_index);
    if (at >= format.size()) {
      out_ += "%!(NOVERB)";
      return;
    }
    const DecodedRune verb = decode_rune(format, at);
    at += verb.size;
    if (verb.rune == '%') {
      out_ += '%';
    } else if (!good_index_) {
      complain(verb.rune, "(BADINDEX)");
    } else if (next_ >= values_.size()) {
      complain(verb.rune, "(MISSING)");
    } else {
      if (verb.rune == 'v') {
        flags_.sharp_v = flags_.sharp;
        flags_.sharp = false;
        flags_.plus = false;
      }
      print(values_[next_++], verb.rune);
    }
  }

  void complain(char32_t verb, const char* what) {
    out_ += "%!";
    append_rune(out_, verb);
    out_ += what;
  }

  void read_flags(std::string_view format, size_t& at) {
    for (; at < format.size(); ++at) {
      switch (format[at]) {
        case '#':
          flags_.sharp = true;
          break;
        case '0':
          flags_.zero = true;
          break;
        case '+':
          flags_.plus = true;
          break;
        case '-':
          flags_.minus = true;
          break;
        case ' ':
          flags_.space = true;
          break;
        default:
          return;
      }
    }
  }

  static std::optional<int> read_number(std::string_view format, size_t& at) {
    if (at >= format.size() || !is_digit(format[at])) return std::nullopt;
    int number = 0;
    for (; at < format.size() && is_digit(format[at]); ++at) {
      number = number * 10 + (format[at] - '0');
      if (number > kWidthMax) return std::nullopt;  // Go gives up in the middle of it, too
    }
    return number;
  }

  // "[3]": which argument is next.
  void read_index(std::string_view format, size_t& at, bool& found) {
    found = false;
    if (at >= format.size() || format[at] != '[') return;
    reordered_ = true;
    const size_t close = format.find(']', at);
    if (close == std::string_view::npos) {
      good_index_ = false;
      ++at;
      return;
    }
    size_t digits = at + 1;
    const auto number = read_number(format, digits);
    at = close + 1;
    found = true;
    if (!number || digits != close || *number < 1 || static_cast<size_t>(*number) > values_.size()) {
      good_index_ = false;
      return;
    }
    next_ = static_cast<size_t>(*number) - 1;
  }

  // "*": the next argument, which must be an integer of a sensible size.
  std::optional<int> read_star() {
    if (next_ >= values_.size()) return std::nullopt;
    const Value& value = values_[next_++];
    if (!value.is_integer() || value.integer > kWidthMax || value.integer < -kWidthMax) return std::nullopt;
    return static_cast<int>(value.integer);
  }

  void read_width(std::string_view format, size_t& at, bool& after_index) {
    if (at < format.size() && format[at] == '*') {
      ++at;
      flags_.width = read_star();
      if (!flags_.width) {
        out_ += "%!(BADWIDTH)";
      } else if (*flags_.width < 0) {
        flags_.width = -*flags_.width;
        flags_.minus = true;
        flags_.zero = false;
      }
      after_index = false;
      return;
    }
    flags_.width = read_number(format, at);
    if (after_index && flags_.width) good_index_ = false;  // "%[3]2d"
  }

  void read_precision(std::string_view format, size_t& at, bool& after_index) {
    if (at < format.size() && format[at] == '*') {
      ++at;
      flags_.precision = read_star();
      if (flags_.precision && *flags_.precision < 0) flags_.precision.reset();
      if (!flags_.precision) out_ += "%!(BADPREC)";
      after_index = false;
      return;
    }
    flags_.precision = read_number(format, at).value_or(0);
  }

  void print_extra() {
    out_ += "%!(EXTRA ";
    for (size_t i = next_; i < values_.size() && fits(); ++i) {
      if (i > next_) out_ += ", ";
      if (values_[i].is_nil()) {
        out_ += "<nil>";
        continue;
      }
      out_ += type_name(values_[i]);
      out_ += '=';
      print(values_[i], 'v');
    }
    out_ += ')';
  }

  // --- padding ---

  void pad(std::string_view text) {
    if (!flags_.width) {
      out_ += text;
      return;
    }
    const size_t width = static_cast<size_t>(*flags_.width);
    const size_t runes = count_runes(text);
    const size_t missing = runes < width ? width - runes : 0;
    if (flags_.minus) {
      out_ += text;
      out_.append(missing, ' ');
    } else {
      out_.append(missing, flags_.zero ? '0' : ' ');
      out_ += text;
    }
  }

  // --- one value ---

  void bad_verb(const Value& value, char32_t verb) {
    out_ += "%!";
    append_rune(out_, verb);
    out_ += '(';
    out_ += type_name(value);
    out_ += '=';
    print(value, 'v');
    out_ += ')';
  }

  void print_nil(char32_t verb) {
    if (verb == 'T' || verb == 'v') return pad("<nil>");
    complain(verb, "(<nil>)");
  }

  void print_integer(const Value& value, char32_t verb) {
    switch (verb) {
      case 'v':
        if (flags_.sharp_v && value.kind == Kind::Byte)
          return print_digits(value.integer, 16, "0123456789abcdef", "0x");
        return print_digits(value.integer, 10, "0123456789", "");
      case 'd':
        return print_digits(value.integer, 10, "0123456789", "");
      case 'b':
        return print_digits(value.integer, 2, "01", flags_.sharp ? "0b" : "");
      case 'o':
        return print_digits(value.integer, 8, "01234567", flags_.sharp ? "0" : "");
      case 'O':
        return print_digits(value.integer, 8, "01234567", "0o");
      case 'x':
        return print_digits(value.integer, 16, "0123456789abcdef", flags_.sharp ? "0x" : "");
      case 'X':
        return print_digits(value.integer, 16, "0123456789ABCDEF", flags_.sharp ? "0X" : "");
      case 'c':
        return print_rune(value.integer);
      case 'q':
        return print_quoted_rune(value.integer);
      case 'U':
        return print_code_point(value.integer);
      default:
        return bad_verb(value, verb);
    }
  }

  void print_digits(int64_t value, uint64_t base, const char* digits, std::string_view prefix) {
    uint64_t rest = value < 0 ? 0 - static_cast<uint64_t>(value) : static_cast<uint64_t>(value);
    std::string text;
    size_t precision = 0;
    if (flags_.precision) {
      precision = static_cast<size_t>(*flags_.precision);
      if (precision == 0 && value == 0) {  // no digits at all
        const bool zero = std::exchange(flags_.zero, false);
        pad("");
        flags_.zero = zero;
        return;
      }
    } else if (flags_.zero && !flags_.minus && flags_.width) {
      precision = static_cast<size_t>(*flags_.width);
      if ((value < 0 || flags_.plus || flags_.space) && precision > 0) --precision;
    }
    do {
      text += digits[rest % base];
      rest /= base;
    } while (rest > 0);
    if (text.size() < precision) text.append(precision - text.size(), '0');
    if (prefix == "0" && text.back() == '0') prefix = "";
    text.append(prefix.rbegin(), prefix.rend());
    if (value < 0) {
      text += '-';
    } else if (flags_.plus) {
      text += '+';
    } else if (flags_.space) {
      text += ' ';
    }
    std::reverse(text.begin(), text.end());
    const bool zero = std::exchange(flags_.zero, false);
    pad(text);
    flags_.zero = zero;
  }

  static char32_t to_rune(int64_t value) {
    return value < 0 || value > static_cast<int64_t>(kRuneMax) ? kReplacementRune
                                                               : static_cast<char32_t>(value);
  }

  void print_rune(int64_t value) {
    std::string text;
    append_rune(text, to_rune(value));
    pad(text);
  }

  void print_quoted_rune(int64_t value) {
    std::string rune;
    append_rune(rune, to_rune(value));
    std::string text = flags_.plus ? quote_ascii(rune) : quote(rune);
    if (rune == "\"") text = "\"\"\"";
    if (rune == "'") text = "\"\\'\"";
    text.front() = text.back() = '\'';
    pad(text);
  }

  void print_code_point(int64_t value) {
    char digits[24];
    const auto end = std::to_chars(digits, digits + sizeof(digits), static_cast<uint64_t>(value), 16).ptr;
    std::string text(digits, end);
    std::transform(text.begin(), text.end(), text.begin(),
                   [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
    const size_t precision = std::max<size_t>(4, static_cast<size_t>(flags_.precision.value_or(0)));
    if (text.size() < precision) text.insert(0, precision - text.size(), '0');
    text.insert(0, "U+");
    if (flags_.sharp && value >= 0 && value <= static_cast<int64_t>(kRuneMax) &&
        is_printable(static_cast<char32_t>(value))) {
      text += " '";
      append_rune(text, static_cast<char32_t>(value));
      text += '\'';
    }
    const bool zero = std::exchange(flags_.zero, false);
    pad(text);
    flags_.zero = zero;
  }

  void print_float(const Value& value, char32_t verb) {
    char form = 'g';
    int precision = -1;
    switch (verb) {
      case 'v':
        break;
      case 'b':
      case 'g':
      case 'G':
      case 'x':
      case 'X':
        form = static_cast<char>(verb);
        break;
      case 'f':
      case 'e':
      case 'E':
        form = static_cast<char>(verb);
        precision = 6;
        break;
      case 'F':
        form = 'f';
        precision = 6;
        break;
      default:
        return bad_verb(value, verb);
    }
    if (flags_.precision) precision = *flags_.precision;
    std::string text = format_float(value.real, form, precision);
    if (text[0] != '-' && text[0] != '+') text.insert(text.begin(), '+');
    if (flags_.sharp && verb != 'b' && std::isfinite(value.real)) add_point(text, form, precision);
    print_signed(std::move(text), !std::isfinite(value.real));
  }

  // `text` has a sign. Zeros go between it and the digits.
  void print_signed(std::string text, bool no_number) {
    if (flags_.space && text[0] == '+' && !flags_.plus) text[0] = ' ';
    if (no_number) {
      if (text[1] == 'N' && !flags_.space && !flags_.plus) text.erase(0, 1);
      const bool zero = std::exchange(flags_.zero, false);
      pad(text);
      flags_.zero = zero;
      return;
    }
    if (!flags_.plus && text[0] == '+') return pad(std::string_view(text).substr(1));
    if (flags_.zero && !flags_.minus && flags_.width && static_cast<size_t>(*flags_.width) > text.size()) {
      out_ += text[0];
      out_.append(static_cast<size_t>(*flags_.width) - text.size(), '0');
      out_ += std::string_view(text).substr(1);
      return;
    }
    pad(text);
  }

  // "%#g": always a point, and zeros up to the precision.
  static void add_point(std::string& text, char form, int precision) {
    if (form == 'x' || form == 'X') return;
    const size_t exponent = std::min(text.find_first_of("eE"), text.size());
    std::string mantissa = text.substr(0, exponent);
    const bool had_point = mantissa.find('.') != std::string::npos;
    if (!had_point) mantissa += '.';
    if (form == 'g' || form == 'G') {
      const auto wanted = static_cast<size_t>(precision < 0 ? 6 : std::max(precision, 1));
      bool leading = true;
      size_t digits = 0;
      for (const char c : mantissa) {
        if (is_digit(c) && c != '0') leading = false;
        if (is_digit(c) && !leading) ++digits;
      }
      if (leading) digits = 1;
      if (digits < wanted) mantissa.append(wanted - digits, '0');
    }
    text.replace(0, exponent, mantissa);
  }

  void print_string(const Value& value, std::string_view text, char32_t verb) {
    switch (verb) {
      case 'v':
        if (flags_.sharp_v) return print_quoted(text);
        return pad(cut(text));
      case 's':
        return pad(cut(text));
      case 'q':
        return print_quoted(text);
      case 'x':
        return print_hex(text, "0123456789abcdef", 'x');
      case 'X':
        return print_hex(text, "0123456789ABCDEF", 'X');
      default:
        return bad_verb(value, verb);
    }
  }

  std::string_view cut(std::string_view text) const {
    return flags_.precision ? cut_runes(text, static_cast<size_t>(*flags_.precision)) : text;
  }

  void print_quoted(std::string_view text) {
    text = cut(text);
    if (flags_.sharp && can_stand_in_backquotes(text)) {
      std::string quoted = "`";
      quoted += text;
      quoted += '`';
      return pad(quoted);
    }
    pad(flags_.plus ? quote_ascii(text) : quote(text));
  }

  static bool can_stand_in_backquotes(std::string_view text) {
    for (size_t at = 0; at < text.size();) {
      const DecodedRune rune = decode_rune(text, at);
      at += rune.size;
      if (!rune.valid || rune.rune == 0xFEFF || rune.rune == '`' || rune.rune == 0x7F) return false;
      if (rune.rune < ' ' && rune.rune != '\t') return false;
    }
    return true;
  }

  static std::string quote_ascii(std::string_view text) {
    std::string result = "\"";
    for (size_t at = 0; at < text.size();) {
      const DecodedRune rune = decode_rune(text, at);
      if (rune.valid && rune.rune >= 0x80) {
        char escape[16];
        std::snprintf(escape, sizeof(escape), rune.rune < 0x10000 ? "\\u%04x" : "\\U%08x",
                      static_cast<unsigned>(rune.rune));
        result += escape;
      } else {
        const std::string quoted = quote(text.substr(at, rune.size));
        result += std::string_view(quoted).substr(1, quoted.size() - 2);
      }
      at += rune.size;
    }
    result += '"';
    return result;
  }

  void print_hex(std::string_view text, const char* digits, char x) {
    if (flags_.precision) text = text.substr(0, static_cast<size_t>(*flags_.precision));
    std::string hex;
    for (size_t i = 0; i < text.size(); ++i) {
      if (i > 0 && flags_.space) hex += ' ';
      if (flags_.sharp && (i == 0 || flags_.space)) {
        hex += '0';
        hex += x;
      }
      hex += digits[static_cast<uint8_t>(text[i]) >> 4];
      hex += digits[static_cast<uint8_t>(text[i]) & 15];
    }
    pad(hex);
  }

  // Types with a String() method.
  void print_named(const Value& value, char32_t verb) {
    std::string text;
    if (value.kind == Kind::Time) {
      append_time(text, *value.time);
    } else if (verb != 'v' && verb != 's' && verb != 'q') {
      return print_integer(value, verb);
    } else {
      const auto i = static_cast<size_t>(value.integer);
      text = value.kind == Kind::Month ? kMonthNames[(i + 11) % 12] : kWeekdayNames[i % 7];
    }
    print_string(value, text, verb);
  }

  void print_collection(const Value& value, char32_t verb) {
    const bool is_list = value.kind == Kind::List;
    if (flags_.sharp_v) {
      out_ += type_name(value);
      out_ += '{';
    } else {
      out_ += is_list ? "[" : "map[";
    }
    for (size_t i = 0; i < value.size && fits(); ++i) {
      if (i > 0) out_ += flags_.sharp_v ? ", " : " ";
      if (!is_list) {
        print_string(Value::of_string(value.entries[i].key), value.entries[i].key, verb);
        out_ += ':';
      }
      print_element(is_list ? value.items[i] : value.entries[i].value, verb);
    }
    out_ += flags_.sharp_v ? '}' : ']';
  }

  void print_element(const Value& value, char32_t verb) {
    if (!value.is_nil()) return print(value, verb);
    out_ += flags_.sharp_v ? "interface {}(nil)" : "<nil>";
  }

  std::string& out_;
  const size_t bytes_max_;
  Flags flags_;
  std::span<const Value> values_;
  size_t next_ = 0;
  bool reordered_ = false;
  bool good_index_ = true;
};

}  // namespace

bool append_value(std::string& out, const Value& value, size_t bytes_max) {
  Printer printer(out, bytes_max);
  printer.print(value, 'v');
  return printer.fits();
}

bool append_print(std::string& out, std::span<const Value> values, size_t bytes_max) {
  Printer printer(out, bytes_max);
  for (size_t i = 0; i < values.size(); ++i) {
    if (i > 0 && values[i].kind != Kind::String && values[i - 1].kind != Kind::String) out += ' ';
    printer.print(values[i], 'v');
  }
  return printer.fits();
}

bool append_println(std::string& out, std::span<const Value> values, size_t bytes_max) {
  Printer printer(out, bytes_max);
  for (size_t i = 0; i < values.size(); ++i) {
    if (i > 0) out += ' ';
    printer.print(values[i], 'v');
  }
  out += '\n';
  return printer.fits();
}

bool append_printf(std::string& out, std::string_view format, std::span<const Value> values,
                   size_t bytes_max) {
  Printer printer(out, bytes_max);
  printer.printf(format, values);
  return printer.fits();
}

}  // namespace lokilib::logql::go_template
