// One epoll descriptor and one timerfd for the whole process, watched by a single handle of Node's loop:
// all descriptors and the next deadline are one poll, and a batch of ready tokens is one call to JavaScript.
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <unistd.h>
#include <uv.h>

#include <cstdlib>

#include "args.h"

namespace alived {
namespace {

constexpr uint32_t kTimerToken = 0xffffffff;
constexpr int kBatch = 128;

class Poller;

// What the libuv handle points to. It outlives the JavaScript object until libuv has closed the handle.
struct PollHandle {
  uv_poll_t* uv = nullptr;
  Poller* owner = nullptr;
  napi_async_cleanup_hook_handle cleanup = nullptr;
  int epoll = -1;
  int timer = -1;
};

class Poller : public Napi::ObjectWrap<Poller> {
 public:
  static Napi::Function Define(Napi::Env env) {
    return DefineClass(env, "Poller",
                       {
                           InstanceMethod<&Poller::Add>("add"),
                           InstanceMethod<&Poller::Modify>("modify"),
                           InstanceMethod<&Poller::Remove>("remove"),
                           InstanceMethod<&Poller::Arm>("arm"),
                           InstanceMethod<&Poller::KeepAlive>("keepAlive"),
                           InstanceMethod<&Poller::Close>("close"),
                       });
  }

  // new Poller(ready: Uint32Array, onReady: (count) => void); throws an Error when a descriptor is refused.
  explicit Poller(const Napi::CallbackInfo& info)
      : Napi::ObjectWrap<Poller>(info), context_(info.Env(), "alived:poller") {
    Napi::Env env = info.Env();
    if (!info[0].IsTypedArray() || info[0].As<Napi::TypedArray>().TypedArrayType() != napi_uint32_array ||
        info[0].As<Napi::TypedArray>().ElementLength() < 2 || !info[1].IsFunction()) {
      Napi::TypeError::New(env, "Poller wants a Uint32Array and a function").ThrowAsJavaScriptException();
      return;
    }
    ready_ = Napi::Reference<Napi::Uint32Array>::New(info[0].As<Napi::Uint32Array>(), 1);
    callback_ = Napi::Persistent(info[1].As<Napi::Function>());
    int error = Open(env);
    if (error != 0) {
      Napi::Error::New(env, std::string("cannot open the poller: ") + uv_strerror(-error))
          .ThrowAsJavaScriptException();
      return;
    }
    Ref();  // libuv calls back into this object, so it lives until close().
  }

  ~Poller() override { Shut(); }

 private:
  int Open(Napi::Env env) {
    uv_loop_t* loop = nullptr;
    if (napi_get_uv_event_loop(env, &loop) != napi_ok) return EINVAL;
    PollHandle* handle = new PollHandle;
    handle->epoll = epoll_create1(EPOLL_CLOEXEC);
    handle->timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
    epoll_event event = {};
    event.events = EPOLLIN;
    event.data.u64 = kTimerToken;
    int error = 0;
    if (handle->epoll < 0 || handle->timer < 0 ||
        epoll_ctl(handle->epoll, EPOLL_CTL_ADD, handle->timer, &event) < 0) {
      error = errno;
    }
    // The size comes from the running libuv, not from the headers of the build machine.
    handle->uv = static_cast<uv_poll_t*>(std::calloc(1, uv_handle_size(UV_POLL)));
    if (error == 0 && handle->uv == nullptr) error = ENOMEM;
    if (error == 0) error = -uv_poll_init(loop, handle->uv, handle->epoll);
    if (error != 0) {
      Release(handle);
      return error;
    }
    handle->uv->data = handle;
    handle->owner = this;
    handle_ = handle;
    napi_add_async_cleanup_hook(env, OnEnvironmentExit, handle, &handle->cleanup);
    return -uv_poll_start(handle->uv, UV_READABLE, OnReady);
  }

  static void Release(PollHandle* handle) {
    if (handle->timer >= 0) close(handle->timer);
    if (handle->epoll >= 0) close(handle->epoll);
    std::free(handle->uv);
    delete handle;
  }

  void Shut() {
    if (handle_ == nullptr) return;
    PollHandle* handle = handle_;
    handle_ = nullptr;
    handle->owner = nullptr;
    uv_poll_stop(handle->uv);
    uv_close(reinterpret_cast<uv_handle_t*>(handle->uv), OnClosed);
  }

  static void OnClosed(uv_handle_t* uv) {
    PollHandle* handle = static_cast<PollHandle*>(uv->data);
    if (handle->cleanup != nullptr) napi_remove_async_cleanup_hook(handle->cleanup);
    Release(handle);
  }

  static void OnEnvironmentExit(napi_async_cleanup_hook_handle, void* data) {
    PollHandle* handle = static_cast<PollHandle*>(data);
    if (handle->owner != nullptr) handle->owner->Shut();
  }

