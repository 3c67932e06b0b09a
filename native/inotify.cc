// Watching folders for finished writes, which Node's own watcher cannot tell from writes that go on.
#include <sys/inotify.h>

#include "args.h"

namespace alived {
namespace {

Napi::Value InotifyInit(const Napi::CallbackInfo& info) {
  return Args(info).Return(inotify_init1(IN_NONBLOCK | IN_CLOEXEC));
}

// Returns the watch descriptor; the same one for a folder that is watched already.
Napi::Value InotifyAddWatch(const Napi::CallbackInfo& info) {
  Args args(info);
  int fd = args.Int(0, "fd");
  std::string path = args.String(1, "path");
  int mask = args.Int(2, "mask");
  if (!args.ok()) return args.Fail();
  return args.Return(inotify_add_watch(fd, path.c_str(), static_cast<uint32_t>(mask)));
}

Napi::Value InotifyRmWatch(const Napi::CallbackInfo& info) {
  Args args(info);
  int fd = args.Int(0, "fd");
  int watch = args.Int(1, "watch");
  if (!args.ok()) return args.Fail();
  return args.Return(inotify_rm_watch(fd, watch));
}

}  // namespace

void InitInotify(Napi::Env env, Napi::Object exports) {
  exports.Set("inotifyInit", Napi::Function::New<InotifyInit>(env, "inotifyInit"));
  exports.Set("inotifyAddWatch", Napi::Function::New<InotifyAddWatch>(env, "inotifyAddWatch"));
  exports.Set("inotifyRmWatch", Napi::Function::New<InotifyRmWatch>(env, "inotifyRmWatch"));
}

}  // namespace alived
