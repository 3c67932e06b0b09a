// Preloaded into keepalived by the bench of checks where the kernel has no IPVS: every command to it counts as
// done, so that the checker process runs and its checks can be measured. It replaces functions of libnl-3,
// whose public headers say what they are.
#include <stdlib.h>

typedef int (*callback)(void *, void *);

enum { kKinds = 16, kFinish = 1, kAck = 4, kFamily = 42 };

static callback callbacks[kKinds];
static void *arguments[kKinds];

int genl_connect(void *socket) {
  (void)socket;
  return 0;
}

int genl_ctrl_resolve(void *socket, const char *name) {
  (void)socket;
  (void)name;
  return kFamily;
}

int nl_socket_modify_cb(void *socket, int type, int kind, callback function, void *argument) {
  (void)socket;
  (void)kind;
  if (type >= 0 && type < kKinds) {
    callbacks[type] = function;
    arguments[type] = argument;
  }
  return 0;
}

int nl_send_auto(void *socket, void *message) {
  (void)socket;
  (void)message;
  return 1;
}

int nl_recvmsgs_default(void *socket) {
  (void)socket;
  if (callbacks[kFinish]) callbacks[kFinish](0, arguments[kFinish]);
  if (callbacks[kAck]) callbacks[kAck](0, arguments[kAck]);
  return 0;
}

// The programs that keepalived runs do without this file.
__attribute__((constructor)) static void forget(void) { unsetenv("LD_PRELOAD"); }
