// SPDX-License-Identifier: Apache-2.0
// template_functions.h: the functions that a template may call: Go's builtins, those of LogQL and those of
// sprig that LogQL has. Each is a row of a table: name, parameter types, what to run.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "logql/pipeline/template_ast.h"
#include "logql/pipeline/template_value.h"

namespace lokilib::logql::go_template {

class Execution;

/// Go's type of a parameter; arguments are checked against it before a call.
enum class Parameter : uint8_t { Any, Value, Bool, Int, Float, String, Time };

/// One call: checked arguments, and where results live.
class Call {
 public:
  Call(Execution& execution, std::span<const Value> arguments, const Prepared* prepared)
      : execution_(execution), arguments_(arguments), prepared_(prepared) {}

  std::span<const Value> arguments() const { return arguments_; }
  const Value& operator[](size_t i) const { return arguments_[i]; }
  std::string_view text(size_t i) const { return arguments_[i].text(); }
  int64_t integer(size_t i) const { return arguments_[i].integer; }
  const GoTime& time(size_t i) const { return *arguments_[i].time; }
  /// Of the argument that the function prepares, if that was a constant; else null.
  const Prepared* prepared() const { return prepared_; }
  Execution& execution() { return execution_; }
  Scratch& scratch();

  /// An empty string to build a result in; one at a time.
  std::string& buffer();
  /// The result that stands in buffer().
  Value buffered();
  Value string(std::string_view text);  ///< copies it
  Value time(const GoTime& time);
  /// Ends the execution: "error calling f: <problem>".
  Value fail(std::string problem);
  /// Counts work over so many bytes; false if the execution has done enough.
  bool has_time(size_t bytes);
  /// Whether a result of so many bytes is within bounds; fails if not.
  bool has_room(size_t size);

 private:
  Execution& execution_;
  std::span<const Value> arguments_;
  const Prepared* prepared_;
};

struct Function {
  std::string_view name;
  std::array<Parameter, 4>
      parameters{};  ///< of a variadic function the last is that of all further arguments
  uint8_t parameter_count = 0;
  bool is_variadic = false;
  Value (*run)(Call& call) = nullptr;
  std::unique_ptr<const Prepared> (*prepare)(std::string_view constant) = nullptr;
  uint8_t prepared_argument = 0;  ///< which argument `prepare` takes
};

/// Null if there is none of that name.
const Function* find_function(std::string_view name);

/// The tables, one per file.
std::span<const Function> builtin_functions();
std::span<const Function> string_functions();
std::span<const Function> regex_functions();
std::span<const Function> math_functions();
std::span<const Function> time_functions();
std::span<const Function> encoding_functions();

/// A method of Go's time.Time, with the receiver as first parameter; null if there is none of that name.
const Function* find_time_method(std::string_view name);

/// sprig's lenient conversions: 0 for what is no number.
int64_t to_int64(const Value& value);
double to_float64(const Value& value);

/// The value that a JSON text stands for; nil if it is no JSON.
Value parse_json(std::string_view text, Scratch& scratch);

}  // namespace lokilib::logql::go_template
