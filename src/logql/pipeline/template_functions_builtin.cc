// SPDX-License-Identifier: Apache-2.0
// template_functions_builtin.cc: the functions of Go's text/template itself, but for `and` and `or`, which do
// not evaluate all of their arguments (template_eval.cc).
#include <fmt/format.h>

#include "logql/pipeline/template_execution.h"
#include "logql/pipeline/template_functions.h"
#include "logql/pipeline/template_print.h"
#include "logql/pipeline/url_escape.h"
#include "model/utf8.h"

namespace lokilib::logql::go_template {
namespace {

constexpr size_t kTextBytesMax = Scratch::kBytesMax / 4;

Value too_long(Call& call) {
  return call.fail(fmt::format("result is longer than {} bytes", kTextBytesMax));
}

Value run_nothing(Call&) {
  return {};
}

Value run_not(Call& call) {
  return Value::of_bool(!is_true(call[0]));
}

Value run_len(Call& call) {
  const Value& value = call[0];
  if (value.kind == Kind::Invalid) return call.fail("reflect: call of reflect.Value.Type on zero Value");
  if (value.kind == Kind::Nil) return call.fail("len of nil pointer");
  if (value.kind != Kind::String && value.kind != Kind::List && !value.is_map()) {
    return call.fail(fmt::format("len of type {}", type_name(value)));
  }
  return Value::of_int(static_cast<int64_t>(value.size));
}

// An index of a string or a list of `size`; one behind the last is let through, as in Go.
bool read_index(Call& call, const Value& index, size_t size, size_t& result) {
  if (index.is_nil()) {
    call.fail("cannot index slice/array with nil");
    return false;
  }
  if (!index.is_integer()) {
    call.fail(fmt::format("cannot index slice/array with type {}", type_name(index)));
    return false;
  }
  if (index.integer < 0 || static_cast<uint64_t>(index.integer) > size) {
    call.fail(fmt::format("index out of range: {}", index.integer));
    return false;
  }
  result = static_cast<size_t>(index.integer);
  return true;
}

bool index_once(Call& call, Value& item, const Value& index) {
  if (item.is_map()) {
    if (index.kind != Kind::String) {
      call.fail(index.is_nil() ? "value is nil; should be of type string"
                               : fmt::format("value has type {}; should be string", type_name(index)));
      return false;
    }
    const Value* const found = find_key(item, index.text());
    if (found != nullptr) {
      item = *found;
    } else {
      item = item.kind == Kind::Labels ? Value::of_string("") : Value::nil();
    }
    return true;
  }
  if (item.is_nil()) {
    call.fail("index of nil pointer");
    return false;
  }
  if (item.kind != Kind::String && item.kind != Kind::List) {
    call.fail(fmt::format("can't index item of type {}", type_name(item)));
    return false;
  }
  size_t at = 0;
  if (!read_index(call, index, item.size, at)) return false;
  const bool is_string = item.kind == Kind::String;
  if (at == item.size) {
    call.fail(is_string ? "reflect: string index out of range" : "reflect: slice index out of range");
    return false;
  }
  item = is_string ? Value::of_integer(Kind::Byte, static_cast<uint8_t>(item.bytes[at])) : item.items[at];
  return true;
}

Value run_index(Call& call) {
  Value item = call[0];
  if (item.is_nil()) return call.fail("index of untyped nil");
  for (const Value& index : call.arguments().subspan(1)) {
    if (!index_once(call, item, index)) return {};
  }
  return item;
}

Value run_slice(Call& call) {
  Value item = call[0];
  const std::span<const Value> indexes = call.arguments().subspan(1);
  if (item.is_nil()) return call.fail("slice of untyped nil");
  if (indexes.size() > 3) return call.fail(fmt::format("too many slice indexes: {}", indexes.size()));
  if (item.kind != Kind::String && item.kind != Kind::List) {
    return call.fail(fmt::format("can't slice item of type {}", type_name(item)));
  }
  if (item.kind == Kind::String && indexes.size() == 3) return call.fail("cannot 3-index slice a string");
  size_t bounds[3] = {0, item.size, item.size};
  for (size_t i = 0; i < indexes.size(); ++i) {
    if (!read_index(call, indexes[i], item.size, bounds[i])) return {};
  }
  for (size_t i = 0; i < 2; ++i) {
    if (bounds[i] > bounds[i + 1]) {
      return call.fail(fmt::format("invalid slice index: {} > {}", bounds[i], bounds[i + 1]));
    }
  }
  item.size = bounds[1] - bounds[0];
  if (item.kind == Kind::String) {
    item.bytes += bounds[0];
  } else {
    item.items += bounds[0];
  }
  return item;
}

Value run_print(Call& call) {
  if (!append_print(call.buffer(), call.arguments(), kTextBytesMax)) return too_long(call);
  return call.buffered();
}

Value run_println(Call& call) {
  if (!append_println(call.buffer(), call.arguments(), kTextBytesMax)) return too_long(call);
  return call.buffered();
}

Value run_printf(Call& call) {
  if (!append_printf(call.buffer(), call.text(0), call.arguments().subspan(1), kTextBytesMax)) {
    return too_long(call);
  }
  return call.buffered();
}

// The text that html, js and urlquery escape: a string as it is, all else as print has it.
bool read_text(Call& call, std::string& text) {
  if (call.arguments().size() == 1 && call[0].kind == Kind::String) {
    text = call[0].text();
    return true;
  }
  std::vector<Value> values(call.arguments().begin(), call.arguments().end());
  for (Value& value : values) {
    if (value.is_nil()) value = Value::of_string("<no value>");
  }
  if (append_print(text, values, kTextBytesMax)) return true;
  too_long(call);
  return false;
}

Value run_html(Call& call) {
  std::string text;
  if (!read_text(call, text)) return {};
  std::string& out = call.buffer();
  for (const char c : text) {
    switch (c) {
      case '\0':
        out += "\uFFFD";
        break;
      case '"':
        out += "&#34;";
        break;
      case '\'':
        out += "&#39;";
        break;
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      default:
        out += c;
        break;
    }
  }
  return call.buffered();
}

Value run_js(Call& call) {
  std::string text;
  if (!read_text(call, text)) return {};
  std::string& out = call.buffer();
  for (size_t at = 0; at < text.size();) {
    const DecodedRune rune = decode_rune(text, at);
    const std::string_view bytes = std::string_view(text).substr(at, rune.size);
    at += rune.size;
    if (rune.rune == '\\' || rune.rune == '\'' || rune.rune == '"') {
      out += '\\';
      out += bytes;
    } else if (rune.rune < ' ' || rune.rune == '<' || rune.rune == '>' || rune.rune == '&' ||
               rune.rune == '=' || (rune.rune >= 0x80 && !is_printable(rune.rune))) {
      fmt::format_to(std::back_inserter(out), "\\u{:04X}", static_cast<uint32_t>(rune.rune));
    } else {
      out += bytes;
    }
  }
  return call.buffered();
}

Value run_urlquery(Call& call) {
  std::string text;
  if (!read_text(call, text)) return {};
  append_query_escaped(call.buffer(), text);
  return call.buffered();
}

Value run_call(Call& call) {
  if (call[0].is_nil()) return call.fail("call of nil");
  return call.fail(fmt::format("non-function of type {}", type_name(call[0])));
}

// --- comparison ---

enum class Basic : uint8_t { None, Bool, Int, Uint, Float, String };

Basic basic_kind(const Value& value) {
  switch (value.kind) {
    case Kind::Bool:
      return Basic::Bool;
    case Kind::Byte:
      return Basic::Uint;
    case Kind::Float:
      return Basic::Float;
    case Kind::String:
      return Basic::String;
    default:
      return value.is_integer() ? Basic::Int : Basic::None;
  }
}

bool is_number(Basic kind) {
  return kind == Basic::Int || kind == Basic::Uint;
}

bool fail_incompatible(Call& call, const Value& a, const Value& b) {
  call.fail(fmt::format("incompatible types for comparison: {} and {}", type_name(a), type_name(b)));
  return false;
}

// False, and an error, if the two cannot be compared.
bool equal(Call& call, const Value& a, const Value& b, bool& result) {
  const Basic kind = basic_kind(a);
  result = false;
  if (is_number(kind) && is_number(basic_kind(b))) {
    result = a.integer == b.integer;
    return true;
  }
  if (kind != basic_kind(b)) return a.is_nil() || b.is_nil() || fail_incompatible(call, a, b);
  switch (kind) {
    case Basic::Bool:
      result = a.integer == b.integer;
      return true;
    case Basic::Float:
      result = a.real == b.real;
      return true;
    case Basic::String:
      result = a.text() == b.text();
      return true;
    default:
      break;
  }
  if (a.is_nil() || b.is_nil()) {
    result = a.is_nil() && b.is_nil();
    return true;
  }
  if (a.kind == Kind::Time && b.kind == Kind::Time) {
    const GoTime& x = *a.time;
    const GoTime& y = *b.time;
    result = x.seconds == y.seconds && x.nanoseconds == y.nanoseconds && x.zone == y.zone;
    return true;
  }
  if (a.kind == Kind::Time || b.kind == Kind::Time) return true;  // of different types, so not equal
  std::string text;
  append_value(text, b, 1000);
  call.fail(fmt::format("non-comparable type {}: {}", text, type_name(b)));
  return false;
}

bool less(Call& call, const Value& a, const Value& b, bool& result) {
  const Basic kind = basic_kind(a);
  result = false;
  if (kind == Basic::None || basic_kind(b) == Basic::None) {
    call.fail("invalid type for comparison");
    return false;
  }
  if (is_number(kind) && is_number(basic_kind(b))) {
    result = a.integer < b.integer;
    return true;
  }
  if (kind != basic_kind(b)) return fail_incompatible(call, a, b);
  if (kind == Basic::Bool) {
    call.fail("invalid type for comparison");
    return false;
  }
  result = kind == Basic::Float ? a.real < b.real : a.text() < b.text();
  return true;
}

Value run_eq(Call& call) {
  if (call.arguments().size() < 2) return call.fail("missing argument for comparison");
  for (const Value& other : call.arguments().subspan(1)) {
    bool result = false;
    if (!equal(call, call[0], other, result)) return {};
    if (result) return Value::of_bool(true);
  }
  return Value::of_bool(false);
}

Value run_ne(Call& call) {
  bool result = false;
  return equal(call, call[0], call[1], result) ? Value::of_bool(!result) : Value();
}

Value run_lt(Call& call) {
  bool result = false;
  return less(call, call[0], call[1], result) ? Value::of_bool(result) : Value();
}

bool less_or_equal(Call& call, bool& result) {
  if (!less(call, call[0], call[1], result)) return false;
  return result || equal(call, call[0], call[1], result);
}

Value run_le(Call& call) {
  bool result = false;
  return less_or_equal(call, result) ? Value::of_bool(result) : Value();
}

Value run_gt(Call& call) {
  bool result = false;
  return less_or_equal(call, result) ? Value::of_bool(!result) : Value();
}

Value run_ge(Call& call) {
  bool result = false;
  return less(call, call[0], call[1], result) ? Value::of_bool(!result) : Value();
}

constexpr Parameter kAny = Parameter::Any;
constexpr Parameter kValue = Parameter::Value;
constexpr Parameter kString = Parameter::String;

constexpr Function kFunctions[] = {
    {"and", {kValue, kValue}, 2, true, run_nothing},
    {"or", {kValue, kValue}, 2, true, run_nothing},
    {"not", {kValue}, 1, false, run_not},
    {"len", {kValue}, 1, false, run_len},
    {"index", {kValue, kValue}, 2, true, run_index},
    {"slice", {kValue, kValue}, 2, true, run_slice},
    {"print", {kAny}, 1, true, run_print},
    {"printf", {kString, kAny}, 2, true, run_printf},
    {"println", {kAny}, 1, true, run_println},
    {"html", {kAny}, 1, true, run_html},
    {"js", {kAny}, 1, true, run_js},
    {"urlquery", {kAny}, 1, true, run_urlquery},
    {"call", {kValue, kValue}, 2, true, run_call},
    {"eq", {kValue, kValue}, 2, true, run_eq},
    {"ne", {kValue, kValue}, 2, false, run_ne},
    {"lt", {kValue, kValue}, 2, false, run_lt},
    {"le", {kValue, kValue}, 2, false, run_le},
    {"gt", {kValue, kValue}, 2, false, run_gt},
    {"ge", {kValue, kValue}, 2, false, run_ge},
};

}  // namespace

std::span<const Function> builtin_functions() {
  return kFunctions;
}

}  // namespace lokilib::logql::go_template
