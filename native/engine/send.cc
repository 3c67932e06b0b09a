#include "send.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "memory.h"
#include "protocol.h"

namespace engine {
namespace {

constexpr uint32_t kBatch = 64;
// Longer, and a burst could be more than the socket of a peer holds.
constexpr uint64_t kSlotUs = 5000;

struct Sizes {
  uint32_t address;
  uint32_t control;
  uint32_t data;
};

Sizes ReadSizes(Reader *reader) {
  const uint16_t address = reader->Number<uint16_t>();
  const uint16_t control = reader->Number<uint16_t>();
  return {address, control, reader->Number<uint32_t>()};
}

bool Sound(const Sizes &sizes) {
  return sizes.address <= kMaxAddress && sizes.control <= kMaxControl && sizes.data > 0 &&
         sizes.data <= kMaxMessage;
}

// A control message is read as a structure, so it starts where one may.
constexpr size_t Aligned(size_t size) { return (size + 15) & ~size_t{15}; }

// Control messages as sendmsg() takes them: a wrong length in one would be read beyond its end.
bool SoundControl(const uint8_t *bytes, uint32_t length) {
  uint32_t at = 0;
  while (at + sizeof(struct cmsghdr) <= length) {
    struct cmsghdr head;
    memcpy(&head, bytes + at, sizeof head);
    if (head.cmsg_len < sizeof head || head.cmsg_len > length - at) return false;
    // Descriptors and credentials are nobody's to send from here.
    if (head.cmsg_level == SOL_SOCKET) return false;
    at += (head.cmsg_len + 7) & ~size_t{7};
  }
  return at >= length;
}

// The size of everything, or 0 when the message is not sound.
size_t Measure(Reader reader, uint32_t count) {
  size_t total = Aligned(count * sizeof(struct mmsghdr)) + Aligned(count * sizeof(struct iovec));
  for (uint32_t i = 0; i < count; i++) {
    const Sizes sizes = ReadSizes(&reader);
    if (!reader.ok() || !Sound(sizes)) return 0;
    if (reader.Bytes(sizes.address) == nullptr) return 0;
    const uint8_t *control = reader.Bytes(sizes.control);
    if (control == nullptr || !SoundControl(control, sizes.control)) return 0;
    if (reader.Bytes(sizes.data) == nullptr) return 0;
    total += Aligned(sizes.address) + Aligned(sizes.control) + Aligned(sizes.data);
  }
  return reader.Ended() ? total : 0;
}

class Builder {
 public:
  explicit Builder(uint8_t *at) : at_(at) {}

  uint8_t *Room(size_t size) {
    uint8_t *from = at_;
    at_ += Aligned(size);
    return from;
  }

  uint8_t *Copy(const uint8_t *bytes, uint32_t size) {
    uint8_t *to = Room(size);
    memcpy(to, bytes, size);
    return size == 0 ? nullptr : to;
  }

