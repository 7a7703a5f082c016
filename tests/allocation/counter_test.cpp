// SPDX-License-Identifier: GPL-2.0-or-later
// operator new and delete of this suite: malloc with a count. (Named _test.cpp to be part of the suite.)
#include "allocation/counter.hpp"

#include <cstdlib>
#include <new>

#include <gtest/gtest.h>
#include <malloc.h>

namespace {

std::size_t calls = 0;
std::size_t live = 0;

void* take(std::size_t size) {
  void* memory = std::malloc(size == 0 ? 1 : size);
  if (memory == nullptr) throw std::bad_alloc();
  ++calls;
  live += malloc_usable_size(memory);
  return memory;
}

void give(void* memory) noexcept {
  if (memory == nullptr) return;
  live -= malloc_usable_size(memory);
  std::free(memory);
}

}  // namespace

void* operator new(std::size_t size) {
  return take(size);
}
void* operator new[](std::size_t size) {
  return take(size);
}
void operator delete(void* memory) noexcept {
  give(memory);
}
void operator delete[](void* memory) noexcept {
  give(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
  give(memory);
}
void operator delete[](void* memory, std::size_t) noexcept {
  give(memory);
}

namespace fapfon::allocation {

std::size_t count() noexcept {
  return calls;
}
std::size_t live_bytes() noexcept {
  return live;
}

namespace {

TEST(Counter, counts_what_is_taken_and_given_back) {
  const std::size_t calls_before = count();
  const std::size_t live_before = live_bytes();
  {
    const std::vector<char> some(1'000);
    EXPECT_GT(count(), calls_before);
    EXPECT_GE(live_bytes(), live_before + 1'000);
  }
  EXPECT_EQ(live_bytes(), live_before);
}

}  // namespace
}  // namespace fapfon::allocation
