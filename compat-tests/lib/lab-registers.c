// Preloaded into the kernel of the lab, User-Mode Linux 6.1. It saves the registers of its processes in a
// buffer of its own size; newer processors (AMX) have more, and a kernel takes back all of it or nothing
// (EFAULT). What does not fit in the buffer stays what it is.
#define _GNU_SOURCE
#include <elf.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

static uint8_t whole[65536] __attribute__((aligned(64)));

static long set_registers(pid_t pid, void *set, const struct iovec *given) {
  struct iovec all = {whole, sizeof whole};
  if (syscall(SYS_ptrace, PTRACE_GETREGSET, pid, set, &all) < 0) return -1;
  if (given->iov_len >= all.iov_len) return syscall(SYS_ptrace, PTRACE_SETREGSET, pid, set, given);
  memcpy(whole, given->iov_base, given->iov_len);
  return syscall(SYS_ptrace, PTRACE_SETREGSET, pid, set, &all);
}

long ptrace(enum __ptrace_request request, ...) {
  va_list rest;
  va_start(rest, request);
  const pid_t pid = va_arg(rest, pid_t);
  void *address = va_arg(rest, void *);
  void *data = va_arg(rest, void *);
  va_end(rest);
  if (request == PTRACE_SETREGSET && (uintptr_t)address == NT_X86_XSTATE) {
    return set_registers(pid, address, data);
  }
  // The system call stores what the function returns (ptrace(2)).
  long value = 0;
  const int peeks = request == PTRACE_PEEKTEXT || request == PTRACE_PEEKDATA || request == PTRACE_PEEKUSER;
  const long result = syscall(SYS_ptrace, request, pid, address, peeks ? &value : data);
  return peeks && result == 0 ? value : result;
}
