/* Only in a build with the thread sanitizer: it follows calls in a stack of its own, which it unwinds when it sees a
 * longjmp. A fortified liblua jumps by __longjmp_chk, which the sanitizer of gcc 12 doesn't know: every yield and every
 * error would leave entries behind, until that stack overflows (after some 30,000 yields) and the process hangs. */
#if defined(__SANITIZE_THREAD__)

#undef _FORTIFY_SOURCE /* else longjmp is __longjmp_chk */
#include <setjmp.h>

/* NOLINTNEXTLINE(bugprone-reserved-identifier): takes the place of glibc's */
_Noreturn void __longjmp_chk(struct __jmp_buf_tag environment[1], int value);

/* NOLINTNEXTLINE(bugprone-reserved-identifier) */
_Noreturn __attribute__((visibility("default"))) void
__longjmp_chk(struct __jmp_buf_tag environment[1], int value) {
    longjmp(environment, value);
}

#endif
