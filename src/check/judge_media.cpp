// SPDX-License-Identifier: GPL-2.0-or-later
// Does audio find its way (SPEC M1), and which way does it take? Judged by the same function as in the
// daemon. Where audio is relayed nothing is wrong; with --media=direct a VPN that masquerades and a Box that
// knows no route to the VPN are. The remedy has the real addresses in it.
#include <set>
#include <utility>

#include "box/media_path.hpp"
#include "check/judges.hpp"
#include "check/networks.hpp"
#include "check/vpn_view.hpp"
#include "text/translate.hpp"

namespace fapfon::check {
namespace {

using box::MediaDecision;
using box::MediaOption;
using box::MediaReason;
using text::tr;
using text::tr_later;
using text::trf;

/// Where a FRITZ!Box sends audio from and to; any port will do for rules that hide the source.
constexpr std::uint16_t kSomeAudioPort = 7078;

std::string looked_at(const MediaProbe& probe, const BoxFacts& box) {
  return trf("SIP OPTIONS to {} from {} ({})", box.place.box.to_string(), probe.from.to_string(),
             probe.interface);
}

Step route_fields(const Prefix& network, const IpAddress& gateway) {
  const std::string base = network.network().base.to_string();
  if (network.base.is_v6()) {
    return say(trf("IPv6-Netzwerk (network) {}, Präfixlänge (prefix length) {}, Gateway {}.", base,
                   network.length, gateway.to_string()));
  }
  return say(
      trf("Netzwerk (network) {}, Subnetzmaske (subnet mask) {}, Gateway {}, Route aktiv (route active).",
          base, ip4_mask(network.length), gateway.to_string()));
}

/// A static route in the Box for each network of phones.
std::vector<Step> route_in_the_box(const Facts& facts) {
  const bool is_ip4 = facts.box->place.box.ip.is_v4();
  const std::string routes = is_ip4 ? "IPv4-Routen" : "IPv6-Routen";
  std::vector<Step> steps;
  steps.push_back(say(trf(
      "In the FRITZ!Box (http://{}): Heimnetz > Netzwerk > Netzwerkeinstellungen > Statische Routingtabelle "
      "> {} (Home Network > Network > Network Settings > Static Routing Table), new route:",
      to_uri_host(facts.box->place.box.ip), routes)));
  for (const Prefix& network : phone_networks(facts, facts.box->place.box.ip.family())) {
    steps.push_back(route_fields(network, facts.box->place.local));
  }
  return steps;
}

/// What is left to say where the user wants direct audio and the network does not.
Step or_let_it_be_relayed() {
  return say(tr(
      "Or leave --media=direct out: audio then goes through this machine, and nothing else has to be done."));
}

Finding no_route(const Facts& facts, const MediaProbe& probe) {
  Finding finding{
      "media_path",
      Verdict::wrong,
      trf("The FRITZ!Box knows no route to the VPN: it did not answer {}.", probe.from.to_string()),
      looked_at(probe, *facts.box),
      tr("The Box sends the audio of calls to the Internet, where it is lost: the phone hears nothing."),
      route_in_the_box(facts)};
  finding.remedy.push_back(or_let_it_be_relayed());
  return finding;
}

Finding relayed_without_route(const Facts& facts, const MediaProbe& probe) {
  return {
      "media_path",
      Verdict::note,
      trf("Audio goes through this machine: the FRITZ!Box knows no route to the VPN, it did not answer {}.",
          probe.from.to_string()),
      looked_at(probe, *facts.box),
      tr("That works, and nothing has to be done. A static route in the Box would let audio go directly, "
         "which spares this machine the work."),
      route_in_the_box(facts)};
}

/// The rules that hide phones from the Box, each once.
std::vector<const Hit*> hiding(const std::vector<Hit>& hits) {
  std::set<const Rule*> known;
  std::vector<const Hit*> found;
  for (const Hit& hit : hits) {
    if (known.insert(hit.rule).second) found.push_back(&hit);
  }
  return found;
}

std::vector<Hit> source_translations_to_box(const Facts& facts, const IpAddress& phone) {
  if (!facts.rules) return {};
  const Interface* const home = home_interface(facts);
  const Packet packet{.source = {phone, kSomeAudioPort},
                      .destination = {facts.box->place.box.ip, kSomeAudioPort},
                      .transport = Transport::udp,
                      .in_interface = {},
                      .out_interface = home == nullptr ? std::string{} : home->name,
                      .destination_is_local = false};
  return source_translations(*facts.rules, packet);
}

/// Puts an exception for the home network in front of the rule, with the tool that made it.
Step exemption(const Chain& chain, const Rule& rule, const Prefix& vpn, const Prefix& home) {
  const std::string from = vpn.network().to_string();
  const std::string to = home.to_string();
  if (chain.tool == Tool::iptables) {
    // "sudo iptables-legacy -t nat -D POSTROUTING ...": the same program, the same table.
    const std::string program = rule.remove.substr(0, rule.remove.find(" -t "));
    return run(program + " -t " + chain.table + " -I " + chain.name + " -s " + from + " -d " + to +
               " -j ACCEPT");
  }
  const std::string ip = vpn.base.is_v4() ? "ip" : "ip6";
  return run("sudo nft insert rule " + chain.family + ' ' + chain.table + ' ' + chain.name + ' ' + ip +
             " saddr " + from + ' ' + ip + " daddr " + to + " accept");
}

Finding masqueraded(const Facts& facts, const MediaProbe& probe) {
  Finding finding{
      "media_path",
      Verdict::wrong,
      trf("The VPN masquerades: the FRITZ!Box sees {} instead of {}.", probe.reply->received->to_string(),
          probe.from.to_string()),
      looked_at(probe, *facts.box),
      tr("The Box cannot send audio to phones that it sees only as this machine: they hear nothing."),
      route_in_the_box(facts)};
  const auto network = phone_networks(facts, facts.box->place.box.ip.family()).front();
  const auto found = source_translations_to_box(facts, phone_in(facts, network));
  const auto home = home_network(facts);
  finding.remedy.push_back(say(tr("Then exempt the home network from masquerading:")));
  for (const Hit* hit : hiding(found)) {
    if (home) finding.remedy.push_back(exemption(*hit->chain, *hit->rule, network, *home));
    finding.remedy.push_back(say(trf("It goes in front of: {}", hit->rule->text)));
  }
  finding.remedy.push_back(
      say(found.empty()
              ? tr("The rule was not found on this machine; look where the VPN server runs (a container?).")
              : tr("And permanently, where that rule comes from: PostUp in /etc/wireguard/wg0.conf, "
                   "/etc/iptables/rules.v4 (PiVPN) or /etc/nftables.conf.")));
  finding.remedy.push_back(or_let_it_be_relayed());
  return finding;
}

/// --media=direct with Tailscale or NetBird, and the Box answers: what phones send may look different to it.
Finding direct_by_overlay(const Facts& facts, const MediaProbe& probe) {
  return {"media_path",
          Verdict::note,
          trf("Audio goes directly, as --media=direct says. Whether {} masquerades what phones send cannot "
              "be seen from here.",
              probe.interface),
          looked_at(probe, *facts.box),
          tr("Where it does, phone and Box hear each other only by luck. Tailscale masquerades unless told "
             "otherwise."),
          {say(tr("Tailscale: turn it off.")), run("sudo tailscale set --snat-subnet-routes=false"),
           or_let_it_be_relayed()}};
}

Finding unknown(const std::string& cause) {
  return {"media_path",
          Verdict::could_not_look,
          cause,
          tr("SIP OPTIONS from the VPN's side"),
          tr("It decides whether the audio of calls arrives."),
          {}};
}

Finding fine(std::string seen, std::string looked_at) {
  return {"media_path", Verdict::ok, std::move(seen), std::move(looked_at), "", {}};
}

constexpr const char* kOptions = tr_later("the options");
constexpr const char* kInterfaces = tr_later("the network interfaces of this machine");

/// With --media=direct only what the Box answered is left to judge by; --media=auto decides by that alone.
std::optional<Finding> judge_answer(const Facts& facts, const MediaProbe& probe,
                                    const MediaDecision& by_box) {
  const bool may_be_relayed = facts.subject.media == MediaOption::automatic;
  const std::string where = looked_at(probe, *facts.box);
  switch (by_box.reason) {
    case MediaReason::box_sees_vpn:
      return fine(tr("Audio goes directly: the Box sees VPN addresses and answers them."), where);
    case MediaReason::masqueraded:
      if (!may_be_relayed) return masqueraded(facts, probe);
      return fine(
          trf("Audio goes through this machine: the VPN masquerades, the FRITZ!Box sees {} instead of {}.",
              by_box.seen.to_string(), by_box.asked_from.to_string()),
          where);
    case MediaReason::overlay:
      if (may_be_relayed) {
        return fine(trf("Audio goes through this machine: {}.", tr(to_text(by_box.reason))), where);
      }
      return probe.reply ? direct_by_overlay(facts, probe) : no_route(facts, probe);
    case MediaReason::no_route:
      return may_be_relayed ? relayed_without_route(facts, probe) : no_route(facts, probe);
    case MediaReason::not_asked:
    case MediaReason::user_direct:
    case MediaReason::user_relay:
    case MediaReason::box_is_here:
    case MediaReason::no_vpn_address:
    case MediaReason::other_family:
    case MediaReason::box_silent:
      return std::nullopt;
  }
  return std::nullopt;
}

}  // namespace

std::optional<Finding> judge_audio_ports(const Facts& facts) {
  const Subject& subject = facts.subject;
  const std::uint16_t box_port =
      subject.boxes && !subject.boxes->empty() ? subject.boxes->front().port : 5060;
  for (const std::uint16_t port : {subject.udp_port, box_port}) {
    if (!subject.audio_ports.contains(port)) continue;
    return Finding{"audio_ports",
                   Verdict::note,
                   trf("--rtp-ports={} includes the SIP port {}.", subject.audio_ports.to_string(), port),
                   tr(kOptions),
                   tr("fapfon-proxy skips that port for audio. Firewalls and the kernel's SIP helper do not, "
                      "and take audio for SIP there."),
                   {say(tr("Choose ports without it, or leave the option out (30000-32767):")),
                    run("sudo nano " + subject.configuration_file)}};
  }
  return std::nullopt;
}

std::optional<Finding> judge_media_path(const Facts& facts) {
  if (!facts.box || is_own_address(facts, facts.box->place.box.ip)) return std::nullopt;
  if (facts.subject.media == MediaOption::relay) {
    return fine(tr("Audio goes through this machine, as --media=relay says."), tr(kOptions));
  }
  const MediaDecision by_box = media_by_box(facts);
  const bool has_no_address =
      by_box.reason == MediaReason::no_vpn_address || by_box.reason == MediaReason::other_family;
  if (has_no_address && facts.subject.media == MediaOption::direct) return std::nullopt;
  if (has_no_address) {
    return fine(trf("Audio goes through this machine: {}.", tr(to_text(by_box.reason))), tr(kInterfaces));
  }
  if (!facts.box->reply)
    return unknown(tr("The audio path cannot be checked while the Box does not answer."));
  if (!facts.media_probe) return unknown(tr("The audio path is not known: the Box was not asked."));
  return judge_answer(facts, *facts.media_probe, by_box);
}

}  // namespace fapfon::check
