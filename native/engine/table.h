// All rules, by their deadlines and by their keys. Memory is taken when a rule is set and given back when it
// goes, never on the way to a packet.
#pragma once
#include <cstdint>

namespace engine {

// The deadline of a rule that waits for something else.
constexpr uint64_t kNever = UINT64_MAX;

struct Rule {
  enum Kind : uint32_t { kSend, kHold };

  uint64_t key;
  uint64_t dueUs;
  Kind kind;
  // Set since the last kBegin.
  bool owned;
  // Where it stands in the heap.
  uint32_t at;
  // Of the same bucket.
  Rule *next;
};

class Table {
 public:
  // False when there is no room for another rule.
  bool Reserve();
  // After Reserve().
  void Insert(Rule *rule);
  void Remove(Rule *rule);
  // After its deadline has been changed.
  void Moved(Rule *rule);

  Rule *Find(uint64_t key) const;
  // The one with the earliest deadline; nullptr without a rule.
  Rule *First() const { return size_ == 0 ? nullptr : heap_[0]; }
  // Each rule once; the one that is visited may be removed.
  template <typename Visit>
  void Each(Visit visit) {
    for (Rule *bucket : buckets_) {
      for (Rule *rule = bucket, *next; rule != nullptr; rule = next) {
        next = rule->next;
        visit(rule);
      }
    }
  }

  uint32_t size() const { return size_; }
  Rule *At(uint32_t index) const { return heap_[index]; }

 private:
  void Place(Rule *rule, uint32_t at);
  void Up(uint32_t at);
  void Down(uint32_t at);

  static constexpr uint32_t kBuckets = 4096;

  Rule **heap_ = nullptr;
  uint32_t size_ = 0;
  uint32_t room_ = 0;
  Rule *buckets_[kBuckets] = {};
};

}  // namespace engine
