// SPDX-License-Identifier: GPL-2.0-or-later
#include "log/call_report_line.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace fapfon::log {
namespace {

/// A call that was hung up at once may be silent.
constexpr std::chrono::seconds kShortCall{2};

ByteView to_text(relay::MediaType type) noexcept {
  switch (type) {
    case relay::MediaType::audio:
      return "audio";
    case relay::MediaType::video:
      return "video";
    case relay::MediaType::image:
      return "fax";
    case relay::MediaType::other:
      return "other";
  }
  return "other";
}

std::string losses(const relay::ReceptionFigures& figures) {
  if (figures.lost_count == 0) return "none lost";
  const auto sent = static_cast<double>(figures.packet_count + figures.lost_count);
  return fmt::format("{} lost ({:.1f} %)", figures.lost_count,
                     100.0 * static_cast<double>(figures.lost_count) / sent);
}

std::string to_text(const relay::DirectionReport& direction) {
  const relay::ReceptionFigures& figures = direction.figures;
  if (figures.packet_count == 0)
    return direction.was_expected ? "nothing" : "nothing, and nothing was expected";
  std::string text =
      fmt::format("{} packets, {}, jitter {} ms, longest gap {} ms", figures.packet_count, losses(figures),
                  figures.worst_jitter.count() / 1000, figures.longest_gap.count());
  if (!figures.format) return text;
  const ByteView name = figures.format->name();
  return text + ", " +
         (name.empty() ? "payload type " + std::to_string(figures.format->type()) : std::string(name));
}

std::string to_text(const relay::MediaReport& media, Side from) {
  std::string text;
  for (const relay::StreamReport& stream : media.streams) {
    if (!text.empty()) text += "; ";
    // The usual call has one stream, and that is audio.
    if (media.streams.size() > 1 || stream.type != relay::MediaType::audio)
      text.append(to_text(stream.type)).append(": ");
    text += to_text(stream.from.of(from));
  }
  return text.empty() ? "nothing" : text;
}

bool was_silent(const relay::MediaReport& media, Side from) {
  const auto silent = [&](const relay::StreamReport& stream) {
    const relay::DirectionReport& direction = stream.from.of(from);
    return stream.type == relay::MediaType::audio && direction.was_expected &&
           direction.figures.packet_count == 0;
  };
  return std::ranges::any_of(media.streams, silent);
}

std::string remark_on(bool phone_was_silent, bool box_was_silent, const PortRange& ports) {
  const std::string range = ports.to_string();
  if (phone_was_silent && box_was_silent) {
    return "no audio came from either side; allow UDP to ports " + range + " in the firewall of this machine";
  }
  if (phone_was_silent) {
    return "the phone's audio never arrived; allow UDP from the VPN to ports " + range +
           " in the firewall of this machine, and check the one on the phone";
  }
  if (box_was_silent) {
    return "the Box's audio never arrived; allow UDP from the Box to ports " + range +
           " in the firewall of this machine";
  }
  return {};
}

}  // namespace

CallReportLine call_report_line(const proxy::CallReport& report, const PortRange& ports) {
  CallReportLine line;
  line.from_phone = to_text(report.media, Side::phone);
  line.from_box = to_text(report.media, Side::box);
  if (report.talked_for < kShortCall) return line;
  line.remark = remark_on(was_silent(report.media, Side::phone), was_silent(report.media, Side::box), ports);
  if (!line.remark.empty()) line.level = Level::info;
  return line;
}

}  // namespace fapfon::log
