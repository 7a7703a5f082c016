// SPDX-License-Identifier: GPL-2.0-or-later
#include "options/remarks.hpp"

#include <algorithm>

#include "box/vpn_range.hpp"
#include "box/vpn_side.hpp"
#include "text/translate.hpp"

namespace fapfon::options {
namespace {

using text::trf;

void remark_on_range(const Prefix& range, const net::Interfaces& interfaces,
                     std::vector<std::string>& remarks) {
  if (const auto meant = box::probably_meant(range, interfaces)) {
    remarks.push_back(
        trf("VPN: {} is one single address; did you mean {}?", range.base.to_string(), meant->to_string()));
  }
  if (box::is_of_everybody(range)) {
    remarks.push_back(trf("VPN: {} also serves the Internet; write the range of your VPN, like 10.8.0.0/24",
                          range.to_string()));
  }
}

void remark_on_interface(const std::string& name, const net::Interfaces& interfaces,
                         std::vector<std::string>& remarks) {
  if (!box::ranges_of_interface(interfaces, name).empty()) return;
  std::string others;
  for (const net::Interface& one : interfaces) others += (others.empty() ? "" : ", ") + one.name;
  const std::string remark =
      trf("VPN: there is no interface {} with an address here; its phones are served when it comes up", name);
  remarks.push_back(others.empty() ? remark : trf("{} (interfaces here: {})", remark, others));
}

void remark_on_audio_ports(const Options& options, std::vector<std::string>& remarks) {
  for (const std::uint16_t port : {options.udp_port, box::kDefaultSipPort}) {
    if (!options.rtp_ports.contains(port)) continue;
    remarks.push_back(trf("--rtp-ports: {} includes the SIP port {}; choose ports without it",
                          options.rtp_ports.to_string(), port));
    return;
  }
}

/// With the same port the program would ask itself.
void remark_on_box(const Options& options, const net::Interfaces& interfaces,
                   std::vector<std::string>& remarks) {
  if (!options.box || !options.box->ip) return;
  const bool is_same_port = options.box->port == options.udp_port || options.box->port == options.tcp_port;
  if (!is_same_port || box::interface_with(interfaces, options.box->ip) == nullptr) return;
  remarks.push_back(trf("BOX: {} is an address of this machine; write the FRITZ!Box's, like 192.168.178.1",
                        options.box->ip.to_string()));
}

}  // namespace

std::vector<std::string> remarks_on(const Options& options, const net::Interfaces& interfaces) {
  std::vector<std::string> remarks;
  remark_on_box(options, interfaces, remarks);
  for (const Prefix& range : options.vpn) remark_on_range(range, interfaces, remarks);
  for (const std::string& name : options.vpn_interfaces) remark_on_interface(name, interfaces, remarks);
  remark_on_audio_ports(options, remarks);
  return remarks;
}

}  // namespace fapfon::options
