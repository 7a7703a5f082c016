// SPDX-License-Identifier: GPL-2.0-or-later
// What the program tells the service manager (sd_notify(3)): the test owns the socket that systemd would.
#ifdef FAPFON_SYSTEMD
#include <cstdlib>
#include <filesystem>

#include <gtest/gtest.h>
#include <sys/un.h>

#include "host/service_manager.hpp"
#include "integration/child.hpp"
#include "integration/peer.hpp"
#include "net/loop.hpp"

namespace fapfon::test {
namespace {

const SocketAddress kNoBox{IpAddress::v4(127, 0, 0, 1), 9};

class NotifySocket {
 public:
  NotifySocket() {
    std::string name = "/tmp/fapfon-test-XXXXXX";
    if (::mkdtemp(name.data()) != nullptr) folder_ = name;
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path().copy(address.sun_path, sizeof address.sun_path - 1);
    fd_ = net::Fd{::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)};
    if (::bind(fd_.number(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) std::abort();
  }
  ~NotifySocket() { std::filesystem::remove_all(folder_); }
  NotifySocket(const NotifySocket&) = delete;
  NotifySocket& operator=(const NotifySocket&) = delete;

  /// To be called in the child, before it becomes the program.
  [[nodiscard]] std::function<void()> in_environment(std::string watchdog_usec = "") const {
    return [where = path(), usec = std::move(watchdog_usec)] {
      ::setenv("NOTIFY_SOCKET", where.c_str(), 1);
      if (!usec.empty()) ::setenv("WATCHDOG_USEC", usec.c_str(), 1);
    };
  }

  /// For the manager of this process, which is told no other.
  void be_in_this_environment() const { ::setenv("NOTIFY_SOCKET", path().c_str(), 1); }
  /// As long as nobody reads.
  void fill() const {
    const net::Fd sender{::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)};
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path().copy(address.sun_path, sizeof address.sun_path - 1);
    const auto* where = reinterpret_cast<const sockaddr*>(&address);
    while (::sendto(sender.number(), "X=1", 3, 0, where, sizeof address) == 3) {
    }
  }

  /// The next message that holds the line `wanted`; "" when none comes.
  std::string wait_for(const std::string& wanted, std::chrono::milliseconds patience = kPatience) {
    std::string message;
    do {
      message = next(patience);
    } while (!message.empty() && ("\n" + message + "\n").find("\n" + wanted + "\n") == std::string::npos);
    return message;
  }

  /// The next message, "" when none comes.
  [[nodiscard]] std::string next(std::chrono::milliseconds patience = kPatience) const {
    pollfd ready{fd_.number(), POLLIN, 0};
    if (::poll(&ready, 1, static_cast<int>(patience.count())) <= 0) return {};
    char buffer[4096];
    const ssize_t count = ::recv(fd_.number(), buffer, sizeof buffer, 0);
    return {buffer, count > 0 ? static_cast<std::size_t>(count) : 0};
  }

 private:
  [[nodiscard]] std::string path() const { return folder_ + "/notify"; }

  std::string folder_;
  net::Fd fd_;
};

std::vector<std::string> with_port(const std::string& port) {
  return {"--port=" + port, kNoBox.to_string()};
}

bool is_taken(std::uint16_t port) {
  const SocketAddress everywhere{IpAddress::v4(0, 0, 0, 0), port};
  return !Peer::udp(everywhere).is_open() && !Peer::listening(everywhere).is_open();
}

TEST(ServiceManager, is_told_that_the_program_is_ready_when_its_ports_are_open) {
  NotifySocket socket;
  std::uint16_t port = 0;
  {
    const Peer finder = Peer::udp({IpAddress::v4(0, 0, 0, 0), 0});
    port = finder.local().port;
  }
  const Child child{with_port(std::to_string(port)), socket.in_environment()};
  const std::string message = socket.wait_for("READY=1");
  EXPECT_TRUE(is_taken(port));
  const std::string number = std::to_string(port);
  EXPECT_NE(message.find("\nSTATUS=version " FAPFON_VERSION ", phones on UDP port " + number +
                         " and TCP port " + number + ", Box 127.0.0.1:9"),
            std::string::npos)
      << message;
}

TEST(ServiceManager, is_not_told_that_a_program_is_ready_whose_port_is_taken) {
  NotifySocket socket;
  const Peer other = Peer::listening({IpAddress::v4(0, 0, 0, 0), 0});
  Child child{with_port(std::to_string(other.local().port)), socket.in_environment()};
  EXPECT_EQ(child.wait_for_exit(), 1);
  EXPECT_EQ(socket.wait_for("READY=1", 0ms), "");
}

TEST(ServiceManager, hears_the_watchdog_beat_before_its_time_is_over) {
  constexpr auto kTimeout = 2s;
  NotifySocket socket;
  const Child child{with_port("0"), socket.in_environment("2000000")};
  ASSERT_NE(socket.wait_for("WATCHDOG=1"), "");
  const auto first = std::chrono::steady_clock::now();
  ASSERT_NE(socket.wait_for("WATCHDOG=1"), "");
  EXPECT_LT(std::chrono::steady_clock::now() - first, kTimeout);
}

TEST(ServiceManager, sees_a_reload_begin_and_end) {
  NotifySocket socket;
  const Child child{with_port("0"), socket.in_environment()};
  ASSERT_NE(socket.wait_for("READY=1"), "");
  child.signal(SIGHUP);
  EXPECT_NE(socket.wait_for("RELOADING=1").find("\nMONOTONIC_USEC="), std::string::npos);
  EXPECT_NE(socket.wait_for("READY=1").find("\nSTATUS=version "), std::string::npos);
}

TEST(ServiceManager, is_told_that_the_program_is_stopping) {
  NotifySocket socket;
  Child child{with_port("0"), socket.in_environment()};
  ASSERT_NE(socket.wait_for("READY=1"), "");
  child.signal(SIGTERM);
  EXPECT_NE(socket.wait_for("STOPPING=1"), "");
  EXPECT_EQ(child.wait_for_exit(), 0);
}

TEST(ServiceManager, sees_the_box_that_was_found_after_the_start) {
  NotifySocket socket;
  const Child child{{"--port=0", "localhost:9"}, socket.in_environment()};
  ASSERT_NE(socket.wait_for("READY=1"), "");
  // The status changes when the name is resolved, with a message of its own.
  const auto has_box = [](const std::string& text) {
    return text.find("Box 127.0.0.1:9") != std::string::npos;
  };
  std::string message;
  do {
    message = socket.next();
  } while (!message.empty() && !has_box(message));
  EXPECT_TRUE(has_box(message));
}

TEST(ServiceManager, does_not_wait_for_a_manager_that_does_not_read) {
  NotifySocket manager;
  manager.be_in_this_environment();
  manager.fill();
  net::Loop loop;
  host::ServiceManager told{loop};
  told.show("lost");
  told.stopping();
  while (manager.next(std::chrono::milliseconds{0}) == "X=1") {
  }
  told.show("heard");
  EXPECT_EQ(manager.next(), "STATUS=heard");
  ::unsetenv("NOTIFY_SOCKET");
}

}  // namespace
}  // namespace fapfon::test
#endif