 private:
  uint8_t *at_;
};

void Build(Reader reader, SendRule *rule, uint8_t *block) {
  Builder builder(block);
  rule->messages = reinterpret_cast<struct mmsghdr *>(builder.Room(rule->count * sizeof(struct mmsghdr)));
  rule->parts = reinterpret_cast<struct iovec *>(builder.Room(rule->count * sizeof(struct iovec)));
  for (uint32_t i = 0; i < rule->count; i++) {
    const Sizes sizes = ReadSizes(&reader);
    struct msghdr *head = &rule->messages[i].msg_hdr;
    memset(&rule->messages[i], 0, sizeof rule->messages[i]);
    head->msg_name = builder.Copy(reader.Bytes(sizes.address), sizes.address);
    head->msg_namelen = sizes.address;
    head->msg_control = builder.Copy(reader.Bytes(sizes.control), sizes.control);
    head->msg_controllen = sizes.control;
    rule->parts[i] = {builder.Copy(reader.Bytes(sizes.data), sizes.data), sizes.data};
    head->msg_iov = &rule->parts[i];
    head->msg_iovlen = 1;
  }
}

// Rules of one period leave together: their deadlines move to the slot before, which no peer minds.
uint64_t InSlot(uint64_t firstUs, uint64_t periodUs) {
  const uint64_t slotUs = periodUs / 20 < kSlotUs ? periodUs / 20 : kSlotUs;
  return firstUs - firstUs % slotUs;
}

// The first deadline on the grid of `first` after `nowUs`.
uint64_t OnGrid(uint64_t firstUs, uint64_t periodUs, uint64_t nowUs) {
  if (firstUs > nowUs) return firstUs;
  return firstUs + ((nowUs - firstUs) / periodUs + 1) * periodUs;
}

}  // namespace

int Sender::Set(Reader reader, int fd, uint64_t nowUs, bool maySend) {
  Socket *socket = sockets_->Share(fd);
  if (socket == nullptr) return -EINVAL;
  const uint64_t key = reader.Number<uint64_t>();
  const uint64_t firstUs = reader.Number<uint64_t>();
  const uint64_t periodUs = reader.Number<uint64_t>();
  const uint64_t thenKey = reader.Number<uint64_t>();
  const uint32_t step = reader.Number<uint32_t>();
  const uint32_t count = reader.Number<uint32_t>();
  const bool timed = periodUs == 0 ? firstUs == 0 : periodUs >= 1000;
  const bool sane = reader.ok() && timed && count > 0 && count <= kMaxDatagrams;
  const size_t size = sane ? Measure(reader, count) : 0;
  Rule *found = table_->Find(key);
  int error = size == 0 || (found != nullptr && found->kind != Rule::kSend) ? EINVAL : 0;
  if (error == 0 && found == nullptr && !table_->Reserve()) error = ENOSPC;
  const size_t head = Aligned(sizeof(SendRule));
  uint8_t *block = error == 0 ? static_cast<uint8_t *>(Allocate(head + size)) : nullptr;
  if (block == nullptr) {
    sockets_->Leave(socket);
    return error == 0 ? -ENOMEM : -error;
  }
  SendRule *rule = reinterpret_cast<SendRule *>(block);
  memset(block, 0, sizeof *rule);
  rule->key = key;
  rule->kind = Rule::kSend;
  rule->count = count;
  rule->periodUs = periodUs;
  rule->thenKey = thenKey;
  rule->step = step == 0 ? count : step;
  rule->dueUs = firstUs == 0 ? kNever : InSlot(firstUs, periodUs);
  rule->socket = socket;
  rule->owned = true;
  Build(reader, rule, block + head);
  if (found != nullptr) {
    SendRule *known = static_cast<SendRule *>(found);
    // A new owner counts its own.
    rule->sent = known->owned ? known->sent : 0;
    rule->lastUs = known->lastUs;
    rule->failing = known->failing;
    Remove(known);
  }
  const bool due = rule->dueUs <= nowUs;
  if (due) rule->dueUs = OnGrid(rule->dueUs, periodUs, nowUs);
  table_->Insert(rule);
  // Who sets a rule that is due goes on when its first round has left.
  if (due && maySend) SendRange(&rule, 1, nowUs);
  return 0;
}

SendRule *Sender::FindSend(uint64_t key) const {
  Rule *found = table_->Find(key);
  return found != nullptr && found->kind == Rule::kSend ? static_cast<SendRule *>(found) : nullptr;
}

uint64_t Sender::Begin(uint64_t key, uint64_t nowUs) {
  SendRule *rule = FindSend(key);
  if (rule == nullptr || rule->periodUs == 0) return 0;
  if (rule->dueUs != kNever) return rule->begunUs;
  SendRange(&rule, 1, nowUs);
  rule->begunUs = nowUs;
  rule->dueUs = InSlot(nowUs + rule->periodUs, rule->periodUs);
  table_->Moved(rule);
  return nowUs;
}

void Sender::Rest(uint64_t key) {
  SendRule *rule = FindSend(key);
  if (rule == nullptr || rule->begunUs == 0) return;
  rule->begunUs = 0;
  rule->dueUs = kNever;
  table_->Moved(rule);
  SendRule *next = FindSend(rule->thenKey);
  for (uint32_t i = 0; next != nullptr && i < kMaxTrain; i++) {
    __atomic_store_n(&next->stop, 1, __ATOMIC_RELAXED);
    next = FindSend(next->thenKey);
  }
}

SendRule *Sender::Following(uint64_t key) {
  const SendRule *rule = FindSend(key);
  if (rule == nullptr) return nullptr;
  SendRule *first = FindSend(rule->thenKey);
  uint32_t length = 0;
  for (SendRule *one = first; one != nullptr; one = one->following) {
    length += 1;
    if (one->periodUs != 0 || one->busy || length > kMaxTrain) return nullptr;
    one->following = FindSend(one->thenKey);
  }
  return first;
}

void Sender::Remove(SendRule *rule) {
  table_->Remove(rule);
  if (!rule->busy) {
    Free(rule);
    return;
  }
  rule->orphan = true;
  __atomic_store_n(&rule->stop, 1, __ATOMIC_RELAXED);
}

void Sender::Free(SendRule *rule) {
  sockets_->Leave(rule->socket);
  free(rule);
}

void Sender::Due(SendRule *rule, uint64_t nowUs) {
  // What was missed is not made up for: a burst says nothing new.
  rule->dueUs = OnGrid(rule->dueUs, rule->periodUs, nowUs);
  table_->Moved(rule);
  due_[dueCount_++] = rule;
}

void Sender::Flush(uint64_t nowUs, bool maySend) {
  const uint32_t count = dueCount_;
  dueCount_ = 0;
  if (!maySend) return;
  // Rules of one socket leave in one call.
  if (count > 1) {
    std::sort(due_, due_ + count, [](const SendRule *a, const SendRule *b) { return a->socket < b->socket; });
  }
  for (uint32_t from = 0; from < count;) {
    uint32_t to = from + 1;
    while (to < count && due_[to]->socket == due_[from]->socket) to += 1;
    SendRange(due_ + from, to - from, nowUs);
    from = to;
  }
}

// Rules of one socket, in batches of datagrams.
void Sender::SendRange(SendRule **rules, uint32_t count, uint64_t nowUs) {
  struct mmsghdr batch[kBatch];
  SendRule *owners[kBatch];
  uint32_t places[kBatch];
  uint32_t filled = 0;
  const int fd = rules[0]->socket->fd;
  const auto flush = [&]() {
    for (uint32_t done = 0; done < filled;) {
      const int sent = sendmmsg(fd, batch + done, filled - done, MSG_DONTWAIT | MSG_NOSIGNAL);
      if (sent > 0) {
        done += sent;
        continue;
      }
      if (sent < 0 && errno == EINTR) continue;
      // The first of the rest is the one that failed; those behind it have their turn.
      SendRule *rule = owners[done];
      if (!rule->failing) rule->failing = failed_(rule->key, places[done], errno);
      rule->roundFailed = true;
      done += 1;
    }
    filled = 0;
  };
  for (uint32_t i = 0; i < count; i++) {
    for (uint32_t part = 0; part < rules[i]->count; part++) {
      if (filled == kBatch) flush();
      batch[filled] = rules[i]->messages[part];
      owners[filled] = rules[i];
      places[filled] = part;
      filled += 1;
    }
  }
  flush();
  for (uint32_t i = 0; i < count; i++) {
    SendRule *rule = rules[i];
    if (rule->roundFailed) {
      rule->roundFailed = false;
      continue;
    }
    rule->failing = false;
    rule->sent += 1;
    rule->lastUs = nowUs;
  }
}

}  // namespace engine
