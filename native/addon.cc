// The system calls that Node does not offer, and nothing else: bytes and integers go in, a result or minus
// errno comes out. Every decision is taken in TypeScript (src/runtime); index.d.ts lists the functions.
#include "args.h"

namespace {

Napi::Object Init(Napi::Env env, Napi::Object exports) {
  alived::InitConstants(env, exports);
  alived::InitExchange(env, exports);
  alived::InitHeartbeat(env, exports);
  alived::InitInotify(env, exports);
  alived::InitLink(env, exports);
  alived::InitMemory(env, exports);
  alived::InitPoll(env, exports);
  alived::InitProcess(env, exports);
  alived::InitSocket(env, exports);
  alived::InitSpawn(env, exports);
  return exports;
}

}  // namespace

NODE_API_MODULE(alived, Init)
