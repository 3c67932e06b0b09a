// What a daemon asks of its own process: name, priorities, limits, locks, clock, and real-time signals,
// which Node cannot deliver.
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <cstring>

#include "args.h"

namespace alived {
namespace {

Napi::Value ClockGetTime(const Napi::CallbackInfo& info) {
  Args args(info);
  int clock = args.Int(0, "clock");
  if (!args.ok()) return args.Fail();
  timespec now;
  if (clock_gettime(clock, &now) < 0) return args.Return(-1);
  int64_t microseconds = static_cast<int64_t>(now.tv_sec) * 1000000 + now.tv_nsec / 1000;
  return Napi::Number::New(info.Env(), static_cast<double>(microseconds));
}

// The name that ps and killall see; the kernel keeps 15 bytes.
Napi::Value SetName(const Napi::CallbackInfo& info) {
  Args args(info);
  std::string name = args.String(0, "name");
  if (!args.ok()) return args.Fail();
  return args.Return(prctl(PR_SET_NAME, name.c_str(), 0, 0, 0));
}

// A named pipe; the umask takes from its mode as usual.
Napi::Value MkFifo(const Napi::CallbackInfo& info) {
  Args args(info);
  std::string path = args.String(0, "path");
  int mode = args.Int(1, "mode");
  if (!args.ok()) return args.Fail();
  return args.Return(mkfifo(path.c_str(), static_cast<mode_t>(mode)));
}

// Only options whose argument is a plain number: others would take JavaScript's number for an address.
Napi::Value Prctl(const Napi::CallbackInfo& info) {
  Args args(info);
  int option = args.Int(0, "option");
  int value = args.Int(1, "value");
  if (!args.ok()) return args.Fail();
  switch (option) {
    case PR_SET_PDEATHSIG:
    case PR_SET_DUMPABLE:
    case PR_SET_NO_NEW_PRIVS:
    case PR_SET_CHILD_SUBREAPER:
      return args.Return(prctl(option, static_cast<unsigned long>(value), 0, 0, 0));
    default:
      return args.ReturnError(EINVAL);
  }
}

Napi::Value SchedSetScheduler(const Napi::CallbackInfo& info) {
  Args args(info);
  int pid = args.Int(0, "pid");
  int policy = args.Int(1, "policy");
  int priority = args.Int(2, "priority");
  if (!args.ok()) return args.Fail();
  sched_param parameters = {};
  parameters.sched_priority = priority;
  return args.Return(sched_setscheduler(pid, policy, &parameters));
}

Napi::Value SchedGetScheduler(const Napi::CallbackInfo& info) {
  Args args(info);
  int pid = args.Int(0, "pid");
  if (!args.ok()) return args.Fail();
  return args.Return(sched_getscheduler(pid));
}

Napi::Value SetPriority(const Napi::CallbackInfo& info) {
  Args args(info);
  int pid = args.Int(0, "pid");
  int nice = args.Int(1, "nice");
  if (!args.ok()) return args.Fail();
  return args.Return(setpriority(PRIO_PROCESS, static_cast<id_t>(pid), nice));
}

rlim_t ToLimit(double value) { return std::isinf(value) ? RLIM_INFINITY : static_cast<rlim_t>(value); }

// Infinity stands for RLIM_INFINITY.
Napi::Value SetRlimit(const Napi::CallbackInfo& info) {
  Args args(info);
  int resource = args.Int(0, "resource");
  double soft = args.Number(1, "soft");
  double hard = args.Number(2, "hard");
  if (!args.ok()) return args.Fail();
  if (!(soft >= 0 && hard >= 0) || (soft > 1e18 && !std::isinf(soft)) || (hard > 1e18 && !std::isinf(hard))) {
    return args.ReturnError(EINVAL);
  }
  rlimit limit = {ToLimit(soft), ToLimit(hard)};
  return args.Return(setrlimit(resource, &limit));
}

// Fills a Float64Array of 2 with the soft and the hard limit.
Napi::Value GetRlimit(const Napi::CallbackInfo& info) {
  Args args(info);
  int resource = args.Int(0, "resource");
  if (!args.ok()) return args.Fail();
  if (!info[1].IsTypedArray() || info[1].As<Napi::TypedArray>().TypedArrayType() != napi_float64_array ||
      info[1].As<Napi::TypedArray>().ElementLength() < 2) {
    Napi::TypeError::New(info.Env(), "out must be a Float64Array of 2").ThrowAsJavaScriptException();
    return info.Env().Undefined();
  }
  rlimit limit;
  if (getrlimit(resource, &limit) < 0) return args.Return(-1);
  double* out = info[1].As<Napi::Float64Array>().Data();
  const double infinity = std::numeric_limits<double>::infinity();
  out[0] = limit.rlim_cur == RLIM_INFINITY ? infinity : static_cast<double>(limit.rlim_cur);
  out[1] = limit.rlim_max == RLIM_INFINITY ? infinity : static_cast<double>(limit.rlim_max);
  return args.Return(0);
}

// The mask is a bit set of CPUs, lowest bit of the first byte first (little endian machines only).
Napi::Value SchedSetAffinity(const Napi::CallbackInfo& info) {
  Args args(info);
  int pid = args.Int(0, "pid");
  Bytes mask = args.Required(1, "mask");
  if (!args.ok()) return args.Fail();
  cpu_set_t set;
  CPU_ZERO(&set);
  if (mask.length > sizeof(set)) return args.ReturnError(EINVAL);
  if (mask.length > 0) std::memcpy(&set, mask.data, mask.length);
  return args.Return(sched_setaffinity(pid, sizeof(set), &set));
}

Napi::Value SchedGetAffinity(const Napi::CallbackInfo& info) {
  Args args(info);
  int pid = args.Int(0, "pid");
  Bytes out = args.Required(1, "out");
  if (!args.ok()) return args.Fail();
  cpu_set_t set;
  CPU_ZERO(&set);
  if (sched_getaffinity(pid, sizeof(set), &set) < 0) return args.Return(-1);
  size_t length = out.length < sizeof(set) ? out.length : sizeof(set);
  if (length > 0) std::memcpy(out.data, &set, length);
  return args.Return(static_cast<long>(length));
}

// An open file description lock on the whole file: it goes with the descriptor, not with the process.
Napi::Value OfdLock(const Napi::CallbackInfo& info) {
  Args args(info);
  int fd = args.Int(0, "fd");
  if (!args.ok()) return args.Fail();
  struct flock lock = {};
  lock.l_type = F_WRLCK;
  lock.l_whence = SEEK_SET;
  return args.Return(fcntl(fd, F_OFD_SETLK, &lock));
}

// Moves the calling thread to another namespace; descriptors opened afterwards belong to it.
Napi::Value SetNs(const Napi::CallbackInfo& info) {
  Args args(info);
  int fd = args.Int(0, "fd");
  int type = args.Int(1, "type");
  if (!args.ok()) return args.Fail();
  return args.Return(setns(fd, type));
}

// Signals go through a pipe because a handler may only call write(); one pipe serves the process.
int signal_pipe[2] = {-1, -1};

void OnSignal(int number) {
  int saved = errno;
  uint8_t byte = static_cast<uint8_t>(number);
  ssize_t ignored = write(signal_pipe[1], &byte, 1);  // A full pipe already holds a wake-up.
  (void)ignored;
  errno = saved;
}

Napi::Value SignalPipe(const Napi::CallbackInfo& info) {
  Args args(info);
  if (signal_pipe[0] < 0 && pipe2(signal_pipe, O_NONBLOCK | O_CLOEXEC) < 0) return args.Return(-1);
  return args.Return(signal_pipe[0]);
}

// Real-time signals only: Node and V8 own the others. `watch` false restores the default action.
Napi::Value SignalWatch(const Napi::CallbackInfo& info) {
  Args args(info);
  int number = args.Int(0, "signal");
  bool watch = args.Boolean(1, "watch");
  if (!args.ok()) return args.Fail();
  if (number < SIGRTMIN || number > SIGRTMAX) return args.ReturnError(EINVAL);
  if (watch && signal_pipe[1] < 0) return args.ReturnError(EBADF);
  struct sigaction action = {};
  action.sa_handler = watch ? OnSignal : SIG_DFL;
  action.sa_flags = SA_RESTART;
  sigfillset(&action.sa_mask);
  return args.Return(sigaction(number, &action, nullptr));
}

}  // namespace

void InitProcess(Napi::Env env, Napi::Object exports) {
  exports.Set("clockGettime", Napi::Function::New<ClockGetTime>(env, "clockGettime"));
  exports.Set("setName", Napi::Function::New<SetName>(env, "setName"));
  exports.Set("mkfifo", Napi::Function::New<MkFifo>(env, "mkfifo"));
  exports.Set("prctl", Napi::Function::New<Prctl>(env, "prctl"));
  exports.Set("schedSetscheduler", Napi::Function::New<SchedSetScheduler>(env, "schedSetscheduler"));
  exports.Set("schedGetscheduler", Napi::Function::New<SchedGetScheduler>(env, "schedGetscheduler"));
  exports.Set("setpriority", Napi::Function::New<SetPriority>(env, "setpriority"));
  exports.Set("setrlimit", Napi::Function::New<SetRlimit>(env, "setrlimit"));
  exports.Set("getrlimit", Napi::Function::New<GetRlimit>(env, "getrlimit"));
  exports.Set("schedSetaffinity", Napi::Function::New<SchedSetAffinity>(env, "schedSetaffinity"));
  exports.Set("schedGetaffinity", Napi::Function::New<SchedGetAffinity>(env, "schedGetaffinity"));
  exports.Set("ofdLock", Napi::Function::New<OfdLock>(env, "ofdLock"));
  exports.Set("setns", Napi::Function::New<SetNs>(env, "setns"));
  exports.Set("signalPipe", Napi::Function::New<SignalPipe>(env, "signalPipe"));
  exports.Set("signalWatch", Napi::Function::New<SignalWatch>(env, "signalWatch"));
}

}  // namespace alived
