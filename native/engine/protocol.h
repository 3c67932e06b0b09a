// What the engine and the process that owns its rules say to each other: one message per packet of an AF_UNIX
// SOCK_SEQPACKET pair, fields in host order without padding, since both ends are on one machine and of one
// build. src/engine/wire.ts is the other side. Times are microseconds of CLOCK_MONOTONIC.
#pragma once
#include <cstdint>

namespace engine {

// Every request: type, serial. Every answer has the serial of its request.
enum Request : uint32_t {
  // key, first, period, count, then `count` datagrams; one descriptor travels along. Answer: Ack.
  kSet = 1,
  // key. Answer: Report of the rule as it ends.
  kCancel = 2,
  // until: nothing is sent after this moment. Answer: Ack, but none to serial 0.
  kLease = 3,
  // key. Answer: Report.
  kRead = 4,
  // Rules from before this moment are somebody else's until they are set again. Answer: Ack.
  kBegin = 5,
  // Takes out the rules that were not set since kBegin. Answer: Ack with their number.
  kRetain = 6,
  // Answer: Hello, as at the start.
  kAsk = 7,
};

enum Answer : uint32_t {
  // serial, value: 0 and above, or minus errno.
  kAck = 101,
  // serial, found, sent, last, next. `last` 0 = never, `next` 0 = no rule.
  kReport = 102,
  // serial, version, realtime errno, lock errno: said by an engine that has just started, with serial 0.
  kHello = 201,
  // key, index of the datagram, errno: the first failure since a success.
  kFailed = 202,
};

constexpr uint32_t kVersion = 1;
// A round of adverts to every unicast peer; longer ones are refused with EMSGSIZE.
constexpr uint32_t kMaxMessage = 192 * 1024;
constexpr uint32_t kMaxDatagrams = 1024;
constexpr uint32_t kMaxRules = 16384;
constexpr uint32_t kMaxAddress = 128;
constexpr uint32_t kMaxControl = 256;

}  // namespace engine
