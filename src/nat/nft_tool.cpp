// SPDX-License-Identifier: GPL-2.0-or-later
#include "nat/nft_tool.hpp"

#include <array>

#include "base/words.hpp"
#include "firewall/nft_listing.hpp"

namespace fapfon::nat {
namespace {

/// From all that we want down to what every kernel has.
constexpr std::array<HelperGuard, 4> kGuards = {{{true, true}, {false, true}, {true, false}, {false, false}}};

Expected<std::string, ToolFailure> output_of(Expected<host::Finished, std::string> finished) {
  if (!finished) return Unexpected<ToolFailure>({finished.error(), false, true});
  if (!finished->ok()) return Unexpected<ToolFailure>(failure_of("nft", *finished));
  return std::move(finished->out);
}

}  // namespace

std::optional<NftTool> NftTool::find() {
  auto path = host::find_program("nft");
  if (!path) return std::nullopt;
  return NftTool{std::move(*path)};
}

Expected<std::optional<firewall::PacketRules>, ToolFailure> NftTool::table() const {
  auto json = list({"-j"});
  if (json && !*json) return std::nullopt;
  if (json) {
    auto rules = firewall::read_nft_rules(**json, "");
    if (!rules) return Unexpected<ToolFailure>({"nft: " + rules.error(), false, true});
    return std::optional{std::move(*rules)};
  }
  if (!contains(json.error().line, "JSON")) return Unexpected<ToolFailure>(std::move(json.error()));
  auto text = list({});
  if (!text) return Unexpected<ToolFailure>(std::move(text.error()));
  return *text ? std::optional<firewall::PacketRules>{std::in_place} : std::nullopt;
}

Expected<std::optional<std::string>, ToolFailure> NftTool::list(
    const std::vector<std::string>& options) const {
  std::vector<std::string> arguments = options;
  arguments.insert(arguments.end(), {"list", "table", "inet", "fapfon_proxy"});
  auto finished = host::run(path_, arguments);
  if (finished && !finished->ok() && contains(finished->err, "No such file or directory"))
    return std::nullopt;
  auto text = output_of(std::move(finished));
  if (!text) return Unexpected<ToolFailure>(std::move(text.error()));
  return std::optional{std::move(*text)};
}

Expected<HelperGuard, ToolFailure> NftTool::apply(const Interception& interception) const {
  ToolFailure failure;
  for (const HelperGuard guard : kGuards) {
    const auto done = run_script(nft_ruleset(interception, guard));
    if (done) return guard;
    failure = done.error();
    if (failure.needs_root) break;
  }
  return Unexpected<ToolFailure>(std::move(failure));
}

Expected<void, ToolFailure> NftTool::remove() const {
  const auto done = run_script("delete table " + std::string{kNftTable} + "\n");
  if (!done) return Unexpected<ToolFailure>(done.error());
  return {};
}

Expected<std::string, ToolFailure> NftTool::run_script(const std::string& script) const {
  return output_of(host::run(path_, {"-f", "-"}, script));
}

}  // namespace fapfon::nat
