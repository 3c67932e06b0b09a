/*
 * The one function of libatomic that Node for x86-64 asks for, as scripts/lib/without-libatomic.js puts it
 * into the executable: no call and no data, so that its bytes run wherever they stand. The contract is that of
 * GCC's `__atomic_compare_exchange`. Node calls it for eight bytes only, of which its compiler could not prove
 * that they are aligned, and a locked instruction of this processor does not mind if they are not.
 */
#include <stdint.h>

typedef uint64_t __attribute__((aligned(1), may_alias)) Loose;

_Bool alived_compare_exchange(unsigned long size, Loose *object, Loose *expected, const Loose *desired,
                              int success, int failure) {
  (void)success;
  (void)failure;
  /* Nothing asks for another size, and a wrong answer would be worse than none. */
  if (size != sizeof(Loose)) __builtin_trap();
  return __atomic_compare_exchange_n(object, expected, *desired, 0, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
}
