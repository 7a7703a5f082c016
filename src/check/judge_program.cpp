// SPDX-License-Identifier: GPL-2.0-or-later
// Does fapfon-proxy run, and has it got its ports?
#include <algorithm>

#include "check/judges.hpp"
#include "text/translate.hpp"

namespace fapfon::check {
namespace {

using text::tr;
using text::trf;

constexpr const char* kProgram = "fapfon-proxy";

std::string port_text(const PortHolder& holder) {
  return trf("{} port {}", holder.transport == Transport::udp ? "UDP" : "TCP", holder.port);
}

std::string ports_text(const Subject& subject) {
  if (subject.udp_port == subject.tcp_port) return trf("UDP and TCP port {}", subject.udp_port);
  return trf("UDP port {} and TCP port {}", subject.udp_port, subject.tcp_port);
}

bool is_ours(const PortHolder& holder) {
  return holder.process && holder.process->name == kProgram;
}

bool holds(const Facts& facts, Transport transport) {
  return std::any_of(facts.port_holders.begin(), facts.port_holders.end(), [&](const PortHolder& holder) {
    return holder.transport == transport && is_ours(holder);
  });
}

const PortHolder* first_holder(const Facts& facts, bool with_process) {
  for (const PortHolder& holder : facts.port_holders) {
    if (holder.process.has_value() == with_process && !is_ours(holder)) return &holder;
  }
  return nullptr;
}

Finding port_taken(const PortHolder& holder, const Subject& subject) {
  const std::string pid = std::to_string(holder.process->pid);
  return {
      "port",
      Verdict::wrong,
      trf("{} is taken by another program: {} (process {}).", port_text(holder), holder.process->name, pid),
      trf("{} and {}", "/proc/net", "/proc/" + pid),
      tr("fapfon-proxy cannot start, because it has to listen on this port."),
      {say(tr("See what it is, and stop it if it is not needed:")), run("systemctl status " + pid),
       say(trf("Or give fapfon-proxy another port: OPTIONS=\"--port=5062\" in {}:",
               subject.configuration_file)),
       run("sudo nano " + subject.configuration_file), run("sudo systemctl restart fapfon-proxy")}};
}

}  // namespace

// Another holder (of one address only, say) is in nobody's way then.
bool is_running(const Facts& facts) {
  return holds(facts, Transport::udp) && holds(facts, Transport::tcp);
}

std::optional<Finding> judge_port(const Facts& facts) {
  if (is_running(facts)) return std::nullopt;
  if (const PortHolder* holder = first_holder(facts, true)) return port_taken(*holder, facts.subject);
  if (const PortHolder* holder = first_holder(facts, false)) {
    return Finding{"port",
                   Verdict::could_not_look,
                   trf("{} is in use; only root can see by which program.", port_text(*holder)),
                   "/proc/net",
                   tr("It may be fapfon-proxy itself, or a program that is in its way."),
                   {run("sudo fapfon-proxy check")}};
  }
  return std::nullopt;
}

std::optional<Finding> judge_program(const Facts& facts) {
  const std::string ports = ports_text(facts.subject);
  if (is_running(facts)) {
    return Finding{"program",   Verdict::ok, trf("fapfon-proxy is running and listens on {}.", ports),
                   "/proc/net", "",          {}};
  }
  // Told as the port's matter, with its remedy.
  if (judge_port(facts)) return std::nullopt;
  return Finding{
      "program",
      Verdict::wrong,
      trf("fapfon-proxy is not running. Its ports are free ({}).", ports),
      "/proc/net",
      tr("Phones will not ring, or there is no sound."),
      {run("sudo systemctl start fapfon-proxy"), say(tr("If that does not help, its log says why:")),
       run("journalctl -u fapfon-proxy -n 30")}};
}

}  // namespace fapfon::check
