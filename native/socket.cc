// Sockets: addresses, options and control messages are opaque bytes here, built and read in TypeScript.
#include <fcntl.h>
#include <linux/filter.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include <cstring>

#include "args.h"

namespace alived {
namespace {

// Every descriptor is non-blocking and closed on exec: nothing here may stall the loop or leak to a script.
Napi::Value Socket(const Napi::CallbackInfo& info) {
  Args args(info);
  int domain = args.Int(0, "domain");
  int type = args.Int(1, "type");
  int protocol = args.Int(2, "protocol");
  if (!args.ok()) return args.Fail();
  return args.Return(socket(domain, type | SOCK_NONBLOCK | SOCK_CLOEXEC, protocol));
}

// Writes the two descriptors into the second argument.
Napi::Value SocketPair(const Napi::CallbackInfo& info) {
  Args args(info);
  int type = args.Int(0, "type");
  Bytes out = args.Required(1, "descriptors");
  if (!args.ok()) return args.Fail();
  int ends[2];
  if (out.length < sizeof(ends)) return args.ReturnError(EINVAL);
  int result = socketpair(AF_UNIX, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends);
  if (result == 0) std::memcpy(out.data, ends, sizeof(ends));
  return args.Return(result);
}

Napi::Value Close(const Napi::CallbackInfo& info) {
  Args args(info);
  int fd = args.Int(0, "fd");
  if (!args.ok()) return args.Fail();
  return args.Return(close(fd));
}

// Copies a socket address, so that the kernel never reads past what JavaScript handed over.
bool CopyAddress(const Bytes& bytes, sockaddr_storage* address) {
  if (bytes.length > sizeof(*address)) return false;
  std::memset(address, 0, sizeof(*address));
  if (bytes.length > 0) std::memcpy(address, bytes.data, bytes.length);
  return true;
}

Napi::Value Bind(const Napi::CallbackInfo& info) {
  Args args(info);
  int fd = args.Int(0, "fd");
  Bytes name = args.Required(1, "address");
  if (!args.ok()) return args.Fail();
  sockaddr_storage address;
  if (!CopyAddress(name, &address)) return args.ReturnError(EINVAL);
  return args.Return(bind(fd, reinterpret_cast<sockaddr*>(&address), name.length));
}

Napi::Value Connect(const Napi::CallbackInfo& info) {
  Args args(info);
  int fd = args.Int(0, "fd");
  Bytes name = args.Required(1, "address");
  if (!args.ok()) return args.Fail();
  sockaddr_storage address;
  if (!CopyAddress(name, &address)) return args.ReturnError(EINVAL);
  return args.Return(connect(fd, reinterpret_cast<sockaddr*>(&address), name.length));
}

Napi::Value GetSockName(const Napi::CallbackInfo& info) {
  Args args(info);
  int fd = args.Int(0, "fd");
  Bytes out = args.Required(1, "out");
  if (!args.ok()) return args.Fail();
  sockaddr_storage address;
  socklen_t length = sizeof(address);
  if (getsockname(fd, reinterpret_cast<sockaddr*>(&address), &length) < 0) return args.Return(-1);
  if (length > out.length) return args.ReturnError(ENOSPC);
  std::memcpy(out.data, &address, length);
  return args.Return(static_cast<long>(length));
}

Napi::Value SetSockOptInt(const Napi::CallbackInfo& info) {
  Args args(info);
  int fd = args.Int(0, "fd");
  int level = args.Int(1, "level");
  int option = args.Int(2, "option");
  int value = args.Int(3, "value");
  if (!args.ok()) return args.Fail();
  return args.Return(setsockopt(fd, level, option, &value, sizeof(value)));
}

Napi::Value SetSockOptBytes(const Napi::CallbackInfo& info) {
  Args args(info);
  int fd = args.Int(0, "fd");
  int level = args.Int(1, "level");
  int option = args.Int(2, "option");
  Bytes value = args.Required(3, "value");
  if (!args.ok()) return args.Fail();
  // These options take a structure with a pointer in it, which bytes from JavaScript must never supply.
  if (level == SOL_SOCKET && (option == SO_ATTACH_FILTER || option == SO_ATTACH_REUSEPORT_CBPF)) {
    return args.ReturnError(EINVAL);
  }
  return args.Return(setsockopt(fd, level, option, value.data, value.length));
}

Napi::Value GetSockOptBytes(const Napi::CallbackInfo& info) {
  Args args(info);
  int fd = args.Int(0, "fd");
  int level = args.Int(1, "level");
  int option = args.Int(2, "option");
  Bytes out = args.Required(3, "out");
  if (!args.ok()) return args.Fail();
  socklen_t length = out.length;
  int result = getsockopt(fd, level, option, out.data, &length);
  return args.Return(result < 0 ? -1 : static_cast<long>(length));
}

// Attaches a classic BPF program given as an array of struct sock_filter (8 bytes each).
Napi::Value AttachFilter(const Napi::CallbackInfo& info) {
  Args args(info);
  int fd = args.Int(0, "fd");
  Bytes program = args.Required(1, "program");
  if (!args.ok()) return args.Fail();
  sock_filter code[64];
  if (program.length == 0 || program.length % sizeof(sock_filter) != 0 || program.length > sizeof(code)) {
    return args.ReturnError(EINVAL);
  }
  std::memcpy(code, program.data, program.length);
  sock_fprog fprog = {static_cast<unsigned short>(program.length / sizeof(sock_filter)), code};
  return args.Return(setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &fprog, sizeof(fprog)));
}

Napi::Value SendMsg(const Napi::CallbackInfo& info) {
  Args args(info);
  int fd = args.Int(0, "fd");
  Bytes data = args.Required(1, "data");
  Bytes name = args.Optional(2, "address");
  Bytes control = args.Optional(3, "control");
  int flags = args.Int(4, "flags");
  if (!args.ok()) return args.Fail();
  sockaddr_storage address;
  if (!CopyAddress(name, &address)) return args.ReturnError(EINVAL);
  alignas(cmsghdr) uint8_t aligned[256];
  if (control.length > sizeof(aligned)) return args.ReturnError(EINVAL);
  if (control.length > 0) std::memcpy(aligned, control.data, control.length);
  iovec vector = {data.data, data.length};
  msghdr message = {};
  message.msg_iov = &vector;
  message.msg_iovlen = 1;
  if (name.length > 0) {
    message.msg_name = &address;
    message.msg_namelen = name.length;
  }
  if (control.length > 0) {
    message.msg_control = aligned;
    message.msg_controllen = control.length;
  }
  ssize_t sent;
  do {
    sent = sendmsg(fd, &message, flags | MSG_DONTWAIT | MSG_NOSIGNAL);
  } while (sent < 0 && errno == EINTR);
  return args.Return(sent);
}

// MSG_CMSG_CLOEXEC is the business of a caller who expects descriptors: packet sockets refuse it.
// Returns the length of the datagram; `lengths` gets the lengths of name and control, and the flags.
Napi::Value RecvMsg(const Napi::CallbackInfo& info) {
  Args args(info);
  int fd = args.Int(0, "fd");
  Bytes data = args.Required(1, "data");
  Bytes name = args.Optional(2, "address");
  Bytes control = args.Optional(3, "control");
  int flags = args.Int(4, "flags");
  if (!args.ok()) return args.Fail();
  if (!info[5].IsTypedArray() || info[5].As<Napi::TypedArray>().TypedArrayType() != napi_int32_array ||
      info[5].As<Napi::TypedArray>().ElementLength() < 3) {
    Napi::TypeError::New(info.Env(), "lengths must be an Int32Array of 3").ThrowAsJavaScriptException();
    return info.Env().Undefined();
  }
  int32_t* lengths = info[5].As<Napi::Int32Array>().Data();
  alignas(cmsghdr) uint8_t aligned[512];
  size_t room = control.length < sizeof(aligned) ? control.length : sizeof(aligned);
  iovec vector = {data.data, data.length};
  msghdr message = {};
  message.msg_iov = &vector;
  message.msg_iovlen = 1;
  message.msg_name = name.data;
  message.msg_namelen = name.length;
  message.msg_control = room > 0 ? aligned : nullptr;
  message.msg_controllen = room;
  ssize_t received;
  do {
    received = recvmsg(fd, &message, flags | MSG_DONTWAIT);
  } while (received < 0 && errno == EINTR);
  if (received >= 0) {
    size_t filled = message.msg_controllen < room ? message.msg_controllen : room;
    if (filled > 0) std::memcpy(control.data, aligned, filled);
    // The kernel reports the full length of a name that it had to cut.
    lengths[0] = static_cast<int32_t>(message.msg_namelen < name.length ? message.msg_namelen : name.length);
    lengths[1] = static_cast<int32_t>(filled);
    lengths[2] = message.msg_flags;
  }
  return args.Return(received);
}

Napi::Value Read(const Napi::CallbackInfo& info) {
  Args args(info);
  int fd = args.Int(0, "fd");
  Bytes data = args.Required(1, "data");
  if (!args.ok()) return args.Fail();
  ssize_t count;
  do {
    count = read(fd, data.data, data.length);
  } while (count < 0 && errno == EINTR);
  return args.Return(count);
}

// Waits up to `timeoutMs`; returns the events that came, 0 when the time is over.
Napi::Value WaitReady(const Napi::CallbackInfo& info) {
  Args args(info);
  int fd = args.Int(0, "fd");
  int events = args.Int(1, "events");
  int timeout_ms = args.Int(2, "timeoutMs");
  if (!args.ok()) return args.Fail();
  if (timeout_ms < 0) return args.ReturnError(EINVAL);
  pollfd waits = {fd, static_cast<short>(events), 0};
  int result = poll(&waits, 1, timeout_ms);
  if (result < 0 && errno == EINTR) return args.Return(0L);
  return args.Return(result < 0 ? -1L : static_cast<long>(waits.revents));
}

}  // namespace

