#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Makes src/logql/syntax/grammar_tables.h from logql.grammar: LALR(1) tables with default reductions.

A state's commonest reduction is its default and is made whatever the next token is, so a syntax error is
noticed only in a state without reductions; the tokens such a state shifts are what the error text "expects".
A conflict between shift and reduce is decided by precedence, and goes to shift where there is none; one
between two reductions goes to the rule written first.

Usage: generate_logql_tables.py [--check] [--states] (--states lists what each error state expects)
"""
import pathlib
import re
import sys

FOLDER = pathlib.Path(__file__).resolve().parent.parent / "src/logql/syntax"
END = 0  # the number of the token "end of input"


class Grammar:
    def __init__(self, text):
        text = re.sub(r"^#.*$", "", text, flags=re.M)
        declarations, rules = text.split("%%")
        self.tokens = [("End", "$end")]
        self.precedence = {}  # token number -> (level, associativity)
        level = 0
        for keyword, body in re.findall(r"%(token|left|right)((?:\s+\w+\s+\"[^\"]+\")+)", declarations):
            level += 1
            for name, spelling in re.findall(r"(\w+)\s+\"([^\"]+)\"", body):
                if keyword != "token":
                    self.precedence[len(self.tokens)] = (level, keyword)
                self.tokens.append((name, spelling))
        self.token_number = {name: i for i, (name, _) in enumerate(self.tokens)}
        self.nonterminals = re.findall(r"^(\w+):", rules, flags=re.M)
        self.number = dict(self.token_number)
        self.number.update({name: len(self.tokens) + i for i, name in enumerate(self.nonterminals)})
        self.actions = []
        start = len(self.tokens) + len(self.nonterminals)
        self.rules = [(start, (self.number[self.nonterminals[0]],), "Pass")]  # rule 0 accepts
        self.section_ends = {}  # section -> its last new action
        for section, left, body in re.findall(r"^%section (\w+)|^(\w+):((?:(?!^\w+:|^%).)*)", rules,
                                              flags=re.M | re.S):
            if section:
                current = section
                continue
            for symbols, action in re.findall(r"([^>]*?)->\s*(\w+)", body):
                if action not in self.actions:
                    self.actions.append(action)
                    self.section_ends[current] = action
                for right in self.expand(symbols.strip().lstrip("|").strip()):
                    self.rules.append((self.number[left], right, action))

    def expand(self, symbols):
        results = [()]
        for group, single in re.findall(r"\(([^)]*)\)|(\w+)", symbols):
            names = [name.strip() for name in group.split("|")] if group else [single]
            results = [r + (self.number[name],) for r in results for name in names]
        return results

    def is_token(self, symbol):
        return symbol < len(self.tokens)

    def rule_precedence(self, rule):
        for symbol in reversed(self.rules[rule][1]):
            if self.is_token(symbol):
                return self.precedence.get(symbol)
        return None


class Tables:
    def __init__(self, grammar):
        self.grammar = grammar
        self.by_left = {}
        for i, (left, _, _) in enumerate(grammar.rules):
            self.by_left.setdefault(left, []).append(i)
        self.find_first_sets()
        self.build_states()
        self.build_actions()

    def find_first_sets(self):
        """Sets of tokens are bit masks."""
        symbols = range(len(self.grammar.tokens) + len(self.grammar.nonterminals) + 1)
        self.first = {s: (1 << s) if self.grammar.is_token(s) else 0 for s in symbols}
        self.empty = set()
        changed = True
        while changed:
            changed = False
            for left, right, _ in self.grammar.rules:
                mask, all_empty = self.first_of(right)
                if mask & ~self.first[left] or (all_empty and left not in self.empty):
                    self.first[left] |= mask
                    if all_empty:
                        self.empty.add(left)
                    changed = True

    def first_of(self, symbols):
        mask = 0
        for symbol in symbols:
            mask |= self.first[symbol]
            if symbol not in self.empty:
                return mask, False
        return mask, True

    def closure(self, kernel):
        items = dict(kernel)
        work = list(items)
        while work:
            item = work.pop()
            rule, dot = item
            right = self.grammar.rules[rule][1]
            if dot == len(right) or self.grammar.is_token(right[dot]):
                continue
            mask, all_empty = self.first_of(right[dot + 1:])
            if all_empty:
                mask |= items[item]
            for new_rule in self.by_left[right[dot]]:
                new = (new_rule, 0)
                if new not in items or mask & ~items[new]:
                    items[new] = items.get(new, 0) | mask
                    work.append(new)
        return items

    def build_states(self):
        self.kernels = [{(0, 0): 1 << END}]
        self.transitions = [{}]
        index = {frozenset(self.kernels[0]): 0}
        work = [0]
        while work:
            state = work.pop(0)
            moves = {}
            for (rule, dot), mask in self.closure(self.kernels[state]).items():
                right = self.grammar.rules[rule][1]
                if dot < len(right):
                    kernel = moves.setdefault(right[dot], {})
                    kernel[(rule, dot + 1)] = kernel.get((rule, dot + 1), 0) | mask
            for symbol in sorted(moves):
                kernel = moves[symbol]
                key = frozenset(kernel)
                if key not in index:
                    index[key] = len(self.kernels)
                    self.kernels.append({item: 0 for item in kernel})
                    self.transitions.append({})
                target = index[key]
                self.transitions[state][symbol] = target
                grown = False
                for item, mask in kernel.items():
                    if mask & ~self.kernels[target][item]:
                        self.kernels[target][item] |= mask
                        grown = True
                if grown and target not in work:
                    work.append(target)

    def build_actions(self):
        """rows[state]: token -> action (positive: shift to action - 1; negative: reduce); plus defaults."""
        self.rows, self.defaults = [], []
        for state, kernel in enumerate(self.kernels):
            row = {s: t + 1 for s, t in self.transitions[state].items() if self.grammar.is_token(s)}
            for (rule, dot), mask in sorted(self.closure(kernel).items()):
                if dot < len(self.grammar.rules[rule][1]):
                    continue
                for token in range(len(self.grammar.tokens)):
                    if mask >> token & 1:
                        self.add_reduction(row, token, rule)
            reductions = [a for _, a in sorted(row.items()) if a < 0]
            default = max(reductions, key=reductions.count) if reductions and 0 not in row.values() else 0
            self.defaults.append(-default)
            self.rows.append({t: a for t, a in sorted(row.items()) if a != default})

    def add_reduction(self, row, token, rule):
        """Rule r is stored as -r; rule 0 (accept) as a shift to nowhere, kAccept."""
        if rule == 0:
            row[token] = len(self.kernels) + 1
            return
        present = row.get(token)
        if present is None or (present < 0 and -present > rule):
            row[token] = -rule
        elif present > 0:
            ours, theirs = self.grammar.rule_precedence(rule), self.grammar.precedence.get(token)
            if ours and theirs and (ours[0] > theirs[0] or (ours[0] == theirs[0] and ours[1] == "left")):
                row[token] = -rule

    def gotos(self, state):
        return {s - len(self.grammar.tokens): t
                for s, t in self.transitions[state].items() if not self.grammar.is_token(s)}


def pack(rows):
    """Equal rows are stored once. Returns the entries and each row's begin and end."""
    entries, spans, known = [], [], {}
    for row in rows:
        key = tuple(sorted(row.items()))
        if key not in known:
            known[key] = (len(entries), len(entries) + len(key))
            entries.extend(key)
        spans.append(known[key])
    return entries, spans


