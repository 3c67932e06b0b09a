// Starting a command and seeing it end. The address space is shared until exec, so that the cost does not grow
// with this process, which fork() would copy. What the command finds is what keepalived 2.2.7 gives: a process
// group of its own, /dev/null, default signals, normal priority, and SIGTERM when the daemon dies.
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <vector>

#include "args.h"

// Older headers lack them; a kernel that lacks them says so.
#ifndef P_PIDFD
#define P_PIDFD 3
#endif
#ifndef SYS_close_range
#define SYS_close_range 436
#endif

namespace alived {
namespace {

// For execvpe(), which may put a copy of the arguments on it.
const size_t kStackSize = 512 * 1024;
const size_t kArgumentsMax = 128 * 1024;
// What waitEnd adds to the number of a signal.
const int kSignalled = 256;

char* stack = nullptr;
int null_fd = -1;
int own_nice = 0;
rlimit own_rttime = {RLIM_INFINITY, RLIM_INFINITY};

struct Command {
  std::vector<char*> argv;
  std::vector<char*> env;
  gid_t gid;
  uid_t uid;
  bool as_other;
  volatile int error;
};

// Strings that each end in a zero byte.
bool Split(Bytes bytes, std::vector<char*>* strings) {
  char* text = reinterpret_cast<char*>(bytes.data);
  size_t start = 0;
  for (size_t at = 0; at < bytes.length; at++) {
    if (text[at] != 0) continue;
    strings->push_back(text + start);
    start = at + 1;
  }
  strings->push_back(nullptr);
  return start == bytes.length;
}

// Raw calls: those of libc would want all threads of the process whose memory this one borrows to follow.
bool BecomeUser(const Command& command) {
  gid_t groups[1] = {command.gid};
  return syscall(SYS_setgid, command.gid) == 0 && syscall(SYS_setgroups, 1, groups) == 0 &&
         syscall(SYS_setuid, command.uid) == 0;
}

// Exec resets signals that are caught, but not those that are ignored.
void DefaultSignals() {
  struct sigaction action;
  for (int number = 1; number < NSIG; number++) {
    if (sigaction(number, nullptr, &action) < 0 || action.sa_handler != SIG_IGN) continue;
    action.sa_handler = SIG_DFL;
    sigaction(number, &action, nullptr);
  }
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
}

// A file without a #! line is nobody's program: execvpe() would give it to a shell.
void Execute(char** argv, char** env) {
  if (strchr(argv[0], '/') != nullptr) {
    execve(argv[0], argv, env);
  } else {
    execvpe(argv[0], argv, env);
  }
}

// In the new process. The thread that started it sleeps until exec or exit.
int Run(void* argument) {
  Command& command = *static_cast<Command*>(argument);
  if (getpriority(PRIO_PROCESS, 0) != own_nice) setpriority(PRIO_PROCESS, 0, own_nice);
  setrlimit(RLIMIT_RTTIME, &own_rttime);
  if (!command.as_other || BecomeUser(command)) {
    DefaultSignals();
    for (int fd = 0; fd < 3; fd++) dup2(null_fd, fd);
    syscall(SYS_close_range, 3U, ~0U, 0U);
    setpgid(0, 0);
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (chdir("/") == 0) Execute(command.argv.data(), command.env.data());
  }
  command.error = errno;
  _exit(127);
}

bool Prepare() {
  if (null_fd < 0) null_fd = open("/dev/null", O_RDWR | O_CLOEXEC);
  if (null_fd < 0) return false;
  if (stack != nullptr) return true;
  void* memory =
      mmap(nullptr, kStackSize, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
  if (memory == MAP_FAILED) return false;
  stack = static_cast<char*>(memory);
  return true;
}

// Returns a pidfd, and the number of the process in `out`.
Napi::Value Spawn(const Napi::CallbackInfo& info) {
  Args args(info);
  Bytes argv = args.Required(0, "argv");
  Bytes env = args.Required(1, "env");
  Command command = {};
  command.uid = static_cast<uid_t>(args.Number(2, "uid"));
  command.gid = static_cast<gid_t>(args.Number(3, "gid"));
  command.as_other = args.Boolean(4, "asOther");
  if (!args.ok()) return args.Fail();
  if (!info[5].IsTypedArray() || info[5].As<Napi::TypedArray>().TypedArrayType() != napi_int32_array ||
      info[5].As<Napi::TypedArray>().ElementLength() < 1) {
    Napi::TypeError::New(info.Env(), "out must be an Int32Array").ThrowAsJavaScriptException();
    return info.Env().Undefined();
  }
  if (argv.length > kArgumentsMax) return args.ReturnError(E2BIG);
  if (!Split(argv, &command.argv) || !Split(env, &command.env) || command.argv.size() < 2) {
    return args.ReturnError(EINVAL);
  }
  if (!Prepare()) return args.Return(-1);
  // No handler of this process may run in the other one.
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  int pidfd = -1;
  pid_t pid = clone(Run, stack + kStackSize, CLONE_VM | CLONE_VFORK | CLONE_PIDFD | SIGCHLD, &command, &pidfd);
  int error = errno;
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  if (pid < 0) return args.ReturnError(error);
  if (command.error != 0 || pidfd < 0) {
    if (pidfd >= 0) close(pidfd);
    while (waitpid(pid, nullptr, 0) < 0 && errno == EINTR) {
    }
    return args.ReturnError(command.error != 0 ? command.error : ENOSYS);
  }
  info[5].As<Napi::Int32Array>()[0] = pid;
  return args.Return(pidfd);
}

// An exit status, 256 and the number of a signal, or EAGAIN while it runs.
Napi::Value WaitEnd(const Napi::CallbackInfo& info) {
  Args args(info);
  int pidfd = args.Int(0, "pidfd");
  if (!args.ok()) return args.Fail();
  siginfo_t end = {};
  if (waitid(static_cast<idtype_t>(P_PIDFD), static_cast<id_t>(pidfd), &end, WEXITED | WNOHANG) < 0) {
    return args.Return(-1);
  }
  if (end.si_pid == 0) return args.ReturnError(EAGAIN);
  return args.Return(end.si_code == CLD_EXITED ? end.si_status : kSignalled + end.si_status);
}

}  // namespace

void InitSpawn(Napi::Env env, Napi::Object exports) {
  // Before the configuration gives this process priorities of its own.
  own_nice = getpriority(PRIO_PROCESS, 0);
  getrlimit(RLIMIT_RTTIME, &own_rttime);
  exports.Set("spawn", Napi::Function::New<Spawn>(env, "spawn"));
  exports.Set("waitEnd", Napi::Function::New<WaitEnd>(env, "waitEnd"));
}

}  // namespace alived
