// SPDX-License-Identifier: GPL-2.0-or-later
// The load of `./dev bench relay`: G.711 calls (RFC 3551 section 4.5.14, a packet of 172 bytes each 20 ms,
// both ways), each packet with the time of its sending inside, so that the same program can tell what was
// lost and how long the rest took. One socket for each address of a phone or Box, whatever the number of
// calls: many packets with one system call, so that the load generator is not the limit. It keeps a core of
// its own busy.
//
//   media_load
// reads lines:  call PHONE PHONE_LEG BOX BOX_LEG    two addresses of ours and where each sends to
//               run CALLS WARM_UP_MS MEASURED_MS PID [GUARD_PID]    the first CALLS of them, and the process
//               whose CPU time counts
// answers each run with one line of JSON.
#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <memory>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/socket_address.hpp"
#include "net/fd.hpp"
#include "net/socket.hpp"

namespace fapfon::bench {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;
constexpr std::int64_t kPacketInterval = 20'000'000;
constexpr std::int64_t kReadInterval = 100'000;
constexpr std::int64_t kWorthSleeping = 20'000;
constexpr std::int64_t kDrain = 300'000'000;
constexpr std::size_t kPacketBytes = 172;
constexpr std::size_t kBatch = 32;
constexpr int kReceiveBufferBytes = 16 * 1024 * 1024;
constexpr std::size_t kLongestDelayUs = 100'000;

std::int64_t now_ns() {  // the clock of SO_TIMESTAMPNS
  timespec time{};
  ::clock_gettime(CLOCK_REALTIME, &time);
  return time.tv_sec * kSecond + time.tv_nsec;
}

/// An RTP packet with what the receiver wants to know in the place of the sound.
struct Packet {
  std::array<std::uint8_t, 12> rtp{0x80, 8};
  std::uint32_t stream = 0;
  std::int64_t sent_at = 0;
  std::uint32_t round = 0;
  std::array<std::uint8_t, kPacketBytes - 28> sound{};
};
static_assert(offsetof(Packet, sound) == 28, "172 bytes without the padding behind them");

/// One direction of one call.
struct Stream {
  std::size_t socket = 0;    ///< that sends
  std::size_t receiver = 0;  ///< that must get it
  sockaddr_storage to{};
  SocketAddress comes_from;  ///< the other leg of the relay
  std::uint16_t sequence = 0;
};

/// What one run has seen.
struct Result {
  std::uint64_t sent = 0;
  std::uint64_t received = 0;
  std::uint64_t misled = 0;       ///< at the wrong socket, or from another address than the SDP named
  std::int64_t most_late_ns = 0;  ///< sent after it was due
  std::vector<std::uint32_t> delays_us = std::vector<std::uint32_t>(kLongestDelayUs + 1);

  [[nodiscard]] std::size_t percentile(double share) const {
    const auto wanted = static_cast<std::uint64_t>(share * static_cast<double>(received));
    std::uint64_t seen = 0;
    for (std::size_t us = 0; us < delays_us.size(); ++us) {
      seen += delays_us[us];
      if (seen > wanted) return us;
    }
    return kLongestDelayUs;
  }
};

/// CPU time of all threads of a process, to the nanosecond (/proc/PID/task/*/schedstat).
std::int64_t cpu_ns(const std::string& pid) {
  std::int64_t sum = 0;
  if (pid.empty()) return sum;
  std::error_code gone;
  for (const auto& task : std::filesystem::directory_iterator("/proc/" + pid + "/task", gone)) {
    std::int64_t on_cpu = 0;
    if (std::ifstream{task.path() / "schedstat"} >> on_cpu) sum += on_cpu;
  }
  return sum;
}

/// What all processors have worked since the start of the machine, in seconds; what the host took away
/// counts.
double all_cpus_s() {
  std::ifstream file{"/proc/stat"};
  std::string word;
  double sum = 0;
  double value = 0;
  file >> word;
  for (int column = 0; column < 8 && file >> value; ++column) {
    if (column != 3 && column != 4) sum += value;
  }
  return sum / static_cast<double>(::sysconf(_SC_CLK_TCK));
}

struct Processes {
  std::string relay;  ///< whose CPU time is measured
  std::string guard;  ///< keeps others off the relay's processor, and is none of them; may be none
};

class MediaLoad {
 public:
  void add_call(const SocketAddress& phone, const SocketAddress& phone_leg, const SocketAddress& box,
                const SocketAddress& box_leg) {
    const std::size_t phone_socket = socket_at(phone);
    const std::size_t box_socket = socket_at(box);
    add_stream({phone_socket, box_socket, {}, box_leg, 0}, phone_leg);
    add_stream({box_socket, phone_socket, {}, phone_leg, 0}, box_leg);
  }

