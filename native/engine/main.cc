// alived-engine: sends prepared packets at prepared times for the VRRP process, so that nothing which happens
// there costs an advert. In: a control socket as descriptor 3. It knows no protocol but its own (protocol.h),
// keeps no file and ends with its parent.
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <initializer_list>

#include "protocol.h"
#include "table.h"

namespace engine {
namespace {

constexpr int kControl = 3;
constexpr int kPriority = 20;
// A loop without end must not keep everything else off a processor.
constexpr uint64_t kRuntimeSoftUs = 200000;
constexpr uint64_t kRuntimeHardUs = 400000;
constexpr int kMessagesAtOnce = 64;

alignas(16) uint8_t message[kMaxMessage];
uint64_t leaseUntilUs = 0;
// Why there is no real time and no locked memory; 0 = there is.
uint32_t realtimeError = 0;
uint32_t lockError = 0;

uint64_t NowUs() {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<uint64_t>(now.tv_sec) * 1000000 + now.tv_nsec / 1000;
}

// Nobody who does not read may keep adverts waiting: what finds no room is lost, and false.
bool Say(const void *bytes, size_t size) {
  return send(kControl, bytes, size, MSG_DONTWAIT | MSG_NOSIGNAL) >= 0;
}

struct __attribute__((packed)) AckMessage {
  uint32_t type, serial;
  int32_t value;
};

struct __attribute__((packed)) ReportMessage {
  uint32_t type, serial, found;
  uint64_t sent, last, next;
};

struct __attribute__((packed)) HelloMessage {
  uint32_t type, serial, version, realtime, locked;
};

struct __attribute__((packed)) FailedMessage {
  uint32_t type, index, error;
  uint64_t key;
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
  const ReportMessage report =
      rule == nullptr ? ReportMessage{kReport, serial, 0, 0, 0, 0}
                      : ReportMessage{kReport, serial, 1, rule->sent, rule->lastUs, rule->dueUs};
  Say(&report, sizeof report);
}

bool TellFailed(void *, uint64_t key, uint32_t index, int error) {
  const FailedMessage failed = {kFailed, index, static_cast<uint32_t>(error), key};
  return Say(&failed, sizeof failed);
}

uint64_t KeyOf(const uint8_t *body, uint32_t length) {
  uint64_t key = 0;
  if (length >= sizeof key) memcpy(&key, body, sizeof key);
  return key;
}

void Handle(Table *table, uint32_t length, int fd) {
  uint32_t head[2] = {0, 0};
  if (length >= sizeof head) memcpy(head, message, sizeof head);
  const uint8_t *body = message + sizeof head;
  const uint32_t rest = length < sizeof head ? 0 : length - sizeof head;
  const auto [type, serial] = head;
  const uint64_t nowUs = NowUs();
  if (type == kSet) {
    Ack(serial, table->Set(body, rest, fd, nowUs, nowUs <= leaseUntilUs));
    return;
  }
  // Whatever came along belongs to nothing.
  if (fd >= 0) close(fd);
  switch (type) {
    case kCancel: {
      Rule *rule = table->Find(KeyOf(body, rest));
      Report(serial, rule);
      if (rule != nullptr) table->Remove(rule);
      break;
    }
    case kRead:
      Report(serial, table->Find(KeyOf(body, rest)));
      break;
    case kLease:
      if (rest == sizeof leaseUntilUs) leaseUntilUs = KeyOf(body, rest);
      // Serial 0: a heartbeat, which nobody waits for.
      if (serial != 0) Ack(serial, rest == sizeof leaseUntilUs ? 0 : -EINVAL);
      break;
    case kAsk:
      Hello(serial);
      break;
    case kBegin:
      table->Disown();
      Ack(serial, 0);
      break;
    case kRetain:
      Ack(serial, static_cast<int32_t>(table->Retain()));
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
void TakeMessages(Table *table) {
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
      Handle(table, static_cast<uint32_t>(length), fd);
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

// What a terminal or a service manager sends to the whole group is for the parent to decide about.
void IgnoreSignals() {
  for (const int signal : {SIGHUP, SIGINT, SIGTERM, SIGUSR1, SIGUSR2, SIGPIPE}) {
    struct sigaction action = {};
    action.sa_handler = SIG_IGN;
    sigaction(signal, &action, nullptr);
  }
}

// Until a request arrives or `dueUs` has come; 0 = no deadline. The way to the deadline is taken anew each
// time, so lateness does not add up.
void Wait(struct pollfd *control, uint64_t dueUs) {
  const uint64_t nowUs = NowUs();
  const uint64_t leftUs = dueUs > nowUs ? dueUs - nowUs : 0;
  struct timespec left = {};
  left.tv_sec = static_cast<time_t>(leftUs / 1000000);
  left.tv_nsec = static_cast<long>(leftUs % 1000000) * 1000;
  control->revents = 0;
  if (ppoll(control, 1, dueUs == 0 ? nullptr : &left, nullptr) < 0 && errno != EINTR) exit(1);
}

}  // namespace

int Main() {
  const pid_t parent = getppid();
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) return 0;
  IgnoreSignals();
  prctl(PR_SET_NAME, "alived-engine");
  prctl(PR_SET_TIMERSLACK, 1);
  realtimeError = static_cast<uint32_t>(Realtime());
  lockError = mlockall(MCL_CURRENT | MCL_FUTURE) == 0 ? 0 : static_cast<uint32_t>(errno);
  Hello(0);
  static Table table(TellFailed, nullptr);
  struct pollfd control = {kControl, POLLIN, 0};
  for (;;) {
    Wait(&control, table.NextUs());
    // Adverts first: requests may be many.
    const uint64_t nowUs = NowUs();
    table.Run(nowUs, nowUs <= leaseUntilUs);
    if (control.revents != 0) TakeMessages(&table);
  }
}

}  // namespace engine

int main() { return engine::Main(); }
