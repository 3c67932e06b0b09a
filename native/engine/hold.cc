#include "hold.h"

#include <netinet/in.h>
#include <sys/epoll.h>
#include <time.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "memory.h"

namespace engine {
namespace {

// So many reads in this time, and packets wait for each other until a read finds only some. Below that rate a
// timer would cost more than it spares.
constexpr uint64_t kBusyUs = 3000;
constexpr uint32_t kMany = 8;
constexpr uint32_t kSome = 3;
constexpr uint64_t kQuietUs = 3000;
// Deadlines that have moved since are looked at so long before they would wake this process for nothing.
constexpr uint64_t kSoonUs = 20000;
// A flood on one socket may not keep others waiting.
constexpr int kRounds = 8;
constexpr uint64_t kRetryUs = 1000;
constexpr uint32_t kIpv4Header = 20;
constexpr uint32_t kMaxSource = 16;

uint64_t Hash(uint32_t watch, const uint8_t *source, uint32_t sourceLength, const uint8_t *payload,
              uint32_t payloadLength) {
  uint64_t hash = 0xcbf29ce484222325 ^ watch;
  const auto mix = [&hash](const uint8_t *bytes, uint32_t length) {
    for (; length >= 8; bytes += 8, length -= 8) {
      uint64_t word;
      memcpy(&word, bytes, sizeof word);
      hash = (hash ^ word) * 0x9e3779b97f4a7c15;
      hash ^= hash >> 29;
    }
    for (; length > 0; bytes++, length--) hash = (hash ^ *bytes) * 0x100000001b3;
  };
  mix(source, sourceLength);
  mix(payload, payloadLength);
  return hash ^ (hash >> 32);
}

// The control message of this kind, or nullptr.
const uint8_t *Control(const struct msghdr &head, int level, int type, size_t size) {
  for (struct cmsghdr *part = CMSG_FIRSTHDR(&head); part != nullptr;
       part = CMSG_NXTHDR(const_cast<struct msghdr *>(&head), part)) {
    if (part->cmsg_level == level && part->cmsg_type == type && part->cmsg_len >= CMSG_LEN(size)) {
      return CMSG_DATA(part);
    }
  }
  return nullptr;
}

// Whether the rule holds this packet.
bool Fits(const HoldRule &rule, const Watch &watch, const uint8_t *source, uint32_t sourceLength,
          uint32_t hopLimit, const uint8_t *payload, uint32_t payloadLength) {
  if (rule.watch != &watch || rule.hopLimit != hopLimit || payloadLength == 0) return false;
  if (rule.sourceLength != sourceLength || rule.payloadLength != payloadLength) return false;
  return memcmp(rule.pattern, source, sourceLength) == 0 &&
         memcmp(rule.pattern + sourceLength, payload, payloadLength) == 0;
}

}  // namespace

Holder::Holder(Table *table, Sockets *sockets, HoldListener *listener)
    : table_(table), sockets_(sockets), listener_(listener), epoll_(epoll_create1(EPOLL_CLOEXEC)) {}

int Holder::Set(Reader body, uint32_t serial, int fd, uint64_t nowUs) {
  Socket *socket = sockets_->Share(fd);
  if (socket == nullptr) return -EINVAL;
  const uint64_t key = body.Number<uint64_t>();
  const uint64_t deadlineUs = body.Number<uint64_t>();
  const uint64_t windowUs = body.Number<uint64_t>();
  const uint64_t thenKey = body.Number<uint64_t>();
  const uint32_t id = body.Number<uint32_t>();
  const uint32_t hopLimit = body.Number<uint32_t>();
  const uint32_t kinAt = body.Number<uint32_t>();
  const uint32_t kinValue = body.Number<uint32_t>();
  const uint32_t judged = body.Number<uint32_t>();
  const uint32_t sourceLength = body.Number<uint32_t>();
  const uint32_t payloadLength = body.Number<uint32_t>();
  const bool sane = body.ok() && windowUs > 0 && sourceLength <= kMaxSource &&
                    payloadLength <= kMaxPayload;
  const uint8_t *pattern = sane ? body.Bytes(sourceLength + payloadLength) : nullptr;
  Rule *found = table_->Find(key);
  Watch *watch = FindWatch(id);
  int error = 0;
  if (pattern == nullptr || !body.Ended() || (found != nullptr && found->kind != Rule::kHold)) error = EINVAL;
  if (watch != nullptr && watch->socket != socket) error = EINVAL;
  if (error == 0 && found == nullptr && !table_->Reserve()) error = ENOSPC;
  HoldRule *rule = nullptr;
  if (error == 0) {
    rule = static_cast<HoldRule *>(Allocate(sizeof *rule + sourceLength + payloadLength));
    if (rule == nullptr) error = ENOMEM;
  }
  if (error == 0 && watch == nullptr) {
    watch = static_cast<Watch *>(Allocate(sizeof *watch));
    struct epoll_event event = {};
    event.events = EPOLLIN;
    event.data.ptr = watch;
    if (watch == nullptr) error = ENOMEM;
    else if (epoll_ctl(epoll_, EPOLL_CTL_ADD, socket->fd, &event) < 0) error = errno;
    if (error == 0) {
      // The watch has a share in the socket of its own.
      socket->users += 1;
      *watch = {id, socket, watches_};
      watches_ = watch;
    } else {
      free(watch);
    }
  }
  sockets_->Leave(socket);
  if (error != 0) {
    free(rule);
    return -error;
  }
  memset(rule, 0, sizeof *rule);
  rule->key = key;
  rule->kind = Rule::kHold;
  rule->owned = true;
  rule->windowUs = windowUs;
  rule->thenKey = thenKey;
  rule->watch = watch;
  rule->serial = serial;
  rule->hopLimit = hopLimit;
  rule->kinAt = kinAt;
  rule->kinValue = kinValue;
  rule->judged = judged;
  rule->sourceLength = sourceLength;
  rule->payloadLength = payloadLength;
  rule->pattern = reinterpret_cast<uint8_t *>(rule + 1);
  memcpy(rule->pattern, pattern, sourceLength + payloadLength);
  const uint64_t givenUs = deadlineUs & ~kAtLeast;
  rule->deadlineUs = givenUs != 0 ? givenUs : nowUs + windowUs;
  bool begun = false;
  if (found != nullptr) {
    HoldRule *known = static_cast<HoldRule *>(found);
    rule->held = known->held;
    rule->lastUs = known->lastUs;
    rule->doubted = known->doubted;
    // Also a deadline that has passed stays what it is: whoever set this rule did not know.
    const bool atLeast = (deadlineUs & kAtLeast) != 0;
    if (deadlineUs == 0) rule->deadlineUs = known->deadlineUs;
    else if (atLeast) rule->deadlineUs = std::max(givenUs, known->deadlineUs);
    // Its owner is behind: packets of the same kind are on their way up, and would be judged alike.
    const uint8_t *payload = pattern + sourceLength;
    if (atLeast && known->missedUs != 0 &&
        Fits(*known, *watch, pattern, sourceLength, hopLimit, payload, payloadLength)) {
      rule->deadlineUs = std::max(rule->deadlineUs, known->missedUs + windowUs);
    }
    // Whoever waits on has decided otherwise, before word of the end could reach it.
    begun = known->begunUs != 0;
    if (begun && rule->deadlineUs > nowUs) listener_->Rest(known->thenKey);
    Remove(known);
  }
  rule->dueUs = rule->deadlineUs;
  rule->hash = Hash(id, rule->pattern, sourceLength, rule->pattern + sourceLength, payloadLength);
  rule->nextOfHash = buckets_[rule->hash % kBuckets];
  buckets_[rule->hash % kBuckets] = rule;
  table_->Insert(rule);
  return begun ? 1 : 0;
}

void Holder::Unlink(HoldRule *rule) {
  HoldRule **link = &buckets_[rule->hash % kBuckets];
  while (*link != rule) link = &(*link)->nextOfHash;
  *link = rule->nextOfHash;
}

void Holder::Remove(HoldRule *rule) {
  Unlink(rule);
  table_->Remove(rule);
  free(rule);
}

Watch *Holder::FindWatch(uint32_t id) {
  Watch *watch = watches_;
  while (watch != nullptr && watch->id != id) watch = watch->next;
  return watch;
}

int Holder::Unwatch(uint32_t id) {
  Watch **link = &watches_;
  while (*link != nullptr && (*link)->id != id) link = &(*link)->next;
  Watch *watch = *link;
  if (watch == nullptr) return -ENOENT;
  table_->Each([this, watch](Rule *rule) {
    if (rule->kind != Rule::kHold) return;
    HoldRule *hold = static_cast<HoldRule *>(rule);
    if (hold->watch == watch) Remove(hold);
  });
  epoll_ctl(epoll_, EPOLL_CTL_DEL, watch->socket->fd, nullptr);
  // What has been read and not handed up is dropped with it.
  if (stalled_ && stalledWatch_ == id) stalled_ = false;
  *link = watch->next;
  sockets_->Leave(watch->socket);
  free(watch);
  return 0;
}

void Holder::Clear() {
  while (watches_ != nullptr) Unwatch(watches_->id);
}

void Holder::Read() {
  struct epoll_event events[kBatch];
  packets_ = 0;
  const int count = epoll_wait(epoll_, events, kBatch, 0);
  for (int i = 0; i < count && !stalled_; i++) ReadAll(static_cast<Watch *>(events[i].data.ptr));
  const uint64_t nowUs = NowUs();
  if (readAtUs_ == 0 && nowUs - readsSinceUs_ > kBusyUs) {
    readsSinceUs_ = nowUs;
    reads_ = 0;
  }
  reads_ += 1;
  const bool busy = readAtUs_ != 0 ? packets_ >= kSome : reads_ >= kMany;
  readAtUs_ = busy ? nowUs + kQuietUs : 0;
  if (!busy && reads_ >= kMany) reads_ = 0;
  Refresh(nowUs);
}

void Holder::Refresh(uint64_t nowUs) {
  for (Rule *first = table_->First(); first != nullptr; first = table_->First()) {
    HoldRule *rule = static_cast<HoldRule *>(first);
    if (first->kind != Rule::kHold || rule->dueUs > nowUs + kSoonUs) return;
    if (rule->deadlineUs <= rule->dueUs) return;
    rule->dueUs = rule->deadlineUs;
    table_->Moved(rule);
  }
}

void Holder::ReadEverything() {
  for (Watch *watch = watches_; watch != nullptr && !stalled_; watch = watch->next) ReadAll(watch);
}

void Holder::ReadAll(Watch *watch) {
  for (int round = 0; round < kRounds && !stalled_; round++) {
    for (uint32_t i = 0; i < kBatch; i++) {
      parts_[i] = {bytes_[i], sizeof bytes_[i]};
      struct msghdr *head = &messages_[i].msg_hdr;
      *head = {};
      head->msg_name = names_[i];
      head->msg_namelen = kName;
      head->msg_iov = &parts_[i];
      head->msg_iovlen = 1;
      head->msg_control = controls_[i];
      head->msg_controllen = kControl;
    }
    const int count = recvmmsg(watch->socket->fd, messages_, kBatch, MSG_DONTWAIT, nullptr);
    // An error such as ENETDOWN belongs to the past of the socket, and reading it has taken it off.
    if (count < 0 && errno != EAGAIN && errno != EWOULDBLOCK) continue;
    if (count <= 0) return;
    nowUs_ = NowUs();
    wallAheadUs_ = static_cast<int64_t>(ClockUs(CLOCK_REALTIME)) - static_cast<int64_t>(nowUs_);
    filled_ = static_cast<uint32_t>(count);
    packets_ += filled_;
    stalledWatch_ = watch->id;
    HandUp(0);
    if (static_cast<uint32_t>(count) < kBatch) return;
  }
}

// Judges what has been read from here on; false when one could not be handed up, which is then tried again.
bool Holder::HandUp(uint32_t from) {
  Watch *watch = FindWatch(stalledWatch_);
  stalled_ = false;
  for (uint32_t i = from; watch != nullptr && i < filled_; i++) {
    if (Judge(*watch, messages_[i].msg_hdr, messages_[i].msg_len)) continue;
    stalled_ = true;
    stalledAt_ = i;
    return false;
  }
  return true;
}

void Holder::Resume() {
  if (stalled_) HandUp(stalledAt_);
}

bool Holder::Judge(const Watch &watch, const struct msghdr &head, uint32_t length) {
  const uint8_t *bytes = static_cast<const uint8_t *>(head.msg_iov->iov_base);
  const uint8_t *name = static_cast<const uint8_t *>(head.msg_name);
  const uint8_t *stamp = Control(head, SOL_SOCKET, SO_TIMESTAMPNS, sizeof(struct timespec));
  uint64_t atUs = nowUs_;
  if (stamp != nullptr) {
    struct timespec wall;
    memcpy(&wall, stamp, sizeof wall);
    const int64_t wallUs = static_cast<int64_t>(wall.tv_sec) * 1000000 + wall.tv_nsec / 1000;
    const int64_t ageUs = static_cast<int64_t>(nowUs_) - (wallUs - wallAheadUs_);
    // The wall clock may have been set: nothing arrives later than it is read, or much earlier.
    if (ageUs > 0 && ageUs < 10000000) atUs = nowUs_ - static_cast<uint64_t>(ageUs);
  }
  HoldRule *rule = nullptr;
  if (name[0] == AF_INET6 && head.msg_namelen >= sizeof(struct sockaddr_in6)) {
    const uint8_t *hops = Control(head, IPPROTO_IPV6, IPV6_HOPLIMIT, sizeof(int));
    int hopLimit = -1;
    if (hops != nullptr) memcpy(&hopLimit, hops, sizeof hopLimit);
    rule = Match(watch, name + 8, 16, static_cast<uint32_t>(hopLimit), bytes, length);
  } else if (length > kIpv4Header && (bytes[0] >> 4) == 4) {
    // A raw IPv4 socket gets the header too.
    const uint32_t header = (bytes[0] & 15u) * 4;
    const uint32_t total = static_cast<uint32_t>(bytes[2]) << 8 | bytes[3];
    if (header >= kIpv4Header && total == length && header < length) {
      rule = Match(watch, bytes + 12, 4, bytes[8], bytes + header, length - header);
    }
  }
  if (rule == nullptr) return PassOn(watch, atUs, head, length);
  if (rule->told) {
    // A deadline that has been told of is over: what arrives later is for whoever was told.
    if (!PassOn(watch, atUs, head, length)) return false;
    rule->missedUs = atUs;
    return true;
  }
  rule->held += 1;
  rule->lastUs = atUs;
  rule->deadlineUs = atUs + rule->windowUs;
  return true;
}

// Of what has to be judged by its owner.
bool Holder::PassOn(const Watch &watch, uint64_t atUs, const struct msghdr &head, uint32_t length) {
  const uint8_t *bytes = static_cast<const uint8_t *>(head.msg_iov->iov_base);
  const bool ipv4 = static_cast<const uint8_t *>(head.msg_name)[0] != AF_INET6 && length > 0;
  const uint32_t header = ipv4 ? (bytes[0] & 15u) * 4 : 0;
  if (!listener_->Packet(watch.id, atUs, number_ + 1, head, length)) return false;
  number_ += 1;
  if (header < length) Doubt(watch, bytes + header, length - header);
  return true;
}

void Holder::Doubt(const Watch &watch, const uint8_t *payload, uint32_t payloadLength) {
  for (uint32_t i = 0; i < table_->size(); i++) {
    if (table_->At(i)->kind != Rule::kHold) continue;
    HoldRule *rule = static_cast<HoldRule *>(table_->At(i));
    if (rule->watch != &watch || rule->kinAt >= payloadLength) continue;
    if (payload[rule->kinAt] == rule->kinValue) rule->doubted = number_;
  }
}

HoldRule *Holder::Match(const Watch &watch, const uint8_t *source, uint32_t sourceLength, uint32_t hopLimit,
                        const uint8_t *payload, uint32_t payloadLength) {
  const uint64_t hash = Hash(watch.id, source, sourceLength, payload, payloadLength);
  for (HoldRule *rule = buckets_[hash % kBuckets]; rule != nullptr; rule = rule->nextOfHash) {
    if (rule->hash == hash && Fits(*rule, watch, source, sourceLength, hopLimit, payload, payloadLength)) {
      return rule;
    }
  }
  return nullptr;
}

void Holder::Due(HoldRule *rule) {
  uint64_t nowUs = NowUs();
  // What has arrived counts first, however late this process is.
  if (rule->deadlineUs <= nowUs && !stalled_) {
    ReadAll(rule->watch);
    nowUs = NowUs();
  }
  if (rule->deadlineUs > nowUs) {
    rule->dueUs = rule->deadlineUs;
  } else if (stalled_ || !End(rule, nowUs)) {
    rule->dueUs = nowUs + kRetryUs;
  } else {
    // It stays, so that a successor that does not know keeps the deadline.
    rule->told = true;
    rule->dueUs = kNever;
  }
  table_->Moved(rule);
}

// False when it could not be told, which is then tried again.
bool Holder::End(HoldRule *rule, uint64_t nowUs) {
  // A packet that is on its way up may be from a master that goes on in other words.
  const bool sure = static_cast<int32_t>(rule->judged - rule->doubted) >= 0;
  if (rule->begunUs == 0 && rule->thenKey != 0 && sure) {
    rule->begunUs = listener_->Begin(rule->thenKey, nowUs);
    rule->follows = rule->begunUs != 0 && listener_->Follow(rule->thenKey, *rule);
  }
  return listener_->Expired(*rule, nowUs);
}

}  // namespace engine
