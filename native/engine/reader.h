// Reads the fields of a message; after its end everything is 0 and ok() is false.
#pragma once
#include <cstdint>
#include <cstring>

namespace engine {

class Reader {
 public:
  Reader(const uint8_t *bytes, uint32_t length) : at_(bytes), left_(length) {}

  template <typename T>
  T Number() {
    T value = 0;
    const uint8_t *from = Bytes(sizeof value);
    if (from != nullptr) memcpy(&value, from, sizeof value);
    return value;
  }

  const uint8_t *Bytes(uint32_t count) {
    if (count > left_) {
      ok_ = false;
      left_ = 0;
      return nullptr;
    }
    const uint8_t *from = at_;
    at_ += count;
    left_ -= count;
    return from;
  }

  bool Ended() const { return ok_ && left_ == 0; }
  bool ok() const { return ok_; }

 private:
  const uint8_t *at_;
  uint32_t left_;
  bool ok_ = true;
};

}  // namespace engine