def array(kind, name, values):
    lines, line = [], " "
    for value in values:
        text = f" {value},"
        if len(line) + len(text) > 106:
            lines.append(line)
            line = " "
        line += text
    lines.append(line)
    return f"inline constexpr {kind} {name}[] = {{\n" + "\n".join(lines) + "\n};\n"


def render(grammar, tables):
    shifts, shift_spans = pack(tables.rows)
    gotos, goto_spans = pack([tables.gotos(s) for s in range(len(tables.kernels))])
    out = ["// SPDX-License-Identifier: Apache-2.0\n"
           "// grammar_tables.h: LALR(1) tables of LogQL. Made by scripts/generate_logql_tables.py from\n"
           "// logql.grammar; do not edit.\n"
           "//\n"
           "// An action is a state + 1 to shift to, or minus a rule to reduce by; rule 0 does not occur. What a\n"
           "// state's entries do not list is its default reduction, or an error where that is 0.\n"
           "// clang-format off\n"
           "#pragma once\n\n#include <cstdint>\n\nnamespace lokilib::logql::syntax {\n\n",
           "enum class TokenKind : uint8_t {\n" +
           "".join(f"  {name},\n" for name, _ in grammar.tokens) + "};\n\n",
           "/// How error texts spell a token.\n"
           "inline constexpr const char* kTokenNames[] = {\n" +
           "".join(f'  "{spelling}",\n' for _, spelling in grammar.tokens) + "};\n\n",
           "/// What a rule does with the values of its symbols.\n"
           "enum class Action : uint8_t {\n" +
           "".join(f"  {name},\n" for name in grammar.actions) + "};\n\n",
           "".join(f"inline constexpr Action kLast{section}Action = Action::{action};\n"
                   for section, action in grammar.section_ends.items()) + "\n",
           "struct Rule {\n  uint8_t left;  // a nonterminal\n  uint8_t size;  // symbols on the right\n"
           "  Action action;\n};\n"
           "inline constexpr Rule kRules[] = {\n" +
           "  {0, 1, Action::Pass},\n" +
           "".join(f"  {{{left - len(grammar.tokens)}, {len(right)}, Action::{action}}},\n"
                   for left, right, action in grammar.rules[1:]) + "};\n\n",
           f"inline constexpr int16_t kAccept = {len(tables.kernels) + 1};\n\n",
           "struct Span {\n  uint16_t begin;\n  uint16_t end;\n};\n"
           "struct Entry {\n  uint8_t symbol;  // a token or a nonterminal\n  int16_t action;  // or state\n};\n\n",
           array("Entry", "kActionEntries", [f"{{{s}, {a}}}" for s, a in shifts]),
           array("Span", "kActionSpans", [f"{{{b}, {e}}}" for b, e in shift_spans]),
           array("int16_t", "kDefaultRules", tables.defaults),
           array("Entry", "kGotoEntries", [f"{{{s}, {a}}}" for s, a in gotos]),
           array("Span", "kGotoSpans", [f"{{{b}, {e}}}" for b, e in goto_spans]),
           "\n}  // namespace lokilib::logql::syntax\n"]
    return "".join(out)


def main(arguments):
    grammar = Grammar((FOLDER / "logql.grammar").read_text())
    tables = Tables(grammar)
    if "--states" in arguments:
        found = set()
        for row, default in zip(tables.rows, tables.defaults):
            names = [grammar.tokens[t][1] for t, a in row.items() if a > 0 and t != END]
            if default == 0 and len(names) <= 4:
                found.add(" or ".join(names))
        print("\n".join(sorted(found)))
        print(len(tables.kernels), "states,", len(grammar.rules), "rules")
        return 0
    text = render(grammar, tables)
    target = FOLDER / "grammar_tables.h"
    if "--check" in arguments:
        if target.read_text() == text:
            return 0
        print(f"{target} is out of date: run scripts/generate_logql_tables.py", file=sys.stderr)
        return 1
    target.write_text(text)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