  [[nodiscard]] std::size_t call_count() const { return streams_.size() / 2; }

  /// Sends the first `calls` calls; only what is sent after the warm-up counts.
  void run(std::size_t calls, std::int64_t warm_up, std::int64_t measured, const Processes& processes) {
    result_ = Result{};
    stream_count_ = calls * 2;
    ++round_;
    send_for(warm_up);
    ++round_;  // what is still on its way belongs to no round
    counting_ = true;
    const std::int64_t cpu_before = cpu_ns(processes.relay);
    const double all_before = all_cpus_s();
    const std::int64_t own_before = cpu_ns("self") + cpu_ns(processes.guard);
    const std::int64_t start = now_ns();
    send_for(measured);
    const std::int64_t elapsed = now_ns() - start;
    const std::int64_t cpu = cpu_ns(processes.relay) - cpu_before;
    const double all = all_cpus_s() - all_before;
    const std::int64_t own = cpu_ns("self") + cpu_ns(processes.guard) - own_before;
    counting_ = false;
    const std::int64_t end = now_ns() + kDrain;
    while (now_ns() < end) receive_all();
    const double others = all - static_cast<double>(cpu + own) / kSecond;
    print(calls, cpu, others * kSecond / static_cast<double>(elapsed));
  }

 private:
  std::size_t socket_at(const SocketAddress& local) {
    const auto known = sockets_by_address_.find(local);
    if (known != sockets_by_address_.end()) return known->second;
    net::Fd fd = std::move(net::open_socket(local.ip, SOCK_DGRAM).value());
    net::set_option(fd, SOL_SOCKET, SO_RCVBUFFORCE, kReceiveBufferBytes);
    net::set_option(fd, SOL_SOCKET, SO_TIMESTAMPNS, 1);
    if (!net::bind_socket(fd, local)) {
      std::fprintf(stderr, "media_load: cannot bind %s\n", local.to_string().c_str());
      std::exit(1);
    }
    sockets_.push_back(std::move(fd));
    return sockets_by_address_[local] = sockets_.size() - 1;
  }

  void add_stream(Stream stream, const SocketAddress& to) {
    to.to_sockaddr(stream.to);
    streams_.push_back(stream);
  }

  /// The k-th packet of all streams together is due k/(50 * streams) s after the start: evenly spread, as
  /// calls that began at any time are.
  void send_for(std::int64_t duration) {
    const std::int64_t start = now_ns();
    const auto streams = static_cast<std::int64_t>(stream_count_);
    const std::int64_t total = duration / kPacketInterval * streams;
    std::int64_t sent = 0;
    std::int64_t read_at = start;
    while (sent < total) {
      const std::int64_t now = now_ns();
      const std::int64_t due = std::min(total, (now - start) * streams / kPacketInterval + 1);
      if (due > sent) {
        const std::int64_t late = now - start - sent * kPacketInterval / streams;
        if (counting_) result_.most_late_ns = std::max(result_.most_late_ns, late);
        sent += send_batch(sent, std::min<std::int64_t>(due - sent, kBatch), now);
      }
      if (now >= read_at) {
        receive_all();
        read_at = now + kReadInterval;
      }
      sleep_until(std::min(read_at, start + sent * kPacketInterval / streams));
    }
  }

  /// Leaves the processor to others where there is time for it: a real-time process that never sleeps is
  /// stopped for a twentieth of each second (sched_rt_runtime_us).
  static void sleep_until(std::int64_t when) {
    if (when - now_ns() < kWorthSleeping) return;
    const timespec time{when / kSecond, when % kSecond};
    ::clock_nanosleep(CLOCK_REALTIME, TIMER_ABSTIME, &time, nullptr);
  }

