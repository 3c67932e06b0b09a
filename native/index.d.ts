/**
 * The addon's functions. Each is one system call: it returns a value of 0 and above, or minus errno.
 * Descriptors are opened non-blocking and close-on-exec. A wrong argument type throws a TypeError.
 */

/** One epoll descriptor and one timerfd behind a single handle of Node's loop. */
export interface Poller {
  /** `token` (0 .. 2^32 - 2) comes back in the ready list with the EPOLL* events. Level triggered. */
  add(fd: number, token: number, events: number): number;
  modify(fd: number, token: number, events: number): number;
  remove(fd: number): number;
  /** Absolute CLOCK_MONOTONIC deadline in microseconds; 0 disarms. It reports token 0xffffffff. */
  arm(deadlineUs: number): number;
  /** Whether the poller alone keeps the process running. It does after construction. */
  keepAlive(keep: boolean): number;
  close(): void;
}

/** Exchanges over TCP: connect, perhaps send a request, hand up the answer until the peer closes. */
export interface Exchanger {
  /** Readable (EPOLLIN) while there is something to drain; minus errno when it could not be opened. */
  fd(): number;
  /**
   * `slot` (0 .. 2^20 - 1) names the exchange until its end. `socket` is a prepared TCP socket, which belongs
   * to the exchange from now on, or -1. Without a request the connection is closed as soon as it stands.
   */
  begin(slot: number, socket: number, address: Uint8Array, request: Uint8Array | null): number;
  /** More to send after the request. */
  send(slot: number, bytes: Uint8Array): number;
  /** Closes it; nothing more is reported but what is in `results` already. */
  cancel(slot: number): number;
  /**
   * Fills `results` with triples of slot, kind and value, and returns how many: 0 = connected, 1 = a chunk of
   * `value` bytes, 2 = the peer closed, 3 = failed with errno `value`. Chunks follow each other in `answers`.
   * `results` has room for 576 numbers, `answers` for 1 MiB. Without a request 0 is the end of it; 2 and 3
   * always are. At most 64 events are handled: there may be more when it returns.
   */
  drain(results: Int32Array, answers: Uint8Array): number;
  close(): void;
}

/** A message through a socket every period, as long as the loop of this process turns. */
export interface Heartbeat {
  close(): void;
}

export interface Native {
  /** Header values by name, for the test that compares them with the constants in TypeScript. */
  readonly constants: Readonly<Record<string, number>>;
  /** `ready` is filled with pairs of token and events, then `onReady` is told how many pairs. */
  readonly Poller: new (
    ready: Uint32Array,
    onReady: (count: number) => void,
  ) => Poller;

  readonly Exchanger: new () => Exchanger;
  /**
   * Sends at once and every `periodMs`: the 8 bytes of `head`, then the moment `leaseUs` from now in
   * microseconds of CLOCK_MONOTONIC. `onTrouble` when it was not taken, or the one before has not been read.
   */
  readonly Heartbeat: new (
    fd: number,
    head: Uint8Array,
    periodMs: number,
    leaseUs: number,
    onTrouble: () => void,
  ) => Heartbeat;

  socket(domain: number, type: number, protocol: number): number;
  /** A pair of connected AF_UNIX sockets; their descriptors become the two integers of these 8 bytes. */
  socketPair(type: number, descriptors: Uint8Array): number;
  close(fd: number): number;
  bind(fd: number, address: Uint8Array): number;
  connect(fd: number, address: Uint8Array): number;
  /** Returns the length of the address written to `out`. */
  getsockname(fd: number, out: Uint8Array): number;
  setsockoptInt(fd: number, level: number, option: number, value: number): number;
  setsockoptBytes(fd: number, level: number, option: number, value: Uint8Array): number;
  /** Returns the length of the value written to `out`. */
  getsockoptBytes(fd: number, level: number, option: number, out: Uint8Array): number;
  /** `program` is up to 64 struct sock_filter of 8 bytes. */
  attachFilter(fd: number, program: Uint8Array): number;
  /** Never blocks and raises no SIGPIPE. `control` is a complete cmsg buffer of up to 256 bytes. */
  sendmsg(
    fd: number,
    data: Uint8Array,
    address: Uint8Array | null,
    control: Uint8Array | null,
    flags: number,
  ): number;
  /** Never blocks. `lengths` gets the length of the address, of the control bytes, and msg_flags. */
  recvmsg(
    fd: number,
    data: Uint8Array,
    address: Uint8Array | null,
    control: Uint8Array | null,
    flags: number,
    lengths: Int32Array,
  ): number;
  read(fd: number, data: Uint8Array): number;
  /** Blocks for `timeoutMs` at most; returns the EPOLL* bits that came, 0 when none did. */
  waitReady(fd: number, events: number, timeoutMs: number): number;
  /** IFF_* bits of an interface; `fd` is any socket of its namespace. */
  linkFlags(fd: number, name: string): number;
  /** 1 with a link, 0 without, as the driver says (ETHTOOL_GLINK). */
  linkEthtool(fd: number, name: string): number;
  /** 1 with a link, 0 without, as the PHY says (MII). */
  linkMii(fd: number, name: string): number;
  inotifyInit(): number;
  /** Returns the watch descriptor. */
  inotifyAddWatch(fd: number, path: string, mask: number): number;
  inotifyRmWatch(fd: number, watch: number): number;

  /**
   * Gives back the resident pages of mapped files that are neither writable nor changed, and free memory of
   * the C heap. The kernel fetches a page again when it is needed.
   */
  releaseFilePages(): number;
  /** Microseconds of a CLOCK_*. */
  clockGettime(clock: number): number;
  setName(name: string): number;
  /** PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_NO_NEW_PRIVS, PR_SET_CHILD_SUBREAPER only; others are EINVAL. */
  mkfifo(path: string, mode: number): number;
  prctl(option: number, value: number): number;
  schedSetscheduler(pid: number, policy: number, priority: number): number;
  schedGetscheduler(pid: number): number;
  setpriority(pid: number, nice: number): number;
  /** Infinity means no limit. */
  setrlimit(resource: number, soft: number, hard: number): number;
  getrlimit(resource: number, out: Float64Array): number;
  /** Bit set of CPUs, CPU 0 = lowest bit of the first byte. */
  schedSetaffinity(pid: number, mask: Uint8Array): number;
  /** Returns the number of bytes written to `out`. */
  schedGetaffinity(pid: number, out: Uint8Array): number;
  /** Exclusive open-file-description lock on the whole file; EAGAIN when another holds it. */
  ofdLock(fd: number): number;
  /** Moves the calling thread. Descriptors opened afterwards belong to the new namespace. */
  setns(fd: number, type: number): number;
  /** Read end of the pipe that receives one byte, the signal number, per watched signal. */
  signalPipe(): number;
  /** SIGRTMIN (34) .. SIGRTMAX (64) only; `watch` false restores the default action. */
  signalWatch(signal: number, watch: boolean): number;
  /**
   * Runs a program, found along PATH, in `/` and a process group of its own with /dev/null for its standard
   * descriptors; SIGTERM when this thread dies. `argv` and `env` are strings that each end in a zero byte.
   * `asOther`: as this user, with this group alone. Returns a pidfd (Linux 5.4) and puts the number of the
   * process into `out`. What keeps the program from being executed is an error of this call.
   */
  spawn(
    argv: Uint8Array,
    env: Uint8Array,
    uid: number,
    gid: number,
    asOther: boolean,
    out: Int32Array,
  ): number;
  /** Exit status, or 256 and the number of the signal that ended it; EAGAIN while it runs. */
  waitEnd(pidfd: number): number;
}
