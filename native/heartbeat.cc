// A sign of life for another process: as long as this process's loop turns, a message leaves every period. In
// C++, because a loop that only does this would otherwise wake JavaScript for it.
#include <linux/sockios.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <time.h>
#include <uv.h>

#include <cstdlib>
#include <cstring>

#include "args.h"

namespace alived {
namespace {

class Heartbeat;

// What the libuv handle points to. It outlives the JavaScript object until libuv has closed the handle.
struct Beat {
  uv_timer_t* uv = nullptr;
  Heartbeat* owner = nullptr;
  napi_async_cleanup_hook_handle cleanup = nullptr;
};

// The message as it is sent: the owner's bytes with the end of the lease at their end.
constexpr size_t kMessage = 16;
constexpr size_t kUntil = 8;
constexpr int kSuspicions = 5;
constexpr uint64_t kLookAgainMs = 50;

class Heartbeat : public Napi::ObjectWrap<Heartbeat> {
 public:
  static Napi::Function Define(Napi::Env env) {
    return DefineClass(env, "Heartbeat", {InstanceMethod<&Heartbeat::Close>("close")});
  }

  explicit Heartbeat(const Napi::CallbackInfo& info)
      : Napi::ObjectWrap<Heartbeat>(info), context_(info.Env(), "alived:heartbeat") {
    Napi::Env env = info.Env();
    Args args(info);
    fd_ = args.Int(0, "fd");
    Bytes head = args.Required(1, "head");
    const int period_ms = args.Int(2, "periodMs");
    lease_us_ = static_cast<uint64_t>(args.Number(3, "leaseUs"));
    if (!args.ok() || head.length != kUntil || period_ms <= 0 || !info[4].IsFunction()) {
      Napi::TypeError::New(env, "Heartbeat wants fd, 8 bytes, period, lease and a function")
          .ThrowAsJavaScriptException();
      return;
    }
    std::memcpy(message_, head.data, kUntil);
    callback_ = Napi::Persistent(info[4].As<Napi::Function>());
    if (!Open(env, static_cast<uint64_t>(period_ms))) {
      Napi::Error::New(env, "cannot start a timer").ThrowAsJavaScriptException();
      return;
    }
    Ref();  // libuv calls back into this object, so it lives until close().
    Send();
  }

  ~Heartbeat() override { Shut(); }

 private:
  bool Open(Napi::Env env, uint64_t period_ms) {
    uv_loop_t* loop = nullptr;
    if (napi_get_uv_event_loop(env, &loop) != napi_ok) return false;
    uv_timer_t* uv = static_cast<uv_timer_t*>(std::calloc(1, uv_handle_size(UV_TIMER)));
    if (uv == nullptr) return false;
    if (uv_timer_init(loop, uv) != 0) {
      std::free(uv);
      return false;
    }
    period_ms_ = period_ms;
    beat_ = new Beat;
    beat_->uv = uv;
    beat_->owner = this;
    uv->data = beat_;
    napi_add_async_cleanup_hook(env, OnEnvironmentExit, beat_, &beat_->cleanup);
    // It keeps nobody running.
    uv_unref(reinterpret_cast<uv_handle_t*>(uv));
    return uv_timer_start(uv, OnTimer, period_ms, period_ms) == 0;
  }

  void Shut() {
    if (beat_ == nullptr) return;
    Beat* beat = beat_;
    beat_ = nullptr;
    beat->owner = nullptr;
    uv_timer_stop(beat->uv);
    uv_close(reinterpret_cast<uv_handle_t*>(beat->uv), OnClosed);
  }

  static void OnClosed(uv_handle_t* uv) {
    Beat* beat = static_cast<Beat*>(uv->data);
    if (beat->cleanup != nullptr) napi_remove_async_cleanup_hook(beat->cleanup);
    std::free(beat->uv);
    delete beat;
  }

  static void OnEnvironmentExit(napi_async_cleanup_hook_handle, void* data) {
    Beat* beat = static_cast<Beat*>(data);
    if (beat->owner != nullptr) beat->owner->Shut();
  }

  static void OnTimer(uv_timer_t* uv) {
    Beat* beat = static_cast<Beat*>(uv->data);
    if (beat->owner != nullptr) beat->owner->Tick();
  }

  // What the other side does not read says that it hangs or is gone. It may just have been sent, so it is
  // looked at again a few times before anybody is told.
  void Tick() {
    int unread = 0;
    const bool waits = ioctl(fd_, SIOCOUTQ, &unread) == 0 && unread > 0;
    suspicions_ = waits ? suspicions_ + 1 : 0;
    if (waits && suspicions_ < kSuspicions) {
      uv_timer_start(beat_->uv, OnTimer, kLookAgainMs, period_ms_);
      return;
    }
    suspicions_ = 0;
    if (!Send() || waits) Tell();
  }

  bool Send() {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    const uint64_t until_us = static_cast<uint64_t>(now.tv_sec) * 1000000 + now.tv_nsec / 1000 + lease_us_;
    std::memcpy(message_ + kUntil, &until_us, sizeof until_us);
    return send(fd_, message_, kMessage, MSG_DONTWAIT | MSG_NOSIGNAL) >= 0;
  }

  // Plain Node-API, for the same reason as the poller.
  void Tell() {
    napi_env env = Env();
    Napi::HandleScope scope(env);
    napi_value error;
    bool thrown = false;
    if (napi_make_callback(env, context_, Value(), callback_.Value(), 0, nullptr, nullptr) == napi_ok) return;
    napi_is_exception_pending(env, &thrown);
    if (thrown && napi_get_and_clear_last_exception(env, &error) == napi_ok) napi_fatal_exception(env, error);
  }

  Napi::Value Close(const Napi::CallbackInfo& info) {
    if (beat_ != nullptr) {
      Shut();
      Unref();
    }
    return info.Env().Undefined();
  }

  Napi::AsyncContext context_;
  Napi::FunctionReference callback_;
  Beat* beat_ = nullptr;
  int fd_ = -1;
  int suspicions_ = 0;
  uint64_t period_ms_ = 0;
  uint64_t lease_us_ = 0;
  uint8_t message_[kMessage] = {};
};

}  // namespace

void InitHeartbeat(Napi::Env env, Napi::Object exports) {
  exports.Set("Heartbeat", Heartbeat::Define(env));
}

}  // namespace alived
