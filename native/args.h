// Checked access to JavaScript arguments. The first argument of a wrong type is remembered and turned into
// one TypeError, so that each binding reads all its arguments first and tests once.
#ifndef ALIVED_NATIVE_ARGS_H_
#define ALIVED_NATIVE_ARGS_H_

#include <napi.h>

#include <cerrno>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string>

namespace alived {

struct Bytes {
  uint8_t* data = nullptr;
  size_t length = 0;
};

class Args {
 public:
  explicit Args(const Napi::CallbackInfo& info) : info_(info) {}

  int Int(size_t index, const char* name) {
    double value = Number(index, name);
    if (!(value >= std::numeric_limits<int32_t>::min() && value <= std::numeric_limits<int32_t>::max()) ||
        value != std::floor(value)) {
      Reject(name, "a 32-bit integer");
      return -1;
    }
    return static_cast<int>(value);
  }

  double Number(size_t index, const char* name) {
    if (!info_[index].IsNumber()) {
      Reject(name, "a number");
      return 0;
    }
    return info_[index].As<Napi::Number>().DoubleValue();
  }

  bool Boolean(size_t index, const char* name) {
    if (!info_[index].IsBoolean()) {
      Reject(name, "a boolean");
      return false;
    }
    return info_[index].As<Napi::Boolean>().Value();
  }

  std::string String(size_t index, const char* name) {
    if (!info_[index].IsString()) {
      Reject(name, "a string");
      return std::string();
    }
    return info_[index].As<Napi::String>().Utf8Value();
  }

  // A Uint8Array, as the memory behind it. The memory is only valid until the binding returns.
  Bytes Required(size_t index, const char* name) {
    Bytes bytes;
    if (!info_[index].IsTypedArray() ||
        info_[index].As<Napi::TypedArray>().TypedArrayType() != napi_uint8_array) {
      Reject(name, "a Uint8Array");
      return bytes;
    }
    Napi::Uint8Array array = info_[index].As<Napi::Uint8Array>();
    bytes.data = array.Data();
    bytes.length = bytes.data == nullptr ? 0 : array.ByteLength();
    return bytes;
  }

  // As Required, but null or undefined means no bytes.
  Bytes Optional(size_t index, const char* name) {
    if (info_[index].IsNull() || info_[index].IsUndefined()) return Bytes();
    return Required(index, name);
  }

  bool ok() const { return wrong_.empty(); }

  Napi::Value Fail() {
    Napi::TypeError::New(info_.Env(), wrong_).ThrowAsJavaScriptException();
    return info_.Env().Undefined();
  }

  // The convention of every binding: a value of 0 and above, or minus errno.
  Napi::Value Return(long result) {
    return Napi::Number::New(info_.Env(), static_cast<double>(result < 0 ? -errno : result));
  }

  Napi::Value ReturnError(int error) { return Napi::Number::New(info_.Env(), -error); }

 private:
  void Reject(const char* name, const char* wanted) {
    if (wrong_.empty()) wrong_ = std::string(name) + " must be " + wanted;
  }

  const Napi::CallbackInfo& info_;
  std::string wrong_;
};

void InitConstants(Napi::Env env, Napi::Object exports);
void InitExchange(Napi::Env env, Napi::Object exports);
void InitHeartbeat(Napi::Env env, Napi::Object exports);
void InitInotify(Napi::Env env, Napi::Object exports);
void InitLink(Napi::Env env, Napi::Object exports);
void InitMemory(Napi::Env env, Napi::Object exports);
void InitPoll(Napi::Env env, Napi::Object exports);
void InitProcess(Napi::Env env, Napi::Object exports);
void InitSocket(Napi::Env env, Napi::Object exports);
void InitSpawn(Napi::Env env, Napi::Object exports);

}  // namespace alived

#endif  // ALIVED_NATIVE_ARGS_H_
