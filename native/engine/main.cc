// alived-engine: sends prepared packets at prepared times for the VRRP process, so that nothing which happens
// there costs an advert, and waits for packets that are always the same, so that they cost it nothing. In: a
// control socket as descriptor 3. It knows no protocol but its own (protocol.h), keeps no file and ends with
// its parent.
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <initializer_list>

#include "hold.h"
#include "pace.h"
#include "protocol.h"
#include "reader.h"
#include "send.h"
#include "socket.h"
#include "table.h"
#include "train.h"

namespace engine {
namespace {

constexpr int kControl = 3;
constexpr int kPriority = 20;
constexpr int kTrainPriority = 19;
// A loop without end must not keep everything else off a processor.
constexpr uint64_t kRuntimeSoftUs = 200000;
constexpr uint64_t kRuntimeHardUs = 400000;
constexpr int kMessagesAtOnce = 64;

alignas(16) uint8_t message[kMaxMessage];
uint64_t leaseUntilUs = 0;
// Why there is no real time and no locked memory; 0 = there is.
uint32_t realtimeError = 0;
uint32_t lockError = 0;

// Nobody who does not read may keep adverts waiting: what finds no room is lost, and false.
bool Say(const void *bytes, size_t size) {
  return send(kControl, bytes, size, MSG_DONTWAIT | MSG_NOSIGNAL) >= 0;
}

struct __attribute__((packed)) AckMessage {
  uint32_t type, serial;
  int32_t value;
};

struct __attribute__((packed)) ReportMessage {
  uint32_t type, serial, found, begun;
  uint64_t sent, last, next;
};

struct __attribute__((packed)) HelloMessage {
  uint32_t type, serial, version, realtime, locked;
};

struct __attribute__((packed)) FailedMessage {
  uint32_t type, index, error;
  uint64_t key;
};

struct __attribute__((packed)) ExpiredMessage {
  uint32_t type, serial;
  uint64_t key, deadline, now, held, begun;
  uint32_t follows;
};

struct __attribute__((packed)) FollowedMessage {
  uint32_t type, serial;
  uint64_t key;
  uint32_t whole;
};

struct __attribute__((packed)) PacketMessage {
  uint32_t type, watch;
  uint64_t at;
  uint16_t name, control;
  uint32_t data, number;
};

void Ack(uint32_t serial, int32_t value) {
  const AckMessage ack = {kAck, serial, value};
  Say(&ack, sizeof ack);
}

void Hello(uint32_t serial) {
  const HelloMessage hello = {kHello, serial, kVersion, realtimeError, lockError};
  Say(&hello, sizeof hello);
}

void Report(uint32_t serial, const Rule *rule) {
  ReportMessage report = {kReport, serial, 0, 0, 0, 0, 0};
  if (rule != nullptr && rule->kind == Rule::kSend) {
    const SendRule *send = static_cast<const SendRule *>(rule);
    report = {kReport, serial, 1, 0, send->sent, send->lastUs, send->dueUs};
  } else if (rule != nullptr) {
    const HoldRule *hold = static_cast<const HoldRule *>(rule);
    const uint32_t begun = hold->begunUs == 0 ? 0 : 1;
    report = {kReport, serial, 1, begun, hold->held, hold->lastUs, hold->deadlineUs};
  }
  Say(&report, sizeof report);
}

bool TellFailed(uint64_t key, uint32_t index, int error) {
  const FailedMessage failed = {kFailed, index, static_cast<uint32_t>(error), key};
  return Say(&failed, sizeof failed);
}

class Teller final : public HoldListener {
 public:
  uint64_t Begin(uint64_t thenKey, uint64_t nowUs) override;
  void Rest(uint64_t thenKey) override;

  bool Follow(uint64_t thenKey, const HoldRule &rule) override;

  bool Expired(const HoldRule &rule, uint64_t nowUs) override {
    const ExpiredMessage expired = {kExpired,  rule.serial,  rule.key, rule.deadlineUs, nowUs,
                                    rule.held, rule.begunUs, rule.follows ? 1u : 0u};
    return Say(&expired, sizeof expired);
  }

