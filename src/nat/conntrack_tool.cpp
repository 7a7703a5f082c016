// SPDX-License-Identifier: GPL-2.0-or-later
#include "nat/conntrack_tool.hpp"

#include <algorithm>

#include "nat/conntrack.hpp"
#include "nat/tool_failure.hpp"
#include "text/translate.hpp"

namespace fapfon::nat {
namespace {

using text::tr;
using text::trf;

/// What conntrack lists for one query.
Expected<std::vector<Connection>, std::string> listed(const std::string& conntrack,
                                                      const std::vector<std::string>& query) {
  const auto finished = host::run(conntrack, query);
  if (!finished) return Unexpected<std::string>(finished.error());
  if (!finished->ok()) return Unexpected<std::string>(failure_of("conntrack", *finished).line);
  return connections_in(finished->out);
}

/// False when the connection has ended by itself.
bool cut(const std::string& conntrack, const Connection& connection) {
  const auto finished = host::run(conntrack, conntrack_deletion(connection));
  return finished && finished->ok();
}

}  // namespace

Expected<std::size_t, std::string> cut_connections_on_wrong_path(const std::vector<FamilyPart>& parts,
                                                                 const Interception& interception) {
  std::size_t count = 0;
  const auto conntrack = host::find_program("conntrack");
  for (const auto& query : conntrack_queries(parts)) {
    if (!conntrack) {
      return Unexpected<std::string>(
          tr("conntrack is not installed, so a phone that is connected now may stay on its old path until it "
             "reconnects; sudo apt install conntrack"));
    }
    const auto connections = listed(*conntrack, query);
    if (!connections)
      return Unexpected<std::string>(
          trf("{}; a phone that is connected now may stay on its old path until it reconnects",
              connections.error()));
    for (const Connection& connection : *connections) {
      if (!is_on_right_path(connection, interception) && cut(*conntrack, connection)) ++count;
    }
  }
  return count;
}

}  // namespace fapfon::nat
