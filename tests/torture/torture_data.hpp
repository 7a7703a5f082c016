// SPDX-License-Identifier: GPL-2.0-or-later
// Reads tests/torture/data, outcomes.tsv and changes.txt. Shared with the property tests and the fuzz corpus.
#pragma once

#include <fstream>
#include <iterator>
#include <map>
#include <sstream>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "base/bytes.hpp"

namespace fapfon::torture {

inline std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error("cannot read " + path);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// The path of a file below tests/torture.
inline std::string path_of(ByteView file) {
  std::string path;
  return path.append(FAPFON_TEST_DATA "/torture/").append(file);
}

/// The message as its RFC prints it.
inline std::string message(const std::string& file) {
  return read_file(path_of("data/").append(file));
}

/// A row of expected.tsv or outcomes.tsv.
struct Row {
  std::string file;
  std::string over;
  std::string outcome;

  friend std::ostream& operator<<(std::ostream& out, const Row& row) {
    return out << row.file << ' ' << row.over << ' ' << row.outcome;
  }
};

inline std::vector<Row> read_rows(const std::string& path) {
  std::istringstream lines(read_file(path));
  std::vector<Row> rows;
  for (std::string line; std::getline(lines, line);) {
    if (line.empty() || line.front() == '#') continue;
    std::istringstream columns(line);
    Row& row = rows.emplace_back();
    std::getline(columns, row.file, '\t');
    std::getline(columns, row.over, '\t');
    std::getline(columns, row.outcome, '\t');
  }
  return rows;
}

/// All rows of expected.tsv, in its order.
inline std::vector<Row> expected_rows() {
  return read_rows(path_of("data/expected.tsv"));
}

/// The rows of outcomes.tsv.
inline std::vector<Row> pinned_rows() {
  return read_rows(path_of("outcomes.tsv"));
}

/// What changes.txt says of one message.
struct Changes {
  std::size_t kept_bytes = std::string::npos;
  std::vector<std::pair<std::string, std::string>> spans;
};

inline std::string with_line_ends(std::string text) {
  for (const auto& [escape, byte] : {std::pair{"\\r", "\r"}, std::pair{"\\n", "\n"}}) {
    for (std::size_t at = 0; (at = text.find(escape, at)) != std::string::npos; ++at)
      text.replace(at, 2, byte);
  }
  return text;
}

/// By "file transport".
inline std::map<std::string, Changes> read_changes() {
  std::istringstream lines(read_file(path_of("changes.txt")));
  std::map<std::string, Changes> all;
  Changes* current = nullptr;
  for (std::string line; std::getline(lines, line);) {
    if (line.empty() || line.front() == '#') continue;
    if (line.front() == '[') {
      current = &all[line.substr(1, line.size() - 2)];
      continue;
    }
    const std::string text = with_line_ends(line.substr(2));
    if (line.front() == '=') current->kept_bytes = std::stoul(text);
    if (line.front() == '-') current->spans.emplace_back(text, std::string{});
    if (line.front() == '+') current->spans.back().second = text;
  }
  return all;
}

/// `text` with `after` for `before`; throws unless that stands in it exactly once.
inline std::string replaced_once(std::string text, ByteView before, ByteView after) {
  const std::size_t at = text.find(before);
  if (at == std::string::npos || text.find(before, at + 1) != std::string::npos)
    throw std::runtime_error("must stand in the message once: " + std::string(before));
  return text.replace(at, before.size(), after);
}

/// `text` with every span changed.
inline std::string with_changes(const std::string& text, const Changes& changes) {
  std::string changed = text.substr(0, changes.kept_bytes);
  for (const auto& [before, after] : changes.spans)
    changed = replaced_once(std::move(changed), before, after);
  return changed;
}

}  // namespace fapfon::torture
