// SPDX-License-Identifier: GPL-2.0-or-later
// Is the configuration readable, and is there a FRITZ!Box where it says?
#include "check/judges.hpp"
#include "check/vpn_view.hpp"
#include "text/translate.hpp"

namespace fapfon::check {
namespace {

using Reason = box::AskFailure::Reason;
using Neighbour = BoxFacts::Neighbour;
using text::tr;
using text::tr_later;
using text::trf;

constexpr const char* kWhyBox =
    tr_later("Every call goes through the Box; without it no phone can register or ring.");

std::vector<Step> edit_configuration(const Subject& subject, const std::string& what) {
  return {say(what), run("sudo nano " + subject.configuration_file),
          run("sudo systemctl restart fapfon-proxy")};
}

std::string what_is_there(const BoxFacts& box) {
  const std::string ip = box.place.box.ip.to_string();
  const std::string port = std::to_string(box.place.box.port);
  if (box.neighbour == Neighbour::absent) return trf("No machine answers at {}.", ip);
  switch (box.reply.error().reason) {
    case Reason::refused:
      return trf("The machine at {} has no SIP server on its port {}.", ip, port);
    case Reason::no_sip:
      return trf("Something answers at {}, but it does not speak SIP.", box.place.box.to_string());
    case Reason::cannot_send:
      return trf("Nothing can be sent to {}: {}.", ip, box.reply.error().text);
    case Reason::silent:
      break;
  }
  if (box.neighbour == Neighbour::present) {
    return trf("The machine at {} does not answer SIP on its port {}.", ip, port);
  }
  return trf("Nothing answers at {}.", box.place.box.to_string());
}

/// A machine is there, so it is not a matter of cables.
bool somebody_is_there(const BoxFacts& box) {
  const Reason reason = box.reply.error().reason;
  return reason == Reason::refused || reason == Reason::no_sip || box.neighbour == Neighbour::present;
}

/// The Box sees another address than the one that phones' Contacts will name: calls go there and are lost.
Finding seen_elsewhere(const BoxFacts& box, const std::string& looked_at) {
  const std::string here = box.place.local.to_string();
  return {
      "box_reachable",
      Verdict::wrong,
      trf("{} answers SIP, but it sees this machine as {} instead of {}.", box.place.box.to_string(),
          box.reply->received->to_string(), here),
      looked_at,
      trf("The Box sends calls to {}, where it cannot reach this machine: phones register, and do not ring.",
          here),
      {say(tr("fapfon-proxy has to run where the FRITZ!Box can reach it. In a container: give the container "
              "the network of the host (network_mode: host), or an address in the home network (macvlan).")),
       say(tr("Or turn off masquerading for the network of the container, and add a static route to it in "
              "the FRITZ!Box."))}};
}

std::vector<Step> find_the_box(const Subject& subject, const BoxFacts& box) {
  std::vector<Step> steps;
  if (!somebody_is_there(box)) {
    steps.push_back(
        say(tr("Is the FRITZ!Box switched on, and this machine connected to it? Then this answers:")));
    steps.push_back(run("ping -c 3 " + box.place.box.ip.to_string()));
  }
  steps.push_back(say(tr("In most homes the Box is the gateway of this machine:")));
  steps.push_back(run("ip route show default"));
  steps.push_back(say(trf("If BOX is not right in {}:", subject.configuration_file)));
  steps.push_back(run("sudo nano " + subject.configuration_file));
  steps.push_back(run("sudo systemctl restart fapfon-proxy"));
  return steps;
}

Findings set_twice(const Subject& subject) {
  Findings findings;
  for (const std::string& line : subject.configuration_notes) {
    findings.push_back({"configuration",
                        Verdict::note,
                        line + ".",
                        subject.configuration_file,
                        tr("If a setting appears twice, it is easy to change the wrong line."),
                        {run("sudo nano " + subject.configuration_file)}});
  }
  return findings;
}

/// Both ports are ours, so the program would talk to itself, and so would the question to the Box.
bool is_ourselves(const Facts& facts, const SocketAddress& box) {
  const bool is_our_port = box.port == facts.subject.udp_port || box.port == facts.subject.tcp_port;
  return is_our_port && is_own_address(facts, box.ip);
}

Finding box_is_this_machine(const Facts& facts, const SocketAddress& box) {
  const Subject& subject = facts.subject;
  return {
      "box_address",
      Verdict::wrong,
      trf("BOX is {}, which is an address of this machine, not of the FRITZ!Box.", box.ip.to_string()),
      subject.configuration_file,
      tr(kWhyBox),
      {say(tr("In most homes the FRITZ!Box is the gateway of this machine; its address is behind \"via\":")),
       run("ip route show default"), say(tr("Write that address into BOX:")),
       run("sudo nano " + subject.configuration_file), run("sudo systemctl restart fapfon-proxy"),
       say(tr("Only where fapfon-proxy runs on the FRITZ!Box itself is the address right. There it needs a "
              "port of its own: SIP_REDIRECT_PORT=6060."))}};
}

}  // namespace

Findings judge_configuration(const Facts& facts) {
  const Subject& subject = facts.subject;
  if (subject.configuration_errors.empty() && !subject.has_configuration) {
    return {{"configuration",
             Verdict::note,
             tr("There is no configuration file; what the command line says is checked."),
             subject.configuration_file,
             tr("The service reads it when it starts."),
             {}}};
  }
  if (subject.configuration_errors.empty() && !subject.configuration_notes.empty()) {
    return set_twice(subject);
  }
  if (subject.configuration_errors.empty()) {
    return {{"configuration",
             Verdict::ok,
             tr("The configuration can be read."),
             subject.configuration_file,
             "",
             {}}};
  }
  Findings findings;
  for (const std::string& line : subject.configuration_errors) {
    findings.push_back({"configuration", Verdict::wrong, line, subject.configuration_file,
                        tr("fapfon-proxy does not start with a configuration that it cannot read."),
                        edit_configuration(subject, tr("Correct this line, then start again:"))});
  }
  return findings;
}

std::optional<Finding> judge_box_address(const Facts& facts) {
  const Subject& subject = facts.subject;
  if (subject.boxes && !subject.boxes->empty()) {
    const SocketAddress& box = subject.boxes->front();
    if (is_ourselves(facts, box)) return box_is_this_machine(facts, box);
    return Finding{"box_address",
                   Verdict::ok,
                   trf("The Box is at {}.", subject.boxes->front().to_string()),
                   subject.configuration_file,
                   "",
                   {}};
  }
  const std::string cause = subject.boxes ? std::string{} : subject.boxes.error();
  // A configuration that cannot be read names no Box either: one thing at a time.
  if (cause.empty() && !subject.configuration_errors.empty()) return std::nullopt;
  return Finding{
      "box_address",
      Verdict::wrong,
      cause.empty() ? tr("It is not known where the FRITZ!Box is.") : cause,
      subject.configuration_file,
      tr(kWhyBox),
      edit_configuration(subject, trf("Write the address of the Box into {}, as in BOX=\"192.168.178.1\":",
                                      subject.configuration_file))};
}

std::optional<Finding> judge_box_reachable(const Facts& facts) {
  if (!facts.box || is_ourselves(facts, facts.box->place.box)) return std::nullopt;
  const BoxFacts& box = *facts.box;
  const std::string looked_at = box.place.local ? trf("SIP OPTIONS to {} from {}", box.place.box.to_string(),
                                                      box.place.local.to_string())
                                                : trf("SIP OPTIONS to {}", box.place.box.to_string());
  if (box.reply && box.reply->received.value_or(box.place.local) != box.place.local) {
    return seen_elsewhere(box, looked_at);
  }
  if (box.reply) {
    return Finding{"box_reachable", Verdict::ok, trf("{} answers SIP.", box.place.box.to_string()),
                   looked_at,       "",          {}};
  }
  return Finding{"box_reachable", Verdict::wrong, what_is_there(box),
                 looked_at,       tr(kWhyBox),    find_the_box(facts.subject, box)};
}

std::optional<Finding> judge_box_identity(const Facts& facts) {
  if (!facts.box || !facts.box->reply || is_ourselves(facts, facts.box->place.box)) return std::nullopt;
  const box::Product& product = facts.box->reply->product;
  const std::string where = facts.box->place.box.to_string();
  Finding finding{"box_identity",
                  Verdict::ok,
                  trf("It is a {}.", product.to_string()),
                  trf("User-Agent and Server in the answer of {}", where),
                  "",
                  {}};
  if (product.is_fritzbox) return finding;
  if (product.name.empty()) {
    finding.verdict = Verdict::note;
    finding.seen = trf("The SIP server at {} does not say what it is.", where);
    finding.why = tr("Nothing is wrong if it is your FRITZ!Box.");
    return finding;
  }
  finding.verdict = Verdict::wrong;
  finding.seen = trf("The SIP server at {} is not a FRITZ!Box. It calls itself: {}.", where, product.name);
  finding.why = tr("Phones would try to register with the wrong machine.");
  finding.remedy = find_the_box(facts.subject, *facts.box);
  finding.remedy.erase(finding.remedy.begin(), finding.remedy.end() - 5);
  return finding;
}

}  // namespace fapfon::check