void InitSocket(Napi::Env env, Napi::Object exports) {
  exports.Set("socket", Napi::Function::New<Socket>(env, "socket"));
  exports.Set("socketPair", Napi::Function::New<SocketPair>(env, "socketPair"));
  exports.Set("close", Napi::Function::New<Close>(env, "close"));
  exports.Set("bind", Napi::Function::New<Bind>(env, "bind"));
  exports.Set("connect", Napi::Function::New<Connect>(env, "connect"));
  exports.Set("getsockname", Napi::Function::New<GetSockName>(env, "getsockname"));
  exports.Set("setsockoptInt", Napi::Function::New<SetSockOptInt>(env, "setsockoptInt"));
  exports.Set("setsockoptBytes", Napi::Function::New<SetSockOptBytes>(env, "setsockoptBytes"));
  exports.Set("getsockoptBytes", Napi::Function::New<GetSockOptBytes>(env, "getsockoptBytes"));
  exports.Set("attachFilter", Napi::Function::New<AttachFilter>(env, "attachFilter"));
  exports.Set("sendmsg", Napi::Function::New<SendMsg>(env, "sendmsg"));
  exports.Set("recvmsg", Napi::Function::New<RecvMsg>(env, "recvmsg"));
  exports.Set("read", Napi::Function::New<Read>(env, "read"));
  exports.Set("waitReady", Napi::Function::New<WaitReady>(env, "waitReady"));
}

}  // namespace alived