  bool Packet(uint32_t watch, uint64_t atUs, uint32_t number, const struct msghdr &head,
              uint32_t length) override {
    const PacketMessage packet = {kPacket,
                                  watch,
                                  atUs,
                                  static_cast<uint16_t>(head.msg_namelen),
                                  static_cast<uint16_t>(head.msg_controllen),
                                  length,
                                  number};
    struct iovec parts[] = {
        {const_cast<PacketMessage *>(&packet), sizeof packet},
        {head.msg_name, head.msg_namelen},
        {head.msg_control, head.msg_controllen},
        {head.msg_iov->iov_base, length},
    };
    struct msghdr whole = {};
    whole.msg_iov = parts;
    whole.msg_iovlen = 4;
    return sendmsg(kControl, &whole, MSG_DONTWAIT | MSG_NOSIGNAL) >= 0;
  }
};

Table table;
Sockets sockets;
Teller teller;
Sender sender(&table, &sockets, TellFailed);
Holder holder(&table, &sockets, &teller);

// Not before it has been told that the deadline has passed.
bool TellFollowed(uint64_t holdKey, uint32_t holdSerial, bool whole) {
  const Rule *found = table.Find(holdKey);
  if (found != nullptr && found->kind == Rule::kHold) {
    const HoldRule *rule = static_cast<const HoldRule *>(found);
    if (rule->serial == holdSerial && !rule->told) return false;
  }
  const FollowedMessage followed = {kFollowed, holdSerial, holdKey, whole ? 1u : 0u};
  return Say(&followed, sizeof followed);
}

Train train(&sender, TellFollowed);

uint64_t Teller::Begin(uint64_t thenKey, uint64_t nowUs) {
  return nowUs > leaseUntilUs ? 0 : sender.Begin(thenKey, nowUs);
}

bool Teller::Follow(uint64_t thenKey, const HoldRule &rule) {
  return train.Depart(thenKey, rule.key, rule.serial, leaseUntilUs);
}

void Teller::Rest(uint64_t thenKey) { sender.Rest(thenKey); }

void Remove(Rule *rule) {
  if (rule->kind == Rule::kSend) sender.Remove(static_cast<SendRule *>(rule));
  else holder.Remove(static_cast<HoldRule *>(rule));
}

void Disown() {
  holder.Clear();
  table.Each([](Rule *rule) { rule->owned = false; });
}

// Takes out rules that a predecessor of the owner left.
int32_t Retain() {
  int32_t removed = 0;
  table.Each([&removed](Rule *rule) {
    if (rule->owned) return;
    Remove(rule);
    removed += 1;
  });
  return removed;
}

// Requests with a key and nothing else.
void HandleKeyed(uint32_t type, uint32_t serial, uint64_t key) {
  Rule *rule = table.Find(key);
  Report(serial, rule);
  if (type == kCancel && rule != nullptr) Remove(rule);
}

void Handle(uint32_t length, int fd) {
  Reader reader(message, length);
  const uint32_t type = reader.Number<uint32_t>();
  const uint32_t serial = reader.Number<uint32_t>();
  const uint64_t nowUs = NowUs();
  if (type == kSend) {
    Ack(serial, sender.Set(reader, fd, nowUs, nowUs <= leaseUntilUs));
    return;
  }
  if (type == kHold) {
    Ack(serial, holder.Set(reader, serial, fd, nowUs));
    return;
  }
  // Whatever came along belongs to nothing.
  if (fd >= 0) close(fd);
  switch (type) {
    case kCancel:
    case kRead:
      HandleKeyed(type, serial, reader.Number<uint64_t>());
      break;
    case kLease: {
      const uint64_t untilUs = reader.Number<uint64_t>();
      if (reader.Ended()) leaseUntilUs = untilUs;
      // Serial 0: a heartbeat, which nobody waits for.
      if (serial != 0) Ack(serial, reader.Ended() ? 0 : -EINVAL);
      break;
    }
    case kAsk:
      Hello(serial);
      break;
    case kBegin:
      Disown();
      Ack(serial, 0);
      break;
    case kRetain:
      Ack(serial, Retain());
      break;
    case kUnwatch:
      Ack(serial, holder.Unwatch(reader.Number<uint32_t>()));
      break;
    case kDrain:
      holder.ReadEverything();
      Ack(serial, 0);
      break;
    default:
      Ack(serial, -EINVAL);
  }
}

// The descriptor that came with a message; more than one is none of ours.
int TakeDescriptor(struct msghdr *head) {
  int taken = -1;
  for (struct cmsghdr *part = CMSG_FIRSTHDR(head); part != nullptr; part = CMSG_NXTHDR(head, part)) {
    if (part->cmsg_level != SOL_SOCKET || part->cmsg_type != SCM_RIGHTS) continue;
    const size_t count = (part->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    for (size_t i = 0; i < count; i++) {
      int fd;
      memcpy(&fd, CMSG_DATA(part) + i * sizeof fd, sizeof fd);
      if (taken < 0) taken = fd;
      else close(fd);
    }
  }
  return taken;
}

// Requests that wait, but not so many that adverts would.
void TakeMessages() {
  for (int count = 0; count < kMessagesAtOnce; count++) {
    alignas(struct cmsghdr) char control[CMSG_SPACE(4 * sizeof(int))];
    struct iovec part = {message, sizeof message};
    struct msghdr head = {};
    head.msg_iov = &part;
    head.msg_iovlen = 1;
    head.msg_control = control;
    head.msg_controllen = sizeof control;
    const ssize_t length = recvmsg(kControl, &head, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
    if (length < 0 && errno == EINTR) continue;
    if (length < 0 && errno == EAGAIN) return;
    // Nobody is left who could renew a lease.
    if (length <= 0) exit(0);
    const int fd = TakeDescriptor(&head);
    if ((head.msg_flags & MSG_TRUNC) == 0) {
      Handle(static_cast<uint32_t>(length), fd);
      continue;
    }
    if (fd >= 0) close(fd);
    uint32_t serial;
    memcpy(&serial, message + sizeof serial, sizeof serial);
    Ack(serial, -EMSGSIZE);
  }
}

int Realtime() {
  const struct rlimit limit = {kRuntimeSoftUs, kRuntimeHardUs};
  setrlimit(RLIMIT_RTTIME, &limit);
  const struct sched_param parameter = {kPriority};
  return sched_setscheduler(0, SCHED_RR | SCHED_RESET_ON_FORK, &parameter) == 0 ? 0 : errno;
}

// Every virtual MAC has sockets of its own, and two of them come here.
void AllowManySockets() {
  const struct rlimit many = {65536, 65536};
  struct rlimit now;
  if (setrlimit(RLIMIT_NOFILE, &many) == 0 || getrlimit(RLIMIT_NOFILE, &now) != 0) return;
  now.rlim_cur = now.rlim_max;
  setrlimit(RLIMIT_NOFILE, &now);
}

// The limit of locked memory counts once the right to exceed it is gone.
void LockWithoutLimit() {
  const struct rlimit unlimited = {RLIM_INFINITY, RLIM_INFINITY};
  setrlimit(RLIMIT_MEMLOCK, &unlimited);
}

// What a terminal or a service manager sends to the whole group is for the parent to decide about.
void IgnoreSignals() {
  for (const int signal : {SIGHUP, SIGINT, SIGTERM, SIGUSR1, SIGUSR2, SIGPIPE}) {
    struct sigaction action = {};
    action.sa_handler = SIG_IGN;
    sigaction(signal, &action, nullptr);
  }
}

struct Ready {
  bool control;
  bool packets;
};

// A timer that stays set costs less than a limit for every wait: packets come, deadlines seldom change.
class Alarm {
 public:
  bool Open() {
    fd_ = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
    return fd_ >= 0;
  }

  int fd() const { return fd_; }

  void Set(uint64_t dueUs) {
    if (dueUs == setUs_) return;
    setUs_ = dueUs;
    struct itimerspec when = {};
    if (dueUs != kNever) {
      when.it_value.tv_sec = static_cast<time_t>(dueUs / 1000000);
      when.it_value.tv_nsec = static_cast<long>(dueUs % 1000000) * 1000 + 1;
    }
    timerfd_settime(fd_, TFD_TIMER_ABSTIME, &when, nullptr);
  }

  void Rang() {
    uint64_t count;
    if (read(fd_, &count, sizeof count) > 0) setUs_ = kNever;
  }

 private:
  int fd_ = -1;
  uint64_t setUs_ = kNever;
};

Alarm alarmClock;
Pace pace;

// Until a request or a packet arrives or a deadline has come.
Ready Wait() {
  const Rule *first = table.First();
  alarmClock.Set(first == nullptr ? kNever : first->dueUs);
  // Under load packets wait for each other; without room to hand them up they are not read at all.
  const bool reads = holder.MayRead();
  const uint64_t nowUs = holder.ReadAtUs() == 0 ? 0 : NowUs();
  const bool quiet = holder.ReadAtUs() > nowUs;
  const short control = reads && !train.Waiting() ? POLLIN : POLLIN | POLLOUT;
  struct pollfd waits[] = {{kControl, control, 0},
                           {alarmClock.fd(), POLLIN, 0},
                           {train.fd(), POLLIN, 0},
                           {holder.fd(), POLLIN, 0}};
  const uint64_t leftUs = quiet ? holder.ReadAtUs() - nowUs : 0;
  const struct timespec left = {0, static_cast<long>(leftUs) * 1000};
  pace.Waits(NowUs());
  const int count = ppoll(waits, reads && !quiet ? 4 : 3, reads && quiet ? &left : nullptr, nullptr);
  pace.Woke(NowUs());
  if (count < 0 && errno != EINTR) exit(1);
  if ((waits[0].revents & POLLOUT) != 0) {
    holder.Resume();
    train.TellAll();
  }
  if (waits[1].revents != 0) alarmClock.Rang();
  if (waits[2].revents != 0) train.Arrive();
  const bool over = quiet && NowUs() >= holder.ReadAtUs();
  return {(waits[0].revents & ~POLLOUT) != 0, over || (waits[3].revents & POLLIN) != 0};
}

void RunDue(uint64_t nowUs) {
  const bool maySend = nowUs <= leaseUntilUs;
  for (Rule *rule = table.First(); rule != nullptr && rule->dueUs <= nowUs; rule = table.First()) {
    pace.RestIfDue(NowUs());
    if (rule->kind == Rule::kHold) {
      holder.Due(static_cast<HoldRule *>(rule));
      continue;
    }
    sender.Due(static_cast<SendRule *>(rule), nowUs);
    if (sender.Full()) sender.Flush(nowUs, maySend);
  }
  sender.Flush(nowUs, maySend);
}

}  // namespace

int Main() {
  const pid_t parent = getppid();
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) return 0;
  IgnoreSignals();
  prctl(PR_SET_NAME, "alived-engine");
  prctl(PR_SET_TIMERSLACK, 1);
  if (!alarmClock.Open()) return 1;
  realtimeError = static_cast<uint32_t>(Realtime());
  lockError = mlockall(MCL_CURRENT | MCL_FUTURE) == 0 ? 0 : static_cast<uint32_t>(errno);
  AllowManySockets();
  LockWithoutLimit();
  train.Open(realtimeError == 0 ? kTrainPriority : 0);
  // Sockets come with their rights; nothing else is needed from here on.
  DropPrivileges(0);
  Hello(0);
  for (;;) {
    const Ready ready = Wait();
    // Adverts first: requests and packets may be many.
    RunDue(pace.RestIfDue(NowUs()));
    if (ready.packets && holder.MayRead()) holder.Read();
    if (ready.control) TakeMessages();
  }
}

}  // namespace engine

int main() { return engine::Main(); }