  /// Sends those of the next `limit` packets that leave from one socket; returns how many.
  std::int64_t send_batch(std::int64_t first, std::int64_t limit, std::int64_t now) {
    const std::size_t socket = stream_at(first).socket;
    unsigned count = 0;
    for (; count < limit && stream_at(first + count).socket == socket; ++count) {
      prepare(count, first + count, now);
    }
    unsigned done = 0;
    while (done < count) {
      const int taken = ::sendmmsg(sockets_[socket].number(), out_headers_.data() + done, count - done, 0);
      done += taken > 0 ? static_cast<unsigned>(taken) : 1;  // an error (ECONNREFUSED) is a loss
    }
    if (counting_) result_.sent += count;
    return count;
  }

  /// Neighbours in time leave from one socket: first a run of phones, then as many of the Box.
  Stream& stream_at(std::int64_t packet) {
    constexpr std::size_t kRun = 8;
    const std::size_t at = static_cast<std::size_t>(packet) % stream_count_;
    const std::size_t runs = stream_count_ / (2 * kRun);
    const std::size_t block = at / (2 * kRun);
    if (block >= runs) return streams_[at];  // what is left of a number that 8 does not divide
    const std::size_t offset = at % (2 * kRun);
    const bool from_box = offset >= kRun;
    return streams_[block * 2 * kRun + 2 * (offset % kRun) + (from_box ? 1 : 0)];
  }

  void prepare(unsigned slot, std::int64_t number, std::int64_t now) {
    Stream& stream = stream_at(number);
    const auto index = static_cast<std::uint32_t>(&stream - streams_.data());
    Packet& packet = out_packets_[slot];
    ++stream.sequence;
    const std::uint32_t timestamp = std::uint32_t{stream.sequence} * 160;
    packet.rtp[2] = static_cast<std::uint8_t>(stream.sequence >> 8);
    packet.rtp[3] = static_cast<std::uint8_t>(stream.sequence);
    for (unsigned i = 0; i < 4; ++i) {
      packet.rtp[4 + i] = static_cast<std::uint8_t>(timestamp >> (24 - 8 * i));
      packet.rtp[8 + i] = static_cast<std::uint8_t>((index + 1) >> (24 - 8 * i));  // SSRC
    }
    packet.stream = index;
    packet.round = round_;
    packet.sent_at = now;
    out_buffers_[slot] = {&packet, kPacketBytes};
    msghdr& header = out_headers_[slot].msg_hdr;
    header = {};
    header.msg_name = &stream.to;
    header.msg_namelen = stream.to.ss_family == AF_INET ? sizeof(sockaddr_in) : sizeof(sockaddr_in6);
    header.msg_iov = &out_buffers_[slot];
    header.msg_iovlen = 1;
  }

  void receive_all() {
    for (std::size_t i = 0; i < sockets_.size(); ++i) {
      while (receive_batch(i) == static_cast<int>(kBatch)) {
      }
    }
  }

  int receive_batch(std::size_t socket) {
    for (std::size_t i = 0; i < kBatch; ++i) {
      in_buffers_[i] = {&in_packets_[i], sizeof(Packet)};
      msghdr& header = in_headers_[i].msg_hdr;
      header = {};
      header.msg_name = &in_sources_[i];
      header.msg_namelen = sizeof(sockaddr_storage);
      header.msg_iov = &in_buffers_[i];
      header.msg_iovlen = 1;
      header.msg_control = in_control_[i].data();
      header.msg_controllen = in_control_[i].size();
    }
    const int count =
        ::recvmmsg(sockets_[socket].number(), in_headers_.data(), kBatch, MSG_DONTWAIT, nullptr);
    for (int i = 0; i < count; ++i) account(socket, static_cast<std::size_t>(i));
    return count;
  }

