// SPDX-License-Identifier: GPL-2.0-or-later
// What the core wants done, one function for each kind of action. None of them can reach the core:
// sockets report their failures later, from the loop.
#include <utility>

#include "app/site.hpp"
#include "log/call_report_line.hpp"
#include "log/dump.hpp"

namespace fapfon::app {
namespace {

using log::kv;

}  // namespace

void Site::carry_out() {
  for (const proxy::Action& action : actions_.list()) carry_out_one(action);
  actions_.clear();
  // Not only at the end of a batch, because a batch may bring more new phones than there are addresses in
  // stock.
  refill_box_facing();
  media_ports_.serve(now_);
  if (std::exchange(asks_media_, false)) media_mode_.ask_now();  // which may decide at once
}

void Site::carry_out_one(const proxy::Action& action) {
  std::visit([this](const auto& one) { carry_out(one); }, action);
}

void Site::carry_out(const proxy::Send& send) {
  FlowSocket* flow = flows_.find(send.flow);
  if (flow == nullptr) return;
  const ByteView bytes = actions_.bytes(send.bytes);
  switch (flow->kind) {
    case FlowSocket::Kind::none:
      return;
    case FlowSocket::Kind::phone_udp:
      return phones_.send(flow->local, flow->remote, bytes);
    case FlowSocket::Kind::box_udp:
      if (place_) flow->facing.udp->send(place_->box, bytes);
      return;
    case FlowSocket::Kind::phone_tcp: {
      if (flow->connection == nullptr) return;
      // Only asked when the kernel's buffer is full: what waits for guests would add up.
      const bool is_slow_guest = flow->connection->queued_bytes() > 0 && core_->is_guest(send.flow);
      return flow->connection->send(bytes, is_slow_guest ? kMaxGuestOutboxBytes : kMaxOutboxBytes);
    }
    case FlowSocket::Kind::box_tcp:
      if (flow->connection != nullptr) flow->connection->send(bytes);
      return;
  }
}

void Site::carry_out(const proxy::DialBox& dial) {
  FlowSocket* flow = flows_.find(dial.flow);
  if (flow == nullptr || !place_) return;
  const FlowSocket* facing = flows_.find(flow->box_facing);
  if (facing == nullptr) return;
  flow->connection.reset();  // its port must be free before the next one binds
  flow->connection =
      net::TcpConnection::dial(loop_, budget_, facing->facing.udp->local(), place_->box, *this);
  flow->connection->tag = tag_of(dial.flow);
}

void Site::carry_out(const proxy::CloseFlow& close) {
  FlowSocket* flow = flows_.find(close.flow);
  if (flow == nullptr || flow->connection == nullptr) return;
  if (flow->kind == FlowSocket::Kind::box_tcp) {
    flow->connection.reset();  // the entry stays: the core may dial the flow again
    return;
  }
  closing_.close(std::move(flow->connection));
  flows_.erase(close.flow);
}

void Site::carry_out(const proxy::ReleaseBoxFacing& release) {
  const FlowSocket* flow = flows_.find(release.udp);
  if (flow == nullptr) return;
  flows_.erase(flow->facing.flows.tcp);
  flows_.erase(release.udp);
}

void Site::carry_out(const proxy::CallReport& report) {
  if (activity_.count(report)) host_.status_changed();
  const log::CallReportLine line = log::call_report_line(report, options_.rtp_ports);
  log_.write(line.level, log::to_text(report.line), "call ended",
             {kv(report.flow ? "flow" : "", log::to_text(report.flow)),
              kv(report.call_id.empty() ? "" : "call_id", report.call_id), kv("from_phone", line.from_phone),
              kv("from_box", line.from_box), kv(line.remark.empty() ? "" : "remark", line.remark)});
}

void Site::carry_out(const proxy::ResolveBox& /*resolve*/) {
  if (locator_ != nullptr) locator_->locate();
}

void Site::carry_out(const proxy::AskMedia& /*ask*/) {
  asks_media_ = true;
}

void Site::carry_out(const proxy::GuestBanned& ban) {
  log_.info("guest banned", {kv("source", ban.source), kv("for", std::to_string(ban.lasts.count()) + "s"),
                             kv("cause", ban.cause)});
  host_.status_changed();
}

void Site::carry_out(const proxy::Note& note) {
  if (note.kind == proxy::Note::Kind::line_opened) media_mode_.phone_has_come();
  const auto view = core_->flow(note.flow);
  if (activity_.count(note, view ? view->side : Side::phone)) host_.status_changed();
  if (!notes_.shows(note.kind)) return;
  notes_.write(note, view, now_);
}

void Site::carry_out(const proxy::Passed& passed) {
  const bool wanted = passed.came_by.side == Side::phone ? options_.dump_phone : options_.dump_box;
  if (!wanted) return;
  dump(passed.came_by, passed.came, false);
  if (!passed.to) return;
  if (const auto view = core_->flow(passed.to))
    dump({view->side, view->transport, view->local, view->remote}, passed.left, true);
}

void Site::carry_out(const proxy::Changed& /*changed*/) {
  // What is kept over a restart is not written yet (SPEC N6).
}

void Site::dump(const proxy::Hop& hop, proxy::ByteRange bytes, bool left) {
  const std::string text =
      log::format_dump({left, hop.side, hop.transport, hop.local, hop.remote, actions_.bytes(bytes)});
  if (!dump_output_.write(text)) ++dump_cut_count_;
}

}  // namespace fapfon::app
