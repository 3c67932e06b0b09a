// Giving memory back that can be had again: pages of files that are mapped and have not been written to.
// Addresses never pass through JavaScript, where a wrong one would be the end of the process.
#include <malloc.h>
#include <sys/mman.h>

#include <cinttypes>
#include <cstdio>
#include <cstring>

#include "args.h"

namespace alived {
namespace {

struct Mapping {
  uintptr_t start = 0;
  uintptr_t end = 0;
  // Private, of a file, and not writable.
  bool candidate = false;
  // Some of its pages are no longer those of the file (relocations, a debugger), or are not to be touched.
  bool changed = false;
};

// Kilobytes that were resident are unknown afterwards; what counts is in smaps_rollup.
void Release(const Mapping& mapping) {
  if (!mapping.candidate || mapping.changed) return;
  madvise(reinterpret_cast<void*>(mapping.start), mapping.end - mapping.start, MADV_DONTNEED);
}

bool ReadHead(const char* line, Mapping* mapping) {
  char permissions[5] = "";
  char path[2] = "";
  uintptr_t start, end;
  const int fields =
      std::sscanf(line, "%" SCNxPTR "-%" SCNxPTR " %4s %*s %*s %*s %1s", &start, &end, permissions, path);
  if (fields < 3) return false;
  *mapping = Mapping();
  mapping->start = start;
  mapping->end = end;
  mapping->candidate =
      fields == 4 && path[0] == '/' && std::strcmp(permissions + 3, "p") == 0 && permissions[1] == '-';
  return true;
}

// `Anonymous:  8 kB`: pages that belong to the process alone, which DONTNEED would lose. A dirty page that is not
// anonymous is one of the file itself which the system has still to write out; it is not lost.
void ReadField(const char* line, Mapping* mapping) {
  static const char* const kept[] = {"Anonymous:", "Swap:", "Locked:"};
  for (const char* name : kept) {
    const size_t length = std::strlen(name);
    if (std::strncmp(line, name, length) != 0) continue;
    unsigned long kilobytes = 0;
    if (std::sscanf(line + length, "%lu", &kilobytes) != 1 || kilobytes > 0) mapping->changed = true;
  }
}

Napi::Value ReleaseFilePages(const Napi::CallbackInfo& info) {
  Args args(info);
  FILE* file = std::fopen("/proc/self/smaps", "re");
  if (file == nullptr) return args.Return(-1);
  Mapping mapping;
  char line[512];
  bool whole = true;
  while (std::fgets(line, sizeof(line), file) != nullptr) {
    // The rest of a long path is neither a head nor a field.
    const bool begins = whole;
    whole = std::strchr(line, '\n') != nullptr;
    if (!begins) continue;
    Mapping next;
    if (!ReadHead(line, &next)) {
      ReadField(line, &mapping);
      continue;
    }
    Release(mapping);
    mapping = next;
  }
  Release(mapping);
  std::fclose(file);
  malloc_trim(0);
  return args.Return(0);
}

}  // namespace

void InitMemory(Napi::Env env, Napi::Object exports) {
  exports.Set("releaseFilePages", Napi::Function::New<ReleaseFilePages>(env, "releaseFilePages"));
}

}  // namespace alived
