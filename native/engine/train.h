// What follows the first round of a takeover: rules that are sent once, one after the other, by a thread of
// their own. The kernel may keep whoever adds an address waiting for others that change interfaces, and adverts
// must not wait with it.
#pragma once
#include <cstdint>

#include "pace.h"
#include "send.h"

namespace engine {

class Train {
 public:
  // False when it could not be told.
  using Tell = bool (*)(uint64_t holdKey, uint32_t holdSerial, bool whole);

  Train(Sender *sender, Tell tell) : sender_(sender), tell_(tell) {}

  // Starts the thread, with a real-time priority unless 0. False: nothing will follow anything.
  bool Open(int priority);
  bool open() const { return open_; }
  // For poll(2): readable when a train has arrived.
  int fd() const { return arrivals_[0]; }

  // Sends off what follows this rule, until this moment at the latest, and then tells of it in the name of a
  // hold rule. False: nothing does.
  bool Depart(uint64_t key, uint64_t holdKey, uint32_t holdSerial, uint64_t untilUs);
  // Takes in what has arrived.
  void Arrive();
  // Somebody has yet to be told.
  bool Waiting() const { return untold_ != nullptr; }
  void TellAll();

 private:
  static void *Run(void *train);
  void Carry(SendRule *first, Pace *pace);

  Sender *sender_;
  Tell tell_;
  bool open_ = false;
  int priority_ = 0;
  // Pointers to the first rules of trains: to the thread, and back.
  int departures_[2] = {-1, -1};
  int arrivals_[2] = {-1, -1};
  SendRule *untold_ = nullptr;
  SendRule *lastUntold_ = nullptr;
};

// All rights of this thread are given up but those of the bits in `keep`, as far as there are any.
void DropPrivileges(uint64_t keep);

}  // namespace engine
