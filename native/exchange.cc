// Exchanges over TCP: connect, perhaps send a request, and hand up what comes back until the peer closes. A
// check of a server is one, and a load balancer does thousands a second, so a whole exchange costs JavaScript
// one call to begin and a share of one call to end. What an answer means is decided in TypeScript.
#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstring>
#include <string>
#include <vector>

#include "args.h"

namespace alived {
namespace {

// Events of one drain. Each may bring a chunk, so the memory for answers is this many chunks.
constexpr int kBatch = 64;
constexpr size_t kChunk = 16384;
// A connection that stands, a chunk and an end may come of one event.
constexpr int kReports = 3;
constexpr int kFields = 3;

// What happened, as index.d.ts lists it.
enum Kind { kConnected = 0, kData = 1, kEnd = 2, kFailed = 3 };

struct Exchange {
  int fd = -1;
  bool established = false;
  bool wants_answer = false;
  // Asked to continue although no new event will come, because a read filled its chunk.
  bool again = false;
  bool peer_closed = false;
  // A reset looks like a FIN to epoll, so the end of the bytes has to be asked for.
  bool broken = false;
  std::string request;
  size_t sent = 0;
};

class Exchanger : public Napi::ObjectWrap<Exchanger> {
 public:
  static Napi::Function Define(Napi::Env env) {
    return DefineClass(env, "Exchanger",
                       {
                           InstanceMethod<&Exchanger::Fd>("fd"),
                           InstanceMethod<&Exchanger::Begin>("begin"),
                           InstanceMethod<&Exchanger::Cancel>("cancel"),
                           InstanceMethod<&Exchanger::More>("send"),
                           InstanceMethod<&Exchanger::Drain>("drain"),
                           InstanceMethod<&Exchanger::Close>("close"),
                       });
  }

  explicit Exchanger(const Napi::CallbackInfo& info) : Napi::ObjectWrap<Exchanger>(info) {
    epoll_ = epoll_create1(EPOLL_CLOEXEC);
    error_ = epoll_ < 0 ? errno : 0;
  }

  ~Exchanger() override { Shut(); }

 private:
  // The descriptor that is readable while there is something to drain.
  Napi::Value Fd(const Napi::CallbackInfo& info) {
    Args args(info);
    return epoll_ < 0 ? args.ReturnError(error_) : args.Return(epoll_);
  }

  // begin(slot, fd, address, request | null): takes over `fd`, or opens a socket where it is -1.
  Napi::Value Begin(const Napi::CallbackInfo& info) {
    Args args(info);
    int slot = args.Int(0, "slot");
    int fd = args.Int(1, "fd");
    Bytes name = args.Required(2, "address");
    bool wants_answer = !info[3].IsNull();
    Bytes request = args.Optional(3, "request");
    if (!args.ok()) return args.Fail();
    sockaddr_storage address;
    if (slot < 0 || slot >= kMaxSlots || name.length < sizeof(sa_family_t) || name.length > sizeof(address)) {
      return args.ReturnError(EINVAL);
    }
    if (static_cast<size_t>(slot) >= slots_.size()) slots_.resize(slot + 1);
    Exchange& exchange = slots_[slot];
    if (exchange.fd >= 0) return args.ReturnError(EBUSY);
    std::memset(&address, 0, sizeof(address));
    std::memcpy(&address, name.data, name.length);
    if (fd < 0) fd = socket(address.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) return args.Return(-1);
    epoll_event event = {};
    event.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;
    event.data.u32 = static_cast<uint32_t>(slot);
    bool begun = connect(fd, reinterpret_cast<sockaddr*>(&address), name.length) == 0 || errno == EINPROGRESS;
    if (!begun || epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &event) < 0) {
      int error = errno;
      close(fd);
      return args.ReturnError(error);
    }
    exchange.fd = fd;
    exchange.established = exchange.again = exchange.peer_closed = exchange.broken = false;
    exchange.wants_answer = wants_answer;
    exchange.sent = 0;
    exchange.request.assign(reinterpret_cast<const char*>(request.data), request.length);
    return args.Return(0);
  }

  Napi::Value Cancel(const Napi::CallbackInfo& info) {
    Args args(info);
    int slot = args.Int(0, "slot");
    if (!args.ok()) return args.Fail();
    if (slot < 0 || static_cast<size_t>(slot) >= slots_.size()) return args.ReturnError(EINVAL);
    Finish(slots_[slot]);
    return args.Return(0);
  }

  // send(slot, bytes): more to say after the request; what the socket does not take now follows by itself.
  Napi::Value More(const Napi::CallbackInfo& info) {
    Args args(info);
    int slot = args.Int(0, "slot");
    Bytes bytes = args.Required(1, "bytes");
    if (!args.ok()) return args.Fail();
    if (slot < 0 || static_cast<size_t>(slot) >= slots_.size() || slots_[slot].fd < 0) {
      return args.ReturnError(EINVAL);
    }
    Exchange& exchange = slots_[slot];
    bool idle = exchange.sent == exchange.request.size();
    exchange.request.append(reinterpret_cast<const char*>(bytes.data), bytes.length);
    if (!exchange.established || !idle) return args.Return(0);
    // Its failure is told by the events of the socket, as one of the peer is.
    ssize_t sent = send(exchange.fd, bytes.data, bytes.length, MSG_NOSIGNAL);
    if (sent > 0) exchange.sent += static_cast<size_t>(sent);
    return args.Return(0);
  }