  static void OnReady(uv_poll_t* uv, int, int) {
    PollHandle* handle = static_cast<PollHandle*>(uv->data);
    if (handle->owner != nullptr) handle->owner->Dispatch();
  }

  void Dispatch() {
    Napi::Env env = Env();
    Napi::HandleScope scope(env);
    Napi::Uint32Array ready = ready_.Value();
    int room = static_cast<int>(ready.ElementLength() / 2);
    epoll_event events[kBatch];
    int count = epoll_wait(handle_->epoll, events, room < kBatch ? room : kBatch, 0);
    if (count <= 0) return;
    for (int i = 0; i < count; i++) {
      uint32_t token = static_cast<uint32_t>(events[i].data.u64);
      if (token == kTimerToken) {
        uint64_t expirations;
        ssize_t ignored = read(handle_->timer, &expirations, sizeof(expirations));
        (void)ignored;
      }
      ready[2 * i] = token;
      ready[2 * i + 1] = events[i].events;
    }
    Call(env, count);
  }

  // Plain Node-API, because a worker that is being torn down still polls once but cannot run JavaScript,
  // and the C++ wrapper turns that refusal into an abort.
  void Call(napi_env env, int count) {
    napi_value argument;
    napi_create_int32(env, count, &argument);
    napi_status status =
        napi_make_callback(env, context_, Value(), callback_.Value(), 1, &argument, nullptr);
    if (status == napi_ok) return;
    napi_value error;
    bool thrown = false;
    napi_is_exception_pending(env, &thrown);
    if (thrown && napi_get_and_clear_last_exception(env, &error) == napi_ok) {
      napi_fatal_exception(env, error);
    } else if (handle_ != nullptr) {
      uv_poll_stop(handle_->uv);
    }
  }

  Napi::Value Control(const Napi::CallbackInfo& info, int operation) {
    Args args(info);
    int fd = args.Int(0, "fd");
    epoll_event event = {};
    if (operation != EPOLL_CTL_DEL) {
      double token = args.Number(1, "token");
      if (!(token >= 0 && token < kTimerToken)) token = kTimerToken;
      event.data.u64 = static_cast<uint32_t>(token);
      event.events = static_cast<uint32_t>(args.Int(2, "events"));
    }
    if (!args.ok()) return args.Fail();
    if (operation != EPOLL_CTL_DEL && event.data.u64 == kTimerToken) return args.ReturnError(EINVAL);
    if (handle_ == nullptr) return args.ReturnError(EBADF);
    return args.Return(epoll_ctl(handle_->epoll, operation, fd, &event));
  }

  Napi::Value Add(const Napi::CallbackInfo& info) { return Control(info, EPOLL_CTL_ADD); }
  Napi::Value Modify(const Napi::CallbackInfo& info) { return Control(info, EPOLL_CTL_MOD); }
  Napi::Value Remove(const Napi::CallbackInfo& info) { return Control(info, EPOLL_CTL_DEL); }

  // Absolute CLOCK_MONOTONIC deadline in microseconds; 0 disarms.
  Napi::Value Arm(const Napi::CallbackInfo& info) {
    Args args(info);
    double deadline = args.Number(0, "deadlineUs");
    if (!args.ok()) return args.Fail();
    if (!(deadline >= 0 && deadline <= 9007199254740991.0)) return args.ReturnError(EINVAL);
    if (handle_ == nullptr) return args.ReturnError(EBADF);
    uint64_t microseconds = static_cast<uint64_t>(deadline);
    itimerspec spec = {};
    spec.it_value.tv_sec = static_cast<time_t>(microseconds / 1000000);
    spec.it_value.tv_nsec = static_cast<long>(microseconds % 1000000) * 1000;
    return args.Return(timerfd_settime(handle_->timer, TFD_TIMER_ABSTIME, &spec, nullptr));
  }

  // Whether the poller alone keeps the process running, as a socket of Node does.
  Napi::Value KeepAlive(const Napi::CallbackInfo& info) {
    Args args(info);
    bool keep = args.Boolean(0, "keep");
    if (!args.ok()) return args.Fail();
    if (handle_ == nullptr) return args.ReturnError(EBADF);
    uv_handle_t* uv = reinterpret_cast<uv_handle_t*>(handle_->uv);
    if (keep) {
      uv_ref(uv);
    } else {
      uv_unref(uv);
    }
    return args.Return(0);
  }

  Napi::Value Close(const Napi::CallbackInfo& info) {
    if (handle_ != nullptr) {
      Shut();
      Unref();
    }
    return info.Env().Undefined();
  }

  PollHandle* handle_ = nullptr;
  Napi::Reference<Napi::Uint32Array> ready_;
  Napi::FunctionReference callback_;
  Napi::AsyncContext context_;
};

}  // namespace

void InitPoll(Napi::Env env, Napi::Object exports) { exports.Set("Poller", Poller::Define(env)); }

}  // namespace alived
