// What the engine and the process that owns its rules say to each other: one message per packet of an AF_UNIX
// SOCK_SEQPACKET pair, fields in host order without padding, since both ends are on one machine and of one
// build. src/engine/wire.ts is the other side. Times are microseconds of CLOCK_MONOTONIC.
#pragma once
#include <cstdint>

namespace engine {

// Every request: type, serial. Every answer has the serial of its request.
enum Request : uint32_t {
  // key, first (0 = when another rule says so), period (0 = once, which another rule has to say), key of the
  // rule that leaves once, after the first round of this one (0 = none), how many datagrams of it leave at a
  // time (0 = all), count, then `count` datagrams; a socket travels along. Answer: Ack.
  kSend = 1,
  // key. Answer: Report of the rule as it ends.
  kCancel = 2,
  // until: nothing is sent after this moment. Answer: Ack, but none to serial 0.
  kLease = 3,
  // key. Answer: Report.
  kRead = 4,
  // Send rules from before this moment are somebody else's until they are set again; nobody hears of anything
  // that was received. Answer: Ack.
  kBegin = 5,
  // Takes out the rules that were not set since kBegin. Answer: Ack with their number.
  kRetain = 6,
  // Answer: Hello, as at the start.
  kAsk = 7,
  // key, deadline (0 = as it is, kAtLeast + D = not before D), window, key of the send rule that begins when
  // the deadline passes (0 = none), watch, hop limit, place and value of the payload byte that packets of kin
  // have, number of the last packet that the owner has judged, lengths of source and payload, source, payload
  // (empty: no packet is held); a socket travels along and is read from now on, by the name of `watch`.
  // Nothing begins while a packet of kin waits to be judged. Answer: Ack, 1 when the deadline of the rule that
  // it replaces has passed and something has begun: Expired of that one is on its way.
  kHold = 8,
  // watch: its socket is not read any more. Answer: Ack.
  kUnwatch = 9,
  // Hands up everything that has arrived by now. Answer: Ack, after it.
  kDrain = 10,
};

enum Answer : uint32_t {
  // serial, value: 0 and above, or minus errno.
  kAck = 101,
  // serial, found, begun, count, last, next. Of a send rule `count` are rounds, of a hold rule packets. `last`
  // 0 = never. `begun`: as in the answer to kHold.
  kReport = 102,
  // serial, version, realtime errno, lock errno: said by an engine that has just started, with serial 0.
  kHello = 201,
  // index of the datagram, errno, key: the first failure since a success.
  kFailed = 202,
  // serial of the kHold, key, deadline, now, packets held, when the send rule began (0 = it did not), whether
  // what was to follow its first round is on its way: then Followed comes.
  kExpired = 203,
  // watch, time of arrival, lengths of name, control and data, number, then these, as recvmsg(2) gave them.
  kPacket = 204,
  // serial of the kHold, key, whether everything has left that was to follow. Also of a rule that has been
  // replaced or cancelled since. After this nothing follows any more.
  kFollowed = 205,
};

constexpr uint64_t kAtLeast = uint64_t{1} << 63;
constexpr uint32_t kVersion = 5;
// A round of adverts to every unicast peer; longer ones are refused with EMSGSIZE.
constexpr uint32_t kMaxMessage = 192 * 1024;
constexpr uint32_t kMaxDatagrams = 1024;
constexpr uint32_t kMaxRules = 65536;
// Rules that leave one after the other.
constexpr uint32_t kMaxTrain = 64;
constexpr uint32_t kMaxAddress = 128;
constexpr uint32_t kMaxControl = 256;
constexpr uint32_t kMaxPayload = 4608;

}  // namespace engine
