#include "table.h"

#include <cstdlib>

#include "memory.h"
#include "protocol.h"

namespace engine {

bool Table::Reserve() {
  if (size_ >= kMaxRules) return false;
  if (size_ < room_) return true;
  const uint32_t room = room_ == 0 ? 64 : room_ * 2;
  Rule **heap = static_cast<Rule **>(Resize(heap_, room * sizeof *heap));
  if (heap == nullptr) return false;
  heap_ = heap;
  room_ = room;
  return true;
}

void Table::Insert(Rule *rule) {
  Rule **bucket = &buckets_[rule->key % kBuckets];
  rule->next = *bucket;
  *bucket = rule;
  Place(rule, size_);
  size_ += 1;
  Up(rule->at);
}

void Table::Remove(Rule *rule) {
  const uint32_t at = rule->at;
  size_ -= 1;
  if (at != size_) {
    Rule *last = heap_[size_];
    Place(last, at);
    Moved(last);
  }
  Rule **link = &buckets_[rule->key % kBuckets];
  while (*link != rule) link = &(*link)->next;
  *link = rule->next;
}

void Table::Moved(Rule *rule) {
  Up(rule->at);
  Down(rule->at);
}

Rule *Table::Find(uint64_t key) const {
  Rule *rule = buckets_[key % kBuckets];
  while (rule != nullptr && rule->key != key) rule = rule->next;
  return rule;
}

void Table::Place(Rule *rule, uint32_t at) {
  heap_[at] = rule;
  rule->at = at;
}

void Table::Up(uint32_t at) {
  Rule *rule = heap_[at];
  while (at > 0) {
    const uint32_t parent = (at - 1) / 2;
    if (heap_[parent]->dueUs <= rule->dueUs) break;
    Place(heap_[parent], at);
    at = parent;
  }
  Place(rule, at);
}

void Table::Down(uint32_t at) {
  Rule *rule = heap_[at];
  for (;;) {
    uint32_t child = 2 * at + 1;
    if (child >= size_) break;
    if (child + 1 < size_ && heap_[child + 1]->dueUs < heap_[child]->dueUs) child += 1;
    if (rule->dueUs <= heap_[child]->dueUs) break;
    Place(heap_[child], at);
    at = child;
  }
  Place(rule, at);
}

}  // namespace engine
