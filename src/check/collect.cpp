// SPDX-License-Identifier: GPL-2.0-or-later
#include "check/collect.hpp"

#include <algorithm>
#include <filesystem>
#include <sstream>
#include <utility>

#include <unistd.h>

#include <boost/json.hpp>

#include "base/words.hpp"
#include "check/networks.hpp"
#include "check/vpn_view.hpp"
#include "firewall/iptables_listing.hpp"
#include "firewall/nft_listing.hpp"
#include "host/files.hpp"
#include "host/program.hpp"
#include "net/socket.hpp"
#include "text/translate.hpp"

namespace fapfon::check {
namespace {

using text::tr;

namespace json = boost::json;

/// Runs a program that only looks; its first word is looked up in PATH. None when there is none.
std::optional<host::Finished> run_program(const std::vector<std::string>& command) {
  const auto file = host::find_program(command.front());
  if (!file) return std::nullopt;
  auto finished = host::run(*file, {command.begin() + 1, command.end()}, {}, host::kLookDeadline);
  return finished ? std::optional{std::move(*finished)} : std::nullopt;
}

/// What it prints when it ends well.
std::optional<std::string> output_of(const std::vector<std::string>& command) {
  auto finished = run_program(command);
  if (!finished || !finished->ok()) return std::nullopt;
  return std::move(finished->out);
}

// --- the Box

/// The kernel believes in a neighbour for minutes after it has gone; this fresh, it was there while we asked.
constexpr std::int64_t kFreshSeconds = 2;

BoxFacts ask_for_box(const SocketAddress& address) {
  BoxFacts facts{{address, net::local_address_towards(address).value_or(IpAddress{})}, {}, {}};
  facts.reply = box::ask_box(address, facts.place.local);
  if (facts.reply) return facts;
  const auto neighbours = output_of({"ip", "-statistics", "-json", "neigh", "show", address.ip.to_string()});
  if (neighbours) facts.neighbour = read_neighbour(*neighbours);
  return facts;
}

/// One answer against direct audio is enough, so the first of that kind is kept (box::decide).
std::optional<MediaProbe> ask_from_vpn(const Facts& facts) {
  if (!facts.box || !facts.box->reply || is_own_address(facts, facts.box->place.box.ip)) return std::nullopt;
  std::optional<MediaProbe> probe;
  for (const box::VpnSide& side : vpn_sides(facts, facts.box->place.box.ip.family())) {
    probe = {side.ip, side.interface->name, box::ask_box(facts.box->place.box, side.ip)};
    if (!probe->as_evidence().proves_direct()) return probe;
  }
  return probe;
}

// --- packet rules

/// iptables on top of nftables shows its tables to nft as well, in a form that leaves out what matters.
bool is_shown_by_iptables(const Chain& chain, const PacketRules& iptables) {
  return std::any_of(iptables.begin(), iptables.end(), [&](const Chain& other) {
    return other.family == chain.family && other.table == chain.table && other.name == chain.name;
  });
}

void append(PacketRules& rules, PacketRules more) {
  std::move(more.begin(), more.end(), std::back_inserter(rules));
}

/// Rules made with iptables on nftables. The name without "-nft" where Debian's alternatives lead there.
PacketRules iptables_on_nftables() {
  PacketRules rules;
  for (const std::string family : {"iptables", "ip6tables"}) {
    auto saved = output_of({family + "-nft-save"});
    if (saved) append(rules, firewall::read_iptables_rules(*saved, family));
  }
  return rules;
}

/// Rules of the old kind exist only where the kernel has made their tables.
PacketRules old_iptables() {
  PacketRules rules;
  const std::pair<const char*, const char*> families[] = {{"iptables", "/proc/net/ip_tables_names"},
                                                          {"ip6tables", "/proc/net/ip6_tables_names"}};
  for (const auto& [family, tables] : families) {
    if (host::text_of_file(tables).value_or("").empty()) continue;
    auto saved = output_of({std::string{family} + "-legacy-save"});
    std::string program = std::string{family} + "-legacy";
    if (!saved) {
      saved = output_of({std::string{family} + "-save"});
      program = family;
    }
    if (saved) append(rules, firewall::read_iptables_rules(*saved, program));
  }
  return rules;
}

Expected<PacketRules, std::string> read_rules(bool is_root) {
  if (!is_root) return Unexpected<std::string>(tr("that needs root"));
  PacketRules rules = old_iptables();
  append(rules, iptables_on_nftables());
  const auto ruleset = output_of({"nft", "-j", "list", "ruleset"});
  if (!ruleset) {
    // Without nft a kernel can still have rules of iptables, and nothing else would show them.
    if (!rules.empty() || output_of({"iptables-save"})) return rules;
    return Unexpected<std::string>(tr("neither nft nor iptables could list them"));
  }
  auto native = firewall::read_nft_rules(*ruleset, output_of({"nft", "-a", "list", "ruleset"}).value_or(""));
  if (!native) return native;
  native->erase(std::remove_if(native->begin(), native->end(),
                               [&](const Chain& chain) { return is_shown_by_iptables(chain, rules); }),
                native->end());
  append(rules, std::move(*native));
  return rules;
}

/// Asked only after nft or iptables have answered in time.
std::optional<nat::State> compare_own_rules(const Facts& facts) {
  if (!facts.rules || !facts.subject.interception) return std::nullopt;
  const auto state = nat::state(*facts.subject.interception);
  return state ? std::optional{*state} : std::nullopt;
}

// --- the kernel

std::optional<bool> switch_in_file(const std::string& path) {
  const auto number = host::number_in_file(path);
  return number ? std::optional{*number != 0} : std::nullopt;
}

std::string ip4_setting(const std::string& interface, const char* name) {
  return "/proc/sys/net/ipv4/conf/" + interface + '/' + name;
}

int rp_filter_of(const std::string& interface) {
  return std::max(host::number_in_file(ip4_setting("all", "rp_filter")).value_or(0),
                  host::number_in_file(ip4_setting(interface, "rp_filter")).value_or(0));
}

/// Asks the kernel as if a packet for this machine had come; none when there is no `ip`.
std::optional<SourceCheck> check_source(const Interface& interface, const IpAddress& source,
                                        const IpAddress& here) {
  SourceCheck check{interface.name, source, rp_filter_of(interface.name), false};
  if (check.mode == 0) return check;
  const auto answer = run_program(
      {"ip", "route", "get", here.to_string(), "from", source.to_string(), "iif", interface.name});
  if (!answer) return std::nullopt;
  check.is_dropped = is_dropped_for_source(answer->exit_code, answer->err);
  return check;
}

struct Arrival {
  const Interface* interface = nullptr;
  IpAddress source;
  IpAddress here;
};

/// How packets of phones and of the Box come in: phones by the VPN, the Box by every interface in its
/// network.
std::vector<Arrival> arrivals(const Facts& facts) {
  std::vector<Arrival> found;
  const auto vpn = vpn_interfaces(facts);
  for (const Interface& interface : facts.interfaces) {
    const bool is_vpn = std::find(vpn.begin(), vpn.end(), &interface) != vpn.end();
    for (const Prefix& address : interface.addresses) {
      if (!interface.is_up || !address.base.is_v4()) continue;
      const bool has_box = facts.box && address.contains(facts.box->place.box.ip) && !is_vpn;
      if (has_box) found.push_back({&interface, facts.box->place.box.ip, address.base});
      const IpAddress phone = sample_of(address.network(), address.base);
      if (is_vpn && phone != address.base) found.push_back({&interface, phone, address.base});
    }
  }
  return found;
}

std::optional<std::vector<SourceCheck>> check_sources(const Facts& facts) {
  std::vector<SourceCheck> checks;
  for (const Arrival& arrival : arrivals(facts)) {
    if (is_own_address(facts, arrival.source)) continue;
    auto check = check_source(*arrival.interface, arrival.source, arrival.here);
    if (!check) return std::nullopt;
    checks.push_back(std::move(*check));
  }
  return checks;
}

std::vector<std::string> find_helped_connections(const Facts& facts) {
  if (!facts.is_root || !facts.box) return {};
  std::vector<std::string> found;
  for (const char* transport : {"udp", "tcp"}) {
    const auto listing = output_of(
        {"conntrack", "-L", "-p", transport, "--orig-port-dst", std::to_string(facts.box->place.box.port)});
    const auto lines = helped_connections(listing.value_or(""), facts.box->place.box.ip);
    found.insert(found.end(), lines.begin(), lines.end());
  }
  return found;
}

std::vector<VpnWithoutInterface> find_vpns_without_interface() {
  std::vector<VpnWithoutInterface> found;
  std::error_code error;
  for (std::filesystem::directory_iterator process{"/proc", error}, end; !error && process != end;
       process.increment(error)) {
    const auto pid = parse_decimal<int>(process->path().filename().string());
    if (!pid) continue;
    const auto words = host::text_of_file((process->path() / "cmdline").string());
    auto name = words ? vpn_without_interface(*words) : std::string{};
    if (!name.empty()) found.push_back({std::move(name), *pid});
  }
  return found;
}

KernelFacts ask_kernel(const Facts& facts) {
  KernelFacts kernel;
  kernel.ip4_forwarding = switch_in_file("/proc/sys/net/ipv4/ip_forward");
  kernel.ip6_forwarding = switch_in_file("/proc/sys/net/ipv6/conf/all/forwarding");
  for (const Interface& interface : facts.interfaces) {
    const auto forwards = switch_in_file(ip4_setting(interface.name, "forwarding"));
    if (forwards) kernel.ip4_interfaces.push_back({interface.name, *forwards});
  }
  kernel.source_checks = check_sources(facts);
  std::error_code ignored;
  kernel.gives_helpers_unasked =
      switch_in_file("/proc/sys/net/netfilter/nf_conntrack_helper").value_or(false) &&
      std::filesystem::exists("/sys/module/nf_conntrack_sip", ignored);
  kernel.helped_connections = find_helped_connections(facts);
  return kernel;
}

}  // namespace

BoxFacts::Neighbour read_neighbour(ByteView text) {
  using Neighbour = BoxFacts::Neighbour;
  boost::system::error_code error;
  const json::value root = json::parse({text.data(), text.size()}, error);
  const json::array* list = error ? nullptr : root.if_array();
  const json::object* entry = list == nullptr || list->empty() ? nullptr : list->front().if_object();
  if (entry == nullptr) return Neighbour::unknown;
  const json::value* states = entry->if_contains("state");
  const std::string state = states == nullptr ? std::string{} : json::serialize(*states);
  if (state.find("FAILED") != std::string::npos || state.find("INCOMPLETE") != std::string::npos) {
    return Neighbour::absent;
  }
  const json::value* confirmed = entry->if_contains("confirmed");
  const bool is_fresh =
      confirmed != nullptr && confirmed->is_int64() && confirmed->get_int64() <= kFreshSeconds;
  return is_fresh ? Neighbour::present : Neighbour::unknown;
}

std::string vpn_without_interface(ByteView command_line) {
  const auto words = split(command_line, ByteView{"\0", 1});
  if (words.empty()) return {};
  const ByteView program = words.front().substr(words.front().rfind('/') + 1);
  if (program == "wireproxy" || program == "onetun") return std::string{program};
  if (program != "tailscaled") return {};
  for (std::size_t i = 1; i < words.size(); ++i) {
    const ByteView option =
        words[i].substr(words[i].find_first_not_of('-') == ByteView::npos ? words[i].size()
                                                                          : words[i].find_first_not_of('-'));
    const bool is_tun = option == "tun" && i + 1 < words.size();
    const ByteView value = is_tun                          ? words[i + 1]
                           : option.substr(0, 4) == "tun=" ? option.substr(4)
                                                           : ByteView{};
    // Several may be tried in order: "tun0,userspace-networking".
    if (value.rfind("userspace-networking", 0) == 0) return "Tailscale";
  }
  return {};
}

bool is_dropped_for_source(int exit_code, ByteView complaint) {
  // EXDEV up to Linux 6.13, EINVAL since then.
  return exit_code != 0 && (complaint.find("Invalid cross-device link") != ByteView::npos ||
                            complaint.find("Invalid argument") != ByteView::npos);
}

std::vector<std::string> helped_connections(ByteView listing, const IpAddress& box) {
  std::vector<std::string> found;
  std::istringstream lines{std::string{listing}};
  const std::string address = '=' + box.to_string() + ' ';
  for (std::string line; std::getline(lines, line);) {
    const bool has_helper = line.find("helper=sip") != std::string::npos;
    if (has_helper && line.find(address) != std::string::npos) found.push_back(line);
  }
  return found;
}

Facts collect(const Subject& subject) {
  Facts facts;
  facts.subject = subject;
  facts.is_root = ::geteuid() == 0;
  facts.interfaces = net::interfaces_of_this_machine();
  if (subject.boxes && !subject.boxes->empty()) facts.box = ask_for_box(subject.boxes->front());
  facts.media_probe = ask_from_vpn(facts);
  facts.port_holders = holders_of(subject.udp_port, subject.tcp_port);
  facts.vpns_without_interface = find_vpns_without_interface();
  facts.rules = read_rules(facts.is_root);
  facts.own_rules = compare_own_rules(facts);
  facts.kernel = ask_kernel(facts);
  return facts;
}

}  // namespace fapfon::check