  void account(std::size_t socket, std::size_t slot) {
    const Packet& packet = in_packets_[slot];
    if (in_headers_[slot].msg_len != kPacketBytes || packet.round != round_) return;
    if (packet.stream >= streams_.size()) return;
    const Stream& stream = streams_[packet.stream];
    const bool right =
        stream.receiver == socket && SocketAddress::from(in_sources_[slot]) == stream.comes_from;
    if (!right) ++result_.misled;
    if (!right || result_.sent == 0) return;
    ++result_.received;
    const std::int64_t delay_us = (arrival(in_headers_[slot].msg_hdr) - packet.sent_at) / 1000;
    ++result_.delays_us[static_cast<std::size_t>(
        std::clamp<std::int64_t>(delay_us, 0, std::int64_t{kLongestDelayUs}))];
  }

  /// When the kernel got it, whenever this program came to read it.
  static std::int64_t arrival(msghdr& header) {
    for (cmsghdr* item = CMSG_FIRSTHDR(&header); item != nullptr; item = CMSG_NXTHDR(&header, item)) {
      if (item->cmsg_level != SOL_SOCKET || item->cmsg_type != SCM_TIMESTAMPNS) continue;
      timespec time{};
      std::memcpy(&time, CMSG_DATA(item), sizeof time);
      return time.tv_sec * kSecond + time.tv_nsec;
    }
    return now_ns();
  }

  void print(std::size_t calls, std::int64_t cpu, double others) const {
    const Result& r = result_;
    std::printf(
        "{\"calls\": %zu, \"sent\": %llu, \"received\": %llu, \"misled\": %llu, \"cpu_ns\": %lld, "
        "\"p50_us\": %zu, "
        "\"p99_us\": %zu, \"late_us\": %lld, \"others\": %.3f}\n",
        calls, static_cast<unsigned long long>(r.sent), static_cast<unsigned long long>(r.received),
        static_cast<unsigned long long>(r.misled), static_cast<long long>(cpu), r.percentile(0.5),
        r.percentile(0.99), static_cast<long long>(r.most_late_ns / 1000), others);
    std::fflush(stdout);
  }

  std::vector<net::Fd> sockets_;
  std::map<SocketAddress, std::size_t> sockets_by_address_;
  std::vector<Stream> streams_;
  std::size_t stream_count_ = 0;
  std::uint32_t round_ = 0;
  bool counting_ = false;
  Result result_;
  std::array<Packet, kBatch> out_packets_{};
  std::array<iovec, kBatch> out_buffers_{};
  std::array<mmsghdr, kBatch> out_headers_{};
  std::array<Packet, kBatch> in_packets_{};
  std::array<iovec, kBatch> in_buffers_{};
  std::array<mmsghdr, kBatch> in_headers_{};
  std::array<sockaddr_storage, kBatch> in_sources_{};
  struct alignas(cmsghdr) Control : std::array<char, CMSG_SPACE(sizeof(timespec))> {};
  std::array<Control, kBatch> in_control_{};
};

bool add_call(MediaLoad& load, std::istream& line) {
  std::array<SocketAddress, 4> addresses;
  for (SocketAddress& address : addresses) {
    std::string text;
    line >> text;
    const auto parsed = SocketAddress::parse(text);
    if (!parsed) return false;
    address = *parsed;
  }
  load.add_call(addresses[0], addresses[1], addresses[2], addresses[3]);
  return true;
}

bool run(MediaLoad& load, std::istream& line) {
  std::size_t calls = 0;
  std::int64_t warm_up_ms = 0;
  std::int64_t measured_ms = 0;
  Processes processes;
  if (!(line >> calls >> warm_up_ms >> measured_ms >> processes.relay)) return false;
  line >> processes.guard;
  if (calls == 0 || calls > load.call_count()) return false;
  load.run(calls, warm_up_ms * 1'000'000, measured_ms * 1'000'000, processes);
  return true;
}

}  // namespace
}  // namespace fapfon::bench

int main() {
  const auto load = std::make_unique<fapfon::bench::MediaLoad>();
  std::string text;
  while (std::getline(std::cin, text)) {
    std::istringstream line{text};
    std::string word;
    line >> word;
    const bool good = word == "call" ? fapfon::bench::add_call(*load, line)
                                     : word == "run" && fapfon::bench::run(*load, line);
    if (good) continue;
    std::fprintf(stderr, "media_load: cannot do: %s\n", text.c_str());
    return 2;
  }
  return 0;
}
