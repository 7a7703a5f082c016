// SPDX-License-Identifier: GPL-2.0-or-later
// Placeholder until options and daemon are there.
int main() {
  return 1;
}