  // drain(results: Int32Array, answers: Uint8Array): triples of slot, kind and a number: the length of a
  // chunk, or errno. Chunks lie in `answers` one after the other. Returns the number of triples.
  Napi::Value Drain(const Napi::CallbackInfo& info) {
    Args args(info);
    Bytes answers = args.Required(1, "answers");
    if (!args.ok()) return args.Fail();
    if (!info[0].IsTypedArray() || info[0].As<Napi::TypedArray>().TypedArrayType() != napi_int32_array ||
        info[0].As<Napi::TypedArray>().ElementLength() < kReports * kBatch * kFields ||
        answers.length < kBatch * kChunk) {
      return args.ReturnError(EINVAL);
    }
    out_ = info[0].As<Napi::Int32Array>().Data();
    count_ = 0;
    room_ = answers.data;
    int handled = 0;
    std::vector<uint32_t> again;
    again.swap(again_);
    for (uint32_t slot : again) {
      if (handled == kBatch) {
        again_.push_back(slot);
        continue;
      }
      if (!slots_[slot].again) continue;
      slots_[slot].again = false;
      handled++;
      Advance(slot, EPOLLIN);
    }
    epoll_event events[kBatch];
    int ready = handled == kBatch ? 0 : epoll_wait(epoll_, events, kBatch - handled, 0);
    for (int i = 0; i < ready; i++) Advance(events[i].data.u32, events[i].events);
    return args.Return(count_);
  }

  Napi::Value Close(const Napi::CallbackInfo& info) {
    Shut();
    return info.Env().Undefined();
  }

  void Advance(uint32_t slot, uint32_t events) {
    Exchange& exchange = slots_[slot];
    if (exchange.fd < 0) return;
    if (events & EPOLLRDHUP) exchange.peer_closed = true;
    if (events & (EPOLLERR | EPOLLHUP)) exchange.broken = true;
    if (!exchange.established && !Establish(slot, exchange, events)) return;
    if (exchange.sent < exchange.request.size() && !Send(slot, exchange)) return;
    if (events & (EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR)) Receive(slot, exchange);
  }

  // False when that was all.
  bool Establish(uint32_t slot, Exchange& exchange, uint32_t events) {
    if (!(events & (EPOLLOUT | EPOLLERR | EPOLLHUP))) return false;
    int error = 0;
    socklen_t length = sizeof(error);
    // A socket that can be written to without an error is connected.
    if ((events & (EPOLLERR | EPOLLHUP)) &&
        getsockopt(exchange.fd, SOL_SOCKET, SO_ERROR, &error, &length) < 0) {
      error = errno;
    }
    if (error != 0) {
      Fail(slot, exchange, error);
      return false;
    }
    exchange.established = true;
    if (!exchange.wants_answer) Finish(exchange);
    Report(slot, kConnected, 0);
    return exchange.wants_answer;
  }

  bool Send(uint32_t slot, Exchange& exchange) {
    const char* rest = exchange.request.data() + exchange.sent;
    ssize_t sent = send(exchange.fd, rest, exchange.request.size() - exchange.sent, MSG_NOSIGNAL);
    if (sent < 0 && errno != EAGAIN) {
      Fail(slot, exchange, errno);
      return false;
    }
    if (sent > 0) exchange.sent += static_cast<size_t>(sent);
    return true;
  }

  // One chunk. What a full one leaves behind is for the next drain, so that no peer can hold up the others.
  void Receive(uint32_t slot, Exchange& exchange) {
    ssize_t got = recv(exchange.fd, room_, kChunk, 0);
    if (got < 0) {
      if (errno != EAGAIN) Fail(slot, exchange, errno);
      return;
    }
    if (got > 0) {
      Report(slot, kData, static_cast<int>(got));
      room_ += got;
    }
    // A short read with the peer's FIN behind it was everything; one without has emptied the buffer.
    bool full = got == static_cast<ssize_t>(kChunk);
    if (got == 0 || (!full && exchange.peer_closed && !exchange.broken)) {
      Finish(exchange);
      Report(slot, kEnd, 0);
    } else if (full || exchange.broken) {
      exchange.again = true;
      again_.push_back(slot);
    }
  }

  void Fail(uint32_t slot, Exchange& exchange, int error) {
    Finish(exchange);
    Report(slot, kFailed, error);
  }

  static void Finish(Exchange& exchange) {
    if (exchange.fd >= 0) close(exchange.fd);
    exchange.fd = -1;
    exchange.again = false;
  }

  void Report(uint32_t slot, Kind kind, int value) {
    out_[count_ * kFields] = static_cast<int32_t>(slot);
    out_[count_ * kFields + 1] = kind;
    out_[count_ * kFields + 2] = value;
    count_++;
  }

  void Shut() {
    for (Exchange& exchange : slots_) Finish(exchange);
    if (epoll_ >= 0) close(epoll_);
    epoll_ = -1;
    error_ = EBADF;
  }

  static constexpr int kMaxSlots = 1 << 20;

  int epoll_ = -1;
  int error_ = 0;
  std::vector<Exchange> slots_;
  std::vector<uint32_t> again_;
  int32_t* out_ = nullptr;
  int count_ = 0;
  uint8_t* room_ = nullptr;
};

}  // namespace

void InitExchange(Napi::Env env, Napi::Object exports) { exports.Set("Exchanger", Exchanger::Define(env)); }

}  // namespace alived
