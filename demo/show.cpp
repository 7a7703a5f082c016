// SPDX-License-Identifier: GPL-2.0-or-later
#include "show.hpp"

#include <chrono>

namespace fapfon::demo {
namespace {

using namespace std::chrono_literals;
using support::BoxCall;
using support::PhoneCall;

// Loopback all of it: 127.81.179.54 is this machine as well, but nobody listens there.
constexpr IpAddress kBoxIp = IpAddress::v4(127, 0, 10, 1);
constexpr IpAddress kVpnServerIp = IpAddress::v4(127, 0, 10, 2);
constexpr IpAddress kAppIp = IpAddress::v4(127, 0, 20, 11);
constexpr IpAddress kCarrierIp = IpAddress::v4(127, 81, 179, 54);
constexpr std::uint16_t kSipPort = 5060;
constexpr std::uint16_t kTcpAppPort = 61211;
constexpr std::uint16_t kUdpAppPort = 61311;

constexpr auto kAnswerLimit = 3s;
constexpr auto kRingLimit = 1s;  // that long nothing rings: then nothing will
constexpr auto kStartLimit = 5s;
constexpr auto kAudioLimit = 5s;  // 50 packets take 1 s
constexpr auto kStillUnderWay = 200ms;
constexpr std::size_t kPacketCount = 50;
constexpr auto kKeepAlive = 15s;

support::PhoneProfile app_profile(const std::string& user, Transport transport, std::uint16_t port,
                                  const SocketAddress& box) {
  support::PhoneProfile profile = support::app_2018(user);
  profile.transport = transport;
  profile.server = box;
  profile.local = profile.via = {kAppIp, port};
  profile.contact = {kCarrierIp, port};
  profile.audio = {kCarrierIp, 0};
  profile.expires = 900s;
  profile.keep_alive = kKeepAlive;
  profile.refreshes = true;
  profile.registers_when_cut = true;
  return profile;
}

std::string packets(std::size_t received, std::size_t sent) {
  return std::to_string(received) + " of " + std::to_string(sent) + " RTP packets arrive";
}

}  // namespace

Show::Show(std::string program) : program_(std::move(program)) {
  const SocketAddress box{kBoxIp, free_port(kBoxIp, kSipPort)};
  box_ = std::make_unique<BoxOnStage>(poller_, box);
  const std::uint16_t tcp_port = free_port(kAppIp, kTcpAppPort);
  app_by_tcp_ = std::make_unique<PhoneOnStage>(poller_, app_profile("anna", Transport::tcp, tcp_port, box));
  const std::uint16_t udp_port = free_port(kAppIp, kUdpAppPort);
  app_by_udp_ = std::make_unique<PhoneOnStage>(poller_, app_profile("bert", Transport::udp, udp_port, box));
  box_->box().profile().passwords = {{"anna", "secret"}, {"bert", "secret"}};
}

bool Show::play() {
  introduce();
  terminal_.title("1  Without fapfon-proxy");
  play_act(Act::without_proxy);
  if (Poller::interrupted()) return as_told_;
  terminal_.title("2  With fapfon-proxy between them");
  if (!start_proxy()) return Poller::interrupted();
  play_act(Act::with_proxy);
  if (Poller::interrupted()) return as_told_;
  const bool clean = app_by_tcp_->phone().complaints().empty() && app_by_udp_->phone().complaints().empty() &&
                     box_->box().complaints().empty();
  as_told_ = as_told_ && clean;
  for (const auto* list :
       {&app_by_tcp_->phone().complaints(), &app_by_udp_->phone().complaints(), &box_->box().complaints()}) {
    for (const std::string& complaint : *list) terminal_.text(complaint);
  }
  terminal_.title(as_told_ ? "All as it should be." : "NOT all as it should be: see the lines above.");
  return as_told_;
}

void Show::introduce() {
  const SocketAddress& box = box_->box().profile().address;
  terminal_.title("fapfon-proxy demo: a simulated FRITZ!Box, a simulated app, real sockets on this machine");
  terminal_.text();
  terminal_.text("FRITZ!Box            " + box.to_string());
  terminal_.text("app, really at       " + kAppIp.to_string() + "   its VPN address");
  terminal_.text("app claims to be at  " + kCarrierIp.to_string() +
                 " its mobile carrier's address: nobody there");
  if (box.port != kSipPort)
    terminal_.text("Port 5060 is in use, so the Box takes " + std::to_string(box.port) + ".");
}

bool Show::start_proxy() {
  const SocketAddress& box = box_->box().profile().address;
  const std::uint16_t port = free_port(IpAddress::v4(0, 0, 0, 0), kSipPort);
  proxy_address_ = {kVpnServerIp, port};
  proxy_ = std::make_unique<Child>(
      poller_, std::vector<std::string>{program_, "-v2", "-p", std::to_string(port), box.to_string()},
      [this](const std::string& line) {
        proxy_listens_ = proxy_listens_ || line.find("listening") != std::string::npos;
        terminal_.log(line);
      });
  terminal_.text("fapfon-proxy " + proxy_address_.to_string() + ", process " + std::to_string(proxy_->pid()) +
                 "; its log: |");
  const bool started = poller_.run_until([&] { return proxy_listens_ || proxy_->has_ended(); }, kStartLimit);
  if (Poller::interrupted()) return false;
  if (!started || proxy_->has_ended()) terminal_.text("fapfon-proxy did not start.");
  app_by_tcp_->goes_through(proxy_address_);
  app_by_udp_->goes_through(proxy_address_);
  return started && !proxy_->has_ended();
}

void Show::play_act(Act act) {
  act_ = act;
  play_scenes(*app_by_tcp_, "TCP");
  if (!Poller::interrupted()) play_scenes(*app_by_udp_, "UDP");
  if (act == Act::with_proxy || Poller::interrupted()) return;  // they stay registered
  app_by_tcp_->unregisters();
  app_by_udp_->unregisters();
  const auto gone = [&] { return !app_by_tcp_->is_registered() && !app_by_udp_->is_registered(); };
  as_told_ = poller_.run_until(gone, kAnswerLimit) && as_told_;
}

void Show::play_scenes(PhoneOnStage& app, const std::string& name) {
  terminal_.text();
  scene_register(app, name);
  if (!Poller::interrupted()) scene_is_called(app, name);
  if (!Poller::interrupted()) scene_calls(app, name);
}

void Show::report(const Line& line, bool promised, const std::string& text) {
  if (Poller::interrupted()) return;  // cut short: nothing can be said
  as_told_ = as_told_ && line.happened == promised;
  terminal_.step(line.who, line.what, line.happened ? Mark::good : Mark::bad, text);
}

void Show::scene_register(PhoneOnStage& app, const std::string& name) {
  app.registers();
  const bool registered = poller_.run_until([&] { return app.is_registered(); }, kAnswerLimit);
  const std::string user = app.phone().profile().accounts.front().user;
  report({name, "app registers", registered}, true, "the Box stores " + box_->binding_of(user));
}

void Show::scene_is_called(PhoneOnStage& app, const std::string& name) {
  const auto call = box_->call(app.phone().profile().accounts.front().user);
  const auto rings = [&] { return app.phone().ringing_count() > 0; };
  const bool rang = call && poller_.run_until(rings, kRingLimit);
  report({name, "is called", rang}, act_ == Act::with_proxy, rang ? "it rings" : "nothing rings");
  if (!rang) {
    if (call) box_->hang_up(*call);
    return;
  }
  app.answers();
  const auto up = [&] { return box_->call_at(*call).state == BoxCall::State::up; };
  const bool answered = poller_.run_until(up, kAnswerLimit);
  report({name, "app answers", answered}, true, "");
  scene_audio(app, name, box_->call_at(*call).audio);
  box_->hang_up(*call);
  const auto over = [&] { return app.phone().calls().back().state == PhoneCall::State::over; };
  const bool ended = poller_.run_until(over, kAnswerLimit);
  report({name, "Box hangs up", ended}, true, "");
}

void Show::scene_calls(PhoneOnStage& app, const std::string& name) {
  const std::size_t call = app.calls("**610");
  const auto up = [&] { return app.phone().calls().at(call).state == PhoneCall::State::up; };
  const bool answered = poller_.run_until(up, kAnswerLimit);
  report({name, "app calls **610", answered}, true, answered ? "answered" : "no answer");
  if (!answered) return;
  scene_audio(app, name, box_->box().calls().back().audio);
  app.hangs_up(call);
  const auto over = [&] { return box_->box().calls().back().state == BoxCall::State::over; };
  const bool ended = poller_.run_until(over, kAnswerLimit);
  report({name, "app hangs up", ended}, true, "");
}

void Show::scene_audio(PhoneOnStage& app, const std::string& name,
                       std::optional<SocketAddress> app_hears_at) {
  AudioEnd& there = box_->audio();
  AudioEnd& here = app.audio();
  there.reset();
  here.reset();
  there.talk_to(app_hears_at, kPacketCount);
  here.talk_to(app.phone().calls().back().audio, kPacketCount);
  const auto all_said = [&] { return there.is_silent() && here.is_silent(); };
  poller_.run_until(all_said, kAudioLimit);
  const auto all_heard = [&] {
    return there.received_count() == kPacketCount && here.received_count() == kPacketCount;
  };
  poller_.run_until(all_heard, act_ == Act::with_proxy ? Duration{kAudioLimit} : Duration{kStillUnderWay});
  report({name, "Box hears app", there.received_count() == kPacketCount}, true,
         packets(there.received_count(), here.sent_count()));
  const std::string where = app_hears_at ? ", sent to " + app_hears_at->to_string() : "";
  const bool app_hears = here.received_count() == kPacketCount;
  report({name, "app hears Box", app_hears}, act_ == Act::with_proxy,
         packets(here.received_count(), there.sent_count()) + where);
}

bool Show::stay() {
  if (Poller::interrupted()) return true;
  terminal_.text("The apps stay registered and the proxy runs on. Ctrl-C ends it.");
  while (!Poller::interrupted() && !proxy_->has_ended()) poller_.run_for(1s);
  if (proxy_->has_ended()) terminal_.text("fapfon-proxy has ended by itself.");
  return Poller::interrupted();
}

bool Show::end() {
  if (!proxy_) return true;
  const int code = proxy_->stop();
  terminal_.text("fapfon-proxy ended with exit code " + std::to_string(code) + ".");
  return code == 0;
}

}  // namespace fapfon::demo
